/** What happens to badges after Enabled, as it is recorded. */
import { saveReason } from '../../db/operator-decisions';
import type { OperatorOrder } from '../../db/transitions/afterwards';
import { createScene, people, type Scene, type SceneRequest } from './transition-scene';

let scene: Scene;
beforeAll(async () => {
  scene = await createScene();
});
afterAll(() => scene.close());
beforeEach(() => {
  scene.now = NOW;
});

const NOW = '2027-02-01T12:00:00.000Z';
const MORNING = '2027-02-02T08:00:00.000Z';
const EVENING = '2027-02-02T20:00:00.000Z';
const REFUSED = { refused: 'ACTION_NOT_ALLOWED' };
const YES = { US: 'YES', JP: 'YES' } as const;

/** A request with badges in the United States and in Japan. */
async function enabled(): Promise<SceneRequest> {
  const request = await scene.approved({ marketplaces: ['US', 'JP'] });
  await request.certify({ status: 'COMPLETE', result: 'APPROVED' });
  await request.record((ref) => scene.activities.recordStaging(ref, { answers: YES, looks: {} }));
  return request;
}
async function order(
  request: SceneRequest,
  action: OperatorOrder['action'],
  rest: Partial<OperatorOrder> = {},
) {
  return request.record(async (ref) => {
    await saveReason(scene.pool, {
      commandId: ref.command?.commandId ?? '',
      requestId: request.id,
      operatorId: people.operator.id,
      reason: `To ${action}.`,
    });
    return scene.badgeActivities.recordOperatorOrder(ref, {
      action,
      marketplaces: null,
      effectiveAt: null,
      ...rest,
    });
  }, people.operator);
}
const byCertification = (request: SceneRequest) =>
  request.record(scene.badgeActivities.recordCertificationOfBadges);

/** What is left of what happened after Enabled. */
async function seen(request: SceneRequest) {
  const { row, history, mails, badges } = await request.traces();
  const short = (at: string) => new Date(at).toISOString();
  return {
    status: row.status,
    badges: badges
      .map(({ marketplace, status, causes }) => [marketplace, status, ...causes].join(' '))
      .sort(),
    history: history
      .slice(4)
      .map(({ action, from_status, to_status, at }) => `${action} ${from_status} ${to_status} ${short(at)}`),
    mails: mails
      .filter(({ template }) => template.startsWith('badge-'))
      .map(({ template, due_at, props }) => `${template} ${String(props['marketplaces'])} ${short(due_at)}`),
  };
}
const standing = async (request: SceneRequest) => {
  const { status, badges } = await scene.badgeActivities.readAfterwards(request.id);
  return [status, badges.length];
};

describe('an operator’s order', () => {
  test('is recorded once, however often it is written', async () => {
    const request = await enabled();
    const outcome = await order(request, 'suspend', { marketplaces: ['JP'] });
    expect(outcome).toMatchObject({ status: 'ENABLED', stage: null, round: 1 });
    const after = await request.traces();
    const [again] = request.steps.slice(-1);
    expect(await Promise.all([again?.repeat(), again?.repeat()])).toEqual([outcome, outcome]);
    expect(await request.traces()).toEqual(after);
    expect(await seen(request)).toEqual({
      status: 'ENABLED',
      badges: ['JP SUSPENDED OPERATOR', 'US STAGED'],
      history: [`suspend ENABLED ENABLED ${NOW}`],
      mails: [`badge-suspended JP ${NOW}`],
    });
  });

  test('is refused where it can be done nowhere, or its words are missing', async () => {
    const request = await enabled();
    expect(await order(request, 'reinstate')).toEqual(REFUSED);
    const ref = { ...request.next(people.operator), seq: 5 };
    const words = { action: 'suspend', marketplaces: null, effectiveAt: null } as const;
    expect(await scene.badgeActivities.recordOperatorOrder(ref, words)).toEqual({ refused: 'FORM_INVALID' });
    expect(await seen(request)).toMatchObject({ history: [], mails: [] });
  });

  test('works on a request that the clock has enabled, and the enabling then changes nothing', async () => {
    const request = await enabled();
    await request.place('PENDING', 'SCHEDULED');
    expect(await order(request, 'suspend')).toMatchObject({ status: 'SUSPENDED' });
    expect(await scene.activities.recordEnabling(request.id)).toBe(true);
    expect(await seen(request)).toMatchObject({
      status: 'SUSPENDED',
      history: [`suspend ENABLED SUSPENDED ${NOW}`],
    });
  });
});

describe('what is planned', () => {
  test('is written ahead, each instant with its own entry and mail, and becomes true by the clock', async () => {
    const request = await enabled();
    await order(request, 'suspend', { marketplaces: ['US'], effectiveAt: MORNING });
    await order(request, 'remove', { marketplaces: ['JP'], effectiveAt: EVENING });
    expect(await seen(request)).toEqual({
      status: 'ENABLED',
      badges: ['JP STAGED', 'US STAGED'],
      history: [
        `suspend ENABLED ENABLED ${NOW}`,
        `remove ENABLED ENABLED ${NOW}`,
        `suspend ENABLED ENABLED ${MORNING}`,
        `remove ENABLED SUSPENDED ${EVENING}`,
      ],
      mails: [`badge-suspended US ${MORNING}`, `badge-removed JP ${EVENING}`],
    });
    expect(await standing(request)).toEqual(['ENABLED', 2]);
    scene.now = EVENING;
    expect(await standing(request)).toEqual(['SUSPENDED', 2]);
    const { history } = await request.traces();
    expect(history.at(-1)).toMatchObject({
      actor_role: 'OPERATOR',
      actor_id: people.operator.id,
      details: { marketplaces: ['JP'], reason: 'To remove.' },
    });
    // What the clock did is part of what the next transition starts from.
    expect(await order(request, 'reinstate')).toMatchObject({ status: 'ENABLED' });
    expect(await seen(request)).toMatchObject({ badges: ['JP REMOVED', 'US STAGED'] });
  });

  test('is taken back with its entry and its mail, and the other plan stays', async () => {
    const request = await enabled();
    await order(request, 'suspend', { marketplaces: ['US'], effectiveAt: MORNING });
    await order(request, 'suspend', { marketplaces: ['JP'], effectiveAt: EVENING });
    await order(request, 'reinstate', { marketplaces: ['US'] });
    expect(await seen(request)).toMatchObject({
      history: [
        `suspend ENABLED ENABLED ${NOW}`,
        `suspend ENABLED ENABLED ${NOW}`,
        `reinstate ENABLED ENABLED ${NOW}`,
        `suspend ENABLED ENABLED ${EVENING}`,
      ],
      mails: [`badge-suspended JP ${EVENING}`],
    });
  });
});

describe('a certification', () => {
  const revoked = { status: 'COMPLETE', result: 'REVOKED' };
  const approved = { status: 'COMPLETE', result: 'APPROVED' };

  test('that is revoked suspends, and approved again reinstates, only for its own cause', async () => {
    const request = await enabled();
    await order(request, 'suspend', { marketplaces: ['JP'] });
    await request.certify(revoked);
    expect(await byCertification(request)).toMatchObject({ status: 'SUSPENDED' });
    expect(await seen(request)).toMatchObject({
      badges: ['JP SUSPENDED OPERATOR CERTIFICATION_REVOKED', 'US SUSPENDED CERTIFICATION_REVOKED'],
    });
    await request.certify(approved);
    expect(await byCertification(request)).toMatchObject({ status: 'ENABLED' });
    expect(await seen(request)).toEqual({
      status: 'ENABLED',
      badges: ['JP SUSPENDED OPERATOR', 'US STAGED'],
      history: [
        `suspend ENABLED ENABLED ${NOW}`,
        `suspend ENABLED SUSPENDED ${NOW}`,
        `reinstate SUSPENDED ENABLED ${NOW}`,
      ],
      mails: [`badge-suspended JP ${NOW}`, `badge-suspended JP,US ${NOW}`, `badge-reinstated US ${NOW}`],
    });
  });

  test.each([
    ['approved', approved],
    ['open', { status: 'UNDER_TEST' }],
    ['on hold', { status: 'ON_HOLD' }],
    ['cancelled', { status: 'CANCELLED' }],
  ])('that is %s changes nothing of badges that are well', async (_name, change) => {
    const request = await enabled();
    await request.certify(change);
    expect(await byCertification(request)).toEqual(REFUSED);
    expect(await seen(request)).toMatchObject({ status: 'ENABLED', history: [] });
  });

  test('that covers a marketplace no longer leaves its badge as it is', async () => {
    const request = await enabled();
    await request.certify(revoked);
    await byCertification(request);
    await request.certify({ ...approved, marketplaces: ['US'] });
    await byCertification(request);
    expect(await seen(request)).toMatchObject({
      status: 'ENABLED',
      badges: ['JP SUSPENDED CERTIFICATION_REVOKED', 'US STAGED'],
    });
  });

  test('leaves what an operator has planned', async () => {
    const request = await enabled();
    await order(request, 'remove', { effectiveAt: EVENING });
    await request.certify(revoked);
    await byCertification(request);
    expect(await seen(request)).toMatchObject({
      history: [
        `remove ENABLED ENABLED ${NOW}`,
        `suspend ENABLED SUSPENDED ${NOW}`,
        `remove SUSPENDED REMOVED ${EVENING}`,
      ],
      mails: [`badge-suspended JP,US ${NOW}`, `badge-removed JP,US ${EVENING}`],
    });
    scene.now = EVENING;
    expect(await standing(request)).toEqual(['REMOVED', 2]);
  });
});

describe('a badge in trouble', () => {
  const reasons = [{ check: 'ASIN_LIVE', code: 'ASIN_NOT_BUYABLE', found: null, expected: null }] as const;
  const warn = (request: SceneRequest) =>
    request.record((ref) => scene.badgeActivities.recordWarning(ref, [{ marketplace: 'US', reasons }]));
  const act = (request: SceneRequest, action: OperatorOrder['action']) =>
    request.record((ref) => scene.badgeActivities.recordListingAction(ref, { action, marketplaces: ['US'] }));
  const clear = (request: SceneRequest) =>
    request.record((ref) => scene.badgeActivities.recordRecovery(ref, ['US']));

  test('is warned of, suspended, reinstated and removed, each once however often it is written', async () => {
    const request = await enabled();
    const outcomes = [
      await warn(request),
      await clear(request),
      await act(request, 'suspend'),
      await act(request, 'reinstate'),
      await act(request, 'remove'),
    ];
    expect(outcomes).toMatchObject([
      { status: 'ENABLED', warned: ['US'], suspendAt: '2027-02-08T12:00:00.000Z' },
      { status: 'ENABLED' },
      { status: 'ENABLED', removeAt: '2027-05-02T12:00:00.000Z' },
      { status: 'ENABLED' },
      { status: 'ENABLED' },
    ]);
    const after = await request.traces();
    for (const step of request.steps) expect(await step.repeat()).toEqual(step.outcome);
    expect(await request.traces()).toEqual(after);
    expect((await seen(request)).history).toEqual([
      `warn ENABLED ENABLED ${NOW}`,
      `clear ENABLED ENABLED ${NOW}`,
      `suspend ENABLED ENABLED ${NOW}`,
      `reinstate ENABLED ENABLED ${NOW}`,
      `remove ENABLED ENABLED ${NOW}`,
    ]);
    expect((await seen(request)).mails.map((mail) => mail.split(' ')[0])).toEqual([
      'badge-in-trouble',
      'badge-recovered',
      'badge-suspended',
      'badge-reinstated',
      'badge-removed',
    ]);
  });

  test('keeps what an operator has planned for it, in order', async () => {
    const request = await enabled();
    await order(request, 'suspend', { marketplaces: ['JP'], effectiveAt: MORNING });
    await warn(request);
    scene.now = EVENING;
    await clear(request);
    expect(await seen(request)).toMatchObject({
      badges: ['JP SUSPENDED OPERATOR', 'US STAGED'],
      history: [
        `suspend ENABLED ENABLED ${NOW}`,
        `warn ENABLED ENABLED ${NOW}`,
        `suspend ENABLED ENABLED ${MORNING}`,
        `clear ENABLED ENABLED ${EVENING}`,
      ],
    });
  });

  test('is not warned of where the badge is not shown', async () => {
    const request = await enabled();
    await order(request, 'suspend');
    expect(await warn(request)).toEqual(REFUSED);
  });

  test('stays suspended for another cause, and its maker is told of nothing', async () => {
    const request = await enabled();
    await act(request, 'suspend');
    await order(request, 'suspend', { marketplaces: ['US'] });
    await act(request, 'reinstate');
    const { badges, mails } = await seen(request);
    expect(badges).toEqual(['JP STAGED', 'US SUSPENDED OPERATOR']);
    expect(mails.some((mail) => mail.startsWith('badge-reinstated'))).toBe(false);
  });
});
