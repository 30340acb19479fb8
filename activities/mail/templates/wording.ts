/** How mails put instants and reasons into words. */
import { marketplaceByCode, namesOf, type MarketplaceCode } from '../../../domain/marketplaces';
import { reasons, type Reason, type ReasonCode } from '../../../domain/reasons';
import type { ListingFault } from '../../../domain/remedy';
import { list, paragraph, section, type MailPart } from './mail';

/** An instant (RFC 3339) for people, to the minute, e.g. "2027-01-15 08:00 UTC". */
export function describeInstant(instant: string): string {
  const utc = new Date(instant).toISOString();
  return `${utc.slice(0, 10)} ${utc.slice(11, 16)} UTC`;
}

/** What is wrong in a marketplace, in a line. */
export const titleIn = (marketplace: MarketplaceCode, code: ReasonCode): string =>
  `${marketplaceByCode(marketplace).name}: ${reasons[code].title}`;

/** A reason: where, what is wrong, what was seen and should have been, what to do, a comment. */
export function describeReason(reason: Reason): MailPart {
  const { code, marketplace } = reason;
  const title = marketplace === null ? reasons[code].title : titleIn(marketplace, code);
  return section(title, [
    ...(reason.found === null ? [] : [`Found: ${reason.found}`]),
    ...(reason.expected === null ? [] : [`Expected: ${reason.expected}`]),
    ...(reason.text === null ? [] : commentLines(reason.text)),
    `What to do: ${reason.action}`,
  ]);
}

/** What a look found wrong with listings, in those of the marketplaces that are told of; nothing where it is not known. */
export function describeFaults(
  faults: readonly ListingFault[],
  marketplaces: readonly MarketplaceCode[],
): MailPart[] {
  const lines = faults
    .filter(({ marketplace }) => marketplaces.includes(marketplace))
    .flatMap(({ marketplace, codes }) => codes.map((code) => titleIn(marketplace, code)));
  return lines.length === 0 ? [] : [paragraph('When it was looked at last:'), list(lines)];
}

/** Where a badge that shoppers saw is gone with its request's certification. */
export const describeTaken = (codes: readonly MarketplaceCode[] = []): MailPart[] =>
  codes.length === 0 ? [] : [paragraph(`The badge is not shown any more in: ${namesOf(codes)}.`)];

/** Somebody's words, each line of theirs its own; nothing where there are none. */
export function describeWords(words: string | null): MailPart[] {
  const lines = linesOf(words ?? '');
  return lines.length === 0 ? [] : [section('Reason', lines)];
}

/** What somebody wrote, line by line, without the empty ones. */
export function linesOf(text: string): string[] {
  return text.split(/\r\n|[\n\r\u2028\u2029]/).filter((line) => line.trim() !== '');
}

function commentLines(text: string): string[] {
  return linesOf(text).map((line, index) => (index === 0 ? `Comment: ${line}` : line));
}
