#!/usr/bin/env node
// How quick the engine is in a Go server: strict modules under wazero, one goroutine, beside native onnxruntime with one
// thread, beside the same models in Chromium (strict, through the runtime's public API), and beside other pure-Go runtimes.
//
//   make bench-server
//   node e2e/bench/server.mjs --models lcnet,minilm --rounds 2 --without go
//
// All take turns, each in a process of its own; a number is the median of the rounds' medians. A ratio is another's time
// over ours: above 1 we are quicker. The last line reads `native X v8 X go X`: geometric means over the real f32 models, of
// the best pure-Go runtime over the models that one of them runs at all. As they are they run none, so theirs are folded
// first (simplify.py); still few of the real ones do, so there are two models of the plainest operators (plain.py), which
// count for `go` alone. --write puts the table into wasm/BENCHMARKS.md.

import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { Lab, root } from '../browser/harness.mjs'
import { folder, modelNamed, models } from '../models/models.mjs'
import { openSite } from '../models/site.mjs'
import { writeNpy } from '../node-host/npy.mjs'
import { byHand } from './report.mjs'
import { median } from './statistics.mjs'

const { values } = parseArgs({
  options: {
    models: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '1' },
    without: { type: 'string', default: '' },
    write: { type: 'boolean', default: false }
  }
})
const here = dirname(fileURLToPath(import.meta.url))
const out = join(root, '.cache/bench')
const plain = [
  { name: 'plain-cnn', plain: true, cases: [() => ({ x: ramp(1, 3, 64, 64) })] },
  { name: 'plain-mlp', plain: true, cases: [() => ({ x: ramp(64, 512) })] }
]
const chosen = values.models ? values.models.split(',').map((name) => plain.find((m) => m.name === name) ?? modelNamed(name)) : [...plain, ...models.filter(({ kind, refused }) => kind === 'f32' && !refused)]
const peers = ['gomlx', 'onnx-go']
const without = values.without.split(',')
const limit = 60_000 // milliseconds that a pure-Go runtime may take for a model's first runs

mkdirSync(out, { recursive: true })
execFileSync('go', ['build', '-o', join(root, 'bin/'), './wasm/cmd/dehug-run'], { cwd: root, stdio: 'inherit' })
const gopeers = join(out, 'gopeers')
if (!without.includes('go')) execFileSync('go', ['build', '-o', gopeers, '.'], { cwd: join(here, 'gopeers'), stdio: 'inherit' })

const python = join(root, '.venv/bin/python')
execFileSync(python, [join(here, 'plain.py'), out], { stdio: 'inherit' })

const lines = []
const lab = await Lab.open()
try {
  const site = await openSite(lab, { scripts: { '/engine-page.mjs': join(here, 'engine-page.mjs'), '/feeds.mjs': join(here, '../models/feeds.mjs'), '/simd-peak.mjs': join(here, 'simd-peak.mjs') } })
  for (const model of chosen) {
    const args = writeFeeds(model)
    const file = model.plain ? join(out, `${model.name}.onnx`) : join(folder, model.file)
    const forPeers = without.includes('go') ? file : simplified(model, file, args)
    const page = without.includes('v8') || model.plain ? null : await lab.page(site.url)
    const profile = page && { ...await site.load(model, model.cases.slice(0, 1)), mode: 'strict', runs: 12, threads: 1 }
    const contestants = {
      ours: () => dehugRun(file, args),
      native: () => program(python, [join(here, 'native.py'), values.seconds, file, ...args]),
      v8: page && (async () => median((await page.evaluate(async (args) => (await import('/engine-page.mjs')).profile(args), profile)).whole)),
      ...Object.fromEntries(peers.map((peer) => [peer, without.includes('go') ? null : () => program(gopeers, [peer, values.seconds, forPeers, ...args], { timeout: limit })]))
    }
    const times = {}
    for (let round = 0; round < Number(values.rounds); round++) {
      for (const [who, run] of Object.entries(contestants)) {
        if (run === null || times[who] === null) continue
        try {
          (times[who] ??= []).push(await run())
        } catch (error) {
          if (who !== 'ours' && !peers.includes(who)) throw error
          times[who] = null // does not run the model
          if (who === 'ours') break
        }
      }
      if (times.ours === null) break
    }
    await page?.context().close()
    report(model, Object.fromEntries(Object.entries(times).map(([who, t]) => [who, t && median(t)])))
  }
} finally {
  await lab.close()
}

const mean = (who) => {
  const ratios = lines.filter((l) => who === 'go' || !l.model.plain).map((l) => l.ratios[who]).filter((r) => r !== undefined)
  return ratios.length ? Math.exp(ratios.reduce((sum, r) => sum + Math.log(r), 0) / ratios.length).toFixed(2) : '-'
}
const last = `native ${mean('native')} v8 ${mean('v8')} go ${mean('go')}`
console.log(`${cpus()[0].model.trim()}; ${values.rounds} rounds`)
console.log(last)
if (values.write) writeSection()

/** Prints a model's line and keeps it. */
function report (model, times) {
  if (times.ours === null) {
    console.log(`${model.name.padEnd(18)} is not run by this engine`)
    return
  }
  const best = Math.min(...peers.map((peer) => times[peer] ?? Infinity))
  const ratios = {}
  if (times.native) ratios.native = times.native / times.ours
  if (times.v8) ratios.v8 = times.v8 / times.ours
  if (best < Infinity) ratios.go = best / times.ours
  lines.push({ model, times, ratios })
  const ms = (who) => times[who] ? `${times[who].toFixed(2).padStart(8)} ms` : '          -'
  const ratio = (who) => ratios[who] ? `${ratios[who].toFixed(2).padStart(6)} ×` : '       -'
  console.log(`${model.name.padEnd(18)} ours ${ms('ours')}  native ${ms('native')} ${ratio('native')}  v8 ${ms('v8')} ${ratio('v8')}  ${peers.map((peer) => `${peer} ${ms(peer)}`).join('  ')} ${ratio('go')}`)
}

/** Replaces the section of BENCHMARKS.md that this command owns. */
function writeSection () {
  const path = join(root, 'wasm/BENCHMARKS.md')
  const [begin, end] = ['<!-- make bench-server -->', '<!-- end of make bench-server -->']
  const cell = (t) => t ? t.toFixed(2) : '–'
  const rows = lines.map(({ model, times, ratios }) =>
    `| ${model.name} | ${cell(times.ours)} | ${cell(times.native)} | ${cell(ratios.native)} | ${cell(times.v8)} | ${cell(ratios.v8)} | ${peers.map((peer) => cell(times[peer])).join(' | ')} | ${cell(ratios.go)} |`)
  const section = `${begin}
## In a Go server

Strict modules under wazero (compiler), one goroutine, milliseconds a run; beside native onnxruntime with one thread, the same
strict models in Chromium, and other runtimes in plain Go (onnx-gomlx on simplego, onnx-go on gorgonia; a dash where one does not
run the model). As they are, those two run none of the real models: theirs are folded by onnxruntime first (e2e/bench/simplify.py),
and two plain models are added, which count for the last column alone. Ratios are another's time over ours. ${cpus()[0].model.trim()}; ${values.rounds} rounds, all taking turns;
\`make bench-server\`.

| model | ours | native | ratio | V8 | ratio | ${peers.join(' | ')} | best ratio |
|---|---|---|---|---|---|---|---|---|
${rows.join('\n')}

\`${last}\`: geometric means.
${end}`
  const text = existsSync(path) ? readFileSync(path, 'utf8') : `${byHand}\n` // make bench-engine keeps what follows this
  const at = text.indexOf(begin)
  const until = text.indexOf(end)
  writeFileSync(path, at < 0 ? `${text.trimEnd()}\n\n${section}\n` : text.slice(0, at) + section + text.slice(until + end.length))
}

/** The model's first inputs as .npy files: NAME=FILE for each. */
function writeFeeds (model) {
  return Object.entries(model.cases[0]()).map(([name, tensor], i) => {
    const path = join(out, `${model.name}-${i}.npy`)
    writeFileSync(path, writeNpy(tensor))
    return `${name}=${path}`
  })
}

/** The model as simplify.py writes it, or as it is where onnxruntime cannot. */
function simplified (model, file, args) {
  const path = join(out, `${model.name}.simple.onnx`)
  try {
    execFileSync(python, [join(here, 'simplify.py'), file, path, ...args], { stdio: 'pipe' })
    return path
  } catch {
    return file
  }
}

function ramp (...dims) {
  const n = dims.reduce((a, b) => a * b, 1)
  return { dims, data: Float32Array.from({ length: n }, (_, i) => (i * 7919 % 1009) / 1009 - 0.5) }
}

/** Runs a program with one thread and returns what it prints. */
function output (path, args, options = {}) {
  return execFileSync(join(root, path.replace(root, '')), args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, GOMAXPROCS: '1' }, encoding: 'utf8', ...options })
}

/** Runs a program whose last line is milliseconds. */
function program (...args) {
  return Number(output(...args).trim().split('\n').pop())
}

/** The median time of our runs, as many as there is time for. */
function dehugRun (file, args) {
  const bench = (runs) => {
    const text = output('bin/dehug-run', ['bench', file, '--runs', String(runs), ...args.flatMap((a) => ['--input', a])])
    const [, number, unit] = /^run +([\d.]+)(µs|ms|s) /m.exec(text)
    return number * { µs: 0.001, ms: 1, s: 1000 }[unit]
  }
  return bench(Math.max(3, Math.min(500, Math.round(1000 * values.seconds / bench(3)))))
}
