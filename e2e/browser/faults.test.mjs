// Every way in which a source can fail, on both ways to a model (the engine compiles it; it comes compiled), with an honest
// source beside it and without: the result is right, or the error says why there is none. A tap in both workers sees every
// byte that is about to reach the engine or a model's memory, and all of them are those of blocks that the manifest names.
//
// make test does a part of the matrix; DEHUG_TEST_ALL=1 (make test-all) all of it, and again with faults in one chunk only.

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Lab, root } from './harness.mjs'
import { pointwise } from './onnx-file.mjs'

const all = process.env.DEHUG_TEST_ALL === '1'
const [inChannels, outChannels] = [900, 1024] // 3.7 MB: four chunks
const count = 4
const mib = 1 << 20

// What comes of a source that always fails like this: `reason` is what the evidence says; `alone` the codes of the error when there
// is no other source, null where there is none: what it sends is right, however it sends it. `quick`: in make test, for
// which path, and whether alone too.
const faults = {
  latency: { flags: ['-delay', '150ms'], alone: null },
  slow: { flags: ['-delay', '2ms'], alone: null },
  stale: { alone: null, quick: 'compiled' },
  flip: { reason: /^lied: its bytes hash to/, alone: ['unverified'], quick: 'compiled, here, alone' },
  wrong: { reason: /^lied|^sent 33 bytes of \d+$/, alone: ['unverified', 'unreachable'] },
  truncate: { reason: /^lied|^sent \d+ bytes of \d+$/, alone: ['unverified', 'unreachable'], quick: 'compiled' },
  long: { reason: /^lied|^sent more than the \d+ bytes/, alone: ['unverified', 'unreachable'] },
  html: { reason: /web page/, alone: ['unreachable'], quick: 'compiled' },
  cut: { reason: /^broke off after \d+ bytes|^did not answer/, alone: ['unreachable'], quick: 'compiled, here' },
  500: { reason: /status 500/, alone: ['unreachable'], quick: 'compiled, alone' },
  429: { reason: /asks us to wait/, alone: ['unreachable'], quick: 'compiled' },
  stall: { reason: /^went silent after \d+ bytes|^was overtaken/, alone: ['unreachable'], quick: 'compiled' },
  loris: { flags: ['-delay', '200ms'], reason: /^sends too slowly|^went silent after|^was overtaken/, alone: ['unreachable'], quick: 'here' },
  silence: { reason: /^did not answer/, alone: ['unreachable'] }
}

let lab, release, honest, files, known, middle, right

before(async () => {
  lab = await Lab.open()
  const folder = join(lab.folder, 'conv')
  await mkdir(folder)
  await writeFile(join(folder, 'conv.onnx'), pointwise(inChannels, outChannels))
  await writeFile(join(folder, 'model.json'), JSON.stringify({
    name: 'conv', version: '1.0.0', license: { spdx: 'MIT' }, runtime: { format: 'onnx', opset: 13 }, created: '2026-01-02T15:04:05Z'
  }))
  release = await lab.publish(folder, '--precompile')
  honest = await lab.gateway()
  const tap = await readFile(fileURLToPath(new URL('tap.js', import.meta.url)))
  files = {}
  for (const name of ['go-worker.js', 'run-worker.js']) {
    files[`/runtime/${name}`] = Buffer.concat([tap, await readFile(join(root, 'web/dist/runtime', name))])
  }

  // What may reach the engine: the documents, the leaf lists, and the chunks that they name.
  known = []
  const take = async (cid, what) => {
    const bytes = Buffer.from(await (await fetch(`${honest}/ipfs/${cid}?format=raw`)).arrayBuffer())
    if (cid !== release.release) assert.equal(cid, rawCID(createHash('sha256').update(bytes).digest()), `${what}: the gateway lies`)
    known.push({ what, bytes })
    return bytes
  }
  await take(release.release, 'the release directory')
  await take(release.envelope, 'the envelope')
  for (const file of JSON.parse(await take(release.manifest, 'the manifest')).files) {
    const leaves = await take(file.leaves, `the leaf list of ${file.path}`)
    for (let i = 0; i < leaves.length; i += 32) await take(rawCID(leaves.subarray(i, i + 32)), `chunk ${i / 32} of ${file.path}`)
    if (file.path === 'conv.onnx') middle = rawCID(leaves.subarray(2 * 32, 3 * 32))
  }
  right = { compiled: await attempt(true, [honest]), here: await attempt(false, [honest]) }
  for (const [path, got] of Object.entries(right)) {
    assert.equal(got.error, undefined, `${path}: ${got.error?.message}`)
    isVerified(got)
    const chunks = new Set(got.tapped)
    for (let i = 0; i < count; i++) assert.ok(chunks.has(`chunk ${i} of conv.onnx`), `${path}: the tap has not seen chunk ${i}`)
  }
  assert.deepEqual([right.compiled.engine.size, right.here.engine.has('chunk 0 of conv.onnx')], [0, true], 'the tap has not seen the model go into the engine')
  assert.deepEqual(right.compiled.bits, right.here.bits)
})

after(() => lab?.close())

/** Which block has these bytes there; undefined when none has. */
const blockWith = (bytes, from) => known.find((b) => bytes.length > 0 && bytes.equals(b.bytes.subarray(from, from + bytes.length)))?.what

/** Loads the model in a fresh page, compiled or to be compiled, and runs it. Never rejects. */
async function attempt (precompiled, sources) {
  const tapped = []
  const engine = new Set()
  const modules = []
  const site = await lab.runtimeSite({
    files,
    posted (url, body) {
      if (url.searchParams.get('what') === 'module') modules.push(body)
      else {
        const block = blockWith(body, Number(url.searchParams.get('from')))
        tapped.push(block)
        if (url.searchParams.get('what') === 'engine') engine.add(block)
      }
    }
  })
  const page = await lab.page(site)
  try {
    const result = await page.evaluate(async ({ ref, sources, precompiled, inChannels }) => {
      const { load } = await import('/runtime/runtime.js')
      const events = []
      try {
        const model = await load(ref, { sources, precompiled, onProgress: (e) => { if (e.type === 'source') events.push(e) } })
        const data = Float32Array.from({ length: inChannels }, (_, i) => ((i * 37) % 101) / 64 - 0.75)
        const { y } = await model.run({ x: { type: 'float32', dims: [1, inChannels, 1, 1], data } })
        return { events, precompiled: model.precompiled, bits: Array.from(new Uint32Array(y.data.buffer)).join() }
      } catch ({ code, message, hint }) {
        return { events, error: { code, message, hint } }
      }
    }, { ref: release.release, sources, precompiled, inChannels })
    return { ...result, tapped, engine, modules }
  } finally {
    await page.context().close()
  }
}

/** Everything that reached the engine is in the manifest, and a module too where it is not made here. */
function isVerified ({ tapped, modules, precompiled }) {
  assert.ok(!tapped.includes(undefined), 'bytes that are in no block have reached the engine')
  for (const module of modules) {
    if (precompiled === false) {
      if (right?.here) assert.deepEqual(module, right.here.modules[0], 'another module was made')
      continue
    }
    for (let i = 0; i < module.length; i += mib) assert.ok(blockWith(module.subarray(i, i + mib), 0), 'a module that is in no chunk was compiled')
  }
}

const where = all ? ['everything', 'one chunk'] : ['everything']
for (const part of where) {
  describe(`faults in ${part}`, { concurrency: 4 }, () => {
    for (const [fault, { flags = [], reason, alone, quick = '' }] of Object.entries(faults)) {
      for (const path of ['compiled', 'here']) {
        for (const beside of ['honest', 'none']) {
          if (part === 'one chunk' && fault === 'silence') continue
          if (!all && !(quick.includes(path) && (beside === 'honest' || (path === 'compiled' && quick.includes('alone'))))) continue
          const refused = beside === 'none' && alone !== null
          test(`${fault}, ${path === 'here' ? 'compiled here' : 'comes compiled'}, ${beside === 'none' ? 'no other source' : 'an honest source beside'}: ${refused ? 'refuses' : 'right'}`, async () => {
            const bad = fault === 'silence'
              ? { url: 'http://127.0.0.1:9', requests: [] } // nobody listens on the port for discarding
              : await lab.fault(honest, fault, ...flags, ...(part === 'one chunk' ? ['-match', middle] : []))
            const got = await attempt(path === 'compiled', beside === 'none' ? [bad.url] : [bad.url, honest])
            const told = got.events.filter((e) => e.source === bad.url && ['lying', 'unusable', 'slow'].includes(e.state))
            isVerified(got)
            if (refused) {
              assert.ok(alone.includes(got.error?.code), JSON.stringify(got.error ?? 'it worked'))
              assert.match(got.error.message, /: (no source sent it|every source lied): /)
              assert.notEqual(got.error.hint, '')
              assert.equal(got.bits, undefined)
            } else {
              assert.equal(got.error, undefined, got.error?.message)
              assert.equal(got.precompiled, path === 'compiled')
              assert.equal(got.bits, right[path].bits)
            }
            // A source that sends what is right has done nothing, but may be slower than another one.
            if (reason === undefined) for (const { evidence } of told) assert.match(evidence.reason, /^was overtaken/)
            // One that fails may be overtaken before that can be seen, when there is another one.
            else for (const { evidence } of told) if (refused || !/^was overtaken/.test(evidence.reason)) assert.match(evidence.reason, reason)
            if (reason !== undefined && part === 'everything') assert.ok(!got.events.some((e) => e.source === bad.url && e.state === 'ok'), 'what it sent is used')
            if (refused) assert.ok(told.length > 0, 'nobody says what the source did')
            const lied = told.some((e) => e.state === 'lying')
            assert.equal(got.events.some((e) => e.source === bad.url && e.state === 'banned'), lied, 'a liar is banned, and nobody else')
            for (const e of got.events) if (e.source === honest && e.state !== 'ok') assert.match(e.evidence.reason, /^was overtaken/, 'the honest source is blamed')
          })
        }
      }
    }
  })
}

/** CIDv1, raw, sha2-256, base32. */
function rawCID (digest) {
  const bits = [1, 0x55, 0x12, 32, ...digest].map((b) => b.toString(2).padStart(8, '0')).join('') + '00'
  return 'b' + bits.match(/.{5}/g).map((b) => 'abcdefghijklmnopqrstuvwxyz234567'[parseInt(b, 2)]).join('')
}
