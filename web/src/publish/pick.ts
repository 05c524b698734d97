/** Files that a person picked or dropped, by the paths that they will have in the release. */
import { maxDocument } from '../verify/manifest.js';
import { checkPath } from '../verify/path.js';
import { Refusal } from '../verify/refusal.js';
import { chunkSize } from '../verify/tree.js';
import { PublishError } from './errors.js';
import { mediaTypeOf } from './media-types.js';

export interface Picked {
  path: string;
  file: File;
  /** Where the browser gives one out, the file can be opened again after a reload. */
  handle?: FileSystemFileHandle;
}

/** So many names are shown; and a manifest has no room for more. */
const maxFiles = 4096;

/** Files that systems and editors leave in folders, which nobody means to publish. */
const litter = /(^|\/)(\.DS_Store|Thumbs\.db|desktop\.ini|__MACOSX|\.git)(\/|$)/;

/** From an `<input type=file>`, with `webkitdirectory` or without. */
export function pickedFromInput(files: Iterable<File>): Picked[] {
  return tidy([...files].map((file) => ({ path: file.webkitRelativePath || file.name, file })));
}

/**
 * Asks for the sizes of files, some at a time: Chromium goes to the disk for each when it is asked first, and does nothing else until it is
 * back (0.56 s for 2500 files of a folder).
 */
export async function measured(picked: Picked[]): Promise<Picked[]> {
  for (const [i, { file }] of picked.entries()) {
    if (file.size >= 0 && i % 100 === 99) await new Promise((resolve) => setTimeout(resolve));
  }
  return picked;
}

/** From a drop: files and whole folders. Call it in the event's handler: afterwards the browser forgets what was dropped. */
export async function pickedFromDrop(items: DataTransferItemList): Promise<Picked[]> {
  const entries = [...items].flatMap((item) => {
    if (item.kind !== 'file') return [];
    const handle = 'getAsFileSystemHandle' in item ? (item as { getAsFileSystemHandle(): Promise<FileSystemHandle | null> }).getAsFileSystemHandle() : null;
    const entry = item.webkitGetAsEntry();
    const file = item.getAsFile();
    return [{ handle, entry, file }];
  });
  const found: Picked[] = [];
  for (const { handle, entry, file } of entries) {
    const opened = await Promise.resolve(handle).catch(() => null);
    if (opened !== null) await walkHandle(opened, '', found);
    else if (entry !== null) await walkEntry(entry, '', found);
    else if (file !== null) found.push({ path: file.name, file });
  }
  return tidy(found);
}

async function walkHandle(handle: FileSystemHandle, folder: string, into: Picked[]): Promise<void> {
  limit(into);
  const path = folder + handle.name;
  if (handle.kind === 'file') into.push({ path, file: await (handle as FileSystemFileHandle).getFile(), handle: handle as FileSystemFileHandle });
  else for await (const child of (handle as FileSystemDirectoryHandle & { values(): AsyncIterable<FileSystemHandle> }).values()) await walkHandle(child, `${path}/`, into);
}

async function walkEntry(entry: FileSystemEntry, folder: string, into: Picked[]): Promise<void> {
  limit(into);
  const path = folder + entry.name;
  if (entry.isFile) {
    into.push({ path, file: await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject)) });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    // A reader gives a hundred at a time, and none at the end.
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return;
    for (const child of some) await walkEntry(child, `${path}/`, into);
  }
}

function limit(found: readonly Picked[]): void {
  if (found.length >= maxFiles) throw new PublishError('files', `more than ${maxFiles} files`, { hint: 'pack data sets into parquet or tar files' });
}

/** Leaves out what nobody means, and the folder around everything: its name is not part of the release. */
export function tidy(picked: readonly Picked[]): Picked[] {
  const kept = picked.filter(({ path }) => !litter.test(path));
  limit(kept.slice(1));
  const [first] = kept;
  const slash = first?.path.indexOf('/') ?? -1;
  if (first === undefined || slash < 0) return kept;
  const folder = first.path.slice(0, slash + 1);
  return kept.every(({ path }) => path.startsWith(folder)) ? kept.map((p) => ({ ...p, path: p.path.slice(folder.length) })) : kept;
}

/** Adds files to those picked before; one of the same path takes the other's place. */
export function merge(before: readonly Picked[], added: readonly Picked[]): Picked[] {
  const byPath = new Map([...before, ...added].map((p) => [p.path, p]));
  limit([...byPath.values()].slice(1));
  return [...byPath.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Bytes of a manifest for a file, beside its path, media type and size: three hashes with their names, and one more where it is one chunk. */
const entryBytes = 255;
const oneChunkBytes = 76;

/** What keeps so many files out of a release, in words; empty when nothing does. The rest of a manifest has to find room, too: that is seen when it is made. */
export function amountFault(picked: readonly Picked[]): string {
  const bytes = picked.reduce((sum, { path, file }) => sum + entryBytes + (file.size <= chunkSize ? oneChunkBytes : 0) + path.length + mediaTypeOf(path).length + String(file.size).length, 0);
  return bytes <= maxDocument ? '' : `the names and hashes of ${picked.length} files do not fit into a manifest, which has 1 MiB: pack data sets into parquet or tar files`;
}

/** What keeps a path out of a release, in words; empty when nothing does. */
export function pathFault(path: string): string {
  try {
    checkPath(path);
    return '';
  } catch (thrown) {
    if (thrown instanceof Refusal) return thrown.message;
    throw thrown;
  }
}
