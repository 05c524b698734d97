#!/usr/bin/env node
// How long the first visit to a model takes and how long the second, beside onnxruntime-web: from the call of load (the
// page is there, its scripts are not) to the first result. Real Chromium with a profile on the disk, a new one for each
// pair of visits; everything may be kept by the HTTP cache. Ours are with the store, without it, and precompiled.
//
//   node e2e/bench/visits.mjs blazeface-front ppocr-det --visits 5     # after make build and make test-models
//   node e2e/bench/visits.mjs blazeface-front ppocr-det --line         # first visits at 10 Mbit/s and 40 ms; both engines' files
//                                                                      # come compressed

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { chromium } from 'playwright-core'
import { Lab } from '../browser/harness.mjs'
import { chromiumArgs, chromiumPath } from '../chromium.mjs'
import { modelNamed } from '../models/models.mjs'
import { openSite } from '../models/site.mjs'
import { median } from './statistics.mjs'

const { values, positionals } = parseArgs({ allowPositionals: true, options: { visits: { type: 'string', default: '5' }, line: { type: 'boolean', default: false } } })
const here = dirname(fileURLToPath(import.meta.url))
const lab = await Lab.open()
try {
  const site = await openSite(lab, { scripts: { '/visit-page.mjs': join(here, 'visit-page.mjs') }, headers: { 'cache-control': 'max-age=3600' }, compressed: values.line })
  if (values.line) console.log(`| first visit at 10 Mbit/s and 40 ms, ms (medians of ${values.visits}) | first result | of onnxruntime-web's |\n|---|--:|--:|`)
  else console.log(`| first and second visit, ms (medians of ${values.visits}) | first | second |\n|---|--:|--:|`)
  for (const name of positionals) {
    const model = modelNamed(name)
    const cases = model.cases.slice(0, 1)
    const plain = await site.load(model, cases)
    const compiled = await site.load(model, cases, ['--precompile'])
    const ways = {
      'compiled here': { ...plain, who: 'ours' },
      'compiled here, nothing kept': { ...plain, who: 'ours', store: false },
      precompiled: { ...compiled, who: 'ours' },
      'precompiled, nothing kept': { ...compiled, who: 'ours', store: false },
      'onnxruntime-web': { ...plain, who: 'ort' }
    }
    if (values.line) {
      const cold = { 'compiled here': [], precompiled: [], 'onnxruntime-web': [] }
      for (let i = 0; i < Number(values.visits); i++) {
        for (const [way, times] of Object.entries(cold)) times.push(await once(site.url, ways[way]))
      }
      const theirs = median(cold['onnxruntime-web'])
      for (const [way, times] of Object.entries(cold)) console.log(`| ${name}, ${way} | ${median(times).toFixed(0)} | ${(median(times) / theirs).toFixed(2)} |`)
      continue
    }
    const times = Object.fromEntries(Object.keys(ways).map((way) => [way, [[], []]]))
    for (let i = 0; i < Number(values.visits); i++) {
      for (const [way, load] of Object.entries(ways)) (await twice(site.url, load)).forEach((time, k) => times[way][k].push(time))
    }
    for (const [way, [first, second]] of Object.entries(times)) console.log(`| ${name}, ${way} | ${median(first).toFixed(0)} | ${median(second).toFixed(0)} |`)
  }
} finally {
  await lab.close()
}

/** Milliseconds of the first visit, in a browser that has never been there, over a line as people have it. */
async function once (url, load) {
  const browser = await chromium.launch({ executablePath: chromiumPath(), headless: true, args: chromiumArgs })
  try {
    const page = await browser.newPage()
    const devtools = await page.context().newCDPSession(page)
    await devtools.send('Network.enable')
    await devtools.send('Network.emulateNetworkConditions', { offline: false, latency: 40, downloadThroughput: 10e6 / 8, uploadThroughput: 10e6 / 8 })
    await page.goto(url)
    return await page.evaluate(async (args) => (await import('/visit-page.mjs')).first(args), { ...load, mode: 'strict', threads: 1 })
  } finally {
    await browser.close()
  }
}

/** Milliseconds of two visits by one who has never been there. */
async function twice (url, load) {
  const profile = await mkdtemp(join(tmpdir(), 'dehug-visits-'))
  const browser = await chromium.launchPersistentContext(profile, { executablePath: chromiumPath(), headless: true, args: chromiumArgs })
  try {
    const times = []
    for (let i = 0; i < 2; i++) {
      const page = await browser.newPage()
      await page.goto(url)
      times.push(await page.evaluate(async (args) => (await import('/visit-page.mjs')).first(args), { ...load, mode: 'strict', threads: 1 }))
      if (load.who === 'ours' && load.store !== false) await page.evaluate(async () => (await import('/runtime/runtime.js')).storage()) // all is written
      await page.close()
    }
    return times
  } finally {
    await browser.close()
    await rm(profile, { recursive: true, force: true })
  }
}
