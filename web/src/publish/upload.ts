/**
 * Sends a release's blocks to the relay: asks which are missing, sends those, many in a request and several requests at a time, and
 * finishes. What the relay has is done; everything else may be asked for and sent again, after a lost network or a reload. Large files
 * go whole at first; of one whose request broke off, what the relay has not got goes in pieces.
 */
import { RelayError } from '../relay/errors.js';
import { pack, type Block, type Parcel } from './blocks.js';

/** What the relay offers, one call each. Rejects with a RelayError, or with a PublishError where a file is to blame. */
export interface UploadApi {
  begin(bytes: number, signal?: AbortSignal): Promise<UploadState>;
  state(id: string, signal?: AbortSignal): Promise<UploadState>;
  missing(id: string, cids: string[], signal?: AbortSignal): Promise<string[]>;
  /** What arrived of it before a failure stays. */
  send(id: string, parcel: Parcel, signal?: AbortSignal): Promise<void>;
  finish(id: string, ref: { manifest: string; envelope?: string }, signal?: AbortSignal): Promise<void>;
  drop(id: string): Promise<void>;
}

export interface UploadState {
  id: string;
  state: string;
  reserved: number;
  /** How many have arrived. */
  bytes: number;
}

export interface UploadProgress {
  phase: 'asking' | 'sending' | 'checking' | 'done';
  /** Bytes that the relay says it has, of `total`. */
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
  /** How often the relay is asked how much has arrived, in milliseconds. */
  look?: number;
}

/** The relay takes so many CIDs in a question. */
const maxAsked = 4096;
const longestPause = 30_000;
/** Asked for beyond what there is, so that a card which is mended before the end needs no other upload. */
export const slack = 2 ** 20;
/** Progress is told no more often, in milliseconds. */
const quietly = 100;

export async function upload({ api, blocks, ref, id, onBegin, onProgress, signal, parallel = 4, pause = 500, look = 500 }: UploadOptions): Promise<string> {
  const total = sizeOf(blocks);
  const report = (progress: Omit<UploadProgress, 'total'>): void => onProgress?.({ ...progress, total });
  let phase: UploadProgress['phase'] = 'asking';
  let done = 0;
  let failures = 0; // of all senders, since something last got through
  let told = -Infinity;
  const say = (waiting?: UploadProgress['waiting']): void => {
    const now = performance.now();
    if (phase === 'sending' && waiting === undefined && now - told < quietly) return;
    if (phase === 'sending') told = now;
    report({ phase, done, ...(waiting !== undefined && { waiting }) });
  };
  const pauseAfter = (thrown: unknown, tries: number): number | null => {
    const after = retryAfter(thrown);
    return after === null ? null : Math.max(after, Math.min(longestPause, pause * 2 ** Math.min(Math.max(tries, failures++), 16)));
  };

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
        const retryIn = pauseAfter(thrown, 0);
        if (retryIn === null) throw thrown;
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

  /** Those of some blocks that the relay has not got. */
  const missingOf = async (some: readonly Block[], until = signal): Promise<Block[]> => {
    const missing: Block[] = [];
    for (let from = 0; from < some.length; from += maxAsked) {
      const asked = some.slice(from, from + maxAsked);
      const cids = new Set(await insist(() => api.missing(upload, asked.map(({ cid }) => cid), until), until));
      missing.push(...asked.filter(({ cid }) => cids.has(cid)));
    }
    return missing;
  };
  const missing = await missingOf(blocks);
  const before = total - sizeOf(missing);
  const bytesBefore = current.bytes;
  let sent = 0;
  const progress = (now: number): void => {
    done = Math.min(total, Math.max(done, before + now));
    say();
  };
  progress(0);

  phase = 'sending';
  const queue = pack(missing, { whole: true }).map((parcel) => ({ parcel, tries: 0 }));
  // One request that fails for good ends the others.
  const broken = new AbortController();
  const abort = (): void => broken.abort(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });
  const deliver = async ({ parcel, tries }: { parcel: Parcel; tries: number }): Promise<void> => {
    let left: Block[] = [];
    try {
      broken.signal.throwIfAborted();
      await api.send(upload, parcel, broken.signal);
      failures = 0;
    } catch (thrown) {
      broken.signal.throwIfAborted();
      // Something before the relay may take no bodies of this size.
      const tooLarge = parcel.whole && thrown instanceof RelayError && thrown.status === 413;
      const retryIn = tooLarge ? 0 : pauseAfter(thrown, tries);
      if (retryIn === null) throw thrown;
      if (retryIn > 0) {
        say({ why: thrown instanceof Error ? thrown.message : String(thrown), retryIn });
        await sleep(retryIn, broken.signal);
      }
      left = await missingOf(parcel.blocks, broken.signal);
      queue.unshift(...pack(left, { whole: false }).map((piece) => ({ parcel: piece, tries: tries + 1 })));
    }
    sent += sizeOf(parcel.blocks) - sizeOf(left);
    progress(sent);
  };
  const watch = setInterval(() => void api.state(upload, broken.signal).then(({ bytes }) => progress(bytes - bytesBefore), () => undefined), look);
  try {
    await new Promise<void>((resolve, reject) => {
      let active = 0;
      const go = (): void => {
        while (active < parallel) {
          const next = queue.shift();
          if (next === undefined) break;
          active++;
          deliver(next).then(
            () => {
              active--;
              go();
            },
            (thrown: unknown) => {
              broken.abort(thrown);
              reject(thrown instanceof Error ? thrown : new Error(String(thrown)));
            },
          );
        }
        if (active === 0) resolve();
      };
      go();
    });
  } finally {
    clearInterval(watch);
    signal?.removeEventListener('abort', abort);
  }
  done = total;

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

const sizeOf = (blocks: readonly Block[]): number => blocks.reduce((sum, { size }) => sum + size, 0);

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
