/** What a rehearsal has found, for people. */
import type { WaitingOn } from '../domain/badge-request';
import type { Findings, GoingLive, Waiting } from './findings';

const SHOWN_IDS = 8;

const waitsFor = {
  REVIEWER: 'a reviewer',
  CERTIFICATION: 'its certification',
  DATE: 'a later date',
  MAKER: 'its maker',
  OPERATOR: 'an operator',
  SERVICE: 'the service',
} as const satisfies Record<WaitingOn, string>;

/** The findings as text; every stuck request is in it, of the others as many as are easily read. */
export function reportOf(findings: Findings): string {
  const { goingLive, heldBack, sentBack, dropped, waiting, stuck } = findings;
  const lines = [
    `Open requests: ${findings.requests}, as of ${findings.readAt}, run with this code to the end of ${findings.until}.`,
    'Assumed: every listing is live and right, no reviewer decides, certifications and programme suspensions stay as they are.',
    ...section('Would go live, each on the day of its marketplace', goingLiveRows(goingLive)),
    ...section('Would be held back, as the programme is suspended there', goingLiveRows(heldBack)),
    ...section(
      'Would be sent back to the maker',
      sentBack.map(({ requestId, codes }) => [requestId, codes.join(', ')]),
    ),
    ...section(
      'Would lose a marketplace',
      dropped.map(({ requestId, marketplace, code }) => [requestId, marketplace, code ?? '']),
    ),
    ...section(`Would wait at the end of ${findings.until}`, waitingRows(waiting)),
    ...section(
      'Would get stuck',
      stuck.map(({ requestId, kind, why }) => [requestId, kind, why]),
    ),
  ];
  return lines.join('\n');
}

function section(title: string, rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return ['', `${title}: none`];
  const widths = rows.reduce<number[]>(
    (widest, row) => row.map((cell, index) => Math.max(widest[index] ?? 0, cell.length)),
    [],
  );
  const lineOf = (row: readonly string[]) =>
    row
      .map((cell, index) =>
        /^\d+$/.test(cell) ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return ['', `${title}:`, ...rows.map((row) => `  ${lineOf(row)}`)];
}

function goingLiveRows(all: readonly GoingLive[]): string[][] {
  const cells = new Map<string, GoingLive[]>();
  for (const badge of all) {
    const cell = `${badge.day} ${badge.marketplace}`;
    cells.set(cell, [...(cells.get(cell) ?? []), badge]);
  }
  return [...cells]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([cell, badges]) => [
      ...cell.split(' '),
      String(badges.length),
      bounded(badges.map(({ requestId }) => requestId)),
    ]);
}

function waitingRows(all: readonly Waiting[]): string[][] {
  return (Object.keys(waitsFor) as WaitingOn[]).flatMap((on) => {
    const those = all.filter((one) => one.on === on);
    const sorted = those.sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
    return those.length === 0
      ? []
      : [[`for ${waitsFor[on]}`, String(those.length), bounded(sorted.map(describe))]];
  });
}

/** What is due first is told first. */
const keyOf = ({ reviewDueAt, goLiveDate, requestId }: Waiting) =>
  `${reviewDueAt ?? goLiveDate ?? '9999'} ${requestId}`;

function describe({ requestId, on, reviewDueAt, certification, goLiveDate, datePasses }: Waiting): string {
  const facts = [
    reviewDueAt === null ? null : `due ${reviewDueAt.slice(0, 10)}`,
    certification,
    on === 'DATE' ? goLiveDate : null,
    datePasses ? `its date ${goLiveDate} passes` : null,
  ].filter((fact) => fact !== null);
  return facts.length === 0 ? requestId : `${requestId} (${facts.join('; ')})`;
}

const bounded = (names: readonly string[]) =>
  names.length <= SHOWN_IDS
    ? names.join(', ')
    : `${names.slice(0, SHOWN_IDS).join(', ')} and ${names.length - SHOWN_IDS} more`;
