// The camera of <dehug-model>: one picture at a time, never a queue; off as soon as nobody looks; said clearly where there is none.
// Chromium's camera here is a file: one photograph, again and again.

import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Lab } from './harness.mjs'
import { astronaut, button, overlap, reach, told, watch } from './widget-page.mjs'

let lab, release, classes, honest, args

before(async () => {
  lab = await Lab.open()
  release = (await lab.publish(await lab.blazeface())).release
  classes = (await lab.publish(await lab.recipe('image-classification'))).release
  honest = await lab.gateway()
  const film = join(lab.folder, 'film.y4m')
  await writeFile(film, await filmOf('/samples/astronaut.jpg'))
  args = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream', `--use-file-for-fake-video-capture=${film}`]
})

after(() => lab?.close())

/** A film of one picture, as Chromium's imitation of a camera reads it: YUV with half as many colours each way. */
async function filmOf (picture) {
  const page = await lab.page(await lab.runtimeSite())
  const { width, height, rgba } = await page.evaluate(async (src) => {
    const image = Object.assign(new Image(), { src })
    await image.decode()
    const { width, height } = image
    const context = new OffscreenCanvas(width, height).getContext('2d')
    context.drawImage(image, 0, 0)
    return { width, height, rgba: Array.from(context.getImageData(0, 0, width, height).data) }
  }, picture)
  await page.context().close()
  const plane = (step, [r, g, b], zero) => {
    const out = Buffer.alloc(width * height / step ** 2)
    for (let y = 0, i = 0; y < height; y += step) {
      for (let x = 0; x < width; x += step, i++) {
        const at = 4 * (y * width + x)
        out[i] = Math.min(255, Math.max(0, Math.round(r * rgba[at] + g * rgba[at + 1] + b * rgba[at + 2] + zero)))
      }
    }
    return out
  }
  const planes = [plane(1, [0.299, 0.587, 0.114], 0), plane(2, [-0.169, -0.331, 0.5], 128), plane(2, [0.5, -0.419, -0.081], 128)]
  return Buffer.concat([Buffer.from(`YUV4MPEG2 W${width} H${height} F20:1 Ip A1:1 C420jpeg\nFRAME\n`), ...planes])
}

/** A page with the widget on it, which keeps what the camera does: `streams`, and `acts`, in order. `prepare` runs before that. */
async function open ({ src = release, task = 'face-detection', prepare = () => {}, browser = args, ...options } = {}) {
  const page = await lab.page('about:blank', { args: browser, ...options })
  await page.addInitScript(prepare)
  await page.addInitScript(() => {
    globalThis.streams = []
    globalThis.acts = []
    const { mediaDevices } = navigator
    if (!mediaDevices) return
    const ask = mediaDevices.getUserMedia.bind(mediaDevices)
    mediaDevices.getUserMedia = async (...given) => {
      const stream = await ask(...given)
      streams.push(stream)
      return stream
    }
    const take = globalThis.createImageBitmap
    globalThis.createImageBitmap = (...given) => {
      if (given[0] instanceof HTMLVideoElement) acts.push('taken')
      return take(...given)
    }
    document.addEventListener('result', ({ detail }) => { if (detail.live) acts.push('looked at') }, true)
  })
  await page.goto(await lab.runtimeSite())
  await page.evaluate(async (attributes) => {
    const model = document.createElement('dehug-model')
    for (const [name, value] of Object.entries(attributes)) model.setAttribute(name, value)
    document.body.append(model)
    await import('/runtime/widget.js')
  }, { src, sources: honest, task, 'ask-above': String(2 ** 25) })
  await watch(page)
  return page
}

const camera = (page) => page.getByRole('button', { name: 'Use the camera', exact: true })
const said = (page) => page.locator('dehug-model .said')
const looks = (page, n) => page.waitForFunction((n) => acts.filter((act) => act === 'looked at').length >= n, n)
const off = (page) => page.waitForFunction(() => streams.length > 0 && streams.every((stream) => stream.getTracks().every((track) => track.readyState === 'ended')))

test('finds a face in picture after picture, one at a time, until it is stopped', async () => {
  const page = await open()
  assert.equal(await page.evaluate(() => streams.length), 0)
  await camera(page).click()
  await looks(page, 5)
  assert.equal(await page.getAttribute('dehug-model', 'state'), 'running')
  await said(page).filter({ hasText: /^Found 1 face\. [\d.]+\sm?s in the model, [\d.]+ pictures a second\.$/ }).waitFor()
  const acts = await page.evaluate(() => acts)
  assert.ok(acts.every((act, i) => act === (i % 2 === 0 ? 'taken' : 'looked at')), acts.join(', '))

  assert.equal(await button(page).innerText(), 'Stop')
  await button(page).click()
  await off(page)
  assert.equal(await reach(page, 'done', 'error'), 'done')
  const results = await told(page, 'result')
  assert.ok(results.slice(0, -1).every(({ live }) => live === true) && results.at(-1).live === undefined)
  const { detections: [face], picture } = results.at(-1)
  assert.ok(overlap(face.box, astronaut) > 0.8, JSON.stringify([face.box, picture]))
  assert.equal(picture.name, 'Camera')
  // What stands there is a picture as any other.
  await button(page).click()
  await page.waitForFunction((n) => events.filter(([type]) => type === 'result').length > n, results.length)
  assert.deepEqual(page.problems, [])
})

test('is turned off when the element goes, is hidden or out of view, or shows another picture', async () => {
  const page = await open()
  const endings = {
    'another picture': () => page.evaluate(async () => {
      const blob = await (await fetch('/samples/four-portraits.jpg')).blob()
      await document.querySelector('dehug-model').run(blob, 'four')
    }),
    hidden: () => page.evaluate(() => {
      Object.defineProperty(document, 'hidden', { value: true, configurable: true })
      document.dispatchEvent(new Event('visibilitychange'))
      delete document.hidden
    }),
    'out of view': () => page.evaluate(() => {
      document.body.style.paddingBlockEnd = '4000px'
      scrollTo(0, document.body.scrollHeight)
    }),
    'the element goes': () => page.evaluate(() => document.querySelector('dehug-model').remove())
  }
  for (const [how, end] of Object.entries(endings)) {
    await page.evaluate(() => { scrollTo(0, 0); streams.length = acts.length = 0 })
    await camera(page).click()
    await looks(page, 1)
    await end()
    await off(page)
    if (how === 'the element goes') break
    assert.equal(await reach(page, 'done', 'error'), 'done', how)
    if (how === 'another picture') {
      await page.waitForFunction(() => events.at(-1)[1].picture?.name === 'four')
    } else {
      await said(page).filter({ hasText: how === 'hidden' ? /this page is hidden\. Found 1 face\./ : /is out of view\. Found 1 face\./ }).waitFor()
    }
  }
  assert.deepEqual(await told(page, 'error'), [])
  assert.deepEqual(page.problems, [])
})

test('classifies what it sees; for those who want less movement, in a row of stills', async () => {
  const page = await open({
    src: classes,
    task: 'image-classification',
    reducedMotion: 'reduce',
    prepare: () => {
      const wait = globalThis.setTimeout
      globalThis.setTimeout = (then, ms, ...rest) => {
        if (ms === 1000 && globalThis.acts?.length > 0) acts.push('rest')
        return wait(then, ms === 1000 ? 1 : ms, ...rest)
      }
    }
  })
  await camera(page).click()
  await looks(page, 3)
  const acts = await page.evaluate(() => acts)
  assert.ok(acts.every((act, i) => act === ['taken', 'looked at', 'rest'][i % 3]), acts.join(', '))
  await page.locator('dehug-model .bars li').first().waitFor()
  await button(page).click()
  await off(page)
  assert.equal(await reach(page, 'done', 'error'), 'done')
  assert.deepEqual(page.problems, [])
})

test('Refuse a camera that may not be used, that is missing, and a page that may not ask', async () => {
  const cases = [
    { words: /not allowed to use the camera; .* or choose a picture$/, browser: ['--use-fake-device-for-media-stream', '--deny-permission-prompts'] },
    { words: /no camera was found; .* or choose a picture$/, prepare: () => { MediaDevices.prototype.getUserMedia = () => Promise.reject(new DOMException('none', 'NotFoundError')) } },
    { words: /not loaded over https; choose a picture instead$/, prepare: () => { delete Navigator.prototype.mediaDevices } }
  ]
  for (const { words, ...options } of cases) {
    const page = await open(options)
    await camera(page).click()
    await page.locator('dehug-model .notice').filter({ hasText: words }).waitFor()
    assert.equal(await page.getAttribute('dehug-model', 'state'), 'ready')
    assert.deepEqual((await told(page, 'error')).map(({ code }) => code), ['bad_input'])
    assert.deepEqual(page.problems, [])
  }
})
