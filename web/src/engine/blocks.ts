/** Verified blocks: from the store if they are there, else from the sources. */
import type { Bytes } from '../verify/bytes.js';
import { parseCID } from '../verify/cid.js';
import { chunkSize } from '../verify/tree.js';
import type { Hashing } from './bulk.js';
import type { Pool, Want } from './pool.js';

/**
 * Keeps blocks for later loads. What `find` gives is hashed before it is used. None of these may throw; a promise that
 * rejects counts as "not here" and "not kept".
 */
export interface BlockStore {
  /** Nothing was kept here before. */
  readonly isNew: boolean;
  /** Whether `find` may have it, as far as is known. */
  has(cid: string): boolean;
  /** What is kept by this name, or null. Then the block is the caller's to fetch, and others wait until `keep` or `release` is called. */
  find(cid: string): Promise<Bytes | null>;
  /** What was found is not the block: it goes, and the block is the caller's to fetch. */
  spoilt(cid: string): Promise<void>;
  /** Takes the bytes; fulfilled when they will be found again, or certainly not. Gives the buffer back, unless it has use for it. */
  keep(cid: string, bytes: Bytes): Promise<Bytes>;
  /** The block will not come. */
  release(cid: string): void;
}

/** Blocks that may be on their way into the store, and out of it. */
const maxKeeping = 8;
const maxReading = 8;

export class Blocks {
  readonly #keeping = new Set<Promise<void>>();
  readonly #reading = new Set<Promise<unknown>>();
  /** Buffers of chunks that the store is done with. */
  readonly #spare: Bytes[] = [];

  constructor(
    private readonly pool: Pool,
    private readonly store: BlockStore | null,
    private readonly hasher: Hashing,
  ) {}

  /**
   * The block that `w` asks for. Of one that comes from a source, `verified` is told when the store has it, so what was told of
   * is there when the page is loaded again; but it is handed on before that.
   */
  async get(w: Want): Promise<Bytes> {
    const { pool, store } = this;
    if (store === null) return pool.get(w);
    const kept = w.small === true && store.isNew ? null : await this.#find(store, w);
    if (kept !== null) {
      w.note?.('verified', '', kept.length, null);
      return kept;
    }
    let verified = (): void => undefined;
    const note: Want['note'] = (state, source, n, evidence) => {
      if (state === 'verified') verified = () => w.note?.(state, source, n, evidence);
      else w.note?.(state, source, n, evidence);
    };
    let bytes: Bytes;
    try {
      bytes = await pool.get({ ...w, note });
    } catch (thrown) {
      store.release(w.cid);
      throw thrown;
    }
    while (this.#keeping.size >= maxKeeping) await Promise.race(this.#keeping);
    const keeping = store.keep(w.cid, this.#copy(bytes)).then((back) => {
      this.#keeping.delete(keeping);
      if (back.buffer.byteLength === chunkSize) this.#spare.push(back);
      verified();
    });
    this.#keeping.add(keeping);
    return bytes;
  }

  /** New buffers are dearer than copies. */
  #copy(bytes: Bytes): Bytes {
    const copy = bytes.length === chunkSize ? this.#spare.pop() : undefined;
    if (copy === undefined) return bytes.slice();
    copy.set(bytes);
    return copy;
  }

  /** What the store has of it, if that is the block; no more of them at once than there is memory for, however many are asked for. */
  async #find(store: BlockStore, w: Want): Promise<Bytes | null> {
    if (!store.has(w.cid)) return store.find(w.cid).then((kept) => this.#check(store, w, kept));
    while (this.#reading.size >= maxReading) await Promise.race(this.#reading);
    const reading = store.find(w.cid).then((kept) => this.#check(store, w, kept));
    this.#reading.add(reading);
    return reading.finally(() => this.#reading.delete(reading));
  }

  /** What somebody kept, if it is the block. */
  async #check(store: BlockStore, { cid, size, limit }: Want, kept: Bytes | null): Promise<Bytes | null> {
    if (kept === null) return null;
    if (kept.length <= limit && (size < 0 || kept.length === size)) {
      const hashed = await this.hasher.hash(kept).catch(() => null);
      if (hashed?.hash === parseCID(cid).digest) return hashed.bytes;
    }
    await store.spoilt(cid);
    return null;
  }

  /** Waits until all that was fetched is in the store, and has been told of. */
  async settle(): Promise<void> {
    await Promise.all(this.#keeping);
  }
}
