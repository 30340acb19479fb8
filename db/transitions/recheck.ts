import { refusals, type Recorded, type Refused } from '../../domain/transitions';
import { supersedeFindings } from '../findings';
import { record, type Recorder, type TransitionRef } from './record';

/**
 * Has the checks of the round run again that its reviewer saw. What they found until now is put aside, so that
 * what follows rests on the new findings only.
 */
export async function recordRecheck(
  recorder: Recorder,
  ref: TransitionRef,
  round: number,
): Promise<Recorded | Refused> {
  return record<Recorded>(recorder, ref, 'recheck', async ({ connection, row, at }) => {
    if (row.round !== round) return { unchanged: { refused: refusals.roundOutdated } };
    await supersedeFindings(connection, { requestId: row.id, round }, { at, seq: ref.seq });
    return {
      action: 'recheck',
      details: { round },
      outcome: { status: row.status, stage: 'CHECKING', round },
    };
  });
}
