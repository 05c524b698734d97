/** The store, as a load sees it: fetched while the first documents are on their way, and never a reason for a load to fail. */
import type { BlockStore } from './blocks.js';
import type { ManifestRecord } from './events.js';
import type * as storeModule from '../store/index.js';
import type { Shelf, Start, StoreKind } from '../store/index.js';
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

export class Keeper implements BlockStore {
  /** Nothing has been kept here, so that documents need not wait for the store to be fetched. */
  readonly isNew: boolean;
  readonly #shelf: Promise<Shelf | null>;
  #opened = false;
  #full = false;
  #marked = false;
  #here: Shelf | null = null;

  /** `start` starts the worker that writes. `tell` is told what is kept where, and of a change for the worse. */
  constructor(store: Promise<typeof storeModule>, start: Start, tell: (kind: StoreKind, reason: string) => void) {
    this.isNew = !mayBeKept();
    const full = (reason: string): void => {
      this.#full = true;
      tell('none', reason);
    };
    this.#shelf = store.then(
      async ({ openShelf }) => {
        const { shelf, kind, reason } = await openShelf(start, full);
        tell(kind, reason);
        this.#here = shelf;
        return shelf;
      },
      (thrown: unknown) => {
        full(thrown instanceof Error ? thrown.message : String(thrown));
        return null;
      },
    );
  }

  async find(cid: string): Promise<Bytes | null> {
    if (this.isNew && !this.#opened) {
      void this.#ask((shelf) => shelf.fetchHead(cid));
      return null;
    }
    return this.#ask((shelf) => shelf.find(cid));
  }

  has(cid: string): boolean {
    return this.#here?.has(cid) !== false;
  }

  async spoilt(cid: string): Promise<void> {
    await this.#ask((shelf) => shelf.spoilt(cid));
  }

  async keep(cid: string, bytes: Bytes): Promise<Bytes> {
    const done = await this.#ask((shelf) => shelf.keep(cid, bytes));
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

  release(cid: string): void {
    void this.#ask((shelf) => shelf.release(cid));
  }

  /** What is asked for from now on belongs to the release with this manifest. */
  open(cid: string): void {
    this.#opened = true;
    void this.#ask((shelf) => shelf.open(cid));
  }

  /** The manifest is verified, and this much will be fetched. */
  admit(manifest: ManifestRecord): void {
    const { cid, release, name, title, version, loadBytes } = manifest;
    this.#opened = true;
    void this.#ask((shelf) => shelf.admit({ cid, release, name, title, version, loadBytes }));
  }

  async findModule(name: string): Promise<Bytes | null> {
    return this.isNew ? null : this.#ask((shelf) => shelf.findModule(name));
  }

  async keepModule(name: string, bytes: Bytes): Promise<void> {
    await this.#ask((shelf) => shelf.keepModule(name, bytes));
  }

  close(complete: boolean): void {
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
