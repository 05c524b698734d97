/** A loaded model, seen from the page. */
import { DehugError } from './errors.js';
import { checkFeeds } from './feeds.js';
import type { Peer } from './rpc.js';
import type { Description, Runner } from './runner.js';
import type { Place } from './spawn.js';
import type { Model, RunOptions, StepEvent, Tensor, Timings, VerifiedManifest } from './types.js';

export interface OpenModelParameters extends Omit<Description, 'memoryBytes'> {
  info: VerifiedManifest;
  timings: Timings;
  place: Place;
  peer: Peer<Runner>;
}

export function openModel({ info, inputs, outputs, symbols, planHash, mode, module, threads, timings, place, peer }: OpenModelParameters): Model {
  const steps = new Map<number, (event: StepEvent) => void>();
  let nextRun = 1;
  let disposed = false;
  peer.serve({ step: (id: number, event: StepEvent) => steps.get(id)?.(event) });

  async function run(feeds: Parameters<Model['run']>[0], { signal, onStep }: RunOptions = {}): Promise<Record<string, Tensor>> {
    if (disposed) throw gone();
    const checked = checkFeeds(inputs, symbols, feeds);
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
    dispose() {
      if (disposed) return;
      disposed = true;
      peer.close(gone());
      place.end();
    },
  };
}

function gone(): DehugError {
  return new DehugError('aborted', 'the model was disposed of', { hint: 'load it again' });
}

function cancelled(signal: AbortSignal): DehugError {
  return new DehugError('aborted', 'the run was cancelled', { cause: signal.reason });
}
