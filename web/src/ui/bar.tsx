import { cx } from './cx.js';

export interface Segment {
  name: string;
  /** In any unit; shares are computed. */
  value: number;
  /** What the value is called. */
  text: string;
}

// Told apart by lightness too, and the list below says which is which.
const fills = ['bg-accent', 'bg-note', 'bg-warn', 'bg-bad', 'bg-soft', 'bg-edge'];
const colour = (i: number) => fills[i % fills.length];

/** How something is divided: a bar, and a list that says the same in words. */
export function Bar({ label, segments }: { label: string; segments: readonly Segment[] }) {
  const total = segments.reduce((sum, { value }) => sum + value, 0);
  return (
    <div className="grid gap-2.5">
      <div aria-hidden="true" className="flex h-2.5 gap-0.5 overflow-hidden rounded-full bg-sunken">
        {segments.map(({ name, value }, i) => (value > 0 ? <span key={name} className={cx('block min-w-1', colour(i))} style={{ flexGrow: value / (total || 1), flexBasis: 0 }} /> : null))}
      </div>
      <ul aria-label={label} className="flex flex-wrap gap-x-5 gap-y-1 text-xs text-soft">
        {segments.map(({ name, text }, i) => (
          <li key={name} className="flex items-center gap-1.5">
            <span aria-hidden="true" className={cx('size-2.5 shrink-0 rounded-sm', colour(i))} />
            {name} <span className="font-medium text-ink tabular-nums">{text}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
