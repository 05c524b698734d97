/**
 * What the widget says, in the language of the page. The code holds the English; a page brings others before the widget
 * is loaded, by language and by the English text:
 *
 *     globalThis.dehugStrings = { de: { 'Run again': 'Noch einmal', 'Found {0} faces.': '{0} Gesichter gefunden.' } }
 *
 * strings.de.json has all of them. What is missing there stays English, as do the engine's own sentences.
 */
type Table = Readonly<Record<string, string>>;

/** `de` for `<html lang="de-AT">`, unless there is a table for `de-AT` itself. */
function table(): [language: string, strings: Table] {
  const { dehugStrings = {} } = globalThis as { dehugStrings?: Readonly<Record<string, Table>> };
  const page = typeof document === 'undefined' ? '' : document.documentElement.lang;
  for (const language of [page, page.replace(/-.*/, '')]) {
    const strings = dehugStrings[language];
    if (strings) return [language, strings];
  }
  return ['en', {}];
}

/** The language that the widget speaks on this page. */
export const language = (): string => table()[0];

/** The text for an English one, with `{0}`, `{1}` … for what is filled in. */
export function say(english: string, ...values: readonly unknown[]): string {
  return (table()[1][english] ?? english).replace(/\{(\d)\}/g, (_, i: string) => String(values[Number(i)]));
}

/** The same as a tag of a template: t`Found ${n} faces.` is the text 'Found {0} faces.'. */
export function t(english: TemplateStringsArray, ...values: readonly unknown[]): string {
  return say(english.reduce((all, part, i) => `${all}{${i - 1}}${part}`), ...values);
}
