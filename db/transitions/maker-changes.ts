/** What a maker changes on the way, and the steps that an operator repeats. */
import { pendingStage } from '../../domain/badge-request';
import { goLiveInstants, isSameGoLive, type GoLive } from '../../domain/go-live';
import type { Stage } from '../../domain/lifecycle';
import { firstLooks } from '../../domain/listing-looks';
import type { GoingLive, Recorded, Refused } from '../../domain/transitions';
import { tellAgainIfLost } from '../certification-news';
import { prepared, type Queryable } from '../pool';
import { readProduct } from '../certified-product';
import { goLiveOf } from '../requests';
import { spanOf, takeBackStaged } from './badges';
import { awaitedAmong, readAskedFor, readCertification } from './coverage';
import { endWith, takeBackUnseen } from './kept-badges';
import { outlookOf } from './outlook';
import { record, type Recorder, type TransitionRef } from './record';
import { stopClock } from './review-clock';
import { zoneDataOf } from './zone-data';

/**
 * Takes the request back to its maker, with all that was asked for in the form again. Badges that are effective by now
 * stay if shoppers have seen any of them: then only what was still to come is dropped, and the request is what they are.
 */
export async function recordWithdrawal(recorder: Recorder, ref: TransitionRef): Promise<Recorded | Refused> {
  return record<Recorded>(recorder, ref, 'withdraw', async ({ connection, row, at }) => {
    const effective = await takeBackUnseen(connection, row.id, at);
    const clock = await stopClock(connection, row.id);
    const decision = { action: 'withdraw', reasons: [] } as const;
    const cleared = {
      ...{ ...clock, attention: null },
      ...{ enabled_at: null, first_effective_at: null, badges_change_at: null },
    };
    if (effective.length === 0) {
      const wasTold = row.enabled_at !== null && (await hasTold(connection, row.id, at));
      return {
        action: 'withdraw',
        columns: { ...cleared, marketplaces: await readAskedFor(connection, row) },
        decision,
        mails: [{ template: 'withdrawn', ...(wasTold && { props: { toldEnabled: true } }) }],
        outcome: { status: 'NOT_SUBMITTED', stage: null, round: row.round },
      };
    }
    // What its workflow has heard and not acted upon yet is for its badges from now on.
    // Locked, so that none can come between.
    await readProduct(connection, row.product_id, 'share');
    await tellAgainIfLost(connection, row.id);
    const { kept, gone: withdrawn, badges, columns, status } = endWith(row, effective, at);
    return {
      action: 'withdraw',
      details: { kept, withdrawn },
      columns: { ...cleared, ...columns },
      decision,
      mails: [{ template: 'enabled', props: { badges, withdrawn } }],
      outcome: { status, stage: null, round: row.round },
    };
  });
}

/**
 * Whether the mail that the request is enabled has left all the same: at its instant, while it was being taken back. To be
 * asked after that, which waits for what is being sent.
 */
async function hasTold(connection: Queryable, requestId: string, at: string): Promise<boolean> {
  const { rowCount } = await connection.query(
    prepared(
      `select from mail_outbox
        where request_id = $1 and template = 'enabled' and due_at > $2::timestamptz and sent_at is not null limit 1`,
      [requestId, at],
    ),
  );
  return rowCount === 1;
}

/** Changes when badges go live that are not effective yet. */
export async function recordRescheduling(
  recorder: Recorder,
  ref: TransitionRef,
  goLive: GoLive,
): Promise<Recorded | GoingLive | Refused> {
  return record<Recorded | GoingLive>(recorder, ref, 'reschedule', async (locked) => {
    const { connection, row, at } = locked;
    const columns = {
      go_live_kind: goLive.kind,
      go_live_date: goLive.kind === 'ON_DATE' ? goLive.date : null,
    };
    const before = goLiveOf(row);
    const details = { from: before, to: goLive };
    if (row.status === 'UNDER_REVIEW')
      return {
        action: 'reschedule',
        details,
        columns,
        outcome: { status: row.status, stage: row.stage, round: row.round },
      };
    const effective = await takeBackStaged(connection, row.id, at);
    // With the same date, what is staged anew goes live as that mail says.
    const wasTold =
      row.enabled_at !== null && !isSameGoLive(before, goLive) && (await hasTold(connection, row.id, at));
    const live = effective.map((badge) => badge.marketplace);
    const read = await readCertification(locked);
    const { news: certification } = read;
    const goesOn = certification.verdict === 'APPROVED';
    const toCome = row.marketplaces.filter((code) => !live.includes(code));
    const awaited = awaitedAmong(read, toCome);
    // Once it goes on, what is awaited is not looked at.
    const open = goesOn ? toCome.filter((code) => !awaited.includes(code)) : toCome;
    const stage: Stage | null =
      row.stage === 'NEEDS_ATTENTION' ? row.stage : pendingStage('NONE', goesOn && awaited.length === 0);
    return {
      action: 'reschedule',
      details: { ...details, ...zoneDataOf(goLive) },
      columns: { ...columns, enabled_at: null, first_effective_at: spanOf(effective).first_effective_at },
      mails: wasTold
        ? [
            {
              template: 'pending',
              props: { ...outlookOf(read, { marketplaces: toCome, goLive, at }), toldEnabled: true },
            },
          ]
        : [],
      outcome: {
        status: row.status,
        stage,
        round: row.round,
        certification,
        open,
        looks: firstLooks(open, goLiveInstants(goLive, open)),
        enabledAt: null,
      },
    };
  });
}

/** Gives the request up for good. */
export async function recordDiscarding(recorder: Recorder, ref: TransitionRef): Promise<Recorded | Refused> {
  return record<Recorded>(recorder, ref, 'discard', async ({ row }) => ({
    action: 'discard',
    mails: [{ template: 'discarded' }],
    outcome: { status: 'DISCARDED', stage: null, round: row.round },
  }));
}

/**
 * Asks for an operator: a step outlasted its retries.
 * @param why for operators; bounded, without anything secret
 */
export async function recordAttention(
  recorder: Recorder,
  ref: TransitionRef,
  why: string,
): Promise<Recorded | Refused> {
  return record<Recorded>(recorder, ref, 'needAttention', async ({ row }) => ({
    action: 'needAttention',
    details: { why },
    columns: { attention: why },
    outcome: { status: row.status, stage: 'NEEDS_ATTENTION', round: row.round },
  }));
}

/** An operator has the step repeated, from the stage in which it failed. */
export async function recordRetry(
  recorder: Recorder,
  ref: TransitionRef,
  interruptedStage: Stage,
): Promise<Recorded | Refused> {
  return record<Recorded>(recorder, ref, 'retry', async ({ row }) => ({
    action: 'retry',
    columns: { attention: null },
    outcome: { status: row.status, stage: interruptedStage, round: row.round },
  }));
}
