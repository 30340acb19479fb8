/** Pages for people: static, without scripts of their own beyond the API reference's. */

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
export const escape = (value: string): string =>
  value.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');

/** Escaped text in which `…` between backticks is code. */
export const prose = (value: string): string => escape(value).replace(/`([^`]+)`/g, '<code>$1</code>');

/** A whole page; `body` is HTML, as is the `header` above it. */
export function page(
  title: string,
  body: string,
  { styles = ['/docs/assets/page.css'], header = '' }: { styles?: readonly string[]; header?: string } = {},
): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title>
${styles.map((style) => `<link rel="stylesheet" href="${style}">`).join('\n')}
<link rel="icon" href="/docs/assets/favicon-32x32.png">
</head>
<body>${header}<main>
${body}
</main></body>
</html>
`;
}

export const pageStyle = `:root { color-scheme: light dark; color: canvastext; background: canvas; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0; }
main { max-width: 60rem; margin: 3rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; line-height: 1.2; }
code { font-family: ui-monospace, monospace; font-size: 0.9em; }
table { border-collapse: collapse; margin: 1rem 0; }
tr { border-bottom: 1px solid color-mix(in srgb, currentcolor 20%, transparent); }
td, th { text-align: left; vertical-align: top; padding: 0.25rem 1rem 0.25rem 0; }
h1, p { overflow-wrap: anywhere; }
@media (width < 24rem) {
  main { padding: 0 0.75rem; }
  td, th { padding-right: 0.5rem; }
  td:last-child, th:last-child { padding-right: 0; }
}
`;
