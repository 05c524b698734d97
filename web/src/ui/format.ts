/** How amounts and times are written. */

const units = ['B', 'kB', 'MB', 'GB', 'TB'];

/** 1 230 000 → “1.2 MB”: thousands, not 1024s, as shops and disks count. */
export function formatBytes(bytes: number): string {
  const power = bytes < 1000 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1);
  const value = bytes / 1000 ** power;
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[power] ?? ''}`;
}

const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

export const formatCount = (n: number) => compact.format(n);

/** “1 model”, “2 models”. */
export const counted = (n: number, one: string, many = `${one}s`) => `${n.toLocaleString('en')} ${n === 1 ? one : many}`;

const steps: [Intl.RelativeTimeFormatUnit, seconds: number][] = [['year', 31_557_600], ['month', 2_629_800], ['week', 604_800], ['day', 86_400], ['hour', 3600], ['minute', 60]];
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

/** “3 days ago”. */
export function formatAgo(then: Date, now = new Date()): string {
  const seconds = (then.getTime() - now.getTime()) / 1000;
  const [unit, size] = steps.find(([, size]) => Math.abs(seconds) >= size) ?? ['minute', 60];
  return Math.abs(seconds) < 45 ? 'just now' : relative.format(Math.round(seconds / size) || -1, unit);
}

const day = new Intl.DateTimeFormat('en', { dateStyle: 'medium' });

export const formatDay = (date: Date) => day.format(date);

/** An amount of a token's smallest units as people write it: “1.25”. All digits that count, at most `digits` behind the point. */
export function formatAmount(amount: string, decimals: number, digits = 6): string {
  const scale = 10n ** BigInt(decimals);
  const value = BigInt(amount);
  const whole = value / scale;
  if (whole >= 10_000n) return new Intl.NumberFormat('en', { notation: whole >= 10n ** 9n ? 'scientific' : 'standard', maximumFractionDigits: 2 }).format(whole);
  const all = (value % scale).toString().padStart(decimals, '0');
  const short = all.slice(0, digits).replace(/0+$/, '');
  const tiny = value > 0n && whole === 0n && short === '';
  return tiny ? `< 0.${'0'.repeat(digits - 1)}1` : `${whole.toLocaleString('en')}${short && `.${short}`}`;
}

/** Parts per million as a percentage: “12.5 %”. */
export const formatParts = (parts: number) => `${Number((parts / 10_000).toFixed(4)).toLocaleString('en')} %`;
