import type { PersonRole } from './people';
import type { Queryable } from './pool';

export interface CommentView {
  readonly id: string;
  readonly author: { readonly name: string; readonly role: PersonRole };
  readonly body: string;
  readonly createdAt: string;
}

interface Row {
  id: string;
  name: string;
  role: PersonRole;
  body: string;
  created_at: Date;
}

const toView = ({ id, name, role, body, created_at }: Row): CommentView => ({
  id,
  author: { name, role },
  body,
  createdAt: created_at.toISOString(),
});

/** A request's thread, oldest first. */
export async function listComments(
  db: Queryable,
  { requestId, limit, after }: { requestId: string; limit: number; after: string | null },
): Promise<{ comments: CommentView[]; next: string | null }> {
  const { rows } = await db.query<Row>(
    `select c.id, a.name, a.role, c.body, c.created_at from comments c join people a on a.id = c.author_id
      where c.request_id = $1 and ($2::text is null or c.id > $2) order by c.id limit $3`,
    [requestId, after, limit + 1],
  );
  const comments = rows.slice(0, limit).map(toView);
  return { comments, next: rows.length > limit ? (comments.at(-1)?.id ?? null) : null };
}

/** Adds a comment; one that is there already, by its id, stays as it is. */
export async function addComment(
  db: Queryable,
  comment: { id: string; requestId: string; authorId: string; body: string },
): Promise<CommentView> {
  const { rows } = await db.query<Row>(
    `with written as (
        insert into comments (id, request_id, author_id, body) values ($1, $2, $3, $4)
        on conflict (id) do update set id = excluded.id returning *)
      select w.id, a.name, a.role, w.body, w.created_at from written w join people a on a.id = w.author_id`,
    [comment.id, comment.requestId, comment.authorId, comment.body],
  );
  const row = rows[0];
  if (row === undefined) throw new Error('A comment that was written can be read.');
  return toView(row);
}
