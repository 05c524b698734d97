// Where runs are carried out, in real Chromium: a model whose runs are short comes from its worker to the page, with all
// that it remembers, and goes back when they are long. Clocks are made for it, so nothing here depends on how quick this
// machine is: `slow` adds that many milliseconds whenever somebody looks at the clock, in the worker or on the page.

import assert from 'node:assert/strict'
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { Lab, root } from './harness.mjs'
import { field, node, onnx, value } from './onnx-file.mjs'

let lab, face, source, quick, slow
const workerScript = '/runtime/run-worker.js'

before(async () => {
  lab = await Lab.open()
  face = (await lab.publish(await lab.blazeface())).release
  source = await lab.gateway()
  const worker = await readFile(join(root, 'web/dist', workerScript), 'utf8')
  const site = (clock, files = {}) => lab.runtimeSite({ files: { [workerScript]: `${clock};${worker}`, ...files } })
  // Runs in the page in a module worker: what it loads is its own.
  const caller = `onmessage = async ({ data: { ref, source } }) => {
    const { load } = await import('/runtime/runtime.js')
    const model = await load(ref, { sources: [source], base: '/runtime/' })
    const x = Float32Array.from({ length: 128 * 128 * 3 }, (_, i) => Math.sin(i))
    const before = await model.run({ 'input:0': x })
    for (let i = 0; i < 100 && model.where === 'worker'; i++) await model.run({ 'input:0': x })
    const after = await model.run({ 'input:0': x })
    postMessage({ where: model.where, equal: Object.keys(before).every((name) => before[name].data.join() === after[name].data.join()) })
  }`
  quick = await site('performance.now = () => 0', { '/caller.mjs': caller })
  slow = await site('{ let t = 0; performance.now = () => t += 10 }')
})

after(() => lab?.close())

/** Publishes a model file and returns the release's CID. */
async function publish (name, bytes) {
  const folder = join(lab.folder, name)
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'model.onnx'), bytes)
  await copyFile(join(root, 'LICENSE'), join(folder, 'LICENSE'))
  await writeFile(join(folder, 'model.json'), JSON.stringify({
    name, title: name, version: '1.0.0', summary: 'A model for tests.', tags: ['test'], license: { spdx: 'Apache-2.0', file: 'LICENSE' },
    runtime: { format: 'onnx', opset: 17 }, created: '2026-11-23T00:00:00Z'
  }))
  return (await lab.publish(folder)).release
}

/** A page on which `load`, `feed` (the n-th input of BlazeFace), `sum` (of a result's bits) and `settle` (runs until the model has moved to a place, or has run 100 times) are there. */
async function open (url) {
  const page = await lab.page(url)
  await page.evaluate(async () => {
    globalThis.load = (await import('/runtime/runtime.js')).load
    globalThis.feed = (n) => ({ 'input:0': Float32Array.from({ length: 128 * 128 * 3 }, (_, i) => Math.sin(i + n)) })
    globalThis.sum = (outputs) => Object.values(outputs).reduce((total, { data }) => new Uint32Array(data.buffer, data.byteOffset, data.length).reduce((sum, bits) => (Math.imul(sum, 31) + bits) | 0, total), 17)
    globalThis.settle = async (model, where, feeds = feed(0)) => {
      for (let i = 0; i < 100 && model.where !== where; i++) await model.run(feeds)
      return model.where
    }
    globalThis.told = ({ name, code, message, hint, reason }) => ({ name, code, message, hint, reason })
  })
  return page
}

/** Its workers that run a model. */
const runners = (page) => page.workers().filter((worker) => worker.url().endsWith('run-worker.js'))

describe('a model whose runs are short', () => {
  test('comes to the page, and its worker ends; the bits are those of a worker and of the page', async () => {
    const page = await open(quick)
    const closed = page.waitForEvent('worker', (worker) => worker.url().endsWith('run-worker.js')).then((worker) => worker.waitForEvent('close'))
    const { where, sums } = await page.evaluate(async ({ ref, source }) => {
      const sums = {}
      const where = {}
      for (const thread of ['auto', 'worker', 'page']) {
        const model = await load(ref, { sources: [source], thread })
        where[thread] = [model.where]
        // All at once, and one after the other.
        sums[thread] = (await Promise.all(Array.from({ length: 20 }, (_, n) => model.run(feed(n))))).map(sum)
        await settle(model, 'main')
        for (let n = 20; n < 25; n++) sums[thread].push(sum(await model.run(feed(n))))
        where[thread].push(model.where)
        if (thread !== 'auto') model.dispose()
      }
      return { where, sums }
    }, { ref: face, source })
    assert.deepEqual(where, { auto: ['worker', 'main'], worker: ['worker', 'worker'], page: ['main', 'main'] })
    assert.equal(new Set(sums.worker).size, 25)
    assert.deepEqual(sums.auto, sums.worker)
    assert.deepEqual(sums.page, sums.worker)
    await closed
    assert.deepEqual(page.problems, [])
  })

  test('takes what it remembers along', async () => {
    // What onnxruntime generates: wasm/testdata/decoder/make.py prints it.
    const want = [8, 10, 6, 15, 6, 40, 2, 8, 5, 4, 6, 8, 8, 6, 6, 48, 6, 54, 56, 8, 8, 8, 5, 54]
    const page = await open(quick)
    const { tokens, again, places, failed } = await page.evaluate(async ({ ref, source }) => {
      const model = await load(ref, { sources: [source], session: { capacity: 28 } })
      const places = []
      async function next (feed) {
        places.push(model.where)
        const { logits } = await model.run({ input_ids: { type: 'int64', dims: [1, feed.length], data: BigInt64Array.from(feed, BigInt) } })
        const row = logits.data.subarray(-logits.dims[2])
        return row.indexOf(Math.max(...row))
      }
      async function generate (feed, count) {
        const out = []
        while (out.length < count) out.push(...(feed = [await next(feed)]))
        return out
      }
      const first = await generate([11, 3, 42, 7, 7], 4)
      const memory = await model.session.save() // in the worker
      const rest = await generate(first.slice(-1), 20)
      const failed = await next([1]).then(() => null, told) // no room left
      await model.session.restore(memory) // on the page
      const again = await generate(first.slice(-1), 20)
      model.dispose()
      return { tokens: [...first, ...rest], again, places, failed }
    }, { ref: await publish('decoder', await readFile(join(root, 'wasm/testdata/decoder/decoder.onnx'))), source })
    assert.deepEqual([places[0], places.at(-1)], ['worker', 'main'])
    assert.deepEqual(tokens, want)
    assert.deepEqual(again, want.slice(4))
    assert.equal(failed.code, 'too_large')
    assert.match(failed.message, /does not fit behind what was remembered/)
    assert.deepEqual(page.problems, [])
  })

  test('goes back when runs are long there', async () => {
    const page = await open(quick)
    const { places, sums } = await page.evaluate(async ({ ref, source }) => {
      const model = await load(ref, { sources: [source] })
      const places = [await settle(model, 'main')]
      const sums = [sum(await model.run(feed(1)))]
      const now = performance.now.bind(performance)
      let skew = 0
      performance.now = () => now() + (skew += 10)
      places.push(await settle(model, 'worker'))
      performance.now = now
      sums.push(sum(await model.run(feed(1))))
      for (let i = 0; i < 20; i++) await model.run(feed(1))
      places.push(model.where) // it is in no hurry to come again
      places.push(await settle(model, 'main'))
      sums.push(sum(await model.run(feed(1))))
      return { places, sums }
    }, { ref: face, source })
    assert.deepEqual(places, ['main', 'worker', 'worker', 'main'])
    assert.equal(new Set(sums).size, 1)
    assert.deepEqual(page.problems, [])
  })

  test('goes back before it runs larger inputs', async () => {
    const page = await open(quick)
    const { places, out } = await page.evaluate(async ({ ref, source }) => {
      const model = await load(ref, { sources: [source] })
      const x = (...dims) => ({ x: { type: 'float32', dims, data: Float32Array.from({ length: dims[0] * dims[1] }, (_, i) => i + 1) } })
      const places = [await settle(model, 'main', x(3, 2))]
      const out = [[...(await model.run(x(2, 2))).y.data]]
      places.push(model.where)
      out.push([...(await model.run(x(4, 2))).y.data])
      places.push(model.where)
      return { places, out }
    }, { ref: await publish('squeeze', await readFile(join(root, 'wasm/testdata/sizes/squeeze.onnx'))), source })
    assert.deepEqual(places, ['main', 'main', 'worker'])
    assert.deepEqual(out, [[1, 2, 3, 4], [1, 2, 3, 4, 5, 6, 7, 8]])
    assert.deepEqual(page.problems, [])
  })

  test('lets the page breathe, however short its runs are', async () => {
    const page = await open(quick)
    const { breaths, cancelled } = await page.evaluate(async ({ ref, source }) => {
      const model = await load(ref, { sources: [source], thread: 'page' })
      let t = 0
      performance.now = () => (t += 0.5)
      let breaths = 0
      const channel = new MessageChannel()
      channel.port1.onmessage = () => { breaths++; channel.port2.postMessage(null) }
      channel.port2.postMessage(null)
      for (let i = 0; i < 200; i++) await model.run(feed(0))
      channel.port1.close()
      // And so runs that were asked for together can still be called off.
      const stop = new AbortController()
      const runs = Array.from({ length: 200 }, () => model.run(feed(0), { signal: stop.signal }).catch((error) => error.code))
      setTimeout(() => stop.abort())
      return { breaths, cancelled: (await Promise.all(runs)).includes('aborted') }
    }, { ref: face, source })
    assert.ok(breaths >= 10, `${breaths} breaths`)
    assert.ok(cancelled)
  })

  test('moves within a worker that has loaded it, too', async () => {
    const page = await lab.page(quick)
    const result = await page.evaluate(({ ref, source }) => new Promise((resolve, reject) => {
      const worker = new Worker('/caller.mjs', { type: 'module' })
      worker.onmessage = ({ data }) => resolve(data)
      worker.onerror = (event) => reject(new Error(event.message))
      worker.postMessage({ ref, source })
    }), { ref: face, source })
    assert.deepEqual(result, { where: 'main', equal: true })
  })
})

describe('stays in its worker', () => {
  const cases = {
    'a model whose runs are long': async () => [slow, face],
    'a model whose loops the data end': async () => [quick, await publish('loop', onnxLoop())]
  }
  for (const [what, where] of Object.entries(cases)) {
    test(what, async () => {
      const [url, ref] = await where()
      const page = await open(url)
      const places = await page.evaluate(async ({ ref, source, ofFace }) => {
        const model = await load(ref, { sources: [source] })
        return [await settle(model, 'main', ofFace ? feed(0) : { n: BigInt64Array.of(3n) })]
      }, { ref, source, ofFace: ref === face })
      assert.deepEqual(places, ['worker'])
      assert.equal(runners(page).length, 1)
    })
  }
})

test('disposing and cancelling are safe at any time of a move', async () => {
  const page = await open(quick)
  const ends = await page.evaluate(async ({ ref, source }) => {
    const ends = []
    const other = await load(ref, { sources: [source], thread: 'worker' })
    const want = sum(await other.run(feed(1)))
    other.dispose()
    for (let runs = 5; runs <= 12; runs++) { // it moves after the eighth
      const model = await load(ref, { sources: [source] })
      const done = Array.from({ length: runs }, () => model.run(feed(0)))
      await done[Math.min(7, runs - 1)]
      const stop = new AbortController()
      const cancelled = model.run(feed(0), { signal: stop.signal }).then(() => 'done', (error) => error.code)
      const next = model.run(feed(1))
      stop.abort()
      ends.push(/^(done|aborted)$/.test(await cancelled), sum(await next) === want)
      const last = [model.run(feed(1)), ...done].map((run) => run.then(() => 'done', (error) => error.code))
      model.dispose()
      const codes = await Promise.all(last)
      ends.push(codes.every((code) => code === 'done' || code === 'aborted'), await model.run(feed(0)).then(() => false, (error) => error.code === 'aborted'))
    }
    // In the midst of it: nothing has come back from the worker.
    for (let turns = 0; turns < 12; turns++) {
      const model = await load(ref, { sources: [source] })
      for (let i = 0; i < 8; i++) await model.run(feed(0))
      const under = [model.run(feed(0)), model.run(feed(0))].map((run) => run.then(() => 'done', (error) => error.code))
      for (let i = 0; i < turns; i++) await new Promise((resolve) => { const { port1, port2 } = new MessageChannel(); port1.onmessage = resolve; port2.postMessage(null) })
      model.dispose()
      ends.push((await Promise.all(under)).every((code) => code === 'done' || code === 'aborted'))
    }
    return ends
  }, { ref: face, source })
  assert.ok(ends.every((end) => end), JSON.stringify(ends))
  assert.deepEqual(page.problems, [])
  while (runners(page).length > 0) await new Promise((resolve) => setTimeout(resolve, 10))
})

test('errors are the same in both places', async () => {
  const page = await open(quick)
  const ref = await publish('compress', onnxCompress())
  const [worker, here] = await page.evaluate(async ({ ref, source }) => {
    const all = []
    for (const thread of ['worker', 'page']) {
      const model = await load(ref, { sources: [source], thread })
      const feeds = (...keep) => ({ x: Float32Array.of(1, 2, 3, 4), keep: Uint8Array.from(keep) })
      const errors = []
      for (let i = 0; i < 3; i++) { // all steps in one call, after the first
        errors.push([...(await model.run(feeds(1, 1, 0, 1))).y.data])
        errors.push(await model.run(feeds(1, 1, 0, 0)).catch(told))
      }
      const stop = new AbortController()
      stop.abort()
      errors.push(await model.run(feeds(1, 1, 0, 1), { signal: stop.signal }).catch(told))
      errors.push(await model.run({ x: new Float32Array(3), keep: new Uint8Array(4) }).catch(told))
      const under = model.run(feeds(1, 1, 0, 1)).catch(told)
      model.dispose()
      await under
      errors.push(await model.run(feeds(1, 1, 0, 1)).catch(told))
      all.push(errors)
    }
    return all
  }, { ref, source })
  assert.deepEqual(here, worker)
  assert.deepEqual(here[0], [11, 22, 34])
  assert.match(here[1].message, /^step \d+ \(.+\): /)
  assert.deepEqual([here[3], here[5]], [here[1], here[1]])
})

/* ------------------------------------------------------------------ models */

const [float, int64, bool] = [1, 7, 9]

/** y[k] = Compress(Relu(x[4]), keep[4]) + [10, 20, 30]: of x, three must be kept. */
function onnxCompress () {
  return onnx([
    node('Relu', ['x'], ['positive']),
    node('Compress', ['positive', 'keep'], ['kept']),
    node('Add', ['kept', 'more'], ['y']),
    field(2, 'compress'),
    field(5, [field(1, 3), field(2, float), field(8, 'more'), field(9, Buffer.from(Float32Array.of(10, 20, 30).buffer))]),
    field(11, value('x', float, [4])),
    field(11, value('keep', bool, [4])),
    field(12, value('y', float, ['k']))
  ])
}

/** y = 2^n, by a Loop. */
function onnxLoop () {
  const body = [
    node('Add', ['s', 's'], ['next']),
    node('Identity', ['go'], ['on']),
    field(2, 'body'),
    ...[['i', int64], ['go', bool], ['s', float]].map(([name, type]) => field(11, value(name, type, []))),
    field(12, value('on', bool, [])),
    field(12, value('next', float, []))
  ]
  return onnx([
    field(1, [...['n', '', 'one'].map((name) => field(1, name)), field(2, 'y'), field(4, 'Loop'), field(5, [field(1, 'body'), field(6, body), field(20, 5)])]),
    field(2, 'loop'),
    field(5, [field(2, float), field(8, 'one'), field(9, Buffer.from(Float32Array.of(1).buffer))]),
    field(11, value('n', int64, [])),
    field(12, value('y', float, []))
  ])
}
