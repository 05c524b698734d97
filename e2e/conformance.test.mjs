// The ONNX backend suite in browsers: the cases that pass under wazero, with the TypeScript host, by the suite's rule and
// with the bits that wazero gave. DEHUG_TEST_ALL=1 (make test-all) runs a sample in the other browsers too.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { chromium, firefox, webkit } from './conformance/browsers.mjs'
import { runCases, sample } from './conformance/serve.mjs'
import { dehugRun, root } from './subject.mjs'

const all = process.env.DEHUG_TEST_ALL === '1'
const dir = join(root, '.cache/conformance')
const few = sample(200)

before(() => {
  const lib = join(root, '.venv/lib')
  const [python] = readdirSync(lib).filter((name) => name.startsWith('python3'))
  const data = join(lib, python, 'site-packages/onnx/backend/test/data')
  execFileSync(dehugRun(), ['conformance', data, '--export', dir], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
})

async function check (open, pick, atLeast) {
  const { done, wrong, agent } = await runCases({ dir, pick, open })
  console.log(`${done} cases in ${agent}`)
  assert.deepEqual(wrong, [])
  assert.ok(done >= atLeast, `only ${done} cases ran`)
}

test('the whole suite, in Chromium', () => check(chromium(), (index) => index, 1400))
test('the whole suite, in Chromium with the baseline compiler only', { skip: !all && 'make test-all runs it' }, () => check(chromium(['--js-flags=--liftoff-only']), (index) => index, 1400))
for (const [name, open] of Object.entries({ 'Firefox ESR': firefox, WebKitGTK: webkit })) {
  test(`a sample of the suite, in ${name}`, { skip: !all && 'make test-all runs it' }, () => check(open, few, 200))
}
