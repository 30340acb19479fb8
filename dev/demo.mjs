/**
 * `npm run demo`: two requests through their whole lives, against a running `npm start`, by the public API
 * alone. One goes straight to Enabled; one is rejected, corrected, submitted again and then enabled.
 */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const PATIENCE_MS = 60_000;

/** Ends the demo with a sentence in place of a stack. */
class DemoError extends Error {}

async function readRun() {
  const dataDir = process.env.DATA_DIR ? path.resolve(process.env.DATA_DIR) : path.join(root, '.data');
  const file = path.join(dataDir, 'run.json');
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    throw new DemoError(
      `Nothing runs here (${file} is not there). Run \`npm start\` first, in another terminal.`,
    );
  }
}

const say = (line = '') => console.log(line);

function clientOf(run, role) {
  const person = run.people.find((each) => each.role === role);
  const call = async (method, where, body) => {
    const response = await fetch(`${run.url}${where}`, {
      method,
      headers: {
        authorization: `Bearer ${person.token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(method === 'POST' ? { 'idempotency-key': randomUUID() } : {}),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.json() };
  };
  const must = async (method, where, body) => {
    const answer = await call(method, where, body);
    if (answer.status >= 300)
      throw new DemoError(`${method} ${where}: ${answer.body.detail ?? answer.status}`);
    return answer.body;
  };
  return { person, call, must };
}

/** Sends what the certification pipeline reports about a project, signed as it signs. */
async function report(run, product, change) {
  const { Webhook } = (await import('standardwebhooks')).default;
  const id = `msg_${randomUUID()}`;
  const at = new Date();
  const { certification, organization, ...rest } = product;
  const body = JSON.stringify({
    type: 'certification_project.updated',
    timestamp: at.toISOString(),
    data: {
      projectId: certification.projectId,
      version: certification.version + 1,
      organizationId: organization.id,
      product: {
        id: rest.id,
        name: rest.name,
        brand: rest.brand,
        model: rest.model,
        deviceType: rest.deviceType,
        integration: rest.integration,
      },
      marketplaces: certification.marketplaces,
      reason: null,
      ...change,
    },
  });
  const response = await fetch(run.certification.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': new Webhook(run.certification.secret).sign(id, at, body),
    },
    body,
  });
  if (response.status !== 202)
    throw new DemoError(`The certification event was answered with ${response.status}.`);
}

function tell(request) {
  say(`  ${request.statusLabel.padEnd(14)} ${request.nextStep}`);
  for (const { code, marketplace, found, expected, action } of request.reasons) {
    say(
      `      ${code}${marketplace ? ` in ${marketplace}` : ''}: found ${found ?? 'nothing'}, expected ${expected ?? '–'}`,
    );
    say(`      ${action}`);
  }
}

async function until(maker, id, done) {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end;) {
    const request = await maker.must('GET', `/v1/badge-requests/${id}`);
    if (done(request)) {
      tell(request);
      return request;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new DemoError(`The request ${id} does not get on; \`npm start\` says why.`);
}

/** Creates a draft; one for the same ASIN that an earlier demo has left open is given up first. */
async function create(maker, form) {
  const answer = await maker.call('POST', '/v1/badge-requests', form);
  if (answer.status === 201) return answer.body;
  await giveUp(maker, answer);
  return maker.must('POST', '/v1/badge-requests', form);
}

async function giveUp(maker, { status, body }) {
  const open = body.existingRequestId;
  if (status !== 409 || !open) throw new DemoError(body.detail ?? `answered with ${status}`);
  const request = await maker.must('GET', `/v1/badge-requests/${open}`);
  if (request.allowedActions.includes('withdraw'))
    await maker.must('POST', `/v1/badge-requests/${open}/withdraw`);
  await maker.must('POST', `/v1/badge-requests/${open}/discard`);
}

async function showsBadge(run, { asin, marketplaces: [marketplace] }) {
  const page = await fetch(`${run.retail.url}/dp/${asin}?marketplace=${marketplace}`);
  return (await page.text()).includes('Works with Alexa');
}

async function approve(reviewer, { id, round }) {
  await reviewer.must('POST', `/v1/badge-requests/${id}/approve`, { round });
}

async function straight(run, maker, reviewer) {
  say('A request that is right at once');
  const form = run.examples.ready;
  const product = await maker.must('GET', `/v1/products/${form.productId}`);
  // An earlier demo has had it certified: it is tested again.
  if (product.certification.status === 'COMPLETE')
    await report(run, product, { status: 'UNDER_TEST', result: null });
  const { id } = await create(maker, form);
  await until(maker, id, (request) => request.status === 'NOT_SUBMITTED');
  say(`  – ${maker.person.name} submits`);
  await maker.must('POST', `/v1/badge-requests/${id}/submit`);
  const reviewed = await until(maker, id, (request) => request.stage === 'AWAITING_REVIEWER');
  say(`  – ${reviewer.person.name} approves`);
  await approve(reviewer, reviewed);
  await until(maker, id, (request) => request.status === 'PENDING');
  say(`  – on the product’s page: ${(await showsBadge(run, form)) ? 'the badge' : 'no badge'}`);
  say('  – the certification pipeline reports that the product is certified');
  await report(run, await maker.must('GET', `/v1/products/${form.productId}`), {
    status: 'COMPLETE',
    result: 'APPROVED',
  });
  await until(maker, id, (request) => request.status === 'ENABLED');
  say(`  – on the product’s page: ${(await showsBadge(run, form)) ? 'the badge' : 'no badge'}`);
  return id;
}

async function corrected(run, maker, reviewer) {
  say('A request that is rejected, corrected and submitted again');
  const form = run.examples.brandMismatch;
  const { corrections } = await import('../dist/dev/stand-ins/examples.js').then(
    (module) => module.default ?? module,
  );
  const { id } = await create(maker, form);
  await until(maker, id, (request) => request.status === 'NOT_SUBMITTED');
  say(`  – ${maker.person.name} submits`);
  await maker.must('POST', `/v1/badge-requests/${id}/submit`);
  await until(maker, id, (request) => request.status === 'REJECTED');
  say(`  – ${maker.person.name} gives the ASIN of the right listing and submits again`);
  let saved = await maker.call('PATCH', `/v1/badge-requests/${id}`, corrections.brandMismatch);
  if (saved.status === 409) {
    await giveUp(maker, saved);
    saved = await maker.call('PATCH', `/v1/badge-requests/${id}`, corrections.brandMismatch);
  }
  await maker.must('POST', `/v1/badge-requests/${id}/submit`);
  const reviewed = await until(maker, id, (request) => request.stage === 'AWAITING_REVIEWER');
  say(`  – ${reviewer.person.name} approves; the product is certified already`);
  await approve(reviewer, reviewed);
  const request = await until(maker, id, (each) => each.status === 'ENABLED');
  say(`  – on the product’s page: ${(await showsBadge(run, request)) ? 'the badge' : 'no badge'}`);
  return id;
}

async function listMails(run, ids) {
  if (!run.mail.url) return;
  say('Mails that the maker got');
  for (const id of ids) {
    let mails = [];
    for (
      const end = Date.now() + PATIENCE_MS;
      Date.now() < end && !mails.some((mail) => /Enabled/.test(mail.subject));
    ) {
      const all = await (await fetch(`${run.mail.url}/api/messages`)).json();
      mails = all.filter((mail) => mail.text.includes(id)).reverse();
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    for (const mail of mails) say(`  ${mail.subject}`);
  }
}

try {
  const run = await readRun();
  const maker = clientOf(run, 'MAKER');
  const reviewer = clientOf(run, 'REVIEWER');
  const first = await straight(run, maker, reviewer);
  say();
  const second = await corrected(run, maker, reviewer);
  say();
  await listMails(run, [first, second]);
  say();
  say(
    `See them at ${run.url}/badge-requests/${first} and …/${second}, in Temporal at ${run.temporal.ui ?? run.temporal.address}.`,
  );
} catch (error) {
  console.error(error instanceof DemoError ? error.message : error);
  process.exitCode = 1;
}
