import css from './style.css?inline';

let sheet: CSSStyleSheet | null = null;

/**
 * Gives a shadow root the widget's styles. A constructed sheet is shared by all elements and allowed under
 * `style-src 'self'`; browsers without it (Safari before 16.4) get a style element.
 */
export function adoptStyles(root: ShadowRoot): void {
  try {
    if (!sheet) {
      sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
    }
    root.adoptedStyleSheets = [sheet];
  } catch {
    const style = document.createElement('style');
    style.textContent = css;
    root.append(style);
  }
}
