// Runs in the page of models.test.mjs.

import { compare, distance } from '/compare.mjs'
import { fetchFeeds } from '/feeds.mjs'
import * as ort from '/ort/ort.wasm.bundle.min.mjs'
import { load } from '/runtime/runtime.js'

/**
 * Runs every case in each mode, and in onnxruntime-web: { mode: the largest distances }. Then the first case again,
 * because sizes must not leave traces. `floatUrl` is the model that a quantised one was made from, or null. Throws when
 * something differs.
 */
export async function check ({ ref, sources, modelUrl, floatUrl, feeds: described, modes, tolerance }) {
  const cases = await Promise.all(described.map(fetchFeeds))
  const want = await theirs(modelUrl, cases)
  const float = floatUrl && await theirs(floatUrl, cases)
  const out = {}
  for (const mode of modes) {
    const model = await load(ref, { sources, mode })
    try {
      out[mode] = { most: 0, rms: 0 }
      let first
      for (const [i, feeds] of cases.entries()) {
        const got = await model.run(feeds)
        first ??= got
        const d = compare(got, want[i], tolerance)
        for (const key of ['most', 'rms']) out[mode][key] = Math.max(out[mode][key], d[key])
        if (float) faithful(got, want[i], float[i])
      }
      compare(await model.run(cases[0]), first, 0)
    } catch (err) {
      throw new Error(`${mode}: ${err.message}`)
    } finally {
      model.dispose()
    }
  }
  return out
}

/** Outputs of onnxruntime-web for every case. */
async function theirs (url, cases) {
  ort.env.wasm.numThreads = 1
  ort.env.logLevel = 'error'
  const session = await ort.InferenceSession.create(url, { executionProviders: ['wasm'] })
  const outputs = []
  for (const feeds of cases) outputs.push(await session.run(Object.fromEntries(Object.entries(feeds).map(([name, { type, dims, data }]) => [name, new ort.Tensor(type, data, dims)]))))
  await session.release()
  return outputs
}

/** Quantising has a price; ours is not higher than theirs. */
function faithful (got, want, float) {
  for (const name in float) {
    const [ours, others] = [got, want].map((outputs) => distance(outputs[name].data, float[name].data).rms)
    if (!(ours <= 1.2 * others + 1e-3)) throw new Error(`${name}: is ${ours.toExponential(1)} of the range away from the float model on average, onnxruntime's ${others.toExponential(1)}`)
  }
}

/** What load says of a model that does not run; '' when it does. */
export async function refusal ({ ref, sources }) {
  try {
    (await load(ref, { sources })).dispose()
    return ''
  } catch (err) {
    return err.message
  }
}
