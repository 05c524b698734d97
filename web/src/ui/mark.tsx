import { cx } from './cx.js';

/** Cells along a side. */
const side = 4;

/**
 * The picture of a name: arcs that its letters lay out, in a hue of its own. Nothing is fetched for it, and what is the same by
 * hash looks the same everywhere. It is an ornament, not a proof: two names may look alike.
 */
export function Mark({ of, round = false, size = 40, className }: { of: string; round?: boolean; size?: number; className?: string }) {
  const bits = scramble(of);
  const hue = Number(bits % 360n);
  const tiles: string[] = [];
  for (let i = 0; i < side * side; i++) {
    const [x, y] = [(i % side) * 10, Math.floor(i / side) * 10];
    const kind = Number((bits >> BigInt(9 + 2 * i)) & 3n);
    tiles.push(kind < 2
      ? `M${x + 5} ${y}a5 5 0 0 ${kind === 0 ? 1 : 0} ${kind === 0 ? -5 : 5} 5M${x + (kind === 0 ? 10 : 0)} ${y + 5}a5 5 0 0 ${kind === 0 ? 0 : 1} ${kind === 0 ? -5 : 5} 5`
      : kind === 2 ? `M${x + 5} ${y}v10M${x} ${y + 5}h10` : `M${x + 5} ${y + 5}m-1.5 0a1.5 1.5 0 1 0 3 0a1.5 1.5 0 1 0-3 0`);
  }
  return (
    <svg viewBox="0 0 40 40" width={size} height={size} aria-hidden="true" className={cx('shrink-0', round ? 'rounded-full' : 'rounded-md', className)}>
      <rect width="40" height="40" fill={`oklch(0.62 0.11 ${hue})`} />
      <path d={tiles.join('')} fill="none" stroke={`oklch(0.94 0.04 ${(hue + 40) % 360})`} strokeWidth="2.6" strokeLinecap="round" />
    </svg>
  );
}

/** 64 bits of a text (FNV-1a): good enough to look at. */
function scramble(text: string): bigint {
  let hash = 0xcbf29ce484222325n;
  for (const letter of text) hash = ((hash ^ BigInt(letter.codePointAt(0) ?? 0)) * 0x100000001b3n) & 0xffffffffffffffffn;
  return hash ^ (hash >> 29n);
}
