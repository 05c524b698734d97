import { Link } from '@tanstack/react-router';
import { cx } from './cx.js';
import { shorten } from './hash.js';
import { Mark } from './mark.js';

/** An account, as a link to its page. */
export function Address({ of, className }: { of: string; className?: string }) {
  return (
    <Link to="/authors/$address" params={{ address: of }} title={of} className={cx('inline-flex align-middle whitespace-nowrap items-center gap-2 rounded-sm no-underline hover:text-accent hover:underline', className)}>
      <Mark of={of} round size={20} />
      <span className="font-mono text-xs">{shorten(of)}</span>
    </Link>
  );
}
