/** Checks of drafts: what is checked, kept while its workflow runs and a while after. */
import type { BadgeRequestForm } from '../domain/form';
import type { CertifiedProduct } from '../domain/certification';
import type { Queryable } from './pool';

/** Keeps form and product as they are now; what is there already under the id stays. */
export async function insertDraftCheck(
  db: Queryable,
  check: { id: string; requestId: string; form: BadgeRequestForm; product: CertifiedProduct },
): Promise<void> {
  await db.query(
    `insert into draft_checks (id, request_id, form, product) values ($1, $2, $3, $4) on conflict (id) do nothing`,
    [check.id, check.requestId, check.form, check.product],
  );
}

/** Forgets checks, with their findings, that nobody asks for any more. */
export async function forgetDraftChecks(db: Queryable, olderThanHours: number): Promise<void> {
  await db.query(
    `with old as (
        delete from draft_checks where created_at < now() - $1 * interval '1 hour' returning id)
      delete from review_findings f using old where f.subject_id = old.id`,
    [olderThanHours],
  );
}
