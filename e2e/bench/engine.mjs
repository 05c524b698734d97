#!/usr/bin/env node
// How quick the engine is, model by model, beside onnxruntime-web: real Chromium, both through their public API (typed
// arrays in and out), one thread each, taking turns in one page.
//
//   make bench-engine                                         # everything, and wasm/BENCHMARKS.md anew
//   node e2e/bench/engine.mjs --models lcnet,yolo --pairs 10  # some, quicker and coarser
//   node e2e/bench/engine.mjs --modes fast                    # one mode
//   node e2e/bench/engine.mjs --threads 2                     # both with two threads, on an isolated page
//   node e2e/bench/engine.mjs --models lcnet --visits 5       # also cold starts and memory; with --pairs 0 nothing else
//   node e2e/bench/engine.mjs --report                        # wasm/BENCHMARKS.md of what was measured last, nothing else
//   node e2e/bench/engine.mjs --profile lcnet --modes fast    # where the time goes, step by step (ours only)
//
// What is measured, and how, is said in report.mjs, which writes it into wasm/BENCHMARKS.md. The engine is built from what
// is in the working tree; the scripts around it are those of `make build`. Figures are kept in .cache/bench, model by
// model, so that a report can be made of several runs. With --profile the times of the steps are taken where the
// model runs, by onStep, on an isolated page.

import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { Lab } from '../browser/harness.mjs'
import { launchChromium } from '../chromium.mjs'
import { modelNamed, models } from '../models/models.mjs'
import { openSite } from '../models/site.mjs'
import { keep, line, totals, writeReport } from './report.mjs'
import { median, ratio } from './statistics.mjs'

const { values } = parseArgs({
  options: {
    models: { type: 'string' },
    modes: { type: 'string', default: 'fast,strict' },
    pairs: { type: 'string', default: '30' },
    threads: { type: 'string', default: '1' },
    visits: { type: 'string', default: '0' },
    report: { type: 'boolean', default: false },
    profile: { type: 'string' }
  }
})
const here = dirname(fileURLToPath(import.meta.url))
const modes = values.modes.split(',')
const [pairs, threads, visits] = [values.pairs, values.threads, values.visits].map(Number)
const chosen = (values.profile ? [modelNamed(values.profile)] : values.models ? values.models.split(',').map(modelNamed) : models).filter(({ refused }) => !refused)

// On an isolated page Chromium has threads, and its clock ticks in 5 µs; elsewhere in 100 µs.
const isolation = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' }
const headers = values.profile || threads > 1 ? isolation : {}

const onlyReport = values.report && !values.models && visits === 0
if (!onlyReport) {
  const lab = await Lab.open()
  try {
    if (values.profile) await profile(lab)
    else await compareAll(lab)
  } finally {
    await lab.close()
  }
}
if (values.report) writeReport(models)

async function compareAll (lab) {
  const site = await openSite(lab, { scripts: { '/engine-page.mjs': join(here, 'engine-page.mjs'), '/simd-peak.mjs': join(here, 'simd-peak.mjs') }, headers })
  const visited = visits > 0 && await openVisits(lab)
  const rows = []
  for (const model of chosen) {
    try {
      const row = await running(lab, site, model)
      if (visited) Object.assign(row, await visited(model))
      rows.push(row)
      keep(row)
      console.log(line(row))
    } catch (err) {
      console.log(`${model.name}: ${err.message.split('\n').slice(0, 2).join(' ')}`)
    }
  }
  if (pairs > 0) console.log(totals(rows))
}

/** Times of runs, in one page that holds both engines: a row of the report. */
async function running (lab, site, model) {
  const args = await site.load(model, model.cases.slice(0, 1))
  const page = await lab.page(site.url)
  try {
    if (pairs === 0) return { name: model.name, kind: model.kind, threads, ...await inPage(page, '/engine-page.mjs', 'describe', { ...args, mode: modes[0], threads }) }
    const wanted = model.kind === 'int8' ? modes.slice(0, 1) : modes
    const { times, differences, ...rest } = await inPage(page, '/engine-page.mjs', 'measure', { ...args, modes: wanted, pairs, tolerance: model.tolerance, threads })
    const ours = wanted.map((mode) => [mode, { ms: median(times[mode]), ...ratio(times.ort, times[mode]) }])
    return {
      name: model.name, kind: model.kind, pairs, threads, browser: page.context().browser().version(), ...rest,
      ort: median(times.ort), modes: Object.fromEntries(ours), apart: Math.max(...Object.values(differences).map(({ most }) => most))
    }
  } finally {
    await page.context().close()
  }
}

/**
 * Answers a function that gives cold starts and peaks of memory of a model: ours, ours of a release that brings the
 * compiled module along, and onnxruntime-web's.
 */
async function openVisits (lab) {
  const scripts = { '/visit-page.mjs': join(here, 'visit-page.mjs') }
  const probe = join(here, 'memory-probe.js')
  const cached = await openSite(lab, { scripts, headers: { ...headers, 'cache-control': 'max-age=3600' } })
  const probed = await openSite(lab, { scripts, headers, prefix: readFileSync(probe, 'utf8') })
  const whos = ['ours', 'module', 'ort']

  /** What a page needs, for each of them. */
  async function loads (site, model) {
    const cases = model.cases.slice(0, 1)
    const load = await site.load(model, cases)
    return { ours: load, ort: load, module: await site.load(model, cases, ['--precompile']) }
  }

  /** A browser that has never been there. `requests` are what the last visit asked for. */
  async function visit (site, load, who, { before, after = () => undefined, args }) {
    const browser = await launchChromium({ args })
    try {
      const page = await browser.newPage()
      const requests = []
      page.context().on('request', (request) => requests.push(request.url()))
      if (before) await page.addInitScript({ path: before })
      await page.goto(site.url)
      return { ...await after(page, { ...load, who, mode: modes[0], threads }), requests }
    } finally {
      await browser.close()
    }
  }

  return async (model) => {
    const load = await loads(cached, model)
    const cold = { ours: [], module: [], ort: [] }
    const known = {} // what each asks for is learned in a visit that does not count
    for (const who of whos) {
      const { requests } = await visit(cached, load[who], who, { after: async (page, args) => { await inPage(page, '/visit-page.mjs', 'first', args) } })
      known[who] = [...new Set(requests)].filter((url) => new URL(url).pathname !== '/')
    }
    for (let i = 0; i < visits; i++) {
      for (const who of i % 2 ? whos.toReversed() : whos) {
        const { time } = await visit(cached, load[who], who, {
          after: async (page, args) => {
            await inPage(page, '/visit-page.mjs', 'prefetch', known[who])
            return { time: await inPage(page, '/visit-page.mjs', 'first', args) }
          }
        })
        cold[who].push(time)
      }
    }
    const loadProbed = await loads(probed, model)
    const memory = {}
    for (const who of whos) {
      const { most, parts } = await visit(probed, loadProbed[who], who, {
        before: probe,
        args: ['--js-flags=--expose-gc'],
        after: (page, args) => page.evaluate(async (args) => {
          const { first, peak } = await import('/visit-page.mjs')
          await first(args)
          await new Promise((resolve) => setTimeout(resolve, 50)) // what workers still have to tell
          return peak(window.memoryProbe())
        }, args)
      })
      memory[who] = { most, parts }
    }
    const times = Object.fromEntries(whos.map((who) => [who, median(cold[who])]))
    return { visits, cold: { ...times, ...ratio(cold.ours, cold.ort), withModule: ratio(cold.module, cold.ort) }, memory }
  }
}

/**
 * Prints steps by time, then operators. A step's time is the mean without the slowest tenth: many steps are shorter than
 * the clock's tick, so a median would be 0 or 1 tick.
 */
async function profile (lab) {
  const site = await openSite(lab, { scripts: { '/engine-page.mjs': join(here, 'engine-page.mjs'), '/simd-peak.mjs': join(here, 'simd-peak.mjs') }, headers })
  const args = await site.load(chosen[0], chosen[0].cases.slice(0, 1))
  const { whole, steps } = await inPage(await lab.page(site.url), '/engine-page.mjs', 'profile', { ...args, mode: modes[0], runs: pairs, threads })
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

function inPage (page, script, name, args) {
  return page.evaluate(async ([script, name, args]) => (await import(script))[name](args), [script, name, args])
}
