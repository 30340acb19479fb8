/** The figures of a run: as data for `--json`, and as a table for people. */
import type { AuditFigures } from './audits';
import type { FanoutFigures } from './fanout';
import type { HistoryFigures } from './histories';
import type { MidnightFigures } from './midnight';
import type { CpuTimes } from './processes';
import type { Percentiles } from './lives';
import type { LookupFigures } from './lookups';
import type { ReviewFigures } from './reviews';
import type { WaitingFigures } from './waiting';

interface Times {
  readonly submitToReviewerMs: Percentiles | null;
  readonly certifiedToEnabledMs: Percentiles | null;
}
/** `null` is what could not be measured. The figures per request are of the lives under load. */
export interface Figures extends Times, Partial<HistoryFigures> {
  readonly requests: number;
  readonly concurrency: number;
  readonly completedPerSecond: number;
  readonly bareCompletedPerSecond: number;
  readonly leanBareCompletedPerSecond: number;
  readonly ratioToBare: number;
  readonly ratioToLeanBare: number;
  readonly alone: Times;
  readonly bare: Times & Partial<HistoryFigures> & { readonly cpuMsPerRequest: CpuTimes };
  readonly cpuMsPerRequest: CpuTimes;
  /** The largest of a few lives whose messages come a second apart. */
  readonly spaced: HistoryFigures | null;
  /** How many requests wait at the end. */
  readonly waiting: number;
  readonly kibPerWaiting: WaitingFigures['kibPerWaiting'];
  readonly workerMemory: WaitingFigures['workerMemory'];
  readonly idleCpuPercent: CpuTimes;
  /** `null` when it was left out. */
  readonly reviews: Omit<ReviewFigures, 'failures'> | null;
  readonly audits: Omit<AuditFigures, 'failures'> | null;
  readonly lookups: Omit<LookupFigures, 'failures'> | null;
  readonly fanout: Omit<FanoutFigures, 'failures'> | null;
  readonly midnights: readonly Omit<MidnightFigures, 'failures'>[];
  readonly failed: number;
  readonly seconds: number;
}

const NOT_MEASURED = 'not measured';
const LABEL_WIDTH = 46;

const show = (value: number | null | undefined, digits = 1, unit = '') =>
  value == null || !Number.isFinite(value) ? NOT_MEASURED : `${value.toFixed(digits)}${unit}`;
const showTimes = (times: Percentiles | null) =>
  times === null ? NOT_MEASURED : `${show(times.p50, 0)} / ${show(times.p99, 0)} ms`;
const showCpu = (cpu: CpuTimes) =>
  cpu === null
    ? [NOT_MEASURED]
    : Object.entries({ ...cpu, 'all together': Object.values(cpu).reduce((sum, ms) => sum + ms, 0) }).map(
        ([name, ms]) => `${name} ${ms.toFixed(1)}`,
      );

/** The table for people; figures that have a goal say which. */
export function tableOf(figures: Figures): string {
  const { spaced, alone, bare } = figures;
  const rows: [string, string][] = [
    ['requests completed per second', show(figures.completedPerSecond)],
    ['  bare Temporal program', show(figures.bareCompletedPerSecond)],
    ['  bare program with as few activities', show(figures.leanBareCompletedPerSecond)],
    ['ratio to bare (goal ≥ 0.9)', show(figures.ratioToBare, 2)],
    ['ratio to bare with as few activities', show(figures.ratioToLeanBare, 2)],
    ['submit → awaiting reviewer, p50 / p99', showTimes(figures.submitToReviewerMs)],
    ['  bare Temporal program', showTimes(bare.submitToReviewerMs)],
    ['  alone (goal p50 ≤ 60 ms)', showTimes(alone.submitToReviewerMs)],
    ['certified → Enabled, p50 / p99', showTimes(figures.certifiedToEnabledMs)],
    ['  bare Temporal program', showTimes(bare.certifiedToEnabledMs)],
    ['  alone (goal p50 ≤ 60 ms)', showTimes(alone.certifiedToEnabledMs)],
    ...showCpu(figures.cpuMsPerRequest).map((text, index) => row('CPU ms per request', text, index)),
    ...showCpu(bare.cpuMsPerRequest).map((text, index) => row('  bare Temporal program', text, index)),
    ['workflow tasks per request', show(figures.workflowTasksPerRequest)],
    ['  bare Temporal program', show(bare.workflowTasksPerRequest)],
    ['  messages a second apart (goal ≤ 7)', show(spaced?.workflowTasksPerRequest, 0)],
    ['events per request', show(figures.eventsPerRequest)],
    ['  bare Temporal program', show(bare.eventsPerRequest)],
    ['  messages a second apart (goal ≤ 50)', show(spaced?.eventsPerRequest, 0)],
    ['state transitions per request', show(figures.stateTransitionsPerRequest)],
    ['  bare Temporal program', show(bare.stateTransitionsPerRequest)],
    ['  messages a second apart (goal ≤ 20)', show(spaced?.stateTransitionsPerRequest, 0)],
    ...rowsOfWaiting(figures),
    ...rowsOfReviews(figures.reviews),
    ...rowsOfAudits(figures.audits),
    ...rowsOfLookups(figures.lookups),
    ...rowsOfFanout(figures.fanout),
    ...figures.midnights.flatMap(rowsOfMidnight),
  ];
  const head = `${figures.requests} whole requests, ${figures.concurrency} at a time`;
  const lines = rows.map(([label, value]) => `${label.padEnd(LABEL_WIDTH)} ${value}`);
  return [head, '', ...lines].join('\n');
}

const rowsOfWaiting = ({ waiting, kibPerWaiting, workerMemory, idleCpuPercent }: Figures) => {
  const kib = (value: number | null | undefined) => show(value, 1, ' KiB');
  const rows: [string, string][] = [
    [`per waiting request, ${waiting} of them: Temporal (goal ≤ 20)`, kib(kibPerWaiting?.temporal)],
    ['  PostgreSQL', kib(kibPerWaiting?.postgres)],
    ['  workers, kept in memory', kib(workerMemory?.kibPerCached)],
    ['  workers, evicted', kib(workerMemory?.kibPerEvicted)],
    ['    once garbage is collected (goal ≤ 5)', kib(workerMemory?.heldKibPerEvicted)],
    ['worker memory before', show(workerMemory?.baseMib, 0, ' MiB')],
    [`  with ${waiting} waiting`, show(workerMemory?.rssMib, 0, ' MiB')],
    ['    once garbage is collected', show(workerMemory?.heldMib, 0, ' MiB')],
    ...showCpu(idleCpuPercent).map((text, index) => row('CPU at rest, % of a core (goal ≤ 5)', text, index)),
  ];
  return waiting === 0 ? [] : rows;
};

const rowsOfReviews = (reviews: Figures['reviews']): [string, string][] =>
  reviews === null
    ? []
    : [
        [`${reviews.reviews} reviews at once, per second (goal ≥ 10)`, show(reviews.reviewsPerSecond)],
        ['  lookups per call to the catalogue', show(reviews.lookupsPerCall)],
        ['  calls refused after the first second (goal 0)', show(reviews.refused, 0)],
      ];

const rowsOfAudits = (audits: Figures['audits']): [string, string][] =>
  audits === null
    ? []
    : [
        [`audit of ${audits.badges} badges, per second`, show(audits.auditedPerSecond)],
        ['  lookups per call to the catalogue (goal ≥ 18)', show(audits.lookupsPerCall)],
        ['  calls refused', show(audits.refused, 0)],
        ['  a review meanwhile, p50 / p99', showTimes(audits.reviewMs)],
      ];

const showMs = (times: Percentiles | null) =>
  times === null ? NOT_MEASURED : `${show(times.p50)} / ${show(times.p99)} ms`;

const rowsOfLookups = (lookups: Figures['lookups']): [string, string][] =>
  lookups === null
    ? []
    : [
        [`lookups of ${lookups.badges} badges, per second`, show(lookups.perSecond, 0)],
        ['  a bare Express route', show(lookups.bare.perSecond, 0)],
        ['  ratio to it (goal ≥ 0.8)', show(lookups.ratioToBare, 2)],
        [`  ${lookups.steadyRate} a second, p50 / p99 (goal p99 < 10)`, showMs(lookups.steadyMs)],
        ['    a bare Express route', showMs(lookups.bare.steadyMs)],
        ...showCpu(lookups.cpuMsPerThousand).map((text, index) => row('  CPU ms per 1000', text, index)),
        ...showCpu(lookups.bare.cpuMsPerThousand).map((text, index) =>
          row('    a bare Express route', text, index),
        ),
      ];

const rowsOfFanout = (fanout: Figures['fanout']): [string, string][] =>
  fanout === null
    ? []
    : [
        [`certification of ${fanout.waiting} waiting: event answered`, show(fanout.answeredMs, 0, ' ms')],
        ['  last one staged after', show(fanout.lastMovedSeconds, 1, ' s')],
        ['  workflow tasks per request', show(fanout.workflowTasksPerRequest)],
        ...showCpu(fanout.cpuMsPerRequest).map((text, index) => row('  CPU ms per request', text, index)),
        ['  others submit meanwhile, p50 / p99', showTimes(fanout.submitMs)],
        ['  answers 429 or 503 (goal 0)', show(fanout.refused, 0)],
      ];

const rowsOfMidnight = (midnight: Figures['midnights'][number]): [string, string][] => [
  [`midnight of ${midnight.due}: lookup late (goal 0)`, show(midnight.lookupLateMs, 0, ' ms')],
  ['  status late (goal 0)', show(midnight.statusLateMs, 0, ' ms')],
  ['  shown too early (goal 0)', `${midnight.early} of ${midnight.looks} looks`],
  [`  ${midnight.mails} mails accepted, p50 / p99`, showTimes(midnight.mailedMs)],
  ['  the last (goal 4 ms for each)', show(midnight.mailedMs?.max, 0, ' ms')],
  ...showCpu(midnight.cpuMs).map((text, index) => row('  CPU ms of all', text, index)),
  [`  ${midnight.ended.workflows} workflows ended, the last after`, show(midnight.ended.seconds, 0, ' s')],
  ...showCpu(midnight.ended.cpuMs).map((text, index) => row('  CPU ms of their ends', text, index)),
];

/** The label stands beside the first value only. */
const row = (label: string, value: string, index: number): [string, string] => [
  index === 0 ? label : '',
  value,
];
