import css from './style.css?inline';

const sheets = new Map<string, CSSStyleSheet>();

/**
 * Gives a shadow root the widget's styles, and those of what was fetched later. A constructed sheet is shared by all elements and allowed
 * under `style-src 'self'`; browsers without it (Safari before 16.4) get style elements.
 */
export function adoptStyles(root: ShadowRoot, ...more: readonly string[]): void {
  const texts = [css, ...more].filter(Boolean);
  try {
    root.adoptedStyleSheets = texts.map(sheetOf);
  } catch {
    for (const old of root.querySelectorAll(':scope > style')) old.remove();
    root.append(
      ...texts.map((text) => {
        const style = document.createElement('style');
        style.textContent = text;
        return style;
      }),
    );
  }
}

function sheetOf(text: string): CSSStyleSheet {
  let sheet = sheets.get(text);
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    sheets.set(text, sheet);
  }
  return sheet;
}
