// The compiler is deterministic: built for this machine, for js/wasm under Node, and for js/wasm in Chromium, it makes
// the same bytes of the same model, every time.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { dehugRun, model, root } from './subject.mjs'

// Under Node each takes 2 s, in Chromium a browser's start.
const repeats = { native: 20, Node: process.env.DEHUG_TEST_ALL === '1' ? 20 : 4, Chromium: 1 }
const kinds = { v8: [], fast: ['--fast'], wazero: ['--profile', 'wazero'], intermediates: ['--intermediates'] }

const dir = mkdtempSync(join(tmpdir(), 'dehug-compile-'))
const expected = {}
const builds = {}

before(() => {
  const native = dehugRun()
  const js = join(dir, 'dehug-run.wasm')
  execFileSync('go', ['build', '-o', js, './wasm/cmd/dehug-run'], { cwd: root, stdio: 'inherit', env: { ...process.env, GOOS: 'js', GOARCH: 'wasm' } })
  const wasmExec = join(execFileSync('go', ['env', 'GOROOT'], { encoding: 'utf8' }).trim(), 'lib/wasm/wasm_exec_node.js')
  // The stack is what Go's own js launcher asks for; an almost empty environment, because wasm has 12 kB for it.
  builds.native = (args) => execFileSync(native, args, { stdio: 'pipe' })
  builds.Node = (args) => execFileSync(process.execPath, ['--stack-size=8192', wasmExec, js, ...args], { stdio: 'pipe', env: { PATH: process.env.PATH } })
  builds.Chromium = (args) => execFileSync(process.execPath, [fileURLToPath(new URL('go-in-chromium.mjs', import.meta.url)), js, ...args], { stdio: 'pipe' })
  for (const [kind, flags] of Object.entries(kinds)) expected[kind] = compile('native', flags)
})

after(() => rmSync(dir, { recursive: true }))

function compile (build, flags) {
  const path = join(dir, 'model.wasm')
  rmSync(path, { force: true })
  builds[build](['compile', model, '-o', path, ...flags])
  return createHash('sha256').update(readFileSync(path)).digest('hex')
}

test('modules of different kinds differ', () => {
  assert.equal(new Set(Object.values(expected)).size, Object.keys(kinds).length)
})

for (const [build, times] of Object.entries(repeats)) {
  test(`${build}: the same bytes, ${times} times, and for every kind of module`, () => {
    for (let i = 0; i < times; i++) assert.equal(compile(build, kinds.v8), expected.v8, `repeat ${i}`)
    for (const [kind, flags] of Object.entries(kinds)) assert.equal(compile(build, flags), expected[kind], kind)
  })
}
