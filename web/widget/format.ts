
/** Figures for people. Units are SI: 1 kB is 1000 bytes. */

import { say } from './strings.js';

const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** `437.0 kB`, `32 B`: three digits or more, so that two sizes can be told apart. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  // 999.5 kB would be written as 1000 kB
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? String(value) : value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)}\u00a0${units[unit] ?? ''}`;
}

/** `3.2 ms`, `41 ms`, `1.24 s`. */
export function formatDuration(ms: number): string {
  if (ms >= 999.5) return `${(ms / 1000).toFixed(ms < 9995 ? 2 : 1)}\u00a0s`;
  return `${ms.toFixed(ms < 9.95 ? 1 : 0)}\u00a0ms`;
}

/** `92 %`: a score of 0 to 1. */
export function formatScore(score: number): string {
  return `${Math.round(score * 100)}\u00a0%`;
}

/** First and last digits of a hash, an address or a CID, which is how people compare them. */
export function shorten(text: string, head = 8, tail = 6): string {
  return text.length <= head + tail + 1 ? text : `${text.slice(0, head)}…${text.slice(-tail)}`;
}

/** `1 chunk`, `2 chunks`. */
export function plural(count: number, noun: string, many = `${noun}s`): string {
  return say(count === 1 ? `{0} ${noun}` : `{0} ${many}`, count).replace(' ', '\u00a0');
}

/** The host of a base URL, or the text itself when it is no URL. */
export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}
