/** Leaves of files, hashed in workers. */
import type { Bytes } from '../verify/bytes.js';
import { chunkCount, chunkLength, chunkSize, maxFileSize } from '../verify/tree.js';
import { PublishError } from './errors.js';
import type { Hashed, Piece } from './hash-worker.js';

/** What a worker does at a time: 16 chunks, so that a cancelled one ends soon and several share a large file. */
const pieceChunks = 16;

/** Progress is told no more often, in milliseconds. */
const quietly = 100;

/** A worker, or what stands for one in a test. */
export interface HashWorker {
  postMessage(piece: Piece): void;
  onmessage: ((event: MessageEvent<Hashed>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  terminate(): void;
}

export interface HashOptions {
  startWorker: () => HashWorker;
  /** How many at once. */
  workers?: number;
  signal?: AbortSignal;
  /** Called with the bytes hashed so far, of all files; a few times a second, and at the end. */
  onProgress?: (bytes: number) => void;
}

/** The leaves of each file, end to end as in its leaf list, in the order of the files. Rejects with the signal's reason. */
export async function hashFiles(files: readonly { path: string; file: Blob }[], { startWorker, workers = usualWorkers(), signal, onProgress }: HashOptions): Promise<Bytes[]> {
  signal?.throwIfAborted();
  for (const { path, file } of files) if (file.size > maxFileSize) throw new PublishError('files', `${path} has more than 64 GiB`, { hint: 'split it' });
  const lists = files.map(({ file }) => new Uint8Array(32 * chunkCount(file.size)));
  const pieces = files.flatMap(({ file }, place) => {
    const n = chunkCount(file.size);
    return Array.from({ length: Math.ceil(n / pieceChunks) }, (_, i) => ({ place, file, from: i * pieceChunks, to: Math.min((i + 1) * pieceChunks, n) }));
  });
  let given = 0;
  let answered = 0;
  let bytes = 0;
  let told = -Infinity;
  const pool: HashWorker[] = [];
  try {
    await new Promise<void>((resolve, reject) => {
      if (pieces.length === 0) resolve();
      signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      for (let i = 0; i < Math.min(workers, pieces.length); i++) {
        const worker = startWorker();
        pool.push(worker);
        const give = (): void => {
          const piece = pieces[given];
          if (piece !== undefined) worker.postMessage({ id: given++, file: piece.file, from: piece.from, to: piece.to });
        };
        worker.onerror = (event) => reject(new Error(event.message || 'the worker that hashes was not loaded'));
        worker.onmessage = ({ data }) => {
          const piece = pieces[data.id];
          if (piece === undefined) return;
          if ('error' in data) {
            reject(new PublishError('changed', `${files[piece.place]?.path ?? ''} cannot be read`, { hint: 'it was changed or moved since it was picked: pick it again', cause: new Error(data.error) }));
            return;
          }
          lists[piece.place]?.set(new Uint8Array(data.leaves), 32 * piece.from);
          for (let c = piece.from; c < piece.to; c++) bytes += chunkLength(piece.file.size, c);
          const now = performance.now();
          if (++answered === pieces.length || now - told >= quietly) {
            told = now;
            onProgress?.(bytes);
          }
          if (answered === pieces.length) resolve();
          else give();
        };
        give();
      }
    });
  } finally {
    for (const worker of pool) worker.terminate();
  }
  return lists;
}

/** Reading is half of the work, so a core is worth two workers; more than four do not help. */
const usualWorkers = (): number => Math.min(4, Math.max(2, navigator.hardwareConcurrency || 2));

/** The hash of a file's first chunk, by which it is known again after a reload. */
export async function firstLeaf(file: Blob): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', await file.slice(0, chunkSize).arrayBuffer()));
}
