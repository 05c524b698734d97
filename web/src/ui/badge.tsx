import type { ReactNode } from 'react';
import { cx } from './cx.js';

const tones = {
  plain: 'bg-sunken text-soft',
  good: 'bg-accent-wash text-accent',
  warn: 'bg-warn-wash text-warn',
  bad: 'bg-bad-wash text-bad',
  note: 'bg-note-wash text-note',
} as const;

/** A word about something. `title` says more to those who point at it; what matters is in the word. */
export function Badge({ tone = 'plain', title, children }: { tone?: keyof typeof tones; title?: string; children: ReactNode }) {
  return (
    <span title={title} className={cx('inline-flex h-5.5 items-center gap-1 rounded-sm px-1.5 text-xs font-medium whitespace-nowrap', tones[tone])}>
      {children}
    </span>
  );
}
