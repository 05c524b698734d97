// Strict mode's vectors: every kernel, extents around vectors and beyond blocks, special values. Node and browsers give
// the bits that wazero's interpreter gives, in modules of both profiles, and some of them on three threads. (wazero's
// compiler and goroutines, and that a sum in two parts is noticed: wasm/internal/vectors.) DEHUG_TEST_ALL=1 (make
// test-all) has all extents, each vector on one, two or three threads too, and adds the other browsers, without threads.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { chromium, firefox, webkit } from './conformance/browsers.mjs'
import { runCases } from './conformance/serve.mjs'
import { runVector } from './conformance/vectors.mjs'
import { spawn } from './node-host/helper.mjs'
import { root } from './subject.mjs'

const all = process.env.DEHUG_TEST_ALL === '1'
const dir = mkdtempSync(join(tmpdir(), 'dehug-vectors-'))
let vectors

before(() => {
  execFileSync('go', ['run', './wasm/internal/vectors/export', ...all ? ['-all'] : [], dir], { cwd: root, stdio: 'inherit' })
  vectors = JSON.parse(readFileSync(join(dir, 'index.json'), 'utf8')).map((vector, i) => ({ ...vector, threads: all ? [1 + i % 3] : i % 4 === 0 ? [3] : [] }))
  assert.ok(vectors.length > 200, `only ${vectors.length} vectors`)
})

after(() => rmSync(dir, { recursive: true }))

test('Node', async () => {
  const wrong = []
  const helpers = spawn(2)
  for (const vector of vectors) {
    const found = await runVector(vector, new Uint8Array(readFileSync(join(dir, vector.file))), helpers)
    if (found) wrong.push(`${vector.name}: ${found}`)
  }
  await Promise.all(helpers.map((helper) => helper.terminate()))
  assert.deepEqual(wrong, [])
})

const browsers = {
  'Chromium, optimising compiler only': chromium(['--js-flags=--no-liftoff']),
  'Chromium, baseline compiler only': chromium(['--js-flags=--liftoff-only']),
  Chromium: chromium(),
  'Firefox ESR': firefox,
  WebKitGTK: webkit
}
for (const [name, open] of Object.entries(browsers)) {
  const rest = !/only/.test(name)
  const helped = /Chromium/.test(name) // Firefox ESR does not get on with helpers of a worker, WebKitGTK refuses shared memory
  test(name, { skip: rest && !all && 'make test-all runs it' }, async () => {
    const { done, wrong, agent } = await runCases({ dir, open, pick: () => vectors.map((v) => ({ ...v, threads: helped ? v.threads : [] })) })
    console.log(`${done} vectors in ${agent}`)
    assert.deepEqual(wrong, [])
    assert.equal(done, vectors.length)
  })
}
