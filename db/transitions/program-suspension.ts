/** The transition of badges whose programme is suspended in a region, or no longer. */
import { actOnBadges, isHeldBack, type BadgeOrder } from '../../domain/badges';
import { marketplacesIn } from '../../domain/marketplaces';
import { refusals, type BadgesRecorded, type Refused } from '../../domain/transitions';
import { selectTold } from '../badges-not-shown';
import { readRegionalWords, type RegionalWord } from '../program-suspensions';
import { changeBadges, whatHoldsNow } from './afterwards';
import { readRecordedBadges } from './plans';
import { recordOnly, type Recorder, type TransitionRef } from './record';

export interface SuspensionFollowed extends BadgesRecorded {
  /** Whether another region asks for a transition of its own. */
  readonly more: boolean;
}

/**
 * Does in one region what holds there now: suspended, each of the badges there is; ended, what was suspended for it
 * comes back unless something else holds it. Refused where everything is so already. Of what was held back since its instant
 * the maker is told once, by the mail that the request is enabled wherever that says so; as long as it is Pending, that is
 * too far away.
 */
export async function recordProgramSuspension(
  recorder: Recorder,
  ref: TransitionRef,
): Promise<SuspensionFollowed | Refused> {
  return recordOnly<SuspensionFollowed>(recorder, ref, { ...whatHoldsNow, besides: true }, async (locked) => {
    const { connection, row, at, isBeside } = locked;
    const { organization_id: organizationId, program } = row;
    const words = await readRegionalWords(connection, { organizationId, program: program ?? '' });
    const badges = await readRecordedBadges(connection, row.id);
    const heldBack = badges.filter(isHeldBack).map(({ marketplace }) => marketplace);
    // What only the row of a Pending request says is released there, too: nobody was told.
    const unsaid = isBeside ? heldBack : [];
    const orderOf = ({ region, holds }: RegionalWord): BadgeOrder => ({
      action: holds ? 'suspend' : 'reinstate',
      cause: 'PROGRAM_SUSPENSION',
      marketplaces: marketplacesIn(region).filter((code) => holds || !unsaid.includes(code)),
      effectiveAt: null,
    });
    const [word, ...others] = words.filter((each) => actOnBadges(badges, orderOf(each), at) !== null);
    if (word === undefined) return { unchanged: { refused: refusals.actionNotAllowed } };
    const { id: suspensionId, region, reason } = word;
    const isTold = word.holds && heldBack.length > 0 && !isBeside;
    const told = isTold ? await selectTold(connection, row.id, heldBack) : [];
    const change = await changeBadges(locked, orderOf(word), { reason, by: null, props: { region }, told });
    if ('unchanged' in change) return change;
    return {
      ...change,
      details: { ...change.details, region: region.toUpperCase(), suspensionId },
      outcome: { ...change.outcome, more: others.length > 0 },
    };
  });
}
