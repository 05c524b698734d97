import type { ReactNode } from 'react';
import { cx } from './cx.js';

export type Fact = readonly [name: string, value: ReactNode];

/** What is known of a thing, a name over each value. */
export function Facts({ facts, label, columns = 'gap-x-6 sm:grid-cols-2 md:grid-cols-3' }: { facts: readonly Fact[]; label?: string; columns?: string }) {
  return (
    <dl aria-label={label} className={cx('grid gap-y-3', columns)}>
      {facts.map(([name, value]) => (
        <div key={name} className="min-w-0">
          <dt className="label">{name}</dt>
          <dd className="text-sm font-medium wrap-anywhere tabular-nums">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** The figures that a page is about, each with a line of what it counts. */
export function Figures({ facts }: { facts: readonly (readonly [name: string, value: ReactNode, note: string])[] }) {
  return (
    <dl className="grid grid-cols-2 gap-px overflow-hidden rounded-lg border border-line bg-line md:grid-cols-4">
      {facts.map(([name, value, note]) => (
        <div key={name} className="bg-card p-4">
          <dt className="label">{name}</dt>
          <dd className="mt-1 text-lg font-semibold tabular-nums">{value}</dd>
          <dd className="text-xs text-faint">{note}</dd>
        </div>
      ))}
    </dl>
  );
}
