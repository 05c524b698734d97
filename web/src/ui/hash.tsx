import { Copy } from './copy.js';
import { cx } from './cx.js';

/** The ends of a long name: enough to tell two apart at a glance. Whoever has to be sure copies the whole. */
export function shorten(text: string, head = 6, tail = 4): string {
  return text.length <= head + tail + 1 ? text : `${text.slice(0, head)}…${text.slice(-tail)}`;
}

/** A hash or CID, cut short, with its whole beside it for pointers, readers and the clipboard. `what` names it. */
export function Hash({ value, what, head = 8, tail = 6, copy = true, className }: { value: string; what: string; head?: number; tail?: number; copy?: boolean; className?: string }) {
  return (
    <span className={cx('inline-flex items-center gap-0.5', className)}>
      <span title={value} className="font-mono text-xs">{shorten(value, head, tail)}</span>
      {copy && <Copy bare text={value} what={what} />}
    </span>
  );
}
