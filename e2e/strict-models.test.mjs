// Strict mode over all models that tests know, with every intermediate: wazero (compiled, and on several goroutines),
// Node, Chromium (first run, after many runs, and with the baseline compiler only) give the same bits, in modules of
// both profiles. make test does so for a few models; DEHUG_TEST_ALL=1 (make test-all) for all, and adds Firefox ESR,
// WebKitGTK and wazero's interpreter.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { chromium, firefox, webkit } from './conformance/browsers.mjs'
import { runCases } from './conformance/serve.mjs'
import { digests } from './digest.mjs'
import { folder, models } from './models/models.mjs'
import { open } from './node-host/host.mjs'
import { writeNpy } from './node-host/npy.mjs'
import { dehugRun } from './subject.mjs'

const all = process.env.DEHUG_TEST_ALL === '1'
const profiles = ['v8', 'wazero']
const short = { float32: 'f32', float64: 'f64', int8: 'i8', uint8: 'u8', int16: 'i16', uint16: 'u16', int32: 'i32', uint32: 'u32', int64: 'i64', uint64: 'u64', bool: 'bool' }
const times = 10 // runs, after which the optimising compiler has replaced what takes long

const dir = mkdtempSync(join(tmpdir(), 'dehug-strict-models-'))
const tool = dehugRun()
const few = ['blazeface-back', 'ppocr-rec', 'magika', 'minilm-dynamic', 'silero-v6']
const subjects = models.filter((m) => !m.refused && (all || few.includes(m.name)) && existsSync(join(folder, m.file)))
const cases = [] // for the page
const nodeRuns = {}

/** The case with the fewest elements: the arithmetic is the same, and intermediates are many. */
function smallest (model) {
  const size = (feeds) => Object.values(feeds).reduce((n, t) => n + t.data.length, 0)
  return model.cases.map((make) => make()).reduce((a, b) => size(b) < size(a) ? b : a)
}

function run (...args) {
  const text = execFileSync(tool, ['run', ...args, '--digests'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 1 << 26 })
  return Object.fromEntries(text.trim().split('\n').map((line) => { const [sum, ...name] = line.split('\t'); return [name.join('\t'), sum] }))
}

before(() => {
  for (const model of subjects) {
    const file = join(folder, model.file)
    const feeds = smallest(model)
    const inputs = Object.entries(feeds).flatMap(([name, t], i) => {
      const path = join(dir, `${model.name}-${i}.npy`)
      writeFileSync(path, writeNpy(t))
      return ['--input', `${name}=${path}`]
    })
    model.args = [file, '--intermediates', ...inputs]
    for (const profile of profiles) {
      const module = join(dir, `${model.name}-${profile}.wasm`)
      execFileSync(tool, ['compile', file, '--intermediates', '--profile', profile, '-o', module], { stdio: 'ignore' })
      model[profile] = module
    }
    model.want = run(...model.args, '--module', model.wazero)
    let at = 0
    const parts = []
    const put = (bytes) => {
      const b = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      parts.push(b)
      at += b.length
      return [at - b.length, b.length]
    }
    const weights = put(readFileSync(file))
    const ports = Object.entries(feeds).map(([name, t]) => ({ name, type: short[t.type], dims: t.dims, data: put(t.data) }))
    const outputs = Object.entries(model.want).map(([name, digest]) => ({ name, digest }))
    const sets = profiles.map((profile) => ({ plain: true, times: 1, module: put(readFileSync(model[profile])), model: weights, inputs: ports, outputs }))
    sets.push({ ...sets[0], times })
    cases.push({ name: model.name, file: `${model.name}.bin`, sets })
    writeFileSync(join(dir, `${model.name}.bin`), Buffer.concat(parts))
    nodeRuns[model.name] = async (profile) => {
      const bytes = readFileSync(file)
      const instance = await open(readFileSync(model[profile]), (_, offset, length) => bytes.subarray(offset, offset + length))
      return digests(instance.run(feeds))
    }
  }
  writeFileSync(join(dir, 'index.json'), JSON.stringify(cases))
})

after(() => rmSync(dir, { recursive: true }))

test('there are models, and all their tensors are compared', () => {
  assert.ok(subjects.length >= few.length, `only ${readdirSync(folder)} are here: go run ./tools/fetch-models all`)
  for (const { name, want } of subjects) assert.ok(Object.keys(want).length > 10, `${name}: ${Object.keys(want).length} tensors`)
})

for (const model of subjects) {
  describe(model.name, () => {
    test('wazero, the other profile', () => assert.deepEqual(run(...model.args, '--module', model.v8), model.want))
    for (const threads of [2, 3]) {
      test(`wazero, ${threads} goroutines`, () => assert.deepEqual(run(...model.args, '--threads', String(threads)), model.want))
    }
    test('wazero, interpreter', { skip: !all && 'make test-all runs it' }, () => assert.deepEqual(run(...model.args, '--module', model.wazero, '--engine', 'interpreter'), model.want))
    for (const profile of profiles) {
      test(`Node, profile ${profile}`, async () => assert.deepEqual(await nodeRuns[model.name](profile), model.want))
    }
  })
}

const browsers = {
  Chromium: chromium(),
  'Chromium --liftoff-only': chromium(['--js-flags=--liftoff-only']),
  ...all ? { 'Firefox ESR': firefox, WebKitGTK: webkit } : {}
}
for (const [name, browser] of Object.entries(browsers)) {
  test(`${name}: the same bits in all tensors of all models`, async () => {
    const { done, wrong } = await runCases({ dir, open: browser })
    assert.deepEqual(wrong, [])
    assert.equal(done, cases.length)
  })
}
if (!all) test('Firefox ESR and WebKitGTK', { skip: 'make test-all runs it' }, () => {})
