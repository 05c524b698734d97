import { useEffect, useState } from 'react';
import { hashFiles, startHashWorker, type HashedFile, type Picked } from '../../publish/index.js';

export interface Hashes {
  done: number;
  total: number;
  /** When all are hashed. */
  files?: HashedFile[];
  error?: Error;
}

/** Hashes of files that stay hashed as long as they are the same. */
const known = new WeakMap<File, HashedFile>();

/** Hashes files in the background; begins again where others are given. */
export function useHashes(picked: readonly Picked[]): Hashes {
  const total = picked.reduce((sum, { file }) => sum + file.size, 0);
  const [state, setState] = useState<Hashes>({ done: 0, total });
  useEffect(() => {
    const stop = new AbortController();
    const todo = picked.filter(({ file }) => !known.has(file));
    const before = total - todo.reduce((sum, { file }) => sum + file.size, 0);
    setState({ done: before, total });
    hashFiles(todo, { startWorker: startHashWorker, signal: stop.signal, onProgress: (bytes) => setState({ done: before + bytes, total }) }).then(
      (leaves) => {
        todo.forEach(({ path, file }, i) => known.set(file, { path, size: file.size, leaves: leaves[i] ?? new Uint8Array() }));
        const files = picked.flatMap(({ path, file }) => {
          const hashed = known.get(file);
          return hashed === undefined ? [] : [{ ...hashed, path }];
        });
        setState({ done: total, total, files });
      },
      (error: unknown) => {
        if (!stop.signal.aborted) setState({ done: before, total, error: error instanceof Error ? error : new Error(String(error)) });
      },
    );
    return () => stop.abort();
  }, [picked, total]);
  return state;
}
