#!/usr/bin/env node
// How quick the engine is, model by model, beside onnxruntime-web: real Chromium, both through their public API (typed
// arrays in and out), one thread each, taking turns in one page.
//
//   make bench-engine                                         # all models
//   node e2e/bench/engine.mjs --models lcnet,yolo --pairs 10  # some, quicker and coarser
//   node e2e/bench/engine.mjs --modes fast                    # one mode
//   node e2e/bench/engine.mjs --threads 2                     # both with two threads, on an isolated page
//   node e2e/bench/engine.mjs --profile lcnet --modes fast    # where the time goes, step by step (ours only)
//
// With --profile the times of the steps are taken in the run worker, by onStep, on an isolated page: its clock ticks in 5 µs.
//
// It builds the engine from what is in the working tree; the scripts around it are those of `make build`. onnxruntime-web
// runs at its best with one thread: SIMD, all graph optimisations, the bundle for wasm alone. A ratio is a time of
// onnxruntime-web over one of ours in the same round; what is printed is the median of the ratios with its 95 % interval.

import { cpus } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { Lab } from '../browser/harness.mjs'
import { modelNamed, models } from '../models/models.mjs'
import { openSite } from '../models/site.mjs'
import { median, ratio } from './statistics.mjs'

const { values } = parseArgs({
  options: {
    models: { type: 'string' },
    modes: { type: 'string', default: 'fast,strict' },
    pairs: { type: 'string', default: '30' },
    profile: { type: 'string' },
    threads: { type: 'string', default: '1' }
  }
})
const here = dirname(fileURLToPath(import.meta.url))
const modes = values.modes.split(',')
const pairs = Number(values.pairs)
const threads = Number(values.threads)
const chosen = values.profile ? [modelNamed(values.profile)] : values.models ? values.models.split(',').map(modelNamed) : models

// Chromium's clock ticks in 5 µs on an isolated page, in 100 µs elsewhere; steps are short.
const isolation = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' }

const lab = await Lab.open()
try {
  const site = await openSite(lab, {
    scripts: { '/engine-page.mjs': join(here, 'engine-page.mjs'), '/feeds.mjs': join(here, '../models/feeds.mjs') },
    headers: values.profile || threads > 1 ? isolation : {}
  })
  const rows = []
  for (const model of chosen) {
    if (model.refused) {
      console.log(`${model.name.padEnd(18)} does not run yet`)
      continue
    }
    const args = await site.load(model, model.cases.slice(0, 1))
    const page = await lab.page(site.url)
    try {
      if (values.profile) printProfile(await inPage(page, 'profile', { ...args, mode: modes[0], runs: pairs, threads }))
      else rows.push(await row(page, model, args))
    } catch (err) {
      console.log(`${model.name}: ${err.message.split('\n').slice(0, 2).join(' ')}`)
    }
    await page.context().close()
  }
  if (!values.profile) summary(rows)
} finally {
  await lab.close()
}

/** Measures one model and prints its line. */
async function row (page, model, args) {
  const wanted = model.kind === 'int8' ? modes.slice(0, 1) : modes
  const { times, macs, differences } = await inPage(page, 'measure', { ...args, modes: wanted, pairs, tolerance: model.tolerance, threads })
  const gflops = (ms) => (2 * macs / ms / 1e6).toFixed(1)
  const out = { model, ratios: {} }
  const theirs = median(times.ort)
  let line = `${model.name.padEnd(18)} ${(macs / 1e6).toFixed(0).padStart(6)} M  ort ${show(theirs)} ms ${gflops(theirs).padStart(5)} GFLOP/s`
  for (const mode of wanted) {
    const ours = median(times[mode])
    const r = out.ratios[mode] = ratio(times.ort, times[mode])
    line += `  ${model.kind === 'int8' ? 'int8' : mode} ${show(ours)} ms ${gflops(ours).padStart(5)} GFLOP/s ${r.middle.toFixed(2)} × (${r.low.toFixed(2)} – ${r.high.toFixed(2)})`
  }
  console.log(`${line}  off by ${Math.max(...Object.values(differences).map((d) => d.most)).toExponential(0)}`)
  return out
}

/** The last line: geometric means of the intervals' lower bounds, and the worst of the fast ones. */
function summary (rows) {
  const lows = (mode, kind) => rows.filter((r) => r.model.kind === kind && r.ratios[mode]).map((r) => r.ratios[mode].low)
  const mean = (x) => x.length ? Math.exp(x.reduce((sum, v) => sum + Math.log(v), 0) / x.length).toFixed(2) : '-'
  const fast = lows('fast', 'f32')
  const int8 = lows(modes[0], 'int8')
  const worst = [...fast, ...int8]
  console.log(`${cpus()[0].model.trim()}; ${pairs} rounds, ${threads} thread${threads > 1 ? 's' : ''} each; ratios: how many times quicker, median and its 95 % interval`)
  console.log(`fast ${mean(fast)} strict ${mean(lows('strict', 'f32'))} int8 ${mean(int8)} min ${worst.length ? Math.min(...worst).toFixed(2) : '-'}`)
}

/**
 * Prints steps by time, then operators. A step's time is the mean without the slowest tenth: many steps are shorter than
 * the clock's tick, so a median would be 0 or 1 tick.
 */
function printProfile ({ whole, steps }) {
  const timed = steps.map(({ name, op, times }, index) => {
    const kept = times.sort((a, b) => a - b).slice(0, Math.ceil(times.length * 0.9))
    return { index, name, op, ms: kept.reduce((sum, t) => sum + t, 0) / kept.length }
  })
  const sum = timed.reduce((total, { ms }) => total + ms, 0)
  const part = (ms) => `${ms.toFixed(3).padStart(9)} ms ${(100 * ms / sum).toFixed(1).padStart(5)} %`
  console.log(`a run ${median(whole).toFixed(3)} ms (typed arrays in and out); its ${steps.length} steps ${sum.toFixed(3)} ms; slowest first`)
  for (const { index, name, op, ms } of timed.toSorted((a, b) => b.ms - a.ms).slice(0, 60)) console.log(`${part(ms)}  ${String(index).padStart(4)} ${op.padEnd(24)} ${name}`)
  console.log('by operator')
  const totals = new Map()
  for (const { op, ms } of timed) {
    const total = totals.get(op) ?? { count: 0, ms: 0 }
    totals.set(op, { count: total.count + 1, ms: total.ms + ms })
  }
  for (const [op, { count, ms }] of [...totals].sort((a, b) => b[1].ms - a[1].ms)) console.log(`${part(ms)}  ${String(count).padStart(4)} ${op}`)
}

function show (ms) {
  return ms.toFixed(ms < 20 ? 2 : ms < 200 ? 1 : 0).padStart(6)
}

function inPage (page, name, args) {
  return page.evaluate(async ([name, args]) => (await import('/engine-page.mjs'))[name](args), [name, args])
}
