#!/usr/bin/env node
// How long a visitor waits, beside onnxruntime-web: from navigation to the first result, and for each run after that.
// Real Chromium, a real relay, everything on this machine, one thread each; the two take turns.
//
//   make bench                          # prints Markdown
//   node e2e/bench/bench.mjs --pairs 10 # quicker, coarser

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { brotliCompressSync, constants } from 'node:zlib'
import { Lab, root } from '../browser/harness.mjs'
import { chromiumPath, launchChromium } from '../chromium.mjs'
import { model, photograph } from '../subject.mjs'
import { median, ratio } from './statistics.mjs'

const { values } = parseArgs({ options: { pairs: { type: 'string', default: '40' }, visits: { type: 'string', default: '10' } } })
const pairs = Number(values.pairs)
const visits = Number(values.visits)

const here = dirname(fileURLToPath(import.meta.url))
const ort = join(here, '../node_modules/onnxruntime-web')
const ortFiles = Object.fromEntries(['ort.wasm.bundle.min.mjs', 'ort-wasm-simd-threaded.wasm'].map((name) => [`/ort/${name}`, readFileSync(join(ort, 'dist', name))]))
const ortVersion = JSON.parse(readFileSync(join(ort, 'package.json'), 'utf8')).version
const files = {
  ...ortFiles,
  '/model.onnx': readFileSync(model),
  '/astronaut.jpg': readFileSync(join(root, 'web/public/samples/astronaut.jpg')),
  '/ort.html': readFileSync(join(here, 'ort.html')),
  '/ort-page.js': readFileSync(join(here, 'ort-page.mjs')),
  '/run-page.js': readFileSync(join(here, 'run-page.mjs'))
}

/** As a server sends it that keeps compressed files, which the relay does for ours. */
function compressed (path) {
  const kept = join(root, '.cache/bench', `${ortVersion}-${path.slice(path.lastIndexOf('/') + 1)}.br`)
  if (!existsSync(kept)) {
    mkdirSync(dirname(kept), { recursive: true })
    const bytes = files[path]
    writeFileSync(kept, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }))
  }
  return [`${path}.br`, readFileSync(kept)]
}

const line = { offline: false, latency: 40, downloadThroughput: 10e6 / 8, uploadThroughput: 10e6 / 8 } // milliseconds, bytes a second

const lab = await Lab.open()
const other = await Lab.open()
try {
  const release = await lab.publish(await lab.blazeface())
  const relay = await lab.serve({ sources: [await lab.gateway()] })
  const site = await lab.runtimeSite({ files, policy: "script-src 'self' 'wasm-unsafe-eval'" })
  const browser = await launchChromium()
  const version = browser.version()
  await browser.close()
  console.error(`${chromiumPath()} ${version}; ${visits} visits, ${pairs} pairs: some minutes`)

  const first = await startup(relay.demo, new URL('ort.html', site).href)
  // The same models, compiled by their author, over a line as people have it; both sides' files are compressed.
  await other.publish(await other.blazeface(), '--precompile')
  const far = await other.serve({ sources: [await other.gateway()] })
  const small = await lab.runtimeSite({ files: { ...files, ...Object.fromEntries(Object.keys(ortFiles).map(compressed)) }, policy: "script-src 'self' 'wasm-unsafe-eval'" })
  const overLine = await startup(far.demo, new URL('ort.html', small).href, line)
  const run = await running(site, relay, release)

  const ms = (times) => `${median(times).toFixed(median(times) < 20 ? 2 : 0)} ms`
  const times = ({ middle, low, high }) => `${middle.toFixed(2)} × (${low.toFixed(2)} – ${high.toFixed(2)})`
  console.log(`BlazeFace front on ${cpus()[0].model.trim()}, Chromium ${version}, one thread. Medians of turns taken with onnxruntime-web ${ortVersion};
how much quicker, with the 95 % interval of the median.

| | DeHug | onnxruntime-web | quicker |
|---|--:|--:|--:|
| navigation to first result, empty cache, localhost (${visits} visits each) | ${ms(first.ours)} | ${ms(first.theirs)} | ${times(ratio(first.theirs, first.ours))} |`)
  console.error('since navigation: ' + Object.entries(first.marks).map(([name, at]) => `${name} ${median(at).toFixed(0)} ms`).join(', '))
  console.log(`| the same at 10 Mbit/s and 40 ms, DeHug's model precompiled (${visits} visits each) | ${ms(overLine.ours)} | ${ms(overLine.theirs)} | ${times(ratio(overLine.theirs, overLine.ours))} |`)
  console.error('precompiled, since navigation: ' + Object.entries(overLine.marks).map(([name, at]) => `${name} ${median(at).toFixed(0)} ms`).join(', '))
  for (const [mode, { ours, theirs }] of Object.entries(run)) {
    console.log(`| one run, ${mode} mode (${ours.length} pairs of ${10} runs) | ${ms(ours)} | ${ms(theirs)} | ${times(ratio(theirs, ours))} |`)
  }
} finally {
  await other.close()
  await lab.close()
}

/** Milliseconds from navigation to the first result; each visit is a browser that has never been there, over a line with such `conditions`. */
async function startup (ourUrl, theirUrl, conditions) {
  const out = { ours: [], theirs: [], marks: {} }
  for (let i = 0; i < visits; i++) {
    const turn = [['ours', ourUrl, whenResult], ['theirs', theirUrl, () => {}]]
    for (const [who, url, script] of i % 2 ? turn.reverse() : turn) {
      const browser = await launchChromium()
      try {
        const page = await browser.newPage()
        const broken = new Promise((resolve, reject) => page.on('pageerror', reject))
        await page.addInitScript(script)
        if (conditions) {
          const devtools = await page.context().newCDPSession(page)
          await devtools.send('Network.enable')
          await devtools.send('Network.emulateNetworkConditions', conditions)
        }
        await page.goto(url)
        out[who].push(await Promise.race([broken, page.waitForFunction(() => window.firstResult, null, { timeout: 60_000 }).then((handle) => handle.jsonValue())]))
        const marks = await page.evaluate(() => performance.getEntriesByType('mark').map(({ name, startTime }) => [name, startTime]))
        for (const [name, time] of marks) (out.marks[name] ??= []).push(time)
      } finally {
        await browser.close()
      }
    }
  }
  return out
}

/** Runs in our page: presses the button as soon as it is there, as an impatient visitor does, and notes the time of the result. */
function whenResult () {
  let pressed = false
  const at = (mark) => performance.mark(mark)
  document.addEventListener('progress', ({ detail }) => { if (detail?.type === 'phase') at(detail.phase) }, true)
  document.addEventListener('result', () => { at('result'); window.firstResult ??= performance.now() }, true)
  const look = () => {
    const tag = document.querySelector('dehug-model')
    const button = tag?.shadowRoot?.querySelector('[part=button]')
    if (!pressed && tag?.getAttribute('src') && !tag.hidden && button && !button.disabled) {
      pressed = true
      at('pressed')
      button.click()
    }
    if (!pressed) setTimeout(look, 1)
  }
  look()
}

/** Milliseconds a run, in one page that holds both, for each mode: { strict: { ours, theirs }, fast: … }. */
async function running (site, relay, release) {
  const page = await lab.page(site)
  const { dims, data } = photograph()
  return page.evaluate(async (args) => {
    const { bench } = await import('/run-page.js')
    return bench(args)
  }, { ref: release.release, sources: relay.config.gateways, input: { name: 'input:0', dims, data: Array.from(data) }, pairs })
}
