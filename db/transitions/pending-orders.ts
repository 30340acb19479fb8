/** What operators order of badges that are effective while others of their request are still to come. */
import { areAsStaged, statusOnceEnabled } from '../../domain/badges';
import { refusals, type Recorded, type Refused } from '../../domain/transitions';
import { readReason } from '../operator-decisions';
import { takeBackAhead } from './badges';
import { detailsOf, mailsOf, obeyOrder, type OperatorOrder } from './afterwards';
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
    const obeyed = await obeyOrder(locked, await readRecordedBadges(connection, row.id), {
      order: { action, cause: 'OPERATOR', marketplaces, effectiveAt: null },
      words: { reason, by: ref.command?.actor.id ?? null },
    });
    if (obeyed === null) return { unchanged: { refused: refusals.actionNotAllowed } };
    const { badges } = obeyed.acted;
    // What was written ahead follows what is written now. Its mail is made when it is sent.
    await takeBackAhead(connection, row.id, at);
    const enabledAt = row.enabled_at?.toISOString() ?? null;
    return {
      action,
      details: detailsOf(obeyed, at),
      columns: { badges_change_at: areAsStaged(badges) ? null : at },
      mails: mailsOf(obeyed, at),
      ahead:
        enabledAt === null
          ? []
          : [{ at: enabledAt, action: 'enable', to: statusOnceEnabled(badges, enabledAt) }],
      outcome: { status: row.status, stage: row.stage, round: row.round },
    };
  });
}
