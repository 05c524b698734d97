// The tasks of <dehug-model> beside face detection, each with its real model from a real relay, in real Chromium: what
// they find is right, bad input is refused in words that say what to do, and a model made for another task is, too.

import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { Lab, root } from './harness.mjs'
import { button, otherTasks, reach, told, watch, widgetPage } from './widget-page.mjs'

const sample = (name) => join(root, 'web/public/samples', name)

let lab, honest
const releases = {}

before(async () => {
  lab = await Lab.open()
  for (const name of otherTasks) {
    releases[name] = await lab.publish(await lab.recipe(name))
  }
  honest = await lab.gateway()
})

after(() => lab?.close())

/** A page with one task's widget; nothing has been loaded yet. */
const open = (task, options = {}) => widgetPage(lab, { attributes: { src: releases[task].release, sources: honest, task, 'ask-above': String(2 ** 25) }, sample: null, ...options })

/** Waits for the n-th result, and returns its detail. */
async function result (page, n = 1) {
  await page.waitForFunction((n) => events.filter(([type]) => type === 'result' || type === 'error').length >= n, n)
  assert.deepEqual(await told(page, 'error'), [])
  return (await told(page, 'result'))[n - 1]
}

const fileInput = (page) => page.locator('dehug-model input[type=file]')
const notice = (page) => page.locator('dehug-model .notice')

/** Corners' bounding box, in fractions of the picture. */
const bounds = (quad) => {
  const [x, y] = ['x', 'y'].map((axis) => quad.map((p) => p[axis]))
  return { x: Math.min(...x), y: Math.min(...y), right: Math.max(...x), bottom: Math.max(...y) }
}

describe('ocr', () => {
  test('reads a photographed receipt: every line, in its place', async () => {
    const page = await open('ocr', { sample: 'receipt.jpg' })
    await button(page).click()
    const { text, lines, picture } = await result(page)
    // Spaces are where the model saw them; onnxruntime with PaddleOCR's own processing reads the same.
    assert.deepEqual(text.replace(/ /g, '').split('\n'), [
      'CornerBakery', '14MillLane,Bristol', 'Sourdoughloaf', '4.80', 'Cinnamonbun', '2.95', 'Flatwhite', '3.40', 'TOTAL', '11.15', 'Paidbycard21:04', 'Thankyouandgoodbye'
    ])
    assert.deepEqual([picture.width, picture.height], [900, 1000])
    const total = bounds(lines.find((line) => line.text === '11.15').quad)
    for (const [side, want] of Object.entries({ x: 0.667, y: 0.526, right: 0.77, bottom: 0.562 })) assert.ok(Math.abs(total[side] - want) < 0.012, `${side}: ${total[side]}, want ${want}`)
    assert.ok(lines.every(({ score }) => score > 0.8))

    // Over the picture and below it there is text that can be selected.
    assert.equal(await page.locator('dehug-model svg.overlay text').count(), lines.length)
    await page.locator('dehug-model .text').evaluate((block) => getSelection().selectAllChildren(block))
    assert.match(await page.evaluate(() => getSelection().toString()), /Sourdough ?loaf/)
    assert.match(await page.locator('dehug-model canvas').getAttribute('aria-label'), /Read 12\slines\..*TOTAL/)
    assert.deepEqual(page.problems, [])
  })

  test('verifies both models and the characters, and says the plan of each', async () => {
    const page = await open('ocr', { sample: 'sign.jpg' })
    await button(page).click()
    const { text } = await result(page)
    assert.match(text.replace(/ /g, ''), /^Riverwalk2km\nOldTownHall\nNobicyclesafter18:00$/)
    const rows = await page.locator('dehug-model .row[data-kind=file] .label').allInnerTexts()
    assert.deepEqual(rows.sort(), ['characters.txt', 'det.onnx', 'rec.onnx'])
    assert.deepEqual(await page.locator('dehug-model .row:not([data-state=verified])').count(), 0)
    const [verified] = await told(page, 'verified')
    assert.match(verified.planHashes['rec.onnx'], /^[0-9a-f]{64}$/)
    assert.notEqual(verified.planHashes['rec.onnx'], verified.planHash)
    assert.deepEqual(page.problems, [])
  })

  test('says that there is no text where there is none, and reads the next picture', async () => {
    const page = await open('ocr', { sample: 'astronaut.jpg' })
    await page.evaluate(async () => {
      const blank = new OffscreenCanvas(200, 120)
      blank.getContext('2d').fillRect(0, 0, 200, 120)
      document.querySelector('dehug-model').run(await blank.convertToBlob(), 'blank.png')
    })
    assert.deepEqual((await result(page)).lines, [])
    assert.match(await page.locator('dehug-model .said').innerText(), /^No text found\./)
    await fileInput(page).setInputFiles(sample('sign.jpg'))
    assert.equal((await result(page, 2)).lines.length, 3)
  })

  test('holds the limit of bytes against all of its files', async () => {
    const page = await widgetPage(lab, { attributes: { src: releases.ocr.release, sources: honest, task: 'ocr', 'max-bytes': '6000000' }, sample: null })
    await button(page).click()
    assert.equal(await reach(page, 'error', 'ready'), 'error')
    assert.deepEqual((await told(page, 'error')).map(({ code }) => code), ['too_large'])
  })
})

describe('image-classification', () => {
  const turned = (page) => page.locator('dehug-model .bars .best .label').innerText()

  test('tells which way up a page is', async () => {
    const page = await open('image-classification', { sample: 'page-upright.jpg' })
    await button(page).click()
    const { classes } = await result(page)
    assert.deepEqual([classes.length, classes[0].label], [4, 'upright'])
    assert.ok(classes[0].score > 0.85)
    await fileInput(page).setInputFiles(sample('page-turned.jpg'))
    assert.equal((await result(page, 2)).classes[0].label, 'a quarter turn to the right')
    assert.equal(await turned(page), 'a quarter turn to the right')
    assert.deepEqual(page.problems, [])
  })

  test('Refuse what is no picture, and keep the model', async () => {
    const page = await open('image-classification')
    await button(page).click()
    await reach(page, 'ready')
    await fileInput(page).setInputFiles({ name: 'huge.png', mimeType: 'image/png', buffer: Buffer.from('\x89PNG\r\n\x1a\n, and no more') })
    await notice(page).filter({ hasText: /huge\.png is not a picture that this browser can read; choose/ }).waitFor()
    assert.equal(await page.getAttribute('dehug-model', 'state'), 'ready')
  })
})

describe('voice-activity', () => {
  // By onnxruntime, with Silero's own get_speech_timestamps.
  const spoken = [[0.578, 1.694], [1.986, 3.358], [4.738, 6.846]]
  const near = (speech, want, seconds) => {
    assert.equal(speech.length, want.length, JSON.stringify(speech))
    speech.forEach(({ start, end }, i) => assert.ok(Math.abs(start - want[i][0]) <= seconds && Math.abs(end - want[i][1]) <= seconds, JSON.stringify({ start, end, want: want[i] })))
  }

  test('finds where somebody speaks in a recording', async () => {
    const page = await open('voice-activity', { html: '<a slot="sample" href="/samples/tea.wav">Tea</a>' })
    await button(page).click()
    const { speech, seconds, probabilities } = await result(page)
    near(speech, spoken, 0.033) // a frame
    assert.ok(Math.abs(seconds - 7.971) < 0.001)
    assert.equal(Object.keys(probabilities).length, 250)
    assert.match(await page.locator('dehug-model .said').innerText(), /^Speech in 3\sstretches, 4\.6 of 8\.0 seconds\./)
    assert.match(await page.locator('dehug-model canvas').getAttribute('aria-label'), /^Tea\. .*Speech from 4\.7 s to 6\.8 s\.$/)
    await page.locator('dehug-model summary').click()
    assert.equal(await page.locator('dehug-model .findings li').count(), 3)
    await page.getByRole('button', { name: 'Play' }).click()
    await page.getByRole('button', { name: 'Stop' }).click()
    assert.deepEqual(page.problems, [])
  })

  test('listens while it records', async () => {
    const file = join(lab.folder, 'tea.wav')
    await writeFile(file, linear(await readFile(sample('tea.wav'))))
    const args = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream', `--use-file-for-fake-audio-capture=${file}`]
    const page = await open('voice-activity', { args })
    await page.getByRole('button', { name: 'Record', exact: true }).click()
    await page.locator('dehug-model .said', { hasText: 'Somebody speaks.' }).waitFor()
    assert.equal(await page.getAttribute('dehug-model', 'state'), 'running')
    await page.locator('dehug-model .said', { hasText: /^[4-9]\.\d s recorded/ }).waitFor()
    await button(page).click() // it says Stop
    const { speech, seconds, name } = await result(page)
    assert.equal(name, 'Recording')
    assert.ok(seconds >= 4 && seconds < 10, `${seconds} s`)
    assert.ok(speech.length >= 1 && speech[0].end - speech[0].start > 0.5, JSON.stringify(speech))
    assert.deepEqual(page.problems, [])
  })

  test('Refuse a microphone that may not be used, and a file without sound', async () => {
    const page = await open('voice-activity', { args: ['--deny-permission-prompts'] })
    await page.getByRole('button', { name: 'Record', exact: true }).click()
    await notice(page).filter({ hasText: /microphone.*choose a recording/ }).waitFor()
    assert.equal(await page.getAttribute('dehug-model', 'state'), 'ready')
    await fileInput(page).setInputFiles({ name: 'song.mp3', mimeType: 'audio/mpeg', buffer: Buffer.from('la la la') })
    await notice(page).filter({ hasText: 'song.mp3 is not a recording that this browser can play; choose an MP3, WAV or Ogg file' }).waitFor()
    assert.deepEqual([...new Set((await told(page, 'error')).map(({ code }) => code))], ['bad_input'])
    assert.deepEqual(page.problems, [])
  })
})

/** A µ-law WAV file as one of 16-bit samples, which is what Chromium's imitation of a microphone reads. */
function linear (wav) {
  const at = wav.indexOf('data') + 8
  const samples = Int16Array.from(wav.subarray(at), (byte) => {
    const code = ~byte & 255
    const size = ((((code & 15) << 3) + 132) << ((code & 0x70) >> 4)) - 132
    return code & 128 ? -size : size
  })
  const head = Buffer.from('RIFF____WAVEfmt ________________________data____')
  head.writeUInt32LE(36 + 2 * samples.length, 4)
  for (const [i, value] of [[16, 16], [20, 1 | 1 << 16], [24, 16000], [28, 32000], [32, 2 | 16 << 16], [40, 2 * samples.length]]) head.writeUInt32LE(value, i)
  return Buffer.concat([head.subarray(0, 36), Buffer.from('data'), head.subarray(40, 44), Buffer.from(samples.buffer)])
}

describe('file-type', () => {
  // What Magika 0.6.3 says of the same bytes.
  const files = [
    ['holiday.txt', () => readFile(sample('astronaut.jpg')), 'jpeg'],
    ['main.ts', () => readFile(join(root, 'web/src/demo/main.ts')), 'typescript'],
    ['unnamed', () => readFile(join(root, 'tools/fetch-models/archive.go')), 'go'],
    ['style', () => readFile(join(root, 'web/src/demo/page.css')), 'css'],
    ['README.md', () => readFile(join(root, 'README.md')), 'markdown'],
    ['engine', () => readFile(join(root, 'web/dist/runtime/dehug.wasm')), 'wasm'],
    ['two bytes', async () => Buffer.from('hi'), 'txt'],
    ['nothing', async () => Buffer.alloc(0), 'empty'],
    ['noise', async () => Buffer.from([0xff, 0xfe, 0]), 'unknown']
  ]

  test('tells files apart by their bytes, whatever they are called', async () => {
    const page = await open('file-type')
    await button(page).click()
    await reach(page, 'ready')
    assert.equal(await button(page).innerText(), 'Choose a file')
    for (const [i, [name, read, want]] of files.entries()) {
      await fileInput(page).setInputFiles({ name, mimeType: 'application/octet-stream', buffer: await read() })
      const { type, file } = await result(page, i + 1)
      assert.equal(type.label, want, name)
      assert.equal(file.name, name)
      if (name === 'holiday.txt') {
        assert.ok(type.score > 0.99)
        assert.match(await page.locator('dehug-model .paper').innerText(), /JPEG image data · image\/jpeg · its name says something else: \.txt/)
      }
    }
    assert.deepEqual(page.problems, [])
  })

  test('offers samples by name', async () => {
    const page = await open('file-type', { html: '<a slot="sample" href="/samples/astronaut.jpg" download="holiday.txt"></a><a slot="sample" href="/runtime/run-worker.js">a script</a>' })
    await page.locator('dehug-model .name', { hasText: 'holiday.txt' }).waitFor()
    await button(page).click()
    assert.equal((await result(page)).type.label, 'jpeg')
    await page.getByRole('button', { name: 'Sample: a script' }).click()
    assert.equal((await result(page, 2)).type.label, 'javascript')
  })
})

describe('text-embedding', () => {
  const subject = 'A man is eating a piece of bread.'
  // Cosines by onnxruntime, with Hugging Face's own tokenizer.
  const others = [['Someone is having a meal.', 0.5782], ['A dog is chasing a ball in the park.', 0.048], ['The stock market fell sharply today.', 0.041], ['A woman plays the violin.', -0.089]]

  test('puts sentences in the order of likeness', async () => {
    const html = [subject, ...others.map(([text]) => text).reverse()].map((text) => `<p slot="sample">${text}</p>`).join('')
    const page = await open('text-embedding', { html })
    await button(page).click()
    const { ranked, texts } = await result(page)
    assert.deepEqual(ranked.map(({ text }) => text), others.map(([text]) => text))
    ranked.forEach(({ similarity }, i) => assert.ok(Math.abs(similarity - others[i][1]) < 0.01, `${ranked[i].text}: ${similarity}, want ${others[i][1]}`))
    assert.equal(texts[0], subject)
    assert.match(await page.locator('dehug-model .said').innerText(), /^Closest: “Someone is having a meal\.”, 0\.58 of 1\./)
    assert.deepEqual(page.problems, [])
  })

  test('Refuse nothing to compare, and say which field', async () => {
    const page = await open('text-embedding')
    await button(page).click()
    await reach(page, 'ready')
    const [first, second] = [page.getByLabel('A sentence'), page.getByLabel('Compare it with these, one a line')]
    await second.fill('one\ntwo')
    await button(page).click()
    await notice(page).filter({ hasText: 'there is no sentence to compare; write one in the first field' }).waitFor()
    await first.fill('   three ')
    await second.fill(' \n')
    await button(page).click()
    await notice(page).filter({ hasText: 'there is nothing to compare with; write a sentence in the second field' }).waitFor()
    await second.fill(Array.from({ length: 65 }, (_, i) => `line ${i}`).join('\n'))
    await button(page).click()
    await notice(page).filter({ hasText: '65 lines are too many' }).waitFor()
    assert.deepEqual([...new Set((await told(page, 'error')).map(({ code }) => code))], ['bad_input'])
    await second.fill('a very long one ' + 'word '.repeat(600))
    await button(page).click()
    await page.locator('dehug-model .findings', { hasText: 'longer than the model takes' }).waitFor()
    assert.deepEqual(page.problems, [])
  })
})

test('tasks are worked by keyboard alone', async () => {
  const page = await open('text-embedding')
  const focused = () => page.evaluate(() => {
    let element = document.activeElement
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement
    return element?.id || element?.textContent?.trim()
  })
  const tabTo = async (name) => {
    for (let i = 0; i < 30 && await focused() !== name; i++) await page.keyboard.press('Tab')
    assert.equal(await focused(), name)
  }
  await tabTo('subject')
  await page.keyboard.type('The cat sleeps on the sofa.')
  await tabTo('others')
  await page.keyboard.type('Interest rates will rise.\nA kitten naps on the couch.')
  await page.keyboard.press('Shift+Tab')
  await tabTo('Compare')
  await page.keyboard.press('Enter')
  assert.equal((await result(page)).ranked[0].text, 'A kitten naps on the couch.')
  assert.equal(await focused(), 'Run again') // the same button: focus is not lost on the way
  assert.match(await page.locator('dehug-model [role=status]').innerText(), /^Closest: “A kitten naps on the couch\.”/)
})

describe('a model made for another task', () => {
  for (const [task, model, message] of [
    ['ocr', 'file-type', /no file "(rec\.onnx|characters\.txt)"/], // it asks for both at once, and neither is there
    ['file-type', 'ocr', /no file "config\.min\.json"/],
    ['image-classification', 'ocr', /either labels or labels-file/],
    ['face-detection', 'image-classification', /scores and boxes have the same number of items/],
    ['text-embedding', 'image-classification', /no file "tokenizer\.json"/],
    ['voice-activity', 'image-classification', /no input "input"/]
  ]) {
    test(`Refuse ${model} for ${task}`, async () => {
      const html = task === 'voice-activity' ? '<a slot="sample" href="/samples/tea.wav">Tea</a>' : ''
      const page = await widgetPage(lab, { attributes: { src: releases[model].release, sources: honest, task }, html })
      await button(page).click()
      assert.equal(await reach(page, 'error', 'done'), 'error')
      const [error] = await told(page, 'error')
      assert.match(error.message, message)
      assert.notEqual(error.hint, '')
      assert.deepEqual(page.problems, [])
    })
  }
})

describe('the page', () => {
  test('shows what the relay offers, one tab each, by address', async () => {
    await lab.publish(await lab.blazeface())
    const relay = await lab.serve({ sources: [honest] })
    const page = await lab.page(new URL('?task=file-type', relay.demo).href)
    await watch(page)
    const tabs = page.locator('#tasks a')
    assert.deepEqual(await tabs.allInnerTexts(), ['Faces', 'Text in pictures', 'Speech', 'File types', 'Sentences', 'Which way up'])
    assert.equal(await page.locator('#tasks a[aria-current=page]').innerText(), 'File types')
    await page.locator('dehug-model .name', { hasText: 'holiday.txt' }).waitFor()
    await button(page).click()
    assert.equal((await result(page)).type.label, 'jpeg')

    await tabs.getByText('Sentences').click()
    await reach(page, 'idle')
    assert.equal(new URL(page.url()).search, '?task=text-embedding')
    assert.equal(await page.getByLabel('A sentence').inputValue(), 'A man is eating a piece of bread.')
    assert.match(await page.locator('#snippet').innerText(), /task="text-embedding"/)
    assert.match(await page.locator('dehug-model .said').innerText(), /23\.3\sMB of model/)
    await button(page).click()
    assert.equal((await result(page, 2)).ranked[0].text, 'Someone is having a meal.')

    await page.goBack()
    await page.locator('dehug-model .name').waitFor()
    assert.deepEqual(page.problems, [])
  })
})
