/** What is written ahead of its instant can be taken back until then. */
import { AMERICA, EVE, JAPAN, seen, type StagingScene, useStagingScene } from './staging-scene';
import { people, type Scene, type SceneRequest } from './transition-scene';

let at: StagingScene;
let scene: Scene;
useStagingScene(EVE, (made) => {
  at = made;
  scene = made.scene;
});

describe('what is written ahead is taken back', () => {
  const nothingAhead = { first: null, last: null, badges: [] };

  test('by a withdrawal', async () => {
    const request = await at.staged();
    await request.record(scene.activities.recordWithdrawal, people.maker);
    expect(await seen(request)).toMatchObject({
      ...nothingAhead,
      standing: 'NOT_SUBMITTED -',
      history: [`stage PENDING ${scene.now}`, `withdraw NOT_SUBMITTED ${scene.now}`],
      mails: [`withdrawn ${scene.now}`],
    });
  });

  test('by a withdrawal, which says so where the mail has left at its instant meanwhile', async () => {
    const request = await at.staged();
    await scene.pool.query(
      "update mail_outbox set sent_at = due_at where request_id = $1 and template = 'enabled'",
      [request.id],
    );
    await request.record(scene.activities.recordWithdrawal, people.maker);
    expect((await request.traces()).mails.at(-1)).toMatchObject({
      template: 'withdrawn',
      props: { toldEnabled: true },
    });
    const untold = await at.staged();
    await untold.record(scene.activities.recordWithdrawal, people.maker);
    expect((await untold.traces()).mails.at(-1)).toMatchObject({ template: 'withdrawn', props: {} });
  });

  test('but nothing that a transition has recorded, where the clock has stepped back since', async () => {
    const request = await at.staged();
    scene.now = new Date(Date.parse(EVE) - 60_000).toISOString();
    await request.record(scene.activities.recordWithdrawal, people.maker);
    expect(await seen(request)).toMatchObject({
      ...nothingAhead,
      history: [`stage PENDING ${EVE}`, `withdraw NOT_SUBMITTED ${scene.now}`],
    });
  });

  test('by another date', async () => {
    const request = await at.staged();
    const outcome = await request.record(
      (ref) => scene.activities.recordRescheduling(ref, { kind: 'ON_DATE', date: '2027-01-16' }),
      people.maker,
    );
    expect(outcome).toMatchObject({
      stage: 'SCHEDULED',
      open: ['US', 'JP'],
      looks: { US: { at: '2027-01-15T08:00:00.000Z' }, JP: { at: '2027-01-14T15:00:00.000Z' } },
      enabledAt: null,
    });
    expect(await seen(request)).toMatchObject({
      ...nothingAhead,
      standing: 'PENDING SCHEDULED',
      history: [`stage PENDING ${scene.now}`, `reschedule PENDING ${scene.now}`],
      mails: [],
    });
    await at.stage(request);
    expect(await seen(request)).toMatchObject({ mails: ['enabled 2027-01-16T08:00:00.000Z'] });
  });

  test('by another date, which says so where the mail has left at its instant meanwhile', async () => {
    const request = await at.staged();
    await scene.pool.query(
      "update mail_outbox set sent_at = due_at where request_id = $1 and template = 'enabled'",
      [request.id],
    );
    await request.record(
      (ref) => scene.activities.recordRescheduling(ref, { kind: 'ON_DATE', date: '2027-01-16' }),
      people.maker,
    );
    expect((await request.traces()).mails.at(-1)).toMatchObject({
      template: 'pending',
      props: { toldEnabled: true, awaitsCertification: false, goLiveDate: '2027-01-16' },
    });
    const after = await request.traces();
    for (const step of request.steps) expect(await step.repeat()).toEqual(step.outcome);
    expect(await request.traces()).toEqual(after);
  });

  test('but a mail that has left at its instant meanwhile, which is not written again', async () => {
    const request = await at.staged();
    await scene.pool.query(
      "update mail_outbox set sent_at = due_at where request_id = $1 and template = 'enabled'",
      [request.id],
    );
    await request.record(
      (ref) => scene.activities.recordRescheduling(ref, { kind: 'ON_DATE', date: '2027-01-15' }),
      people.maker,
    );
    await at.stage(request);
    expect(await seen(request)).toMatchObject({ last: AMERICA, mails: [`enabled ${AMERICA}`] });
  });

  test('by a refused certification', async () => {
    const request = await at.staged();
    await request.certify({ status: 'COMPLETE', result: 'REVOKED' });
    await request.record(scene.activities.recordCertificationRefusal);
    expect(await seen(request)).toMatchObject({
      ...nothingAhead,
      standing: 'REJECTED -',
      codes: ['CERTIFICATION_REVOKED'],
      history: [`stage PENDING ${scene.now}`, `refuseCertification REJECTED ${scene.now}`],
      mails: [`rejected ${scene.now}`],
    });
  });

  test.each([
    [
      'a withdrawal',
      (request: SceneRequest) => request.record(scene.activities.recordWithdrawal, people.maker),
    ],
    [
      'another date',
      (request: SceneRequest) =>
        request.record(
          (ref) => scene.activities.recordRescheduling(ref, { kind: 'ON_DATE', date: '2027-01-16' }),
          people.maker,
        ),
    ],
  ])(
    'by %s until the last millisecond before the instant, and nothing after the last one',
    async (_by, take) => {
      const justBefore = await at.staged();
      scene.now = new Date(Date.parse(JAPAN) - 1).toISOString();
      await take(justBefore);
      expect(await seen(justBefore)).toMatchObject(nothingAhead);
      scene.now = EVE;
      const over = await at.staged();
      const before = await seen(over);
      scene.now = AMERICA;
      expect(await take(over)).toEqual({ refused: 'ACTION_NOT_ALLOWED' });
      expect(await seen(over)).toEqual(before);
    },
  );

  test('but not what is effective: a withdrawal then ends with the badges that there are', async () => {
    const request = await at.staged();
    scene.now = JAPAN;
    await request.record(scene.activities.recordWithdrawal, people.maker);
    expect(await seen(request)).toMatchObject({
      standing: 'ENABLED -',
      first: JAPAN,
      last: JAPAN,
      marketplaces: ['JP'],
      mails: [`enabled ${JAPAN}`],
      badges: [`JP ${JAPAN}`],
    });
    // Who has not withdrawn it reads in the mail that the rest is not to come.
    const mail = (await request.traces()).mails.at(-1);
    expect(mail?.props).toMatchObject({ badges: [{ marketplace: 'JP' }], withdrawn: ['US'] });
  });

  test('but not what is effective: another date is one for the rest', async () => {
    const request = await at.staged();
    scene.now = JAPAN;
    const later = { kind: 'ON_DATE', date: '2027-01-16' } as const;
    const outcome = await request.record(
      (ref) => scene.activities.recordRescheduling(ref, later),
      people.maker,
    );
    expect(outcome).toMatchObject({ open: ['US'], looks: { US: { at: '2027-01-15T08:00:00.000Z' } } });
    expect(await seen(request)).toMatchObject({
      first: JAPAN,
      last: null,
      mails: [],
      badges: [`JP ${JAPAN}`],
    });
  });
});
