/** The row of buttons for what a page offers as examples. */
import { h } from '../dom.js';

export interface Sample {
  /** For people who do not see the picture on the button. */
  name: string;
  /** What is on the button. */
  look: Node | string;
}

export class Samples {
  readonly element: HTMLElement;

  constructor(
    label: string,
    private readonly choose: (index: number) => void,
  ) {
    this.element = h('div', { class: 'samples', role: 'group', 'aria-label': label });
  }

  show(samples: readonly Sample[]): void {
    this.element.replaceChildren(
      ...samples.map(({ name, look }, i) =>
        h(
          'button',
          { type: 'button', class: typeof look === 'string' ? 'sample words' : 'sample', 'aria-pressed': 'false', 'aria-label': name, title: name, click: () => this.choose(i) },
          look,
        ),
      ),
    );
  }

  /** Marks one as chosen; -1 for none. */
  press(index: number): void {
    for (const [i, button] of [...this.element.children].entries()) button.setAttribute('aria-pressed', String(i === index));
  }
}
