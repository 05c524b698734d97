/** What is kept of models on this site: a list, ways to remove them, and to have them stay. */
import type * as storeModule from '../store/index.js';
import type { Start } from '../store/index.js';
import { starter } from './keeper.js';
import { baseOf } from './load.js';
import { importPinned } from './pins.js';
import type { Forget, Persist, StorageOf, StorageOptions } from './types.js';

async function ask<T>(options: StorageOptions | undefined, use: (store: typeof storeModule, start: Start) => Promise<T>): Promise<T> {
  const base = baseOf(options ?? {});
  return use(await importPinned<typeof storeModule>(base, 'store.js'), starter(base));
}

export const storage: StorageOf = (options) => ask(options, (store, start) => store.storage(start));

export const forget: Forget = (cid, options) => ask(options, (store, start) => store.forget(start, cid ?? null));

export const persist: Persist = (options) => ask(options, (store, start) => store.persist(start));
