// A site with both engines on it, and models to run, for tests and benchmarks: real gateways, real Chromium.

import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants } from 'node:zlib'
import { buildEngine } from '../../web/scripts/engine.mjs'
import { root } from '../subject.mjs'
import { folder, modelNamed } from './models.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const ort = join(here, '../node_modules/onnxruntime-web')

/** onnxruntime-web's version. */
export const ortVersion = JSON.parse(readFileSync(join(ort, 'package.json'), 'utf8')).version

/**
 * Starts the site in a Lab (browser/harness.mjs). Beside our runtime are onnxruntime-web's bundle at /ort/ and the
 * `scripts`, files by path. `prefix` goes in front of the workers' scripts. With `compressed` both engines' files are served as brotli. `load(model)` puts a row of models.mjs on it.
 */
export async function openSite (lab, { scripts = {}, prefix = '', headers, compressed = false } = {}) {
  const files = {
    ...(compressed ? {} : Object.fromEntries(Object.entries(buildEngine()).map(([name, bytes]) => [`/runtime/${name}`, bytes]))),
    '/compare.mjs': readFileSync(join(here, 'compare.mjs')),
    '/feeds.mjs': readFileSync(join(here, 'feeds.mjs')),
    ...Object.fromEntries(['ort.wasm.bundle.min.mjs', 'ort-wasm-simd-threaded.wasm'].map((name) => [`/ort/${name}`, readFileSync(join(ort, 'dist', name))])),
    ...Object.fromEntries(Object.entries(scripts).map(([path, file]) => [path, readFileSync(file)]))
  }
  for (const name of prefix ? ['go-worker.js', 'run-worker.js'] : []) files[`/runtime/${name}`] = prefix + readFileSync(join(root, 'web/dist/runtime', name), 'utf8')
  if (compressed) {
    const runtime = join(root, 'web/dist/runtime')
    for (const name of readdirSync(runtime)) if (name.endsWith('.br')) files[`/runtime/${name}`] = readFileSync(join(runtime, name))
    for (const name of ['ort.wasm.bundle.min.mjs', 'ort-wasm-simd-threaded.wasm']) files[`/ort/${name}.br`] = brotli(`${ortVersion}-${name}`, files[`/ort/${name}`])
  }
  const url = await lab.runtimeSite({ files, headers, policy: "script-src 'self' 'wasm-unsafe-eval'" })

  /**
   * Publishes the model (with `flags` of dehug-relay publish), and serves it plainly for the other engine: what a page
   * needs for both, with `cases` of inputs.
   */
  async function load (model, cases = model.cases, flags = []) {
    const { release } = await lab.publish(releaseFolder(lab, model), ...flags)
    lab.source ??= await lab.gateway()
    files['/model.onnx'] = readFileSync(join(folder, model.file))
    const feeds = cases.map((make, n) => Object.fromEntries(Object.entries(make()).map(([name, { type, dims, data }], i) => {
      const path = `/feeds/${n}/${i}`
      files[path] = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
      return [name, { type, dims, url: path }]
    })))
    const from = model.variant && modelNamed(model.variant.of)
    if (from) files['/float.onnx'] = readFileSync(join(folder, from.file))
    return { ref: release, sources: [lab.source], modelUrl: '/model.onnx', floatUrl: from ? '/float.onnx' : null, feeds }
  }
  return { url, load }
}

/** As a server sends it that keeps compressed files, which the relay does for ours. Kept by name, for it takes long. */
export function brotli (name, bytes) {
  const kept = join(root, '.cache/bench', `${name}.br`)
  if (!existsSync(kept)) {
    mkdirSync(dirname(kept), { recursive: true })
    if (bytes.length > 2 ** 20) console.error(`compressing ${name}, once: this takes one to three minutes`)
    writeFileSync(kept, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }))
  }
  return readFileSync(kept)
}

/** A folder to publish: the file, and the least that an author must say of it. */
function releaseFolder (lab, model) {
  const dir = join(lab.folder, 'models', model.name)
  mkdirSync(dir, { recursive: true })
  const path = join(folder, model.file)
  if (!existsSync(path)) throw new Error(`${path} is missing: run make test-models`)
  copyFileSync(path, join(dir, 'model.onnx'))
  writeFileSync(join(dir, 'LICENSE'), 'for tests only\n')
  writeFileSync(join(dir, 'model.json'), JSON.stringify({
    name: model.name, title: model.name, version: '1.0.0', summary: 'A model under test.', tags: ['test'],
    license: { spdx: 'LicenseRef-test', file: 'LICENSE', uri: 'https://example.org/licence' }, runtime: { format: 'onnx', opset: 17 }, created: '2026-01-01T00:00:00Z'
  }))
  return dir
}
