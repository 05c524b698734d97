#!/usr/bin/env node
// How soon the hub's pages show the largest thing on them (LCP), how much they move meanwhile (CLS), and what they fetch for that: home, a
// list and a model's page, each by somebody who has never been there, over a line of 10 Mbit/s and 40 ms; on a desk and in a hand.
//
//   node e2e/bench/paint.mjs --visits 5     # after make build

import { parseArgs } from 'node:util'
import { Lab } from '../browser/harness.mjs'
import { pagesOf, publishAll, settled } from '../browser/hub-page.mjs'
import { median } from './statistics.mjs'

const { values } = parseArgs({ options: { visits: { type: 'string', default: '5' } } })
const screens = {
  desk: { viewport: { width: 1280, height: 900 } },
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true }
}

const lab = await Lab.open()
try {
  const published = await publishAll(lab)
  const relay = await lab.serve({ sources: [await lab.gateway()] })
  const pages = pagesOf(published)
  console.log(`| first visit at 10 Mbit/s and 40 ms (medians of ${values.visits}) | first paint, ms | LCP, ms | CLS | scripts, kB |\n|---|--:|--:|--:|--:|`)
  for (const name of ['home', 'models', 'model']) {
    for (const [device, screen] of Object.entries(screens)) {
      const seen = []
      for (let i = 0; i < Number(values.visits); i++) seen.push(await visit(new URL(pages[name][0], relay.url).href, screen))
      const of = (what) => median(seen.map((visit) => visit[what]))
      console.log(`| ${name}, ${device} | ${of('first').toFixed(0)} | ${of('largest').toFixed(0)} | ${of('moved').toFixed(3)} | ${(of('scripts') / 1000).toFixed(1)} |`)
    }
  }
} finally {
  await lab.close()
}

/** One visit, with nothing in the cache. */
async function visit (url, screen) {
  const page = await lab.page('about:blank', screen)
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Network.enable')
  await devtools.send('Network.emulateNetworkConditions', { offline: false, latency: 40, downloadThroughput: 10e6 / 8, uploadThroughput: 10e6 / 8 })
  await page.addInitScript(() => {
    globalThis.paints = { first: 0, largest: 0, moved: 0 }
    const watch = (type, take) => new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true })
    watch('paint', ({ name, startTime }) => { if (name === 'first-contentful-paint') paints.first = startTime })
    watch('largest-contentful-paint', ({ startTime }) => { paints.largest = startTime })
    watch('layout-shift', ({ value, hadRecentInput }) => { if (!hadRecentInput) paints.moved += value })
  })
  await page.goto(url, { waitUntil: 'networkidle' })
  await settled(page)
  const said = await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(() => resolve({
    ...paints,
    scripts: performance.getEntriesByType('resource').filter(({ name }) => /\.js($|\?)/.test(name)).reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)
  })))))
  await page.context().close()
  return said
}
