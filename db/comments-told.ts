/** Comments as mails tell of them. */
import type { PersonRole } from './people';

export interface CommentTold {
  readonly author: { readonly name: string; readonly role: PersonRole };
  readonly body: string;
}

/**
 * A column of a select, of the mail `m`: the comments that it tells of, as they are by now, oldest first; null of other
 * mails. One that a version before has written holds its comment itself.
 */
export const COMMENTS_TOLD = `case
    when m.template = 'comment' and not m.props ? 'comments' then json_build_array(m.props)
    when m.template = 'comment' then (
      select json_agg(json_build_object('author', json_build_object('name', a.name, 'role', a.role), 'body', c.body)
                      order by c.created_at, c.id)
        from comments c join people a on a.id = c.author_id
       where c.id in (select jsonb_array_elements_text(m.props->'comments'))) end as comments`;
