/** Questions which ASINs carry an identifier: asked once, answered for a while to everyone of the organization. */
import type { AsinSuggestions } from '../domain/asin-suggestion';
import type { MarketplaceCode } from '../domain/marketplaces';
import { type RetailIdentifier, toGtin14 } from '../domain/retail-identifier';
import { prepared, transact, type Pool, type Queryable } from './pool';

/** How long an answer serves those who ask the same. */
const ANSWER_SERVES_MINUTES = 5;
/** What a limit per minute counts. */
const COUNTED_SECONDS = 60;

export interface NewSuggestion {
  readonly id: string;
  readonly organizationId: string;
  readonly marketplace: MarketplaceCode;
  readonly identifier: RetailIdentifier;
}

export type AskResult =
  /** Under this id: asked now, being asked, or answered already. */
  | { readonly outcome: 'ASKED'; readonly id: string }
  | { readonly outcome: 'LIMITED'; readonly retryAfterSeconds: number };

/**
 * Finds the same question of the organization where its answer still serves or is on its way, else asks it anew.
 * Questions of one organization pass one after another, so that equal ones side by side become one and the
 * limit holds.
 * @param limits.perMinute new questions of an organization
 * @param limits.runningMs how long a question without an answer counts as being asked
 */
export async function askSuggestion(
  pool: Pool,
  { id, organizationId, marketplace, identifier }: NewSuggestion,
  limits: { readonly perMinute: number; readonly runningMs: number },
): Promise<AskResult> {
  return transact(pool, async (connection) => {
    await connection.query(
      prepared('select 1 from organizations where id = $1 for no key update', [organizationId]),
    );
    const gtin14 = toGtin14(identifier.code);
    const same = await connection.query<{ id: string }>(
      prepared(
        `select id from asin_suggestions where organization_id = $1 and marketplace = $2 and gtin14 = $3
            and valid_until > clock_timestamp() order by asked_at desc limit 1`,
        [organizationId, marketplace, gtin14],
      ),
    );
    if (same.rows[0] !== undefined) return { outcome: 'ASKED', id: same.rows[0].id };
    const wait = await secondsToWait(connection, organizationId, limits.perMinute);
    if (wait !== null) return { outcome: 'LIMITED', retryAfterSeconds: wait };
    await connection.query(
      prepared(
        `insert into asin_suggestions
           (id, organization_id, marketplace, identifier_type, identifier_code, gtin14, asked_at, valid_until)
         values ($1, $2, $3, $4, $5, $6, clock_timestamp(),
                 clock_timestamp() + $7::integer * interval '1 millisecond')`,
        [id, organizationId, marketplace, identifier.type, identifier.code, gtin14, limits.runningMs],
      ),
    );
    return { outcome: 'ASKED', id };
  });
}

/** Until the oldest question that stands in the way is a minute old; null when none does. */
async function secondsToWait(
  connection: Queryable,
  organizationId: string,
  perMinute: number,
): Promise<number | null> {
  const { rows } = await connection.query<{ seconds: number }>(
    prepared(
      `select greatest(1, ceil($3::integer - extract(epoch from clock_timestamp() - asked_at)))::integer as seconds
         from asin_suggestions
        where organization_id = $1 and asked_at > clock_timestamp() - $3::integer * interval '1 second'
        order by asked_at desc offset $2::integer - 1 limit 1`,
      [organizationId, perMinute, COUNTED_SECONDS],
    ),
  );
  return rows[0]?.seconds ?? null;
}

export interface SuggestionQuestion {
  readonly marketplace: MarketplaceCode;
  readonly identifier: RetailIdentifier;
  /** Of the asking organization's products. */
  readonly brands: readonly string[];
}

/** What is asked; null when there is no such question. */
export async function readSuggestionQuestion(
  connection: Queryable,
  id: string,
): Promise<SuggestionQuestion | null> {
  const { rows } = await connection.query<SuggestionQuestion>(
    prepared(
      `select s.marketplace, json_build_object('type', s.identifier_type, 'code', s.identifier_code) as identifier,
          array(select distinct p.brand from products p where p.organization_id = s.organization_id) as brands
        from asin_suggestions s where s.id = $1`,
      [id],
    ),
  );
  return rows[0] ?? null;
}

/**
 * Keeps the answer; the first one kept stays.
 * @param lasting false: it serves those who wait for it and nobody who asks later
 */
export async function saveSuggestions(
  connection: Queryable,
  id: string,
  answer: AsinSuggestions,
  lasting: boolean,
): Promise<void> {
  await connection.query(
    prepared(
      `update asin_suggestions set answer = $2,
          valid_until = clock_timestamp() + $3::integer * interval '1 minute'
        where id = $1 and answer is null`,
      [id, JSON.stringify(answer), lasting ? ANSWER_SERVES_MINUTES : 0],
    ),
  );
}

/** Null while there is none. */
export async function readSuggestions(connection: Queryable, id: string): Promise<AsinSuggestions | null> {
  const { rows } = await connection.query<{ answer: AsinSuggestions | null }>(
    prepared('select answer from asin_suggestions where id = $1', [id]),
  );
  return rows[0]?.answer ?? null;
}
