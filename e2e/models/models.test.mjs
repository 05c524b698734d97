// Real models give the outputs that onnxruntime-web gives: through the public API of each, in Chromium, in both modes, for
// several sizes of input where the model takes any. The rows are in models.mjs.

import assert from 'node:assert/strict'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Lab } from '../browser/harness.mjs'
import { models } from './models.mjs'
import { openSite } from './site.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const wanted = process.env.DEHUG_MODELS?.split(',') // names, to run some
let lab, site

before(async () => {
  lab = await Lab.open()
  site = await openSite(lab, { scripts: { '/check-page.mjs': join(here, 'check-page.mjs') } })
})

after(() => lab?.close())

for (const model of models.filter(({ name }) => !wanted || wanted.includes(name))) {
  const slow = model.slow && !wanted && process.env.DEHUG_TEST_ALL !== '1' && 'slow: make test-all runs it'
  if (model.refused) {
    test(`${model.name} is refused until the engine can run it`, { skip: slow }, async () => {
      const said = await inPage('refusal', await site.load(model, []))
      assert.match(said, model.refused, `${model.name} ${said === '' ? 'runs now: take `refused` out of its row' : 'is refused for another reason'}`)
    })
    continue
  }
  test(`${model.name}: outputs are those of onnxruntime-web`, { skip: slow }, async (t) => {
    const args = { ...await site.load(model), modes: ['strict', 'fast'], tolerance: model.tolerance }
    for (const [mode, { most, rms }] of Object.entries(await inPage('check', args))) {
      t.diagnostic(`${mode}: differs by ${most.toExponential(1)} of an output's range, ${rms.toExponential(1)} on average`)
    }
  })
}

async function inPage (name, args) {
  const page = await lab.page(site.url)
  try {
    return await page.evaluate(async ([name, args]) => (await import('/check-page.mjs'))[name](args), [name, args])
  } finally {
    await page.context().close()
  }
}
