import { cx } from './cx.js';

/** Holds the place of something that arrives: give it the size of that. Readers hear {@link Loading} instead. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden="true" className={cx('block animate-breathe rounded-sm bg-line', className)} />;
}

/** Says to screen readers that something is on its way; what is in it only holds the place. */
export function Loading({ what, children }: { what: string; children?: React.ReactNode }) {
  return (
    <div aria-busy="true">
      <span role="status" className="sr-only">Loading {what}</span>
      {children}
    </div>
  );
}
