/** The thread of a request: what is said, and who is told of it. */
import { mailPeople } from './outbox';
import type { Person, PersonRole } from './people';
import { transact, type Pool, type Queryable } from './pool';

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
  readonly author: Pick<Person, 'id' | 'name' | 'role'>;
  readonly body: string;
}

/** Adds a comment with the mails that it causes; one that is there already, by its id, stays as it is. Its author gets it. */
export async function addComment(pool: Pool, comment: NewComment): Promise<CommentView> {
  const { id, requestId, author, body } = comment;
  return transact(pool, async (connection) => {
    const { rows } = await connection.query<{ created_at: Date }>(
      `insert into comments (id, request_id, author_id, body) values ($1, $2, $3, $4)
        on conflict (id) do nothing returning created_at`,
      [id, requestId, author.id, body],
    );
    if (rows[0] !== undefined)
      await mailPeople(connection, {
        requestId,
        recipients: await readOtherSide(connection, comment),
        cause: id,
        template: 'comment',
        props: { author: { name: author.name, role: author.role }, body },
        dueAt: rows[0].created_at.toISOString(),
      });
    return readComment(connection, id, author.id);
  });
}

interface Edit {
  readonly id: string;
  readonly requestId: string;
  readonly authorId: string;
  readonly body: string;
}

/**
 * Gives a comment another text and keeps the one before; the same text again changes nothing. Nobody is told.
 * @returns null when the request has no such comment
 */
export async function editComment(
  pool: Pool,
  { id, requestId, authorId, body }: Edit,
): Promise<CommentView | 'NOT_THE_AUTHOR' | null> {
  return transact(pool, async (connection) => {
    const { rows } = await connection.query<{ author_id: string; body: string }>(
      'select author_id, body from comments where id = $1 and request_id = $2 for update',
      [id, requestId],
    );
    const before = rows[0];
    if (before === undefined) return null;
    if (before.author_id !== authorId) return 'NOT_THE_AUTHOR';
    if (before.body !== body) await replaceText(connection, id, body);
    return readComment(connection, id, authorId);
  });
}

/** The comment's row must be locked: its versions are numbered one after the other. */
async function replaceText(connection: Queryable, id: string, body: string): Promise<void> {
  await connection.query(
    `insert into comment_versions (comment_id, version, body, written_at)
      select c.id, (select count(*) + 1 from comment_versions v where v.comment_id = c.id), c.body,
          coalesce(c.edited_at, c.created_at)
        from comments c where c.id = $1`,
    [id],
  );
  await connection.query('update comments set body = $2, edited_at = clock_timestamp() where id = $1', [
    id,
    body,
  ]);
}

async function readComment(db: Queryable, id: string, readerId: string): Promise<CommentView> {
  const { rows } = await db.query<Row>(`select ${COLUMNS} from ${TABLES} where c.id = $1`, [id]);
  if (rows[0] === undefined) throw new Error('A comment that was written can be read.');
  return toView(rows[0], readerId);
}

/** Whom a comment is for: never its author, and of their own organization's side nobody. */
async function readOtherSide(
  connection: Queryable,
  { requestId, author }: Pick<NewComment, 'requestId' | 'author'>,
): Promise<string[]> {
  const isOfOrganization = author.role === 'MAKER' || author.role === 'VIEWER';
  const { rows } = await connection.query<{ id: string }>(isOfOrganization ? REVIEWERS : MAKERS, [
    requestId,
    author.id,
  ]);
  return rows.map(({ id }) => id);
}

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
