import { formatAgo } from './format.js';

/** How long ago; the exact time for whoever points at it. A text that is no time is shown as it is. */
export function Time({ at }: { at: string }) {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return at;
  return <time dateTime={at} title={date.toLocaleString('en', { dateStyle: 'full', timeStyle: 'short' })}>{formatAgo(date)}</time>;
}
