/** What axe-core, the rules of WCAG as a program, says about a page as it stands. */
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';

const rules = {
  /** The levels that people may expect, and what axe calls good practice. */
  everything: {
    type: 'tag',
    values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  },
  contrast: { type: 'rule', values: ['color-contrast'] },
} as const;
const source = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  readonly id: string;
  readonly help: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/** @returns a line for each element that breaks a rule: the rule, what it asks for, and the element */
export async function barriersOn(page: Page, what: keyof typeof rules): Promise<string[]> {
  await page.evaluate(source);
  const { violations } = await page.evaluate<{ violations: readonly Violation[] }>(
    `axe.run(document, { runOnly: ${JSON.stringify(rules[what])}, resultTypes: ['violations'] })`,
  );
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${help}: ${html}: ${failureSummary}`),
  );
}
