/** Verified blocks: from the store if they are there, else from the sources. */
import type { Bytes } from '../verify/bytes.js';
import { parseCID } from '../verify/cid.js';
import { sha256Of } from './block.js';
import type { Pool, Want } from './pool.js';

/**
 * Keeps blocks for later loads. What `find` gives is hashed before it is used. None of these may throw; a promise that
 * rejects counts as "not here" and "not kept".
 */
export interface BlockStore {
  /** Nothing was kept here before. */
  readonly isNew: boolean;
  /** What is kept by this name, or null. Then the block is the caller's to fetch, and others wait until `keep` or `release` is called. */
  find(cid: string): Promise<Bytes | null>;
  /** What was found is not the block: it goes, and the block is the caller's to fetch. */
  spoilt(cid: string): Promise<void>;
  /** Takes the bytes; fulfilled when they will be found again, or certainly not. */
  keep(cid: string, bytes: Bytes): Promise<void>;
  /** The block will not come. */
  release(cid: string): void;
}

/** Blocks that may be on their way into the store. */
const maxKeeping = 8;

export class Blocks {
  readonly #keeping = new Set<Promise<void>>();

  constructor(
    private readonly pool: Pool,
    private readonly store: BlockStore | null,
  ) {}

  /** Whether what comes is kept. */
  get keeps(): boolean {
    return this.store !== null;
  }

  /**
   * The block that `w` asks for. Of one that comes from a source, `verified` is told when the store has it, so what was told of
   * is there when the page is loaded again; but it is handed on before that.
   */
  async get(w: Want): Promise<Bytes> {
    const { pool, store } = this;
    if (store === null) return pool.get(w);
    const kept = w.small === true && store.isNew ? null : await store.find(w.cid);
    if (kept !== null) {
      if (await is(kept, w)) {
        w.note?.('verified', '', kept.length, null);
        return kept;
      }
      await store.spoilt(w.cid);
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
    const keeping = store.keep(w.cid, bytes.slice()).then(() => {
      this.#keeping.delete(keeping);
      verified();
    });
    this.#keeping.add(keeping);
    return bytes;
  }

  /** Waits until all that was fetched is in the store, and has been told of. */
  async settle(): Promise<void> {
    await Promise.all(this.#keeping);
  }
}

/** Whether what somebody kept is the block. */
async function is(bytes: Bytes, { cid, size, limit }: Want): Promise<boolean> {
  if (bytes.length > limit || (size >= 0 && bytes.length !== size)) return false;
  return (await sha256Of(bytes)) === parseCID(cid).digest;
}
