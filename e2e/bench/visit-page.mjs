// What a visit measures: from the engine's bytes in the browser's cache, not compiled, to the model's first result.

import { fetchFeeds } from '/feeds.mjs'

/** Puts what will be fetched into the cache. */
export async function prefetch (urls) {
  for (const url of urls) await (await fetch(url)).arrayBuffer()
}

/** Milliseconds to the first result. */
export async function first ({ who, ref, sources, modelUrl, feeds: described, mode, threads, store }) {
  const feeds = await fetchFeeds(described[0])
  await new Promise((resolve) => setTimeout(resolve, 100)) // what the page itself had to do is done
  const start = performance.now()
  const outputs = await (who === 'ort' ? theirs : ours)()
  const time = performance.now() - start
  if (Object.keys(outputs).length === 0) throw new Error('no outputs')
  return time

  async function ours () {
    const { load } = await import('/runtime/runtime.js')
    return (self.model = await load(ref, { sources, mode, threads, store })).run(feeds)
  }

  async function theirs () {
    const ort = await import('/ort/ort.wasm.bundle.min.mjs')
    ort.env.wasm.numThreads = threads
    ort.env.logLevel = 'error'
    self.session = await ort.InferenceSession.create(modelUrl, { executionProviders: ['wasm'], graphOptimizationLevel: 'all' })
    return self.session.run(Object.fromEntries(Object.entries(feeds).map(([name, { type, dims, data }]) => [name, new ort.Tensor(type, data, dims)])))
  }
}

/** The most bytes at one time, in all realms together, and which realms had how many of them. */
export function peak (events) {
  const now = new Map()
  let most = 0
  let parts = {}
  for (const { realm, bytes, ended } of events.toSorted((a, b) => a.at - b.at)) {
    if (ended !== undefined) for (const name of now.keys()) { if (name.startsWith(`${ended} `)) now.set(name, 0) }
    if (realm !== undefined) now.set(realm, bytes)
    const sum = [...now.values()].reduce((a, b) => a + b, 0)
    if (sum > most) {
      most = sum
      parts = Object.fromEntries([...now].map(([name, value]) => [name.replace(/ .*/, ''), value]))
    }
  }
  return { most, parts }
}
