/** Several elements that show one model have one instance of it between them, and fetch it once. */
import { DehugError, load, loadFile, type FileOptions, type LoadOptions, type Model, type Progress, type RunOptions } from '../src/engine/index.js';

interface Shared {
  model: Promise<Model>;
  /** Ends the load when nobody wants it any more. */
  stop: AbortController;
  users: number;
  /** What has happened so far, for those who come later: of a chunk or a source, only the last word. */
  told: Map<string, Progress>;
  listeners: Set<(event: Progress) => void>;
}

const all = new Map<string, Shared>();

function subject(event: Progress): string {
  if (event.type === 'chunk') return `${event.index} ${event.file}`;
  return event.type === 'source' ? `source ${event.source} ${event.state}` : event.type === 'phase' ? event.phase : event.type;
}

/**
 * As `load`, but who asks for the same gets the same, with a `dispose` of their own. `defaults` hold for each run.
 * `onProgress` may be called before this returns.
 */
export async function shareModel(ref: string, { signal, onProgress, maxBytes, ...options }: LoadOptions & Pick<FileOptions, 'integrity'>, defaults: RunOptions): Promise<Model> {
  const key = JSON.stringify([ref, options]); // without the limit: what is here need not be fetched
  let shared = all.get(key);
  if (shared === undefined) {
    const made: Shared = { stop: new AbortController(), users: 0, told: new Map(), listeners: new Set(), model: Promise.reject(new Error('not begun')) };
    made.model.catch(() => undefined);
    const tell = (event: Progress): void => {
      made.told.set(subject(event), event);
      for (const listener of made.listeners) listener(event);
    };
    all.set(key, made);
    const given = { ...options, ...(maxBytes !== undefined && { maxBytes }), signal: made.stop.signal, onProgress: tell };
    made.model = isAddress(ref) ? loadFile(ref, given) : load(ref, given);
    made.model.catch(() => forget(key, made));
    shared = made;
  } else if (onProgress) {
    for (const event of shared.told.values()) onProgress(event);
  }
  const entry = shared;
  const listener = (event: Progress): void => onProgress?.(event);
  entry.listeners.add(listener);
  entry.users++;
  let mine = true;
  const leave = (): void => {
    if (!mine) return;
    mine = false;
    entry.listeners.delete(listener);
    if (--entry.users > 0) return;
    forget(key, entry);
    entry.stop.abort();
    entry.model.then(
      (model) => model.dispose(),
      () => undefined,
    );
  };
  const aborted = new Promise<never>((_, reject) => {
    signal?.addEventListener('abort', () => reject(new DehugError('aborted', 'loading was cancelled', { cause: signal.reason })));
  });
  aborted.catch(() => undefined); // after the load, nobody minds
  try {
    const model = await Promise.race([entry.model, aborted]);
    const run: Model['run'] = async (feeds, given) => {
      try {
        return await model.run(feeds, { ...defaults, ...given });
      } catch (thrown) {
        if (thrown instanceof DehugError && thrown.reason === 'hung') forget(key, entry); // the next one who asks gets another
        throw thrown;
      }
    };
    return Object.create(model, { run: { value: run }, dispose: { value: leave } }) as Model;
  } catch (thrown) {
    leave();
    throw thrown;
  }
}

/** Whether it names a file by where it is, not a release by its hash. */
export function isAddress(ref: string): boolean {
  return /^https?:\/\//.test(ref);
}

function forget(key: string, entry: Shared): void {
  if (all.get(key) === entry) all.delete(key);
}
