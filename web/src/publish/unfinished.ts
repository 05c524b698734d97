/**
 * Uploads that are not finished, kept in the browser over a reload: what was said, what was hashed, how far it is. The files
 * themselves are not kept (that would copy them); they are opened again by handles where the browser gives these out, or picked
 * again and known by size and the hash of their first chunk.
 */
import { records } from '../records.js';
import { same, type Bytes } from '../verify/bytes.js';
import type { HashedFile } from './draft.js';
import { firstLeaf } from './hash.js';
import type { Picked } from './pick.js';

export interface KeptFile extends HashedFile {
  handle?: FileSystemFileHandle;
  /** The whole of a small one that was made in the page, such as the card. */
  text?: string;
}

export interface Unfinished<State = unknown> {
  id: string;
  /** Whose it is; others who use this browser are not shown it. */
  account: string;
  saved: number;
  /** Of the relay, when there is one. */
  uploadId?: string;
  files: KeptFile[];
  document?: Bytes;
  envelope?: Bytes;
  /** What the page wants to know again. */
  state: State;
}

const run = records({ database: 'dehug-uploads', shelf: 'unfinished', key: 'id' });

export async function keepUnfinished(upload: Unfinished): Promise<void> {
  await run('readwrite', (store) => store.put(upload));
}

export async function forgetUnfinished(id: string): Promise<void> {
  await run('readwrite', (store) => store.delete(id));
}

/** Of this account, the newest first. None where the browser keeps nothing (a private window). */
export async function listUnfinished<State>(account: string): Promise<Unfinished<State>[]> {
  const all = await run<Unfinished<State>[]>('readonly', (store) => store.getAll() as IDBRequest<Unfinished<State>[]>).catch(() => []);
  return all.filter((upload) => upload.account === account).sort((a, b) => b.saved - a.saved);
}

/** Opens what can be opened without a person picking it again. Call it in a click's handler: the browser may ask. */
export async function reopen(files: readonly KeptFile[]): Promise<Picked[]> {
  const opened: Picked[] = [];
  for (const { path, handle, text } of files) {
    if (text !== undefined) opened.push({ path, file: new File([text], path) });
    else if (handle !== undefined) {
      const asked = handle as FileSystemFileHandle & { requestPermission(how: { mode: 'read' }): Promise<PermissionState> };
      if ((await asked.requestPermission({ mode: 'read' })) === 'granted') opened.push({ path, file: await handle.getFile(), handle });
    }
  }
  return opened;
}

/** Which of the files are among what was picked, and the paths of those that are not. */
export async function recognise(files: readonly KeptFile[], picked: readonly Picked[]): Promise<{ found: Map<string, Picked>; missing: string[] }> {
  const found = new Map<string, Picked>();
  const missing: string[] = [];
  for (const kept of files) {
    const there = await findAmong(kept, picked);
    if (there === undefined) missing.push(kept.path);
    else found.set(kept.path, there);
  }
  return { found, missing };
}

/** By path first, then anywhere: a person may have picked one file where a folder was dropped before. */
async function findAmong({ path, size, leaves }: KeptFile, picked: readonly Picked[]): Promise<Picked | undefined> {
  const alike = picked.filter(({ file }) => file.size === size).sort((a, b) => Number(b.path === path) - Number(a.path === path));
  for (const candidate of alike) if (size === 0 || same(await firstLeaf(candidate.file), leaves.subarray(0, 32))) return candidate;
  return undefined;
}
