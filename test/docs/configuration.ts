/** What is written about the configuration, made from config.ts: the README's table and .env.example. */
import { variables, type Program } from '../../config';

type Name = keyof typeof variables;
const names = Object.keys(variables) as Name[];

/** As it would be written in the environment; null where a value must be given, '' where none is needed. */
export function defaultOf(name: Name): string | null {
  const parsed = variables[name].rule.safeParse(undefined);
  if (!parsed.success) return null;
  const value = parsed.data;
  if (value === undefined) return '';
  if (typeof value !== 'object') return String(value);
  return Array.isArray(value) ? value.join(',') : JSON.stringify(value);
}

/** Names of what a program reads. */
export function namesFor(program: Program): Name[] {
  return names.filter((name) => (variables[name].for as readonly Program[]).includes(program));
}

const programLabels = {
  api: 'API',
  worker: 'workers',
  migrate: 'migrate',
  start: '`npm start`',
  rehearse: '`npm run rehearse`',
} as const satisfies Record<Program, string>;

/** The table of every variable, columns padded as prettier pads them. */
export function renderTable(): string {
  const rows = names.map((name) => {
    const fallback = defaultOf(name);
    return [
      `\`${name}\``,
      fallback === null ? '**required**' : fallback === '' ? '' : `\`${fallback}\``,
      variables[name].for.map((program) => programLabels[program]).join(', '),
      // As prettier writes emphasis.
      variables[name].about.replace(/\*(\S+)\*/g, '_$1_'),
    ];
  });
  const table = [['variable', 'default', 'used by', 'about'], ...rows];
  const widths = [0, 1, 2, 3].map((column) =>
    Math.max(...table.map((row) => [...(row[column] ?? '')].length)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - [...cell].length)).join(' | ')} |`;
  const [head = [], ...body] = table;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}

/** As a shell and docker compose both read it: plain where that is enough. */
const quote = (value: string): string => (/^[\w.,:/@+-]*$/.test(value) ? value : `'${value}'`);

/** Each variable with its meaning; a default stands as a comment, what must be given is left to fill in. */
export function renderExample(): string {
  return names
    .map((name) => {
      const fallback = defaultOf(name);
      const assignment = fallback === null ? `${name}=` : `#${name}=${quote(fallback)}`;
      const need = fallback === null ? `Required by: ${variables[name].for.join(', ')}. ` : '';
      return `# ${need}${variables[name].about}\n${assignment}`;
    })
    .join('\n\n');
}
