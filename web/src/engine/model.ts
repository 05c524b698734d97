/** A loaded model, seen from the page. */
import { DehugError } from './errors.js';
import { checkFeeds, type CheckedFeeds } from './feeds.js';
import { otherSizes } from './host.js';
import type { Peer } from './rpc.js';
import type { Description, Runner } from './runner.js';
import type { Place } from './spawn.js';
import type { Model, RunOptions, Session, StepEvent, Tensor, Timings, VerifiedManifest } from './types.js';

export interface OpenModelParameters extends Omit<Description, 'memoryBytes'> {
  info: VerifiedManifest;
  timings: Timings;
  place: Place;
  peer: Peer<Runner>;
  /** Loads the model once more, for one value of each open extent. */
  recompile: (extents: Record<string, number>) => Promise<Model>;
}

/** Models for particular sizes that are kept at most, beside the general one. */
const maxVariants = 2;

export function openModel(parameters: OpenModelParameters): Model {
  const { info, inputs, outputs, symbols, planHash, mode, module, threads, timings, place, peer, remembers, recompile } = parameters;
  const steps = new Map<number, (event: StepEvent) => void>();
  const variants = new Map<string, Promise<Model>>();
  let nextRun = 1;
  let disposed = false;
  peer.serve({ step: (id: number, event: StepEvent) => steps.get(id)?.(event) });

  async function run(feeds: Parameters<Model['run']>[0], options: RunOptions = {}): Promise<Record<string, Tensor>> {
    if (disposed) throw gone();
    const checked = checkFeeds(inputs, symbols, feeds);
    const known = variants.get(checked.symbols.join());
    if (known !== undefined) return (await known).run(feeds, options);
    try {
      return await runHere(checked, options);
    } catch (thrown) {
      if (!(thrown instanceof DehugError) || thrown.reason !== otherSizes || remembers || symbols.length === 0) throw thrown;
      return (await variant(checked.symbols).catch(() => Promise.reject(thrown))).run(feeds, options);
    }
  }

  /** The model for these sizes. The one that was made first goes when there are too many. */
  function variant(values: number[]): Promise<Model> {
    const made = recompile(Object.fromEntries(symbols.map((symbol, i) => [symbol, values[i] ?? 1])));
    const key = values.join();
    made.catch(() => variants.delete(key));
    variants.set(key, made);
    for (const [old, model] of variants) {
      if (variants.size <= maxVariants) break;
      variants.delete(old);
      end(model);
    }
    return made;
  }

  async function runHere(checked: CheckedFeeds, { signal, onStep }: RunOptions): Promise<Record<string, Tensor>> {
    if (signal?.aborted) throw cancelled(signal);
    // Copies: what the caller passed in stays theirs.
    const tensors = checked.tensors.map((t) => ({ type: t.type, dims: [...t.dims], data: t.data.slice() }));
    const id = nextRun++;
    if (onStep !== undefined) steps.set(id, onStep);
    const cancel = (): void => peer.note('cancel', [id]);
    signal?.addEventListener('abort', cancel);
    try {
      return await peer.call(
        'run',
        [id, tensors, checked.symbols, onStep !== undefined],
        tensors.map((t) => t.data.buffer),
      );
    } catch (thrown) {
      throw signal?.aborted ? cancelled(signal) : DehugError.from(thrown);
    } finally {
      signal?.removeEventListener('abort', cancel);
      steps.delete(id);
    }
  }

  const session: Session = {
    reset: () => peer.call('reset', []),
    save: () => peer.call('save', []),
    restore: ({ lengths, bytes }) => peer.call('restore', [{ lengths: { ...lengths }, bytes: [...bytes] }]),
  };

  return {
    info,
    inputs,
    outputs,
    timings,
    planHash,
    mode,
    module,
    where: place.where,
    threads,
    run,
    session: remembers ? session : null,
    dispose() {
      if (disposed) return;
      disposed = true;
      variants.forEach(end);
      peer.close(gone());
      place.end();
    },
  };
}

/** Disposes of a model once it is here, if it comes. */
function end(model: Promise<Model>): void {
  model.then(
    (m) => m.dispose(),
    () => undefined,
  );
}

function gone(): DehugError {
  return new DehugError('aborted', 'the model was disposed of', { hint: 'load it again' });
}

function cancelled(signal: AbortSignal): DehugError {
  return new DehugError('aborted', 'the run was cancelled', { cause: signal.reason });
}
