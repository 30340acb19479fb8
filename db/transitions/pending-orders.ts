/** What operators order of badges that are effective while others of their request are still to come. */
import { release } from '../../domain/badges';
import { refusals, type Recorded, type Refused } from '../../domain/transitions';
import { readReason } from '../operator-decisions';
import { heldIn, readRegionalWords } from '../program-suspensions';
import { detailsOf, mailsOf, obeyOrder, type OperatorOrder } from './afterwards';
import { followUps } from './follow-ups';
import { readRecordedBadges } from './plans';
import { record, type Recorder, type TransitionRef } from './record';

/**
 * Does what an operator asks for, at once: the request waits on for the others, and is what all its badges are from its last
 * instant on. Refused where that has come, as another workflow writes from then on.
 */
export async function recordPendingOrder(
  recorder: Recorder,
  ref: TransitionRef,
  { action, marketplaces }: Pick<OperatorOrder, 'action' | 'marketplaces'>,
): Promise<Recorded | Refused> {
  return record<Recorded>(recorder, ref, action, async (locked) => {
    const { connection, row, at, standing } = locked;
    if (standing.status !== 'PENDING') return { unchanged: { refused: refusals.actionNotAllowed } };
    const reason = await readReason(connection, ref.command?.commandId ?? '', row.id);
    if (reason === null) return { unchanged: { refused: refusals.formInvalid } };
    const { organization_id: organizationId, program } = row;
    const suspensions = await readRegionalWords(connection, { organizationId, program: program ?? '' });
    const obeyed = await obeyOrder(
      locked,
      // What the programme's suspension holds back is said by a transition of its own.
      release(await readRecordedBadges(connection, row.id)),
      {
        order: { action, cause: 'OPERATOR', marketplaces, effectiveAt: null },
        words: { reason, by: ref.command?.actor.id ?? null },
      },
      heldIn(suspensions),
    );
    if (obeyed === null) return { unchanged: { refused: refusals.actionNotAllowed } };
    const { ahead, columns } = await followUps(locked, obeyed.acted.badges);
    return {
      action,
      details: detailsOf(obeyed, at),
      columns,
      mails: mailsOf(obeyed, at),
      ahead,
      outcome: { status: row.status, stage: row.stage, round: row.round },
    };
  });
}
