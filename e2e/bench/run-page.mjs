// Both runtimes in one page, taking turns.

import * as ort from '/ort/ort.wasm.bundle.min.mjs'
import { load } from '/runtime/runtime.js'

const runs = 10 // in one turn: a run takes a few milliseconds, the clock ticks in fractions of one
const warmTurns = 30 // until the browser's optimising compiler is done with both
const tolerance = 1e-4 // of an output's range

/** Turns of both in strict and in fast mode. Throws when their answers differ. */
export async function bench ({ ref, sources, input, pairs }) {
  ort.env.wasm.numThreads = 1
  ort.env.logLevel = 'error'
  const session = await ort.InferenceSession.create('/model.onnx', { executionProviders: ['wasm'] })
  const data = Float32Array.from(input.data)
  const theirs = () => session.run({ [input.name]: new ort.Tensor('float32', data, input.dims) })

  const out = {}
  for (const mode of ['strict', 'fast']) {
    const model = await load(ref, { sources, mode })
    const ours = () => model.run({ [input.name]: data })
    compare(await ours(), await theirs())
    for (let i = 0; i < warmTurns; i++) for (const run of [ours, theirs]) await turn(run)
    out[mode] = { ours: [], theirs: [] }
    for (let i = 0; i < pairs; i++) {
      const order = [['ours', ours], ['theirs', theirs]]
      for (const [who, run] of i % 2 ? order.reverse() : order) out[mode][who].push(await turn(run))
    }
    model.dispose()
  }
  return out
}

/** Milliseconds a run. */
async function turn (run) {
  const start = performance.now()
  for (let i = 0; i < runs; i++) await run()
  return (performance.now() - start) / runs
}

function compare (got, want) {
  for (const [name, { data }] of Object.entries(want)) {
    let low = Infinity
    let high = -Infinity
    let largest = 0
    for (let i = 0; i < data.length; i++) {
      low = Math.min(low, data[i])
      high = Math.max(high, data[i])
      largest = Math.max(largest, Math.abs(data[i] - got[name].data[i]))
    }
    if (!(largest <= tolerance * (high - low))) throw new Error(`${name}: the two differ by ${largest}, range ${high - low}`)
  }
}
