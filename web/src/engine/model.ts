/** A loaded model, seen from the page. */
import { DehugError } from './errors.js';
import { checkFeeds, type CheckedFeeds } from './feeds.js';
import { otherSizes } from './host.js';
import type { Residence } from './residence.js';
import type { Description } from './runner.js';
import type { Model, RunOptions, Session, StepEvent, Tensor, Timings, VerifiedManifest } from './types.js';

export interface OpenModelParameters extends Omit<Description, 'memoryBytes' | 'movable'> {
  info: VerifiedManifest;
  timings: Timings;
  precompiled: boolean;
  residence: Residence;
  /** Loads the model once more, for one value of each open extent. */
  recompile: (extents: Record<string, number>) => Promise<Model>;
}

/** Models for particular sizes that are kept at most, beside the general one. */
const maxVariants = 2;

export function openModel(parameters: OpenModelParameters): Model {
  const { info, inputs, outputs, symbols, planHash, mode, module, threads, precompiled, timings, residence, remembers, recompile } = parameters;
  const variants = new Map<string, Promise<Model>>();
  let disposed = false;
  const end = (why: DehugError): void => {
    if (disposed) return;
    disposed = true;
    variants.forEach(dispose);
    residence.end(why);
  };

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
      dispose(model);
    }
    return made;
  }

  async function runHere({ tensors, symbols }: CheckedFeeds, { signal, onStep, maxWork = Infinity, maxMemory = Infinity, timeout }: RunOptions): Promise<Record<string, Tensor>> {
    if (signal?.aborted) throw cancelled(signal);
    const watch = timeout === undefined ? null : watchdog(timeout, signal, end);
    try {
      const limits = { work: maxWork, memory: maxMemory };
      const outputs = residence.run({ feeds: tensors, symbols, signal: watch?.signal ?? signal, onStep: onStep === undefined ? null : quietly(onStep), limits });
      return outputs instanceof Promise ? await outputs : outputs;
    } catch (thrown) {
      throw signal?.aborted ? cancelled(signal) : (watch?.barked() ?? DehugError.from(thrown));
    } finally {
      watch?.end();
    }
  }

  /** Ends a run that takes too long, and the model with it when that does not help. */
  function watchdog(most: number, outer: AbortSignal | undefined, lost: (why: DehugError) => void) {
    const inner = new AbortController();
    const relay = (): void => inner.abort(outer?.reason);
    outer?.addEventListener('abort', relay);
    let why: DehugError | null = null;
    let timer = setTimeout(() => {
      why = late(most, 'late', 'use a smaller input, or allow more time');
      inner.abort(why);
      timer = setTimeout(() => lost((why = late(most, 'hung', 'load the model again; if this happens again, do not use it'))), grace);
    }, most);
    return {
      signal: inner.signal,
      barked: (): DehugError | null => why,
      end(): void {
        clearTimeout(timer);
        outer?.removeEventListener('abort', relay);
      },
    };
  }

  const session: Session = {
    reset: residence.reset,
    save: residence.save,
    restore: ({ lengths, bytes }) => residence.restore({ lengths: { ...lengths }, bytes: [...bytes] }),
  };

  return {
    info,
    inputs,
    outputs,
    timings,
    planHash,
    mode,
    module,
    get where() {
      return residence.where;
    },
    threads,
    precompiled,
    run,
    session: remembers ? session : null,
    dispose: () => end(gone()),
  };
}

/** What the caller's function throws is no error of the run. */
function quietly(onStep: (event: StepEvent) => void): (event: StepEvent) => void {
  return (event) => {
    try {
      onStep(event);
    } catch (thrown) {
      console.error('dehug: onStep has thrown', thrown);
    }
  };
}

/** Disposes of a model once it is here, if it comes. */
function dispose(model: Promise<Model>): void {
  model.then(
    (m) => m.dispose(),
    () => undefined,
  );
}

/** Milliseconds that a step may take to see that its run has ended. */
const grace = 1000;

function late(most: number, reason: string, hint: string): DehugError {
  return new DehugError('aborted', `the run took more than ${most / 1000} s and was ended`, { reason, hint });
}

function gone(): DehugError {
  return new DehugError('aborted', 'the model was disposed of', { hint: 'load it again' });
}

function cancelled(signal: AbortSignal): DehugError {
  return new DehugError('aborted', 'the run was cancelled', { cause: signal.reason });
}
