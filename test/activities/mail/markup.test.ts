import { html, markupText } from '../../../activities/mail/templates/markup';

test('a value cannot become markup, in text or in an attribute', () => {
  const hostile = `"><script>alert('1')</script>&amp;`;
  expect(markupText(html`<a href="${hostile}">${hostile}</a>`)).toBe(
    '<a href="&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;amp;">' +
      '&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;amp;</a>',
  );
});

test('markup inside markup is escaped once', () => {
  const items = ['a & b', '<c>'].map((item) => html`<i>${item}</i>`);
  expect(markupText(html`<b>${items}</b>${html`<u>d</u>`}`)).toBe(
    '<b><i>a &amp; b</i><i>&lt;c&gt;</i></b><u>d</u>',
  );
});

test('what only looks like markup from elsewhere is not taken for it', () => {
  const forged = JSON.parse('{"markup":"<b>"}') as Record<string, unknown>;
  expect(Object.keys(html`<b></b>`)).not.toContain('markup');
  expect(markupText(html`${String(forged['markup'])}`)).toBe('&lt;b&gt;');
});
