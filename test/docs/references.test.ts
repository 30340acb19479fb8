/** What the documents name is there: files, commands, variables, calls, rooms and what they may import. */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { variables } from '../../config';
import { createRoutes } from '../../api/routes';
import { STAGES } from '../../domain/lifecycle';
import { readText, root } from './generated';

const documents = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(path.join(root, 'docs')).map((name) => `docs/${name}`),
];
const scripts = (JSON.parse(readText('package.json')) as { scripts: Record<string, string> }).scripts;
const rooms = [
  'domain',
  'workflows',
  'activities',
  'workers',
  'api',
  'db',
  'dev',
  'bench',
  'rehearsal',
  'chaos',
  'test',
  'docs',
  'deploy',
];

/** Files that are made by running, not written; and what readers are asked to make. */
const madeByRunning = [
  'run.json',
  'openapi.json',
  'temporal.toml',
  'person.sql',
  'event.json',
  'types.ts',
  'main.ts',
];

/** What stands in code, inline or in blocks. */
const codeOf = (text: string): string => {
  const blocks = [...text.matchAll(/^ *```\w*\n([\s\S]*?)^ *```$/gm)].map((match) => match[1] ?? '');
  const inline = [...text.replace(/^ *```[\s\S]*?^ *```$/gm, '').matchAll(/`([^`\n]+)`/g)].map(
    (match) => match[1] ?? '',
  );
  return [...blocks, ...inline].join('\n');
};
const all = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map((match) => match[1] ?? '');

describe.each(documents)('%s', (document) => {
  const text = readText(document);
  const code = codeOf(text);

  it('names files that there are', () => {
    const inRooms = all(code, new RegExp(`(?<![\\w./$-])((?:${rooms.join('|')})/[\\w./-]*)`, 'g'));
    const byEnding = all(code, /(?<![\w./$@-])([\w.-]+\.(?:ts|mjs|json|ya?ml|md|sql|toml))(?![\w/])/g);
    const built = all(code, /(?<![\w./-])dist\/([\w./-]+)\.js/g).map((name) => `${name}.ts`);
    const links = all(text, /\]\((?!https?:)([^)#]+)/g).map((link) =>
      path.join(path.dirname(document), link),
    );
    const named = [...inRooms, ...byEnding, ...built, ...links].filter(
      (name) => !madeByRunning.includes(name),
    );
    expect(named.filter((name) => !existsSync(path.join(root, name)))).toEqual([]);
  });

  it('names commands that there are', () => {
    const run = all(code, /\bnpm run ([\w-]+)/g);
    const short = all(code, /\bnpm (start|test)\b/g);
    expect([...run, ...short].filter((name) => !(name in scripts))).toEqual([]);
  });

  it('names the namespace in every command of Temporal’s', () => {
    const commands = all(code, /\btemporal ((?:workflow|task-queue|schedule) [^\n]*)/g);
    expect(commands.filter((command) => !command.includes('--namespace badge-requests'))).toEqual([]);
  });

  it('names variables that there are', () => {
    const written = all(
      code,
      /\b((?:SP_API|SMAPI|TEMPORAL|DATABASE|WORKER|CHECK|REVIEW|MAIL|SMTP|CERTIFICATION)_[A-Z_]+)\b/g,
    );
    // Temporal's own, read by its library.
    const known = (name: string) => name in variables || /^TEMPORAL_(TLS|PROFILE$)/.test(name);
    expect(written.filter((name) => !known(name))).toEqual([]);
  });

  it('names calls that there are', () => {
    const addresses = createRoutes().map((route) => route.path.replace(/\{\w+\}/g, '*'));
    const written = all(
      code,
      /(?<=^|[\s"])(?:(?:GET|POST|PATCH) |\$api)?(\/(?:v1|livez|readyz|openapi\.json|docs)[^\s"'?]*)/gm,
    );
    const shapes = written.map((name) =>
      name.replace(/\{\w+\}|\$\w+|\$\([^)]*\)?|[A-Z]{2}(?=\/)/g, '*').replace(/[`,.]+$/, ''),
    );
    expect(shapes.filter((shape) => !addresses.includes(shape))).toEqual([]);
  });
});

it('CONTRIBUTING.md counts what carries no patch at all as well', () => {
  expect(readText('CONTRIBUTING.md')).toMatch(
    /\(TemporalChangeVersion IS NULL OR TemporalChangeVersion!="[\w-]+"\)/,
  );
});

it('docs/operations.md explains every stage', () => {
  for (const stage of STAGES) expect(readText('docs/operations.md')).toMatch(new RegExp(`\\| ${stage} +\\|`));
});

describe('docs/architecture.md', () => {
  const rows = new Map(
    [...readText('docs/architecture.md').matchAll(/^\| `(\w+)` +\|[^|]+\|([^|]*)\|$/gm)].map(
      ([, room = '', imports = '']) => [room, all(imports, /`(\w+)`/g).sort()],
    ),
  );
  const lint = readText('eslint.config.mjs');
  const names = (list: string) => all(list, /'(\w+)'/g);
  const forbidden = new Map(
    [...(/const directions = \{([\s\S]*?)\n\};/.exec(lint)?.[1] ?? '').matchAll(/(\w+): \[([^\]]*)\]/g)].map(
      ([, room = '', list = '']) => [room, names(list)],
    ),
  );
  // Workflow code has a rule of its own, for values.
  forbidden.set(
    'workflows',
    names(/\.\.\.outside\(\[([^\]]*)\]\),\s+allowTypeImports: true/.exec(lint)?.[1] ?? ''),
  );
  const imported = [
    'domain',
    'workflows',
    'db',
    'activities',
    'workers',
    'api',
    'dev',
    'bench',
    'rehearsal',
    'chaos',
    'config',
  ];

  it('lists the rooms that lint knows', () => {
    expect([...rows.keys()].sort()).toEqual([...forbidden.keys()].sort());
  });

  it.each([...forbidden])('says what %s may import, as lint does', (room, refused) => {
    const allowed = imported.filter((name) => name !== room && !refused.includes(name));
    expect(rows.get(room)).toEqual(allowed.sort());
  });
});
