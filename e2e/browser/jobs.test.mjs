// A model run by a provider, from its page, in Chromium, over a real relay and a real provider: what it costs is said before, the receipt
// holds, the run is computed again in the browser, and a provider that lied is found out.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { examine } from './axe.mjs'
import { Lab, root } from './harness.mjs'
import { settled } from './hub-page.mjs'
import { ContractWallet, TestWallet, privateKeyToAccount } from './wallet.mjs'

const all = process.env.DEHUG_TEST_ALL === '1'
const wallet = new TestWallet(`0x${'b2'.repeat(32)}`, 'http://127.0.0.1:1', { name: 'Pocket' })

let lab, relay, gateway, provider, release, model

before(async () => {
  lab = await Lab.open()
  release = await lab.publish(await lab.blazeface())
  provider = await lab.provider()
  relay = await lab.serve({ flags: ['--provider', provider.address, '--free-daily', '700', '--check-engine'] })
  gateway = relay.gateway
  await provider.start({ relay: relay.url, gateway, models: { [release.manifest]: 250 } })
  model = new URL(`models/${release.signer}/blazeface-front`, relay.url).href
})

after(() => lab?.close())

async function open (url, { context, reducedMotion = 'reduce', ...options } = {}) {
  const page = await lab.page('about:blank', { ...(context ? { context } : { reducedMotion, ...options }) })
  page.setDefaultTimeout(20_000)
  page.foreign = []
  const ours = new Set([new URL(relay.url).origin, gateway])
  page.on('request', (request) => { if (/^http/.test(request.url()) && !ours.has(new URL(request.url()).origin)) page.foreign.push(request.url()) })
  await wallet.install(page)
  await page.goto(url)
  if (url !== 'about:blank') await settled(page)
  return page
}

const screens = [
  { colorScheme: 'light', viewport: { width: 1280, height: 900 } },
  { colorScheme: 'dark', viewport: { width: 320, height: 640 } },
  { colorScheme: 'dark', viewport: { width: 1280, height: 900 } },
  { colorScheme: 'light', viewport: { width: 320, height: 640 } }
]

/** axe, where there is time. */
async function look (page, where) {
  for (const { colorScheme, viewport } of all ? screens : []) {
    await page.emulateMedia({ colorScheme })
    await page.setViewportSize(viewport)
    await page.evaluate(() => scrollTo(0, 0)) // what the bar at the top covers is a matter of how far one scrolled
    await examine(page, `${where}, ${colorScheme}, ${viewport.width} wide`)
  }
  await page.emulateMedia({ colorScheme: 'light' })
  await page.setViewportSize(screens[0].viewport)
}

const main = (page) => page.locator('main')
const later = { skip: !all && 'make test-all runs it' }
/** The page that paid, and its receipt's address. */
let payer, receipt

test('from a model’s page to a receipt that is replayed', async () => {
  const page = await open(model)
  payer = page
  const moved = await page.evaluate(() => new Promise((resolve) => {
    let sum = 0
    new PerformanceObserver((list) => { for (const entry of list.getEntries()) if (!entry.hadRecentInput) sum += entry.value }).observe({ type: 'layout-shift', buffered: true })
    requestAnimationFrame(() => setTimeout(() => resolve(sum)))
  }))
  assert.ok(moved < 0.05, `layout shift ${moved}`)
  await page.getByRole('button', { name: 'On a provider' }).click()
  const offered = page.getByLabel('What is offered')
  await offered.waitFor()
  assert.match(await offered.innerText(), /\$0\.00025[^]*1[^]*not known yet[^]*cores/)
  await main(page).getByRole('button', { name: 'Sign in to run' }).click()
  await page.getByRole('button', { name: 'Pocket' }).click()
  await page.getByText('$0.0007 of $0.0007 are left for you today').waitFor()
  assert.equal(await page.getByRole('button', { name: 'Run for $0.00025' }).isDisabled(), true, 'there is nothing to run on yet')
  await page.getByRole('button', { name: 'Sample 1' }).click()
  await page.getByText('Choose who runs it').click()
  await page.getByRole('radio', { name: /does not say where it is/ }).click()
  await page.getByLabel('At most, in dollars a run').fill('0.0001')
  await page.getByRole('button', { name: 'Run for $0.0001', exact: true }).click()
  await page.getByText('of 1 that offer this model none may do it: 1 above the price').waitFor()
  await look(page, 'a choice that lets nobody')
  await page.getByLabel('At most, in dollars a run').fill('0.00025')
  await page.getByRole('button', { name: 'Run for $0.00025' }).click()
  await page.getByText('Found 1 face.').waitFor()
  const box = await page.locator('img + svg rect').first().evaluate((rect) => ['x', 'y', 'width', 'height'].map((name) => Number(rect.getAttribute(name))))
  for (const [i, want] of [0.347, 0.157, 0.184, 0.185].entries()) assert.ok(Math.abs(box[i] - want) < 0.01, `the face is at ${box}`)
  await page.getByText(/^By provider .*: the first of those that you named; nobody else offers it\.$/).waitFor()
  await page.getByText('$0.00045 of $0.0007 are left').waitFor()
  await look(page, 'an answer of a provider')
  await page.getByRole('link', { name: 'Receipt and replay' }).click()
  await page.getByText('The provider signed exactly this').waitFor()
  await page.getByText('This relay countersigned it').waitFor()
  receipt = page.url()
  await page.getByRole('button', { name: 'Replay this' }).click()
  await page.getByText('Replayed: the same, bit for bit').waitFor()
  await page.getByRole('button', { name: 'Have it replayed for me' }).click()
  await page.getByText('Somebody else gave this answer again, and the two agree (bit for bit)').waitFor()
  await look(page, 'a receipt that was replayed')
  assert.deepEqual(page.foreign, [])
  assert.deepEqual(page.problems, [])
})

const golden = async (name) => JSON.parse(await readFile(join(root, 'relay/httpapi/testdata', `api-${name}.json`), 'utf8'))

test('orders, a provider, and receipts of jobs by specification', async () => {
  const page = await open('about:blank', { context: payer.context() })
  const soon = new Date(Date.now() + 3_600_000).toISOString()
  const [opened, ended] = [await golden('order-open'), await golden('order')]
  const items = [{ ...opened, payer: wallet.address, due: soon }, { ...ended, payer: wallet.address, state: 'delivered', due: soon }, { ...ended, id: `0x${'e'.repeat(64)}`, payer: wallet.address }]
  await page.route('**/api/v1/orders?*', (route) => route.fulfill({ json: { items } }))
  await page.goto(new URL('orders', relay.url).href)
  for (const [act, id] of [['cancel', opened.id], ['release', ended.id], ['dispute', ended.id]]) await page.getByText(`dehug-relay order ${act} ${id}`).waitFor()
  await page.getByText('The arbiter ruled: 1 of 2 units were paid.').waitFor()
  await look(page, 'orders')

  await page.goto(new URL(`providers/${provider.address}`, relay.url).href)
  assert.match(await page.getByRole('region', { name: 'Summary' }).innerText(), /now[^]*Agreed\s+1[^]*False\s+0/i)
  await look(page, 'a provider')
  if (all) {
    await page.route('**/api/v1/providers/*', async (route) => route.fulfill({ json: await golden('provider-view') }))
    await page.reload()
    await page.getByText('This hub gives it no jobs: an answer of its was false').waitFor()
    await look(page, 'a provider that is banned')
  }

  const api = receipt.replace('/receipts/', '/api/v1/receipts/')
  const [{ relaySignature, ...claim }, request] = await Promise.all([api, `${api}/request`].map(async (url) => (await payer.request.get(url)).json()))
  assert.ok(relaySignature)
  const spec = '{"kind":"evaluation"}'
  let kind
  await page.route('**/api/v1/receipts/*', async (route) => {
    const made = { ...claim, mode: kind, assurance: kind === 'evaluation' ? 'replayable' : 'signed' }
    await route.fulfill({ json: { ...made, signature: await sign(made, (await readFile(provider.key, 'utf8')).trim()) }, headers: { 'cache-control': 'no-store' } })
  })
  await page.route('**/api/v1/receipts/*/request', (route) => route.fulfill({ json: { ...request, input: { spec: { datatype: 'UINT8', shape: [spec.length], base64: btoa(spec) } } }, headers: { 'cache-control': 'no-store' } }))
  await page.route('**/api/v1/predictions/*', async (route) => {
    const done = await golden('job-evaluation')
    done.job.result_cid = ended.result
    if (kind === 'evaluation') done.job.attestation = { state: 'safe', version: ended.version, uid: ended.plan, transaction: ended.tx }
    else done.job.result = { schema: 'dehug/job-result/v0', kind: 'training', training: { manifest: ended.manifest, release: ended.manifest, bytes: '1234' } }
    await route.fulfill({ json: done })
  })
  kind = 'evaluation'
  await page.goto(receipt)
  await page.getByText('2 of 8 right').waitFor()
  await page.getByText('It is attested on chain, for good.').waitFor()
  await page.getByText(/^dehug-relay evaluate --job bafkrei\w+ --source http/).waitFor()
  assert.equal(await page.getByRole('button', { name: /replay/i }).count(), 0, 'nothing that a page cannot do is offered')
  await look(page, 'a receipt of an evaluation')
  if (all) {
    kind = 'training/finetune'
    await page.reload()
    await page.getByText('A training cannot be repeated').waitFor()
    await look(page, 'a receipt of a training')
  }
  assert.deepEqual(page.foreign, [])
  assert.deepEqual(page.problems, [])
  await page.close()
})

test('a receipt is its payer’s and provider’s, until it is shared', later, async () => {
  const other = await open('about:blank')
  await other.goto(receipt)
  await other.getByText('There is no receipt here for you to see').waitFor()
  await payer.getByRole('radio', { name: 'Anybody with the link: the receipt and your input' }).click()
  await payer.getByText('Whoever has the link sees it now.').waitFor()
  await other.reload()
  await other.getByRole('button', { name: 'Replay this' }).click()
  await other.getByText('Replayed: the same, bit for bit').waitFor()
  assert.equal(await other.getByRole('radio').count(), 0, 'who sees it is for its payer to say')
  await payer.getByRole('radio', { name: 'Anybody with the link: the receipt They' }).click()
  await other.reload()
  await other.getByText('is not shared with you').waitFor()
  await other.context().close()
})

test('a lie of the provider’s is found, and the evidence holds for others', later, async () => {
  const page = await open('about:blank', { context: payer.context() })
  const { relaySignature, ...claim } = await (await payer.request.get(receipt.replace('/receipts/', '/api/v1/receipts/'))).json()
  assert.ok(relaySignature)
  const lie = { ...claim, result: `0x${'ab'.repeat(32)}` }
  lie.signature = await sign(lie, (await readFile(provider.key, 'utf8')).trim())
  await page.route('**/api/v1/receipts/*', (route) => route.fulfill({ json: lie, headers: { 'cache-control': 'no-store' } }))
  await page.goto(receipt)
  await page.getByText('No relay countersigned it').waitFor()
  await page.getByRole('button', { name: 'Replay this' }).click()
  await page.getByText('The provider signed another answer').waitFor()
  await look(page, 'a receipt that is false')
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download evidence' }).click()])
  const told = await promisify(execFile)(join(root, 'bin', 'dehug-relay'), ['verify-receipt', await file.path(), '--source', gateway, '--data', join(lab.folder, 'replayed')]).catch((error) => error)
  assert.equal(told.code, 3, told.stderr)
  assert.match(told.stdout, new RegExp(`evidence against it by ${wallet.address}`))
  assert.match(told.stderr, /the result is [0-9a-f]{64} here and abab/)
  await page.close()
})

test('what was run is listed; what is left is too little for more', later, async () => {
  const page = await open(new URL('receipts', relay.url).href, { context: payer.context() })
  await page.getByRole('link', { name: 'BlazeFace, front camera' }).first().waitFor()
  await page.getByRole('cell', { name: '$0.00025' }).waitFor()
  await look(page, 'receipts')
  await page.goto(model)
  await page.getByRole('button', { name: 'On a provider' }).click()
  await page.getByRole('button', { name: 'Sample 2' }).click()
  await page.getByRole('button', { name: 'Run for $0.00025' }).click()
  await page.getByText('Found 4 faces.').waitFor()
  await page.getByText('What the operator pays for you today is used up').waitFor()
  assert.equal(await page.getByRole('button', { name: 'Run for $0.00025' }).isDisabled(), true)
  await look(page, 'no money left')
  await page.close()
})

test('what sessions have, and what of today’s grant was used', later, async () => {
  const page = await open('about:blank', { context: payer.context() })
  const sessions = await readFile(join(root, 'relay/httpapi/testdata/api-usage-sessions.json'), 'utf8')
  await page.goto(new URL('sessions', relay.url).href)
  await page.getByText('This hub takes no sessions').waitFor()
  assert.match(await page.getByRole('list', { name: 'Today’s grant' }).innerText(), /Used\s+\$0\.0005[^]*Left\s+\$0\.0002/)
  await page.route('**/api/v1/usage/sessions', (route) => route.fulfill({ contentType: 'application/json', body: sessions }))
  await page.reload()
  assert.match(await page.getByRole('list', { name: 'Units' }).innerText(), /Used\s+2[^]*Under way\s+0[^]*Left\s+1 of 3/)
  await page.getByText('1 of 2 used').waitFor()
  await look(page, 'sessions')
  await page.close()
})

test('a session pays: opened by one prompt, run, reloaded, run again, closed', later, async () => {
  const chain = await lab.devnet()
  const paid = await Lab.open()
  try {
    await writeFile(join(paid.folder, 'author.key'), `${chain.accounts[1].key}\n`, { mode: 0o600 })
    await writeFile(join(paid.folder, 'payer.key'), `${chain.accounts[9].key}\n`, { mode: 0o600 })
    const release = await paid.publish(await paid.blazeface())
    const machine = await paid.provider()
    const hub = await paid.serve({ flags: ['--rpc', chain.url, '--deployment', 'devnet', '--poll', '100ms', '--publish-key', join(paid.folder, 'payer.key'), '--provider', machine.address] })
    const site = new URL(hub.url).origin
    const { version } = await onChain(chain, { publish: { account: 1, manifest: release.manifest, gateway: hub.gateway, plan: '20000' } })
    assert.ok(version)
    await machine.start({ relay: hub.url, gateway: hub.gateway, models: { [release.manifest]: 250 } })
    const buyer = new TestWallet(chain.accounts[5].key, chain.url, { name: 'Purse' })
    const page = await paid.page('about:blank', { reducedMotion: 'reduce' })
    page.setDefaultTimeout(30_000)
    await buyer.install(page)
    const place = new URL(`models/${release.signer}/blazeface-front`, hub.url).href
    const here = async () => {
      await page.goto(place)
      await page.getByRole('button', { name: 'On a provider' }).click()
      await page.getByLabel('What is offered').waitFor()
    }
    for (;;) { // until the relay has read of the plan
      const { onChain } = await (await fetch(new URL(`/api/v1/models/${release.signer}/blazeface-front`, site))).json()
      if (onChain?.plans.length > 0) break
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    await here()
    await main(page).getByRole('button', { name: 'Sign in to run' }).click()
    await page.getByRole('button', { name: 'Purse' }).click()
    await page.getByText('This hub’s operator pays for nobody').waitFor()
    await look(page, 'a run that nobody pays for yet')

    // Opening: another chain, a prompt that is refused, and one that is not.
    await main(page).getByRole('button', { name: 'Open a session' }).click()
    const dialog = page.getByRole('dialog')
    const runs = dialog.getByLabel('Runs', { exact: true })
    await runs.fill('0')
    await dialog.getByText('a whole number from 1 to').waitFor()
    await runs.fill('6')
    await dialog.getByRole('button', { name: 'Lock $0.15' }).waitFor()
    await look(page, 'before a session')
    buyer.chain = 1
    buyer.ask = (method) => { if (method === 'wallet_switchEthereumChain' || method === 'wallet_addEthereumChain') throw Object.assign(new Error('no'), { code: 4902 }) }
    await dialog.getByRole('button', { name: 'Lock $0.15' }).click()
    await dialog.getByText('the wallet is on another chain').waitFor()
    buyer.ask = (method) => { if (method === 'eth_signTypedData_v4') throw Object.assign(new Error('no'), { code: 4001 }) }
    await dialog.getByRole('button', { name: 'Lock $0.15' }).click()
    await dialog.getByText('You said no in the wallet').waitFor()
    buyer.ask = () => {}
    buyer.asked.length = 0
    await dialog.getByRole('button', { name: 'Lock $0.15' }).click()
    await page.getByText('6 of 6 runs left').waitFor()
    assert.deepEqual(buyer.asked.filter((method) => /sign|send|switch/i.test(method)), ['eth_signTypedData_v4'], 'one prompt opens it')
    buyer.asked.length = 0

    const run = async (sample, found, left) => {
      await page.getByRole('button', { name: `Sample ${sample}` }).click()
      await page.getByRole('button', { name: 'Run for $0.02125' }).click()
      await page.getByText(found).waitFor()
      await page.getByText(left).waitFor()
    }
    await run(1, 'Found 1 face.', '5 of 6 runs left, 1 used')
    await look(page, 'an answer that a session paid for')
    await here()
    await page.getByText('5 of 6 runs left, 1 used').waitFor()
    await run(2, 'Found 4 faces.', '4 of 6 runs left, 2 used')
    assert.deepEqual(buyer.asked.filter((method) => /sign|send/i.test(method)), [], 'the page signs for runs by itself')

    // A relay that says that more is used than was gets no signature.
    const lie = (route) => route.fetch().then(async (response) => { const said = await response.json(); said.next.units++; await route.fulfill({ json: said }) })
    await page.route(/\/api\/v1\/usage\/sessions\/0x/, lie)
    await page.getByRole('button', { name: 'Run for $0.02125' }).click()
    await page.getByText('Nothing was signed', { exact: true }).waitFor()
    await page.unroute(/\/api\/v1\/usage\/sessions\/0x/, lie)

    // A job that does not succeed uses nothing, and the voucher after it holds: one that waits for a cheaper provider, and is canceled.
    const cheap = (route) => route.continue({ postData: JSON.stringify({ ...route.request().postDataJSON(), max_price: 1 }) })
    await page.route(/\/api\/v1\/predictions\?/, cheap)
    await page.getByRole('button', { name: 'Run for $0.02125' }).click()
    await page.getByText('Waiting for a free provider').waitFor()
    await page.unroute(/\/api\/v1\/predictions\?/, cheap)
    await page.getByRole('button', { name: 'Cancel' }).click()
    const spent = async () => (await (await page.request.get(new URL('/api/v1/usage/sessions', site).href)).json()).items[0]
    while ((await spent()).held > 0) await new Promise((resolve) => setTimeout(resolve, 100))
    await run(1, 'Found 1 face.', '3 of 6 runs left, 3 used')

    // Two tabs run at once with one session: each voucher follows the other's.
    const tab = await paid.page('about:blank', { context: page.context() })
    tab.setDefaultTimeout(30_000)
    await buyer.install(tab)
    await tab.goto(place)
    await tab.getByRole('button', { name: 'On a provider' }).click()
    await tab.getByText('3 of 6 runs left, 3 used').waitFor()
    await Promise.all([page, tab].map(async (each, i) => {
      await each.getByRole('button', { name: `Sample ${i + 1}` }).click()
      await each.getByRole('button', { name: 'Run for $0.02125' }).click()
      await each.getByText(['Found 1 face.', 'Found 4 faces.'][i]).waitFor()
    }))
    await tab.reload()
    await tab.getByRole('button', { name: 'On a provider' }).click()
    await tab.getByText('1 of 6 runs left, 5 used').waitFor()
    await tab.close()
    const session = await spent()
    assert.deepEqual([session.used, session.held, session.left], [5, 0, 1])

    // Another browser of the same account has no key, and says so.
    const other = await paid.page('about:blank', { reducedMotion: 'reduce' })
    await buyer.install(other)
    await other.goto(place)
    await other.getByRole('button', { name: 'On a provider' }).click()
    await main(other).getByRole('button', { name: 'Sign in to run' }).click()
    await other.getByRole('button', { name: 'Purse' }).click()
    await other.getByText('its key is not in this browser').waitFor()
    await look(other, 'a session of another browser')
    await other.context().close()
    buyer.asked.length = 0

    // Somebody without dollars is told so; a wallet that is a contract opens one by two transactions, and runs.
    const visit = async (wallet) => {
      const page = await paid.page('about:blank', { reducedMotion: 'reduce' })
      page.setDefaultTimeout(30_000)
      await wallet.install(page)
      await page.goto(place)
      await page.getByRole('button', { name: 'On a provider' }).click()
      await main(page).getByRole('button', { name: 'Sign in to run' }).click()
      await page.getByRole('button', { name: wallet.name }).click()
      await main(page).getByRole('button', { name: 'Open a session' }).click()
      await page.getByRole('dialog').getByLabel('Runs', { exact: true }).fill('2')
      return page
    }
    const poor = await visit(new TestWallet(`0x${'c3'.repeat(32)}`, chain.url, { name: 'Poor' }))
    await poor.getByText('Your account has $0: that is not enough.').waitFor()
    assert.equal(await poor.getByRole('dialog').getByRole('button', { name: 'Lock $0.05' }).isDisabled(), true)
    await poor.context().close()
    const safe = await ContractWallet.open(chain.accounts[6].key, chain.url)
    await buyer.client.waitForTransactionReceipt({ hash: await buyer.client.writeContract({
      chain: null, address: chain.deployment.contracts.Dollar.address, abi: JSON.parse(await readFile(join(root, 'contracts/abi/Dollar.json'), 'utf8')), functionName: 'transfer', args: [safe.address, 50_000n]
    }) })
    const held = await visit(safe)
    safe.asked.length = 0
    await held.getByRole('dialog').getByRole('button', { name: 'Lock $0.05' }).click()
    await held.getByText('2 of 2 runs left').waitFor()
    assert.deepEqual(safe.asked.filter((method) => method === 'eth_sendTransaction').length, 2)
    await held.getByRole('button', { name: 'Sample 1' }).click()
    await held.getByRole('button', { name: 'Run for $0.02125' }).click()
    await held.getByText('1 of 2 runs left, 1 used').waitFor()
    await held.context().close()

    // Closing: notice by the wallet; from then on the end is tomorrow.
    await page.goto(new URL('sessions', hub.url).href)
    assert.match(await page.getByRole('list', { name: 'Units' }).innerText(), /Used\s+5[^]*Left\s+1 of 6/)
    await look(page, 'a session that is open')
    await page.getByRole('button', { name: 'Close it' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Give notice' }).click()
    await page.getByText('The session ends in a day.').waitFor()
    assert.deepEqual(buyer.asked.filter((method) => /sign|send/i.test(method)), ['eth_sendTransaction'])
    const noticed = await spent()
    assert.ok(new Date(noticed.ends) < new Date(session.ends))

    // A day later: the chain’s clock is moved; this page is told by the relay what it would say then.
    await call(chain, 'devnet_increaseTime', ['0x15f90'])
    await call(chain, 'devnet_mine', ['0x1'])
    await page.route('**/api/v1/usage/sessions', (route) => route.fetch().then(async (response) => {
      const said = await response.json()
      for (const each of said.items) if (each.state === 'open') each.state = 'ended'
      await route.fulfill({ json: said })
    }))
    await page.reload()
    await page.getByRole('button', { name: 'Take back what is left' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Close it' }).click()
    await page.getByText('The session is closed.').waitFor()
    await page.getByText('came back and waits in the contract').waitFor()
    await page.getByRole('button', { name: 'Withdraw' }).waitFor()
    await look(page, 'a session that is closed')
    await page.getByRole('button', { name: 'Withdraw' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Withdraw it' }).click()
    await page.getByText('It is in your account.').waitFor()
    await page.getByText('$0 came back').waitFor()
    assert.deepEqual(page.problems, [])

    await page.context().close()
  } finally {
    await paid.close()
  }
})

/** Has what the demo does on its chain do something. */
function onChain (chain, request) {
  return new Promise((resolve, reject) => {
    const child = execFile('node', [join(root, 'tools/demo/market.mjs'), JSON.stringify(chain)], (error, stdout) => {
      const said = error ? { error: error.message } : JSON.parse(stdout)
      if (said.error) reject(new Error(said.error))
      else resolve(said)
    })
    child.stdin.end(`${JSON.stringify(request)}\n`)
  })
}

async function call ({ url }, method, params) {
  const { result, error } = await (await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }) })).json()
  if (error) throw new Error(error.message)
  return result
}

test('a provider sees what it did', later, async () => {
  const own = new TestWallet(`0x${(await readFile(provider.key, 'utf8')).trim().replace(/^0x/, '')}`, 'http://127.0.0.1:1', { name: 'Machine' })
  assert.equal(own.address, provider.address)
  const page = await lab.page('about:blank', { reducedMotion: 'reduce' })
  await own.install(page)
  await page.goto(new URL('provider', relay.url).href)
  await page.getByRole('button', { name: 'Sign in with a wallet' }).click()
  await page.getByRole('button', { name: 'Machine' }).click()
  const summary = page.getByRole('region', { name: 'Summary' })
  await summary.waitFor()
  assert.match(await summary.innerText(), /now[^]*100\.0 %[^]*2 done, 0 failed[^]*\$0\.0005/)
  await page.getByRole('region', { name: 'Jobs' }).getByRole('link').first().waitFor()
  await look(page, 'as a provider')
  await page.context().close()
})

/** A receipt's signature (EIP-712), by viem. */
async function sign ({ signature, manifest, ...receipt }, key) {
  const field = (list) => list.split(',').map((each) => { const [type, name] = each.split(' '); return { type, name } })
  const account = privateKeyToAccount(key.startsWith('0x') ? key : `0x${key}`)
  // The digest is all of a raw CID but its first four bytes, in base32.
  const digits = [...manifest.slice(1)].map((letter) => 'abcdefghijklmnopqrstuvwxyz234567'.indexOf(letter).toString(2).padStart(5, '0')).join('')
  const bytes = digits.match(/.{8}/g).map((bits) => Number.parseInt(bits, 2).toString(16).padStart(2, '0')).join('')
  return account.signTypedData({
    domain: { name: 'DeHug Receipt', version: '0' },
    types: { JobReceipt: field('string job,bytes32 manifest,string mode,bytes32 plan,string assurance,bytes32 request,bytes32 result,uint64 units,uint64 pay,address payer,bytes32 session,address provider,address relay,uint64 started,uint64 ended,uint64 settleBy') },
    primaryType: 'JobReceipt',
    message: { ...receipt, manifest: `0x${bytes.slice(8)}` }
  })
}
