#!/usr/bin/env node
// What a page downloads, beside onnxruntime-web's files; bytes of the engine by Go package; and two checks: the
// budget, and that growth is written down.
//
//   node tools/size/size.mjs           # everything, after `make build`
//   node tools/size/size.mjs --check   # the checks alone

import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { goFlags } from '../../web/scripts/go-flags.mjs'
import { sections } from './sections.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const dist = join(root, 'web/dist')
const ort = join(root, 'e2e/node_modules/onnxruntime-web')

const budget = { engine: 1_120_000, all: 1_200_000, precompiled: 40_000 } // bytes, brotli: the incumbent is 2.3 MB
const step = 10_000 // bytes of the engine that may come without a word

const checkOnly = process.argv.includes('--check')

/** Sizes of a file; the site's are compressed beside it already, at the highest level. */
function sizes (path) {
  const bytes = readFileSync(path)
  const beside = (ending, make) => {
    try { return readFileSync(path + ending).length } catch { return make().length }
  }
  return {
    raw: bytes.length,
    gzip: beside('.gz', () => gzipSync(bytes, { level: 9 })),
    brotli: beside('.br', () => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }))
  }
}

const add = (rows) => rows.reduce((a, b) => ({ raw: a.raw + b.raw, gzip: a.gzip + b.gzip, brotli: a.brotli + b.brotli }))
const kB = (n) => (n / 1000).toFixed(1)

const runtime = (name) => sizes(join(dist, 'runtime', name))
/** The scripts and styles that a document names; those of the runtime are counted by themselves. */
const assets = (document) => [...readFileSync(join(dist, document), 'utf8').matchAll(/(?:src|href)="\/(assets\/[^"]+\.(?:js|css))"/g)]
  .map(([, name]) => [name.replace(/^assets\//, '').replace(/-[\w-]{8}\./, '.'), sizes(join(dist, name))])
const first = runtime('dehug.wasm')
const rest = runtime('dehug-rest.wasm')
const engine = add([first, rest])
const scripts = ['widget.js', 'run-worker.js', 'tasks/face-detection.js'].map((name) => [name, runtime(name)])
const compiler = ['compiler.js', 'go-worker.js'].map((name) => [name, runtime(name)])
const beside = ['loaded.js', 'store.js', 'store-worker.js', 'checks.js', 'tasks/face-detection-look.js']
const shown = [...beside.map((name) => [name, 'once chunks are on their way']), ['camera.js', 'when it is asked for']].map(([name, when]) => [`${name}, ${when}`, runtime(name)])
const otherTasks = readdirSync(join(dist, 'runtime', 'tasks')).filter((name) => name.endsWith('.js') && !name.startsWith('face-detection')).map((name) => [`tasks/${name}, when its task is chosen`, runtime(join('tasks', name))])
const page = [['demo.html', sizes(join(dist, 'demo.html'))], ...assets('demo.html')]
const hub = [['index.html', sizes(join(dist, 'index.html'))], ...assets('index.html')]
const all = add([engine, ...[...scripts, ...compiler, ...page, ...shown, ...otherTasks].map(([, s]) => s)])
// What a model that comes compiled waits for.
const byLoad = add([runtime('runtime.js'), runtime('run-worker.js')])
const byTag = add(scripts.map(([, s]) => s))

if (!checkOnly) {
  const version = JSON.parse(readFileSync(join(ort, 'package.json'), 'utf8')).version
  const theirs = [['ort-wasm-simd-threaded.wasm', sizes(join(ort, 'dist/ort-wasm-simd-threaded.wasm'))], ['ort.wasm.bundle.min.mjs', sizes(join(ort, 'dist/ort.wasm.bundle.min.mjs'))]]
  const line = (name, { raw, gzip, brotli }) => `| ${name} | ${kB(raw)} | ${kB(gzip)} | ${kB(brotli)} |`
  console.log(['| kB | raw | gzip | brotli |', '|---|--:|--:|--:|',
    line('dehug.wasm: the engine, in Go', first), line('dehug-rest.wasm, for models that need it', rest), ...[...scripts, ...compiler].map(([name, s]) => line(name, s)),
    line('**a page with the tag**', add([first, ...[...scripts, ...compiler].map(([, s]) => s)])),
    line('**a page with the tag, when the model comes compiled**', byTag),
    line('**a page with `load()`, when the model comes compiled**: runtime.js and run-worker.js', byLoad),
    ...page.map(([name, s]) => line(name, s)),
    ...[...shown, ...otherTasks].map(([name, s]) => line(name, s)),
    line('**the demo page**', all),
    line('**what every page of the hub has**, without its own chunk', add(hub.map(([, s]) => s))),
    ...theirs.map(([name, s]) => line(`onnxruntime-web ${version}: ${name}`, s)),
    line('**onnxruntime-web, single-threaded**', add(theirs.map(([, s]) => s)))].join('\n'))
  printPackages()
}

/** The same program with symbols, before it is slimmed: its code is the same to the byte. */
function printPackages () {
  const dir = mkdtempSync(join(tmpdir(), 'dehug-size-'))
  const options = { cwd: root, env: { ...process.env, GOOS: 'js', GOARCH: 'wasm', CGO_ENABLED: '0' }, encoding: 'utf8' }
  try {
    const file = join(dir, 'dehug.wasm')
    execFileSync('go', ['build', ...goFlags, '-o', file, './wasm/cmd/dehug-wasm'], { ...options, stdio: 'inherit' })
    const paths = execFileSync('go', ['list', '-deps', './wasm/cmd/dehug-wasm'], options).trim().split('\n')
    const { code } = sections(readFileSync(file), paths)
    const rows = [...code].sort((a, b) => b[1] - a[1])
    const total = rows.reduce((sum, [, n]) => sum + n, 0)
    const shown = rows.filter(([path, n]) => n >= 10_000 || path.startsWith('github.com/dehug/'))
    console.log('\nCode by package, kB raw')
    for (const [path, n] of shown) console.log(`${kB(n).padStart(9)}  ${path.replace('github.com/dehug/dehug/', './')}`)
    console.log(`${kB(total - shown.reduce((sum, [, n]) => sum + n, 0)).padStart(9)}  ${rows.length - shown.length} smaller packages`)
    console.log(`${kB(total).padStart(9)}  code in all\n${kB(engine.raw - total).padStart(9)}  data: constants, types, tables for stacks and the garbage collector`)
  } finally {
    rmSync(dir, { recursive: true })
  }
}

const wrong = []
if (engine.brotli > budget.engine) wrong.push(`the engine has ${engine.brotli} bytes in brotli, the budget is ${budget.engine}`)
if (all.brotli > budget.all) wrong.push(`the page has ${all.brotli} bytes in brotli, the budget is ${budget.all}`)
if (byTag.brotli > budget.precompiled) wrong.push(`the tag of a precompiled model takes ${byTag.brotli} bytes in brotli, the budget is ${budget.precompiled}`)
if (byLoad.brotli > budget.precompiled) wrong.push(`load() of a precompiled model takes ${byLoad.brotli} bytes in brotli, the budget is ${budget.precompiled}`)

// The ledger: bytes of both parts of the engine, then why. Its last line is what the engine may weigh, give or take one step.
const ledger = readFileSync(new URL('ledger.txt', import.meta.url), 'utf8').trim().split('\n').filter((line) => !line.startsWith('#'))
const last = Number(ledger.at(-1).split(' ')[0])
if (engine.raw > last + step) {
  wrong.push(`the engine has grown by ${engine.raw - last} bytes since the last line of tools/size/ledger.txt; ` +
    `if that is worth it, add a line that says what for: "${engine.raw} what it brings"`)
}
console.log(`${checkOnly ? '' : '\n'}engine ${kB(engine.brotli)} of ${kB(budget.engine)} kB, page ${kB(all.brotli)} of ${kB(budget.all)} kB, ${engine.raw - last} bytes more than the ledger's last line`)
for (const line of wrong) console.error(`size: ${line}`)
process.exitCode = wrong.length ? 1 : 0
