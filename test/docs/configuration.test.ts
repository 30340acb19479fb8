import { execFileSync } from 'node:child_process';
import { variables } from '../../config';
import { defaultOf, renderExample, renderTable } from './configuration';
import { generatedPart, readText } from './generated';

const assignments = (text: string) =>
  [...text.matchAll(/^#?([A-Z][A-Z0-9_]*)=/gm)].map((match) => match[1] ?? '');

it('the README shows every variable as config.ts has it', () => {
  const expected = renderTable();
  const found = generatedPart('README.md', {
    begin: '<!-- made from config.ts -->',
    end: '<!-- end of what is made from config.ts -->',
    expected,
  });
  expect(found).toBe(expected);
});

it('.env.example shows every variable as config.ts has it', () => {
  const expected = renderExample();
  const found = generatedPart('.env.example', {
    begin: '# --- Read by the service ---',
    end: '# --- End of what the service reads ---',
    expected,
  });
  expect(found).toBe(expected);
});

it('.env.example says to a shell the defaults that config.ts has', () => {
  const shown = (Object.keys(variables) as (keyof typeof variables)[]).filter((name) => defaultOf(name));
  const text = readText('.env.example').replace(/^#(?=[A-Z][A-Z0-9_]*=)/gm, '');
  const script = `set -a\n${text}\nset +a\nexec env -0`;
  const read = execFileSync('sh', ['-ec', script], { encoding: 'utf8', env: { PATH: process.env['PATH'] } });
  const environment = Object.fromEntries(
    read.split('\0').map((line) => [line.split('=')[0] ?? '', line.slice(line.indexOf('=') + 1)]),
  );
  expect(shown.map((name) => [name, environment[name]])).toEqual(
    shown.map((name) => [name, defaultOf(name)]),
  );
});

it('.env.example has every name once, and none that nobody reads', () => {
  const compose = [...readText('docker-compose.yml').matchAll(/\$\{([A-Z0-9_]+)/g)].map(
    (match) => match[1] ?? '',
  );
  const read = new Set([...Object.keys(variables), ...compose]);
  const written = assignments(readText('.env.example'));
  expect([...written].sort()).toEqual([...read].sort());
});
