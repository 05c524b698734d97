/**
 * `<dehug-model>` in templates of Vue 3, whose compiler has to be told that it is an element:
 * `isCustomElement: (tag) => tag === 'dehug-model'`.
 *
 *     import type {} from '@dehug/runtime/widget/vue'
 */
import type { DefineComponent } from 'vue';
import type { DehugModelAttributes, DehugModelEventMap } from './index.js';

type Listeners = { [Name in keyof DehugModelEventMap as `on${Capitalize<Name>}`]?: (event: DehugModelEventMap[Name]) => void };

declare module 'vue' {
  interface GlobalComponents {
    'dehug-model': DefineComponent<DehugModelAttributes & Listeners>;
  }
}
