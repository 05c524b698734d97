/** The store: verified bytes that outlive the page. Fetched by the runtime when the first model is loaded. */
import type { StorageReport, StoreEvent } from '../engine/types.js';
import { manager, openCaches, openFiles, type Folders, type Start } from './folders.js';
import { heads, listModels, removeModel } from './models.js';
import { pending, Shelf } from './shelf.js';

export type { Start } from './folders.js';
export type { Shelf, Subject } from './shelf.js';

export type StoreKind = StoreEvent['kind'];

/** What this browser lets pages of this site keep; `reason` says why it is not files. */
interface Opened {
  folders: Folders | null;
  reason: string;
}

let opened: Promise<Opened> | null = null;

async function open(start: Start): Promise<Opened> {
  if (!isSecureContext) return { folders: null, reason: 'this page is not a secure context (https), where browsers keep nothing for pages' };
  const reasons: string[] = [];
  for (const openFolders of [() => openFiles(start), openCaches]) {
    try {
      return { folders: await openFolders(), reason: reasons.join('; ') };
    } catch (thrown) {
      reasons.push(thrown instanceof Error ? thrown.message : String(thrown));
    }
  }
  return { folders: null, reason: reasons.join('; ') };
}

/** What a load gets, and what is to be told of it. `full` is told why nothing more is kept, should that come to be. */
export async function openShelf(start: Start, full: (reason: string) => void): Promise<{ shelf: Shelf | null; kind: StoreKind; reason: string }> {
  const { folders, reason } = await (opened ??= open(start));
  if (folders === null) return { shelf: null, kind: 'none', reason };
  return { shelf: new Shelf(folders, full), kind: folders.kind, reason };
}

export async function storage(start: Start): Promise<StorageReport> {
  const { folders, reason } = await (opened ??= open(start));
  if (folders === null) return { kind: 'none', reason, models: [], usage: 0, quota: 0, persisted: false };
  await Promise.all(pending);
  const [models, { usage = 0, quota = 0 } = {}, persisted = false] = await Promise.all([listModels(folders), manager()?.estimate(), manager()?.persisted()]);
  return { kind: folders.kind, reason, models, usage, quota, persisted };
}

/** Removes the model with this CID, of its manifest or release, or all. Gives the CIDs of those that stay because a tab is loading them. */
export async function forget(start: Start, cid: string | null): Promise<string[]> {
  const { folders } = await (opened ??= open(start));
  if (folders === null) return [];
  await Promise.all(pending);
  const stay: string[] = [];
  for (const model of await listModels(folders)) {
    const meant = cid === null || cid === model.cid || cid === model.release;
    if (meant && !(await removeModel(folders, model.cid))) stay.push(model.cid);
  }
  if (cid === null && stay.length === 0) await folders.remove(heads).catch(() => undefined); // those too of which no load came to anything, unless one has them open
  return stay;
}

/** Asks the browser to remove nothing by itself; some ask the person. */
export async function persist(start: Start): Promise<boolean> {
  const { folders } = await (opened ??= open(start));
  return folders !== null && ((await manager()?.persist()) ?? false);
}
