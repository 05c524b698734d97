// A model of several chunks with open extents, made here: a 1×1 convolution whose weights lie across chunk borders.
// Chunks come from two gateways in no order, each is verified, and the strict result has the bits that the sums have
// when they are done one by one.

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Lab } from './harness.mjs'
import { pointwise, pointwiseWeight } from './onnx-file.mjs'

const [inChannels, outChannels] = [600, 1024] // 2.4 MB of weights: three chunks
const mib = 1 << 20

let lab, release, honest, site, size

before(async () => {
  lab = await Lab.open()
  const folder = join(lab.folder, 'conv')
  await mkdir(folder)
  const model = pointwise(inChannels, outChannels)
  size = model.length
  await writeFile(join(folder, 'conv.onnx'), model)
  await writeFile(join(folder, 'model.json'), JSON.stringify({
    name: 'conv', version: '1.0.0', license: { spdx: 'MIT' }, runtime: { format: 'onnx', opset: 13 }, created: '2026-01-02T15:04:05Z'
  }))
  release = await lab.publish(folder)
  honest = await lab.gateway()
  site = await lab.runtimeSite()
})

after(() => lab?.close())

test('chunks from two gateways become one model, which takes every shape', async () => {
  const late = await lab.fault(honest, 'slow', '-delay', '1ms')
  const shapes = [[1, 1, 1], [2, 3, 2], [1, 1, 1], [1, 5, 1]]
  const page = await lab.page(site)
  const { inputs, runs, events } = await page.evaluate(async ({ ref, sources, shapes, inChannels }) => {
    const { load } = await import('/runtime/runtime.js')
    const events = []
    const model = await load(ref, { sources, onProgress: (e) => { if (e.type === 'chunk') events.push(e) } })
    const runs = []
    for (const [n, h, w] of shapes) {
      const data = Float32Array.from({ length: n * inChannels * h * w }, (_, i) => ((i * 37) % 101) / 64 - 0.75)
      const { y } = await model.run({ x: { type: 'float32', dims: [n, inChannels, h, w], data } })
      runs.push({ dims: y.dims, bits: [...new Uint32Array(y.data.buffer)] })
    }
    const wrong = await model.run({ x: { type: 'float32', dims: [1, 3, 1, 1], data: new Float32Array(3) } }).catch((e) => e.code)
    return { inputs: model.inputs, runs: [...runs, wrong], events }
  }, { ref: release.release, sources: [honest, late.url], shapes, inChannels })

  assert.deepEqual(inputs, [{ name: 'x', type: 'float32', dims: ['N', inChannels, 'H', 'W'] }])
  assert.equal(runs.pop(), 'bad_input')
  shapes.forEach(([n, h, w], i) => {
    assert.deepEqual(runs[i].dims, [n, outChannels, h, w])
    assert.deepEqual(runs[i].bits, [...new Uint32Array(conv(n, h, w).buffer)], `shape ${[n, h, w]}: other bits than the sums one by one`)
  })

  const count = Math.ceil(size / mib)
  assert.equal(count, 3)
  const verified = events.filter((e) => e.state === 'verified')
  assert.deepEqual(verified.map((e) => e.index).sort(), [0, 1, 2])
  assert.equal(verified.reduce((n, e) => n + e.size, 0), size)
  assert.ok(events.every((e) => e.count === count && (e.bytes ?? 0) <= e.size))
  for (let index = 0; index < count; index++) {
    const states = events.filter((e) => e.index === index).map((e) => e.state)
    assert.deepEqual([states[0], states.at(-1)], ['requested', 'verified'], `chunk ${index}: ${states}`)
  }
})

test('a chunk in the middle that one gateway falsifies comes from the other', async () => {
  const manifest = await (await fetch(`${honest}/ipfs/${release.manifest}?format=raw`)).json()
  const file = manifest.files.find((f) => f.path === 'conv.onnx')
  const leaves = new Uint8Array(await (await fetch(`${honest}/ipfs/${file.leaves}?format=raw`)).arrayBuffer())
  assert.equal(leaves.length, 3 * 32)
  const liar = await lab.fault(honest, 'flip', '-match', rawCID(leaves.subarray(32, 64)))
  const page = await lab.page(site)
  const { events, ok } = await page.evaluate(async ({ ref, sources, inChannels }) => {
    const { load } = await import('/runtime/runtime.js')
    const events = []
    const model = await load(ref, { sources, onProgress: (e) => events.push(e) })
    const { y } = await model.run({ x: { type: 'float32', dims: [1, inChannels, 1, 1], data: new Float32Array(inChannels) } })
    return { events, ok: y.data.every((v, i) => v === Math.fround(i / 128)) } // zeros in: the bias comes out
  }, { ref: release.release, sources: [liar.url, { url: honest, label: 'honest' }], inChannels })
  assert.ok(ok)
  // Whether the liar is asked for that chunk is the pool's choice; if it is, it is found out.
  for (const e of events.filter((e) => e.type === 'chunk' && e.state === 'rejected')) {
    assert.deepEqual([e.index, e.source, e.evidence.verdict], [1, liar.url, 'lying'])
  }
  const states = events.filter((e) => e.type === 'source' && e.source === liar.url).map((e) => e.state)
  assert.equal(liar.requests.some((r) => r.fault === 'flip'), states.includes('banned'))
})

test('a second model of the release, and a file that is none', async () => {
  const folder = join(lab.folder, 'pair')
  await mkdir(folder)
  const words = Buffer.from(Array.from({ length: 2.5 * mib }, (_, i) => (i * 31) % 251))
  await writeFile(join(folder, 'first.onnx'), pointwise(inChannels, outChannels))
  await writeFile(join(folder, 'second.onnx'), pointwise(inChannels, outChannels))
  await writeFile(join(folder, 'words.bin'), words)
  await writeFile(join(folder, 'model.json'), JSON.stringify({
    name: 'pair', version: '1.0.0', license: { spdx: 'MIT' }, runtime: { format: 'onnx', opset: 13 }, created: '2026-01-02T15:04:05Z',
    files: { 'second.onnx': { mediaType: 'application/octet-stream' } }
  }))
  const { release } = await lab.publish(folder)
  const page = await lab.page(site)
  const got = await page.evaluate(async ({ ref, sources, inChannels }) => {
    const { load, read } = await import('/runtime/runtime.js')
    const files = new Set()
    const phases = []
    const onProgress = (e) => { if (e.type === 'chunk') files.add(e.file); if (e.type === 'phase') phases.push(e.phase) }
    const model = await load(ref, { sources, entry: 'second.onnx', onProgress })
    const { y } = await model.run({ x: { type: 'float32', dims: [1, inChannels, 1, 1], data: new Float32Array(inChannels) } })
    const loaded = [...files]
    phases.length = 0
    const bytes = await read(ref, 'words.bin', { sources, onProgress })
    const digest = [...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))].map((b) => b.toString(16).padStart(2, '0')).join('')
    const codes = []
    for (const work of [read(ref, 'absent.txt', { sources }), load(ref, { sources, entry: 'absent.onnx' }), load(ref, { sources, entry: 'words.bin' }), read(ref, 'words.bin', { sources, maxBytes: 1000 })]) {
      codes.push(await work.then(() => 'it worked', (e) => e.code))
    }
    return { loaded, needed: model.info.files.filter((f) => f.needed).map((f) => f.path), ok: y.data.every((v, i) => v === Math.fround(i / 128)), length: bytes.length, digest, phases, codes }
  }, { ref: release, sources: [honest], inChannels })
  assert.deepEqual(got, {
    loaded: ['second.onnx'],
    needed: ['second.onnx'],
    ok: true,
    length: words.length,
    digest: createHash('sha256').update(words).digest('hex'),
    phases: ['verifying', 'filling', 'ready'],
    codes: ['not_found', 'not_found', 'invalid', 'too_large']
  })
})

/** What the strict plan says: bias, then ascending channels; multiply, round, add, round. */
function conv (n, h, w) {
  const x = Float32Array.from({ length: n * inChannels * h * w }, (_, i) => ((i * 37) % 101) / 64 - 0.75)
  const y = new Float32Array(n * outChannels * h * w)
  for (let b = 0; b < n; b++) {
    for (let o = 0; o < outChannels; o++) {
      for (let p = 0; p < h * w; p++) {
        let sum = Math.fround(o / 128)
        for (let c = 0; c < inChannels; c++) {
          sum = Math.fround(sum + Math.fround(x[(b * inChannels + c) * h * w + p] * Math.fround(pointwiseWeight(o * inChannels + c))))
        }
        y[(b * outChannels + o) * h * w + p] = sum
      }
    }
  }
  return y
}

/** CIDv1, raw, sha2-256, base32. */
function rawCID (digest) {
  let bits = ''
  for (const b of [1, 0x55, 0x12, 32, ...digest]) bits += b.toString(2).padStart(8, '0')
  let text = 'b'
  for (let i = 0; i < bits.length; i += 5) text += 'abcdefghijklmnopqrstuvwxyz234567'[parseInt(bits.slice(i, i + 5).padEnd(5, '0'), 2)]
  return text
}
