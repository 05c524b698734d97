// Large files: neighbouring chunks come several in one answer, from sources that are quick and know how, and each is verified
// by itself; where that goes wrong, the others come by themselves or from elsewhere.
//
// make test does a part of it, DEHUG_TEST_ALL=1 (make test-all) all.

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Lab } from './harness.mjs'

const all = process.env.DEHUG_TEST_ALL === '1'
const quick = ['html', 'cut']
const count = 40
let lab, release, honest, bytes, page, file

before(async () => {
  lab = await Lab.open()
  const folder = join(lab.folder, 'large')
  await mkdir(folder)
  bytes = randomBytes(count * 2 ** 20 - 12345)
  bytes.copyWithin(30 * 2 ** 20, 31 * 2 ** 20, 32 * 2 ** 20) // a chunk that comes twice
  await writeFile(join(folder, 'large.bin'), bytes)
  await writeFile(join(folder, 'model.json'), JSON.stringify({ kind: 'dataset', name: 'large', version: '1.0.0', license: { spdx: 'MIT' }, created: '2026-01-02T15:04:05Z' }))
  release = await lab.publish(folder)
  honest = await lab.gateway()
  const manifest = await (await fetch(`${honest}/ipfs/${release.manifest}?format=raw`)).json()
  file = manifest.files.find(({ path }) => path === 'large.bin').cid
  page = await lab.page(await lab.runtimeSite())
})

after(() => lab?.close())

/** Reads the file; which chunks were told to be verified, what the sources did, and whether the bytes are right. */
async function attempt (sources) {
  const result = await page.evaluate(async ({ ref, sources }) => {
    const { read } = await import('/runtime/runtime.js')
    const verified = []
    const told = []
    const onProgress = (e) => {
      if (e.type === 'chunk' && e.state === 'verified') verified.push(e.index)
      if (e.type === 'source' && e.evidence) told.push({ source: e.source, state: e.state, reason: e.evidence.reason })
    }
    try {
      const got = await read(ref, 'large.bin', { sources, store: false, onProgress })
      const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', got))
      return { verified, told, digest: Array.from(digest).join() }
    } catch ({ code, message }) {
      return { verified, told, error: `${code}: ${message}` }
    }
  }, { ref: release.release, sources })
  assert.equal(result.error, undefined)
  const right = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  assert.equal(result.digest, Array.from(right).join())
  assert.deepEqual(result.verified.sort((a, b) => a - b), Array.from({ length: count }, (_, i) => i), 'each chunk is told of once')
  return result
}

const runs = ({ requests }) => requests.filter(({ cid }) => cid === file)

test('an honest source is asked for several chunks at once', async () => {
  const source = await lab.fault(honest, 'none')
  const { told } = await attempt([source.url])
  assert.deepEqual(told, [])
  assert.ok(runs(source).length > 0, 'it was never asked so')
  assert.ok(source.requests.length < count, `${source.requests.length} requests for ${count} chunks`)
})

// What happens to answers with several chunks, and only to these. The source is alone: it has them one by one.
for (const [fault, reason] of Object.entries({
  500: null, // it does not know this kind of question
  html: null,
  wrong: null,
  long: null, // all that was asked for is there
  truncate: /^broke off/,
  cut: /^broke off|^did not answer/, // when it was cut before the page saw that there is an answer
  stall: /^went silent|^sends too slowly/
})) {
  if (!all && !quick.includes(fault)) continue
  test(`${fault} where several are asked for at once: they come one by one`, async () => {
    const source = await lab.fault(honest, fault, '-match', file)
    const { told } = await attempt([source.url])
    assert.ok(runs(source).length > 0, 'it was never asked so')
    if (reason === null) assert.deepEqual(told, [])
    for (const e of told) assert.match(e.reason, reason)
  })
}

test('one that lies among several is caught, and no other chunk is from there', async () => {
  const [liar, other] = [await lab.fault(honest, 'flip', '-match', file), await lab.fault(honest, 'latency', '-delay', '500ms')] // time enough to lie
  const { told } = await attempt([liar.url, other.url])
  assert.ok(runs(liar).length > 0, 'it was never asked so')
  assert.ok(told.some((e) => e.source === liar.url && e.state === 'banned' && /^lied: its bytes hash to/.test(e.reason)), JSON.stringify(told))
})
