import type { Model, Tensor, TypedArray } from '../../src/engine/index.js';

/** Runs a model and says how long it took. */
export async function timed(
  model: Model,
  feeds: Readonly<Record<string, TypedArray | Tensor>>,
  signal: AbortSignal,
): Promise<{ outputs: Record<string, Tensor>; ms: number }> {
  const begun = performance.now();
  const outputs = await model.run(feeds, { signal });
  return { outputs, ms: performance.now() - begun };
}
