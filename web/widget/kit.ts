/**
 * What files that are fetched later have from widget.js, which holds it already. The build puts {@link kit} in the place of these
 * modules when it makes such a file (scripts/kit.mjs); whoever imports one lays it out before.
 */
import { importPinned } from '../src/engine/pins.js';
import type * as dom from './dom.js';
import { h, icon, setChildren, setText } from './dom.js';
import type * as format from './format.js';
import { formatBytes, formatDuration, formatScore, hostOf, plural, shorten } from './format.js';
import type * as strings from './strings.js';
import { language, say, t } from './strings.js';

const kit: typeof dom & typeof format & typeof strings & { fetchLater: typeof fetchLater } = {
  fetchLater,
  formatBytes,
  formatDuration,
  formatScore,
  h,
  hostOf,
  icon,
  language,
  plural,
  say,
  setChildren,
  setText,
  shorten,
  t,
};

const found = new Map<string, Promise<unknown>>();

/** Imports a file that lies beside widget.js, once. One that could not be fetched is fetched again for the next who asks. */
export function fetchLater<T>(name: string): Promise<T> {
  let file = found.get(name);
  if (!file) {
    const here = import.meta.url; // by itself: the bundler would look for a file when it sees both in one expression
    Object.assign(globalThis, { [Symbol.for('dehug.kit')]: kit });
    file = importPinned<T>(new URL('./', here), name);
    file.catch(() => found.delete(name));
    found.set(name, file);
  }
  return file as Promise<T>;
}
