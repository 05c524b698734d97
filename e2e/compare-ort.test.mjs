// Raw outputs of our module agree with onnxruntime-web on the same inputs, to 1e-4 of each output's range.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import * as ort from 'onnxruntime-web'
import { openHostPage } from './host-page.mjs'
import { dehugRun, model, noise, photograph } from './subject.mjs'

const tolerance = 1e-4 // of the range of the output

const dir = mkdtempSync(join(tmpdir(), 'dehug-ort-'))
const weights = readFileSync(model)
let page, theirs

before(async () => {
  const tool = dehugRun()
  const files = { '/weights': weights }
  for (const mode of ['strict', 'fast']) {
    const path = join(dir, `${mode}.wasm`)
    execFileSync(tool, ['compile', model, '-o', path, ...mode === 'fast' ? ['--fast'] : []], { stdio: 'ignore' })
    files[`/${mode}`] = readFileSync(path)
  }
  page = await openHostPage({ files }) // fast modules need relaxed SIMD, which Node has from version 22
  ort.env.wasm.numThreads = 1
  ort.env.logLevel = 'error'
  theirs = await ort.InferenceSession.create(weights, { executionProviders: ['wasm'], logSeverityLevel: 3 })
})

after(async () => {
  await page?.close()
  rmSync(dir, { recursive: true })
})

const inputs = { 'the photograph': photograph, ...Object.fromEntries([1, 2, 3, 4].map((seed) => [`noise ${seed}`, () => noise(seed)])) }

for (const mode of ['strict', 'fast']) {
  for (const [name, make] of Object.entries(inputs)) {
    test(`${mode}: outputs for ${name} are those of onnxruntime-web`, async (t) => {
      const input = make()
      const got = await page.run({ wasm: `/${mode}`, weights: '/weights', inputs: { 'input:0': input } })
      const want = await theirs.run({ 'input:0': new ort.Tensor('float32', input.data, input.dims) })
      assert.deepEqual(Object.keys(got).sort(), [...theirs.outputNames].sort())
      for (const output of theirs.outputNames) {
        assert.deepEqual(got[output].dims, [...want[output].dims], output)
        const { largest, range } = difference(got[output].data, want[output].data)
        assert.ok(largest <= tolerance * range, `${output}: differs by ${largest}, range ${range}: ${largest / range} of it, want ≤ ${tolerance}`)
        t.diagnostic(`${output}: differs by ${(largest / range).toExponential(1)} of its range`)
      }
    })
  }
}

/** The largest difference, and the range that it is held against. NaN where either is not a number. */
function difference (got, want) {
  assert.equal(got.length, want.length)
  let largest = 0
  let low = Infinity
  let high = -Infinity
  for (let i = 0; i < want.length; i++) {
    const d = Math.abs(got[i] - want[i])
    if (!(d <= largest)) largest = d // also when d is NaN
    low = Math.min(low, want[i])
    high = Math.max(high, want[i])
  }
  return { largest, range: high - low }
}
