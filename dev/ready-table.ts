/** What `npm start` prints when everything is ready. Secrets are not in it. */
import { runFileOf, type RunFile } from './run-file';

/** @param seconds how long it took */
export function readyTable(run: RunFile, dataDir: string, seconds: number): string {
  const places: [string, string | undefined][] = [
    ['Console and API', run.url],
    ['API reference', `${run.url}/docs`],
    ['Temporal', run.temporal.ui ?? run.temporal.address],
    ['Mail', run.mail.url],
    ['Retail pages', run.retail.pages],
  ];
  const lines = places.flatMap(([what, where]) =>
    where === undefined ? [] : [`  ${what.padEnd(16)} ${where}`],
  );
  const people = run.people.map(
    ({ name, role, email }) => `  ${role.padEnd(9)} ${name.padEnd(longest(run) + 1)} ${email}`,
  );
  return [
    '',
    `Works with Alexa badge requests: ready after ${seconds.toFixed(1)} s`,
    '',
    ...lines,
    '',
    ...people,
    `  (their tokens and passwords: ${runFileOf(dataDir)})`,
    '',
    'Ctrl-C ends everything; the data stay.',
  ].join('\n');
}

const longest = (run: RunFile) => Math.max(...run.people.map(({ name }) => name.length), 0);
