// Pictures of the page in every state, on a phone and on a desk, light and dark: shots/*.png, and all of them on one
// contact sheet, shots/sheet.png. Nothing is posed: a real relay, real gateways, and gateways that really misbehave.
//
//   node e2e/shots.mjs          # all
//   node e2e/shots.mjs ocr …    # these tasks alone, on shots/tasks.png; or states: asking, paused, camera …

import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Lab, root } from './browser/harness.mjs'
import { button, otherTasks, reach, watch } from './browser/widget-page.mjs'

const folder = join(root, 'shots')

const devices = {
  desk: { viewport: { width: 1280, height: 900 }, tall: 1000 },
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true, tall: 1500 }
}
const schemes = ['light', 'dark']

const only = process.argv.slice(2)
const wanted = (name) => only.length === 0 || only.includes(name)
const lab = await Lab.open()
try {
  if (only.length === 0) await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  const release = await lab.publish(await lab.blazeface())
  const honest = await lab.gateway()
  const chunk = await onlyChunk(honest, release)
  const sources = {
    slow: await lab.fault(honest, 'slow', '-match', chunk, '-delay', '150ms'),
    liar: await lab.fault(honest, 'flip'),
    liar2: await lab.fault(honest, 'flip')
  }
  const urls = Object.fromEntries(Object.entries(sources).map(([name, { url }]) => [name, url]))
  const relay = await lab.serve({ sources: [honest, urls.slow, urls.liar2], faultGateway: urls.liar })
  const from = (page, ...list) => page.evaluate((list) => { document.querySelector('dehug-model').sources = list }, list)

  /** What is done to the page to bring it into each state. */
  const states = {
    idle: (page) => from(page, relay.gateway, honest),
    loading: async (page) => {
      await from(page, urls.slow)
      await button(page).click()
      const cell = page.locator('dehug-model .row[data-kind=file] i[data-state=arriving]')
      await cell.waitFor()
      await page.waitForFunction((cell) => parseInt(cell.style.getPropertyValue('--filled')) > 50, await cell.elementHandle())
    },
    done: async (page) => {
      await from(page, relay.gateway, honest)
      await button(page).click()
      await reach(page, 'done')
      await button(page).click() // the first run pays for the browser's own compiler; show what people see from then on
      await page.waitForFunction(() => events.filter(([type]) => type === 'result').length === 2)
    },
    caught: async (page) => {
      await page.getByRole('button', { name: 'Four portraits' }).click()
      await page.getByRole('switch').click()
      await from(page, urls.liar, relay.gateway, honest)
      await button(page).click()
      await reach(page, 'done')
    },
    error: async (page) => {
      await from(page, urls.liar, urls.liar2)
      await button(page).click()
      await reach(page, 'error')
    }
  }

  /** Not on the sheet either: states that few get to. */
  const further = {
    asking: async (page) => {
      await page.evaluate(() => {
        const model = document.querySelector('dehug-model')
        model.removeAttribute('model-bytes')
        model.setAttribute('ask-above', '1000')
      })
      await button(page).click()
      await button(page).filter({ hasText: 'Download' }).waitFor()
    },
    paused: async (page) => {
      await from(page, urls.slow)
      await button(page).click()
      await page.locator('dehug-model .row[data-kind=file] i[data-state=arriving]').waitFor()
      await button(page).click()
      await reach(page, 'paused')
    },
    camera: async (page) => {
      await page.getByRole('button', { name: 'Use the camera' }).click()
      await page.locator('dehug-model .said', { hasText: 'pictures a second' }).waitFor()
    }
  }
  const fakeCamera = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream']

  const shots = []
  const shoot = async (name, bring, { tall, ...device }, also = () => {}, url = relay.demo, args = []) => {
    const page = await lab.page(url, { ...device, args })
    await watch(page)
    await also(page)
    await bring(page)
    await page.evaluate(() => { document.activeElement?.blur(); scrollTo(0, 0) })
    const path = join(folder, `${name}.png`)
    await page.screenshot({ path, fullPage: true, clip: { x: 0, y: 0, width: device.viewport.width, height: tall } })
    await page.context().close()
    console.log(`shots/${name}.png`)
    return path
  }
  for (const [state, bring] of Object.entries(states)) {
    for (const [name, device] of Object.entries(wanted(state) ? devices : {})) {
      for (const colorScheme of schemes) {
        shots.push({ state, name, colorScheme, path: await shoot(`${state}-${name}-${colorScheme}`, bring, { ...device, colorScheme }) })
      }
    }
  }
  if (only.length === 0) {
    await sheet(shots, 'sheet.png')
    console.log('shots/sheet.png')
  }
  for (const [state, bring] of Object.entries(further)) {
    for (const [name, colorScheme] of wanted(state) ? [['desk', 'light'], ['phone', 'dark']] : []) {
      await shoot(`${state}-${name}-${colorScheme}`, bring, { ...devices[name], colorScheme }, undefined, undefined, state === 'camera' ? fakeCamera : [])
    }
  }
  // The narrowest screen, and pages that run from right to left.
  if (wanted('narrow')) await shoot('caught-narrow', states.caught, { ...devices.phone, viewport: { width: 320, height: 640 }, tall: 2200 })
  const turn = (page) => page.evaluate(() => { document.documentElement.dir = 'rtl' })
  if (wanted('rtl')) await shoot('caught-rtl', states.caught, devices.desk, turn)
  if (wanted('rtl')) await shoot('caught-rtl-narrow', states.caught, { ...devices.phone, colorScheme: 'dark', viewport: { width: 320, height: 640 }, tall: 2200 }, turn)

  /** What is done to a page with another task. */
  const taskStates = {
    idle: async (page) => page.waitForTimeout(300), // samples are decoded
    done: async (page) => {
      await button(page).click()
      await reach(page, 'done')
    },
    refused: async (page) => {
      await button(page).click()
      await reach(page, 'done')
      const input = page.locator('dehug-model input[type=file]')
      if (await input.count() > 0) await input.setInputFiles({ name: 'notes.bin', mimeType: 'application/octet-stream', buffer: Buffer.from([0, 1, 2]) })
      else {
        await page.getByLabel('A sentence').fill('')
        await button(page).click()
      }
      await page.waitForFunction(() => events.filter(([type]) => type === 'result' || type === 'error').length === 2)
    }
  }
  const taskShots = []
  for (const task of otherTasks.filter(wanted)) {
    await lab.publish(await lab.recipe(task))
    for (const [state, bring] of Object.entries(taskStates)) {
      for (const [name, device] of Object.entries(devices)) {
        for (const colorScheme of schemes) {
          const path = await shoot(`${task}-${state}-${name}-${colorScheme}`, bring, { ...device, colorScheme }, undefined, new URL(`?task=${task}`, relay.demo).href)
          taskShots.push({ state: `${task} ${state}`, name, colorScheme, path })
        }
      }
    }
  }
  if (taskShots.length > 0) {
    await sheet(taskShots, 'tasks.png')
    console.log('shots/tasks.png')
  }
} finally {
  await lab.close()
}

/** CID of the model's one chunk: a file of one chunk is that raw block. */
async function onlyChunk (gateway, { manifest }) {
  const { files } = await (await fetch(`${gateway}/ipfs/${manifest}?format=raw`)).json()
  return files.find((file) => file.mediaType === 'application/onnx').cid
}

/** Lays all shots out on one page, a row for each state, and takes a picture of that. */
async function sheet (shots, name) {
  const cell = async ({ state, name, colorScheme, path }) => `<figure class="${name}">
    <img src="data:image/png;base64,${(await readFile(path)).toString('base64')}" alt="">
    <figcaption>${state} · ${name} · ${colorScheme}</figcaption></figure>`
  const rows = []
  for (const state of new Set(shots.map((shot) => shot.state))) {
    const cells = await Promise.all(shots.filter((shot) => shot.state === state).map(cell))
    rows.push(`<section>${cells.join('')}</section>`)
  }
  const page = await lab.page('about:blank', { viewport: { width: 2360, height: 1000 } })
  await page.setContent(`<!doctype html><style>
    body { margin: 24px; background: #8b919c; font: 15px system-ui, "DejaVu Sans", sans-serif; color: #fff }
    section { display: flex; gap: 24px; margin-block-end: 24px }
    figure { margin: 0 } img { display: block; border-radius: 6px; height: 700px }
    figcaption { padding-block-start: 6px }
  </style>${rows.join('')}`)
  await page.screenshot({ path: join(folder, name), fullPage: true })
}
