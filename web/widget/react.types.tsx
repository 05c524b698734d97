/** What React's typings promise; compiled by `tsc`, never run. */
import type { ReactElement } from 'react';
import type {} from './react.js';

export const good = (
  <dehug-model
    src="bafy"
    sources="https://gateway.example"
    task="ocr"
    autoload
    max-bytes={50_000_000}
    className="wide"
    onresult={({ detail }) => detail.task === 'ocr' && detail.text.length}
    onprogress={({ detail }) => detail.type}
    onerror={({ detail }) => detail.hint}
    ref={(element) => void element?.start()}
  >
    <img slot="sample" src="receipt.jpg" alt="A receipt" />
  </dehug-model>
);

// @ts-expect-error -- no such task
export const badTask: ReactElement = <dehug-model src="bafy" task="mind-reading" />;

// @ts-expect-error -- no such mode
export const badMode: ReactElement = <dehug-model src="bafy" mode="quick" />;
