/** Findings of review rounds and of draft checks, and what a check needs to know of its subject. */
import type { BadgeRequestForm } from '../domain/form';
import type { CertifiedProduct } from '../domain/certification';
import type { Finding, ReviewSubject, ReviewSubjectRef } from '../domain/review';
import type { MarketplaceCode } from '../domain/marketplaces';
import { isProgramCode } from '../domain/programs';
import { toGtin14 } from '../domain/retail-identifier';
import { prepared, type Queryable } from './pool';

const keyOf = (subject: ReviewSubjectRef): [string, number] =>
  'checkId' in subject ? [subject.checkId, 0] : [subject.requestId, subject.round];

/** Who has found something: an attempt of an activity. */
export interface Finder {
  /** When the activity was scheduled first, by the server's clock; milliseconds since the epoch. */
  readonly scheduledAt: number;
  /** From 1. */
  readonly attempt: number;
}

/**
 * Keeps findings, one for each check and marketplace; doing it twice changes nothing more. What a later attempt or run
 * has found stays: one that stood still meanwhile knows nothing better.
 * @param by absent: whoever writes is the only one
 */
export async function saveFindings(
  connection: Queryable,
  subject: ReviewSubjectRef,
  findings: readonly Finding[],
  by?: Finder,
): Promise<void> {
  if (findings.length === 0) return;
  const [subjectId, round] = keyOf(subject);
  await connection.query(
    prepared(
      `insert into review_findings
       (subject_id, round, "check", marketplace, answer, codes, undecided, found, expected, checked_at, asked_at, attempt)
     select $1, $2, f."check", f.marketplace, f.answer, f.codes, f.undecided, f.found, f.expected, f."checkedAt",
            coalesce(to_timestamp($4::float8 / 1000), '-infinity'), coalesce($5::integer, 0)
       from jsonb_to_recordset($3::jsonb) as f("check" text, marketplace text, answer text, codes text[],
            undecided text[], found jsonb, expected jsonb, "checkedAt" timestamptz)
     on conflict (subject_id, round, "check", marketplace) do update
       set answer = excluded.answer, codes = excluded.codes, undecided = excluded.undecided, found = excluded.found,
           expected = excluded.expected, checked_at = excluded.checked_at, asked_at = excluded.asked_at,
           attempt = excluded.attempt
       where (review_findings.asked_at, review_findings.attempt) <= (excluded.asked_at, excluded.attempt)`,
      [subjectId, round, JSON.stringify(findings), by?.scheduledAt ?? null, by?.attempt ?? null],
    ),
  );
}

/**
 * Puts a round's findings aside before its checks run again; they stay readable in superseded_findings.
 * @param by when (RFC 3339) and by which transition, by its number
 */
export async function supersedeFindings(
  connection: Queryable,
  { requestId, round }: { requestId: string; round: number },
  by: { at: string; seq: number },
): Promise<void> {
  await connection.query(
    prepared(
      `with earlier as (delete from review_findings where subject_id = $1 and round = $2 returning *)
      insert into superseded_findings (request_id, round, "check", marketplace, answer, codes, found, expected,
            checked_at, superseded_at, superseded_by)
        select subject_id, round, "check", marketplace, answer, codes, found, expected, checked_at, $3, $4
          from earlier`,
      [requestId, round, by.at, by.seq],
    ),
  );
}

interface FindingRow {
  check: Finding['check'];
  marketplace: MarketplaceCode;
  answer: Finding['answer'];
  codes: Finding['codes'];
  undecided: Finding['undecided'];
  found: Finding['found'];
  expected: Finding['expected'];
  checked_at: Date;
}

const FINDING_COLUMNS = '"check", marketplace, answer, codes, undecided, found, expected, checked_at';

const toFinding = (row: FindingRow): Finding => ({
  check: row.check,
  marketplace: row.marketplace,
  answer: row.answer,
  codes: row.codes,
  undecided: row.undecided,
  found: row.found,
  expected: row.expected,
  checkedAt: row.checked_at.toISOString(),
});

/** All findings of a subject, by check and marketplace. */
export async function readFindings(connection: Queryable, subject: ReviewSubjectRef): Promise<Finding[]> {
  const { rows } = await connection.query<FindingRow>(
    prepared(
      `select ${FINDING_COLUMNS}
       from review_findings where subject_id = $1 and round = $2 order by "check", marketplace`,
      keyOf(subject),
    ),
  );
  return rows.map(toFinding);
}

/** All findings of some rounds of a request, by check and marketplace. */
export async function readRoundFindings(
  connection: Queryable,
  requestId: string,
  rounds: readonly number[],
): Promise<Map<number, Finding[]>> {
  const { rows } = await connection.query<FindingRow & { round: number }>(
    `select round, ${FINDING_COLUMNS}
       from review_findings where subject_id = $1 and round = any($2) order by round, "check", marketplace`,
    [requestId, rounds],
  );
  return groupByRound(rows, toFinding);
}

export type SupersededFinding = Finding & { readonly supersededAt: string };

/** Checks may be repeated without end, and everybody who looks at a round gets what they found. */
const RUNS_SHOWN = 20;

/** What later runs of the checks have replaced in some rounds of a request, the oldest run first; of many the last ones. */
export async function readSupersededFindings(
  connection: Queryable,
  requestId: string,
  rounds: readonly number[],
): Promise<Map<number, SupersededFinding[]>> {
  const { rows } = await connection.query<FindingRow & { round: number; superseded_at: Date }>(
    `select round, "check", marketplace, answer, codes, '{}'::text[] as undecided, found, expected, checked_at,
          superseded_at
       from (select *, dense_rank() over (partition by round order by superseded_by desc) as runs_since
               from superseded_findings where request_id = $1 and round = any($2)) runs
      where runs_since <= $3
      order by round, superseded_by, "check", marketplace`,
    [requestId, rounds, RUNS_SHOWN],
  );
  return groupByRound(rows, (row) => ({ ...toFinding(row), supersededAt: row.superseded_at.toISOString() }));
}

function groupByRound<R extends { round: number }, Entry>(
  rows: readonly R[],
  toEntry: (row: R) => Entry,
): Map<number, Entry[]> {
  const byRound = new Map<number, Entry[]>();
  for (const row of rows) {
    const entries = byRound.get(row.round) ?? [];
    byRound.set(row.round, entries);
    entries.push(toEntry(row));
  }
  return byRound;
}

/** What the pipeline calls the product of a round `d` by now, in SQL. */
export const PRESENT_NAMES = `(select json_build_object('brand', p.brand, 'model', p.model)
  from products p where p.id = d.product->>'id')`;

/**
 * What a review holds against Amazon's answers: the form and the product as they were when submitted, or
 * when the draft's check began.
 * @param isShown whether it is about a badge that is shown, whose listing may follow what its product is called by now
 * @returns null when there is no such subject
 */
export async function readSubject(
  connection: Queryable,
  subject: ReviewSubjectRef,
  isShown = false,
): Promise<ReviewSubject | null> {
  const { rows } = await ('checkId' in subject
    ? connection.query<SubjectRow>(
        prepared('select form, product from draft_checks where id = $1', [subject.checkId]),
      )
    : connection.query<SubjectRow>(
        prepared(
          `select form, product${isShown ? `, ${PRESENT_NAMES} as present_names` : ''}
             from badge_request_rounds d where request_id = $1 and round = $2`,
          [subject.requestId, subject.round],
        ),
      ));
  const row = rows[0];
  return row === undefined ? null : reviewSubjectOf(row);
}

/** The form and the product of a round, as they were submitted. */
export interface SubjectRow {
  readonly form: BadgeRequestForm;
  readonly product: CertifiedProduct;
  /** Of a badge that is shown. */
  readonly present_names?: Pick<CertifiedProduct, 'brand' | 'model'> | null;
}

/** What Amazon's answers are held against. */
export const reviewSubjectOf = ({
  form,
  product,
  present_names: presentNames,
}: SubjectRow): ReviewSubject => ({
  program: isProgramCode(form.program) ? form.program : null,
  asin: form.asin ?? '',
  gtin14: form.retailIdentifier === null ? '' : toGtin14(form.retailIdentifier.code),
  bundleDevices: form.bundleDevices,
  product,
  ...(presentNames && { presentNames }),
});
