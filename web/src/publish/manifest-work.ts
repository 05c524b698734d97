/** Manifests that are made and read in a worker, so that the page answers meanwhile. */
import type { Bytes } from '../verify/bytes.js';
import { Refusal } from '../verify/refusal.js';
import type { Draft, HashedFile, Made } from './draft.js';
import type { ManifestAnswer, ManifestAsk } from './manifest-worker.js';

/** A worker, or what stands for one in a test. */
export interface ManifestWorker {
  postMessage(ask: ManifestAsk): void;
  onmessage: ((event: MessageEvent<ManifestAnswer>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  terminate(): void;
}

export interface ManifestOptions {
  startWorker: () => ManifestWorker;
  signal?: AbortSignal;
}

/** What was made here need not be read again to be sent. */
const known = new WeakMap<Bytes, Made>();

/** `makeManifest`, in a worker: rejects with its Refusal, or with the signal's reason. */
export async function manifestOf(draft: Draft, files: readonly HashedFile[], options: ManifestOptions): Promise<Made> {
  const made = await ask({ draft, files }, options);
  known.set(made.document, made);
  return made;
}

/** `readManifest`, in a worker. */
export async function manifestIn(document: Bytes, options: ManifestOptions): Promise<Made> {
  return known.get(document) ?? ask({ document }, options);
}

async function ask(question: ManifestAsk, { startWorker, signal }: ManifestOptions): Promise<Made> {
  signal?.throwIfAborted();
  const worker = startWorker();
  try {
    return await new Promise((resolve, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      worker.onerror = (event) => reject(new Error(event.message || 'the worker that makes manifests was not loaded'));
      worker.onmessage = ({ data }) => {
        if ('made' in data) resolve(data.made);
        else reject(data.reason === undefined ? new Error(data.message) : Object.assign(new Refusal(data.reason, ''), { message: data.message }));
      };
      worker.postMessage(question);
    });
  } finally {
    worker.terminate();
  }
}
