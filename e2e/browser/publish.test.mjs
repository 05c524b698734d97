// From a wallet to a published model: in Chromium, with a relay and a chain of its own. Signing in, uploading with the network cut and
// the page reloaded in the middle, publishing on chain, finding, running, a second version; the same for an account without ETH.
// DEHUG_TEST_ALL=1 (make test-all) does it with 59 MB more, and has the owner yank a version, compare two, and give the model away.

import assert from 'node:assert/strict'
import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { policies } from '../../web/embed-demo/serve.mjs'
import { root } from '../subject.mjs'
import { Lab } from './harness.mjs'
import { TestWallet } from './wallet.mjs'

const all = process.env.DEHUG_TEST_ALL === '1'
let lab, chain, hub, folder

before(async () => {
  lab = await Lab.open()
  chain = await lab.devnet()
  const key = join(lab.folder, 'payer.key')
  await writeFile(key, `${chain.accounts[9].key}\n`, { mode: 0o600 })
  hub = await lab.serve({ flags: ['--rpc', chain.url, '--deployment', 'devnet', '--poll', '100ms', '--publish-key', key, '--test-wallet', chain.accounts[8].key] })
  folder = await lab.blazeface()
  await mkdir(join(folder, 'weights'))
  if (all) await copyFile(join(root, '.cache/models/variants/minilm-qdq.onnx'), join(folder, 'weights/encoder.onnx'))
  for (let i = 0; i < 3; i++) await writeFile(join(folder, `weights/part-${i}.bin`), noise(5_500_000, i + 1))
})
after(() => lab?.close())

const deadline = 60_000

/** Bytes of which no chunk is like another, the same in every run. */
function noise (length, seed) {
  const bytes = new Uint32Array(length / 4)
  for (let i = 0, x = seed; i < bytes.length; i++) bytes[i] = x = (Math.imul(x, 1664525) + 1013904223) >>> 0
  return Buffer.from(bytes.buffer)
}

/** A page of the hub with a wallet. */
async function visit (wallet, path = '') {
  const page = await lab.page('about:blank')
  page.setDefaultTimeout(deadline)
  if (wallet) await wallet.install(page)
  page.on('dialog', (dialog) => dialog.accept())
  await page.goto(new URL(path, hub.url).href)
  return page
}

async function signIn (page, name) {
  await page.getByRole('button', { name: 'Sign in with a wallet' }).click()
  await page.getByRole('dialog').getByRole('button', { name }).click()
  await page.getByText('What do you want to publish?').waitFor()
}

const next = (page) => page.getByRole('button', { name: 'Continue' }).click()

/** Through the wizard to the review, with the files of a folder. */
async function fill (page, { name, version = '1.0.0', price, parents }) {
  await page.locator('input[webkitdirectory]').setInputFiles(folder)
  await next(page)
  await page.getByText('What is it?').waitFor()
  if (name) await page.getByLabel('Name', { exact: true }).fill(name)
  await page.getByLabel('Version', { exact: true }).fill(version)
  if (parents) await page.getByLabel('Made from').fill(parents)
  await next(page)
  await page.getByText('Who shares in it?').waitFor()
  if (price) {
    await page.getByLabel('Sell use by the unit').check()
    await page.getByLabel('Your part of a unit, $').fill(price)
  }
  await next(page)
  await page.getByText('Look at it once more').waitFor()
}

const model = async (owner, name) => (await fetch(new URL(`api/v1/models/${owner}/${name}`, hub.url))).json()

/** Asks until the index of the chain says so. */
async function until (what, holds) {
  for (const end = Date.now() + deadline; ;) {
    const found = await what()
    if (holds(found)) return found
    if (Date.now() > end) throw new Error(`did not happen: ${JSON.stringify(found)}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

test('an author signs in, uploads over a cut network and a reload, and publishes', { timeout: 180_000 }, async () => {
  const wallet = new TestWallet(chain.accounts[1].key, chain.url, { chain: 1 })
  const page = await visit(wallet, 'publish')

  // A refused prompt says so, and can be tried again.
  wallet.ask = (method) => { if (method === 'personal_sign') throw Object.assign(new Error('User rejected'), { code: 4001 }) }
  await page.getByRole('button', { name: 'Sign in with a wallet' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Pocket' }).click()
  await page.getByRole('alert').getByText('you said no in the wallet').waitFor()
  wallet.ask = () => {}
  await page.getByRole('dialog').getByRole('button', { name: 'Pocket' }).click()
  await page.getByText('What do you want to publish?').waitFor()
  await fill(page, { name: 'faces', price: '0.02' })

  // The network goes away in the middle of the upload; then the page does.
  let puts = 0
  let cut
  const gone = new Promise((resolve) => {
    cut = async (route) => {
      if (route.request().method() !== 'PUT' || ++puts <= 3) return route.continue()
      if (puts === 4) {
        await page.context().setOffline(true)
        resolve()
      }
      return route.abort('internetdisconnected')
    }
  })
  await page.route('**/api/v1/uploads/*/blocks/*', cut)
  await page.getByRole('button', { name: 'Sign and publish' }).click()
  await gone
  await page.getByText('Nothing gets through').waitFor()
  await page.context().setOffline(false)
  await page.unroute('**/api/v1/uploads/*/blocks/*', cut)
  // Three blocks more, then the rest never answers: the page is reloaded.
  let sent = 0
  const stalled = new Promise((resolve) => {
    cut = (route) => route.request().method() === 'PUT' && ++sent > 3 ? resolve() : route.continue()
  })
  await page.route('**/api/v1/uploads/*/blocks/*', cut)
  await stalled
  await page.reload()
  await page.unroute('**/api/v1/uploads/*/blocks/*', cut)

  // What was said and hashed is there; files are picked again, and what the relay has is not sent twice.
  await page.getByRole('region', { name: 'Not finished' }).getByText('faces 1.0.0').waitFor()
  await page.getByRole('button', { name: 'Go on' }).click()
  await page.getByText('have to be picked again').waitFor()
  const again = []
  page.on('request', (request) => { if (request.method() === 'PUT') again.push(request.url()) })
  await page.getByRole('region', { name: 'Not finished' }).locator('input[webkitdirectory]').setInputFiles(folder)
  await page.getByText('faces 1.0.0 is published').waitFor()
  const blocks = (await (await fetch(new URL(`api/v1/models/${wallet.address}/faces/versions/1.0.0`, hub.url))).json()).files.reduce((n, { size }) => n + Math.max(1, Math.ceil(size / 2 ** 20)) + 1, 2)
  assert.ok(again.length > 0 && again.length <= blocks - 3, `${again.length} of ${blocks} blocks were sent after the reload`)
  assert.equal(wallet.chain, 31337, 'the wallet was asked to change the chain')
  assert.equal(wallet.asked.filter((method) => method === 'eth_signTypedData_v4').length, 1, 'authorship is signed once, before the reload')

  const found = await until(() => model(wallet.address, 'faces'), ({ onChain }) => onChain?.versions[0]?.state === 'verified')
  assert.equal(found.onChain.owner, wallet.address)
  assert.equal(found.onChain.plans[0].authorFee, '20000')
  assert.deepEqual(found.onChain.split.map(({ recipient, parts }) => [recipient, parts]), [[wallet.address, 1_000_000]])
  assert.equal(found.onChain.royaltyBps, 500)
  await page.close()

  // A stranger finds it, runs it, and takes its tag to another site.
  const stranger = await visit(null, 'models?q=faces')
  await stranger.getByRole('link', { name: /BlazeFace/ }).first().click()
  const widget = stranger.locator('dehug-model')
  await widget.scrollIntoViewIfNeeded()
  await widget.getByRole('button', { name: 'Portrait of astronaut Eileen Collins' }).click()
  await widget.getByRole('button', { name: 'Find the faces' }).click()
  await widget.getByText('Found 1 face.').first().waitFor()
  await stranger.close()
})

test('a second version is published, made from the first', { timeout: 180_000 }, async () => {
  const wallet = new TestWallet(chain.accounts[1].key, chain.url)
  const { onChain: { id, versions: [first] } } = await model(wallet.address, 'faces')
  const page = await visit(wallet, `publish?model=${id}&name=faces`)
  await signIn(page, 'Pocket')
  await page.getByText('A new version of faces').waitFor()
  await writeFile(join(folder, 'NOTES.txt'), 'What is new: these notes.\n')
  await fill(page, { version: '2.0.0', parents: first.id })
  await page.getByText(/^Costs [\d.]+ ETH of gas at most; the account has [\d.,]+ ETH/).waitFor()
  await page.getByRole('button', { name: 'Sign and publish' }).click()
  await page.getByText('faces 2.0.0 is published').waitFor()
  const two = await until(() => model(wallet.address, 'faces'), ({ onChain }) => onChain?.versions.length === 2 && onChain.versions[0].state === 'verified')
  assert.deepEqual(two.onChain.versions[0].parents.map(({ id }) => id), [first.id])

  await page.goto(new URL(`models/${wallet.address}/faces/versions`, hub.url).href)
  await page.getByRole('link', { name: '2.0.0' }).first().waitFor()
  await page.close()
})

test('the owner yanks a version, compares two, and gives the model away; its tag works elsewhere', { skip: !all, timeout: 180_000 }, async () => {
  const wallet = new TestWallet(chain.accounts[1].key, chain.url)
  const heir = new TestWallet(chain.accounts[2].key, chain.url, { name: 'Heir' })
  const at = (tab) => new URL(`models/${wallet.address}/faces/${tab}`, hub.url).href
  const page = await visit(wallet, 'publish')
  await signIn(page, 'Pocket')
  const dialog = page.getByRole('dialog')

  await page.goto(at('versions'))
  await page.getByRole('link', { name: 'Publish a version' }).waitFor()
  await page.getByRole('button', { name: 'Yank 1.0.0' }).click()
  assert.ok(await dialog.getByRole('button', { name: 'Yank it' }).isDisabled(), 'nothing is yanked without a reason')
  await dialog.getByLabel('Why').fill('it has no notes')
  await dialog.getByText(/^Costs [\d.]+ ETH/).waitFor()
  wallet.ask = (method) => { if (method === 'eth_sendTransaction') throw Object.assign(new Error('User rejected'), { code: 4001 }) }
  await dialog.getByRole('button', { name: 'Yank it' }).click()
  await dialog.getByText('you said no in the wallet').waitFor()
  wallet.ask = () => {}
  await dialog.getByRole('button', { name: 'Yank it' }).click()
  await dialog.waitFor({ state: 'detached' })
  await page.getByTitle('it has no notes').getByText('yanked').waitFor()
  assert.equal(await page.getByRole('button', { name: 'Yank 1.0.0' }).count(), 0, 'a version is yanked once')
  assert.equal(await page.getByRole('button', { name: 'Yank 2.0.0' }).count(), 1)
  const { onChain: { versions } } = await model(wallet.address, 'faces')
  assert.deepEqual(versions.map(({ version, yanked, yankReason }) => [version, yanked, yankReason ?? '']), [['2.0.0', false, ''], ['1.0.0', true, 'it has no notes']])

  const changed = page.getByRole('region', { name: 'Files that differ' }).getByRole('row')
  await changed.filter({ hasText: 'NOTES.txt' }).getByText('added').waitFor()
  assert.equal(await changed.count(), 2, 'the head and the one file')

  await page.goto(at('ownership'))
  await page.getByRole('button', { name: 'Transfer' }).click()
  for (const [to, wrong] of [['0x123', 'no address'], [wallet.address, 'that is you']]) {
    await dialog.getByLabel('New owner').fill(to)
    await dialog.getByText(wrong).waitFor()
    assert.ok(await dialog.getByRole('button', { name: 'Transfer it' }).isDisabled())
  }
  await dialog.getByLabel('New owner').fill(heir.address)
  await dialog.getByRole('button', { name: 'Transfer it' }).click()
  await dialog.waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Transfer' }).waitFor({ state: 'detached' })
  await page.goto(at('versions'))
  await page.getByRole('link', { name: '2.0.0' }).first().waitFor()
  await page.locator('summary[aria-label^="Account"]').waitFor() // who is signed in is known
  assert.equal(await page.getByRole('button', { name: /^Yank/ }).count() + await page.getByRole('link', { name: 'Publish a version' }).count(), 0, 'what the old owner may do')
  await page.close()

  const other = await visit(heir, 'publish')
  await signIn(other, 'Heir')
  await other.goto(at('ownership'))
  await other.getByRole('button', { name: 'Transfer' }).waitFor()
  await other.goto(at('versions'))
  await other.getByRole('button', { name: 'Yank 2.0.0' }).waitFor()
  await other.getByRole('link', { name: 'Publish a version' }).click()
  await other.getByText('A new version of faces').waitFor()

  // What its page says to copy, on a page of another origin.
  await other.goto(at('use'))
  const tag = await other.getByRole('region', { name: 'HTML: one tag' }).innerText()
  await other.close()
  const { cdn } = policies(new URL(hub.url).origin, hub.config.gateways.map((url) => new URL(url).origin))
  const site = await lab.runtimeSite({ policy: `default-src 'none'; img-src 'self'; ${cdn.replace('connect-src', "connect-src 'self'")}`, files: { '/elsewhere.html': `<!doctype html><title>elsewhere</title><link rel="icon" href="data:,">${tag}` } })
  const elsewhere = await lab.page(`${site}elsewhere.html`)
  const faces = await elsewhere.evaluate(async () => {
    await customElements.whenDefined('dehug-model')
    const widget = document.querySelector('dehug-model')
    const result = new Promise((resolve, reject) => {
      widget.addEventListener('result', ({ detail }) => resolve(detail.detections.length))
      widget.addEventListener('error', ({ detail }) => reject(new Error(`${detail.code}: ${detail.message}`)))
    })
    widget.run(await (await fetch('/samples/astronaut.jpg')).blob(), 'astronaut.jpg')
    return result
  })
  assert.equal(faces, 1)
  await elsewhere.close()
})

test('an account without ETH signs, and the relay publishes', { timeout: 180_000 }, async () => {
  const poor = new TestWallet(`0x${'5a'.repeat(32)}`, chain.url, { name: 'Empty' })
  const page = await visit(poor, 'publish')
  await signIn(page, 'Empty')
  await fill(page, { name: 'free-faces' })
  await page.getByLabel('The relay does').check()
  await page.getByRole('button', { name: 'Sign and publish' }).click()
  await page.getByText('free-faces 1.0.0 is published').waitFor()
  const { onChain } = await until(() => model(poor.address, 'free-faces'), ({ onChain }) => onChain?.versions[0]?.state === 'verified')
  assert.equal(onChain.owner, poor.address)
  assert.ok(!poor.asked.includes('eth_sendTransaction'))
  await page.close()
})
