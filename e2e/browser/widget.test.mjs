// <dehug-model> as people meet it: on the relay's page, on a page of another origin, by keyboard, with sources that
// lie, and when it has to say no. Real relay, real gateways, real Chromium.

import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { after, before, describe, test } from 'node:test'
import { serve as serveEmbed } from '../../web/embed-demo/serve.mjs'
import { Lab, root } from './harness.mjs'
import { astronaut, button, fourPortraits, overlap, reach, told, watch, widgetPage } from './widget-page.mjs'

const agrees = 0.9 // overlap with what onnxruntime finds: the browser's own resampling moves a box by a pixel or two

let lab, release, honest, relay, liar

before(async () => {
  lab = await Lab.open()
  release = await lab.publish(await lab.blazeface())
  honest = await lab.gateway()
  liar = await lab.fault(honest, 'flip')
  relay = await lab.serve({ sources: [honest], faultGateway: liar.url })
})

after(() => lab?.close())

/** The relay's demo page, with a record of the requests that it makes. */
async function sitePage (options) {
  const page = await lab.page('about:blank', options)
  page.requests = []
  page.on('request', (request) => page.requests.push(request))
  await page.goto(relay.demo)
  await watch(page)
  return page
}

/** Nothing was thrown, and nothing was complained of on the console. */
function quiet (page) {
  assert.deepEqual(page.problems, [])
  assert.deepEqual(page.lines.filter(({ type }) => type === 'error' || type === 'warning'), [])
}

describe('the page', () => {
  test('finds the face of a real photograph', async () => {
    const page = await sitePage()
    await button(page).click()
    assert.equal(await reach(page, 'done', 'error'), 'done')

    assert.deepEqual(await page.evaluate(() => states), ['verifying', 'loading', 'ready', 'running', 'done'])
    const [result] = await told(page, 'result')
    assert.equal(result.detections.length, 1)
    assert.ok(overlap(result.detections[0].box, astronaut) > agrees, JSON.stringify(result.detections[0].box))
    assert.ok(result.detections[0].score > 0.9)
    assert.deepEqual(result.picture, { name: 'Portrait of astronaut Eileen Collins', width: 512, height: 512 })

    const [verified] = await told(page, 'verified')
    assert.equal(verified.manifest.signer, release.signer)
    assert.equal(verified.manifest.cid, release.manifest)
    assert.match(verified.planHash, /^[0-9a-f]{64}$/)
    assert.deepEqual(verified.lying, [])
    quiet(page)
  })

  test('says in words what it shows', async () => {
    const page = await sitePage()
    await button(page).click()
    await reach(page, 'done')
    assert.match(await page.locator('dehug-model [role=status]').innerText(), /^Found 1 face\. .* in the model\.$/)
    const canvas = await page.locator('dehug-model canvas').getAttribute('aria-label')
    assert.match(canvas, /^Portrait of astronaut Eileen Collins\. Found 1 face\. face, 92\s% sure, upper centre/)
    await page.locator('dehug-model summary').click()
    assert.equal(await page.locator('dehug-model .findings li').count(), 1)
    await page.locator('dehug-model .row[data-kind=file]').waitFor() // what was checked is shown by a file that is fetched meanwhile
    const rows = (await page.locator('dehug-model .row').allInnerTexts()).map((text) => text.replace(/\s+/g, ' ').trim())
    for (const [i, want] of [/^verified: Manifest/, /^verified: Signature/, /^verified: Leaf list 32 B/, /^verified: face_detection.*442 kB 1 of 1 chunk · from [AB]$/].entries()) {
      assert.match(rows[i], want)
    }
    assert.match(await page.locator('dehug-model .proof').innerText(), /strict: the same bits on every machine/)
  })

  test('finds every face of a second picture', async () => {
    const page = await sitePage()
    await page.getByRole('button', { name: 'Four portraits in one picture' }).click()
    await button(page).click()
    await reach(page, 'done')
    const [{ detections }] = await told(page, 'result')
    assert.equal(detections.length, 4)
    for (const want of fourPortraits) assert.ok(detections.some(({ box }) => overlap(box, want) > agrees), JSON.stringify(want))
  })

  test('fetches nothing heavy before it is asked, says how much it will be, and sends nothing ever', async () => {
    const page = await sitePage()
    await page.waitForLoadState('networkidle')
    const heavy = () => page.requests.filter((request) => /\/ipfs\/|\.wasm|worker/.test(request.url()))
    assert.deepEqual(heavy().map((request) => request.url()), [])
    assert.match(await page.locator('dehug-model .said').innerText(), /^Downloads [\d.]+\s[kM]B of engine and 453\skB of model(, about \d+ s here)?\./)
    await button(page).click()
    await reach(page, 'done')
    assert.ok(heavy().length > 3)
    assert.deepEqual(page.requests.filter((request) => request.method() !== 'GET' || request.postData() !== null), [])
    const origins = new Set(page.requests.map((request) => new URL(request.url()).origin))
    assert.deepEqual([...origins].sort(), [new URL(relay.url).origin, ...relay.config.gateways].sort())
  })

  test('catches a source that lies, and shows the evidence', async () => {
    const page = await sitePage()
    // Others answer later: who is overtaken has not lied.
    for (const gateway of [honest, relay.gateway]) await page.route(`${gateway}/**`, async (route) => { await sleep(500); await route.continue() })
    await page.getByRole('switch').click()
    await button(page).click()
    assert.equal(await reach(page, 'done', 'error'), 'done')
    const [result] = await told(page, 'result')
    assert.ok(overlap(result.detections[0].box, astronaut) > agrees)
    const [verified] = await told(page, 'verified')
    assert.deepEqual(verified.lying, [liar.url])

    const source = page.locator('dehug-model .sources li[data-state=lying]')
    assert.match(await source.innerText(), /not asked again/)
    const [expected, received] = await source.locator('code').evaluateAll((codes) => codes.map((code) => code.title))
    const { evidence } = (await told(page, 'progress')).find((event) => event.type === 'source' && event.state === 'lying')
    assert.deepEqual([expected, received], [evidence.expected, evidence.got])
    assert.notEqual(expected, received)
    // Of the other two, one sent what was used; the other's turn may not have come, or not have ended. Neither lied.
    await page.locator('dehug-model .sources li[data-state=ok]').first().waitFor()
    assert.equal(await page.locator('dehug-model .sources li[data-state=lying]').count(), 1)
    assert.equal(await page.locator('dehug-model .sources li').count(), 3)
    quiet(page)
  })

  test('is worked by keyboard alone', async () => {
    const page = await sitePage()
    const focused = () => page.evaluate(() => {
      let element = document.activeElement
      while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement
      return element?.getAttribute('aria-label') ?? element?.textContent?.trim()
    })
    const tabTo = async (name) => {
      for (let i = 0; i < 40; i++) {
        if (await focused() === name) return
        await page.keyboard.press('Tab')
      }
      assert.fail(`Tab does not lead to “${name}”`)
    }
    await page.evaluate(() => {
      const model = document.querySelector('dehug-model')
      model.removeAttribute('model-bytes')
      model.setAttribute('ask-above', '1000')
    })
    await tabTo('Find the faces')
    await page.keyboard.press('Enter')
    await button(page).filter({ hasText: 'Download' }).waitFor()
    assert.match(await focused(), /^Download 442/)
    await page.keyboard.press('Enter')
    await reach(page, 'done')
    assert.equal(await focused(), 'Run again') // the same button: focus is not lost on the way
    await tabTo('Four portraits in one picture')
    await page.keyboard.press('Space')
    await page.waitForFunction(() => events.filter(([type]) => type === 'result').length === 2)
    assert.equal((await told(page, 'result'))[1].detections.length, 4)
    await tabTo('Copy the manifest digest')
    await page.keyboard.press('Enter')
    await page.waitForFunction(() => /manifest digest/.test(document.querySelector('dehug-model').shadowRoot.querySelector('[role=status]').textContent))
  })

  test('says what to do when the relay has nothing to show', async () => {
    const empty = await lab.serve({ data: join(lab.folder, 'empty') })
    const page = await lab.page(empty.demo)
    await page.locator('#message', { hasText: 'Publish one with “dehug-relay publish”' }).waitFor()
    assert.equal(await page.locator('dehug-model').isVisible(), false)
    quiet(page)
  })

  test('offers the one tag that it is made of', async () => {
    const page = await sitePage()
    const snippet = page.locator('#snippet')
    await snippet.waitFor()
    const html = await snippet.innerText()
    for (const part of [`src="${release.release}"`, `signer="${release.signer}"`, `${relay.url}runtime/widget.js`, 'integrity="sha384-']) {
      assert.ok(html.includes(part), `${part} in ${html}`)
    }
  })
})

describe('pictures', () => {
  const attributes = () => ({ src: release.release, sources: honest, task: 'face-detection' })

  test('can be dropped, and stand upright whatever the camera says', async () => {
    const page = await widgetPage(lab, { attributes: attributes() })
    await page.evaluate(dropTurned)
    assert.equal(await reach(page, 'done', 'error'), 'done')
    const [result] = await told(page, 'result')
    assert.equal(result.picture.name, 'turned.jpg')
    assert.ok(overlap(result.detections[0].box, astronaut) > agrees, JSON.stringify(result.detections[0].box))
  })

  test('can be pasted', async () => {
    const page = await widgetPage(lab, { attributes: attributes(), sample: null })
    await page.evaluate(async () => {
      const transfer = new DataTransfer()
      transfer.items.add(new File([await (await fetch('/samples/four-portraits.jpg')).blob()], 'pasted.jpg', { type: 'image/jpeg' }))
      document.querySelector('dehug-model').dispatchEvent(new ClipboardEvent('paste', { clipboardData: transfer, bubbles: true }))
    })
    await reach(page, 'done')
    assert.equal((await told(page, 'result'))[0].detections.length, 4)
  })

  test('can be chosen; Refuse what is not a picture, and keep the model', async () => {
    const page = await widgetPage(lab, { attributes: attributes(), sample: null })
    await button(page).click()
    await reach(page, 'ready')
    assert.equal(await button(page).innerText(), 'Choose a picture')
    const input = page.locator('dehug-model input[type=file]')
    await input.setInputFiles({ name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('not a picture') })
    await page.locator('dehug-model .notice', { hasText: 'notes.txt is not a picture that this browser can read; choose a JPEG, PNG or WebP' }).waitFor()
    assert.deepEqual((await told(page, 'error')).map(({ code }) => code), ['bad_input'])
    assert.equal(await page.getAttribute('dehug-model', 'state'), 'ready')
    await input.setInputFiles({ name: 'me.jpg', mimeType: 'image/jpeg', buffer: await readFile(join(root, 'web/public/samples/astronaut.jpg')) })
    await reach(page, 'done')
    assert.equal((await told(page, 'result'))[0].picture.name, 'me.jpg')
  })
})

/** In the page: drops the astronaut turned a quarter to the left, in a JPEG whose EXIF asks to turn it back. */
async function dropTurned () {
  const image = Object.assign(new Image(), { src: '/samples/astronaut.jpg' })
  await image.decode()
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = 512
  const context = canvas.getContext('2d')
  context.translate(0, 512)
  context.rotate(-Math.PI / 2)
  context.drawImage(image, 0, 0)
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.92))
  const jpeg = new Uint8Array(await blob.arrayBuffer())
  // APP1, "Exif", big-endian TIFF, one IFD with one entry: Orientation (0x0112), SHORT, 1 value: 6, turn right to see.
  const exif = [0xff, 0xe1, 0, 34, 0x45, 0x78, 0x69, 0x66, 0, 0, 0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0]
  const transfer = new DataTransfer()
  transfer.items.add(new File([jpeg.slice(0, 2), new Uint8Array(exif), jpeg.slice(2)], 'turned.jpg', { type: 'image/jpeg' }))
  document.querySelector('dehug-model').dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }))
}

describe('elsewhere', () => {
  test('one tag on a page of another origin, under its own policy', async () => {
    const embed = await serveEmbed(relay.url.replace(/\/$/, ''))
    try {
      const page = await lab.page(embed.url)
      await watch(page)
      await button(page).click()
      assert.equal(await reach(page, 'done', 'error'), 'done')
      const [result] = await told(page, 'result')
      assert.ok(overlap(result.detections[0].box, astronaut) > agrees)
      assert.match(await page.locator('dehug-model .proof').innerText(), /a worker of this page/)
      quiet(page)
    } finally {
      await embed.close()
    }
  })

  test('where workers are refused, the page’s own thread does it, and says so', async () => {
    const embed = await serveEmbed(relay.url.replace(/\/$/, ''), { workers: false })
    try {
      const page = await lab.page(embed.url)
      await watch(page)
      await button(page).click()
      assert.equal(await reach(page, 'done', 'error'), 'done')
      const [result] = await told(page, 'result')
      assert.ok(overlap(result.detections[0].box, astronaut) > agrees)
      assert.match(await page.locator('dehug-model .proof').innerText(), /the page’s own thread/)
      assert.equal(page.lines.filter(({ text }) => text.includes('own thread')).length, 1)
      assert.deepEqual(page.problems, [])
    } finally {
      await embed.close()
    }
  })

  test('a sample that takes longer than the model is run on when it is there', async () => {
    const page = await widgetPage(lab, { attributes: { src: release.release, sources: honest }, sample: null })
    let letGo
    const afterwards = new Promise((resolve) => { letGo = resolve })
    await page.route('**/samples/*', (route) => afterwards.then(() => route.continue()))
    await page.evaluate(() => {
      const image = Object.assign(new Image(), { slot: 'sample', src: '/samples/astronaut.jpg', alt: 'the sample' })
      document.querySelector('dehug-model').append(image)
    })
    await button(page).click()
    await reach(page, 'ready')
    letGo()
    assert.equal(await reach(page, 'done', 'error'), 'done')
    assert.equal((await told(page, 'result')).length, 1)
  })

  test('moving the element keeps its model, taking it away frees it', async () => {
    const page = await widgetPage(lab, { attributes: { src: release.release, sources: honest } })
    await button(page).click()
    await reach(page, 'done')
    const move = (how) => page.evaluate(async (how) => {
      const model = document.querySelector('dehug-model')
      if (how === 'away and back') model.remove()
      await new Promise((resolve) => setTimeout(resolve))
      document.body.prepend(model)
      return model.getAttribute('state')
    }, how)
    assert.equal(await move('elsewhere'), 'done')
    assert.equal(await move('away and back'), 'idle')
    await button(page).click()
    assert.equal(await reach(page, 'done', 'error'), 'done')
  })

  test('autoload begins when it is seen', async () => {
    const page = await widgetPage(lab, { attributes: { src: release.release, sources: honest, autoload: '' } })
    assert.equal(await reach(page, 'done', 'error'), 'done')
  })
})

describe('when it has to say no', () => {
  const wrong = '0x000000000000000000000000000000000000dEaD'
  const absent = `bafkrei${'a'.repeat(51)}q`
  const cases = [
    { name: 'no source answers', sources: '500', code: 'unreachable', title: 'No source answered.' },
    { name: 'all sources lie', sources: 'flip', code: 'unverified', title: 'What the sources sent is not this model.' },
    { name: 'the wrong signer', attributes: { signer: wrong }, code: 'wrong_signer', title: 'This model is not signed by whom this page expects.' },
    { name: 'a model larger than allowed', attributes: { 'max-bytes': '1000' }, code: 'too_large', title: 'This model is larger than this page allows.' },
    { name: 'a reference that is none', attributes: { src: 'bafynonsense' }, code: 'invalid', title: 'This cannot be loaded.' },
    { name: 'a release that nobody has', attributes: { src: absent }, code: 'not_found', title: 'No source has this model.' },
    { name: 'a limit that is no number', attributes: { 'max-bytes': 'some' }, code: 'invalid', title: 'This cannot be loaded.' },
    { name: 'a limit of runs that is no number', attributes: { 'max-work': '1e9' }, code: 'invalid', title: 'This cannot be loaded.' },
    { name: 'a task that it does not know', attributes: { task: 'mind-reading' }, code: 'unsupported', title: 'This model cannot be used here.' }
  ]
  for (const { name, sources = 'none', attributes = {}, code, title } of cases) {
    test(`Refuse ${name}: ${code}`, async () => {
      const gateway = await lab.fault(honest, sources)
      const page = await widgetPage(lab, { attributes: { src: release.release, sources: gateway.url, task: 'face-detection', ...attributes } })
      await button(page).click()
      assert.equal(await reach(page, 'done', 'error'), 'error')

      const alert = page.locator('dehug-model [part=error]')
      await alert.locator('strong').waitFor()
      const [shown, advice, detail] = await alert.locator('strong, p').allInnerTexts()
      assert.equal(shown, title)
      assert.match(advice, /^[A-Z].*\.$/s)
      assert.ok(detail.startsWith(code), detail)
      assert.equal(await button(page).innerText(), 'Try again')

      const [error, ...more] = await told(page, 'error')
      assert.equal(error.code, code)
      assert.deepEqual(more, [])
      assert.deepEqual(await told(page, 'verified'), []) // nothing was compiled, let alone run
      assert.deepEqual(await told(page, 'result'), [])
      assert.deepEqual(page.problems, [])
      if (code === 'too_large') {
        const chunks = (await told(page, 'progress')).filter((event) => event.type === 'chunk' && event.state !== 'waiting')
        assert.deepEqual(chunks, []) // not one byte of the model was asked for
      }
    })
  }

  test('Refuse a model without the outputs that the task reads: unsupported', async () => {
    const folder = await lab.blazeface()
    const path = join(folder, 'model.json')
    const authored = await readFile(path, 'utf8')
    await writeFile(path, authored.replace('Identity_3:0', 'Keypoints').replace('"1.0.0"', '"1.0.1"'))
    const other = await lab.publish(folder)
    await writeFile(path, authored)
    const page = await widgetPage(lab, { attributes: { src: other.release, sources: honest } })
    await button(page).click()
    assert.equal(await reach(page, 'done', 'error'), 'error')
    const [error] = await told(page, 'error')
    assert.deepEqual([error.code, error.message], ['unsupported', 'the model has no output "Keypoints", which face detection reads'])
  })

  test('works again once what was wrong has been put right', async () => {
    const page = await widgetPage(lab, { attributes: { src: release.release, sources: honest, signer: wrong } })
    await button(page).click()
    await reach(page, 'error')
    await page.evaluate((signer) => document.querySelector('dehug-model').setAttribute('signer', signer), release.signer)
    await reach(page, 'idle')
    await button(page).click()
    assert.equal(await reach(page, 'done', 'error'), 'done')
  })

  test('tries again when asked', async () => {
    const flaky = await lab.fault(honest, 'none')
    const page = await widgetPage(lab, { attributes: { src: release.release, sources: flaky.url } })
    await page.route('**/ipfs/**', (route) => route.abort())
    await button(page).click()
    await reach(page, 'error')
    await page.unroute('**/ipfs/**')
    await button(page).click()
    assert.equal(await reach(page, 'done'), 'done')
  })

  test('can be cancelled, and then is as it was', async () => {
    const slow = await lab.fault(honest, 'stall')
    const page = await widgetPage(lab, { attributes: { src: release.release, sources: slow.url } })
    await button(page).click()
    await reach(page, 'verifying')
    assert.equal(await button(page).innerText(), 'Cancel')
    await button(page).click()
    await reach(page, 'idle')
    assert.deepEqual(await told(page, 'error'), [])
  })
})
