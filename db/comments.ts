/** The thread of a request: what is said, and who is told of it. */
import { WAKE_MAIL_SENDERS } from './outbox';
import type { Person, PersonRole } from './people';
import { prepared, transact, type Pool, type Queryable } from './pool';

export interface CommentView {
  readonly id: string;
  readonly author: { readonly name: string; readonly role: PersonRole };
  /** Whether who reads it wrote it. */
  readonly mine: boolean;
  readonly body: string;
  readonly createdAt: string;
  /** Null: it says what it said at first. */
  readonly editedAt: string | null;
  /** What it said before, oldest first. */
  readonly earlier: readonly { readonly body: string; readonly writtenAt: string }[];
}

interface Row {
  id: string;
  author_id: string;
  name: string;
  role: PersonRole;
  body: string;
  created_at: Date;
  edited_at: Date | null;
  earlier: { body: string; writtenAt: string }[];
}

const COLUMNS = `c.id, c.author_id, a.name, a.role, c.body, c.created_at, c.edited_at,
  (select coalesce(json_agg(json_build_object('body', v.body, 'writtenAt', v.written_at) order by v.version), '[]')
    from comment_versions v where v.comment_id = c.id) as earlier`;
const TABLES = 'comments c join people a on a.id = c.author_id';

const toView = (
  { id, author_id, name, role, body, created_at, edited_at, earlier }: Row,
  readerId: string,
): CommentView => ({
  id,
  author: { name, role },
  mine: author_id === readerId,
  body,
  createdAt: created_at.toISOString(),
  editedAt: edited_at?.toISOString() ?? null,
  // The driver does not see instants inside JSON.
  earlier: earlier.map(({ body: text, writtenAt }) => ({
    body: text,
    writtenAt: new Date(writtenAt).toISOString(),
  })),
});

export interface CommentsQuery {
  readonly requestId: string;
  readonly readerId: string;
  readonly limit: number;
  /** The id of the comment that the page begins after; null: the first page. */
  readonly after: string | null;
}

/**
 * A request's thread as somebody reads it, oldest first: by the database's clock. An id is made before its comment is there,
 * by the clock of one of many programs, and a repeat that succeeds later has the same.
 */
export async function listComments(
  db: Queryable,
  { requestId, readerId, limit, after }: CommentsQuery,
): Promise<{ comments: CommentView[]; next: string | null }> {
  const { rows } = await db.query<Row>(
    `select ${COLUMNS} from ${TABLES}
      where c.request_id = $1 and ($2::text is null
          or (c.created_at, c.id) > (select last.created_at, last.id from comments last where last.id = $2))
      order by c.created_at, c.id limit $3`,
    [requestId, after, limit + 1],
  );
  const comments = rows.slice(0, limit).map((row) => toView(row, readerId));
  return { comments, next: rows.length > limit ? (comments.at(-1)?.id ?? null) : null };
}

/** A comment as it is posted. */
export interface NewComment {
  readonly id: string;
  readonly requestId: string;
  readonly author: Pick<Person, 'id' | 'role'>;
  readonly body: string;
}

/** How long somebody who was told of a request's comments is told of no other. */
const REST_MINUTES = 10;
/** So many mails of comments somebody gets in an hour about one organization's requests. */
const MAILS_PER_HOUR = 60;
/** When the mail is due, to come or not, whose hour is to be over first; null where they are fewer. */
const LAST_OF_AN_HOURS_MAILS = `select m.due_at from mail_outbox m join badge_requests q on q.id = m.request_id
    where m.recipient_id = told.id and m.template = 'comment' and m.due_at > now() - interval '1 hour'
      and q.organization_id = (select organization_id from badge_requests where id = $1)
    order by m.due_at desc offset $6::int - 1 limit 1`;
/** A mail shows so many; of others it says how many there are. */
const MOST_SHOWN = 20;

/** Everybody who opens the request's page reads them; others have as many of their own. */
export const MOST_COMMENTS = 500;

/**
 * Adds a comment, one at a time on each request, with the mails that it causes; one that is there already, by its id, stays
 * as it is. Its author gets it. It is of the instant at which its turn comes, so that no page of the thread that was read
 * lacks it. Those that wait for their turn do not count each other: a few may be too many.
 */
export async function addComment(pool: Pool, comment: NewComment): Promise<CommentView | 'TOO_MANY'> {
  const { id, requestId, author, body } = comment;
  await transact(pool, async (connection, commitWith) => {
    const { rowCount } = await connection.query(
      prepared(
        `with alone as materialized (select pg_advisory_xact_lock(hashtextextended('comments/' || $2::text, 0)))
         insert into comments (id, request_id, author_id, body, created_at)
          select $1, $2, $3, $4, clock_timestamp() from (select count(*) from alone) locked
           where (select count(*) from comments where request_id = $2 and author_id = $3) < $5
         on conflict (id) do nothing`,
        [id, requestId, author.id, body, MOST_COMMENTS],
      ),
    );
    if (rowCount === 1) await commitWith(telling(comment));
  });
  return (await readComment(pool, id, author.id)) ?? 'TOO_MANY';
}

/**
 * Has the other side told of a comment. A mail whose time is still to come takes it up; one that somebody may have made
 * already does not, so that no comment is left out. Where there is none a new one is written, named by the comment; whoever
 * comments on very many requests has those beyond an hour's mails told later. Nobody else may tell of the request's comments in
 * the meantime.
 */
function telling({ id, requestId, author }: NewComment): ReturnType<typeof prepared> {
  const isOfOrganization = author.role === 'MAKER' || author.role === 'VIEWER';
  return prepared(
    `with told as materialized (${isOfOrganization ? REVIEWERS : MAKERS}),
     waiting as materialized (
       select id, recipient_id from mail_outbox
        where request_id = $1 and template = 'comment' and recipient_id in (select id from told) and props ? 'comments'
          and sent_at is null and refused_at is null and attempts = 0
          and next_attempt_at > clock_timestamp()
          for update skip locked),
     taken_up as (
       update mail_outbox m set props = case
           when jsonb_array_length(m.props->'comments') < $4::int
             then m.props || jsonb_build_object('comments', m.props->'comments' || to_jsonb($3::text))
           else m.props || jsonb_build_object('further', coalesce((m.props->>'further')::int, 0) + 1) end
        where m.id in (select max(id) from waiting group by recipient_id)
        returning m.recipient_id),
     written as (
       insert into mail_outbox (request_id, mail_key, recipient_id, template, props, due_at, next_attempt_at)
       select $1, $1 || '.' || $3 || '.' || told.id, told.id, 'comment',
              jsonb_build_object('comments', jsonb_build_array($3::text)), due.at, due.at
         from told, lateral (
                select greatest(now(), max(coalesce(o.sent_at, o.refused_at, now())) + make_interval(mins => $5),
                    (${LAST_OF_AN_HOURS_MAILS}) + interval '1 hour') as at
                  from mail_outbox o
                 where o.request_id = $1 and o.template = 'comment' and o.recipient_id = told.id) due
        where told.id not in (select recipient_id from taken_up)
       on conflict (mail_key) do nothing)
     select ${WAKE_MAIL_SENDERS}`,
    [requestId, author.id, id, MOST_SHOWN, REST_MINUTES, MAILS_PER_HOUR],
  );
}

interface Edit {
  readonly id: string;
  readonly requestId: string;
  readonly authorId: string;
  readonly body: string;
}

/** Everybody who reads the comment gets all that it said before. */
const MOST_EDITS = 20;

/**
 * Gives a comment another text and keeps the one before; the same text again changes nothing. Nobody is told.
 * @returns null when the request has no such comment
 */
export async function editComment(
  pool: Pool,
  { id, requestId, authorId, body }: Edit,
): Promise<CommentView | 'NOT_THE_AUTHOR' | 'TOO_MANY_EDITS' | null> {
  return transact(pool, async (connection) => {
    const { rows } = await connection.query<{ author_id: string; body: string }>(
      'select author_id, body from comments where id = $1 and request_id = $2 for update',
      [id, requestId],
    );
    const before = rows[0];
    if (before === undefined) return null;
    if (before.author_id !== authorId) return 'NOT_THE_AUTHOR';
    if (before.body !== body && !(await replaceText(connection, id, body))) return 'TOO_MANY_EDITS';
    const edited = await readComment(connection, id, authorId);
    if (edited === null) throw new Error('A comment that is locked can be read.');
    return edited;
  });
}

/**
 * The comment's row must be locked: its versions are numbered one after the other.
 * @returns false when it was edited as often as it may be
 */
async function replaceText(connection: Queryable, id: string, body: string): Promise<boolean> {
  const { rowCount } = await connection.query(
    `insert into comment_versions (comment_id, version, body, written_at)
      select c.id, v.count + 1, c.body, coalesce(c.edited_at, c.created_at)
        from comments c, (select count(*) from comment_versions where comment_id = $1) v
       where c.id = $1 and v.count < $2`,
    [id, MOST_EDITS],
  );
  if (rowCount === 0) return false;
  await connection.query('update comments set body = $2, edited_at = clock_timestamp() where id = $1', [
    id,
    body,
  ]);
  return true;
}

async function readComment(db: Queryable, id: string, readerId: string): Promise<CommentView | null> {
  const { rows } = await db.query<Row>(`select ${COLUMNS} from ${TABLES} where c.id = $1`, [id]);
  return rows[0] === undefined ? null : toView(rows[0], readerId);
}

// Whom a comment on request $1 is for: never its author, $2, and of their own organization's side nobody.
const MAKERS = `select p.id from people p join badge_requests r on r.organization_id = p.organization_id
  where r.id = $1 and p.role = 'MAKER' and p.id <> $2 and p.left_at is null`;

/**
 * Who has a part in the request, having claimed it, decided or commented; where no reviewer has, every reviewer who may
 * decide.
 */
const REVIEWERS = `with outsiders as (
    select p.id, p.role,
        exists (select 1 from comments c where c.request_id = r.id and c.author_id = p.id)
        or exists (select 1 from badge_request_rounds d where d.request_id = r.id and d.decided_by = p.id)
        or exists (select 1 from review_claims k
            where k.request_id = r.id and k.reviewer_id = p.id and k.lapses_at > now()) as has_part
      from people p join badge_requests r on r.organization_id is distinct from p.organization_id
      where r.id = $1 and p.role in ('REVIEWER', 'OPERATOR') and p.id <> $2 and p.left_at is null)
  select id from outsiders o
    where has_part or role = 'REVIEWER' and not exists (
      select 1 from outsiders where has_part and role = 'REVIEWER')`;
