import ts from 'typescript';
import { afterEach, expect, it, vi } from 'vitest';
import german from './strings.de.json';
import { say, t } from './strings.js';

const sources = import.meta.glob<string>(['./**/*.ts', '!./**/*.test.ts'], { eager: true, query: '?raw', import: 'default' });

/** The English of every t`…`, and of every noun that is counted. */
function said(): string[] {
  const found = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isTaggedTemplateExpression(node) && node.tag.getText() === 't') {
      const { template } = node;
      if (ts.isNoSubstitutionTemplateLiteral(template)) found.add(template.text);
      else found.add(template.head.text + template.templateSpans.map((span, i) => `{${i}}${span.literal.text}`).join(''));
    }
    if (ts.isCallExpression(node) && node.expression.getText() === 'plural') {
      const [, one, many] = node.arguments.map((each) => (ts.isStringLiteral(each) ? each.text : ''));
      found.add(`{0} ${one ?? ''}`).add(`{0} ${many ?? `${one ?? ''}s`}`);
    }
    ts.forEachChild(node, visit);
  };
  for (const [name, text] of Object.entries(sources)) visit(ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true));
  return [...found].sort();
}

afterEach(() => vi.unstubAllGlobals());

it('strings.de.json has everything that the widget says, and nothing else', () => {
  expect(Object.keys(german).sort()).toEqual(said());
});

it('a translation fills in what the English does', () => {
  for (const [english, translated] of Object.entries(german)) {
    const places = (text: string) => [...text.matchAll(/\{\d\}/g)].map(([place]) => place).sort();
    expect([english, places(translated)]).toEqual([english, places(english)]);
  }
});

it('speaks the language of the page, and English where a text is missing', () => {
  expect(t`Found ${2} faces.`).toBe('Found 2 faces.');
  vi.stubGlobal('dehugStrings', { de: { 'Found {0} faces.': '{0} Gesichter gefunden.' } });
  vi.stubGlobal('document', { documentElement: { lang: 'de-AT' } });
  expect(t`Found ${2} faces.`).toBe('2 Gesichter gefunden.');
  expect(t`${'{1}'} of ${2}`).toBe('{1} of 2');
  expect(say('Run again')).toBe('Run again');
});
