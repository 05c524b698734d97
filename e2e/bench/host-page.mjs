#!/usr/bin/env node
// What twenty widgets cost the page that holds them before anybody uses one: the same page without them, with them, and with room
// kept for them. A phone's processor (four times slower) and a line of 10 Mbit/s and 40 ms; each visit is a new browser.
//
//   node e2e/bench/host-page.mjs             # after make build; prints Markdown
//   node e2e/bench/host-page.mjs --visits 3

import { parseArgs } from 'node:util'
import { Lab } from '../browser/harness.mjs'
import { measureHostPage, serveHostPage } from '../host-budget.mjs'
import { launchChromium } from '../chromium.mjs'
import { median } from './statistics.mjs'

const { values } = parseArgs({ options: { visits: { type: 'string', default: '5' } } })
const line = { offline: false, latency: 40, downloadThroughput: 10e6 / 8, uploadThroughput: 10e6 / 8 } // milliseconds, bytes a second

const lab = await Lab.open()
try {
  const { release } = await lab.publish(await lab.blazeface())
  const sources = await lab.gateway()
  const kinds = { 'no tag': { tags: 0 }, '20 tags': { tags: 20 }, '20 tags, room kept': { tags: 20, room: true } }
  const found = Object.fromEntries(Object.keys(kinds).map((kind) => [kind, []]))
  for (let i = 0; i < Number(values.visits); i++) {
    for (const [kind, { tags, room }] of Object.entries(kinds)) {
      const url = await serveHostPage(lab, { tags, room, release, sources })
      const browser = await launchChromium()
      try {
        const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
        const devtools = await page.context().newCDPSession(page)
        await devtools.send('Network.enable')
        await devtools.send('Network.emulateNetworkConditions', line)
        await devtools.send('Emulation.setCPUThrottlingRate', { rate: 4 })
        found[kind].push(await measureHostPage(page, url))
      } finally {
        await browser.close()
      }
    }
  }
  console.log('| a page with a picture and text | largest paint | layout shift | blocked | downloaded | requests |\n|---|--:|--:|--:|--:|--:|')
  for (const [kind, visits] of Object.entries(found)) {
    const of = (what) => median(visits.map((visit) => visit[what]))
    console.log(`| ${kind} | ${of('paint').toFixed(0)} ms | ${of('shift').toFixed(3)} | ${of('blocked').toFixed(0)} ms | ${(of('bytes') / 1000).toFixed(1)} kB | ${of('requests')} |`)
  }
} finally {
  await lab.close()
}
