// A slimmed Go program (tools/size/slim.mjs), in one piece or in two (split.mjs), behaves as the one that it was made from. The Go tests in Chromium run
// slimmed as well, and so does everything else here: the engine is.

import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { directJumps } from '../tools/size/jumps.mjs'
import { readFunctions, readMemory, readSections, section, slim } from '../tools/size/slim.mjs'
import { baseName, functionNames, split } from '../tools/size/split.mjs'
import { root } from './subject.mjs'

const dir = mkdtempSync(join(tmpdir(), 'dehug-slim-'))
const [whole, slimmed] = ['whole', 'slimmed'].map((name) => join(dir, `${name}.wasm`))
const build = (path, ...flags) => execFileSync('go', ['build', '-trimpath', ...flags, '-o', path, './e2e/slim'],
  { cwd: root, stdio: 'inherit', env: { ...process.env, GOOS: 'js', GOARCH: 'wasm', CGO_ENABLED: '0' } })

before(() => {
  build(whole)
  writeFileSync(slimmed, slim(readFileSync(whole)))
})

after(() => rmSync(dir, { recursive: true }))

function run (path, ...args) {
  const goroot = execFileSync('go', ['env', 'GOROOT'], { encoding: 'utf8' }).trim()
  const { status, stderr } = spawnSync(process.execPath, ['--stack-size=8192', join(goroot, 'lib/wasm/wasm_exec_node.js'), path, ...args],
    { encoding: 'utf8', env: { PATH: process.env.PATH }, timeout: 60_000 })
  return { status, stderr }
}

test('stacks are walked, scanned and grown, and panics recovered', () => {
  const want = run(whole)
  assert.equal(want.status, 0)
  assert.match(want.stderr, /^trees: 16208\nstacks: \d+\ngoroutines: 1\nindex: runtime error: index out of range \[7\] with length 3\n/)
  assert.deepEqual(run(slimmed), want)
})

for (const [way, message] of Object.entries({
  panic: 'panic: the last words',
  nil: 'panic: runtime error: invalid memory address or nil pointer dereference',
  deadlock: 'fatal error: all goroutines are asleep - deadlock!'
})) {
  test(`it dies of ${way} with the same message`, () => {
    for (const path of [whole, slimmed]) {
      const { status, stderr } = run(path, way)
      assert.equal(status, 2)
      assert.ok(stderr.includes('\n' + message + '\n'), stderr)
    }
  })
}

/** Runs it divided: `stays` says of which names functions are in the first part. */
function runParts (stays, ...args) {
  const bytes = readFileSync(slimmed)
  const hot = functionNames(readSections(bytes)).filter((name) => stays(baseName(name))).map(baseName)
  const files = Object.entries(split(bytes, new Set(hot))).map(([name, part]) => {
    const path = join(dir, `${name}.wasm`)
    writeFileSync(path, part)
    return path
  })
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--stack-size=8192', join(root, 'e2e/slim/parts.mjs'), ...files, ...args],
    { encoding: 'utf8', env: { PATH: process.env.PATH }, timeout: 60_000 })
  return { status, stderr, asked: stdout.split('asked').length - 1, sizes: files.map((path) => readFileSync(path).length) }
}

test('in two parts it does the same, wherever it is cut, and asks for the second once', () => {
  const oneOfTwo = (name) => [...name].reduce((sum, c) => sum + c.charCodeAt(0), 0) % 2 === 0
  const { status, stderr, asked } = runParts(oneOfTwo)
  assert.deepEqual({ status, stderr, asked }, { ...run(whole), asked: 1 })
  assert.deepEqual(runParts(() => false, 'deadlock').stderr, run(slimmed, 'deadlock').stderr)
})

test('what it does not need stays away', () => {
  const { status, asked, sizes } = runParts((name) => name !== 'runtime.printcomplex128' && !name.startsWith('strconv.'))
  assert.deepEqual({ status, asked }, { status: 0, asked: 0 })
  assert.ok(sizes[1] > 500, `${sizes}`)
})

test('what the runtime needs of each function is there when the program starts', async () => {
  const expected = readFunctions(readMemory(readSections(readFileSync(whole)).get(section.data)))
  const module = await WebAssembly.compile(readFileSync(slimmed))
  const imports = {}
  for (const { module: from, name } of WebAssembly.Module.imports(module)) (imports[from] ??= {})[name] = () => assert.fail(`${name} was called`)
  const { exports } = await WebAssembly.instantiate(module, imports)
  const got = readFunctions(Buffer.from(exports.mem.buffer))
  assert.ok(expected.length > 1000)
  assert.deepEqual(got, expected)
})

test('it is smaller, and names no source file', () => {
  const [before, after] = [whole, slimmed].map((path) => readFileSync(path))
  assert.ok(after.length < 0.85 * before.length, `${before.length} → ${after.length}`)
  assert.ok(before.includes('runtime/proc.go') && !after.includes('runtime/proc.go'))
})

test('jumps forwards are direct, and nothing is left to be made so', () => {
  const code = readSections(readFileSync(whole)).get(section.code)
  const direct = directJumps(code)
  assert.ok(direct.length < 0.98 * code.length, `${code.length} → ${direct.length}`)
  assert.ok(directJumps(direct).equals(direct))
})

test('an instruction that Go does not use is refused', () => {
  const body = [0, 0xfd, 12, 0x0b] // a vector instruction
  assert.throws(() => directJumps(Uint8Array.of(1, body.length, ...body)), /does not use/)
})

test('what is no Go program is refused', () => {
  assert.throws(() => slim(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)), /no section/)
  assert.throws(() => slim(readFileSync(slimmed)), /start function/)
})
