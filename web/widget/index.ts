/** The one tag: importing this file defines `<dehug-model>`. */
import { DehugModelElement } from './dehug-model.js';

export { DehugModelElement };
export { attributes, events, parts, states } from './constants.js';
export type { DehugModelAttributes, DehugModelEventMap, Result, State, Verified } from './constants.js';

declare global {
  interface HTMLElementTagNameMap {
    'dehug-model': DehugModelElement;
  }
}

// Two copies of the widget on one page: the first one wins, as with any custom element.
// In a server there are no elements, and importing this does nothing.
if (typeof customElements !== 'undefined' && !customElements.get('dehug-model')) customElements.define('dehug-model', DehugModelElement);
