import type { CommentTold } from '../../../db/comments-told';
import type { PersonRole } from '../../../db/people';
import { composeMail, paragraph, section, type Mail, type RequestMailProps } from './mail';
import { linesOf } from './wording';

export interface CommentProps extends RequestMailProps {
  /** One at least, oldest first. Who wrote it; how to reach them is nobody's business but the service's. */
  comments: readonly CommentTold[];
  /** How many there are beside those. */
  further?: number;
}

const roles = {
  MAKER: 'maker',
  VIEWER: 'viewer',
  REVIEWER: 'reviewer',
  OPERATOR: 'operator',
} as const satisfies Record<PersonRole, string>;

/**
 * To the other side, when somebody comments on a request: of a maker's comment to the reviewers who have a
 * part in it, or else to all who may decide; of a reviewer's or operator's to the makers of the organization.
 */
export function commentMail(props: CommentProps): Mail {
  const { comments, further = 0 } = props;
  const count = comments.length + further;
  const ofMakers = comments.some(({ author }) => author.role === 'MAKER' || author.role === 'VIEWER');
  return composeMail(
    props,
    count === 1 ? 'New comment' : `${count} new comments`,
    [
      ...comments.map(({ author, body }) =>
        section(`${author.name} (${roles[author.role]}) wrote:`, linesOf(body)),
      ),
      ...(further === 0 ? [] : [paragraph(`And ${further} more, to be read in the request.`)]),
      paragraph('Answer in the request; an answer to this mail reaches nobody.'),
    ],
    ofMakers ? 'participant' : 'maker',
  );
}
