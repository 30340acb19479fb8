// Elements out of texts and other elements. Everything is text, never markup.

/**
 * An element with attributes, which may be left out, and children; what is null is shown as a dash.
 * A function among the attributes listens to the event of its name.
 */
export function draw(name, ...parts) {
  const element = document.createElement(name);
  const isChild = (part) => part === null || typeof part !== 'object' || part instanceof Node;
  const [attributes, children] = isChild(parts[0]) ? [{}, parts] : [parts[0] ?? {}, parts.slice(1)];
  for (const [attribute, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(attribute, value);
    else if (value === true) element.setAttribute(attribute, '');
    else if (value !== false && value !== undefined) element.setAttribute(attribute, value);
  }
  element.append(...children.filter((child) => child !== undefined).map((child) => child ?? '–'));
  return element;
}

export const link = (href, text) => draw('a', { href }, text);

/**
 * A table, which a narrow page shows with its cells below one another, each with its head. The roles are named because a
 * table that is laid out so is none to screen readers otherwise.
 * @param rows of cells each; or with a class, where it stands out
 */
export const table = (heads, rows) =>
  draw(
    'table',
    { role: 'table' },
    draw(
      'thead',
      { role: 'rowgroup' },
      draw(
        'tr',
        { role: 'row' },
        ...heads.map((text) => draw('th', { scope: 'col', role: 'columnheader' }, text)),
      ),
    ),
    draw(
      'tbody',
      { role: 'rowgroup' },
      ...rows.map((row) => drawRow(heads, Array.isArray(row) ? { cells: row } : row)),
    ),
  );

/** A row of it. */
export const drawRow = (heads, { cells, class: kind }) =>
  draw(
    'tr',
    { role: 'row', class: kind },
    ...cells.map((cell, column) =>
      draw('td', { role: 'cell', 'data-head': heads[column] || undefined }, cell),
    ),
  );

/** A part of a page under a heading of its own; nothing when it has no content. */
export const section = (heading, ...content) =>
  content.length === 0 ? undefined : draw('section', {}, draw('h2', {}, heading), ...content);

/** An instant in UTC, as in the sentences of the API; where one points at it, in the reader's own time. */
export function when(instant) {
  if (instant == null) return '–';
  const [day, time] = new Date(instant).toISOString().split('T');
  const own = new Date(instant).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'long' });
  return draw('time', { datetime: instant, title: own }, `${day} ${time.slice(0, 5)} UTC`);
}

/** A word of a closed list as people write it: UNDER_TEST is "under test", passChecks "pass checks". */
export const words = (code) =>
  code == null
    ? null
    : code
        .replace(/([a-z])([A-Z])/g, '$1 $2')
        .replaceAll('_', ' ')
        .toLowerCase();

/** A value of any kind as a text. */
export function show(value) {
  if (value === null || value === undefined || value === '') return null;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(show).join(', ');
  if (typeof value === 'object') return Object.values(value).map(show).join(' ');
  return String(value);
}
