/** Rows of a product to rehearse, with people, names and ASINs that a rehearsal has no business with. */
import type { Pool } from '../../db/pool';

/** Words that stand in the product's rows and nowhere in a copy. */
export const PERSONAL = [
  'Ada Lovelace',
  'ada@acme.example',
  'Acme',
  'Aurora',
  'Brandish',
  'B0PERSONAL',
  '036000291452',
];

export interface Planted {
  readonly status: string;
  readonly stage?: string;
  readonly marketplaces?: readonly string[];
  /** Absent: as soon as possible. */
  readonly date?: string;
  /** Absent: the one organization that the others are of. */
  readonly organization?: string;
  readonly certification?: { status: string; result?: string; marketplaces?: readonly string[] };
  /** What a newer project says, of marketplaces of its own. */
  readonly newerCertification?: { status: string; result?: string; marketplaces: readonly string[] };
  readonly withoutProduct?: boolean;
  readonly program?: string | null;
  readonly attention?: string;
  readonly reviewDueAt?: string;
  readonly enabledAt?: string;
  readonly firstEffectiveAt?: string;
  readonly changedAt?: string;
  readonly badges?: Readonly<Record<string, string>>;
  /** When the listing was looked at and was not live. */
  readonly lookedAt?: readonly string[];
  /** When which listing is looked at next, as the last transition has answered. */
  readonly looks?: Readonly<Record<string, { at: string | null; tries: number }>>;
}

export const APPROVED = { status: 'COMPLETE', result: 'APPROVED' };

export async function plantPeople(pool: Pool): Promise<void> {
  await pool.query("insert into organizations (id, name) values ('org_acme', 'Acme Lamps')");
  await pool.query(
    `insert into people (id, name, email, role, organization_id)
       values ('person_ada', 'Ada Lovelace', 'ada@acme.example', 'MAKER', 'org_acme')`,
  );
}

/** Writes a request as a product in its stage has it. */
export async function plant(pool: Pool, id: string, planted: Planted): Promise<void> {
  const {
    certification = { status: 'UNDER_TEST' },
    marketplaces = ['US'],
    organization = 'org_acme',
  } = planted;
  const changedAt = planted.changedAt ?? new Date().toISOString();
  await pool.query(
    `insert into certification_projects
         (id, organization_id, product_id, version, status, result, marketplaces, updated_at)
       values ($1, 'org_acme', $1, 7, $2, $3, $4, $5)`,
    [id, certification.status, certification.result, certification.marketplaces ?? marketplaces, changedAt],
  );
  const { newerCertification: newer } = planted;
  if (newer !== undefined)
    await pool.query(
      `insert into certification_projects
           (id, organization_id, product_id, version, status, result, marketplaces, updated_at)
         values ($1 || '_newer', 'org_acme', $1, 3, $2, $3, $4, $5)`,
      [id, newer.status, newer.result, newer.marketplaces, changedAt],
    );
  await pool.query(
    `insert into products (id, organization_id, name, brand, model, device_type, integration, project_id, project_version)
       values ($1, 'org_acme', 'Aurora', 'Brandish', 'M-1', 'LIGHT', '{"kind": "SKILL", "skillId": "s", "vendorId": "v"}', $1, 7)`,
    [id],
  );
  await pool.query(
    `insert into badge_requests (id, organization_id, created_by, program, product_id, identifier_type,
         identifier_code, asin, go_live_kind, go_live_date, marketplaces, status, stage, attention, round,
         transition_seq, review_due_at, first_effective_at, enabled_at, updated_at)
       values ($1, $14, 'person_ada', $2, $3, 'UPC', '036000291452', 'B0PERSONAL' || $1, $4, $5, $6, $7, $8, $9,
         1, 3, $10, $11, $12, $13)`,
    [
      id,
      planted.program === undefined ? 'WWA' : planted.program,
      planted.withoutProduct ? null : id,
      planted.date === undefined ? 'AS_SOON_AS_POSSIBLE' : 'ON_DATE',
      planted.date,
      marketplaces,
      planted.status,
      planted.stage,
      planted.attention,
      planted.reviewDueAt,
      planted.firstEffectiveAt,
      planted.enabledAt,
      changedAt,
      organization,
    ],
  );
  await pool.query(
    `insert into badge_request_rounds (request_id, round, form, product, submitted_at, submitted_by)
       values ($1, 1, '{}', '{"name": "Aurora", "integration": {"kind": "SKILL"}}', now(), 'person_ada')`,
    [id],
  );
  for (const [marketplace, effectiveAt] of Object.entries(planted.badges ?? {}))
    await pool.query(
      `insert into badges (request_id, marketplace, program, asin, effective_at)
         values ($1, $2, 'WWA', 'B0PERSONAL', $3)`,
      [id, marketplace, effectiveAt],
    );
  const looks = planted.lookedAt ?? [];
  for (const [index, at] of ['2026-01-01T00:00:00Z', ...looks].entries())
    await pool.query(
      `insert into badge_request_history
           (request_id, seq, at, actor_role, action, from_status, to_status, transition_seq, outcome)
         values ($1, $2, $3, 'SERVICE', $4, 'PENDING', 'PENDING', $2, $5)`,
      [
        id,
        index + 1,
        at,
        index === 0 ? 'approve' : 'stage',
        planted.looks === undefined ? {} : { certification: {}, looks: planted.looks },
      ],
    );
}

/** Suspends a programme in Europe for a maker of its own, whose requests can be planted. */
export async function plantSuspended(pool: Pool, organization: string): Promise<void> {
  await pool.query('insert into organizations (id, name) values ($1, $1)', [organization]);
  await pool.query(
    `insert into program_suspensions (id, program, organization_id, region, reason, suspended_by)
       values ('psus_one', 'WWA', $1, 'eu', 'Too many outages.', 'person_ada')`,
    [organization],
  );
}
