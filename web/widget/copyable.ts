import { h, icon } from './dom.js';
import * as icons from './icons.js';
import { shorten } from './format.js';
import { t } from './strings.js';

/**
 * A hash or an address in short, with a button that copies all of it. Where the page may not write to the clipboard
 * (insecure contexts), the button writes the text out and selects it instead.
 */
export function copyable(what: string, text: string, announce: (text: string) => void): HTMLElement {
  const code = h('code', { title: text }, shorten(text));
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      announce(t`Copied the ${what}.`);
      button.classList.add('copied');
      setTimeout(() => button.classList.remove('copied'), 1500);
    } catch {
      code.textContent = text;
      code.classList.add('whole');
      getSelection()?.selectAllChildren(code);
      announce(t`The ${what} is selected: copy it with the keyboard.`);
    }
  };
  const button = h('button', { type: 'button', class: 'copier', title: t`Copy`, 'aria-label': t`Copy the ${what}`, click: () => void copy() }, icon(icons.copy, 'copy'), icon(icons.check, 'check'));
  return h('span', { class: 'copyable' }, code, button);
}
