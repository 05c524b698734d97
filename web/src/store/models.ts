/** The models that are kept: which, how large, and which go when room is needed. */
import type { KeptModel } from '../engine/types.js';
import type { Bytes } from '../verify/bytes.js';
import { inFolder, manager, type Folder, type Folders } from './folders.js';
import { hold, occupied } from './locks.js';

/** Folder of documents that are asked for before it is known which release they belong to: directories, manifests, envelopes. */
export const heads = 'heads';

/** Name of what is written down of a release, in its folder. It is for people and for the order of going; no load depends on it. */
export const aboutFile = 'about.json';

export interface About extends Omit<KeptModel, 'cid' | 'bytes'> {
  /** Documents among the heads that belong to it. */
  heads: string[];
}

/** The part of what the browser offers that we fill: pages have other things to keep, and estimates are vague. */
const share = 0.8;

/** Newest first. */
export async function listModels(folders: Folders): Promise<KeptModel[]> {
  const models = await Promise.all((await releases(folders)).map((cid) => describe(folders, cid)));
  return models.sort((a, b) => b.used - a.used || (a.cid < b.cid ? -1 : 1));
}

const releases = async (folders: Folders): Promise<string[]> => (await folders.names()).filter((name) => name !== heads);

const describe = (folders: Folders, cid: string): Promise<KeptModel> =>
  inFolder(folders, cid, async (folder) => {
    const { heads: _, ...rest } = await readAbout(folder);
    return { cid, ...rest, bytes: (await folder.list()).bytes };
  });

export async function readAbout(folder: Folder): Promise<About> {
  const nothing: About = { release: null, name: '', title: '', version: '', used: 0, complete: false, heads: [] };
  return { ...nothing, ...parse(await folder.read(aboutFile)) };
}

export const textOf = (about: About): Bytes => new TextEncoder().encode(JSON.stringify(about));

function parse(text: Bytes | null): Partial<About> {
  try {
    const found: unknown = text === null ? null : JSON.parse(new TextDecoder().decode(text));
    return typeof found === 'object' && found !== null ? found : {};
  } catch {
    return {}; // it was damaged
  }
}

/** Removes a release unless a tab is loading it; says whether it is gone. */
export async function removeModel(folders: Folders, cid: string): Promise<boolean> {
  let end: () => void = () => undefined;
  if (!(await hold(occupied(cid), { ifAvailable: true }, (release) => (end = release)))) return false;
  try {
    const headsOf = (release: string): Promise<string[]> => inFolder(folders, release, async (folder) => (await readAbout(folder)).heads);
    const own = await headsOf(cid);
    await folders.remove(cid);
    const needed = new Set((await Promise.all((await releases(folders)).map(headsOf))).flat());
    await inFolder(folders, heads, async (documents) => {
      for (const head of own) if (!needed.has(head)) await documents.remove(head);
    });
    return true;
  } finally {
    end();
  }
}

/**
 * Sees to it that there is room for a release of so many bytes, of which some may be here, as far as the browser says. Many
 * say less than they know, for sites would else learn something of the disk: then writing shows it, and `removeOldest` helps.
 */
export async function makeRoom(folders: Folders, bytes: number, cid: string): Promise<boolean> {
  const { quota, usage = 0 } = (await manager()?.estimate()) ?? {};
  const free = quota === undefined ? Infinity : share * quota - usage;
  return free >= bytes || removeOldest(folders, bytes, cid, free);
}

/**
 * Removes releases, those first that were not used for longest, but none that is being loaded, until one of so many bytes
 * has room, where `free` bytes are free; `least` are wanted even when all of it is kept already. False when it has none even
 * so; when that is certain beforehand, none goes.
 */
export async function removeOldest(folders: Folders, bytes: number, cid: string, free: number, least = 0): Promise<boolean> {
  const models = await listModels(folders);
  const missing = Math.max(least, bytes - (models.find((model) => model.cid === cid)?.bytes ?? 0));
  const others = models.filter((model) => model.cid !== cid).reverse();
  if (others.reduce((sum, model) => sum + model.bytes, free) < missing) return false;
  let room = free;
  for (const model of others) {
    if (room >= missing) break;
    if (await removeModel(folders, model.cid)) room += model.bytes; // what the browser says of it may come later
  }
  return room >= missing;
}
