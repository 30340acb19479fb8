import type { TransitionActivities } from '../../activities/transitions';
import { StaleTransitionError, type TransitionRef } from '../../db/transitions/record';
import { follows, STAGES, STATUSES, type Action } from '../../domain/lifecycle';
import {
  createScene,
  people,
  type Person,
  type Scene,
  type SceneRequest,
  type Traces,
} from './transition-scene';

let scene: Scene;
beforeAll(async () => {
  scene = await createScene();
});
afterAll(() => scene.close());
beforeEach(() => {
  scene.now = '2027-01-10T12:00:00.000Z';
});

const DATE = { kind: 'ON_DATE', date: '2027-01-15' } as const;
const LIVE = { answers: { US: 'YES', JP: 'YES' }, looks: {} } as const;
const REFUSED = { refused: 'ACTION_NOT_ALLOWED' };

/** What a transition adds. */
interface Effect {
  readonly history: number;
  readonly mails: number;
  readonly rounds: number;
  readonly badges: number;
  readonly commands: number;
  readonly version: number;
}
const effectBetween = (before: Traces, after: Traces): Effect => ({
  history: after.history.length - before.history.length,
  mails: after.mails.length - before.mails.length,
  rounds: after.rounds.length - before.rounds.length,
  badges: after.badges.length - before.badges.length,
  commands: after.commands.length - before.commands.length,
  version: after.row.version - before.row.version,
});
const service: Effect = { history: 1, mails: 0, rounds: 0, badges: 0, commands: 0, version: 1 };
const command: Effect = { ...service, commands: 1 };

interface Case {
  readonly action: Action;
  readonly by: Person | null;
  /** A request that the transition is recorded of next. */
  readonly arrange: () => Promise<SceneRequest>;
  /** What the command needs beside itself. */
  readonly prepare?: (request: SceneRequest, commandId: string) => Promise<void>;
  readonly write: (ref: TransitionRef) => Promise<unknown>;
  readonly outcome: Record<string, unknown>;
  readonly effect: Effect;
}

async function submitted(): Promise<SceneRequest> {
  const request = await scene.create();
  await request.record(scene.activities.recordSubmission, people.maker);
  await request.find();
  return request;
}
/** One of which another transition is recorded. */
const further =
  (arrange: () => Promise<SceneRequest>, write: Case['write'], by: Person | null = null) =>
  async () => {
    const request = await arrange();
    await request.record(write, by);
    return request;
  };
const withdrawn = further(submitted, (ref) => scene.activities.recordWithdrawal(ref), people.maker);
const checked = further(submitted, (ref) => scene.activities.recordChecks(ref));
const interrupted = further(submitted, (ref) => scene.activities.recordAttention(ref, 'It failed.'));
async function certified(): Promise<SceneRequest> {
  const request = await scene.approved({ goLive: DATE, marketplaces: ['US', 'JP'] });
  await request.certify({ status: 'COMPLETE', result: 'APPROVED' });
  return request;
}
const staged = further(certified, (ref) => scene.activities.recordStaging(ref, LIVE));
async function failed(): Promise<SceneRequest> {
  const request = await scene.approved();
  await request.certify({ status: 'COMPLETE', result: 'REJECTED' });
  return request;
}

// Enabling has no number: it only makes the row say what the clock does. What was missed is only read. And of an order about
// badges pending-orders.test.ts tells.
type NotHere = 'recordEnabling' | 'readMissed' | 'recordPendingOrder';
const cases: Record<Exclude<keyof TransitionActivities, NotHere>, Case> = {
  recordSubmission: {
    action: 'submit',
    by: people.maker,
    arrange: withdrawn,
    write: (ref) => scene.activities.recordSubmission(ref),
    outcome: { status: 'UNDER_REVIEW', stage: 'CHECKING', round: 2, marketplaces: ['US'], hasSkill: false },
    effect: { ...command, mails: 1, rounds: 1 },
  },
  recordChecks: {
    action: 'passChecks',
    by: null,
    arrange: submitted,
    write: (ref) => scene.activities.recordChecks(ref),
    outcome: { status: 'UNDER_REVIEW', stage: 'AWAITING_REVIEWER', round: 1 },
    effect: service,
  },
  recordRecheck: {
    action: 'recheck',
    by: people.reviewer,
    arrange: checked,
    write: (ref) => scene.activities.recordRecheck(ref, 1),
    outcome: { status: 'UNDER_REVIEW', stage: 'CHECKING', round: 1 },
    effect: command,
  },
  recordApproval: {
    action: 'approve',
    by: people.reviewer,
    arrange: checked,
    write: (ref) => scene.activities.recordApproval(ref, 1),
    outcome: { status: 'PENDING', stage: 'AWAITING_CERTIFICATION', round: 1, open: ['US'], enabledAt: null },
    effect: { ...command, mails: 1 },
  },
  recordRejection: {
    action: 'reject',
    by: people.reviewer,
    arrange: checked,
    prepare: (request, commandId) => request.decide(commandId),
    write: (ref) => scene.activities.recordRejection(ref, 1),
    outcome: { status: 'REJECTED', stage: null, round: 1 },
    effect: { ...command, mails: 1 },
  },
  recordWithdrawal: {
    action: 'withdraw',
    by: people.maker,
    arrange: () => scene.approved(),
    write: (ref) => scene.activities.recordWithdrawal(ref),
    outcome: { status: 'NOT_SUBMITTED', stage: null, round: 1 },
    effect: { ...command, mails: 1 },
  },
  recordRescheduling: {
    action: 'reschedule',
    by: people.maker,
    arrange: () => scene.approved(),
    write: (ref) => scene.activities.recordRescheduling(ref, DATE),
    outcome: {
      status: 'PENDING',
      stage: 'AWAITING_CERTIFICATION',
      looks: { US: { at: '2027-01-14T08:00:00.000Z' } },
    },
    effect: command,
  },
  recordDiscarding: {
    action: 'discard',
    by: people.maker,
    arrange: withdrawn,
    write: (ref) => scene.activities.recordDiscarding(ref),
    outcome: { status: 'DISCARDED', stage: null },
    effect: { ...command, mails: 1 },
  },
  recordAttention: {
    action: 'needAttention',
    by: null,
    arrange: submitted,
    write: (ref) => scene.activities.recordAttention(ref, 'It failed.'),
    outcome: { status: 'UNDER_REVIEW', stage: 'NEEDS_ATTENTION', round: 1 },
    effect: service,
  },
  recordRetry: {
    action: 'retry',
    by: people.operator,
    arrange: interrupted,
    write: (ref) => scene.activities.recordRetry(ref, 'CHECKING'),
    outcome: { status: 'UNDER_REVIEW', stage: 'CHECKING', round: 1 },
    effect: command,
  },
  recordStaging: {
    action: 'stage',
    by: null,
    arrange: certified,
    write: (ref) => scene.activities.recordStaging(ref, LIVE),
    outcome: {
      ...{ status: 'PENDING', stage: 'SCHEDULED', open: [] },
      ...{ enabledAt: '2027-01-15T08:00:00.000Z', mailsFirst: true },
    },
    // The entry and the mail of the instant at which everything is effective are written ahead.
    effect: { ...service, history: 2, mails: 1, badges: 2 },
  },
  recordCertificationRefusal: {
    action: 'refuseCertification',
    by: null,
    arrange: failed,
    write: (ref) => scene.activities.recordCertificationRefusal(ref),
    outcome: { status: 'REJECTED', stage: null, round: 1 },
    effect: { ...service, mails: 1 },
  },
};

describe.each(Object.entries(cases))(
  '%s',
  (_name, { action, by, arrange, prepare, write, outcome, effect }) => {
    async function start(): Promise<{ request: SceneRequest; ref: TransitionRef }> {
      const request = await arrange();
      const ref = request.next(by);
      if (ref.command !== null) await prepare?.(request, ref.command.commandId);
      return { request, ref };
    }

    test('has the same outcome and one effect when it is run again', async () => {
      const { request, ref } = await start();
      const before = await request.traces();
      const first = await write(ref);
      const after = await request.traces();
      expect(first).toMatchObject(outcome);
      expect(after.row).toMatchObject({
        status: outcome['status'],
        stage: outcome['stage'],
        transition_seq: ref.seq,
      });
      expect(effectBetween(before, after)).toEqual(effect);
      // A later instant changes neither what it says nor what it did.
      scene.now = '2027-01-10T13:00:00.000Z';
      expect(await write(ref)).toEqual(first);
      expect(await request.traces()).toEqual(after);
    });

    test('has the same outcome and one effect when it is run several times at once', async () => {
      const { request, ref } = await start();
      const before = await request.traces();
      const outcomes = await Promise.all(Array.from({ length: 4 }, () => write(ref)));
      expect(outcomes[0]).toMatchObject(outcome);
      expect(outcomes).toEqual(outcomes.map(() => outcomes[0]));
      expect(effectBetween(before, await request.traces())).toEqual(effect);
    });

    test('leaves other requests alone, also one whose badges are staged', async () => {
      const { ref } = await start();
      const others = [await staged(), await arrange()];
      const before = await Promise.all(others.map((other) => other.traces()));
      await write(ref);
      expect(await Promise.all(others.map((other) => other.traces()))).toEqual(before);
    });

    test('is changed by no late write of an older number', async () => {
      const { request, ref } = await start();
      await write(ref);
      const after = await request.traces();
      for (const step of request.steps) expect(await step.repeat()).toEqual(step.outcome);
      const late = { ...request.next(by ?? people.maker), seq: ref.seq - 1 };
      expect(await write(late)).toEqual(REFUSED);
      await expect(write({ ...late, seq: 0 })).rejects.toThrow(StaleTransitionError);
      expect(await request.traces()).toEqual(after);
    });

    test('is refused under a number that another command has', async () => {
      const { request, ref } = await start();
      await write(ref);
      const after = await request.traces();
      expect(await write({ ...request.next(by ?? people.maker), seq: ref.seq })).toEqual(REFUSED);
      expect(await request.traces()).toEqual(after);
    });

    test('is refused wherever the lifecycle does not have it, and changes nothing', async () => {
      const { request, ref } = await start();
      for (const status of STATUSES)
        for (const stage of [null, ...STAGES]) {
          if (follows({ status, stage }, action)) continue;
          await request.place(status, stage);
          const before = await request.traces();
          expect([status, stage, await write(ref)]).toEqual([status, stage, REFUSED]);
          expect(await request.traces()).toEqual(before);
        }
    });

    test('is refused once the request is enabled by the clock', async () => {
      const { request, ref } = await start();
      await request.place('PENDING', 'NEEDS_ATTENTION');
      await scene.pool.query('update badge_requests set enabled_at = $2 where id = $1', [
        request.id,
        scene.now,
      ]);
      const before = await request.traces();
      expect(await write(ref)).toEqual(REFUSED);
      expect(await request.traces()).toEqual(before);
    });

    if (by !== null)
      test('is refused when its command comes under another number', async () => {
        const { request, ref } = await start();
        const { status, stage } = (await request.traces()).row;
        await write(ref);
        // Also where the table would allow it once more.
        await request.place(status, stage);
        const after = await request.traces();
        expect(await write({ ...ref, seq: ref.seq + 1 })).toEqual(REFUSED);
        expect(await request.traces()).toEqual(after);
      });
  },
);
