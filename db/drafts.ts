/** Drafts: created and saved by the API itself, in one transaction each; everything later is the workflow's. */
import { settleEnabled } from './transitions/enabling';
import type { BadgeRequestForm } from '../domain/form';
import { composed, transact, type Pool, type Queryable } from './pool';
import { formOf, type RequestRow } from './requests';

/** Saved, or refused because the organization has another open request for the programme and ASIN. */
export type SaveOutcome =
  | { readonly outcome: 'SAVED' | 'UNCHANGED' }
  | { readonly outcome: 'DUPLICATE'; readonly existingId: string | null };

const FORM_COLUMNS = [
  'program',
  'product_id',
  'identifier_type',
  'identifier_code',
  'asin',
  'variant',
  'bundle_devices',
  'go_live_kind',
  'go_live_date',
  'marketplaces',
] as const;

const formValues = (form: BadgeRequestForm): unknown[] => [
  form.program,
  form.productId,
  form.retailIdentifier?.type ?? null,
  form.retailIdentifier?.code ?? null,
  form.asin,
  form.variant,
  form.bundleDevices,
  form.goLive?.kind ?? null,
  form.goLive?.kind === 'ON_DATE' ? form.goLive.date : null,
  form.marketplaces,
];

interface NewDraft {
  readonly id: string;
  readonly organizationId: string;
  readonly createdBy: { readonly id: string; readonly role: string };
  readonly form: BadgeRequestForm;
}

/**
 * Creates a draft with the first entry of its history. One that is there already, by its id, stays as it is, but for the
 * mark that another try of its creation counts on it. Those that are created side by side do not count each other: no lock
 * is worth the few that may be too many.
 * @param most how many the organization may have that it never submitted; one that is discarded counts for a day, so that
 * whoever creates and discards without end does not go on without end
 */
export async function insertDraft(
  pool: Pool,
  draft: NewDraft,
  most: number,
): Promise<SaveOutcome | { readonly outcome: 'TOO_MANY' }> {
  const { id, organizationId, createdBy } = draft;
  return refusingDuplicates<SaveOutcome | { readonly outcome: 'TOO_MANY' }>(pool, draft, async () => {
    const { rowCount } = await pool.query(
      composed(
        (bind) =>
          `with created as (
             insert into badge_requests (id, organization_id, created_by, ${FORM_COLUMNS.join(', ')})
             select ${[id, organizationId, createdBy.id, ...formValues(draft.form)].map(bind).join(', ')}
              where not exists (
                  select from (${NEVER_SUBMITTED} and status = 'NOT_SUBMITTED'
                    union all ${NEVER_SUBMITTED} and status = 'DISCARDED' and created_at > now() - interval '1 day') own
                   offset ${bind(most - 1)})
                or exists (select from badge_requests where id = $1)
             on conflict (id) do update set updated_at = clock_timestamp()
               where badge_requests.version = 1 and badge_requests.transition_seq = 0
             returning id, status, xmax = 0 as is_new)
           insert into badge_request_history (request_id, seq, at, actor_role, actor_id, action, to_status)
           select id, 1, now(), ${bind(createdBy.role)}, ${bind(createdBy.id)}, 'create', status from created
            where is_new`,
      ),
    );
    if (rowCount !== 0) return { outcome: 'SAVED' };
    const { rowCount: there } = await pool.query('select from badge_requests where id = $1', [id]);
    return { outcome: there === 0 ? 'TOO_MANY' : 'UNCHANGED' };
  });
}

/** Of the organization $2; read in `badge_requests_never_submitted` alone. */
const NEVER_SUBMITTED = 'select from badge_requests where organization_id = $2 and round = 0';

/**
 * Takes a draft back whose workflow could not be started, unless anything has been done with it since: a try that stood
 * still for a while may have been overtaken by a repeat, whose answer the maker has.
 */
export async function deleteUntouchedDraft(db: Queryable, id: string): Promise<void> {
  await db.query(
    `delete from badge_requests
      where id = $1 and version = 1 and transition_seq = 0 and updated_at = created_at`,
    [id],
  );
}

/** Whether another request for the form's programme and ASIN is under way now, in whichever organization. */
export async function isAnotherUnderWay(
  db: Queryable,
  { id, form }: { id: string; form: BadgeRequestForm },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `select 1 from badge_requests
      where program = $1 and asin = $2 and id <> $3 and status in ('UNDER_REVIEW', 'PENDING')
        and (enabled_at is null or enabled_at > now())`,
    [form.program, form.asin, id],
  );
  return rowCount !== 0;
}

/** The request while it is saved: locked. */
export interface LockedDraft {
  readonly connection: Queryable;
  readonly form: BadgeRequestForm;
  readonly status: RequestRow['status'];
  readonly stage: RequestRow['stage'];
  readonly version: number;
}

interface DraftChange {
  readonly id: string;
  readonly organizationId: string | null;
  readonly by: { readonly id: string; readonly role: string };
  /** Makes the new form; what it throws leaves everything as it is. */
  readonly edit: (draft: LockedDraft) => Promise<BadgeRequestForm>;
}

/**
 * Saves a form and records it in the history. A form that is the same already makes no new version.
 * @returns null when the organization has no such request
 */
export async function saveDraft(pool: Pool, change: DraftChange): Promise<SaveOutcome | null> {
  let edited: BadgeRequestForm | undefined;
  const about = () => ({ id: change.id, organizationId: change.organizationId, form: edited });
  return refusingDuplicates(pool, about, () =>
    transact<SaveOutcome | null>(pool, async (connection) => {
      const { rows } = await connection.query<RequestRow>(
        `select * from badge_requests where id = $1 and ($2::text is null or organization_id = $2) for update`,
        [change.id, change.organizationId],
      );
      const row = rows[0];
      if (row === undefined) return null;
      const form = formOf(row);
      edited = await change.edit({
        connection,
        form,
        status: row.status,
        stage: row.stage,
        version: row.version,
      });
      const fields = changedFields(form, edited);
      if (fields.length === 0) return { outcome: 'UNCHANGED' };
      await recordSave(connection, edited, { id: row.id, by: change.by, details: { fields } });
      return { outcome: 'SAVED' };
    }),
  );
}

/** Names of the fields that differ. */
function changedFields(before: BadgeRequestForm, after: BadgeRequestForm): string[] {
  return (Object.keys(after) as (keyof BadgeRequestForm)[]).filter(
    (field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]),
  );
}

interface Save {
  readonly id: string;
  readonly by: { readonly id: string; readonly role: string };
  readonly details: Readonly<Record<string, unknown>>;
}

/**
 * The request's row must be locked: numbers are given one after the other. So are instants, by the clock as it is now, as
 * others may have changed the request since the transaction began.
 */
async function recordSave(connection: Queryable, form: BadgeRequestForm, save: Save): Promise<void> {
  const assignments = FORM_COLUMNS.map((column, index) => `${column} = $${index + 5}`).join(', ');
  await connection.query(
    `with saved as (
       update badge_requests set ${assignments}, version = version + 1, updated_at = clock_timestamp() where id = $1
       returning id, updated_at, status)
     insert into badge_request_history (request_id, seq, at, actor_role, actor_id, action, from_status, to_status, details)
     select id, (select coalesce(max(seq), 0) + 1 from badge_request_history where request_id = $1), updated_at,
            $2, $3, 'save', status, status, $4
       from saved`,
    [save.id, save.by.role, save.by.id, save.details, ...formValues(form)],
  );
}

interface OpenRequestOf {
  readonly id: string;
  readonly organizationId: string | null;
  readonly form: BadgeRequestForm | undefined;
}

/**
 * The unique index says so first; then the other request is looked for, outside the failed transaction. One that the clock
 * has enabled is open no more, also while its row does not say so yet: then it does, and the save is tried once more.
 */
async function refusingDuplicates<Outcome>(
  pool: Pool,
  about: OpenRequestOf | (() => OpenRequestOf),
  save: () => Promise<Outcome>,
  again = true,
): Promise<Outcome | SaveOutcome> {
  try {
    return await save();
  } catch (error) {
    if (!(error instanceof Error && 'constraint' in error && error.constraint === 'badge_requests_one_open'))
      throw error;
    const { id, organizationId, form } = typeof about === 'function' ? about() : about;
    if (
      again &&
      (await settleEnabled({ pool }, { program: form?.program ?? null, asin: form?.asin ?? null }))
    )
      return refusingDuplicates(pool, about, save, false);
    const { rows } = await pool.query<{ id: string }>(
      `select id from badge_requests
        where organization_id = $1 and program = $2 and asin = $3 and id <> $4
          and status not in ('DISCARDED', 'REMOVED')
        order by status in ('ENABLED', 'SUSPENDED'), id`,
      [organizationId, form?.program, form?.asin, id],
    );
    return { outcome: 'DUPLICATE', existingId: rows[0]?.id ?? null };
  }
}
