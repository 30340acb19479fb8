/** What many tests of a request's workflow begin with. */
import type { MarketplaceCode } from '../../domain/marketplaces';
import type { Finding } from '../../domain/review';
import { workflowTypes } from '../../workflows/contract';
import type { RequestForm, RequestInWorld, World } from '../setup/request-world';
import { unique } from '../setup/world-requests';
import { createOutside } from '../setup/outside-fakes';

/** A project's last word. */
export const approved = { status: 'COMPLETE', result: 'APPROVED' };

/** Makes the outside and the certification what they are in the beginning; requests stay. */
export async function beginAnew(world: World): Promise<void> {
  Object.assign(world.outside, createOutside());
  await world.pool.query(
    `update certification_projects set status = 'UNDER_TEST', result = null, version = version + 1, marketplaces =
     '{US,CA,MX,BR,UK,IE,DE,FR,IT,ES,NL,IN,SA,AE,AU,JP}'`,
  );
}

/** From now on the product's first project is America's, and a newer one is Japan's, under way. */
export const JAPAN_PROJECT = 'cert_two';
export async function partByRegion({ pool }: World): Promise<void> {
  await pool.query(`update certification_projects set marketplaces = '{US}', version = version + 1`);
  await pool.query(
    `insert into certification_projects (id, organization_id, product_id, version, status, marketplaces)
     select $1, organization_id, product_id, 1, 'UNDER_TEST', '{JP}' from certification_projects`,
    [JAPAN_PROJECT],
  );
}

export const awaitingReviewer = (request: RequestInWorld) =>
  request.until((row) => row.stage === 'AWAITING_REVIEWER');

export async function reviewed(request: RequestInWorld): Promise<void> {
  await request.submit();
  await awaitingReviewer(request);
}

/** A request that a reviewer has approved. */
export async function pending(world: World, form?: RequestForm): Promise<RequestInWorld> {
  const request = await world.create(form);
  await reviewed(request);
  await request.approve();
  return request;
}

/** Its mails, by name, in the order in which they were written. */
export const templates = async (request: RequestInWorld) =>
  (await request.mails()).map((mail) => mail.template);

/** What an audit finds of a listing that shows another brand. */
export const wrongBrand = (marketplace: MarketplaceCode): Finding => ({
  check: 'LISTING_MATCHES',
  marketplace,
  answer: 'NO',
  codes: ['BRAND_MISMATCH'],
  undecided: [],
  found: { brand: 'Acne' },
  expected: { brand: 'Acme' },
  checkedAt: '2027-01-01T00:00:00.000Z',
});

/** Runs what the Schedule runs; answers with how far it has come with those whose workflow may be lost. */
export const reconcile = ({ client, taskQueue }: World) =>
  client.workflow.execute(workflowTypes.certificationReconcile, {
    workflowId: unique('reconcile'),
    taskQueue,
  });
