/**
 * What one load has of the store. Blocks are kept by their CIDs in a folder that has the name of the manifest's. Nothing
 * here is trusted when it is read: whoever asks hashes it, so a file that is torn or damaged is as good as none.
 */
import { hex, type Bytes } from '../verify/bytes.js';
import type { Folder, Folders } from './folders.js';
import { fetching, hold, occupied } from './locks.js';
import { aboutFile, heads, makeRoom, readAbout, removeOldest, textOf, type About } from './models.js';
import type { Written } from './worker.js';

/** How long a tab waits for a block that another one is fetching, in milliseconds. After that, this load waits no more. */
const patience = 10_000;

/** What loads have not written down yet. */
export const pending = new Set<Promise<unknown>>();

/** What is to be written down of the release. */
export interface Subject {
  /** CID of the manifest. */
  cid: string;
  release: string | null;
  name: string;
  title: string;
  version: string;
  /** Of the files that this load needs. */
  loadBytes: number;
}

export class Shelf {
  /** Documents that were asked for before it was known which release they lead to. */
  readonly #heads = new Set<string>();
  /** Those that are here, for the second half of this load: the engine asks for them again. */
  readonly #documents = new Map<string, Bytes>();
  /** What ends each; null where no other load has this release open, and nobody has to be told. */
  readonly #claims = new Map<string, (() => void) | null>();
  #alone = false;
  #isCrowded = false;
  #patient = true;
  /** The release and its folder, once it is known which that is, and the names in it. */
  #cid = '';
  #folder: Promise<Folder> | null = null;
  #headFolder: Folder | null = null;
  #has = new Set<string>();
  /** Whether the release may be kept. */
  #room = Promise.resolve(false);
  #refused = false;
  #bytes = 0;
  #more: Promise<boolean> | null = null;
  readonly #writing = new Set<Promise<Written>>();
  #about: Promise<About | null> = Promise.resolve(null);
  #leave: () => void = () => undefined;
  /** The module that was compiled here is being kept: the load does not wait for that, but who makes room does. */
  #module: Promise<void> = Promise.resolve();
  #closed = false;

  /** `full` is told why nothing more is kept. */
  constructor(
    private readonly folders: Folders,
    private readonly full: (reason: string) => void,
  ) {}

  /** Which release this load is about. What is asked for afterwards is a part of it. */
  open(cid: string): Promise<Folder> {
    this.#cid = cid;
    this.#folder ??= this.#open(cid);
    return this.#folder;
  }

  async #open(cid: string): Promise<Folder> {
    // As long as this load is under way nobody else makes room by it.
    await hold(occupied(cid), { mode: 'shared' }, (end) => (this.#leave = end));
    if (this.#closed) this.#leave();
    const folder = this.folders.open(cid, () => this.#crowded());
    const { names, alone } = await folder.list();
    this.#has = new Set(names);
    this.#alone = alone && !this.#isCrowded;
    return folder;
  }

  /** Sees to it that the release finds room, and writes down that it is used. */
  admit(subject: Subject): void {
    const { cid, loadBytes, ...rest } = subject;
    this.#bytes = loadBytes;
    this.#room = this.open(cid)
      .then(() => makeRoom(this.folders, loadBytes, cid))
      .then((found) => found || this.#refuse(`the browser gives this site too little room for the ${loadBytes} bytes of the model`))
      .catch((thrown: unknown) => this.#refuse(thrown));
    this.#about = this.#room.then(async (found) => {
      if (!found) return null;
      const about = { ...(await readAbout(await this.open(cid))), ...rest, used: Date.now(), heads: [...this.#documents.keys()] };
      await this.#writeAbout(about);
      return about;
    });
    this.#later(this.#about);
  }

  #later(work: Promise<unknown>): void {
    const done = work.catch((thrown: unknown) => this.#refuse(thrown)).finally(() => pending.delete(done));
    pending.add(done);
  }

  /** This block will be asked for elsewhere and kept here, as a document. */
  fetchHead(cid: string): void {
    this.#heads.add(cid);
  }

  /** Whether `find` may have the block. */
  has(cid: string): boolean {
    return this.#folder === null || this.#heads.has(cid) || this.#has.has(cid);
  }

  /**
   * A block that is kept, unchecked. After null it is the caller's to fetch: then `keep` or `release` must follow. `shared`: another tab may
   * be fetching it whose store is not to be seen yet.
   */
  async find(cid: string, shared = false): Promise<Bytes | null> {
    const document = this.#documents.get(cid);
    if (document !== undefined) return document.slice();
    if (this.#folder === null) this.#heads.add(cid);
    if (this.#folder === null || this.#heads.has(cid)) {
      const head = await this.#documentsOf().read(cid);
      if (head !== null) this.#documents.set(cid, head.slice());
      return head;
    }
    const folder = await this.#folder;
    const kept = this.#has.has(cid) ? await folder.read(cid) : null;
    if (kept !== null || ((await this.#claim(cid, shared)) && !shared)) return kept;
    const bytes = await folder.read(cid); // another one was fetching it
    if (bytes !== null) this.release(cid);
    return bytes;
  }

  /** What was found is not the block. It is the caller's to fetch. */
  async spoilt(cid: string): Promise<void> {
    this.#has.delete(cid);
    if (this.#heads.has(cid)) {
      this.#documents.delete(cid);
      await this.#documentsOf().remove(cid);
    } else if (this.#folder !== null) {
      await (await this.#folder).remove(cid);
      await this.#claim(cid);
    }
  }

  #documentsOf(): Folder {
    return (this.#headFolder ??= this.folders.open(heads));
  }

  /** Takes the bytes and gives them back. Fulfilled with whether they will be found again, when that is so. */
  async keep(cid: string, bytes: Bytes): Promise<{ kept: boolean; bytes: Bytes }> {
    if (this.#folder === null || this.#heads.has(cid)) {
      this.#documents.set(cid, bytes.slice());
      const written = await this.#documentsOf().write(cid, bytes);
      return { kept: written.failed === null, bytes: written.bytes }; // no room for them says little: chunks may find it once others have gone
    }
    try {
      if (this.#refused || !(await this.#room)) return { kept: false, bytes };
      const written = await this.#write(await this.#folder, cid, bytes);
      if (written.failed !== null) this.#refuse(`${written.failed.name}: ${written.failed.message}`);
      else this.#has.add(cid);
      return { kept: written.failed === null, bytes: written.bytes };
    } catch (thrown) {
      this.#refuse(thrown);
      return { kept: false, bytes: new Uint8Array() };
    } finally {
      this.release(cid);
    }
  }

  /** The block will not come. */
  release(cid: string): void {
    this.#claims.get(cid)?.();
    this.#claims.delete(cid);
  }

  /** A module that was compiled here earlier, if its bytes are those that were kept. */
  async findModule(name: string): Promise<Bytes | null> {
    const folder = await this.#folder;
    const file = folder !== null && this.#has.has(name) ? await folder.read(name) : null;
    if (file === null) return null;
    const bytes = file.slice(32);
    return hex(file.subarray(0, 32)) === hex(await digest(bytes)) ? bytes : null;
  }

  /** Keeps a module with its hash before it. Those of other engines, whose names begin otherwise, go. */
  keepModule(name: string, bytes: Bytes): Promise<void> {
    this.#module = this.#keepModule(name, bytes);
    this.#later(this.#module);
    return this.#module;
  }

  async #keepModule(name: string, bytes: Bytes): Promise<void> {
    const file = new Uint8Array(32 + bytes.length);
    file.set(await digest(bytes));
    file.set(bytes, 32);
    const engine = name.slice(0, name.lastIndexOf('-') + 1);
    const old = [...this.#has].filter((other) => other.startsWith('module-') && !other.startsWith(engine));
    if (!(await this.keep(name, file)).kept) return;
    for (const other of old) await (await this.#folder)?.remove(other);
  }

  /** The load has ended; `complete` says that it has all that it needed. */
  close(complete: boolean): void {
    this.#closed = true;
    for (const cid of [...this.#claims.keys()]) this.release(cid);
    this.#later(
      this.#about
        .then(async (about) => {
          if (complete && about !== null && !about.complete && !this.#refused) await this.#writeAbout({ ...about, complete });
        })
        .finally(() => this.#module)
        .finally(() => Promise.all([this.#headFolder?.close(), this.#folder?.then((folder) => folder.close())]))
        .finally(() => this.#leave()),
    );
  }

  /**
   * Writes. Others make room, once in a load, when there is less than the browser has said. How much is missing is known
   * when the writes that are under way have ended, for some of them may still find room.
   */
  async #write(folder: Folder, name: string, bytes: Bytes): Promise<Written> {
    const writing = folder.write(name, bytes);
    this.#writing.add(writing);
    try {
      const written = await writing;
      if (written.failed?.name !== 'QuotaExceededError') return written;
      const { length } = written.bytes;
      this.#more ??= Promise.allSettled(this.#writing).then(() => removeOldest(this.folders, this.#bytes, this.#cid, 0, length));
      return (await this.#more) ? await folder.write(name, written.bytes) : written;
    } finally {
      this.#writing.delete(writing);
    }
  }

  /** Another load comes to this release. It is told of nothing before it can see what this one fetches. */
  async #crowded(): Promise<void> {
    this.#isCrowded = true;
    this.#alone = false;
    const claims = [...this.#claims].filter(([, end]) => end === null);
    await Promise.all(claims.map(([cid]) => hold(fetching(cid), { ifAvailable: true }, (end) => (this.#claims.has(cid) ? this.#claims.set(cid, end) : end()))));
  }

  async #writeAbout(about: About): Promise<void> {
    const { failed } = await this.#write(await this.open(this.#cid), aboutFile, textOf(about));
    if (failed !== null) throw Object.assign(new Error(failed.message), { name: failed.name });
  }

  /** Nothing more is kept, and the load goes on. */
  #refuse(why: unknown): false {
    if (!this.#refused) this.full(why instanceof Error ? `${why.name}: ${why.message}` : String(why));
    this.#refused = true;
    this.#room = Promise.resolve(false);
    return false;
  }

  /** Has others wait for this block. False when that took waiting for another one, who may have kept it. */
  async #claim(cid: string, shared = false): Promise<boolean> {
    const claim = (options: LockOptions): Promise<boolean> => hold(fetching(cid), options, (end) => this.#claims.set(cid, end));
    if (this.#alone && !shared) {
      this.#claims.set(cid, null);
      return true;
    }
    if (!this.#patient || this.#closed || (await claim({ ifAvailable: true }))) return true;
    this.#patient = await claim({ signal: AbortSignal.timeout(patience) }).catch(() => false);
    return false;
  }
}

async function digest(bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}
