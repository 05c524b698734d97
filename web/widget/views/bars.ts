/** Lines with a bar each: how sure, how alike. */
import { h } from '../dom.js';
import { formatScore } from '../format.js';

export interface Bar {
  label: string;
  /** Beside the label, smaller. */
  note?: string;
  /** 0 to 1; what is below 0 has no bar. */
  value: number;
  /** What is written; the value in percent when left out. */
  text?: string;
}

/** A list, best first. The bars are for the eye only: what they show is written beside them. */
export function makeBars(bars: readonly Bar[]): HTMLElement {
  return h(
    'ol',
    { class: 'bars' },
    ...bars.map(({ label, note = '', value, text = formatScore(value) }, i) => {
      const bar = h('i', { 'aria-hidden': 'true' });
      bar.style.setProperty('--value', String(Math.min(1, Math.max(0, value))));
      return h('li', { class: i === 0 ? 'best' : '' }, h('span', { class: 'label' }, label, note !== '' && h('small', {}, note)), h('b', {}, text), bar);
    }),
  );
}
