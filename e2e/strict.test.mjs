// Strict mode gives the same bits everywhere: in Chromium (optimised and with the baseline compiler only), in Node and
// under wazero (compiled and interpreted), for modules of both profiles, in every output and every intermediate.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { digests } from './digest.mjs'
import { openHostPage } from './host-page.mjs'
import { open } from './node-host/host.mjs'
import { readNpy, writeNpy } from './node-host/npy.mjs'
import { anyBits, dehugRun, model, noise, photograph, specials } from './subject.mjs'

const input = 'input:0'
const inputs = { photograph: photograph(), noise: noise(1), 'special values': specials(2), 'any bits': anyBits(3) }
const profiles = ['v8', 'wazero']
// The optimising compiler replaces functions while they are in use: the last of many runs is what it made.
const manyRuns = 60

const dir = mkdtempSync(join(tmpdir(), 'dehug-strict-'))
const weights = readFileSync(model)
const files = { '/weights': weights }
const expected = {} // digests by input: those of the most literal engine, wazero's interpreter
let tool, chromium, liftoff

const file = (profile, kind) => join(dir, `${profile}-${kind}.wasm`)

before(async () => {
  tool = dehugRun()
  for (const profile of profiles) {
    for (const [kind, flags] of [['all', ['--intermediates']], ['plain', []]]) {
      execFileSync(tool, ['compile', model, '-o', file(profile, kind), '--profile', profile, ...flags], { stdio: 'ignore' })
      files[`/${profile}-${kind}`] = readFileSync(file(profile, kind))
    }
  }
  for (const [name, tensor] of Object.entries(inputs)) {
    writeFileSync(join(dir, `${name}.npy`), writeNpy(tensor))
    expected[name] = await wazero('interpreter', 'wazero', name)
  }
  chromium = await openHostPage({ files })
  liftoff = await openHostPage({ files, args: ['--js-flags=--liftoff-only'] })
})

after(async () => {
  await chromium?.close()
  await liftoff?.close()
  rmSync(dir, { recursive: true })
})

async function wazero (engine, profile, name, kind = 'all') {
  const out = mkdtempSync(join(dir, 'out-'))
  execFileSync(tool, ['run', model, '--module', file(profile, kind), '--engine', engine, '--input', `${input}=${join(dir, `${name}.npy`)}`, '--output-dir', out], { stdio: ['ignore', 'ignore', 'ignore'] })
  const names = readFileSync(join(out, 'names.txt'), 'utf8').trim().split('\n').map((line) => line.split('\t'))
  return digests(Object.fromEntries(names.map(([path, tensor]) => [tensor, readNpy(readFileSync(join(out, path)))])))
}

async function node (profile, name, kind = 'all') {
  const instance = await open(files[`/${profile}-${kind}`], (_, offset, length) => weights.subarray(offset, offset + length))
  return digests(instance.run({ [input]: inputs[name] }))
}

const inPage = (page, times) => (profile, name, kind = 'all') =>
  page().run({ wasm: `/${profile}-${kind}`, weights: '/weights', inputs: { [input]: inputs[name] }, digests: true, times })

const engines = {
  'Chromium, first run': inPage(() => chromium, 1),
  [`Chromium, run ${manyRuns}`]: inPage(() => chromium, manyRuns),
  'Chromium --liftoff-only': inPage(() => liftoff, 1),
  Node: node,
  'wazero, compiler': (...args) => wazero('compiler', ...args),
  'wazero, interpreter': (...args) => wazero('interpreter', ...args)
}

test('every tensor is compared, and the inputs are not all alike to the model', () => {
  const [section] = WebAssembly.Module.customSections(new WebAssembly.Module(files['/v8-all']), 'dehug')
  const { outputs, intermediates, steps } = JSON.parse(new TextDecoder().decode(section))
  const names = new Set([...outputs, ...intermediates].map(({ name }) => name)) // an output may be listed again
  assert.ok(names.size > steps.length / 2, `got ${names.size} tensors of ${steps.length} steps`)
  for (const tensors of Object.values(expected)) assert.deepEqual(new Set(Object.keys(tensors)), names)
  assert.equal(new Set(Object.values(expected).map((tensors) => tensors[outputs[0].name])).size, Object.keys(inputs).length)
})

for (const profile of profiles) {
  describe(`profile ${profile}`, () => {
    for (const [engine, run] of Object.entries(engines)) {
      test(`${engine}: the same bits in all outputs and intermediates`, async () => {
        for (const name of Object.keys(inputs)) assert.deepEqual(await run(profile, name), expected[name], name)
      })
    }
    test('a module without intermediates gives the same outputs', async () => {
      for (const [engine, run] of Object.entries(engines)) {
        for (const name of Object.keys(inputs)) {
          const got = await run(profile, name, 'plain')
          const want = Object.fromEntries(Object.keys(got).map((tensor) => [tensor, expected[name][tensor]]))
          assert.deepEqual(got, want, `${engine}, ${name}`)
        }
      }
    })
  })
}
