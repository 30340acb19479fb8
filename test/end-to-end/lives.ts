/** Lives of requests, each with the history and the mails that it must leave however often parts are killed. */
import { setTimeout as sleep } from 'node:timers/promises';
import { benchmarkProduct, generatedListing } from '../../dev/stand-ins/generated-listing';
import { ok } from '../../chaos/calls';
import type { Product } from './product';

export interface Life {
  readonly id: string;
  readonly status: string;
  readonly actions: readonly string[];
  /** The ends of the mails' subjects. */
  readonly mails: readonly string[];
}

const STAGE_WITHIN_MS = 90_000;

interface Maker {
  readonly product: Product;
  readonly number: number;
}

const projectOf = ({ product, number }: Maker, change: object) => {
  const maker = product.run.people.find(({ role }) => role === 'MAKER');
  return {
    projectId: `cert_e2e_${String(number).padStart(4, '0')}`,
    organizationId: maker?.organization,
    product: { id: `prod_e2e_${String(number).padStart(4, '0')}`, ...benchmarkProduct },
    marketplaces: ['US', 'JP'],
    reason: null,
    ...change,
  };
};
const underTest = { version: 1, status: 'UNDER_TEST', result: null };
const approved = { version: 2, status: 'COMPLETE', result: 'APPROVED' };

async function draft(maker: Maker, change: object = {}): Promise<string> {
  await maker.product.report(projectOf(maker, underTest));
  const asin = `BX${String(maker.number).padStart(8, '0')}`;
  const upc = generatedListing(asin)?.identifiers.find(({ type }) => type === 'UPC')?.code;
  const created = await maker.product.call('MAKER', 'POST', '/v1/badge-requests', {
    program: 'WWA',
    productId: `prod_e2e_${String(maker.number).padStart(4, '0')}`,
    retailIdentifier: { type: 'UPC', code: upc },
    asin,
    goLive: { kind: 'AS_SOON_AS_POSSIBLE' },
    marketplaces: ['US', 'JP'],
    ...change,
  });
  return String(ok(created)['id']);
}

async function until(product: Product, id: string, done: (request: Record<string, unknown>) => boolean) {
  let request: Record<string, unknown> = {};
  for (const end = Date.now() + STAGE_WITHIN_MS; Date.now() < end; await sleep(100)) {
    request = ok(await product.call('MAKER', 'GET', `/v1/badge-requests/${id}`));
    if (done(request)) return request;
  }
  throw new Error(`${id} does not get on: ${String(request['status'])} ${String(request['stage'])}`);
}

const act = async (product: Product, role: string, id: string, action: string, body: object = {}) =>
  ok(await product.call(role, 'POST', `/v1/badge-requests/${id}/${action}`, body));

async function submit(product: Product, id: string): Promise<Record<string, unknown>> {
  await act(product, 'MAKER', id, 'submit');
  return until(product, id, (request) => request['stage'] === 'AWAITING_REVIEWER');
}

async function enable({ product, ...rest }: Maker, id: string, round: unknown): Promise<void> {
  await act(product, 'REVIEWER', id, 'approve', { round });
  await product.report(projectOf({ product, ...rest }, approved));
  await until(product, id, (request) => request['status'] === 'ENABLED');
}

const approvedLife = ['submit', 'passChecks', 'approve', 'enable'];

async function straight(maker: Maker): Promise<Life> {
  const id = await draft(maker);
  const { round } = await submit(maker.product, id);
  await enable(maker, id, round);
  return {
    id,
    status: 'ENABLED',
    actions: ['create', ...approvedLife],
    mails: ['Under Review', 'Pending', 'Enabled'],
  };
}

async function corrected(maker: Maker): Promise<Life> {
  // The check digit is right, but it is another listing's.
  const id = await draft(maker, { retailIdentifier: { type: 'UPC', code: '036000291452' } });
  await act(maker.product, 'MAKER', id, 'submit');
  await until(maker.product, id, (request) => request['status'] === 'REJECTED');
  const upc = generatedListing(`BX${String(maker.number).padStart(8, '0')}`)?.identifiers[0]?.code;
  ok(
    await maker.product.call('MAKER', 'PATCH', `/v1/badge-requests/${id}`, {
      retailIdentifier: { code: upc },
    }),
  );
  const { round } = await submit(maker.product, id);
  await enable(maker, id, round);
  return {
    id,
    status: 'ENABLED',
    actions: ['create', 'submit', 'failChecks', 'save', ...approvedLife],
    mails: ['Under Review', 'Rejected', 'Under Review', 'Pending', 'Enabled'],
  };
}

async function refused(maker: Maker): Promise<Life> {
  const id = await draft(maker);
  const { round } = await submit(maker.product, id);
  await act(maker.product, 'REVIEWER', id, 'reject', { round, reasons: [{ code: 'IMAGE_MISMATCH' }] });
  return {
    id,
    status: 'REJECTED',
    actions: ['create', 'submit', 'passChecks', 'reject'],
    mails: ['Under Review', 'Rejected'],
  };
}

async function givenUp(maker: Maker): Promise<Life> {
  const id = await draft(maker);
  await submit(maker.product, id);
  await act(maker.product, 'MAKER', id, 'withdraw');
  await act(maker.product, 'MAKER', id, 'discard');
  return {
    id,
    status: 'DISCARDED',
    actions: ['create', 'submit', 'passChecks', 'withdraw', 'discard'],
    mails: ['Under Review', 'Not Submitted', 'Discarded'],
  };
}

const kinds = [straight, corrected, straight, refused, straight, givenUp];

/** Plays a life; which one follows from its number. */
export const live = (maker: Maker): Promise<Life> => (kinds[maker.number % kinds.length] ?? straight)(maker);

/** What the product says of a life now. */
export async function look(product: Product, { id }: Life): Promise<Omit<Life, 'mails'>> {
  const request = ok(await product.call('MAKER', 'GET', `/v1/badge-requests/${id}`));
  const { data } = ok(await product.call('MAKER', 'GET', `/v1/badge-requests/${id}/history`)) as {
    data: { action: string }[];
  };
  return { id, status: String(request['status']), actions: data.map(({ action }) => action) };
}

interface CaughtMail {
  readonly subject: string;
  readonly text: string;
  readonly headers: Record<string, string>;
}

/** Subjects' ends of a life's mails, oldest first; a mail that came twice with one Message-ID is one mail. */
export async function mailsOf(product: Product, { id, mails: expected }: Life): Promise<string[]> {
  for (const end = Date.now() + STAGE_WITHIN_MS; ; await sleep(200)) {
    const response = await fetch(`${product.run.mail.url ?? ''}/api/messages`);
    const all = (await response.json()) as CaughtMail[];
    const byId = new Map(
      all.filter(({ text }) => text.includes(id)).map((mail) => [mail.headers['message-id'], mail]),
    );
    if (byId.size >= expected.length || Date.now() > end)
      return [...byId.values()].reverse().map(({ subject }) => subject.slice(subject.lastIndexOf(': ') + 2));
  }
}
