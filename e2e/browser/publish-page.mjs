// What tests and pictures of publishing share: signing in, filling the wizard, and a walk through every state of all that.

import { join } from 'node:path'
import { writeFile } from 'node:fs/promises'

/** Signs in on /publish with a wallet that announced itself. */
export async function signIn (page, name) {
  await page.getByRole('button', { name: 'Sign in with a wallet' }).click()
  await page.getByRole('dialog').getByRole('button', { name }).click()
  await page.getByText('What do you want to publish?').waitFor()
}

export const next = (page) => page.getByRole('button', { name: 'Continue' }).click()

/** Drops a folder on the page, as out of a file manager. */
export async function drop (page, folder) {
  const { x, y, width, height } = await page.getByText('Drop files or a folder here').boundingBox()
  const at = { x: x + width / 2, y: y + height / 2, data: { items: [], files: [folder], dragOperationsMask: 1 } }
  const browser = await page.context().newCDPSession(page)
  for (const type of ['dragEnter', 'dragOver', 'drop']) await browser.send('Input.dispatchDragEvent', { type, ...at })
  await browser.detach()
}

const choose = (page, folder) => page.locator('input[webkitdirectory]').setInputFiles(folder)

/** Through the wizard to the review, with the files of a folder, which `give` gives the page. `look` is called at each step with its name. */
export async function fill (page, folder, { name, version = '1.0.0', price, parents, give = choose, look = async () => {} }) {
  await look('files')
  await give(page, folder)
  await page.getByRole('list', { name: 'Files to publish' }).waitFor()
  await look('files, picked')
  await next(page)
  await page.getByText('What is it?').waitFor()
  if (name) await page.getByLabel('Name', { exact: true }).fill(name)
  await page.getByLabel('Version', { exact: true }).fill(version)
  if (parents) await page.getByLabel('Made from').fill(parents)
  await look('about')
  await next(page)
  await page.getByText('Who shares in it?').waitFor()
  if (price) {
    await page.getByLabel('Sell use by the unit').check()
    await page.getByLabel('Your part of a unit, $').fill(price)
  }
  await look('terms')
  await next(page)
  await page.getByText('Look at it once more').waitFor()
  await page.getByRole('button', { name: 'Sign and publish', disabled: false }).waitFor()
  await look('review')
}

const refuse = (asked) => (method) => { if (method === asked) throw Object.assign(new Error('User rejected'), { code: 4001 }) }

/** A promise to wait for, and what ends the wait. */
function gate () {
  let open
  return { passed: new Promise((resolve) => { open = resolve }), open }
}

/**
 * Leads a page of /publish, where a wallet is installed and nobody is signed in, through all that publishing shows, and calls `look`
 * with the name of each state. `name` is that of the model; the folder's files are small.
 */
export async function walkPublish (page, { wallet, folder, name, look }) {
  const dialog = page.getByRole('dialog')
  await page.getByRole('button', { name: 'Sign in with a wallet' }).waitFor()
  await look('signed out')

  wallet.ask = refuse('personal_sign')
  await page.getByRole('button', { name: 'Sign in with a wallet' }).click()
  await dialog.getByRole('button', { name: wallet.name }).waitFor()
  await look('sign in')
  await dialog.getByRole('button', { name: wallet.name }).click()
  await dialog.getByRole('alert').waitFor()
  await look('sign in, refused')
  const asked = gate()
  const answered = gate()
  wallet.ask = (method) => {
    if (method !== 'personal_sign') return undefined
    asked.open()
    return answered.passed
  }
  await dialog.getByRole('button', { name: wallet.name }).click()
  await asked.passed
  await look('sign in, waiting')
  answered.open()
  wallet.ask = () => {}
  await page.getByText('What do you want to publish?').waitFor()

  await next(page)
  await page.getByText('pick at least one file').waitFor()
  await look('files, none')
  const bare = join(folder, '..', 'bare')
  await writeFile(`${bare}.onnx`, 'this is no model')
  await page.getByLabel('Files', { exact: true }).setInputFiles(`${bare}.onnx`)
  await next(page)
  await page.getByText('What is it?').waitFor()
  await page.getByLabel('Version', { exact: true }).fill('one')
  await next(page)
  await page.getByText('Something above is not right yet.').waitFor()
  await look('about, wrong')
  await page.getByRole('button', { name: 'Back' }).click()
  await page.getByRole('button', { name: 'Remove bare.onnx' }).click()

  await fill(page, folder, { name, price: '0.02', look })
  await page.getByRole('button', { name: '3. Terms' }).click()
  await page.getByRole('button', { name: 'Add an author' }).click()
  await page.getByLabel('Address of author 2').fill('0x123')
  await page.getByLabel('Royalty, %').fill('99')
  await page.getByLabel('Your part of a unit, $').fill('much')
  await next(page)
  await page.getByText('Something above is not right yet.').waitFor()
  await look('terms, wrong')
  await page.getByRole('button', { name: 'Remove author 2' }).click()
  await page.getByLabel('Royalty, %').fill('5')
  await page.getByLabel('Your part of a unit, $').fill('0.02')
  await next(page)
  await page.getByRole('button', { name: 'Sign and publish', disabled: false }).waitFor()

  // Authorship: asked, refused, given.
  const authorship = gate()
  const given = gate()
  wallet.ask = async (method) => {
    if (method !== 'eth_signTypedData_v4') return
    authorship.open()
    await given.passed
    refuse('eth_signTypedData_v4')(method)
  }
  await page.getByRole('button', { name: 'Sign and publish' }).click()
  await authorship.passed
  await page.getByText('Sign in your wallet that you are the author').waitFor()
  await look('sending, signature')
  given.open()
  await page.getByText('It stopped here').waitFor()
  await look('sending, refused')

  // The upload: under way, without a network. One route for all of it: to take one away lets through what it holds.
  wallet.ask = () => {}
  const blocks = /\/api\/v1\/uploads\/[^/]+\/blocks/ // forms of many, and one at a time
  const held = []
  let network = 'held'
  const stalled = gate()
  await page.route(blocks, (route) => {
    if (network === 'gone') return route.abort('internetdisconnected')
    if (network === 'there') return route.continue()
    held.push(route)
    stalled.open()
    return undefined
  })
  await page.getByRole('button', { name: 'Try again' }).click()
  await stalled.passed
  await page.getByText('confirmed by the hub').waitFor()
  await look('sending, upload')
  network = 'gone'
  for (const route of held) await route.abort('internetdisconnected').catch(() => {}) // the page has given it up already
  await page.getByText('Nothing gets through').waitFor()
  await look('sending, no network')

  // The transaction: refused, put off, and gone on with after a reload.
  wallet.ask = refuse('eth_sendTransaction')
  network = 'there'
  await page.getByText('It stopped here').waitFor()
  await look('sending, transaction refused')
  await page.getByRole('button', { name: 'Later' }).click()
  await page.getByRole('region', { name: 'Not finished' }).waitFor()
  await look('not finished')
  wallet.ask = () => {}
  await page.getByRole('button', { name: 'Go on' }).click()
  await page.getByText('is published').waitFor()
  await page.unroute(blocks)
  await look('published')
}

/** Leads through what an account has: its menu, settings, keys; and what an owner is asked. `model` is the address of a model of theirs. */
export async function walkAccount (page, { hub, model, look }) {
  const dialog = page.getByRole('dialog')
  const menu = page.getByRole('button', { name: 'Menu' })
  if (await menu.isVisible()) await menu.click()
  await page.locator('summary[aria-label^="Account"]:visible').click()
  await page.locator('button:visible', { hasText: 'Sign out everywhere' }).waitFor()
  await look('account menu')

  await page.goto(new URL('settings', hub).href)
  await page.getByText('No keys').waitFor()
  await page.getByRole('region', { name: 'Browsers that are signed in' }).getByText('this one').waitFor()
  await look('settings')
  await page.getByRole('button', { name: 'New key' }).click()
  await dialog.getByLabel('Name', { exact: true }).fill('build machine')
  await look('settings, new key')
  await dialog.getByRole('button', { name: 'Make it' }).click()
  await dialog.getByText('Copy it now').waitFor()
  await look('settings, key')
  await dialog.getByRole('button', { name: 'I have it' }).click()
  await page.getByRole('button', { name: 'Revoke build machine' }).waitFor()
  await look('settings, with a key')
  await page.getByRole('button', { name: 'Revoke build machine' }).click()
  await dialog.waitFor()
  await look('settings, revoke')
  await dialog.getByRole('button', { name: 'Revoke', exact: true }).click()
  await page.getByText('No keys').waitFor()

  await page.goto(new URL(`${model}/versions`, hub).href)
  await page.getByRole('button', { name: /^Yank/ }).first().click()
  await dialog.getByLabel('Why').fill('it sees faces in clouds')
  await dialog.getByText(/^Costs|too little/).first().waitFor()
  await look('yank')
  await dialog.getByRole('button', { name: 'Close' }).click()
  await page.goto(new URL(`${model}/ownership`, hub).href)
  await page.getByRole('button', { name: 'Transfer', exact: true }).click()
  await dialog.getByLabel('New owner').fill('0x123')
  await look('transfer')
}
