// Models that are no part of a release: an ONNX file at any address, known by the hash that the page gives; and the same
// runtime in the words of onnxruntime-web, beside onnxruntime-web itself.

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { model as modelPath, noise } from '../subject.mjs'
import { Lab, root } from './harness.mjs'
import { field, node, onnx, value } from './onnx-file.mjs'
import { astronaut, button, overlap, reach, told, widgetPage } from './widget-page.mjs'

const hash = (bytes) => `sha256-${createHash('sha256').update(bytes).digest('base64')}`

let lab, model, integrity, server, address

before(async () => {
  lab = await Lab.open()
  model = await readFile(modelPath)
  integrity = hash(model)
  server = createServer((request, response) => {
    if (request.url !== '/any.onnx') return response.writeHead(404, { 'access-control-allow-origin': '*' }).end()
    response.writeHead(200, { 'access-control-allow-origin': '*', 'content-length': model.length }).end(model)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  address = `http://127.0.0.1:${server.address().port}/any.onnx`
})

after(async () => {
  server?.closeAllConnections()
  server?.close()
  await lab?.close()
})

describe('a file at an address', () => {
  const tag = (more = {}) => ({ src: address, integrity, task: 'face-detection', ...more })

  test('runs without any hub when its hash is the one given', async () => {
    const page = await widgetPage(lab, { attributes: tag() })
    await button(page).click()
    assert.equal(await reach(page, 'done', 'error'), 'done')
    const [{ detections }] = await told(page, 'result')
    assert.ok(overlap(detections[0].box, astronaut) > 0.9)
    const [{ manifest }] = await told(page, 'verified')
    assert.deepEqual([manifest.name, manifest.signer, manifest.digest], ['any.onnx', null, createHash('sha256').update(model).digest('hex')])
    assert.deepEqual(page.problems, [])
  })

  test('no WebCrypto (an insecure context): the page hashes; Refuse a hash that only WebCrypto computes: unsupported', async () => {
    const other = `sha384-${createHash('sha384').update(model).digest('base64')}`
    for (const [given, state] of [[integrity, 'done'], [other, 'error']]) {
      const page = await widgetPage(lab, { attributes: tag({ integrity: given }) })
      await page.evaluate(() => Object.defineProperty(Crypto.prototype, 'subtle', { get: () => undefined }))
      await button(page).click()
      assert.equal(await reach(page, 'done', 'error'), state)
      assert.deepEqual((await told(page, 'error')).map(({ code }) => code), state === 'error' ? ['unsupported'] : [])
    }
  })

  const no = 'sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='
  const refused = {
    'without a hash': [{ integrity: '' }, 'unverified', /so it is not used$/, /^add integrity="sha256-…"/],
    'with a hash of no known kind': [{ integrity: 'md5-AAAA' }, 'unverified', /names no hash that is known here/, /openssl/],
    'with another hash': [{ integrity: no }, 'unverified', /any\.onnx is sha256-.* not sha256-AAAA/, /the file has changed/],
    'that is not there': [{ src: 'nowhere' }, 'not_found', /answered with status 404/, /check the address/],
    'that is too large': [{ 'max-bytes': '1000' }, 'too_large', /more than the 1000 that are allowed/, /./],
    'with a signer': [{ signer: '0x000000000000000000000000000000000000dEaD' }, 'invalid', /has no signatures/, /integrity/]
  }
  for (const [name, [attributes, code, message, hint]] of Object.entries(refused)) {
    test(`Refuse one ${name}: ${code}`, async () => {
      const more = attributes.src ? { src: new URL(attributes.src, address).href } : attributes
      const page = await widgetPage(lab, { attributes: tag(more) })
      await button(page).click()
      assert.equal(await reach(page, 'done', 'error'), 'error')
      const [error] = await told(page, 'error')
      assert.equal(error.code, code)
      assert.match(error.message, message)
      assert.match(error.hint, hint)
      assert.deepEqual(await told(page, 'verified'), [])
    })
  }
})

describe('an operator that few models have', () => {
  // y[i] = x[i] / sqrt(sum of squares of x)
  const rare = onnx([node('LpNormalization', ['x'], ['y']), field(2, 'rare'), field(11, value('x', 1, [4])), field(12, value('y', 1, [4]))])

  /** Compiles it on a page of its own; `files` are served in the place of the runtime's. */
  async function compile (file, { worker = 'auto', files = {} } = {}) {
    const page = await lab.page(await lab.runtimeSite({ files: { '/any.onnx': file, ...files } }))
    const fetched = []
    page.context().on('request', (request) => fetched.push(new URL(request.url()).pathname.replace(/^.*\//, '')))
    const got = await page.evaluate(async ({ integrity, worker }) => {
      const { loadFile } = await import('/runtime/runtime.js')
      try {
        const model = await loadFile('/any.onnx', { integrity, worker })
        if (model.inputs[0].name !== 'x') return {}
        const { y } = await model.run({ x: { type: 'float32', dims: [4], data: new Float32Array([3, 0, 0, 4]) } })
        return { y: [...y.data] }
      } catch ({ code, message, hint }) {
        return { error: { code, message, hint } }
      }
    }, { integrity: hash(file), worker })
    return { ...got, fetched: fetched.filter((name) => name.startsWith('dehug')) }
  }

  const [first, rest] = ['dehug.wasm', 'dehug-rest.wasm']

  test('has the rest of the engine fetched, others do not', async () => {
    const got = await compile(rare)
    assert.deepEqual(got.fetched, [first, rest])
    assert.deepEqual(got.y.map((v) => Math.round(1e6 * v) / 1e6), [0.6, 0, 0, 0.8])
    assert.deepEqual((await compile(model)).fetched, [first])
  })

  test('on the page itself all of it is there from the start', async () => {
    const got = await compile(rare, { worker: 'main' })
    assert.deepEqual(got.fetched.sort(), [rest, first])
    assert.equal(got.y.length, 4)
  })

  test('Refuse a rest that is another file: unreachable', async () => {
    const { error } = await compile(rare, { files: { [`/runtime/${rest}`]: Buffer.from('another file') } })
    assert.equal(error.code, 'unreachable')
    assert.match(error.message, /dehug-rest\.wasm, or is not the file that belongs to this version/)
  })
})

test('code for onnxruntime-web runs with another import, and finds the same', async () => {
  const ort = join(root, 'e2e/node_modules/onnxruntime-web/dist')
  const theirs = Object.fromEntries(await Promise.all(['ort.wasm.bundle.min.mjs', 'ort-wasm-simd-threaded.mjs', 'ort-wasm-simd-threaded.wasm'].map(async (name) => [`/ort/${name}`, await readFile(join(ort, name))])))
  const page = await lab.page(await lab.runtimeSite({ files: { ...theirs, '/model.onnx': model } }))
  const feed = [...noise(7).data]
  const [a, b, rest] = await page.evaluate(async ({ feed, integrity }) => {
    const run = async (ort, model, options) => {
      ort.env.wasm.numThreads = 1
      const session = await ort.InferenceSession.create(model, { executionProviders: ['wasm'], graphOptimizationLevel: 'all', ...options })
      const input = new ort.Tensor('float32', Float32Array.from(feed), [1, 128, 128, 3])
      const outputs = await session.run({ [session.inputNames[0]]: input })
      const some = await session.run({ [session.inputNames[0]]: input }, [session.outputNames[1]])
      const found = session.outputNames.map((name) => ({ name, type: outputs[name].type, dims: [...outputs[name].dims], data: [...outputs[name].data] }))
      const about = { inputs: session.inputNames, some: Object.keys(some), size: outputs[session.outputNames[0]].size }
      await session.release()
      return { found, about }
    }
    const theirs = await import('/ort/ort.wasm.bundle.min.mjs')
    theirs.env.wasm.wasmPaths = '/ort/'
    const ours = await import('/runtime/ort.js')
    const expected = await run(theirs, '/model.onnx')
    const byAddress = await run(ours, '/model.onnx', { integrity })
    const byBytes = await run(ours, await (await fetch('/model.onnx')).arrayBuffer())
    const refused = await run(ours, '/model.onnx').catch(({ code }) => code)
    return [expected, byAddress, { same: JSON.stringify(byBytes) === JSON.stringify(byAddress), refused }]
  }, { feed, integrity })
  assert.deepEqual(b.about, a.about)
  assert.deepEqual(rest, { same: true, refused: 'unverified' })
  for (const [i, { name, type, dims, data }] of a.found.entries()) {
    const ours = b.found[i]
    assert.deepEqual([ours.name, ours.type, ours.dims], [name, type, dims])
    const range = Math.max(...data) - Math.min(...data)
    const worst = Math.max(...data.map((value, k) => Math.abs(value - ours.data[k])))
    assert.ok(worst <= 1e-4 * range, `${name}: ${worst} of ${range}`)
  }
})
