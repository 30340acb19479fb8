/** What follows from badges as a transition leaves them: where their request stands, and what is written ahead. */
import { areAsStaged, statusOnceEnabled, type RecordedBadge } from '../../domain/badges';
import type { Status } from '../../domain/lifecycle';
import type { BadgesRecorded } from '../../domain/transitions';
import { takeBackAhead } from './badges';
import { planAhead, type Plans } from './plans';
import type { Locked } from './record';

/**
 * Takes back what was written ahead, and answers what is to be written in its place: after Enabled what is planned.
 * @param badges all of the request's, as they are recorded now
 */
export const followUps = (locked: Locked, badges: readonly RecordedBadge[]): Promise<Plans> =>
  locked.standing.status === 'PENDING'
    ? waitOn(locked, badges)
    : planAhead(locked.connection, locked.row.id, badges, locked.at);

/** The request waits on for other badges, and is what all of them are from its last instant on. */
async function waitOn({ connection, row, at }: Locked, badges: readonly RecordedBadge[]): Promise<Plans> {
  // What was written ahead follows what is written now. Its mail is made when it is sent.
  await takeBackAhead(connection, row.id, at);
  const enabledAt = row.enabled_at?.toISOString() ?? null;
  return {
    columns: { badges_change_at: areAsStaged(badges) ? null : at },
    mails: [],
    ahead:
      enabledAt === null
        ? []
        : [{ at: enabledAt, action: 'enable', to: statusOnceEnabled(badges, enabledAt) }],
  };
}

/**
 * What recording a change of badges answers.
 * @param status of the request, by its badges
 */
export const outcomeOf = (
  { row, standing }: Pick<Locked, 'row' | 'standing'>,
  status: Status,
  badges: readonly RecordedBadge[],
): BadgesRecorded =>
  standing.status === 'PENDING'
    ? { status: 'PENDING', stage: row.stage, round: row.round, badges, unchanged: true }
    : { status, stage: null, round: row.round, badges };
