// Sessions and sizes in real Chromium: a decoder whose cache stays in the model, and a model that is compiled anew for
// the sizes that come.

import assert from 'node:assert/strict'
import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { Lab, root } from './harness.mjs'

let lab, source, site

before(async () => {
  lab = await Lab.open()
  source = await lab.gateway()
  site = await lab.runtimeSite()
})

after(() => lab?.close())

/** Publishes a model file of wasm/testdata and returns the release's CID. */
async function publish (file) {
  const folder = join(lab.folder, file.replace(/\W/g, '-'))
  await mkdir(folder, { recursive: true })
  await copyFile(join(root, 'wasm', 'testdata', file), join(folder, 'model.onnx'))
  await copyFile(join(root, 'LICENSE'), join(folder, 'LICENSE'))
  await writeFile(join(folder, 'model.json'), JSON.stringify({
    name: 'tiny', title: 'Tiny', version: '1.0.0', summary: 'A model for tests.', tags: ['test'], license: { spdx: 'Apache-2.0', file: 'LICENSE' },
    runtime: { format: 'onnx', opset: 17 }, created: '2026-11-23T00:00:00Z'
  }))
  return (await lab.publish(folder)).release
}

// What onnxruntime generates: wasm/testdata/decoder/make.py prints it.
const prompt = [11, 3, 42, 7, 7]
const tokens = {
  decoder: [8, 10, 6, 15, 6, 40, 2, 8, 5, 4, 6, 8, 8, 6, 6, 48, 6, 54, 56, 8, 8, 8, 5, 54],
  grouped: [22, 63, 53, 28, 2, 26, 18, 15, 5, 5, 5, 5, 5, 5, 1, 22, 1, 22, 1, 48, 48, 48, 48, 29]
}

describe('sessions', () => {
  for (const name of Object.keys(tokens)) {
    test(`${name}: onnxruntime's tokens, after going back and after starting anew too`, async () => {
      const page = await lab.page(site)
      const result = await page.evaluate(async ({ ref, source, prompt, masked }) => {
        const { load } = await import('/runtime/runtime.js')
        const model = await load(ref, { sources: [source], session: { capacity: 28 } })
        let seen = 0
        async function next (feed) {
          seen += feed.length
          const feeds = { input_ids: { type: 'int64', dims: [1, feed.length], data: BigInt64Array.from(feed, BigInt) } }
          if (masked) feeds.attention_mask = { type: 'int64', dims: [1, seen], data: new BigInt64Array(seen).fill(1n) }
          const { logits } = await model.run(feeds)
          const row = logits.data.subarray(-logits.dims[2])
          return row.indexOf(Math.max(...row))
        }
        async function generate (feed, count) {
          const out = []
          while (out.length < count) out.push(...(feed = [await next(feed)]))
          return out
        }
        const first = await generate(prompt, 8)
        const memory = await model.session.save()
        const at = seen
        const rest = await generate(first.slice(-1), 16)
        const full = await next([1]).then(() => null, (error) => error.code)
        await model.session.restore(memory)
        seen = at
        const again = await generate(first.slice(-1), 16)
        await model.session.reset()
        seen = 0
        const anew = await generate(prompt, 3)
        const names = [...model.inputs, ...model.outputs].map(({ name }) => name)
        model.dispose()
        return { first, rest, again, anew, full, names, lengths: memory.lengths }
      }, { ref: await publish(`decoder/${name}.onnx`), source, prompt, masked: name === 'grouped' })
      assert.deepEqual([...result.first, ...result.rest], tokens[name])
      assert.deepEqual(result.again, result.rest)
      assert.deepEqual(result.anew, tokens[name].slice(0, 3))
      assert.equal(result.full, 'too_large')
      assert.deepEqual(result.lengths, { '#past_sequence_length': 12 })
      assert.deepEqual(result.names.filter((n) => /past|present/.test(n)), [])
      assert.deepEqual(page.problems, [])
    })
  }

  test('a model without states has no session', async () => {
    const page = await lab.page(site)
    const code = await page.evaluate(async ({ ref, source }) => {
      const { load } = await import('/runtime/runtime.js')
      return load(ref, { sources: [source], session: true }).then(() => null, (error) => error.code)
    }, { ref: await publish('contrib/fused_conv_relu.onnx'), source })
    assert.notEqual(code, null)
  })
})

test('sizes that the module cannot serve: another is compiled, once', async () => {
  const page = await lab.page(site)
  const result = await page.evaluate(async ({ ref, source }) => {
    const { load } = await import('/runtime/runtime.js')
    let modules = 0
    const compile = WebAssembly.compile
    WebAssembly.compile = (bytes) => {
      if (bytes.byteLength < 1e6) modules++ // the Go program is larger
      return compile(bytes)
    }
    const model = await load(ref, { sources: [source], worker: 'main' })
    const out = []
    for (const dims of [[1, 2], [2, 1], [2, 1], [3, 2]]) {
      const { y } = await model.run({ x: { type: 'float32', dims, data: Float32Array.from({ length: dims[0] * dims[1] }, (_, i) => i + 1) } })
      out.push([y.dims, [...y.data]])
    }
    model.dispose()
    return { out, modules }
  }, { ref: await publish('sizes/squeeze.onnx'), source })
  assert.deepEqual(result.out, [[[1, 2], [1, 2]], [[2], [1, 2]], [[2], [1, 2]], [[3, 2], [1, 2, 3, 4, 5, 6]]])
  assert.equal(result.modules, 2)
  assert.deepEqual(page.problems, [])
})
