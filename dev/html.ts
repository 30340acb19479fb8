/** Pages of the embedded parts: static, without scripts. */

export const escape = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0) ?? 0};`);

/** A whole page; `body` is HTML, `style` CSS. */
export const page = ({ title, style, body }: { title: string; style: string; body: string }): string =>
  `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title>
<style>${style}</style>
</head>
<body>${body}</body>
</html>
`;
