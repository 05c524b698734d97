/** What is kept of models on this site: a list, ways to remove them, and to have them stay. */
import type * as storeModule from '../store/index.js';
import { baseOf } from './load.js';
import { importPinned } from './pins.js';
import type { Forget, Persist, StorageOf, StorageOptions } from './types.js';

const store = (options: StorageOptions = {}): Promise<typeof storeModule> => importPinned<typeof storeModule>(baseOf(options), 'store.js');

export const storage: StorageOf = async (options) => (await store(options)).storage();

export const forget: Forget = async (cid, options) => (await store(options)).forget(cid ?? null);

export const persist: Persist = async (options) => (await store(options)).persist();
