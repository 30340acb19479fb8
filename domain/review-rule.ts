import type { ReasonCode } from './reasons';
import type { Answer, CheckName } from './review';

/** What a rule says of its facts: a code is a definite *no*. */
export type Verdict<Code extends ReasonCode = ReasonCode> = 'YES' | 'UNKNOWN' | Code;

/** One rule of a check: its row for people, and the function that judges by it. */
export interface Rule<Facts> {
  readonly check: CheckName;
  /** Operation and field of Amazon's that it reads. */
  readonly reads: string;
  /** What that is held against. */
  readonly against: string;
  readonly yes: string;
  /** Each code that it can give, with when. */
  readonly no: Readonly<Partial<Record<ReasonCode, string>>>;
  readonly unknown: string;
  /** A sentence for people about what could not be decided. */
  readonly missing: string;
  /** Null: it is not about these facts. */
  judge(facts: Facts): Verdict | null;
}
export type Rules<Facts> = Readonly<Record<string, Rule<Facts>>>;

/** What all rules of a check say together. */
export interface RulesOutcome {
  /** NO when any rule says so, else UNKNOWN when any does or none is about the facts, else YES. */
  readonly answer: Answer;
  readonly codes: readonly ReasonCode[];
  /** Codes that could be right and could not be decided. */
  readonly undecided: readonly ReasonCode[];
  /** Names of the rules that could not be decided. */
  readonly unknown: readonly string[];
  /** A sentence for each of them. */
  readonly missing: readonly string[];
}

const distinct = <Value>(values: readonly Value[]) => [...new Set(values)];
const codesOf = ({ no }: Pick<Rule<never>, 'no'>) => Object.keys(no) as ReasonCode[];

/** Judges by every rule of a check, in the order of the table. */
export function applyRules<Facts>(rules: Rules<Facts>, check: CheckName, facts: Facts): RulesOutcome {
  const judged = Object.entries(rules)
    .filter(([, rule]) => rule.check === check)
    .map(([name, rule]) => ({ name, rule, verdict: rule.judge(facts) }));
  const codes = distinct(
    judged.flatMap(({ verdict }) =>
      verdict === null || verdict === 'YES' || verdict === 'UNKNOWN' ? [] : [verdict],
    ),
  );
  const open = judged.filter(({ verdict }) => verdict === 'UNKNOWN');
  const decided = judged.some(({ verdict }) => verdict === 'YES') && open.length === 0;
  return {
    answer: codes.length > 0 ? 'NO' : decided ? 'YES' : 'UNKNOWN',
    codes,
    undecided: distinct(open.flatMap(({ rule }) => codesOf(rule))).filter((code) => !codes.includes(code)),
    unknown: open.map(({ name }) => name),
    missing: distinct(open.map(({ rule }) => rule.missing)),
  };
}
