// Models that a release brings compiled, in real Chromium under the strict policy: the page runs them without Go, with the
// same bits as when it compiles them itself, and believes nobody on the way.

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { after, before, describe, test } from 'node:test'
import { Lab, strictPolicy } from './harness.mjs'
import { button, reach, told, watch } from './widget-page.mjs'

const model = 'face_detection_front_128x128_barracuda.onnx'
const moduleOf = (mode, path = model) => `.dehug/abi-0/${mode}/${path}.wasm`

let lab, release, manifest, large, plain, honest, site, compiledHere

before(async () => {
  lab = await Lab.open()
  const folder = await lab.blazeface()
  plain = await lab.publish(folder)
  release = await lab.publish(folder, '--precompile')
  large = await lab.publish(await lab.recipe('voice-activity'), '--precompile')
  honest = await lab.gateway()
  manifest = await documentOf(release.manifest)
  site = await lab.runtimeSite()
  compiledHere = { strict: await attempt({ precompiled: false }), fast: await attempt({ precompiled: false, mode: 'fast' }) }
})

after(() => lab?.close())

const documentOf = async (cid) => (await fetch(`${honest}/ipfs/${cid}?format=raw`)).json()
const fileOf = (path) => manifest.files.find((f) => f.path === path)
/** A reference by which manifest, envelope, module and model are fetched: nothing of it says which source comes when. */
const named = ({ manifest, envelope }) => `${manifest}?envelope=${envelope}`

/** Loads the model in a fresh page and, unless `run` is false, runs it once. Never rejects. `requests` are the page's own. */
async function attempt ({ url = site, prepare, ref = release.release, run = true, ...options }) {
  const page = await lab.page('about:blank')
  const requests = []
  page.context().on('request', (request) => requests.push(request.url()))
  if (prepare) await page.addInitScript(prepare)
  await page.goto(url)
  const result = await page.evaluate(async ({ ref, options, run }) => {
    const { load, DehugError } = await import('/runtime/runtime.js')
    const events = []
    try {
      const model = await load(ref, { ...options, onProgress: (event) => events.push(event) })
      const outputs = {}
      if (run) {
        const x = Float32Array.from({ length: 128 * 128 * 3 }, (_, i) => Math.sin(i))
        for (const [name, { dims, data }] of Object.entries(await model.run({ 'input:0': x }))) {
          outputs[name] = { dims, bits: Array.from(new Uint32Array(data.buffer, data.byteOffset, data.length)).join() }
        }
      }
      const { info, inputs, outputs: declared, timings, planHash, mode, where, precompiled } = model
      model.dispose()
      return { events, outputs, model: { info, inputs, outputs: declared, timings, planHash, mode, where, precompiled } }
    } catch (error) {
      return { events, error: { ours: error instanceof DehugError, code: error.code, message: error.message, hint: error.hint } }
    }
  }, { ref, options: { sources: [honest], ...options }, run })
  assert.deepEqual(page.problems, [])
  const phases = result.events.filter((e) => e.type === 'phase').map((e) => e.phase)
  const against = (url) => result.events.filter((e) => e.type === 'source' && e.source === url)
  const go = requests.filter((url) => /dehug\.wasm|go-(worker|page)\.js/.test(url))
  return { ...result, phases, against, requests, go, page }
}

/** It came out right, with the author's module and no request for Go. */
function isRight (got, mode = 'strict') {
  assert.equal(got.error, undefined, got.error?.message)
  assert.equal(got.model.precompiled, true)
  assert.deepEqual(got.go, [])
  assert.deepEqual(got.outputs, compiledHere[mode].outputs)
  assert.equal(got.model.planHash, compiledHere[mode].model.planHash)
  assert.deepEqual([got.model.inputs, got.model.outputs], [compiledHere[mode].model.inputs, compiledHere[mode].model.outputs])
}

/** It said no in our words, and nothing ran. */
function isRefused (got, code, message) {
  assert.ok(got.error?.ours, JSON.stringify(got.error ?? got.model))
  assert.ok([code].flat().includes(got.error.code), `${got.error.code}: ${got.error.message}`)
  assert.match(got.error.message, message)
  assert.notEqual(got.error.hint, '')
  assert.deepEqual(got.go, [])
}

describe('a precompiled model', () => {
  for (const mode of ['strict', 'fast']) {
    test(`${mode}: runs with the same bits as the one compiled here, and Go is not asked for`, async () => {
      assert.ok(compiledHere[mode].go.length > 0 && compiledHere[mode].model.precompiled === false)
      const got = await attempt({ mode, signer: release.signer.toLowerCase() })
      isRight(got, mode)
      assert.deepEqual(got.phases, ['verifying', 'compiling', 'filling', 'ready'])
      const needed = [moduleOf(mode), model]
      const { info, timings } = got.model
      assert.deepEqual(info.files.filter((f) => f.needed).map((f) => f.path).sort(), needed.sort())
      assert.equal(info.loadBytes, needed.reduce((sum, path) => sum + Number(fileOf(path).size), 0))
      assert.equal(timings.moduleBytes, Number(fileOf(moduleOf(mode)).size))
      assert.equal(info.signer, release.signer)
      assert.ok(timings.engine === 0 && timings.manifest <= timings.skim && timings.skim <= timings.compile && timings.compile <= timings.fill && timings.fill <= timings.ready)
      assert.ok(timings.bytesVerified > info.loadBytes && timings.bytesFetched === timings.bytesVerified)
      // What else is told is as when it is compiled here.
      const { loadBytes: _, files: __, ...about } = info
      const { loadBytes: ___, files: ____, ...same } = compiledHere[mode].model.info
      assert.deepEqual({ ...about, signerPinned: false }, same)
      for (const path of needed) assert.equal(got.events.filter((e) => e.type === 'chunk' && e.file === path).at(-1).state, 'verified')
    })
  }

  test('of several chunks, whose module wants not all of them at once', async () => {
    const got = await attempt({ ref: large.release, run: false })
    assert.equal(got.error, undefined, got.error?.message)
    assert.deepEqual([got.model.precompiled, got.go], [true, []])
    const here = await attempt({ ref: large.release, run: false, precompiled: false })
    assert.equal(got.model.planHash, here.model.planHash)
    assert.equal(got.model.timings.memoryBytes, here.model.timings.memoryBytes)
  })

  test('is not used where it does not fit, or nobody wants it', async () => {
    for (const options of [{ ref: plain.release }, { extents: { none: 1 } }]) {
      const got = await attempt(options)
      assert.ok(got.error?.code === 'invalid' || got.model?.precompiled === false, JSON.stringify(got.error ?? got.model))
      assert.ok(got.go.length > 0)
    }
  })

  test('a file of a release is read without Go', async () => {
    const page = await lab.page(site)
    const requests = []
    page.on('request', (request) => requests.push(request.url()))
    const [text, missing] = await page.evaluate(async ({ ref, sources }) => {
      const { read } = await import('/runtime/runtime.js')
      return [new TextDecoder().decode(await read(ref, 'LICENSE', { sources })), await read(ref, 'license', { sources }).catch((e) => `${e.code}: ${e.message}`)]
    }, { ref: release.release, sources: [honest] })
    assert.match(text, /Apache License/)
    assert.equal(missing, 'not_found: the release has no file "license"')
    assert.ok(!requests.some((url) => url.includes('dehug.wasm')))
  })

  test('where workers are refused, it runs on the page', async () => {
    const got = await attempt({ url: await lab.runtimeSite({ policy: strictPolicy.replace("worker-src 'self'", "worker-src 'none'") }) })
    isRight(got)
    assert.equal(got.model.where, 'main')
  })

  test('no WebCrypto (an insecure context): the page hashes, and still finds the liar', async () => {
    const liar = await lab.fault(honest, 'flip', '-match', fileOf(model).cid)
    const got = await attempt({
      ref: named(release),
      sources: [liar.url, honest],
      prepare: () => Object.defineProperty(Crypto.prototype, 'subtle', { get: () => undefined })
    })
    isRight(got)
  })
})

describe('one honest source and one that is not', () => {
  const parts = {
    'the module': () => [release, fileOf(moduleOf('strict')).cid, `chunk 0 of ${moduleOf('strict')}`],
    'the model': () => [release, fileOf(model).cid, `chunk 0 of ${model}`],
    'the leaf list': async () => {
      const { files } = await documentOf(large.manifest)
      return [large, files.find((f) => f.path === 'v5.onnx').leaves, 'the leaf list of v5.onnx']
    }
  }
  for (const [part, find] of Object.entries(parts)) {
    test(`flip in ${part}: the result is right, and the evidence names it`, async () => {
      const [{ release: ref }, cid, what] = await find()
      const other = (await lab.fault(honest, 'latency', '-delay', '100ms')).url // or it is free whenever something is wanted
      // Whoever has the block is asked at most twice: one of two runs asks the liar.
      const seen = []
      for (const order of [0, 1]) {
        const liar = await lab.fault(honest, 'flip', '-match', cid)
        const got = await attempt({ ref, sources: order === 0 ? [liar.url, other] : [other, liar.url], run: ref === release.release })
        if (ref === release.release) isRight(got)
        else assert.equal(got.error, undefined, got.error?.message)
        assert.deepEqual(got.go, [])
        const told = got.against(liar.url).find((e) => e.state === 'lying')
        if (told) seen.push(told.evidence.what)
        if (told) assert.deepEqual([got.against(liar.url).at(-1).state, told.evidence.cid], ['banned', cid])
      }
      assert.ok(seen.length > 0 && seen.every((w) => w === what), `${seen} is not ${what}`)
    })
  }

  for (const [mode, reason] of Object.entries({ truncate: /^sent \d+ bytes of \d+$/, html: /web page/, 500: /status 500/, 429: /asks us to wait/ })) {
    test(`${mode}: the result is right, and the evidence says who and what`, async () => {
      const bad = await lab.fault(honest, mode, '-match', fileOf(moduleOf('strict')).cid)
      // The other one is slow enough for the bad one to be asked as well, if not first.
      const other = (await lab.fault(honest, 'latency', '-delay', '200ms')).url
      const got = await attempt({ ref: named(release), sources: [bad.url, other] })
      isRight(got)
      const told = got.against(bad.url).find((e) => ['unusable', 'slow'].includes(e.state))
      assert.match(told.evidence.reason, reason)
    })
  }

  test('stall: the other source is asked before this one is given up, and the result is right', async () => {
    const bad = await lab.fault(honest, 'stall', '-match', fileOf(moduleOf('strict')).cid)
    isRight(await attempt({ ref: named(release), sources: [bad.url, honest] }))
  })
})

describe('refuses', () => {
  test('refuses when every source lies about the module', async () => {
    const cid = fileOf(moduleOf('strict')).cid
    const liars = [await lab.fault(honest, 'flip', '-match', cid), await lab.fault(honest, 'flip', '-match', cid)]
    const got = await attempt({ sources: liars.map((l) => l.url) })
    isRefused(got, 'unverified', /^chunk 0 of \.dehug\/abi-0\/strict\/.*: every source lied/)
    for (const { url } of liars) assert.equal(got.against(url).at(-1).state, 'banned')
    assert.ok(!got.phases.includes('compiling'))
  })

  test('refuses another signer, and more bytes than allowed, before the first of them', async () => {
    isRefused(await attempt({ signer: '0x00000000219ab540356cbb839cbe05303d7705fa' }), 'wrong_signer', new RegExp(`but by ${release.signer}`))
    const tap = await lab.fault(honest, 'none')
    isRefused(await attempt({ sources: [tap.url], maxBytes: Number(fileOf(model).size) }), 'too_large', /bytes, more than the/)
    assert.ok(tap.requests.length >= 2 && !tap.requests.some((r) => [fileOf(model).cid, fileOf(moduleOf('strict')).cid].includes(r.cid)))
  })

  test('refuses to go on when it is cancelled', async () => {
    const slow = await lab.fault(honest, 'stall', '-match', fileOf(model).cid)
    const page = await lab.page(site)
    const code = await page.evaluate(async ({ ref, sources }) => {
      const { load } = await import('/runtime/runtime.js')
      const stop = new AbortController()
      return load(ref, { sources, signal: stop.signal, onProgress: (e) => { if (e.type === 'chunk') stop.abort() } }).then(() => 'loaded', (e) => e.code)
    }, { ref: release.release, sources: [slow.url] })
    assert.equal(code, 'aborted')
  })

  // What an author could publish who means harm, or who has made a mistake: manifest and hashes are right.
  const text = (s) => [s.length, ...Buffer.from(s)]
  const section = (id, ...body) => [id, ...leb(body.length), ...body]
  const leb = (n) => n < 128 ? [n] : [(n & 127) | 128, ...leb(n >> 7)]
  const wasm = (...sections) => Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...sections.flat()])
  const types = section(1, 1, 0x60, 0, 0)
  const memory = [...text('dehug'), ...text('memory'), 2, 0, 1]
  const imports = (...list) => section(2, list.length, ...list.flat())
  const replaced = (from, to) => (bytes) => {
    const found = bytes.toString('latin1')
    assert.ok(from.test(found))
    return Buffer.from(found.replace(from, to), 'latin1')
  }
  const cases = {
    'a module that is none': [() => Buffer.from('hello'), 'unsupported', /does not take the module/],
    'a module that imports a function': [() => wasm(types, imports(memory, [...text('env'), ...text('log'), 0, 0])), 'invalid', /imports memory dehug\.memory, function env\.log, not one memory/],
    'a module that imports two memories': [() => wasm(imports(memory, memory)), ['invalid', 'unsupported'], /does not take the module|not one memory/],
    'a module that imports another memory': [() => wasm(imports([...text('env'), ...text('memory'), 2, 0, 1])), 'invalid', /not one memory and nothing else/],
    'a module without the functions': [() => wasm(imports(memory)), 'invalid', /not the functions of the ABI/],
    'a module that begins by itself': [() => wasm(types, imports(memory), section(3, 1, 0), section(7, 1, ...text('run'), 0, 0), section(8, 0), section(10, 1, 2, 0, 0x0b)), 'invalid', /not the functions of the ABI/],
    'a module of another ABI': [replaced(/\{"abi":"0"/, '{"abi":"7"'), 'unsupported', /has ABI 7/],
    'a module whose description is no JSON': [replaced(/\{"abi":"0"/, '["abi":"0"'), 'invalid', /not a compiled model/],
    'a layout beyond the file': [replaced(/"offset":\d{6},/, '"offset":999999,'), 'invalid', /lies outside of face_detection/],
    'a layout beyond the memory': [replaced(/"destination":(\d{3,}),/, (_, digits) => `"destination":${'4e9'.padEnd(digits.length)},`), 'invalid', /lands outside of the memory/]
  }
  for (const [what, [change, code, message]] of Object.entries(cases)) {
    test(`refuses ${what}`, async () => {
      const source = await forger(moduleOf('strict'), change)
      const got = await attempt({ ref: source.ref, sources: [source.url] })
      isRefused(got, code, message)
    })
  }

  test('what these tests forge is right but for what they change', async () => {
    const source = await forger(moduleOf('strict'), (bytes) => bytes) 
    const got = await attempt({ ref: source.ref, sources: [source.url] })
    assert.equal(got.error, undefined, got.error?.message)
    assert.equal(got.model.info.signature, 'absent')
  })

  /** A source of a release like ours in which one file of one chunk has other bytes. */
  async function forger (path, change) {
    const sha = (...parts) => createHash('sha256').update(Buffer.concat(parts.map((p) => Buffer.from(p)))).digest()
    const u = (n, bytes) => { const b = Buffer.alloc(bytes); b.writeUIntBE(n, bytes - Math.min(bytes, 6), Math.min(bytes, 6)); return b }
    const cidOf = (digest) => {
      const bits = [1, 0x55, 0x12, 32, ...digest].map((b) => b.toString(2).padStart(8, '0')).join('') + '00'
      return 'b' + bits.match(/.{5}/g).map((b) => 'abcdefghijklmnopqrstuvwxyz234567'[parseInt(b, 2)]).join('')
    }
    const tree = (hashes) => {
      if (hashes.length === 1) return hashes[0]
      let k = 1
      while (2 * k < hashes.length) k *= 2
      return sha([1], tree(hashes.slice(0, k)), tree(hashes.slice(k)))
    }
    const other = structuredClone(manifest)
    const file = other.files.find((f) => f.path === path)
    const bytes = change(Buffer.from(await (await fetch(`${honest}/ipfs/${file.cid}?format=raw`)).arrayBuffer()))
    const leaf = sha(bytes)
    Object.assign(file, {
      size: String(bytes.length),
      sha256: leaf.toString('hex'),
      cid: cidOf(leaf),
      leaves: cidOf(sha(leaf)),
      chunkRoot: sha([2], 'dehug/chunks/v0', u(bytes.length, 8), leaf).toString('hex')
    })
    other.root = tree(other.files.map((f) => sha([0], 'dehug/leaf/v0', u(f.path.length, 4), f.path, u(Number(f.size), 8), Buffer.from(f.chunkRoot, 'hex')))).toString('hex')
    const document = Buffer.from(JSON.stringify(other)) // keys keep their order
    const ref = cidOf(sha(document))
    const own = { [ref]: document, [file.cid]: bytes, [file.leaves]: leaf }
    const server = createServer(async (request, response) => {
      const cid = request.url.match(/^\/ipfs\/(\w+)/)?.[1]
      const body = own[cid] ?? Buffer.from(await (await fetch(honest + request.url)).arrayBuffer())
      response.writeHead(200, { 'content-type': 'application/vnd.ipld.raw', 'access-control-allow-origin': '*' }).end(body)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    after(() => new Promise((resolve) => { server.closeAllConnections(); server.close(resolve) }))
    return { ref, url: `http://127.0.0.1:${server.address().port}` }
  }
})

test("<dehug-model> on the relay's page finds the face without Go, and shows module and model among its chunks", async () => {
  const relay = await lab.serve({ sources: [honest] })
  const page = await lab.page('about:blank')
  const requests = []
  page.on('request', (request) => requests.push(request.url()))
  await page.goto(`${relay.demo}?release=${release.release}`)
  await watch(page)
  await page.evaluate((src) => document.querySelector('dehug-model').setAttribute('src', src), release.release)
  await button(page).click()
  assert.equal(await reach(page, 'done', 'error'), 'done')
  const [result] = await told(page, 'result')
  assert.equal(result.detections.length, 1)
  const [verified] = await told(page, 'verified')
  assert.equal(verified.manifest.cid, release.manifest)
  assert.equal(verified.planHash, compiledHere.strict.model.planHash)
  await page.locator('dehug-model .row[data-kind=file]').first().waitFor()
  const rows = (await page.locator('dehug-model .row').allInnerTexts()).join(' ')
  assert.match(rows, /strict\/face_detection.*\.wasm/)
  assert.ok(!requests.some((url) => /dehug\.wasm|go-/.test(url)), requests.join('\n'))
  assert.deepEqual(page.problems, [])
  assert.deepEqual(page.lines.filter(({ type }) => type === 'error' || type === 'warning'), [])
})
