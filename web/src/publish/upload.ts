/**
 * Sends a release's blocks to the relay: asks which are missing, sends those, several at a time, and finishes. What the relay
 * confirmed is done; everything else may be asked for and sent again, after a lost network or a reload.
 */
import { RelayError } from '../relay/errors.js';
import type { Block } from './blocks.js';

/** What the relay offers, one call each. Rejects with a RelayError, or with a PublishError where a file is to blame. */
export interface UploadApi {
  begin(bytes: number, signal?: AbortSignal): Promise<UploadState>;
  state(id: string, signal?: AbortSignal): Promise<UploadState>;
  missing(id: string, cids: string[], signal?: AbortSignal): Promise<string[]>;
  put(id: string, block: Block, signal?: AbortSignal): Promise<void>;
  finish(id: string, ref: { manifest: string; envelope?: string }, signal?: AbortSignal): Promise<void>;
  drop(id: string): Promise<void>;
}

export interface UploadState {
  id: string;
  state: string;
  reserved: number;
}

export interface UploadProgress {
  phase: 'asking' | 'sending' | 'checking' | 'done';
  /** Bytes that the relay has confirmed to have, of `total`. */
  done: number;
  total: number;
  /** Set while nothing gets through: why, and when it is tried again, in milliseconds. */
  waiting?: { why: string; retryIn: number };
}

export interface UploadOptions {
  api: UploadApi;
  blocks: readonly Block[];
  ref: { manifest: string; envelope?: string };
  /** An upload that was begun before; a new one is begun where the relay does not know it any more. */
  id?: string;
  /** Called when the upload has an id, to be kept for later. */
  onBegin?: (id: string) => unknown;
  onProgress?: (progress: UploadProgress) => void;
  signal?: AbortSignal;
  /** Requests at a time. Browsers open six connections to a host, and the page needs one. */
  parallel?: number;
  /** First pause after a failure, in milliseconds; it doubles up to half a minute. */
  pause?: number;
}

/** The relay takes so many CIDs in a question. */
const maxAsked = 4096;
const longestPause = 30_000;
/** Asked for beyond what there is, so that a card which is mended before the end needs no other upload. */
const slack = 2 ** 20;

export async function upload({ api, blocks, ref, id, onBegin, onProgress, signal, parallel = 4, pause = 500 }: UploadOptions): Promise<string> {
  const total = blocks.reduce((sum, block) => sum + block.size, 0);
  const report = (progress: Omit<UploadProgress, 'total'>): void => onProgress?.({ ...progress, total });
  let phase: UploadProgress['phase'] = 'asking';
  let done = 0;
  let failures = 0; // of all senders, since something last got through
  const say = (waiting?: UploadProgress['waiting']): void => report({ phase, done, ...(waiting !== undefined && { waiting }) });

  /** Calls until an answer comes that waiting will not change. */
  const insist = async <T>(call: () => Promise<T>, until = signal): Promise<T> => {
    for (;;) {
      until?.throwIfAborted();
      try {
        const answer = await call();
        failures = 0;
        return answer;
      } catch (thrown) {
        until?.throwIfAborted();
        const after = retryAfter(thrown);
        if (after === null) throw thrown;
        const retryIn = Math.max(after, Math.min(longestPause, pause * 2 ** Math.min(failures++, 16)));
        say({ why: thrown instanceof Error ? thrown.message : String(thrown), retryIn });
        await sleep(retryIn, until);
      }
    }
  };

  say();
  let current = id === undefined ? undefined : await insist(() => stateOf(api, id, signal));
  if (current?.state === 'published') {
    phase = 'done';
    done = total;
    say();
    return current.id;
  }
  if (current === undefined || current.reserved < total) current = await insist(() => api.begin(total + slack, signal));
  const upload = current.id;
  await onBegin?.(upload);

  const missing: Block[] = [];
  for (let from = 0; from < blocks.length; from += maxAsked) {
    const some = blocks.slice(from, from + maxAsked);
    const cids = new Set(await insist(() => api.missing(upload, some.map(({ cid }) => cid), signal)));
    for (const block of some) {
      if (cids.has(block.cid)) missing.push(block);
      else done += block.size;
    }
    say();
  }

  phase = 'sending';
  let next = 0;
  // One sender that fails for good ends the others.
  const broken = new AbortController();
  const abort = (): void => broken.abort(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });
  const sender = async (): Promise<void> => {
    for (let block = missing[next++]; block !== undefined; block = missing[next++]) {
      const sending = block;
      await insist(() => api.put(upload, sending, broken.signal), broken.signal);
      done += sending.size;
      say();
    }
  };
  try {
    await Promise.all(
      Array.from({ length: Math.min(parallel, missing.length) }, () =>
        sender().catch((thrown: unknown) => {
          broken.abort(thrown);
          throw thrown;
        }),
      ),
    );
  } finally {
    signal?.removeEventListener('abort', abort);
  }

  phase = 'checking';
  say();
  await insist(async () => {
    try {
      await api.finish(upload, ref, signal);
    } catch (thrown) {
      // The answer to an earlier try may have been lost.
      const settled = thrown instanceof RelayError && thrown.code === 'conflict' ? await stateOf(api, upload, signal) : undefined;
      if (settled?.state === 'published') return;
      if (settled?.state === 'publishing') throw new RelayError('unavailable', 'the relay is still checking', { cause: thrown });
      throw thrown;
    }
  });
  phase = 'done';
  say();
  return upload;
}

async function stateOf(api: UploadApi, id: string, signal?: AbortSignal): Promise<UploadState | undefined> {
  try {
    return await api.state(id, signal);
  } catch (thrown) {
    if (thrown instanceof RelayError && thrown.code === 'not_found') return undefined;
    throw thrown;
  }
}

/** How long to wait at least before the same is tried again, in milliseconds; null where that would change nothing. */
function retryAfter(thrown: unknown): number | null {
  if (!(thrown instanceof RelayError)) return null;
  // What stands between us and the relay answers in its own words while the relay is started again.
  const passing = thrown.passing || thrown.code === 'internal' || (thrown.code === 'not_understood' && thrown.status >= 500);
  return passing ? 1000 * thrown.retryAfter : null;
}

/** What tells that there is a connection again; not there outside of pages. */
const network: EventTarget | null = typeof window === 'undefined' ? null : window;

/** Waits; ends early when the network is back. */
function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const end = (): void => {
      clearTimeout(timer);
      network?.removeEventListener('online', wake);
      signal?.removeEventListener('abort', stop);
    };
    const wake = (): void => {
      end();
      resolve();
    };
    const stop = (): void => {
      end();
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(wake, ms);
    network?.addEventListener('online', wake);
    signal?.addEventListener('abort', stop, { once: true });
  });
}
