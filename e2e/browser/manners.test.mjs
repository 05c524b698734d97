// How <dehug-model> behaves towards the page that holds it and the person in front: asks before large downloads, pauses,
// ends what hangs, shares, speaks the page's language, and costs nothing before it is asked.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { measureHostPage, serveHostPage } from '../host-budget.mjs'
import { Lab, root } from './harness.mjs'
import { button, reach, told, watch, widgetPage } from './widget-page.mjs'

let lab, release, gateway

before(async () => {
  lab = await Lab.open()
  release = (await lab.publish(await lab.blazeface())).release
  gateway = await lab.fault(await lab.gateway(), 'none')
})

after(() => lab?.close())

const attributes = (more = {}) => ({ src: release, sources: gateway.url, task: 'face-detection', ...more })
const chunks = async (page) => (await told(page, 'progress')).filter((event) => event.type === 'chunk')
const running = (page) => page.workers().filter((worker) => worker.url().includes('run-worker'))
const said = (page) => page.locator('dehug-model .said').innerText()

/** A page whose browser says this of its connection, with the widget on it. */
async function connectedPage (connection, more) {
  const page = await lab.page(await lab.runtimeSite())
  await page.evaluate(async ({ connection, attributes }) => {
    Object.defineProperty(navigator, 'connection', { value: connection })
    const model = document.createElement('dehug-model')
    for (const [name, value] of Object.entries(attributes)) model.setAttribute(name, value)
    model.append(Object.assign(new Image(), { slot: 'sample', src: '/samples/astronaut.jpg', alt: 'the sample' }))
    document.body.append(model)
    await import('/runtime/widget.js')
  }, { connection, attributes: attributes(more) })
  await watch(page)
  return page
}

test('asks before a model that is larger than was said, and not a byte of it has been fetched', async () => {
  const page = await widgetPage(lab, { attributes: attributes({ 'ask-above': '1000' }) })
  await button(page).click()
  await page.locator('dehug-model .primary', { hasText: /^Download 442\skB$/ }).waitFor()
  assert.match(await said(page), /^This model is 442\skB.*Nothing of it has been fetched yet\.$/)
  assert.equal(await page.getAttribute('dehug-model', 'state'), 'idle')
  assert.deepEqual(await chunks(page), [])
  assert.deepEqual(await told(page, 'error'), [])
  await button(page).click()
  assert.equal(await reach(page, 'done', 'error'), 'done')
})

test('a browser that asks to save data: says how long it takes, asks always, loads nothing by itself', async () => {
  const page = await connectedPage({ saveData: true, downlink: 2 }, { autoload: '' })
  assert.equal(await page.getAttribute('dehug-model', 'state'), 'idle')
  await button(page).click()
  await page.locator('dehug-model .primary', { hasText: 'Download' }).waitFor()
  assert.match(await said(page), /about 2 s here/)
  const known = await connectedPage({ downlink: 4 }, { 'model-bytes': '453000' })
  assert.match(await said(known), /of engine and 453\skB of model, about 2 s here\./)
})

test('a download that was paused goes on where it was: no chunk that was checked is fetched again', async () => {
  const { release } = await lab.publish(await lab.recipe('file-type'))
  const slow = await lab.fault(gateway.url, 'slow', '-delay', '5ms')
  const page = await widgetPage(lab, { attributes: { src: release, sources: slow.url, task: 'file-type' }, sample: null })
  await page.evaluate(() => {
    const model = document.querySelector('dehug-model')
    model.addEventListener('progress', function pause ({ detail }) {
      if (detail.type !== 'chunk' || detail.state !== 'verified') return
      model.removeEventListener('progress', pause)
      model.shadowRoot.querySelector('.primary').click()
    })
  })
  await button(page).click()
  await reach(page, 'paused')
  assert.equal(await button(page).innerText(), 'Resume')
  assert.match(await said(page), /^Paused: .* are checked\.$/)
  const count = (await chunks(page)).filter(({ state }) => state === 'verified').length
  await button(page).click()
  assert.equal(await reach(page, 'ready', 'error'), 'ready')
  const whole = new Map()
  for (const { cid, status, bytes } of slow.requests) if (status === 200 && bytes === 2 ** 20) whole.set(cid, (whole.get(cid) ?? 0) + 1)
  const again = [...whole.values()].filter((n) => n > 1).length
  assert.ok(count >= 1 && again === 0, `${again} of ${count} chunks came twice`)
})

test('cancelling a paused download starts over', async () => {
  const slow = await lab.fault(gateway.url, 'slow', '-delay', '40ms')
  const page = await widgetPage(lab, { attributes: attributes({ sources: slow.url }) })
  await button(page).click()
  await reach(page, 'loading')
  await button(page).click()
  await reach(page, 'paused')
  await page.locator('dehug-model [part=cancel]').click()
  await reach(page, 'idle')
})

test('a run that hangs is ended with its worker, and the next one is as good as new', async () => {
  const worker = await readFile(join(root, 'web/dist/runtime/run-worker.js'), 'utf8')
  const hanging = `const make = WebAssembly.instantiate; WebAssembly.instantiate = async (...given) => {
    const { exports } = await make(...given)
    return { exports: { ...exports, run: (from, to) => { for (;;) {} } } }
  };`
  const page = await widgetPage(lab, { attributes: attributes({ 'max-seconds': '1' }), files: { '/runtime/run-worker.js': hanging + worker } })
  await button(page).click()
  assert.equal(await reach(page, 'done', 'error'), 'error')
  const [{ code, message, hint }] = await told(page, 'error')
  assert.deepEqual([code, message], ['aborted', 'the run took more than 1 s and was ended'])
  assert.match(hint, /load the model again/)
  while (running(page).length > 0) await delay(20)
})

test('a run that costs more than the page allows is refused before it begins', async () => {
  const page = await widgetPage(lab, { attributes: attributes({ 'max-work': '1000' }) })
  await button(page).click()
  assert.equal(await reach(page, 'done', 'error'), 'error')
  const [{ code, message }] = await told(page, 'error')
  assert.equal(code, 'too_large')
  assert.match(message, /^a run takes \d{7,} multiply-adds, more than the 1000 that are allowed here$/)
})

test('twenty on one page: nothing heavy before somebody asks; then one instance, fetched once, for all who ask', async () => {
  gateway.requests.length = 0
  const page = await lab.page(await lab.runtimeSite())
  const asked = []
  page.on('request', (request) => asked.push(new URL(request.url()).pathname))
  await page.evaluate(async (attributes) => {
    for (let i = 0; i < 20; i++) {
      const model = document.createElement('dehug-model')
      for (const [name, value] of Object.entries(attributes)) model.setAttribute(name, value)
      model.append(Object.assign(new Image(), { slot: 'sample', src: '/samples/astronaut.jpg', alt: 'the sample' }))
      document.body.append(model)
    }
    await import('/runtime/widget.js')
  }, attributes())
  await watch(page)
  await page.waitForLoadState('networkidle')
  assert.deepEqual([...new Set(asked)].sort(), ['/runtime/tasks/face-detection.js', '/runtime/widget.js', '/samples/astronaut.jpg'])
  assert.deepEqual(page.workers(), [])
  assert.deepEqual(gateway.requests, [])

  const made = () => [...document.querySelectorAll('dehug-model')].map((model) => model.shadowRoot.querySelector('.primary') !== null)
  await page.waitForFunction(`(${made})().slice(0, 3).every(Boolean)`)
  assert.equal((await page.evaluate(made)).at(-1), false, 'one that nobody has come near is not made')
  const found = await page.evaluate(() => Promise.all([...document.querySelectorAll('dehug-model')].slice(0, 3).map((model) => new Promise((resolve) => {
    model.addEventListener('result', ({ detail }) => resolve(detail.detections.length))
    model.addEventListener('error', ({ detail }) => resolve(detail.message))
    model.shadowRoot.querySelector('.primary').click()
  }))))
  assert.deepEqual(found, [1, 1, 1])
  assert.equal(running(page).length, 1)
  const cids = gateway.requests.map(({ cid }) => cid)
  assert.equal(cids.length, new Set(cids).size, 'nothing was fetched twice')
  // The first goes, the others stay; the last one takes the model along.
  await page.evaluate(() => document.querySelector('dehug-model').remove())
  const again = await page.evaluate(() => new Promise((resolve) => {
    const [, model] = document.querySelectorAll('dehug-model')
    model.addEventListener('result', ({ detail }) => resolve(detail.detections.length))
    model.shadowRoot.querySelector('.primary').click()
  }))
  assert.equal(again, 1)
})

test('twenty on a page of somebody else: nothing moves, and it downloads the widget, one task and one sample', async () => {
  const page = await lab.page('about:blank')
  const none = await measureHostPage(page, await serveHostPage(lab, { tags: 0, release, sources: gateway.url }))
  const many = await measureHostPage(page, await serveHostPage(lab, { tags: 20, release, sources: gateway.url }))
  assert.deepEqual([none.shift, many.shift], [0, 0])
  assert.ok(many.bytes - none.bytes < 130_000, `${many.bytes - none.bytes} bytes for twenty widgets`)
})

test('speaks German on a German page that brings the words', async () => {
  const german = await readFile(join(root, 'web/widget/strings.de.json'), 'utf8')
  const page = await lab.page(await lab.runtimeSite())
  await page.evaluate(async ({ german, attributes }) => {
    document.documentElement.lang = 'de'
    globalThis.dehugStrings = { de: JSON.parse(german) }
    const model = document.createElement('dehug-model')
    for (const [name, value] of Object.entries(attributes)) model.setAttribute(name, value)
    model.append(Object.assign(new Image(), { slot: 'sample', src: '/samples/astronaut.jpg', alt: 'Das Beispiel' }))
    document.body.append(model)
    await import('/runtime/widget.js')
  }, { german, attributes: attributes() })
  await watch(page)
  assert.equal(await button(page).innerText(), 'Gesichter finden')
  await button(page).click()
  await reach(page, 'done')
  assert.match(await page.locator('dehug-model [role=status]').innerText(), /^1 Gesicht gefunden\. .* im Modell\.$/)
  assert.equal(await page.locator('dehug-model article').getAttribute('lang'), 'de')
  assert.match(await page.locator('dehug-model .proof').innerText(), /streng: dieselben Bits auf jeder Maschine/)
})
