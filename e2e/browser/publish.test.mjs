// From a wallet to a published model: in Chromium, with a relay and a chain of its own. Signing in, uploading with the network cut and
// the page reloaded in the middle, publishing on chain, finding, running, a second version; for an account without ETH, and for a wallet
// that is a contract. DEHUG_TEST_ALL=1 (make test-all) does it with a model of 59 MB, puts it on another site, compares versions, yanks
// one, gives the model away, and has axe look at every state in four screens.

import assert from 'node:assert/strict'
import { copyFile, cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { policies } from '../../web/embed-demo/serve.mjs'
import { root } from '../subject.mjs'
import { examine } from './axe.mjs'
import { Lab } from './harness.mjs'
import { drop, fill, signIn, walkAccount, walkPublish } from './publish-page.mjs'
import { ContractWallet, TestWallet } from './wallet.mjs'

const all = process.env.DEHUG_TEST_ALL === '1'
let lab, chain, hub, folder, small

before(async () => {
  lab = await Lab.open()
  chain = await lab.devnet()
  const key = join(lab.folder, 'payer.key')
  await writeFile(key, `${chain.accounts[9].key}\n`, { mode: 0o600 })
  hub = await lab.serve({ flags: ['--rpc', chain.url, '--deployment', 'devnet', '--poll', '100ms', '--publish-key', key, '--test-wallet', chain.accounts[8].key] })
  small = await lab.blazeface()
  folder = await subject.folder()
  await mkdir(join(folder, 'weights'))
  for (let i = 0; i < 3; i++) await writeFile(join(folder, `weights/part-${i}.bin`), noise(all ? 5_500_000 : 3_000_000, i + 1))
})
after(() => lab?.close())

/** Until something that is waited for counts as not happening: no measure of speed, a busy machine takes many times what an idle one does. */
const deadline = all ? 150_000 : 60_000
const limit = 4 * deadline

/** What is published, and how it is run: in its page, and by the tag on a page that has nothing else. */
const subject = all
  ? {
      bytes: 50e6,
      title: /all-MiniLM/,
      async folder () {
        const folder = join(lab.folder, 'sentences')
        await cp(await lab.recipe('text-embedding'), folder, { recursive: true })
        await copyFile(join(root, '.cache/models/variants/minilm-qdq.onnx'), join(folder, 'model.onnx'))
        return folder
      },
      async run (page) {
        const widget = page.locator('dehug-model')
        await widget.getByLabel('A sentence').fill('The cat sleeps on the sofa.')
        await widget.getByLabel('Compare it with these, one a line').fill('Interest rates will rise.\nA kitten naps on the couch.')
        await widget.getByRole('button', { name: 'Compare' }).click()
        // A tag does not say how large the model is, so it asks when it knows.
        const download = widget.getByRole('button', { name: /^Download/ })
        const answer = widget.getByText('Closest: “A kitten naps on the couch.”').first()
        await download.or(answer).first().waitFor()
        if (await download.isVisible()) await download.click()
        await shown(answer, widget)
      }
    }
  : {
      bytes: 9e6,
      title: /BlazeFace/,
      async folder () {
        const folder = join(lab.folder, 'faces')
        await cp(small, folder, { recursive: true })
        return folder
      },
      async run (page) {
        const widget = page.locator('dehug-model')
        await widget.getByRole('button', { name: 'Portrait of astronaut Eileen Collins' }).click()
        await widget.getByRole('button', { name: 'Find the faces' }).click()
        await shown(widget.getByText('Found 1 face.').first(), widget)
      }
    }

/** Waits for what a widget is to show. When it stops instead, or nothing comes, the error says what the widget says. */
async function shown (finding, widget) {
  const stopped = widget.page().locator('dehug-model[state="error"]')
  const ended = await finding.or(stopped).first().waitFor().then(() => '', ({ message }) => message)
  if (ended || await stopped.count() > 0) throw new Error(`${ended}\nthe widget: ${await widget.getAttribute('state')}: ${await widget.evaluate(({ shadowRoot }) => shadowRoot.textContent.replace(/\s+/g, ' '))}`)
}

/** Bytes of which no chunk is like another, the same in every run. */
function noise (length, seed) {
  const bytes = new Uint32Array(length / 4)
  for (let i = 0, x = seed; i < bytes.length; i++) bytes[i] = x = (Math.imul(x, 1664525) + 1013904223) >>> 0
  return Buffer.from(bytes.buffer)
}

/** A page of the hub with a wallet. */
async function visit (wallet, path = '', options = {}) {
  const page = await lab.page('about:blank', options)
  page.setDefaultTimeout(deadline)
  if (wallet) await wallet.install(page)
  page.on('dialog', (dialog) => dialog.accept())
  await page.goto(new URL(path, hub.url).href)
  return page
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

const verified = (owner, name, versions = 1) => until(() => model(owner, name), ({ onChain }) => onChain?.versions.length === versions && onChain.versions[0].state === 'verified')

/** Publishes what has been filled in, over a network that goes away and a page that is reloaded. */
async function publishOverBreaks (page, { address, name }) {
  // The network goes away in the middle of the upload; then the page does.
  const last = all ? 2 : 1 // the smaller release is no more than two requests
  const requests = /\/api\/v1\/uploads\/[^/]+\/blocks$/
  let sent = 0
  let cut
  const gone = new Promise((resolve) => {
    cut = async (route) => {
      if (++sent < last) return route.continue()
      if (sent === last) {
        await page.context().setOffline(true)
        resolve()
      }
      return route.abort('internetdisconnected')
    }
  })
  await page.route(requests, cut)
  await page.getByRole('button', { name: 'Sign and publish' }).click()
  await gone
  await page.getByText('Nothing gets through').waitFor()
  await page.unroute(requests, cut)
  // One request more, then the rest never gets anywhere: the page is reloaded when some has arrived.
  sent = 0
  const stalled = new Promise((resolve) => {
    cut = (route) => ++sent > 1 ? resolve() : route.continue()
  })
  await page.route(requests, cut)
  await page.context().setOffline(false)
  await stalled
  const arrived = async () => {
    const cookie = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ')
    return (await (await fetch(new URL('api/v1/uploads', hub.url), { headers: { cookie } })).json()).items[0].bytes
  }
  await until(arrived, (bytes) => bytes > 0)
  await page.reload()
  await page.unroute(requests, cut)

  // What was said and hashed is there; files are picked again, and what the relay has is not sent twice.
  const rest = page.getByRole('region', { name: 'Not finished' })
  await rest.getByText(`${name} 1.0.0`).waitFor()
  await page.getByRole('button', { name: 'Go on' }).click()
  await page.getByText('have to be picked again').waitFor()
  const question = page.waitForResponse((response) => response.url().endsWith('/missing'))
  await rest.locator('input[webkitdirectory]').setInputFiles(folder)
  await page.getByText(`${name} 1.0.0 is published`).waitFor()
  const { files } = await (await fetch(new URL(`api/v1/models/${address}/${name}/versions/1.0.0`, hub.url))).json()
  const asked = (await question).request().postDataJSON().cids.length
  const missing = (await (await question).json()).cids.length
  assert.ok(missing > 0 && missing < asked, `${missing} of ${asked} blocks were sent after the reload`)
  assert.ok(files.length >= 5 && files.reduce((sum, { size }) => sum + size, 0) >= subject.bytes)
}

/** A stranger finds the model and runs it. */
async function findAndRun (owner, name) {
  const stranger = await visit(null, `models?q=${name}`)
  await stranger.getByRole('link', { name: subject.title }).first().click()
  await stranger.waitForURL(`**/models/${owner}/${name}`)
  await stranger.locator('dehug-model').scrollIntoViewIfNeeded()
  await subject.run(stranger)
  await stranger.close()
}

/** A tag on a page of another origin that has nothing else. */
async function embed (tag, run = subject.run) {
  const { cdn } = policies(new URL(hub.url).origin, hub.config.gateways.map((url) => new URL(url).origin))
  const site = await lab.runtimeSite({ policy: `default-src 'none'; img-src 'self' data: blob:; ${cdn.replace('connect-src', "connect-src 'self'")}`, files: { '/elsewhere.html': `<!doctype html><title>elsewhere</title><link rel="icon" href="data:,">${tag}` } })
  const page = await lab.page(`${site}elsewhere.html`)
  page.setDefaultTimeout(deadline)
  await run(page)
  assert.deepEqual(page.problems, [])
  await page.close()
}

/** What the model's page says to copy. */
async function tagOf (page, owner, name) {
  await page.goto(new URL(`models/${owner}/${name}/use`, hub.url).href)
  return page.getByRole('region', { name: 'HTML: one tag' }).innerText()
}

/** The page of versions says what differs between the two. */
async function seeDiff (page) {
  const changed = page.getByRole('region', { name: 'Files that differ' }).getByRole('row')
  await changed.filter({ hasText: 'NOTES.txt' }).getByText('added').waitFor()
  assert.equal(await changed.count(), 2, 'the head and the one file')
}

test('an author signs in, uploads over a cut network and a reload, and publishes', { timeout: limit }, async () => {
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
  await fill(page, folder, { name: 'mine', price: '0.02' })
  await publishOverBreaks(page, { address: wallet.address, name: 'mine' })
  assert.equal(wallet.chain, 31337, 'the wallet was asked to change the chain')
  assert.equal(wallet.asked.filter((method) => method === 'eth_signTypedData_v4').length, 1, 'authorship is signed once, before the reload')

  const found = await verified(wallet.address, 'mine')
  assert.equal(found.onChain.owner, wallet.address)
  assert.equal(found.onChain.plans[0].authorFee, '20000')
  assert.deepEqual(found.onChain.split.map(({ recipient, parts }) => [recipient, parts]), [[wallet.address, 1_000_000]])
  assert.equal(found.onChain.royaltyBps, 500)

  // The tag that is shown at once is the one that its page has.
  const tag = await page.getByRole('region', { name: 'Show it on another page' }).innerText()
  assert.equal(await tagOf(page, wallet.address, 'mine'), tag)
  await page.close()
  await findAndRun(wallet.address, 'mine')
  if (all) await embed(tag)
})

test('a second version is published, made from the first', { timeout: limit }, async () => {
  const wallet = new TestWallet(chain.accounts[1].key, chain.url)
  const { onChain: { id, versions: [first] } } = await model(wallet.address, 'mine')
  const page = await visit(wallet, `publish?model=${id}&name=mine`)
  await signIn(page, 'Pocket')
  await page.getByText('A new version of mine').waitFor()
  await writeFile(join(folder, 'NOTES.txt'), 'What is new: these notes.\n')
  await fill(page, folder, { version: '2.0.0', parents: first.id, give: drop })
  await page.getByText(/^Costs [\d.]+ ETH of gas at most; the account has [\d.,]+ ETH/).waitFor()
  await page.getByRole('button', { name: 'Sign and publish' }).click()
  await page.getByText('mine 2.0.0 is published').waitFor()
  const two = await verified(wallet.address, 'mine', 2)
  assert.deepEqual(two.onChain.versions[0].parents.map(({ id }) => id), [first.id])

  await page.goto(new URL(`models/${wallet.address}/mine/versions`, hub.url).href)
  await page.getByRole('link', { name: '2.0.0' }).first().waitFor()
  await seeDiff(page)
  await page.close()
})

test('the owner yanks a version and gives the model away: the powers go with it', { skip: !all, timeout: limit }, async () => {
  const wallet = new TestWallet(chain.accounts[1].key, chain.url)
  const heir = new TestWallet(chain.accounts[2].key, chain.url, { name: 'Heir' })
  const at = (tab) => new URL(`models/${wallet.address}/mine/${tab}`, hub.url).href
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
  const { onChain: { versions } } = await model(wallet.address, 'mine')
  assert.deepEqual(versions.map(({ version, yanked, yankReason }) => [version, yanked, yankReason ?? '']), [['2.0.0', false, ''], ['1.0.0', true, 'it has no notes']])

  await page.goto(at('ownership'))
  await page.getByRole('button', { name: 'Transfer', exact: true }).click()
  for (const [to, wrong] of [['0x123', 'no address'], [wallet.address, 'that is you']]) {
    await dialog.getByLabel('New owner').fill(to)
    await dialog.getByText(wrong).waitFor()
    assert.ok(await dialog.getByRole('button', { name: 'Transfer it' }).isDisabled())
  }
  await dialog.getByLabel('New owner').fill(heir.address)
  await dialog.getByRole('button', { name: 'Transfer it' }).click()
  await dialog.waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Transfer', exact: true }).waitFor({ state: 'detached' })
  await page.goto(at('versions'))
  await page.getByRole('link', { name: '2.0.0' }).first().waitFor()
  await page.locator('summary[aria-label^="Account"]:visible').waitFor() // who is signed in is known
  assert.equal(await page.getByRole('button', { name: /^Yank/ }).count() + await page.getByRole('link', { name: 'Publish a version' }).count(), 0, 'what the old owner may do')
  await page.close()

  const other = await visit(heir, 'publish')
  await signIn(other, 'Heir')
  await other.goto(at('ownership'))
  await other.getByRole('button', { name: 'Transfer', exact: true }).waitFor()
  await other.goto(at('versions'))
  await other.getByRole('button', { name: 'Yank 2.0.0' }).waitFor()
  await other.getByRole('link', { name: 'Publish a version' }).click()
  await other.getByText('A new version of mine').waitFor()

  // What the heir publishes is on the model's page, which is that of who published it first.
  await writeFile(join(folder, 'NOTES.txt'), 'What is new: another owner.\n')
  await fill(other, folder, { version: '3.0.0' })
  await other.getByText(/^Costs [\d.]+ ETH/).waitFor()
  await other.getByRole('button', { name: 'Sign and publish' }).click()
  await other.getByText('mine 3.0.0 is published').waitFor()
  const tag = await other.getByRole('region', { name: 'Show it on another page' }).innerText()
  assert.match(tag, new RegExp(`signer="${heir.address}"`))
  await other.getByRole('link', { name: 'Open its page' }).click()
  await other.waitForURL(`**/models/${wallet.address}/mine`)
  const three = await verified(wallet.address, 'mine', 3)
  assert.equal(three.onChain.versions[0].version, '3.0.0')
  await other.goto(at('versions'))
  await other.getByRole('link', { name: '3.0.0' }).first().waitFor()
  assert.equal(await tagOf(other, wallet.address, 'mine'), tag)
  await other.close()
})

test('an account without ETH signs, and the relay publishes', { timeout: limit }, async () => {
  const poor = new TestWallet(`0x${'5a'.repeat(32)}`, chain.url, { name: 'Empty' })
  // On the way axe looks at the steps, on a small dark screen; make test-all has it look at everything.
  const page = await visit(poor, 'publish', { colorScheme: 'dark', viewport: { width: 320, height: 640 }, reducedMotion: 'reduce' })
  const look = all ? undefined : (state) => examine(page, state)
  await signIn(page, 'Empty')
  // Other weights: what the hub has already is not sent again, whoever brought it.
  if (all) for (let i = 0; i < 3; i++) await writeFile(join(folder, `weights/part-${i}.bin`), noise(5_500_000, i + 11))
  await fill(page, all ? folder : small, { name: 'free', look })
  await page.getByText('That is too little').waitFor()
  await page.getByLabel('The relay does').check()
  if (all) await publishOverBreaks(page, { address: poor.address, name: 'free' })
  else await page.getByRole('button', { name: 'Sign and publish' }).click()
  await page.getByText('free 1.0.0 is published').waitFor()
  await look?.('published')
  const { onChain } = await verified(poor.address, 'free')
  assert.equal(onChain.owner, poor.address)
  if (all) {
    await findAndRun(poor.address, 'free')
    await embed(await tagOf(page, poor.address, 'free'))
    await page.goto(new URL(`publish?model=${onChain.id}&name=free`, hub.url).href)
    await page.getByText('A new version of free').waitFor()
    await writeFile(join(folder, 'NOTES.txt'), 'What is new for free: these notes.\n')
    await fill(page, folder, { version: '2.0.0', parents: onChain.versions[0].id })
    await page.getByLabel('The relay does').check()
    await page.getByRole('button', { name: 'Sign and publish' }).click()
    await page.getByText('free 2.0.0 is published').waitFor()
    await verified(poor.address, 'free', 2)
    await page.goto(new URL(`models/${poor.address}/free/versions`, hub.url).href)
    await page.getByRole('region', { name: 'Files that differ' }).getByRole('row').filter({ hasText: 'NOTES.txt' }).getByText(/added|changed/).waitFor()
  }
  assert.ok(!poor.asked.includes('eth_sendTransaction'))
  await page.close()
})

test('a wallet that is a contract signs in before it is deployed and after, and publishes', { timeout: limit }, async () => {
  const wallet = await ContractWallet.open(chain.accounts[3].key, chain.url)
  const page = await visit(wallet, 'publish')
  await signIn(page, 'Safe')
  assert.equal(await wallet.deployed(), false, 'it signed in by ERC-6492')
  await fill(page, small, { name: 'safe', price: '0.01' })
  await page.getByRole('button', { name: 'Sign and publish' }).click()
  await page.getByText('safe 1.0.0 is published').waitFor()
  assert.equal(await wallet.deployed(), true)
  const { onChain } = await verified(wallet.address, 'safe')
  assert.equal(onChain.owner, wallet.address)
  assert.deepEqual(onChain.split.map(({ recipient }) => recipient), [wallet.address])

  // Nobody’s key is behind the release, and its page says who is; the tag asks for no signer then.
  await page.getByRole('link', { name: 'Open its page' }).click()
  await page.getByText('No key signed it; an author’s account published it on chain').waitFor()
  const tag = await tagOf(page, wallet.address, 'safe')
  assert.doesNotMatch(tag, /signer/)
  await page.close()
  if (!all) return

  await embed(tag, async (page) => {
    const faces = await page.evaluate(async () => {
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
  })
  // Now that it is deployed it is asked by ERC-1271: by the relay at sign-in, by the registry for what the relay brings.
  const again = await visit(wallet, `publish?model=${onChain.id}&name=safe`)
  await signIn(again, 'Safe')
  await fill(again, small, { version: '2.0.0', parents: onChain.versions[0].id })
  await again.getByText(/^Costs [\d.]+ ETH of gas at most, beside what your wallet, a contract, takes/).waitFor()
  await again.getByLabel('The relay does').check()
  await again.getByRole('button', { name: 'Sign and publish' }).click()
  await again.getByText('safe 2.0.0 is published').waitFor()
  await verified(wallet.address, 'safe', 2)

  // An owner like any other: it takes a version back, and takes and gives NFTs.
  const dialog = again.getByRole('dialog')
  await again.goto(new URL(`models/${wallet.address}/safe/versions`, hub.url).href)
  await again.getByRole('button', { name: 'Yank 1.0.0' }).click()
  await dialog.getByLabel('Why').fill('there is a newer one')
  await dialog.getByRole('button', { name: 'Yank it' }).click()
  await again.getByTitle('there is a newer one').getByText('yanked').waitFor()
  await again.goto(new URL(`models/${wallet.address}/safe/ownership`, hub.url).href)
  await again.getByRole('button', { name: 'Transfer', exact: true }).click()
  await dialog.getByLabel('New owner').fill(chain.accounts[2].address)
  await dialog.getByRole('button', { name: 'Transfer it' }).click()
  await again.getByRole('button', { name: 'Transfer', exact: true }).waitFor({ state: 'detached' })
  const given = await model(wallet.address, 'safe')
  assert.equal(given.onChain.owner.toLowerCase(), chain.accounts[2].address.toLowerCase())
  await again.close()
})

for (const [i, [colorScheme, width]] of [['light', 1280], ['dark', 320], ['dark', 1280], ['light', 320]].entries()) {
  test(`axe finds nothing in all that publishing, settings and owners show: ${colorScheme}, ${width} wide`, { skip: !all, timeout: limit }, async () => {
    const screen = { colorScheme, viewport: { width, height: 800 }, reducedMotion: 'reduce' }
    const wallet = new TestWallet(chain.accounts[4 + i].key, chain.url)
    const page = await lab.page('about:blank', screen)
    page.setDefaultTimeout(deadline)
    await new TestWallet(chain.accounts[0].key, chain.url, { name: 'Another wallet, whose name is rather long for one' }).install(page)
    await wallet.install(page)
    page.on('dialog', (dialog) => dialog.accept())
    await page.goto(new URL('publish', hub.url).href)
    const found = []
    const look = (state) => examine(page, state).catch(({ message }) => found.push(message)) // all of it in one run
    await walkPublish(page, { wallet, folder: small, name: 'looked-at', look })
    await walkAccount(page, { hub: hub.url, model: `models/${wallet.address}/looked-at`, look })
    await page.close()

    const nobody = await lab.page('about:blank', screen)
    nobody.setDefaultTimeout(deadline)
    await nobody.route('**/api/v1/chain', (route) => route.fulfill({ status: 404, contentType: 'application/problem+json', json: { status: 404, code: 'not_found', title: 'Not Found' } }))
    await nobody.goto(new URL('publish', hub.url).href)
    await nobody.getByRole('button', { name: 'Sign in with a wallet' }).click()
    await nobody.getByText('No wallet in this browser').waitFor()
    await examine(nobody, 'no wallet')
    await nobody.close()
    assert.deepEqual(found, [])
  })
}
