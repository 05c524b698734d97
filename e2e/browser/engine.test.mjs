// @dehug/runtime in real Chromium, against real gateway processes, honest and not: what load() resolves and rejects with,
// what it tells on the way, and where the work is done.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Lab, strictPolicy } from './harness.mjs'

const model = 'face_detection_front_128x128_barracuda.onnx'
const chunkBytes = 442005

let lab, release, honest, site, reference
let slow // honest, and late enough for a source that is asked before it to have said its lie
let threeBlocks // a reference by which manifest, envelope and chunk are fetched: with two sources, the chunk from the first

before(async () => {
  lab = await Lab.open()
  release = await lab.publish(await lab.blazeface())
  threeBlocks = `${release.manifest}?envelope=${release.envelope}`
  honest = await lab.gateway()
  slow = (await lab.fault(honest, 'latency', '-delay', '500ms')).url
  site = await lab.runtimeSite()
  reference = await attempt({ sources: [honest] })
})

after(() => lab?.close())

/**
 * Loads the model in a fresh page and runs it once on a fixed input. Never rejects: `error` says what load or run
 * rejected with. Of the outputs, `bits` is a checksum.
 */
async function attempt ({ url = site, prepare, ref = release.release, ...options }) {
  const page = await lab.page('about:blank')
  if (prepare) await page.addInitScript(prepare)
  await page.goto(url)
  const result = await page.evaluate(async ({ ref, options }) => {
    const { load, DehugError } = await import('/runtime/runtime.js')
    const events = []
    try {
      const model = await load(ref, { ...options, onProgress: (event) => events.push(event) })
      const x = Float32Array.from({ length: 128 * 128 * 3 }, (_, i) => Math.sin(i))
      const steps = []
      const result = await model.run({ 'input:0': x }, { onStep: (step) => steps.push(step) })
      const outputs = {}
      for (const [name, { type, dims, data }] of Object.entries(result)) {
        const bits = new Uint32Array(data.buffer, data.byteOffset, data.length)
        outputs[name] = { type, dims, bits: bits.reduce((sum, b) => (Math.imul(sum, 31) + b) | 0, 17) }
      }
      const { info, inputs, outputs: declared, timings, planHash, mode, where } = model
      model.dispose()
      return { events, steps, outputs, model: { info, inputs, outputs: declared, timings, planHash, mode, where, module: model.module instanceof WebAssembly.Module } }
    } catch (error) {
      return { events, error: { ours: error instanceof DehugError, code: error.code, message: error.message, hint: error.hint } }
    }
  }, { ref, options })
  const phases = result.events.filter((e) => e.type === 'phase').map((e) => e.phase)
  const against = (url) => result.events.filter((e) => e.type === 'source' && e.source === url)
  return { ...result, phases, against, page }
}

/** The model came out right, whoever else was asked. */
function isRight (got) {
  assert.equal(got.error, undefined, got.error?.message)
  assert.deepEqual(got.outputs, reference.outputs)
  assert.equal(got.model.planHash, reference.model.planHash)
  assert.deepEqual(got.page.problems, [])
}

describe('load', () => {
  test('verifies, compiles and runs a model from a gateway', () => {
    isRight(reference)
    const { model: loaded, events, phases, steps } = reference
    assert.deepEqual(phases, ['verifying', 'skimming', 'compiling', 'filling', 'ready'])
    assert.equal(loaded.info.cid, release.manifest)
    assert.equal(loaded.info.release, release.release)
    assert.equal(loaded.info.signer, release.signer)
    assert.equal(loaded.info.signature, 'valid')
    assert.equal(loaded.info.signerPinned, false)
    assert.equal(loaded.info.loadBytes, chunkBytes)
    assert.deepEqual(loaded.inputs, [{ name: 'input:0', type: 'float32', dims: [1, 128, 128, 3] }])
    assert.deepEqual(loaded.outputs.map((o) => o.dims), [[1, 512, 1], [1, 384, 1], [1, 512, 16], [1, 384, 16]])
    assert.equal(loaded.mode, 'strict')
    assert.equal(loaded.where, 'worker')
    assert.ok(loaded.module)

    const chunk = events.filter((e) => e.type === 'chunk')
    assert.deepEqual([chunk[0].state, chunk.at(-1).state], ['requested', 'verified'])
    assert.ok(chunk.every((e) => e.file === model && e.index === 0 && e.count === 1 && e.size === chunkBytes && e.source === honest))
    assert.ok(events.every((e, i) => i === 0 || e.at >= events[i - 1].at), 'times go backwards')
    const times = loaded.timings
    assert.ok(times.manifest <= times.skim && times.engine <= times.skim && times.skim <= times.compile && times.compile <= times.fill && times.fill <= times.ready)
    assert.ok(times.bytesVerified > chunkBytes && times.bytesFetched === times.bytesVerified)
    assert.ok(steps.length > 20 && steps.every((s, i) => s.index === i && s.count === steps.length && s.op !== ''))
  })

  test('takes a manifest CID, with its envelope and without', async () => {
    const pinned = await attempt({ ref: threeBlocks, sources: [honest], signer: release.signer.toLowerCase() })
    isRight(pinned)
    assert.equal(pinned.model.info.signer, release.signer)
    assert.equal(pinned.model.info.signerPinned, true)
    const bare = await attempt({ ref: `ipfs://${release.manifest}`, sources: [honest] })
    isRight(bare)
    assert.equal(bare.model.info.signature, 'absent')
  })

  test('ends its workers: the runner with the model, the engine when nobody loads', async () => {
    const page = await lab.page(site)
    await page.evaluate(async ({ ref, sources }) => {
      const { load } = await import('/runtime/runtime.js')
      globalThis.model = await load(ref, { sources })
    }, { ref: release.release, sources: [honest] })
    const named = (name) => page.workers().find((worker) => worker.url().endsWith(name))
    await named('go-worker.js')?.waitForEvent('close')
    const runner = named('run-worker.js')
    await Promise.all([runner.waitForEvent('close'), page.evaluate(() => model.dispose())])
    await named('store-worker.js')?.waitForEvent('close')
    assert.equal(page.workers().length, 0)
  })

  test('fast mode has a plan of its own', async () => {
    const fast = await attempt({ sources: [honest], mode: 'fast' })
    assert.equal(fast.error, undefined)
    assert.equal(fast.model.mode, 'fast')
    assert.notEqual(fast.model.planHash, reference.model.planHash)
  })
})

describe('one honest source and one that is not', () => {
  const cases = [
    { mode: 'flip', state: 'lying', reason: /^lied: its bytes hash to/ },
    { mode: 'truncate', state: 'unusable', reason: /^sent 221002 bytes of 442005$/ },
    { mode: 'html', state: 'unusable', reason: /web page/ },
    { mode: '500', state: 'unusable', reason: /status 500/ },
    { mode: '429', state: 'slow', reason: /asks us to wait/ }
  ]
  for (const { mode, state, reason } of cases) {
    test(`${mode}: the result is right, and the evidence says who and what`, async () => {
      const bad = await lab.fault(honest, mode, '-match', await chunkCID())
      const got = await attempt({ ref: threeBlocks, sources: [bad.url, slow] })
      isRight(got)
      const told = got.against(bad.url).find((e) => e.state === state)
      assert.ok(told, `${mode}: ${JSON.stringify(got.against(bad.url))}`)
      assert.match(told.evidence.reason, reason)
      assert.equal(told.evidence.what, `chunk 0 of ${model}`)
      assert.equal(told.evidence.cid, await chunkCID())
      assert.equal(told.evidence.expectedBytes, chunkBytes)
      if (state === 'lying') {
        assert.match(told.evidence.got, /^[0-9a-f]{64}$/)
        assert.notEqual(told.evidence.got, told.evidence.expected)
        assert.equal(got.against(bad.url).at(-1).state, 'banned')
        const rejected = got.events.find((e) => e.type === 'chunk' && e.state === 'rejected')
        assert.equal(rejected.source, bad.url)
        assert.equal(rejected.evidence.got, told.evidence.got)
      }
      assert.ok(got.model.timings.bytesFetched >= got.model.timings.bytesVerified)
    })
  }

  test('stall: another source is asked before this one is given up, and the result is right', async () => {
    const bad = await lab.fault(honest, 'stall', '-match', await chunkCID())
    const got = await attempt({ ref: threeBlocks, sources: [bad.url, slow] })
    isRight(got)
    const chunk = got.events.filter((e) => e.type === 'chunk')
    assert.ok(chunk.some((e) => e.state === 'requested' && e.source === bad.url))
    assert.deepEqual([chunk.at(-1).state, chunk.at(-1).source], ['verified', slow])
  })

  test('a liar is remembered for as long as the page lives', async () => {
    const liar = await lab.fault(honest, 'flip')
    const page = await lab.page(site)
    const states = await page.evaluate(async ({ ref, sources }) => {
      const { load } = await import('/runtime/runtime.js')
      const states = []
      for (let i = 0; i < 2; i++) {
        const model = await load(ref, { sources, onProgress: (e) => { if (e.type === 'source' && e.source === sources[0]) states.push([i, e.state, e.evidence?.verdict]) } })
        model.dispose()
      }
      return states
    }, { ref: release.release, sources: [liar.url, slow] })
    assert.deepEqual(states, [[0, 'lying', 'lying'], [0, 'banned', 'lying'], [1, 'banned', 'lying']])
    assert.equal(liar.requests.length, 1)
  })
})

describe('load refuses', () => {
  /** It said no in our words, and nothing was compiled, let alone run. */
  const refused = (got, code, message) => {
    assert.ok(got.error?.ours, JSON.stringify(got.error ?? got.model))
    assert.equal(got.error.code, code, got.error.message)
    assert.match(got.error.message, message)
    assert.notEqual(got.error.hint, '')
    assert.ok(!got.phases.includes('compiling'), 'something was compiled')
    assert.deepEqual(got.page.problems, [])
  }

  test('refuses when all sources lie about the manifest', async () => {
    const liars = [await lab.fault(honest, 'flip'), await lab.fault(honest, 'flip')]
    const got = await attempt({ sources: liars.map((l) => l.url) })
    refused(got, 'unverified', /^the release directory: every source lied/)
    for (const { url } of liars) assert.equal(got.against(url).at(-1).state, 'banned')
  })

  test('refuses when all sources lie about a chunk', async () => {
    const cid = await chunkCID()
    const liars = [await lab.fault(honest, 'flip', '-match', cid), await lab.fault(honest, 'flip', '-match', cid)]
    const got = await attempt({ sources: liars.map((l) => l.url) })
    refused(got, 'unverified', new RegExp(`^chunk 0 of ${model}: every source lied`))
    assert.ok(!got.events.some((e) => e.type === 'chunk' && e.state === 'verified'))
  })

  test('refuses when no source answers', async () => {
    refused(await attempt({ sources: ['http://127.0.0.1:9', { url: 'http://127.0.0.1:19', label: 'nobody' }] }), 'unreachable', /nobody did not answer/)
  })

  test('refuses when no source has the release', async () => {
    refused(await attempt({ ref: 'bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku', sources: [honest] }), 'not_found', /no source has it|does not have it/)
  })

  test('refuses another signer than the one that is asked for', async () => {
    const signer = '0x00000000219ab540356cbb839cbe05303d7705fa'
    const got = await attempt({ sources: [honest], signer })
    refused(got, 'wrong_signer', new RegExp(`but by ${release.signer}`))
    assert.ok(!got.events.some((e) => e.type === 'manifest'), 'the manifest was shown as good')
  })

  test('refuses a model larger than allowed, before its first byte', async () => {
    const tap = await lab.fault(honest, 'none')
    refused(await attempt({ sources: [tap.url], maxBytes: chunkBytes - 1 }), 'too_large', /442005 bytes, more than the 442004/)
    const cid = await chunkCID()
    assert.ok(tap.requests.length >= 2 && !tap.requests.some((r) => r.cid === cid))
  })

  test('refuses what is no reference, no source, no address', async () => {
    refused(await attempt({ ref: 'blazeface', sources: [honest] }), 'invalid', /reference/)
    refused(await attempt({ sources: [] }), 'invalid', /no sources/)
    refused(await attempt({ sources: ['ftp://gateway.example'] }), 'invalid', /not the base URL/)
    refused(await attempt({ sources: [honest], signer: '0x123' }), 'invalid', /signer/)
  })

  test('refuses to go on when it is cancelled', async () => {
    const slow = await lab.fault(honest, 'stall', '-match', await chunkCID())
    const page = await lab.page(site)
    const error = await page.evaluate(async ({ ref, sources }) => {
      const { load } = await import('/runtime/runtime.js')
      const stop = new AbortController()
      try {
        await load(ref, { sources, signal: stop.signal, onProgress: (e) => { if (e.type === 'chunk') stop.abort() } })
      } catch (error) { return { name: error.name, code: error.code } }
    }, { ref: release.release, sources: [slow.url] })
    assert.deepEqual(error, { name: 'DehugError', code: 'aborted' })
  })
})

describe('run refuses', () => {
  test('refuses wrong names, shapes and types, and then runs what is right', async () => {
    const page = await lab.page(site)
    const errors = await page.evaluate(async ({ ref, sources }) => {
      const { load } = await import('/runtime/runtime.js')
      const model = await load(ref, { sources })
      const x = new Float32Array(128 * 128 * 3)
      const name = 'input:0'
      const dims = [1, 128, 128, 3]
      const feeds = {
        missing: {},
        'another name': { image: x },
        'too few elements': { [name]: x.slice(1) },
        'another type': { [name]: new Uint8Array(x.length) },
        'type and array that differ': { [name]: { type: 'float32', dims, data: new Float64Array(x.length) } },
        'another shape': { [name]: { type: 'float32', dims: [1, 3, 128, 128], data: x } },
        'another rank': { [name]: { type: 'float32', dims: [128, 128, 3], data: x } },
        'no tensor': { [name]: [1, 2, 3] }
      }
      const errors = {}
      for (const [what, feed] of Object.entries(feeds)) {
        await model.run(feed).then(() => { errors[what] = 'it ran' }, (e) => { errors[what] = `${e.code}: ${e.message}` })
      }
      errors.right = (await model.run({ [name]: x }))['Identity:0'].data.length
      const stop = new AbortController()
      stop.abort()
      errors.cancelled = await model.run({ [name]: x }, { signal: stop.signal }).catch((e) => e.code)
      const under = model.run({ [name]: x }).catch((e) => e.code)
      model.dispose()
      model.dispose()
      errors.disposed = [await under, await model.run({ [name]: x }).catch((e) => e.code)]
      errors.kept = x.length // what is passed in is not detached
      return errors
    }, { ref: release.release, sources: [honest] })
    assert.deepEqual(errors, {
      missing: 'bad_input: input "input:0" is missing',
      'another name': 'bad_input: the model has no input "image"',
      'too few elements': 'bad_input: input "input:0" has 49151 elements, it is float32[1, 128, 128, 3]',
      'another type': 'bad_input: input "input:0" is a Uint8Array, for float32 it must be a Float32Array',
      'type and array that differ': 'bad_input: input "input:0" is a Float64Array, for float32 it must be a Float32Array',
      'another shape': 'bad_input: input "input:0" has shape [1, 3, 128, 128], it is float32[1, 128, 128, 3]: dimension 1 is 3, not 128',
      'another rank': 'bad_input: input "input:0" has shape [128, 128, 3], it is float32[1, 128, 128, 3]: it has 3 dimensions, not 4',
      'no tensor': 'bad_input: input "input:0" is neither a typed array nor a tensor',
      right: 512,
      cancelled: 'aborted',
      disposed: ['aborted', 'aborted'],
      kept: 49152
    })
  })
})

describe('where workers are refused', () => {
  const noWorkers = strictPolicy.replace("worker-src 'self'", "worker-src 'none'")

  test('Worker refused by CSP: the same result on the main thread, said once on the console', async () => {
    const got = await attempt({ url: await lab.runtimeSite({ policy: noWorkers }), sources: [honest] })
    isRight(got)
    assert.equal(got.model.where, 'main')
    const said = got.page.lines.filter((l) => l.text.startsWith('dehug:'))
    assert.equal(said.length, 1, JSON.stringify(got.page.lines))
    assert.match(said[0].text, /workers are refused here \(.+\), so models run on the page's own thread/)
    const left = await got.page.evaluate(() => ['Go', 'fs', 'process', 'path', 'dehug'].filter((name) => name in globalThis))
    assert.deepEqual(left, [], 'the engine has left something on the page')
  })

  test('Worker refused by CSP: the run is stepped, so the page breathes and can stop it', async () => {
    const page = await lab.page(await lab.runtimeSite({ policy: noWorkers }))
    const got = await page.evaluate(async ({ ref, sources }) => {
      const { load } = await import('/runtime/runtime.js')
      const model = await load(ref, { sources })
      // A clock on which each look takes longer than a slice: the run must give way at every step, however fast it is.
      const now = performance.now.bind(performance)
      let skew = 0
      performance.now = () => now() + (skew += 10)
      const feeds = { 'input:0': new Float32Array(128 * 128 * 3) }
      let breaths = 0
      let running = true
      const channel = new MessageChannel()
      channel.port1.onmessage = () => { breaths++; if (running) channel.port2.postMessage(null) }
      channel.port2.postMessage(null)
      let steps = 0
      await model.run(feeds, { onStep: () => steps++ })
      running = false
      const stop = new AbortController()
      let last = -1
      const code = await model.run(feeds, { signal: stop.signal, onStep: ({ index }) => { last = index; if (index === 5) stop.abort() } }).catch((e) => e.code)
      return { breaths, steps, code, last }
    }, { ref: release.release, sources: [honest] })
    assert.ok(got.breaths > got.steps / 2, `${got.breaths} breaths in ${got.steps} steps`)
    assert.equal(got.code, 'aborted')
    assert.ok(got.last < got.steps / 2, `stopped after step ${got.last} of ${got.steps}`)
  })

  test('no WebCrypto (an insecure context): plain code hashes, and still finds the liar', async () => {
    const liar = await lab.fault(honest, 'flip', '-match', await chunkCID())
    const got = await attempt({
      ref: threeBlocks,
      sources: [liar.url, slow],
      worker: 'main',
      prepare: () => Object.defineProperty(Crypto.prototype, 'subtle', { get: () => undefined })
    })
    isRight(got)
    assert.equal(got.against(liar.url).at(-1).state, 'banned')
  })

  test('the runtime from another origin: its workers are started from memory', async () => {
    const other = await lab.runtimeSite({ crossOrigin: true })
    const policy = strictPolicy.replace("worker-src 'self'", 'worker-src blob:').replace("script-src 'self'", `script-src 'self' ${new URL(other).origin}`)
    const page = await lab.page(await lab.runtimeSite({ policy }))
    const where = await page.evaluate(async ({ ref, sources, base }) => {
      const { load } = await import('/runtime/runtime.js')
      const model = await load(ref, { sources, base })
      return model.where
    }, { ref: release.release, sources: [honest], base: `${other}runtime/` })
    assert.equal(where, 'worker')
  })
})

test('verify checks every file of a release and compiles nothing', async () => {
  const tap = await lab.fault(honest, 'none')
  const page = await lab.page(site)
  const { info, events } = await page.evaluate(async ({ ref, sources }) => {
    const { verify } = await import('/runtime/runtime.js')
    const events = []
    return { info: await verify(ref, { sources, onProgress: (e) => events.push(e) }), events }
  }, { ref: release.release, sources: [tap.url] })
  assert.ok(info.files.every((f) => f.needed))
  assert.equal(info.loadBytes, info.totalBytes)
  const verified = events.filter((e) => e.type === 'chunk' && e.state === 'verified').map((e) => e.file).sort()
  assert.deepEqual(verified, ['LICENSE', model])
  assert.deepEqual(events.filter((e) => e.type === 'phase').map((e) => e.phase), ['verifying', 'filling', 'ready'])
})

/** CID of the model's one chunk, which is the file's own. */
async function chunkCID () {
  const document = await (await fetch(`${honest}/ipfs/${release.manifest}?format=raw`)).json()
  return document.files.find((f) => f.path === model).cid
}
