// Pictures of the hub's pages: on a desk in the light, in a hand in the dark; full, loading, failing, empty; and of all that publishing
// shows. shots/hub/*.png, two of a state on one sheet.
//
//   make shots                                      # all, after those of the demo page
//   make shots ARGS="hub home leaderboard"          # these pages alone; or: publish, account, empty, loading, failing

import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Lab, root } from './browser/harness.mjs'
import { challengesOf, onChain, pagesOf, publishAll, settled } from './browser/hub-page.mjs'
import { walkAccount, walkPublish } from './browser/publish-page.mjs'
import { TestWallet } from './browser/wallet.mjs'

const folder = join(root, 'shots', 'hub')

const devices = {
  desk: { viewport: { width: 1280, height: 900 }, colorScheme: 'light' },
  phone: { viewport: { width: 390, height: 844 }, colorScheme: 'dark', deviceScaleFactor: 2, isMobile: true, hasTouch: true },
  'desk, dark': { viewport: { width: 1280, height: 900 }, colorScheme: 'dark' },
  'phone, light': { viewport: { width: 390, height: 844 }, colorScheme: 'light', deviceScaleFactor: 2, isMobile: true, hasTouch: true }
}
/** Of pages that fail or wait, one pair is enough. */
const pair = ['desk', 'phone']

const only = process.argv.slice(2)
const wanted = (name) => only.length === 0 || only.includes(name)
const lab = await Lab.open()
const sheets = new Map() // state -> paths of its pictures
try {
  if (only.length === 0) await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  const published = await publishAll(lab)
  const relay = await lab.serve({ sources: [await lab.gateway()], flags: ['--challenges', await challengesOf(lab)] })
  const pages = pagesOf(published)

  /** A page of a state, in one device. */
  const shoot = async (page, state, device) => {
    const path = join(folder, `${state}-${device}`.replace(/[^a-z0-9-]+/gi, '-') + '.png')
    await page.evaluate(() => scrollTo(0, 0))
    await page.screenshot({ path, fullPage: true, animations: 'disabled' })
    sheets.set(state, [...sheets.get(state) ?? [], path])
    console.log(path.slice(root.length))
  }
  const open = async (device, name, prepare, base = relay) => {
    const page = await lab.page('about:blank', { ...devices[device], reducedMotion: 'reduce' })
    await prepare?.(page)
    await page.goto(new URL(pages[name][0], base.url).href)
    return page
  }

  for (const name of Object.keys(pages).filter(wanted)) {
    for (const device of Object.keys(devices)) {
      const page = await open(device, name, (page) => onChain(page, published))
      await settled(page)
      await shoot(page, name, device)
      await page.context().close()
    }
  }

  const api = '**/api/v1/**'
  const asking = ['home', 'models', 'model', 'author', 'leaderboard', 'challenges', 'challenge']
  for (const name of wanted('loading') ? asking : []) {
    for (const device of pair) {
      const page = await open(device, name, (page) => page.route(api, () => {})) // never answered
      await page.locator('main .animate-breathe').first().waitFor()
      await shoot(page, `loading ${name}`, device)
      await page.context().close()
    }
  }
  for (const name of wanted('failing') ? asking : []) {
    for (const device of pair) {
      const page = await open(device, name, (page) => page.route(api, (route) => route.fulfill({ status: 503, contentType: 'application/problem+json', json: { status: 503, code: 'unavailable', title: 'Service Unavailable', detail: 'the index is being read again' } })))
      await page.locator('main').getByRole('alert').first().waitFor()
      await shoot(page, `failing ${name}`, device)
      await page.context().close()
    }
  }
  if (wanted('empty')) {
    const bare = await lab.serve({ data: join(lab.folder, 'bare') })
    for (const name of ['home', 'models', 'leaderboard', 'challenges', 'settings', 'publish']) {
      for (const device of pair) {
        const page = await open(device, name, undefined, bare)
        await settled(page)
        await shoot(page, `empty ${name}`, device)
        await page.context().close()
      }
    }
  }
  if (wanted('publish') || wanted('account')) {
    const chain = await lab.devnet()
    const key = join(lab.folder, 'payer.key')
    await writeFile(key, `${chain.accounts[9].key}\n`, { mode: 0o600 })
    const hub = await lab.serve({ flags: ['--rpc', chain.url, '--deployment', 'devnet', '--poll', '100ms', '--publish-key', key] })
    for (const [i, device] of pair.entries()) {
      const wallet = new TestWallet(chain.accounts[i + 1].key, chain.url, { name: 'Pocket' })
      const page = await lab.page('about:blank', { ...devices[device], reducedMotion: 'reduce' })
      await wallet.install(page)
      await new TestWallet(chain.accounts[5].key, chain.url, { name: 'Another wallet, with a name that is rather long for a wallet' }).install(page)
      page.on('dialog', (dialog) => dialog.accept())
      await page.goto(new URL('publish', hub.url).href)
      page.setDefaultTimeout(15_000)
      const look = (state) => shoot(page, state, device)
      await walkPublish(page, { wallet, folder: join(lab.folder, 'blazeface'), name: 'faces', look })
      await page.getByRole('link', { name: 'Open its page' }).click()
      await page.getByText('The chain names this manifest').first().waitFor()
      await look('published model')
      if (wanted('account')) await walkAccount(page, { hub: hub.url, model: `models/${wallet.address}/faces`, look })
      await page.context().close()
      const nobody = await lab.page('about:blank', { ...devices[device], reducedMotion: 'reduce' })
      await nobody.goto(new URL('publish', hub.url).href)
      await nobody.getByRole('button', { name: 'Sign in with a wallet' }).click()
      await nobody.getByText('No wallet in this browser').waitFor()
      await shoot(nobody, 'sign in, no wallet', device)
      await nobody.context().close()
    }
  }

  // Two pictures of a state beside each other.
  const page = await lab.page('about:blank', { viewport: { width: 1760, height: 900 } })
  for (const [state, paths] of sheets) {
    for (const [i, two] of [paths.slice(0, 2), paths.slice(2)].entries()) {
      if (two.length === 0) continue
      const images = await Promise.all(two.map(async (path, k) => `<img width="${k === 0 ? 1280 : 390}" src="data:image/png;base64,${(await readFile(path)).toString('base64')}">`))
      await page.setContent(`<style>body { margin: 20px; background: #888; display: flex; gap: 30px; align-items: start }</style>${images.join('')}`)
      await page.screenshot({ path: join(folder, `sheet-${state.replace(/[^a-z0-9-]+/gi, '-')}${i > 0 ? '-2' : ''}.png`), fullPage: true })
    }
  }
} finally {
  await lab.close()
}
