import { composeMail, paragraph, section, type Mail, type RequestMailProps } from './mail';
import { linesOf } from './wording';

export interface CommentProps extends RequestMailProps {
  /** Who wrote it; how to reach them is nobody's business but the service's. */
  author: { name: string; role: 'MAKER' | 'VIEWER' | 'REVIEWER' | 'OPERATOR' };
  body: string;
}

const roles = {
  MAKER: 'maker',
  VIEWER: 'viewer',
  REVIEWER: 'reviewer',
  OPERATOR: 'operator',
} as const satisfies Record<CommentProps['author']['role'], string>;

/**
 * To the other side, when somebody comments on a request: of a maker's comment to the reviewers who have a
 * part in it, or else to all who may decide; of a reviewer's or operator's to the makers of the organization.
 */
export function commentMail(props: CommentProps): Mail {
  const { author, body } = props;
  return composeMail(
    props,
    'New comment',
    [
      section(`${author.name} (${roles[author.role]}) wrote:`, linesOf(body)),
      paragraph('Answer in the request; an answer to this mail reaches nobody.'),
    ],
    author.role === 'MAKER' || author.role === 'VIEWER' ? 'participant' : 'maker',
  );
}
