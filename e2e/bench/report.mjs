// What make bench-engine prints, and wasm/BENCHMARKS.md, which is written from the figures kept in .cache/bench.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { ortVersion } from '../models/site.mjs'
import { root } from '../subject.mjs'

const kept = join(root, '.cache/bench/engine.json')
const file = join(root, 'wasm/BENCHMARKS.md')
export const byHand = '## What was tried and did not help' // from this line on, the file is written by hand
const MiB = 2 ** 20

/** Keeps a row until it is measured anew. What a row lacks (visits) is taken from the one before. */
export function keep (row) {
  mkdirSync(join(root, '.cache/bench'), { recursive: true })
  const rows = known()
  const key = `${row.name} ${row.threads}`
  rows[key] = { ...rows[key], ...row, modes: { ...rows[key]?.modes, ...row.modes } }
  writeFileSync(kept, JSON.stringify(rows, null, 1))
}

function known () {
  return existsSync(kept) ? JSON.parse(readFileSync(kept, 'utf8')) : {}
}

/** A row in one line. */
export function line (row) {
  const speed = (ms) => `${show(ms)} ms ${gflops(row, ms).toFixed(1).padStart(5)} GFLOP/s`
  let text = `${row.name.padEnd(18)} ${(row.macs / 1e6).toFixed(0).padStart(6)} M`
  if (row.modes) text += `  ort ${speed(row.ort)}`
  for (const [mode, m] of Object.entries(row.modes ?? {})) text += `  ${kind(row, mode)} ${speed(m.ms)} ${share(row, mode)} ${interval(m)}`
  if (row.modes) text += `  apart ${row.apart.toExponential(0)}`
  if (row.cold) text += `  cold ${row.cold.ours.toFixed(0)} / ${row.cold.ort.toFixed(0)} ms ${interval(row.cold)}, with the release's module ${row.cold.module.toFixed(0)} ms ${interval(row.cold.withModule)}`
  if (row.memory) text += `  memory ${mib(row.memory.ours.most)}, ${mib(row.memory.module.most)} / ${mib(row.memory.ort.most)} MiB, bound ${mib(bound(row))}`
  return text
}

/** The last lines: geometric means of the intervals' lower bounds, and the worst of the fast ones. */
export function totals (rows) {
  const lows = (...kinds) => rows.flatMap((row) => Object.entries(row.modes).filter(([mode]) => kinds.includes(kind(row, mode))).map(([, { low }]) => low))
  const mean = (x) => x.length ? Math.exp(x.reduce((sum, v) => sum + Math.log(v), 0) / x.length).toFixed(2) : '-'
  const fast = lows('fast', 'int8')
  return `${cpus()[0].model.trim()}; ratios: how many times quicker than onnxruntime-web ${ortVersion}, median and its 95 % interval
fast ${mean(lows('fast'))} strict ${mean(lows('strict'))} int8 ${mean(lows('int8'))} min ${fast.length ? Math.min(...fast).toFixed(2) : '-'}`
}

/** Writes wasm/BENCHMARKS.md; the part that is written by hand stays. */
export function writeReport (models) {
  const order = models.map(({ name }) => name)
  const rows = Object.values(known()).filter(({ name }) => order.includes(name)).sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name))
  const single = rows.filter(({ threads, ort }) => threads === 1 && ort)
  const two = rows.filter(({ threads }) => threads === 2)
  const visited = single.filter(({ cold }) => cold?.withModule)
  const refused = models.filter((m) => m.refused).map(({ name }) => name)
  const missing = models.filter((m) => !m.refused && !single.some((row) => row.name === m.name)).map(({ name }) => name)
  const before = existsSync(file) ? readFileSync(file, 'utf8') : ''
  const hand = before.includes(byHand) ? before.slice(before.indexOf(byHand)) : `${byHand}\n`
  const peaks = (k) => Math.max(...single.map((row) => row.peaks[k])).toFixed(0)
  const last = totals(single).split('\n')[1]

  const speed = (list) => `| model | M multiply–adds | onnxruntime-web | mode | DeHug | GFLOP/s | of the peak | quicker |
|---|--:|--:|---|--:|--:|--:|--:|
${list.flatMap((row) => Object.entries(row.modes).map(([mode, m]) => `| ${row.name} | ${(row.macs / 1e6).toFixed(0)} | ${show(row.ort).trim()} ms, ${gflops(row, row.ort).toFixed(1)} GFLOP/s | ${kind(row, mode)} | ${show(m.ms).trim()} ms | ${gflops(row, m.ms).toFixed(1)} | ${share(row, mode)} | ${interval(m)} |`)).join('\n')}`

  writeFileSync(file, `# Benchmarks of the engine

Written by \`make bench-engine\` (e2e/bench/engine.mjs), except for the section at the end. ${cpus()[0].model.trim()}, ${cpus().length} cores;
Chromium ${single[0]?.browser}; onnxruntime-web ${ortVersion}.

\`${last}\`

That line: geometric means of the lower bounds of the ratios' intervals, for fast and strict mode and for models of integers, and the
worst ratio in fast mode (lower bound; integers included).

## Method

* Real models (e2e/models/models.mjs), the first of their inputs. The outputs of both engines are compared before anything is timed.
* Both engines sit in one Chromium page, with one thread each, and are called as their documentation says: \`load\` and \`run\` of
  @dehug/runtime, \`InferenceSession.create\` and \`run\` of onnxruntime-web (SIMD, \`graphOptimizationLevel: 'all'\`, the bundle for
  wasm alone). Typed arrays go in and come out. onnxruntime-web
  runs on the page; ours cross to a worker and back in that time, but for models whose runs are short, which have moved to the
  page while both were warmed up (\`thread: 'auto'\`, the default).
* They take turns: each round has one turn of each engine and mode, and the order changes from round to round. A turn is as many
  runs as take 25 ms. The ratio is that of one round; printed are the median of the ratios and its 95 % interval (order statistics).
* Multiply–adds are those of the model's products and convolutions, as the module counts them; GFLOP/s are twice that, over the time. The
  same count stands for onnxruntime-web, for convolutions that we do with fewer (Winograd), and for an If, both of whose branches it has:
  Silero's models choose one of two, so their GFLOP/s and share of the peak are about twice what is done.
* The peak is what a loop without memory does in the same page: ${peaks('fast')} GFLOP/s with fused multiply–adds (fast mode), ${peaks('strict')} with a
  multiplication and an addition (strict), ${peaks('int8')} Gop/s with products of 16-bit integers (int8).
* Models of integers are listed once: their sums are exact, so both modes run the same products.

## One thread

${speed(single)}
${refused.length ? `\nNot run, because the engine refuses them: ${refused.join(', ')}.\n` : ''}${missing.length ? `\nNot measured yet: ${missing.join(', ')}. The line at the top is of the others.\n` : ''}
${two.length ? `## Two threads, both, on an isolated page\n\n${speed(two)}\n` : ''}
${visited.length
    ? `## Cold start and memory

From code in the browser's cache, not compiled, to the first result: a new browser for each visit, everything that is fetched was fetched
once before, so it comes from the cache. Median of ${Math.min(...visited.map((row) => row.visits))} visits or more, by turns; the ratio is ours over theirs, for a release that the page compiles, and for one that brings
its compiled module (\`dehug-relay publish --precompile\`), which needs no Go in the page. Memory: the most that
all WebAssembly memories and ArrayBuffers of the page and its workers had at one time until the first result, the Go worker among
them. The bound: stored weights × 1.15 + the largest of them as it is packed + live activations × 1.15 + 32 MiB.

| model | compiled in the page | ratio | with its module | ratio | onnxruntime-web | memory: compiled | with module | onnxruntime-web | bound |
|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|
${visited.map((row) => `| ${row.name} | ${row.cold.ours.toFixed(0)} ms | ${interval(row.cold)} | ${row.cold.module.toFixed(0)} ms | ${interval(row.cold.withModule)} | ${row.cold.ort.toFixed(0)} ms | ${mib(row.memory.ours.most)} MiB | ${mib(row.memory.module.most)} MiB | ${mib(row.memory.ort.most)} MiB | ${mib(bound(row))} MiB |`).join('\n')}

`
    : ''}${hand}`)
  console.error(`wrote ${file}`)
}

const kind = (row, mode) => row.kind === 'int8' ? 'int8' : mode
const gflops = (row, ms) => 2 * row.macs / ms / 1e6
const share = (row, mode) => `${(100 * gflops(row, row.modes[mode].ms) / row.peaks[kind(row, mode)]).toFixed(0)} %`
const interval = ({ middle, low, high }) => `${middle.toFixed(2)} × (${low.toFixed(2)} – ${high.toFixed(2)})`
const bound = ({ stored, largest, live }) => 1.15 * stored + largest + 1.15 * live + 32 * MiB
const mib = (bytes) => (bytes / MiB).toFixed(1)

function show (ms) {
  return ms.toFixed(ms < 20 ? 2 : ms < 200 ? 1 : 0).padStart(6)
}
