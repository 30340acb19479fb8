/** A request for a badge that another one has, and that is suspended: whoever decides is told. */
import { readyForm, textOf, type Json } from './api-server';
import { pathOf } from './request-calls';
import { workedApi } from './worked-api';

const worked = workedApi();

async function enabled(form = readyForm()): Promise<string> {
  const id = await worked.requests.underReview(form);
  await worked.requests.act('reviewer', id, 'approve', { round: 1 });
  await worked.world.certify('cert_one', { status: 'COMPLETE', result: 'APPROVED' });
  await worked.requests.until(id, ({ status }: Json) => textOf(status) === 'ENABLED');
  return id;
}
const shownTo = async (person: 'maker' | 'reviewer' | 'operator', id: string) =>
  (await worked.api.as(person)('GET', pathOf(id))).body['suspendedElsewhere'];

test('reviewers and operators see which badge approving would show again; its maker does not', async () => {
  const form = readyForm();
  const first = await enabled(form);
  await worked.requests.act('operator', first, 'suspend', { marketplaces: ['US'], reason: 'Recalled.' });
  const second = await worked.requests.underReview(form);
  const found = [{ marketplace: 'US', requestId: first, causes: ['OPERATOR'] }];
  expect(await shownTo('reviewer', second)).toEqual(found);
  expect(await shownTo('operator', second)).toEqual(found);
  expect(await shownTo('maker', second)).toBeNull();
  // What a suspension of the programme holds back, it would hold back for the second, too.
  const causes = (value: string) =>
    worked.world.pool.query(`update badges set causes = $2 where request_id = $1 and marketplace = 'US'`, [
      first,
      value,
    ]);
  await causes('{PROGRAM_SUSPENSION}');
  expect(await shownTo('reviewer', second)).toEqual([]);
  await causes('{OPERATOR}');
  await worked.requests.act('operator', first, 'reinstate', { marketplaces: ['US'], reason: 'Repaired.' });
  expect(await shownTo('reviewer', second)).toEqual([]);
});

test('a badge of another marketplace, and one that was removed, are none of its business', async () => {
  const form = readyForm();
  const first = await enabled(form);
  await worked.requests.act('operator', first, 'suspend', { marketplaces: ['US'], reason: 'Recalled.' });
  const second = await worked.requests.underReview({ ...form, marketplaces: ['JP'] });
  expect(await shownTo('reviewer', second)).toEqual([]);
  await worked.requests.act('maker', second, 'withdraw');
  await worked.requests.act('maker', second, 'discard');
  await worked.requests.act('operator', first, 'remove', { marketplaces: ['US'], reason: 'For good.' });
  const third = await worked.requests.underReview(form);
  expect(await shownTo('reviewer', third)).toEqual([]);
});
