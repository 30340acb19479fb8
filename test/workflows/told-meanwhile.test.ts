/** What the workflows of a request and of its badges are told while they wait, record something or end: nothing of it is lost. */
import { ApplicationFailure } from '@temporalio/common';
import type { WorkflowHandle } from '@temporalio/client';
import { createRemedyRecordings } from '../../activities/remedy/recording';
import { reportTrouble } from '../../activities/remedy/report-trouble';
import { createTransitionActivities } from '../../activities/transitions';
import type { MarketplaceCode } from '../../domain/marketplaces';
import {
  catchUpUpdate,
  certificationChangedSignal,
  programSuspensionChangedSignal,
  remedyStart,
  troubledSignal,
  workflowTypes,
} from '../../workflows/contract';
import { createGate } from '../setup/gate';
import { createWorld, OPERATOR, PROJECT, type RequestInWorld, type World } from '../setup/request-world';
import { reviewTerm } from '../setup/review-term';
import { until } from '../setup/until';
import { approved, beginAnew, pending, wrongBrand } from './request-steps';

/** More than a workflow's history may have, and fewer than the server keeps for one task. */
const [LOTS, OF] = [2, 60];
const later = {
  kind: 'ON_DATE',
  date: new Date(Date.now() + 90 * 86_400_000).toISOString().slice(0, 10),
} as const;
const atOnce = async () => undefined;

let world: World;
/** What a workflow's recording waits for before it knows of it. */
let known: () => Promise<void> = atOnce;
let letGo: () => void = () => undefined;
beforeAll(async () => {
  const late =
    <Args extends unknown[], Outcome>(record: (...args: Args) => Promise<Outcome>) =>
    async (...args: Args): Promise<Outcome> => {
      const outcome = await record(...args);
      await known();
      return outcome;
    };
  world = await createWorld({
    activities: (pool) => {
      const ofBadges = createRemedyRecordings({ pool, graceDays: 7, removeDays: 90 });
      const ofRequest = createTransitionActivities({ pool, reviewTerm });
      return {
        recordWarning: late(ofBadges.recordWarning),
        recordCertificationOfBadges: late(ofBadges.recordCertificationOfBadges),
        recordProgramSuspension: late(ofBadges.recordProgramSuspension),
        recordOperatorOrder: late(ofBadges.recordOperatorOrder),
        recordRescheduling: late(ofRequest.recordRescheduling),
        recordDiscarding: late(ofRequest.recordDiscarding),
      };
    },
  });
});
afterAll(() => world.close());
beforeEach(() => beginAnew(world));
afterEach(async () => {
  letGo();
  await world.pool.query('delete from program_suspensions');
});

/** Holds up what is recorded next, once it is recorded. */
function holdUp(): { readonly reached: Promise<void> } {
  const gate = createGate();
  known = gate.wait;
  letGo = () => {
    known = atOnce;
    gate.open();
  };
  return gate;
}
const eventsOf = async (handle: WorkflowHandle) => (await handle.fetchHistory()).events ?? [];
/** Waits until a workflow has been given so many signals: while it records something, that is done now and then. */
const hasHeard = (handle: WorkflowHandle, signals: number) =>
  until(async () => {
    const events = await eventsOf(handle);
    const told = events.filter((event) => event.workflowExecutionSignaledEventAttributes != null);
    const last = events.lastIndexOf(told[signals - 1] ?? {});
    return last > 0 && events.slice(last).some((event) => event.workflowTaskStartedEventAttributes != null);
  });
const actions = async (request: RequestInWorld) =>
  (await request.history()).slice(4).map(({ action }) => action);

const say = (result: 'APPROVED' | 'REVOKED') =>
  world.pool.query(
    "update certification_projects set status = 'COMPLETE', result = $1, version = version + 1",
    [result],
  );
const suspendProgram = () =>
  world.pool.query(
    `insert into program_suspensions (id, organization_id, program, region, reason, suspended_by)
     values ('psus_meanwhile', 'org_one', 'WWA', 'na', 'Recalled.', $1)`,
    [OPERATOR.id],
  );
const endSuspension = () =>
  world.pool.query(
    `update program_suspensions
        set ended_at = now(), ended_by = $1, end_reason = 'Repaired.', ended_command = 'command_meanwhile'`,
    [OPERATOR.id],
  );

describe('the workflow of badges', () => {
  const remedyOf = ({ id }: RequestInWorld) => world.client.workflow.getHandle(`badge-remedy/${id}`);
  const startOf = ({ id }: RequestInWorld) => remedyStart({ requestId: id }, world.taskQueue);
  const tellOfCertification = (request: RequestInWorld) =>
    world.client.workflow.signalWithStart(workflowTypes.badgeRemedy, {
      ...startOf(request),
      signal: certificationChangedSignal,
      signalArgs: [{ projectId: PROJECT, version: 1, verdict: 'OPEN' }],
    });
  const tellOfProgram = (request: RequestInWorld) =>
    world.client.workflow.signalWithStart(workflowTypes.badgeRemedy, {
      ...startOf(request),
      signal: programSuspensionChangedSignal,
    });
  const report = ({ id }: RequestInWorld, marketplace: MarketplaceCode) =>
    reportTrouble(world, { requestId: id, marketplace, findings: [wrongBrand(marketplace)] });

  async function enabled(): Promise<RequestInWorld> {
    const request = await pending(world, { marketplaces: ['US', 'JP'] });
    await world.certify(PROJECT, approved);
    await request.handle.result();
    return request;
  }
  /** One whose workflow waits for the next look at a listing. */
  async function watched(): Promise<RequestInWorld> {
    const request = await enabled();
    await report(request, 'JP');
    await until(async () =>
      (await eventsOf(remedyOf(request))).some((event) => event.timerStartedEventAttributes != null),
    );
    return request;
  }

  it.each<[string, string, (request: RequestInWorld) => Promise<unknown>]>([
    [
      'a lost certification',
      'suspend',
      async (request) => (await say('REVOKED'), tellOfCertification(request)),
    ],
    ['a suspended programme', 'suspend', async (request) => (await suspendProgram(), tellOfProgram(request))],
    ['another listing that is wrong', 'warn', (request) => report(request, 'US')],
  ])('does not leave %s until its next look', async (_what, action, happen) => {
    const request = await watched();
    await happen(request);
    await until(async () => (await actions(request)).length > 1);
    expect(await actions(request)).toEqual(['warn', action]);
  });

  it.each<
    [string, () => Promise<unknown>, () => Promise<unknown>, (request: RequestInWorld) => Promise<unknown>]
  >([
    ['a certification', () => say('REVOKED'), () => say('APPROVED'), tellOfCertification],
    ['a suspended programme', suspendProgram, endSuspension, tellOfProgram],
  ])('acts on %s once more that changes while it is acted upon', async (_what, change, changeBack, told) => {
    const request = await enabled();
    await change();
    const recording = holdUp();
    await told(request);
    await recording.reached;
    await changeBack();
    await told(request);
    await hasHeard(remedyOf(request), 2);
    letGo();
    await remedyOf(request).result();
    expect(await actions(request)).toEqual(['suspend', 'reinstate']);
  });

  it('warns of another listing, too, that is found wrong while it warns of one', async () => {
    const request = await enabled();
    const recording = holdUp();
    await report(request, 'JP');
    await recording.reached;
    await report(request, 'US');
    await hasHeard(remedyOf(request), 2);
    letGo();
    await until(async () => (await actions(request)).length > 1);
    expect(await actions(request)).toEqual(['warn', 'warn']);
  });

  it('does what it is told while all that it has left to do is to answer an order', async () => {
    const request = await enabled();
    const recording = holdUp();
    const ordered = request.order('suspend', ['US']);
    await recording.reached;
    await say('REVOKED');
    await tellOfCertification(request);
    await hasHeard(remedyOf(request), 1);
    letGo();
    expect(await ordered).toMatchObject({ status: 'ENABLED' });
    await remedyOf(request).result();
    expect(await request.badges()).toMatchObject([
      { marketplace: 'JP', causes: ['CERTIFICATION_REVOKED'] },
      { marketplace: 'US', causes: ['OPERATOR', 'CERTIFICATION_REVOKED'] },
    ]);
  });

  it('answers an order before it goes on with a fresh history', async () => {
    const request = await watched();
    const { runId } = await remedyOf(request).describe();
    const recording = holdUp();
    const ordered = request.order('suspend', ['US']);
    await recording.reached;
    for (let lot = 1; lot <= LOTS; lot += 1) {
      const reports = [{ marketplace: 'JP', reasons: [] }] as const;
      await Promise.all(Array.from({ length: OF }, () => remedyOf(request).signal(troubledSignal, reports)));
      await hasHeard(remedyOf(request), 1 + lot * OF);
    }
    letGo();
    expect(await ordered).toMatchObject({ status: 'ENABLED' });
    await until(async () => (await remedyOf(request).describe()).runId !== runId);
  });
});

describe('the workflow of a request', () => {
  /** News that says nothing new, and some that does. */
  const news = (version: number) => ({ projectId: PROJECT, version, verdict: 'OPEN' }) as const;

  it('answers a command before it goes on with a fresh history', async () => {
    const request = await pending(world);
    const { runId } = await request.handle.describe();
    for (let lot = 1; lot <= LOTS; lot += 1) {
      const tell = () => request.handle.signal(certificationChangedSignal, news(0));
      await Promise.all(Array.from({ length: OF }, tell));
      await hasHeard(request.handle, lot * OF);
    }
    const recording = holdUp();
    const rescheduled = request.reschedule(later);
    await recording.reached;
    await request.handle.signal(certificationChangedSignal, news(99_999));
    await hasHeard(request.handle, LOTS * OF + 1);
    letGo();
    expect(await rescheduled).toMatchObject({ status: 'PENDING' });
    const present = world.client.workflow.getHandle(request.handle.workflowId);
    await until(async () => (await present.describe()).runId !== runId);
  });

  it('needs no operator for what has failed for a date that its maker has changed meanwhile', async () => {
    const amazon = createGate();
    world.outside.beforeLiveness = async () => {
      await amazon.wait();
      throw ApplicationFailure.nonRetryable('broken');
    };
    const request = await pending(world);
    await world.certify(PROJECT, approved);
    await amazon.reached;
    const recording = holdUp();
    const rescheduled = request.reschedule(later);
    await recording.reached;
    amazon.open();
    await until(async () =>
      (await eventsOf(request.handle)).some((event) => event.activityTaskFailedEventAttributes != null),
    );
    letGo();
    expect(await rescheduled).toMatchObject({ status: 'PENDING', stage: 'SCHEDULED' });
    await request.withdraw();
    expect((await request.history()).slice(3).map(({ action }) => action)).toEqual([
      'reschedule',
      'withdraw',
    ]);
  });

  it('answers whoever asks where it stands while it comes to its end', async () => {
    const request = await world.create();
    const recording = holdUp();
    const discarded = request.discard();
    await recording.reached;
    const caughtUp = request.handle.executeUpdate(catchUpUpdate);
    await until(async () => {
      const accepted = (await eventsOf(request.handle)).filter(
        (event) => event.workflowExecutionUpdateAcceptedEventAttributes != null,
      );
      return accepted.length === 2;
    });
    letGo();
    expect(await discarded).toMatchObject({ status: 'DISCARDED' });
    expect(await caughtUp).toBe(1);
    await request.handle.result();
  });
});
