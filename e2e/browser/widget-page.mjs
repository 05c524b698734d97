// What the tests of <dehug-model> share: a page with the widget in it, and a record of what it says.

import { strictPolicy } from './harness.mjs'

/** Tasks beside face detection; tools/release has a recipe of that name for each. */
export const otherTasks = ['ocr', 'voice-activity', 'file-type', 'text-embedding', 'image-classification']

/** The face of astronaut.jpg: what onnxruntime finds there, in fractions of the picture's sides. */
export const astronaut = { x: 0.347, y: 0.157, width: 0.184, height: 0.185 }

/** Every face of four-portraits.jpg, best first, by onnxruntime. */
export const fourPortraits = [
  { x: 0.162, y: 0.104, width: 0.252, height: 0.252 },
  { x: 0.657, y: 0.08, width: 0.277, height: 0.276 },
  { x: 0.174, y: 0.604, width: 0.211, height: 0.212 },
  { x: 0.632, y: 0.545, width: 0.307, height: 0.307 }
]

/** Intersection over union of two boxes. */
export function overlap (a, b) {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y)
  if (width <= 0 || height <= 0) return 0
  return width * height / (a.width * a.height + b.width * b.height - width * height)
}

/**
 * A page of another make than ours, with nothing but the widget: its policy lets it ask any source. `attributes` are
 * those of the tag; `sample` is a picture of web/public/samples; `html` stands in the tag; `files` are added to the site.
 */
export async function widgetPage (lab, { attributes, sample = 'astronaut.jpg', html = '', policy = strictPolicy, files = {}, ...options }) {
  const page = await lab.page(await lab.runtimeSite({ policy, files }), options)
  await page.evaluate(async ({ attributes, sample, html }) => {
    const model = document.createElement('dehug-model')
    for (const [name, value] of Object.entries(attributes)) model.setAttribute(name, value)
    model.innerHTML = html
    if (sample) {
      const image = Object.assign(new Image(), { slot: 'sample', src: `/samples/${sample}`, alt: 'the sample' })
      model.append(image)
    }
    document.body.append(model)
    await import('/runtime/widget.js')
  }, { attributes, sample, html })
  await watch(page)
  return page
}

/** From now on keeps what the widget says: `states`, and `events` as [type, detail], as far as JSON can tell it. */
export async function watch (page) {
  await page.waitForSelector('dehug-model[state]').catch(async (error) => {
    const seen = { lines: page.lines, problems: page.problems, body: await page.innerText('body') }
    throw new Error(`the widget did not appear: ${JSON.stringify(seen)}`, { cause: error })
  })
  await page.evaluate(() => {
    const model = document.querySelector('dehug-model')
    globalThis.states = []
    globalThis.events = []
    new MutationObserver(() => states.push(model.getAttribute('state'))).observe(model, { attributeFilter: ['state'] })
    for (const type of ['progress', 'verified', 'result']) model.addEventListener(type, ({ detail }) => events.push([type, detail]))
    model.addEventListener('error', ({ detail: { code, message, hint } }) => events.push(['error', { code, message, hint }]))
  })
}

/** The details of all events of a type so far. */
export async function told (page, type) {
  return page.evaluate((type) => events.filter((event) => event[0] === type).map((event) => event[1]), type)
}

/** Waits until the widget is in one of these states, and returns which. One that never gets there says what it went through. */
export async function reach (page, ...states) {
  try {
    await page.waitForSelector(states.map((state) => `dehug-model[state=${state}]`).join(', '))
  } catch (error) {
    const seen = await page.evaluate(() => ({ states, events, text: document.querySelector('dehug-model')?.shadowRoot?.textContent.slice(-600) }))
    throw new Error(`${states.join(' or ')} was not reached: ${JSON.stringify(seen)}, ${JSON.stringify(page.lines)}`, { cause: error })
  }
  return page.getAttribute('dehug-model', 'state')
}

/** The main button of the widget. */
export const button = (page) => page.locator('dehug-model .primary')
