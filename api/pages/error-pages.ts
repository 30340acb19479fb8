import { PROBLEM_CODES, problemKinds, pageOf, type ProblemCode } from '../problem-codes';
import { escape, page, prose } from './html';

/** A narrow page breaks a long one between its words. */
const breakable = (code: ProblemCode) => code.replaceAll('_', '_<wbr>');

/** Every error code with a link to its page. */
export function errorIndex(): string {
  const rows = PROBLEM_CODES.map((code) => {
    const { status, title } = problemKinds[code];
    return `<tr><td>${status}</td><td><a href="/docs/errors/${pageOf(code)}"><code>${breakable(code)}</code></a></td><td>${prose(title)}</td></tr>`;
  });
  return page(
    'Error codes',
    `<h1>Error codes</h1>
<p>Errors are <code>application/problem+json</code> (RFC 9457); <code>code</code> is one of these.</p>
<table><thead><tr><th>Status</th><th>Code</th><th>Meaning</th></tr></thead><tbody>
${rows.join('\n')}
</tbody></table>
<p><a href="/docs">API reference</a></p>`,
  );
}

/** What an error code means and what to do about it. */
export function errorPage(code: ProblemCode): string {
  const { status, title, means, remedy } = problemKinds[code];
  return page(
    `${code}: ${title}`,
    `<h1>${escape(title)}</h1>
<p><code>${code}</code>, HTTP status ${status}</p>
<h2>What it means</h2>
<p>${prose(means)}</p>
<h2>What to do</h2>
<p>${prose(remedy)}</p>
<p><a href="/docs/errors/">All error codes</a></p>`,
  );
}

/** The code that an address names; undefined for an unknown one. */
export const codeOfPage = (name: string): ProblemCode | undefined =>
  PROBLEM_CODES.find((code) => pageOf(code) === name);
