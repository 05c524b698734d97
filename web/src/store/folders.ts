/**
 * Where bytes are kept: a folder for each release, and in it bytes by name. In the origin private file system, where a worker has them
 * (worker.ts), or in the Cache API where a browser has no such files or the page has no workers.
 */
import { DehugError } from '../engine/errors.js';
import { Peer } from '../engine/rpc.js';
import type { Place } from '../engine/spawn.js';
import type { Bytes } from '../verify/bytes.js';
import type { Listing, Packs, PacksClient, Written } from './worker.js';

export interface Folder {
  list(): Promise<Listing>;
  /** Null when there is nothing, or nothing yet. What there is may be anything: it may have been damaged on the disk. */
  read(name: string): Promise<Bytes | null>;
  /** Takes the bytes and gives them back when they would outlive this page, all of them. Until then, what was there before is there. */
  write(name: string, bytes: Bytes): Promise<Written>;
  /** Does nothing when there is none. */
  remove(name: string): Promise<void>;
  /** Whoever opens a folder closes it. */
  close(): Promise<void>;
}

export interface Folders {
  readonly kind: 'opfs' | 'cache';
  names(): Promise<string[]>;
  /** A folder that is not there is as good as empty. One that was opened alone may be `crowded` later: others wait until that is fulfilled. */
  open(name: string, crowded?: () => Promise<void>): Folder;
  remove(name: string): Promise<void>;
}

/** Starts the worker that has the files; rejects where there is none. */
export type Start = () => Promise<Place>;

export async function inFolder<T>(folders: Folders, name: string, use: (folder: Folder) => Promise<T>): Promise<T> {
  const folder = folders.open(name);
  try {
    return await use(folder);
  } finally {
    await folder.close();
  }
}

/** What the browser says of storage; null in browsers that have only the Cache API (WebKitGTK). */
export const manager = (): StorageManager | null => 'storage' in navigator ? navigator.storage : null;

/** How long the worker stays when nobody needs it, in milliseconds. */
const rest = 500;

/** The worker, while it is needed. */
class Desk {
  #users = 0;
  #running: Promise<{ place: Place; peer: Peer<Packs> }> | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly start: Start,
    private readonly client: PacksClient,
  ) {}

  /** Whoever takes it leaves it. */
  take(): Promise<Peer<Packs>> {
    this.#users++;
    clearTimeout(this.#timer);
    this.#running ??= this.#start();
    return this.#running.then(({ peer }) => peer);
  }

  leave(): void {
    if (--this.#users > 0) return;
    this.#timer = setTimeout(() => {
      this.#running?.then(
        ({ place }) => place.end(),
        () => undefined, // there is none
      );
      this.#running = null;
    }, rest);
  }

  async use<T>(what: (peer: Peer<Packs>) => Promise<T>): Promise<T> {
    try {
      return await what(await this.take());
    } finally {
      this.leave();
    }
  }

  async #start(): Promise<{ place: Place; peer: Peer<Packs> }> {
    const place = await this.start();
    const peer = new Peer<Packs>(place.port, this.client);
    place.onCrash = (message) => peer.close(new DehugError('internal', `the worker of the store has crashed: ${message}`));
    await peer.call('open', []);
    return { place, peer };
  }
}

/** Each folder is a pack: all bytes in one file. */
export async function openFiles(start: Start): Promise<Folders> {
  const storage = manager();
  if (storage === null || !('getDirectory' in storage)) throw new Error('this browser keeps no files for pages');
  await storage.getDirectory(); // throws where storage is refused: then there is no need for a worker
  const here = new Map<string, Set<() => Promise<void>>>();
  const crowd = async (name: string): Promise<void> => {
    await Promise.all([...(here.get(name) ?? [])].map((crowded) => crowded()));
  };
  const desk = new Desk(start, { crowd });
  await desk.use(() => Promise.resolve());
  return {
    kind: 'opfs',
    names: () => desk.use((peer) => peer.call('names', [])),
    open(name, crowded) {
      const pack = packIn(desk, name);
      if (crowded === undefined) return pack;
      const others = here.get(name) ?? new Set();
      const before = others.size > 0 ? crowd(name) : null;
      here.set(name, others.add(crowded));
      return {
        ...pack,
        async list() {
          await before;
          const listing = await pack.list();
          return { ...listing, alone: listing.alone && before === null };
        },
        close() {
          others.delete(crowded);
          return pack.close();
        },
      };
    },
    remove: (name) => desk.use((peer) => peer.call('discard', [name])),
  };
}

function packIn(desk: Desk, name: string): Folder {
  const joined = desk.take().then((peer) => {
    peer.note('join', [name]);
    return peer;
  });
  joined.catch(() => undefined); // whoever asks is told
  return {
    list: async () => (await joined).call('list', [name]),
    read: async (what) => (await joined).call('read', [name, what]),
    write: async (what, bytes) => (await joined).call('write', [name, what, bytes], [bytes.buffer]),
    remove: async (what) => (await joined).call('remove', [name, what]),
    async close() {
      try {
        await (await joined).call('leave', [name]);
      } finally {
        desk.leave();
      }
    },
  };
}

/** An address that no request goes to: the Cache API knows its entries by addresses. */
const address = 'https://store.dehug.invalid/';
const length = 'x-length';

const place = 'dehug-v0';

/** A cache for each folder, an answer for each name. */
export async function openCaches(): Promise<Folders> {
  if (!('caches' in globalThis)) throw new Error('this browser has no Cache API here');
  await caches.open(`${place} probe`); // throws where storage is refused
  await caches.delete(`${place} probe`);
  const prefix = `${place} `;
  return {
    kind: 'cache',
    names: async () => (await caches.keys()).filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length)),
    open: (name) => answersIn(caches.open(prefix + name)),
    async remove(name) {
      await caches.delete(prefix + name);
    },
  };
}

function answersIn(opened: Promise<Cache>): Folder {
  return {
    async list() {
      const cache = await opened;
      const names = (await cache.keys()).map(({ url }) => url.slice(address.length));
      let bytes = 0;
      for (const name of names) bytes += Number((await cache.match(address + name))?.headers.get(length) ?? 0);
      return { names, bytes, alone: false };
    },
    async read(name) {
      const answer = await (await opened).match(address + name);
      return answer === undefined ? null : new Uint8Array(await answer.arrayBuffer());
    },
    async write(name, bytes) {
      const put = (await opened).put(address + name, new Response(bytes, { headers: { [length]: String(bytes.length) } }));
      const failed = await put.then(
        () => null,
        (thrown: unknown) => ({ name: (thrown as Error).name, message: (thrown as Error).message }),
      );
      return { bytes, failed };
    },
    async remove(name) {
      await (await opened).delete(address + name);
    },
    close: () => Promise.resolve(),
  };
}
