/** The product, driven only by its public API and by signed certification events. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { Webhook } from 'standardwebhooks';
import { Pool } from 'undici';
import type { DemoPerson, RunFile } from '../dev/run-file';
import { benchmarkProduct } from '../dev/stand-ins/generated-listing';
import type { GoLive } from '../domain/go-live';
import type { MarketplaceCode } from '../domain/marketplaces';
import { asinOf, upcOf } from './asins';
import { runClosedLoop, type Program } from './lives';
import { watchStages } from './stage-watch';

/** A certification project with its product. */
interface Project {
  readonly projectId: string;
  readonly productId: string;
}

export interface Product extends Program {
  /** As `prepare`, but all requests are of one product. */
  prepareOfOneProduct(count: number): Promise<(() => Promise<string>)[]>;
  /** Gives a request its go-live date anew. */
  reschedule(id: string, date: string): Promise<unknown>;
  close(): Promise<void>;
}

const PREPARED_AT_A_TIME = 10;
/** Mails leave within seconds; what has not by then never will. */
const MAILS_WITHIN_MS = 60_000;
const ANSWER_WITHIN_MS = 30_000;

/**
 * @param database only read: where requests stand, and whether mails have left
 * @param connections calls at a time
 * @param marketplaces of every request
 * @param goLive of every request
 */
export function connectToProduct(
  run: RunFile,
  database: pg.Pool,
  connections: number,
  marketplaces: readonly MarketplaceCode[] = ['US'],
  goLive: GoLive = { kind: 'AS_SOON_AS_POSSIBLE' },
): Product {
  const http = new Pool(run.url, {
    connections,
    headersTimeout: ANSWER_WITHIN_MS,
    bodyTimeout: ANSWER_WITHIN_MS,
  });
  const [maker, reviewer] = [personOf(run, 'MAKER'), personOf(run, 'REVIEWER')];
  const webhook = new Webhook(run.certification.secret);
  const projects = new Map<string, Project>();

  const post = async (path: string, headers: Record<string, string>, body: string): Promise<unknown> => {
    const answer = await http.request({
      method: 'POST',
      path,
      headers: { ...headers, 'content-type': 'application/json' },
      body,
    });
    const text = await answer.body.text();
    if (answer.statusCode >= 300)
      throw new Error(`POST ${path} answered ${answer.statusCode}: ${text.slice(0, 500)}`);
    return text === '' ? null : JSON.parse(text);
  };
  const call = (person: DemoPerson, path: string, body: object) =>
    post(
      path,
      { authorization: `Bearer ${person.token}`, 'idempotency-key': randomUUID() },
      JSON.stringify(body),
    );
  const report = async ({ projectId, productId }: Project, state: object) => {
    const [id, at] = [`msg_${randomUUID()}`, new Date()];
    const body = JSON.stringify({
      type: 'certification_project.updated',
      timestamp: at.toISOString(),
      data: {
        projectId,
        organizationId: maker.organization,
        product: { id: productId, ...benchmarkProduct },
        marketplaces,
        ...state,
      },
    });
    const headers = {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': webhook.sign(id, at, body),
    };
    await post(new URL(run.certification.url).pathname, headers, body);
  };
  const begin = async (): Promise<Project> => {
    const project = { projectId: `cert_${newIdPart()}`, productId: `prod_${newIdPart()}` };
    await report(project, { version: 1, status: 'UNDER_TEST', result: null, reason: null });
    return project;
  };
  let asins = 0;
  const creationOf = (project: Project) => async (): Promise<string> => {
    const { id } = (await call(
      maker,
      '/v1/badge-requests',
      formOf(project, (asins += 1), { marketplaces, goLive }),
    )) as {
      id: string;
    };
    projects.set(id, project);
    return id;
  };
  const settle = async () => {
    for (const end = Date.now() + MAILS_WITHIN_MS; Date.now() < end; await sleep(10)) {
      const { rows } = await database.query<{ id: string }>(
        'select id from mail_outbox where sent_at is null and refused_at is null and due_at <= now() limit 1',
      );
      if (rows.length > 0) continue;
      const refused = await database.query('select id from mail_outbox where refused_at is not null limit 1');
      if (refused.rows.length > 0) throw new Error('A mail was refused');
      return;
    }
    throw new Error(`Mails have not left within ${MAILS_WITHIN_MS / 1000} s`);
  };

  return {
    name: 'product',
    async prepare(count) {
      const creations: (() => Promise<string>)[] = [];
      const failures = await runClosedLoop(Array.from({ length: count }), PREPARED_AT_A_TIME, async () => {
        creations.push(creationOf(await begin()));
      });
      if (failures[0] !== undefined) throw new Error(failures[0]);
      return creations;
    },
    async prepareOfOneProduct(count) {
      const create = creationOf(await begin());
      return Array.from({ length: count }, () => create);
    },
    submit: (id) => call(maker, `/v1/badge-requests/${id}/submit`, {}),
    reschedule: (id, date) =>
      call(maker, `/v1/badge-requests/${id}/reschedule`, { goLive: { kind: 'ON_DATE', date } }),
    approve: (id) => call(reviewer, `/v1/badge-requests/${id}/approve`, { round: 1 }),
    certify(id) {
      const project = projects.get(id);
      if (project === undefined) throw new Error(`${id} was created by somebody else`);
      return report(project, { version: 2, status: 'COMPLETE', result: 'APPROVED', reason: null });
    },
    watch: watchStages(async (ids) => {
      const { rows } = await database.query<{ id: string; stage: string }>({
        name: 'stages',
        text: 'select id, coalesce(stage, status) as stage from badge_requests where id = any($1)',
        values: [ids],
      });
      return new Map(rows.map(({ id, stage }) => [id, stage]));
    }),
    settle,
    close: () => http.close(),
  };
}

function personOf(run: RunFile, role: string): DemoPerson {
  const person = run.people.find((each) => each.role === role);
  if (person === undefined) throw new Error(`The product has no ${role} to act as`);
  return person;
}

const newIdPart = () => randomUUID().replaceAll('-', '');

function formOf(
  { productId }: Project,
  number: number,
  chosen: { marketplaces: readonly MarketplaceCode[]; goLive: GoLive },
) {
  const asin = asinOf(number);
  return {
    program: 'WWA',
    productId,
    retailIdentifier: { type: 'UPC', code: upcOf(asin) },
    asin,
    variant: null,
    bundleDevices: [],
    ...chosen,
  };
}
