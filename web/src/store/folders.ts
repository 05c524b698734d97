/**
 * Where bytes are kept: a folder for each release, and in it bytes by name. In the origin private file system, or in the
 * Cache API where a browser has no such files or does not let pages write them.
 */
import type { Bytes } from '../verify/bytes.js';

export interface Folder {
  names(): Promise<string[]>;
  /** Bytes of each. */
  sizes(): Promise<Map<string, number>>;
  /** Null when there is nothing, or nothing yet. What there is may be anything: it may have been damaged on the disk. */
  read(name: string): Promise<Bytes | null>;
  /** Fulfilled when the bytes are out of this page's hands, all of them. Until then, what was there before is there. */
  write(name: string, bytes: Bytes): Promise<void>;
  /** Does nothing when there is none. */
  remove(name: string): Promise<void>;
}

export interface Folders {
  readonly kind: 'opfs' | 'cache';
  names(): Promise<string[]>;
  /** Makes the folder when there is none. */
  open(name: string): Promise<Folder>;
  remove(name: string): Promise<void>;
}

/** What the browser says of storage; null in browsers that have only the Cache API (WebKitGTK). */
export const manager = (): StorageManager | null => 'storage' in navigator ? navigator.storage : null;

/** The layout's version: another one does not see what this one keeps. */
const place = 'dehug-v0';

/** A file for each name: it is replaced whole when its stream is closed, so a page that dies leaves no half of one. */
export async function openFiles(): Promise<Folders> {
  const storage = manager();
  if (storage === null || !('getDirectory' in storage)) throw new Error('this browser keeps no files for pages');
  if (!('createWritable' in FileSystemFileHandle.prototype)) throw new Error('this browser does not let pages write files');
  const root = await (await storage.getDirectory()).getDirectoryHandle(place, { create: true });
  return {
    kind: 'opfs',
    names: () => namesOf(root),
    open: async (name) => filesIn(await root.getDirectoryHandle(name, { create: true })),
    remove: (name) => root.removeEntry(name, { recursive: true }).catch(unlessMissing),
  };
}

function filesIn(folder: FileSystemDirectoryHandle): Folder {
  const file = async (name: string): Promise<File> => (await folder.getFileHandle(name)).getFile();
  return {
    names: () => namesOf(folder),
    async sizes() {
      const sizes = new Map<string, number>();
      await Promise.all((await namesOf(folder)).map(async (name) => sizes.set(name, (await file(name).catch(() => null))?.size ?? 0)));
      return sizes;
    },
    async read(name) {
      try {
        const bytes = new Uint8Array(await (await file(name)).arrayBuffer());
        return bytes.length === 0 ? null : bytes; // it was made, and its writer died
      } catch (thrown) {
        unlessMissing(thrown);
        return null;
      }
    },
    async write(name, bytes) {
      const stream = await (await folder.getFileHandle(name, { create: true })).createWritable();
      try {
        await stream.write(bytes);
      } catch (thrown) {
        await stream.abort().catch(() => undefined);
        throw thrown;
      }
      await stream.close();
    },
    remove: (name) => folder.removeEntry(name).catch(unlessMissing),
  };
}

/** Asynchronous iteration, of which the DOM's types say nothing before ES2026. */
async function namesOf(folder: FileSystemDirectoryHandle): Promise<string[]> {
  const names: string[] = [];
  for await (const name of (folder as unknown as { keys(): AsyncIterable<string> }).keys()) names.push(name);
  return names;
}

function unlessMissing(thrown: unknown): void {
  if ((thrown as Error).name !== 'NotFoundError') throw thrown;
}

/** An address that no request goes to: the Cache API knows its entries by addresses. */
const address = 'https://store.dehug.invalid/';
const length = 'x-length';

/** A cache for each folder, an answer for each name. */
export async function openCaches(): Promise<Folders> {
  if (!('caches' in globalThis)) throw new Error('this browser has no Cache API here');
  await caches.open(`${place} probe`); // throws where storage is refused
  await caches.delete(`${place} probe`);
  const prefix = `${place} `;
  return {
    kind: 'cache',
    names: async () => (await caches.keys()).filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length)),
    open: async (name) => answersIn(await caches.open(prefix + name)),
    async remove(name) {
      await caches.delete(prefix + name);
    },
  };
}

function answersIn(cache: Cache): Folder {
  const names = async (): Promise<string[]> => (await cache.keys()).map(({ url }) => url.slice(address.length));
  return {
    names,
    async sizes() {
      const sizes = new Map<string, number>();
      for (const name of await names()) sizes.set(name, Number((await cache.match(address + name))?.headers.get(length) ?? 0));
      return sizes;
    },
    async read(name) {
      const answer = await cache.match(address + name);
      return answer === undefined ? null : new Uint8Array(await answer.arrayBuffer());
    },
    write: (name, bytes) => cache.put(address + name, new Response(bytes, { headers: { [length]: String(bytes.length) } })),
    async remove(name) {
      await cache.delete(address + name);
    },
  };
}
