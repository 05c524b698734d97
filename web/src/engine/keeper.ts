/**
 * The store, as a load sees it: never a reason for a load to fail. Where something may have been kept it is fetched at once, else when there
 * is a manifest: then it comes beside the first chunks, which do not wait for it.
 */
import type { BlockStore } from './blocks.js';
import type { ManifestRecord } from './events.js';
import type * as storeModule from '../store/index.js';
import type { Shelf, Start, StoreKind } from '../store/index.js';
import { fetching, hold, loading } from '../store/locks.js';
import type { Bytes } from '../verify/bytes.js';
import { spawnWorker } from './spawn.js';

/** What starts the worker that has the store's files. */
export const starter = (base: URL): Start => () => spawnWorker(base, 'store-worker.js');

/** Says, without a wait, that something has been kept on this site. */
const mark = 'dehug-store';

/** Whether anything may be kept here. Where nobody knows, it may. */
function mayBeKept(): boolean {
  try {
    return typeof localStorage === 'undefined' || localStorage.getItem(mark) !== null;
  } catch {
    return true;
  }
}

/** Whether a store was fetched before: then its worker may be there. */
let fetched = false;

/** Fetches the store, and its worker at the same time. */
async function openStore(store: () => Promise<typeof storeModule>, start: Start, full: (reason: string) => void): ReturnType<typeof storeModule.openShelf> {
  let early = fetched || !('storage' in navigator && 'getDirectory' in navigator.storage) ? null : start();
  fetched = true;
  early?.catch(() => undefined); // the store is told, if it has use for one
  const take: Start = () => {
    const place = early ?? start();
    early = null;
    return place;
  };
  try {
    return await (await store()).openShelf(take, full);
  } finally {
    early?.then(
      (place) => place.end(),
      () => undefined,
    );
  }
}

export class Keeper implements BlockStore {
  /** Nothing has been kept here, so that nothing need wait for the store to be fetched. */
  readonly isNew: boolean;
  readonly #shelf: Promise<Shelf | null>;
  #fetch: () => void = () => undefined;
  #opened = false;
  #full = false;
  #marked = false;
  #here: Shelf | null = null;
  /** Where nothing was kept: whether no other tab is loading this release, so that chunks can be asked for before the store is here. */
  #first = Promise.resolve(true);
  #leave: () => void = () => undefined;
  /** Blocks that were asked for so, and what ends each one's lock, once there is one. */
  readonly #early = new Map<string, (() => void) | null>();

  /** `start` starts the worker that writes. `tell` is told what is kept where, and of a change for the worse. */
  constructor(store: () => Promise<typeof storeModule>, start: Start, tell: (kind: StoreKind, reason: string) => void) {
    this.isNew = !mayBeKept();
    const full = (reason: string): void => {
      this.#full = true;
      tell('none', reason);
    };
    const open = async (): Promise<Shelf | null> => {
      try {
        const { shelf, kind, reason } = await openStore(store, start, full);
        tell(kind, reason);
        return (this.#here = shelf);
      } catch (thrown) {
        full(thrown instanceof Error ? thrown.message : String(thrown));
        return null;
      }
    };
    this.#shelf = new Promise((resolve) => {
      this.#fetch = () => {
        this.#fetch = () => undefined;
        resolve(open());
      };
    });
    if (!this.isNew) this.#fetch();
  }

  async find(cid: string): Promise<Bytes | null> {
    if (this.isNew && !this.#opened) {
      void this.#ask((shelf) => shelf.fetchHead(cid));
      return null;
    }
    const first = await this.#first;
    if (!this.isNew || !first || this.#here !== null) return this.#ask((shelf) => shelf.find(cid, !first));
    this.#early.set(cid, null);
    const take = (end: () => void): void => {
      if (this.#early.has(cid)) this.#early.set(cid, end);
      else end();
    };
    hold(fetching(cid), { ifAvailable: true }, take).catch(() => undefined); // then tabs do not know of each other
    return null;
  }

  has(cid: string): boolean {
    return this.#here?.has(cid) ?? !this.isNew;
  }

  async spoilt(cid: string): Promise<void> {
    await this.#ask((shelf) => shelf.spoilt(cid));
  }

  async keep(cid: string, bytes: Bytes): Promise<Bytes> {
    const done = await this.#ask((shelf) => shelf.keep(cid, bytes));
    this.#endEarly(cid);
    if (done === null) return new Uint8Array();
    if (done.kept) this.#setMark();
    return done.bytes;
  }

  #setMark(): void {
    if (this.#marked) return;
    this.#marked = true;
    try {
      localStorage.setItem(mark, '1');
    } catch {
      // then later loads do not know, and look
    }
  }

  #endEarly(cid: string): void {
    this.#early.get(cid)?.();
    this.#early.delete(cid);
  }

  release(cid: string): void {
    this.#endEarly(cid);
    void this.#ask((shelf) => shelf.release(cid));
  }

  /** What is asked for from now on belongs to the release with this manifest. */
  open(cid: string): void {
    this.#opened = true;
    if (this.isNew) this.#first = hold(loading(cid), { ifAvailable: true }, (end) => (this.#leave = end)).catch(() => true);
    this.#fetch();
    void this.#ask((shelf) => shelf.open(cid));
  }

  /** The manifest is verified, and this much will be fetched. */
  admit(manifest: ManifestRecord): void {
    const { cid, release, name, title, version, loadBytes } = manifest;
    void this.#ask((shelf) => shelf.admit({ cid, release, name, title, version, loadBytes }));
  }

  async findModule(name: string): Promise<Bytes | null> {
    return this.isNew ? null : this.#ask((shelf) => shelf.findModule(name));
  }

  async keepModule(name: string, bytes: Bytes): Promise<void> {
    await this.#ask((shelf) => shelf.keepModule(name, bytes));
  }

  close(complete: boolean): void {
    for (const cid of [...this.#early.keys()]) this.#endEarly(cid);
    void this.#first.then(() => this.#leave());
    void this.#ask((shelf) => shelf.close(complete && !this.#full));
  }

  /** Null when there is no store, or when it has failed: then it is as if it did not have what was asked for. */
  async #ask<T>(use: (shelf: Shelf) => T | Promise<T>): Promise<T | null> {
    try {
      const shelf = await this.#shelf;
      return shelf === null ? null : await use(shelf);
    } catch (thrown) {
      console.warn('dehug: the store has failed', thrown);
      return null;
    }
  }
}
