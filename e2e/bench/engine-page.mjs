// Both engines in one page, through the API that each offers to everybody, taking turns.

import { compare } from '/compare.mjs'
import { fetchFeeds } from '/feeds.mjs'
import * as ort from '/ort/ort.wasm.bundle.min.mjs'
import { load } from '/runtime/runtime.js'
import { simdPeaks } from '/simd-peak.mjs'

const warmTime = 1500 // milliseconds for each, until the browser's optimising compiler is done with it
const warmRuns = 5 // at least
const turnTime = 25 // milliseconds of the quickest, at least: the clock ticks in tenths of one

/** Milliseconds a run, turn by turn: { ort: […], fast: […], … }, and what is known of the model. Throws when answers differ. */
export async function measure ({ ref, sources, modelUrl, feeds: described, modes, pairs, tolerance, threads }) {
  ort.env.wasm.numThreads = threads
  ort.env.logLevel = 'error'
  const feeds = await fetchFeeds(described[0])
  const session = await ort.InferenceSession.create(modelUrl, { executionProviders: ['wasm'], graphOptimizationLevel: 'all' })
  const models = {}
  const contestants = { ort: () => session.run(Object.fromEntries(Object.entries(feeds).map(([name, { type, dims, data }]) => [name, new ort.Tensor(type, data, dims)]))) }
  for (const mode of modes) {
    models[mode] = await load(ref, { sources, mode, threads })
    contestants[mode] = () => models[mode].run(feeds)
  }
  try {
    const want = await contestants.ort()
    const differences = {}
    for (const mode of modes) differences[mode] = compare(await contestants[mode](), want, tolerance)

    let quickest = Infinity
    for (const run of Object.values(contestants)) quickest = Math.min(quickest, await warm(run))
    const runs = Math.max(1, Math.ceil(turnTime / quickest))
    const times = Object.fromEntries(Object.keys(contestants).map((who) => [who, []]))
    const order = Object.keys(contestants)
    for (let i = 0; i < pairs; i++) {
      for (const who of order) {
        if (threads > 1) await settle() // threads go on looking for work for a while after a run, and would disturb the next engine's
        times[who].push(await turn(contestants[who], runs))
      }
      order.push(order.shift())
      if (i % 2) order.reverse()
    }
    return { times, differences, peaks: simdPeaks(), ...needs(Object.values(models)[0], feeds) }
  } finally {
    await session.release()
    for (const model of Object.values(models)) model.dispose()
  }
}

/** What is known of the model, without a turn. */
export async function describe ({ ref, sources, feeds: described, mode, threads }) {
  const model = await load(ref, { sources, mode, threads })
  try {
    return needs(model, await fetchFeeds(described[0]))
  } finally {
    model.dispose()
  }
}

/** Milliseconds of whole runs, and of every step in each of as many others. */
export async function profile ({ ref, sources, feeds: described, mode, runs, threads }) {
  const feeds = await fetchFeeds(described[0])
  const model = await load(ref, { sources, mode, threads })
  try {
    await warm(() => model.run(feeds))
    const whole = []
    for (let i = 0; i < runs; i++) whole.push(await turn(() => model.run(feeds), 1))
    const steps = []
    for (let i = 0; i < runs; i++) await model.run(feeds, { onStep: ({ index, name, op, ms }) => { (steps[index] ??= { name, op, times: [] }).times.push(ms) } })
    return { whole, steps, planHash: model.planHash }
  } finally {
    model.dispose()
  }
}

/** Milliseconds a run, at the end of the warming up. */
async function warm (run) {
  const start = performance.now()
  let last = 0
  for (let i = 0; i < warmRuns || performance.now() - start < warmTime; i++) last = await turn(run, 1)
  return last
}

/** Waits until the threads of the engine that was last are asleep. */
async function settle () {
  await new Promise((resolve) => setTimeout(resolve, 100))
}

/** Milliseconds a run. */
async function turn (run, runs) {
  const start = performance.now()
  for (let i = 0; i < runs; i++) await run()
  return (performance.now() - start) / runs
}

/**
 * What the module says of itself: multiply–adds of one run, bytes of the stored weights, of the largest of them as it is
 * packed, and of the activations that live at one time. A second instance is bound for that, without weights.
 */
function needs ({ module }, feeds) {
  const info = JSON.parse(new TextDecoder().decode(WebAssembly.Module.customSections(module, 'dehug')[0]))
  const memory = new WebAssembly.Memory(info.memory)
  const { exports } = new WebAssembly.Instance(module, { dehug: { memory } })
  const symbols = new BigInt64Array(memory.buffer, info.dims, info.symbols.length)
  for (const { name, shape } of info.inputs) shape.forEach((extent, k) => { if (info.symbols.includes(extent)) symbols[info.symbols.indexOf(extent)] = BigInt(feeds[name].dims[k]) })
  exports.bind(info.dims, 0)
  const bound = new DataView(memory.buffer, info.bound)
  const stored = info.tensors.reduce((sum, { length }) => sum + length, 0)
  return { macs: Number(bound.getBigUint64(16, true)), stored, largest: info.memory.largest, live: Number(bound.getBigUint64(8, true)) - info.memory.arena }
}
