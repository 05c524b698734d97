// Threads in real Chromium, on pages that are cross-origin isolated and on one that is not.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { Lab, root } from './harness.mjs'

const isolation = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' }

let lab, release, source, isolated, open

before(async () => {
  lab = await Lab.open()
  release = await lab.publish(await lab.blazeface())
  source = await lab.gateway()
  isolated = await lab.runtimeSite({ headers: isolation })
  open = await lab.runtimeSite()
})

after(() => lab?.close())

/** Loads the model in a fresh page and runs it `times` times on changing inputs: how many threads it has, and a checksum of each run's outputs. */
async function attempt (url, options, { times = 30, script } = {}) {
  const page = await lab.page('about:blank')
  if (script) await page.addInitScript(script)
  await page.goto(url)
  const result = await page.evaluate(async ({ ref, options, times }) => {
    const { load } = await import('/runtime/runtime.js')
    const model = await load(ref, options)
    const sums = []
    for (let run = 0; run < times; run++) {
      const x = Float32Array.from({ length: 128 * 128 * 3 }, (_, i) => Math.sin(i + run))
      let sum = 17
      for (const { data } of Object.values(await model.run({ 'input:0': x }))) {
        for (const bits of new Uint32Array(data.buffer, data.byteOffset, data.length)) sum = (Math.imul(sum, 31) + bits) | 0
      }
      sums.push(sum)
    }
    const { threads, planHash } = model
    model.dispose()
    return { threads, planHash, sums }
  }, { ref: release.release, options: { sources: [source], ...options }, times })
  assert.deepEqual(page.problems, [])
  return { ...result, lines: page.lines.map(({ text }) => text).filter((text) => text.startsWith('dehug:')), page }
}

describe('threads', () => {
  test('the same bits for 1, 2 and 3 threads, in both modules', async () => {
    const one = await attempt(open, {})
    assert.equal(one.threads, 1)
    assert.deepEqual(one.lines, [])
    assert.equal(new Set(one.sums).size, one.sums.length)
    for (const threads of [1, 2, 3]) {
      const many = await attempt(isolated, { threads })
      assert.equal(many.threads, threads)
      assert.equal(many.planHash, one.planHash)
      assert.deepEqual(many.sums, one.sums, `${threads} threads`)
    }
  })

  test('by default as many as the machine has, said on the console', async () => {
    const { threads, lines } = await attempt(isolated, {}, { times: 1, script: () => Object.defineProperty(Navigator.prototype, 'hardwareConcurrency', { value: 2 }) })
    assert.equal(threads, 2)
    assert.deepEqual(lines, ['dehug: this page is isolated, so a run has 2 threads'])
  })

  test('one thread where the page is not isolated, said on the console when more were asked for', async () => {
    const { threads, lines } = await attempt(open, { threads: 2 }, { times: 1 })
    assert.equal(threads, 1)
    assert.deepEqual(lines, ['dehug: threads need a worker and a cross-origin isolated page, so a run has one thread'])
  })

  test('one thread on the page itself', async () => {
    const { threads } = await attempt(isolated, { threads: 2, worker: 'main' }, { times: 1 })
    assert.equal(threads, 1)
  })

  test('a helper that does not start is done without', async () => {
    const { threads, sums, lines } = await attempt(isolated, { threads: 3 }, { times: 2, script: () => {
      let count = 0
      const { Worker } = globalThis
      globalThis.Worker = class extends Worker {
        constructor (url, options) {
          if (options.name.startsWith('run-worker') && ++count === 3) throw new Error('no more')
          super(url, options)
        }
      }
    } })
    assert.equal(threads, 2)
    assert.deepEqual(sums, (await attempt(isolated, { threads: 1 }, { times: 2 })).sums)
    assert.deepEqual(lines, ['dehug: workers for threads are refused here, so a run has 2 of the 3 threads'])
  })

  test('cancelling ends a run, and the next one is right', async () => {
    // Time passes whenever the worker looks at the clock, so it looks for messages before each step.
    const name = '/runtime/run-worker.js'
    const worker = await readFile(join(root, 'web/dist', name), 'utf8')
    const page = await lab.page(await lab.runtimeSite({ headers: isolation, files: { [name]: `{ let t = 0; performance.now = () => t += 10 };${worker}` } }))
    const { cancelled, equal } = await page.evaluate(async ({ ref, source }) => {
      const { load } = await import('/runtime/runtime.js')
      const model = await load(ref, { sources: [source], threads: 2 })
      const feeds = { 'input:0': Float32Array.from({ length: 128 * 128 * 3 }, (_, i) => Math.cos(i)) }
      const bits = async () => Object.values(await model.run(feeds)).map(({ data }) => Array.from(new Uint32Array(data.buffer))).flat().join()
      const before = await bits()
      let cancelled = 0
      for (let i = 0; i < 20; i++) { // the second one waits for the first one
        const controller = new AbortController()
        const runs = [model.run(feeds), model.run(feeds, { signal: controller.signal })]
        controller.abort()
        for (const run of runs) await run.catch((error) => { if (error.code === 'aborted') cancelled++ })
      }
      const equal = before === await bits()
      model.dispose()
      return { cancelled, equal }
    }, { ref: release.release, source })
    assert.ok(cancelled > 0, 'no run was cancelled in time')
    assert.ok(equal)
    assert.deepEqual(page.problems, [])
  })

  test('the relay serves isolated documents under /run/', async () => {
    const relay = await lab.serve()
    const page = await lab.page(new URL('/run/demo', relay.url).href)
    assert.equal(await page.evaluate(() => globalThis.crossOriginIsolated), true)
    const { threads } = await page.evaluate(async ({ ref, source }) => {
      const { load } = await import('/runtime/runtime.js')
      return { threads: (await load(ref, { sources: [source], threads: 2 })).threads }
    }, { ref: release.release, source: relay.gateway })
    assert.equal(threads, 2)
    assert.equal(await (await lab.page(relay.demo)).evaluate(() => globalThis.crossOriginIsolated), false)
  })
})
