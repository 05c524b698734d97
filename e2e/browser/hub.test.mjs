// The hub's pages, in Chromium, over a real relay: what they show, by keyboard, on small screens, when things fail, and when what was
// published means harm.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, describe, test } from 'node:test'
import { examine } from './axe.mjs'
import { Lab } from './harness.mjs'
import { challengesOf, onChain, pagesOf, publishAll, settled } from './hub-page.mjs'
import { TestWallet } from './wallet.mjs'
import { button, reach, watch } from './widget-page.mjs'

const all = process.env.DEHUG_TEST_ALL === '1'

/** Of nobody. It decides what the relay serves. */
const admin = new TestWallet(`0x${'a1'.repeat(32)}`, 'http://127.0.0.1:1', { name: 'Admin' })

let lab, relay, honest, liar, published, pages

before(async () => {
  lab = await Lab.open()
  published = await publishAll(lab)
  honest = await lab.gateway()
  liar = await lab.fault(honest, 'flip')
  relay = await lab.serve({ sources: [honest, liar.url], flags: ['--challenges', await challengesOf(lab), '--admin', admin.address] })
  pages = pagesOf(published)
})

after(() => lab?.close())

/** Contexts by what they are like. What was fetched for one page need not be fetched for the next. */
const contexts = new Map()

/** A page of the hub among others of its kind, for tests that leave nothing behind; close it, not its context. */
async function openShared (name, options = {}, prepare) {
  const key = JSON.stringify(options)
  if (!contexts.has(key)) contexts.set(key, (await lab.page('about:blank', options)).context())
  return open(name, { context: contexts.get(key) }, prepare)
}

/** A page of the hub, ready to be looked at. `page.foreign` are requests to other origins than the relay's. */
async function open (name, options, prepare) {
  const page = await lab.page('about:blank', options)
  page.foreign = []
  const ours = new Set([new URL(relay.url).origin, ...relay.config.gateways])
  page.on('request', (request) => { if (/^http/.test(request.url()) && !ours.has(new URL(request.url()).origin)) page.foreign.push(request.url()) })
  await prepare?.(page)
  await page.goto(new URL(pages[name][0], relay.url).href)
  await settled(page)
  return page
}

/** Cumulative layout shift so far. */
const shifts = (page) => page.evaluate(() => new Promise((resolve) => {
  let sum = 0
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) if (!entry.hadRecentInput) sum += entry.value }).observe({ type: 'layout-shift', buffered: true })
  requestAnimationFrame(() => setTimeout(() => resolve(sum)))
}))

const screens = [
  { colorScheme: 'light', viewport: { width: 1280, height: 900 } },
  { colorScheme: 'dark', viewport: { width: 320, height: 640 } },
  { colorScheme: 'dark', viewport: { width: 1280, height: 900 } },
  { colorScheme: 'light', viewport: { width: 320, height: 640 } }
]

/** Those that are looked at where there is little time: one of each layout, and what no other test opens. */
const usual = ['home', 'models', 'model', 'ownership', 'author', 'leaderboard', 'challenges', 'challenge', 'settings']
/** Pages on which the chain says something. */
const told = ['lineage', 'ownership', 'author', 'leaderboard', 'challenges', 'challenge']

describe('every page', () => {
  for (const [at, name] of (all ? Object.keys(pagesOf({})) : usual).entries()) {
    test(`${name}: axe finds nothing, nothing moves or sticks out, nobody else is asked`, async () => {
      // One screen each; all of them where there is time.
      for (const screen of all ? screens : [screens[at % 2]]) {
        const chain = told.includes(name) || screen.colorScheme === 'dark'
        const page = await openShared(name, { ...screen, reducedMotion: 'reduce' }, chain ? (page) => onChain(page, published) : undefined)
        const where = `${screen.colorScheme}, ${screen.viewport.width} wide`
        const heading = page.locator('main h1')
        assert.equal(await heading.count(), 1, where)
        if (pages[name][1]) assert.equal(await heading.innerText(), pages[name][1], where)
        const moved = await shifts(page)
        assert.ok(moved < 0.01, `${where}: layout shift ${moved}`)
        await examine(page, where)
        assert.deepEqual(page.foreign, [])
        assert.deepEqual(page.problems, [])
        const expected = name === 'missing' ? /404/ : /^$/
        assert.deepEqual(page.lines.filter(({ type, text }) => (type === 'error' || type === 'warning') && !expected.test(text)), [])
        await page.close()
      }
    })
  }
})

test('the first load of home is small, and has no wallet in it', async () => {
  const page = await open('home')
  const scripts = await page.evaluate(() => performance.getEntriesByType('resource').filter(({ name }) => /\.js($|\?)/.test(name)).map(({ name, encodedBodySize }) => [new URL(name).pathname, encodedBodySize]))
  const bytes = scripts.reduce((sum, [, size]) => sum + size, 0)
  assert.ok(scripts.length > 3 && bytes > 50_000 && bytes <= 200_000, `${bytes} bytes in ${JSON.stringify(scripts)}`)
  const loaded = await Promise.all(scripts.map(async ([path]) => (await fetch(new URL(path, relay.url))).text()))
  assert.equal(loaded.some((text) => text.includes('eth_requestAccounts')), false)
  await page.context().close()
})

test('from home to a model that runs, with the keyboard alone', async () => {
  const page = await open('home', { reducedMotion: 'reduce' })
  await page.keyboard.press('Tab')
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Skip to content')
  await page.keyboard.press('Enter')
  await page.waitForFunction(() => document.activeElement?.id === 'main')
  await page.keyboard.press('/')
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute('aria-label')), 'Search models')
  await page.keyboard.type('blaze')
  await page.keyboard.press('Enter')
  await page.waitForURL('**/models?q=blaze')
  await page.getByRole('heading', { name: 'Results for “blaze”' }).waitFor()
  assert.equal(await page.title(), '“blaze” · DeHug')
  const result = page.getByRole('link', { name: 'BlazeFace, front camera' })
  await result.waitFor()
  for (let i = 0; i < 60 && !await result.evaluate((link) => link === document.activeElement); i++) await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.waitForURL(`**/models/${published.owner}/${published.face}`)
  await settled(page)
  await page.waitForFunction(() => document.activeElement?.id === 'main') // a new page is read from its beginning
  await watch(page)
  await button(page).focus()
  await page.keyboard.press('Enter')
  assert.equal(await reach(page, 'done', 'error'), 'done')
  await page.goBack()
  await page.getByRole('heading', { name: 'Results for “blaze”' }).waitFor()
  await page.context().close()
})

test('what is used trends on home, and stands first in a list that asks for it', async () => {
  const page = await openShared('home', {}, (page) => onChain(page, published))
  await page.getByRole('region', { name: 'Trending' }).getByRole('link', { name: 'BlazeFace, front camera' }).waitFor()
  await page.getByRole('link', { name: 'Most used first' }).click()
  await page.waitForURL('**/models?sort=trending')
  await page.getByText('most used by others first').waitFor()
  assert.deepEqual(await page.getByRole('navigation', { name: 'Order' }).locator('[aria-current]').allInnerTexts(), ['Trending'])
  await page.close()
  const plain = await openShared('home')
  await plain.getByRole('region', { name: 'New and updated' }).getByRole('link', { name: 'BlazeFace, front camera' }).waitFor()
  assert.equal(await plain.getByRole('region', { name: 'Trending' }).count(), 0)
  await plain.close()
})

test('a badge says its rule by pointer and by keyboard', async () => {
  const page = await openShared('ownership', {}, (page) => onChain(page, published))
  const badge = page.getByRole('button', { name: 'Used by others' })
  const rule = page.getByRole('tooltip').filter({ hasText: 'At least 20 payers' })
  assert.equal(await rule.isVisible(), false)
  await badge.hover()
  await rule.waitFor()
  await page.mouse.move(0, 0)
  await rule.waitFor({ state: 'hidden' })
  await page.getByRole('button', { name: 'Verified' }).focus()
  await page.keyboard.press('Tab')
  await rule.waitFor()
  await page.keyboard.press('Escape')
  await rule.waitFor({ state: 'hidden' })
  assert.match(await badge.evaluate((button) => document.getElementById(button.getAttribute('aria-describedby')).textContent), /^At least 20 payers/)
  await page.close()
})

test('facets are in the address, and can be taken back', async () => {
  const page = await openShared('models')
  await page.getByRole('complementary', { name: 'Filters' }).getByRole('link', { name: /Face detection/ }).click()
  await page.waitForURL('**/models?task=face-detection')
  await page.waitForFunction(() => document.querySelectorAll('main li h3').length === 1)
  await page.getByRole('link', { name: 'Remove Face detection' }).click()
  await page.waitForURL('**/models')
  await page.waitForFunction(() => document.querySelectorAll('main li h3').length === 2)
  await page.close()
})

test('files are checked in the page: every chunk, by whoever sends it', async () => {
  const page = await open('files')
  await page.getByRole('button', { name: 'Check all' }).click()
  await page.getByText(/All \d files are what the manifest names/).waitFor()
  assert.equal(await page.getByText('verified', { exact: true }).locator('visible=true').count(), await page.locator('tbody tr').count())
  assert.deepEqual(await page.getByRole('navigation', { name: 'Parts of this page' }).locator('[aria-current]').allInnerTexts(), ['Files'])
  const [saved] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save NOTES.txt' }).click()])
  assert.equal(await readFile(await saved.path(), 'utf8'), 'Notes.\n')
  await page.context().close()

  // With nobody but a liar to ask, it says who lied.
  const lied = await lab.page('about:blank')
  await lied.route('**/config.json', (route) => route.fulfill({ json: relay.config }))
  await lied.goto(new URL(pages.files[0], relay.url).href)
  await settled(lied)
  await lied.route(`${relay.gateway}/**`, (route) => route.abort())
  await lied.route(`${honest}/**`, (route) => route.abort())
  await lied.getByRole('button', { name: 'Check NOTES.txt' }).click()
  await lied.getByText(`${new URL(liar.url).host} sent something else`).locator('visible=true').waitFor()
  await lied.context().close()
})

test('what changed between two versions is shown by hash', async () => {
  const page = await openShared('versions')
  const changes = page.getByRole('region', { name: 'Files that differ' })
  await changes.waitFor()
  const rows = await changes.locator('tbody tr').allInnerTexts()
  assert.deepEqual(rows.map((row) => row.split(/\s+/).slice(0, 2)), [['NOTES.txt', 'added'], ['README.md', 'changed']])
  await page.close()
})

test('a card that means harm is only text', async () => {
  const page = await open('hostile', {}, (page) => page.on('dialog', (dialog) => { page.problems.push(dialog.message()); dialog.dismiss() }))
  const article = page.getByRole('article', { name: 'Card' })
  await article.waitFor()
  await article.locator('img').waitFor() // the one picture that is a file of the release
  assert.match(await article.locator('img').getAttribute('src'), /^blob:/)
  await page.setViewportSize({ width: 320, height: 640 })
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth) <= 320, 'thirty quotes in each other fit a phone')
  assert.equal(await article.locator('script, svg, iframe, style, object, embed, form, [onerror], [onload]').count(), 0)
  assert.deepEqual(await article.locator('a').evaluateAll((links) => links.map(({ href }) => href)), ['https://ok.example/page'])
  assert.equal(await page.title(), '<img src=x onerror=alert(1)> · DeHug')
  assert.deepEqual([page.foreign, page.problems], [[], []])
  await page.context().close()
})

test('what was uploaded cannot read the session: it is of another origin, and in a sandbox', async () => {
  const { release } = published.releases.hostile
  const page = await lab.page('about:blank')
  await page.context().addCookies([{ name: 'dehug_session', value: 'secret', url: relay.url, httpOnly: false, sameSite: 'Lax' }])
  for (const file of ['index.html', 'evil.svg']) {
    const url = `${relay.gateway}/ipfs/${release}/${file}?hub=${encodeURIComponent(relay.url)}`
    assert.notEqual(new URL(url).origin, new URL(relay.url).origin)
    const reply = await page.request.get(url)
    const headers = reply.headers()
    // Either it is nothing that is shown, or what is shown runs no script and belongs to nobody.
    assert.ok(reply.status() >= 400 || /attachment/.test(headers['content-disposition'] ?? '') || /sandbox/.test(headers['content-security-policy'] ?? ''), `${file}: ${reply.status()} ${JSON.stringify(headers)}`)
    assert.equal(headers['set-cookie'], undefined)
    await page.goto(url).catch(() => undefined) // a download ends the navigation
    const seen = await page.evaluate(() => ({ title: document.title, owned: document.documentElement.dataset?.owned ?? null })).catch(() => ({}))
    assert.ok(!/secret|address/.test(JSON.stringify(seen)) && !seen.owned, JSON.stringify(seen))
  }
  await page.context().close()
})

test('when the API is away the site says so, keeps what it can, and comes back', async () => {
  const page = await open('home', {}, (page) => page.route('**/api/v1/**', (route) => route.abort()))
  await page.getByText('The list of models could not be fetched').waitFor()
  await watch(page)
  await button(page).click() // models come from gateways
  assert.equal(await reach(page, 'done', 'error'), 'done')
  await page.unroute('**/api/v1/**')
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.getByRole('link', { name: 'BlazeFace, front camera' }).waitFor()
  await page.context().close()
})

test('a theme that was chosen stays, and holds before anything is drawn', async () => {
  const page = await open('publish', { colorScheme: 'light' })
  await page.getByRole('button', { name: 'Theme: as the system has it' }).click()
  await page.getByRole('button', { name: 'Theme: light' }).click()
  await page.reload({ waitUntil: 'commit' })
  await page.locator('h1').waitFor()
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'dark')
  assert.equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), 'rgb(11, 14, 19)')
  await page.context().close()
})

test('anybody reports a model; an admin reads it, denies the model, and allows it again', async () => {
  const page = await lab.page(new URL(`${pages.hostile[0]}/files`, relay.url).href, { viewport: { width: 320, height: 640 } })
  const dialog = page.getByRole('dialog')
  const report = page.getByRole('button', { name: 'Report', exact: true })
  await settled(page)
  await report.focus()
  await page.keyboard.press('Enter')
  await dialog.getByLabel('What is wrong?').waitFor()
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'hidden' })
  await page.waitForFunction(() => document.activeElement?.textContent === 'Report')
  await report.click()
  await dialog.getByLabel('What is wrong?').selectOption('malware')
  await dialog.getByLabel('Version').selectOption('all versions')
  await dialog.getByLabel('Detail').fill('<b>It takes cookies.</b>')
  await examine(page, 'report')
  // What the relay says of a refusal is shown, and what was written stays.
  const refuse = (route) => route.fulfill({ status: 429, contentType: 'application/problem+json', json: { type: '/api/docs/errors', title: 'Too Many Requests', status: 429, code: 'rate_limited', detail: 'that is enough for now' } })
  await page.route('**/api/v1/reports', refuse)
  await dialog.getByRole('button', { name: 'Send' }).click()
  await dialog.getByRole('alert').getByText('that is enough for now').waitFor()
  await page.unroute('**/api/v1/reports', refuse)
  await dialog.getByRole('button', { name: 'Send' }).click()
  await page.getByText('Thank you.').waitFor()
  await page.waitForFunction(() => document.activeElement?.textContent === 'Report')
  await page.context().close()

  const desk = await lab.page('about:blank', { viewport: { width: 1280, height: 900 } })
  await admin.install(desk)
  await desk.goto(new URL('admin', relay.url).href)
  await desk.getByText('Nobody is signed in').waitFor()
  await desk.getByRole('button', { name: 'Sign in', exact: true }).click()
  await desk.getByRole('dialog').getByRole('button', { name: 'Admin' }).click()
  const reports = desk.getByRole('list', { name: 'Open reports' }).getByRole('listitem')
  await reports.getByText('<b>It takes cookies.</b>').waitFor()
  assert.match(await reports.innerText(), /hostile\s+all versions\s+malware[^]*by somebody who was not signed in/)
  await desk.locator('summary[aria-label^="Account"]:visible').click()
  await desk.getByRole('link', { name: 'Reports and denials' }).click()
  if (all) await examine(desk, 'admin')
  await reports.getByRole('button', { name: 'Deny' }).click()
  const ask = desk.getByRole('dialog')
  assert.equal(await ask.getByLabel('What', { exact: true }).locator('option:checked').innerText(), 'All of hostile: its one version')
  await ask.getByLabel('Why').fill('takes cookies')
  if (all) await examine(desk, 'deny')
  await ask.getByRole('button', { name: 'Deny' }).click()
  await desk.getByText('No open reports').waitFor()
  const allow = desk.getByRole('button', { name: `Allow again: ${published.owner}/hostile/1.0.0` })
  await allow.waitFor()
  await desk.getByRole('button', { name: 'Resolved' }).click()
  await desk.getByRole('list', { name: 'Resolved reports' }).getByText('takes cookies', { exact: true }).waitFor()
  await examine(desk, 'admin, with a denial')

  const names = async () => (await (await fetch(new URL('api/v1/models', relay.url))).json()).items.map(({ name }) => name)
  assert.deepEqual(await names(), [published.face])
  const visitor = await openShared('models')
  assert.equal(await visitor.locator('main li h3').count(), 1)
  await visitor.goto(new URL(pages.hostile[0], relay.url).href)
  await visitor.getByText('This hub does not serve this model').waitFor()
  await visitor.close()

  await allow.click()
  await ask.getByLabel('Why').fill('it was a test')
  await ask.getByRole('button', { name: 'Allow again' }).click()
  await desk.getByText('Nothing is denied').waitFor()
  assert.equal((await names()).length, 2)

  // A report that needs nothing but words.
  const sent = await fetch(new URL('api/v1/reports', relay.url), { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ owner: published.owner, name: published.face, reason: 'spam' }) })
  assert.equal(sent.status, 201)
  await desk.reload()
  await reports.getByRole('button', { name: `Resolve the report about ${published.face}` }).click()
  await ask.getByRole('button', { name: 'Resolve' }).click()
  assert.equal(await ask.getByLabel('What was done about it').evaluate((field) => field.validity.valueMissing), true, 'it says what was done')
  await ask.getByLabel('What was done about it').fill('It is none.')
  await ask.getByRole('button', { name: 'Resolve' }).click()
  await desk.getByText('No open reports').waitFor()
  await desk.getByRole('button', { name: 'Resolved' }).click()
  await desk.getByRole('list', { name: 'Resolved reports' }).getByText('It is none.', { exact: true }).waitFor()

  // What nobody reported is denied by what is written; what cannot be meant is refused, and stays in the form.
  const { release, manifest } = published.releases.hostile
  const served = async (cid) => (await fetch(`${relay.gateway}/ipfs/${cid}?format=raw`)).status
  assert.equal(await served(manifest), 200)
  const write = async (kind, what) => {
    await ask.getByLabel('Kind').selectOption(kind)
    await ask.getByLabel('What', { exact: true }).fill(what)
    await ask.getByLabel('Why').fill('of no use')
    await ask.getByRole('button', { name: 'Deny' }).click()
  }
  for (const [kind, wrong, right] of [['cid', 'bafy', release], ['version', 'hostile', `${published.owner}/hostile/1.0.0`], ['account', '0x1', published.owner]]) {
    await desk.getByRole('button', { name: 'New denial' }).click()
    await write(kind, wrong)
    await ask.getByRole('alert').getByText('It was not done').waitFor()
    await write(kind, right)
    await desk.getByRole('button', { name: `Allow again: ${right}` }).waitFor()
    await ask.waitFor({ state: 'hidden' })
    assert.notEqual(await served(kind === 'cid' ? release : manifest), 200, kind)
    if (kind === 'account') assert.deepEqual(await names(), [])
    await desk.getByRole('button', { name: `Allow again: ${right}` }).click()
    await ask.getByRole('button', { name: 'Allow again' }).click()
    await desk.getByText('Nothing is denied').waitFor()
    assert.equal(await served(kind === 'cid' ? release : manifest), 200, kind)
  }
  assert.equal((await names()).length, 2)
  assert.deepEqual(desk.problems, [])
  await desk.context().close()
})
