// How fast Chromium uploads to a relay on this machine, beside curl with the same bytes to the same handler, and how much memory the
// page's process takes for it:  node e2e/bench/upload.mjs [MiB]
//
// The page's time is from the first block that it sends to the last one that the relay confirmed: files are hashed before, which is said
// apart. curl sends the blocks from files, as many at a time as the page.

import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, open, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Lab } from '../browser/harness.mjs'
import { TestWallet } from '../browser/wallet.mjs'

const mebi = Number(process.argv[2] ?? 256)
const chunk = 2 ** 20
const parallel = 4

const lab = await Lab.open()
try {
  const hub = await lab.serve({ flags: ['--account-quota', String(8 * 2 ** 30)] })
  const folder = join(lab.folder, 'data-set')
  const pieces = join(lab.folder, 'pieces')
  await mkdir(folder)
  await mkdir(pieces)
  const cids = await fill(join(folder, 'part-0.tar'), 1)

  const wallet = new TestWallet(`0x${'5b'.repeat(32)}`, 'http://127.0.0.1:1', { chain: 8453 })
  const page = await lab.page('about:blank')
  page.setDefaultTimeout(110_000)
  await wallet.install(page)
  await page.goto(new URL('publish', hub.url).href)
  await page.getByRole('button', { name: 'Sign in with a wallet' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Pocket' }).click()
  await page.getByText('What do you want to publish?').waitFor()

  // The same blocks by curl, into an upload that is thrown away afterwards, so that the relay has none of them when the page comes.
  const cookie = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ')
  const api = (path, init) => fetch(new URL(`api/v1${path}`, hub.url), { ...init, headers: { cookie, 'content-type': 'application/json' } })
  const { id } = await (await api('/uploads', { method: 'POST', body: JSON.stringify({ bytes: (mebi + 16) * chunk }) })).json()
  const config = cids.map((cid, i) => `upload-file = "${join(pieces, String(i))}"\nurl = "${new URL(`api/v1/uploads/${id}/blocks/${cid}`, hub.url).href}"\noutput = "/dev/null"\n`).join('')
  await writeFile(join(pieces, 'config'), `header = "cookie: ${cookie}"\nheader = "content-type: application/octet-stream"\nheader = "expect:"\nfail\n${config}`)
  let from = performance.now()
  const curl = spawn('curl', ['--silent', '--show-error', '--parallel', '--parallel-max', String(parallel), '--config', join(pieces, 'config')], { stdio: ['ignore', 'ignore', 'inherit'] })
  const [status] = await once(curl, 'exit')
  if (status !== 0) throw new Error(`curl ended with ${status}`)
  const byCurl = performance.now() - from
  await api(`/uploads/${id}`, { method: 'DELETE' })
  await rm(pieces, { recursive: true })

  from = performance.now()
  await page.locator('input[webkitdirectory]').setInputFiles(folder)
  await page.getByText('Hashing on this machine').waitFor()
  await page.getByText('Hashing on this machine').waitFor({ state: 'detached' })
  const hashing = performance.now() - from
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByLabel('Name', { exact: true }).fill('large')
  await page.getByLabel('What it is').selectOption('dataset')
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByText('Who shares in it?').waitFor()
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.evaluate(() => performance.setResourceTimingBufferSize(1e6)) // the page's own clock: to listen to every request slows them down
  await page.getByRole('button', { name: 'Sign and publish' }).click()
  await page.getByText('large 1.0.0 is published').waitFor()
  const byPage = await page.evaluate(() => {
    const puts = performance.getEntriesByType('resource').filter(({ name }) => name.includes('/blocks/'))
    return Math.max(...puts.map(({ responseEnd }) => responseEnd)) - Math.min(...puts.map(({ startTime }) => startTime))
  })

  const session = await page.context().browser().newBrowserCDPSession()
  const { processInfo } = await session.send('SystemInfo.getProcessInfo')
  const peaks = await Promise.all(processInfo.filter(({ type }) => type === 'renderer').map(async ({ id }) => {
    const text = await readFile(`/proc/${id}/status`, 'utf8')
    return Number(/VmHWM:\s+(\d+)/.exec(text)[1]) / 1024
  }))
  const speed = (ms) => `${(mebi * 1.048576 / (ms / 1000)).toFixed(0)} MB/s`
  console.log(`${mebi} MiB: hashed at ${speed(hashing)}; curl ${speed(byCurl)}, Chromium ${speed(byPage)}, ratio ${(byCurl / byPage).toFixed(2)}; peak RSS of the page's process ${Math.max(...peaks).toFixed(0)} MiB`)
} finally {
  await lab.close()
}

/** Writes a file of noise, and each of its chunks for curl; returns their CIDs. */
async function fill (path, seed) {
  const file = await open(path, 'w')
  const all = []
  const words = new Uint32Array(chunk / 4)
  for (let i = 0, x = seed; i < mebi; i++) {
    for (let j = 0; j < words.length; j++) words[j] = x = (Math.imul(x, 1664525) + 1013904223 + i) >>> 0
    const bytes = Buffer.from(words.buffer)
    await file.write(bytes)
    await writeFile(join(lab.folder, 'pieces', String(i)), bytes)
    all.push(rawCID(createHash('sha256').update(bytes).digest()))
  }
  await file.close()
  return all
}

function rawCID (digest) {
  let bits = ''
  for (const byte of [1, 0x55, 0x12, 32, ...digest]) bits += byte.toString(2).padStart(8, '0')
  return 'b' + bits.match(/.{1,5}/g).map((five) => 'abcdefghijklmnopqrstuvwxyz234567'[parseInt(five.padEnd(5, '0'), 2)]).join('')
}
