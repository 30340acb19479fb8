/** HTML in which a value cannot become markup: the tag escapes whatever is not made by itself. */

const made = Symbol('markup');

/** A piece of HTML that only `html` makes. */
export interface Markup {
  readonly [made]: string;
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Tag for HTML. Values are escaped for text and for quoted attributes; markup, and a list of it, goes in as
 * it is.
 */
export function html(
  strings: TemplateStringsArray,
  ...values: readonly (string | Markup | readonly Markup[])[]
): Markup {
  const text = strings.map((string, index) => string + written(values[index] ?? '')).join('');
  return { [made]: text };
}

/** The finished text of a piece of HTML. */
export function markupText(markup: Markup): string {
  return markup[made];
}

function written(value: string | Markup | readonly Markup[]): string {
  if (typeof value === 'string') return value.replace(/[&<>"']/g, (character) => escapes[character] ?? '');
  return isMarkup(value) ? value[made] : value.map(markupText).join('');
}

function isMarkup(value: Markup | readonly Markup[]): value is Markup {
  return made in value;
}
