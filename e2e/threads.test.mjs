// Strict mode gives the same bits for any number of threads: real models in Node and under wazero, every step that can
// be divided in uneven shares. (Chromium: browser/threads.test.mjs; every operator: dehug-run conformance --threads 3.)

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { digests } from './digest.mjs'
import { spawn } from './node-host/helper.mjs'
import { open } from './node-host/host.mjs'
import { readNpy, writeNpy } from './node-host/npy.mjs'
import { openTeam } from './node-host/threads.mjs'
import { anyBits, dehugRun, model, noise } from './subject.mjs'

const input = 'input:0'
const inputs = { noise: noise(1), 'any bits': anyBits(3) }
const dir = mkdtempSync(join(tmpdir(), 'dehug-threads-'))
const weights = readFileSync(model)
const file = (profile, threads) => join(dir, `${profile}-${threads ? 'threads' : 'plain'}.wasm`)
const expected = {}
let tool

const inNode = (wasm, options) => open(readFileSync(wasm), (_, offset, length) => weights.subarray(offset, offset + length), options)

before(async () => {
  tool = dehugRun()
  for (const profile of ['v8', 'wazero']) {
    for (const flags of [[], ['--threads']]) execFileSync(tool, ['compile', model, '-o', file(profile, flags.length > 0), '--profile', profile, '--intermediates', ...flags], { stdio: 'ignore' })
  }
  const instance = await inNode(file('v8', false))
  for (const [name, tensor] of Object.entries(inputs)) {
    writeFileSync(join(dir, `${name}.npy`), writeNpy(tensor))
    expected[name] = await digests(instance.run({ [input]: tensor }))
  }
})

after(() => rmSync(dir, { recursive: true }))

for (const threads of [1, 2, 3]) {
  describe(`${threads} threads`, () => {
    test('Node', async () => {
      const helpers = spawn(threads - 1)
      const instance = await inNode(file('v8', true), { openTeam: (...args) => openTeam(...args, helpers), shares: 2 * threads + 1 })
      for (let round = 0; round < 5; round++) {
        for (const [name, tensor] of Object.entries(inputs)) assert.deepEqual(await digests(instance.run({ [input]: tensor })), expected[name], name)
      }
      instance.close()
      await Promise.all(helpers.map((helper) => helper.terminate()))
    })
    test('wazero', async () => {
      for (const name of Object.keys(inputs)) {
        const out = mkdtempSync(join(dir, 'out-'))
        execFileSync(tool, ['run', model, '--module', file('wazero', true), '--threads', String(threads), '--input', `${input}=${join(dir, `${name}.npy`)}`, '--output-dir', out], { stdio: ['ignore', 'ignore', 'ignore'] })
        const names = readFileSync(join(out, 'names.txt'), 'utf8').trim().split('\n').map((line) => line.split('\t'))
        assert.deepEqual(await digests(Object.fromEntries(names.map(([path, tensor]) => [tensor, readNpy(readFileSync(join(out, path)))]))), expected[name], name)
      }
    })
  })
}
