/** Findings of review rounds and of draft checks, and what a check needs to know of its subject. */
import type { BadgeRequestForm } from '../domain/form';
import type { CertifiedProduct } from '../domain/certification';
import type { Finding, ReviewSubject } from '../domain/review';
import type { MarketplaceCode } from '../domain/marketplaces';
import { toGtin14 } from '../domain/retail-identifier';
import { prepared, type Queryable } from './pool';

/** A submitted round of a request, or a check of a draft. */
export type SubjectRef =
  { readonly requestId: string; readonly round: number } | { readonly checkId: string };

const keyOf = (subject: SubjectRef): [string, number] =>
  'checkId' in subject ? [subject.checkId, 0] : [subject.requestId, subject.round];

/** Keeps findings, the newest for each check and marketplace; doing it twice changes nothing more. */
export async function saveFindings(
  connection: Queryable,
  subject: SubjectRef,
  findings: readonly Finding[],
): Promise<void> {
  if (findings.length === 0) return;
  const [subjectId, round] = keyOf(subject);
  await connection.query(
    prepared(
      `insert into review_findings
       (subject_id, round, "check", marketplace, answer, codes, found, expected, checked_at)
     select $1, $2, f."check", f.marketplace, f.answer, f.codes, f.found, f.expected, f."checkedAt"
       from jsonb_to_recordset($3::jsonb) as f("check" text, marketplace text, answer text, codes text[],
            found jsonb, expected jsonb, "checkedAt" timestamptz)
     on conflict (subject_id, round, "check", marketplace) do update
       set answer = excluded.answer, codes = excluded.codes, found = excluded.found,
           expected = excluded.expected, checked_at = excluded.checked_at`,
      [subjectId, round, JSON.stringify(findings)],
    ),
  );
}

interface FindingRow {
  check: Finding['check'];
  marketplace: MarketplaceCode;
  answer: Finding['answer'];
  codes: Finding['codes'];
  found: Finding['found'];
  expected: Finding['expected'];
  checked_at: Date;
}

/** All findings of a subject, by check and marketplace. */
export async function readFindings(connection: Queryable, subject: SubjectRef): Promise<Finding[]> {
  const { rows } = await connection.query<FindingRow>(
    prepared(
      `select "check", marketplace, answer, codes, found, expected, checked_at
       from review_findings where subject_id = $1 and round = $2 order by "check", marketplace`,
      keyOf(subject),
    ),
  );
  return rows.map((row) => ({
    check: row.check,
    marketplace: row.marketplace,
    answer: row.answer,
    code: row.codes[0] ?? null,
    codes: row.codes,
    found: row.found,
    expected: row.expected,
    checkedAt: row.checked_at.toISOString(),
  }));
}

/**
 * What a review holds against Amazon's answers: the form and the product as they were when submitted, or
 * when the draft's check began.
 * @returns null when there is no such subject
 */
export async function readSubject(connection: Queryable, subject: SubjectRef): Promise<ReviewSubject | null> {
  const { rows } = await ('checkId' in subject
    ? connection.query<SubjectRow>(
        prepared('select form, product from draft_checks where id = $1', [subject.checkId]),
      )
    : connection.query<SubjectRow>(
        prepared('select form, product from badge_request_rounds where request_id = $1 and round = $2', [
          subject.requestId,
          subject.round,
        ]),
      ));
  const row = rows[0];
  if (row === undefined) return null;
  return {
    asin: row.form.asin ?? '',
    gtin14: row.form.retailIdentifier === null ? '' : toGtin14(row.form.retailIdentifier.code),
    bundleDevices: row.form.bundleDevices,
    product: row.product,
  };
}

interface SubjectRow {
  form: BadgeRequestForm;
  product: CertifiedProduct;
}
