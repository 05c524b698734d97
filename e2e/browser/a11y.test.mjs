// axe finds no violation on the demo page in any state, light or dark, on a desk or in a hand.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { after, before, test } from 'node:test'
import { Lab } from './harness.mjs'
import { button, otherTasks, reach, watch } from './widget-page.mjs'

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const wcag = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

let lab, honest, liar

before(async () => {
  lab = await Lab.open()
  await lab.publish(await lab.blazeface())
  honest = await lab.gateway()
  liar = await lab.fault(honest, 'flip')
})

after(() => lab?.close())

/** How to bring the page into a state. `loading` needs a source that never ends. */
const states = {
  idle: async () => {},
  loading: async (page) => {
    await page.route('**/ipfs/**', () => {}) // never answered
    await button(page).click()
    await reach(page, 'verifying')
  },
  done: async (page) => {
    await page.getByRole('switch').click() // with a liar, so that its evidence is there too
    await button(page).click()
    await reach(page, 'done')
    await page.locator('dehug-model summary').click()
  },
  error: async (page) => {
    await page.route('**/ipfs/**', (route) => route.abort())
    await button(page).click()
    await reach(page, 'error')
    await page.locator('dehug-model [part=error] strong').waitFor()
  }
}

/** More of them, each on a desk in the light and in a hand in the dark. */
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
    await page.evaluate(() => {
      const model = document.querySelector('dehug-model')
      new MutationObserver((_, observer) => {
        if (model.getAttribute('state') !== 'loading') return
        observer.disconnect()
        model.shadowRoot.querySelector('.primary').click()
      }).observe(model, { attributeFilter: ['state'] })
    })
    await button(page).click()
    await reach(page, 'paused')
  },
  'from right to left': async (page) => {
    await page.evaluate(() => { document.documentElement.dir = 'rtl' })
    await states.done(page)
  }
}

const screens = [
  { colorScheme: 'light', viewport: { width: 1280, height: 900 } },
  { colorScheme: 'dark', viewport: { width: 1280, height: 900 } },
  { colorScheme: 'light', viewport: { width: 320, height: 640 } },
  { colorScheme: 'dark', viewport: { width: 320, height: 640 } }
]

/** Looks at a page that has been brought into a state. */
async function examine (page, screen) {
  await page.evaluate(axe)
  const { violations, passes } = await page.evaluate((tags) => globalThis.axe.run(document, { runOnly: tags, resultTypes: ['violations', 'passes'] }), wcag)
  const told = violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.flat().join(' ')}: ${node.failureSummary}`))
  assert.deepEqual(told, [], `${screen.colorScheme}, ${screen.viewport.width} wide`)
  assert.ok(passes.some(({ id, nodes }) => id === 'color-contrast' && nodes.some(({ target }) => target.flat().length > 1)), 'axe looked into the widget')
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0, 'nothing sticks out sideways')
  await page.context().close()
}

for (const [name, bring] of Object.entries(states)) {
  test(`axe finds nothing: ${name}`, async () => {
    const relay = await lab.serve({ sources: [honest], faultGateway: liar.url })
    for (const screen of screens) {
      const page = await lab.page(relay.demo, { ...screen, reducedMotion: 'reduce' })
      await watch(page)
      await bring(page)
      await examine(page, screen)
    }
  })
}

for (const [name, bring] of Object.entries(further)) {
  test(`axe finds nothing: ${name}`, async () => {
    const relay = await lab.serve({ sources: [honest], faultGateway: liar.url })
    for (const screen of [screens[0], screens[3]]) {
      const page = await lab.page(relay.demo, { ...screen, reducedMotion: 'reduce' })
      await watch(page)
      await bring(page)
      await examine(page, screen)
    }
  })
}

test('axe finds nothing: while the camera runs', async () => {
  const relay = await lab.serve({ sources: [honest] })
  const page = await lab.page(relay.demo, { ...screens[3], reducedMotion: 'reduce', args: ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'] })
  await watch(page)
  await page.getByRole('button', { name: 'Use the camera' }).click()
  await page.locator('dehug-model .said', { hasText: 'pictures a second' }).waitFor()
  await examine(page, screens[3])
})

test('nothing moves for those who ask for that; forced colours keep what colours say', async () => {
  const relay = await lab.serve({ sources: [honest] })
  const moving = async (reducedMotion) => {
    const page = await lab.page(relay.demo, { reducedMotion })
    await watch(page)
    await states.loading(page)
    return page.evaluate(() => document.querySelector('dehug-model').shadowRoot.getAnimations().length)
  }
  assert.equal(await moving('reduce'), 0)
  assert.ok(await moving('no-preference') > 0, 'the bar moves, or this test sees nothing')
  const page = await lab.page(relay.demo, { forcedColors: 'active' })
  await watch(page)
  await button(page).click()
  await reach(page, 'done')
  const cell = page.locator('dehug-model .row[data-kind=file] i[data-state=verified]').first()
  await cell.waitFor()
  const [ground, around] = await cell.evaluate((cell) => [cell, document.body].map((each) => getComputedStyle(each).backgroundColor))
  assert.notEqual(ground, around)
  assert.equal(await button(page).evaluate((button) => getComputedStyle(button).borderTopStyle), 'solid')
})

// One of them stands for the others in make test: they are made of the same parts, and a run of each takes time.
const skip = (task) => task !== 'ocr' && process.env.DEHUG_TEST_ALL !== '1' && 'make test-all runs it'
for (const task of otherTasks) {
  test(`axe finds nothing: ${task}, before and after a run`, { skip: skip(task) }, async () => {
    await lab.publish(await lab.recipe(task))
    const relay = await lab.serve({ sources: [honest] })
    for (const [i, screen] of [screens[0], screens[3], screens[1], screens[2]].entries()) {
      const page = await lab.page(new URL(`?task=${task}`, relay.demo).href, { ...screen, reducedMotion: 'reduce' })
      await watch(page)
      if (i >= 2) {
        await button(page).click()
        assert.equal(await reach(page, 'done', 'error'), 'done')
      }
      await examine(page, screen)
    }
  })
}
