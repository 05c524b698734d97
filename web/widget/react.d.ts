/**
 * `<dehug-model>` in JSX, for React 19, which sets attributes and listens to events by `on` and their name:
 *
 *     import type {} from '@dehug/runtime/widget/react'
 *     <dehug-model src="bafy…" sources="https://gateway.example" onresult={({ detail }) => …} />
 */
import type { DetailedHTMLProps, HTMLAttributes } from 'react';
import type { DehugModelAttributes, DehugModelElement, DehugModelEventMap } from './index.js';

type Listeners = { [Name in keyof DehugModelEventMap as `on${Name}`]?: (event: DehugModelEventMap[Name]) => void };

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'dehug-model': Omit<DetailedHTMLProps<HTMLAttributes<DehugModelElement>, DehugModelElement>, keyof DehugModelAttributes> & DehugModelAttributes & Listeners;
    }
  }
}
