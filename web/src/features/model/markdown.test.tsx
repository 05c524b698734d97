import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { Markdown, maxCard, releasePath, safeLink } from './markdown.js';

const html = (text: string) => renderToStaticMarkup(<Markdown text={text} picture={(path, alt) => <img data-path={path} alt={alt} />} />);

test('what people write in cards becomes elements', () => {
  const made = html('---\nlicense: mit\n---\n# One\n\nA *b* **c** ~~d~~ `e<f>` [g](https://h.example/i) &amp; ![j](k/l.png)\n\n- m\n- [x] n\n\n> o\n\n| p | q |\n|---|--:|\n| r | s |\n\n```js\n<t>\n```\n\n1. u\n');
  for (const part of ['<h2', 'One</h2>', '<em>b</em>', 'c</strong>', '<del>d</del>', 'e&lt;f&gt;</code>', 'href="https://h.example/i"', 'rel="noopener noreferrer nofollow ugc"', '&amp;', 'data-path="k/l.png"', '<blockquote', '<table', '&lt;t&gt;', '<ol', 'type="checkbox"']) {
    expect(made).toContain(part);
  }
  expect(made).not.toContain('license');
});

test.each([
  ['a script', '<script>alert(1)</script>'],
  ['a handler', '<img src=x onerror=alert(1)>'],
  ['an svg', '<svg onload=alert(1)><script>alert(1)</script></svg>'],
  ['a frame', '<iframe srcdoc="<script>alert(1)</script>"></iframe>'],
  ['a style', '<style>*{display:none}</style>'],
  ['a form', '<form action="https://evil.example"><input name=password></form>'],
  ['script in a link', '[x](javascript:alert(1)) [y](JaVaScRiPt:alert(1)) [z](&#106;avascript:alert(1)) [w]( java\nscript:alert(1))'],
  ['data in a link', '[x](data:text/html,<script>alert(1)</script>)'],
  ['data in a picture', '![x](data:image/svg+xml,<svg/onload=alert(1)>)'],
  ['a picture elsewhere', '![x](https://evil.example/track.png) ![y](//evil.example/z.png)'],
  ['a picture outside of the release', '![x](../../secret.png) ![y](/api/v1/account)'],
  ['a link by reference', '[x][1]\n\n[1]: javascript:alert(1)'],
  ['an autolink', '<javascript:alert(1)> <data:text/html,x>'],
  ['a title that breaks out', '[x](https://a.example "\\" onmouseover=alert(1)")'],
])('%s does nothing', (_, text) => {
  const made = html(text);
  expect(made).not.toMatch(/<(script|svg|iframe|style|form|object|embed|link|meta|base)/i);
  expect(made).not.toMatch(/<[^>]*\son\w+=/i);
  expect(made).not.toMatch(/(href|src|srcdoc|action)="(?!https:\/\/a\.example)/i);
  expect(made).not.toMatch(/data-path/);
});

test('what is nested beyond reason is shown as it is', () => {
  for (const text of ['>'.repeat(5000) + 'a', '- '.repeat(5000) + 'a', '1. '.repeat(3000) + 'a', '*'.repeat(20_000), '['.repeat(20_000), '`'.repeat(20_000), '![['.repeat(9000)]) {
    expect(html(text).length).toBeGreaterThan(20);
  }
});

test('a card has an end', () => {
  expect(html('a '.repeat(maxCard)).length).toBeLessThan(maxCard + 1000);
});

test('addresses', () => {
  expect(safeLink('https://a.example/b')).toBe('https://a.example/b');
  expect(safeLink('mailto:a@b.example')).toBe('mailto:a@b.example');
  for (const no of ['javascript:1', 'vbscript:1', 'file:///etc/passwd', 'blob:https://a', '/relative', '#part', '']) expect(safeLink(no)).toBeNull();
  expect(releasePath('./a/b.png')).toBe('a/b.png');
  for (const no of ['a//b.png', 'a/../b.png', 'a b.png', 'a.png?x', 'http://x/y.png', '']) expect(releasePath(no)).toBeNull();
});
