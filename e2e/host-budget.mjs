// The page of somebody else that holds widgets, and what they cost it: largest paint, layout shift, time blocked, bytes.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { root, strictPolicy } from './browser/harness.mjs'

/** What web/README.md advises for pages that want nothing to move. */
const roomStyle = 'dehug-model { display: block; min-block-size: 640px } dehug-model:not(:defined) > * { display: none }'

/** Serves such a page, as servers do: what can be compressed is, and browsers may keep it. Gives its address. */
export async function serveHostPage (lab, given) {
  const files = { '/host.html': hostPage(given), '/room.css': roomStyle }
  for (const name of ['widget.js', 'tasks/face-detection.js']) files[`/runtime/${name}.br`] = await readFile(join(root, 'web/dist/runtime', `${name}.br`))
  const site = await lab.runtimeSite({ policy: `${strictPolicy}; style-src 'self'`, files, headers: { 'cache-control': 'max-age=600' } })
  return new URL('host.html', site).href
}

/** A page with a picture at its top and text between the tags. `room`: it keeps the room that a widget takes. */
function hostPage ({ tags, room = false, release, sources }) {
  const text = '<p>A page that has something else to say, at some length, before and after what it embeds. '.repeat(6)
  const tag = `<dehug-model src="${release}" sources="${sources}" task="face-detection"><img slot="sample" src="/samples/astronaut.jpg" alt="the sample" loading="lazy"></dehug-model>`
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>host</title><link rel="icon" href="data:,">
    ${room ? '<link rel="stylesheet" href="/room.css">' : ''}
    <script type="module" fetchpriority="low" src="/runtime/widget.js"></script>
    <h1>A page</h1><img src="/samples/sign.jpg" width="960" height="640" alt="a sign">
    ${tags === 0 ? text : Array.from({ length: tags }, () => text + tag).join('\n')}
    ${text}</html>`
    .replace(tags === 0 ? /<script.*<\/script>/ : /^$/, '')
}

/** Goes there, waits until nothing more is fetched, and gives { paint, shift, blocked, bytes, requests }. Milliseconds, score, bytes as they came over the line. */
export async function measureHostPage (page, url) {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Network.enable')
  const seen = { bytes: 0, requests: 0 }
  devtools.on('Network.loadingFinished', ({ encodedDataLength }) => { seen.bytes += encodedDataLength })
  page.on('request', () => seen.requests++)
  await page.addInitScript(() => {
    globalThis.budget = { paint: 0, shift: 0, blocked: 0 }
    const on = (type, add) => new PerformanceObserver((list) => list.getEntries().forEach(add)).observe({ type, buffered: true })
    on('largest-contentful-paint', ({ startTime }) => { budget.paint = startTime })
    on('layout-shift', ({ value }) => { budget.shift += value })
    on('longtask', ({ duration }) => { budget.blocked += duration - 50 })
  })
  await page.goto(url)
  await page.waitForLoadState('networkidle')
  await page.waitForFunction(() => (document.querySelector('dehug-model')?.shadowRoot?.querySelector('.frame.filled') ?? null) !== null || document.querySelector('dehug-model') === null)
  const budget = await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(() => resolve(budget)))))
  return { ...budget, ...seen }
}
