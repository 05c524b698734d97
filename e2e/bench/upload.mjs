#!/usr/bin/env node
// How fast Chromium uploads to a relay on this machine, beside curl with the same bytes in the same requests to the same handler, and how
// much memory the page's process takes for it:
//
//   node e2e/bench/upload.mjs --mib 256 --rounds 3       # after make build
//
// The page's time is from its first request with a block to the answer to its last one: files are hashed before, which is said apart.
// Chromium has no debugger while it sends (that copies what it sees): the page is prepared with Playwright, which then lets go of it and
// comes back when all is published. curl sends the same requests, from files in memory (the page's file is there too), as many at a
// time as the page. The columns of the processors' time are what is shared on few cores.

import { spawn } from 'node:child_process'
import { createCipheriv, createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { tmpdir } from 'node:os'
import { parseArgs } from 'node:util'
import { chromium } from 'playwright-core'
import { Lab } from '../browser/harness.mjs'
import { chromiumArgs, chromiumPath } from '../chromium.mjs'
import { median } from './statistics.mjs'

const { values } = parseArgs({ options: { mib: { type: 'string', default: '256' }, rounds: { type: 'string', default: '3' }, files: { type: 'string', default: '1' } } })
const MiB = 2 ** 20
const mib = Number(values.mib)
const files = Number(values.files)
const rounds = Number(values.rounds)
const parallel = 4 // as many requests at a time as the page makes
const deadline = 110_000

const lab = await Lab.open()
let browser
try {
  const chain = await lab.devnet()
  const hub = await lab.serve({ flags: ['--account-quota', String(2 ** 40), '--rpc', chain.url, '--deployment', 'devnet', '--test-wallet', chain.accounts[8].key] })
  browser = await openBrowser(new URL('publish', hub.url).href)
  const rows = []
  const cookie = await browser.use(signIn)
  for (let round = 0; round < rounds; round++) {
    const folder = join(lab.folder, `data-set-${round}`)
    const sent = await fill(folder, round)
    // curl's go into an upload that is thrown away afterwards, so that the relay has none of them when the page comes.
    const curl = await browser.timed(() => byCurl(hub.url, cookie, sent))
    await browser.use((page) => prepare(page, folder, `large-${round}`))
    const page = await browser.timed(() => published(hub.url, `large-${round}`))
    const { hashing, sending, requests } = await browser.use(readTimes)
    rows.push({ curl: curl.result, page: sending, hashing, requests, cpu: [curl.cpu, page.cpu] })
    await rm(folder, { recursive: true })
  }
  const speed = (ms) => `${(mib * 1.048576 / (ms / 1000)).toFixed(0)} MB/s`
  const of = (name) => median(rows.map((row) => row[name]))
  const cpu = (i) => ['relay', 'curl', 'page', 'network', 'browser'].map((who) => `${who} ${median(rows.map((row) => (row.cpu[i][who] ?? 0) / mib)).toFixed(2)}`).join(', ')
  console.log(`${mib} MiB, medians of ${rounds}: hashed at ${speed(of('hashing'))}; in ${of('requests')} requests\n  ms of processor for a MiB while curl sends: ${cpu(0)}\n  from the page's first request until all is published: ${cpu(1)}`)
  console.log(`upload: curl ${speed(of('curl'))}, Chromium ${speed(of('page'))}, ratio ${median(rows.map(({ curl, page }) => curl / page)).toFixed(2)} (${rows.map(({ curl, page }) => (curl / page).toFixed(2)).join(', ')}); peak RSS of the page's process ${browser.peak().toFixed(0)} MiB`)
} finally {
  await browser?.close()
  await lab.close()
}

/** Writes files of noise, and beside each the SHA-256 of its chunks: what curl sends. Returns their paths. */
async function fill (folder, seed) {
  await mkdir(folder)
  const paths = []
  const noise = createCipheriv('aes-128-ctr', Buffer.alloc(16, seed), Buffer.alloc(16))
  for (let n = 0; n < files; n++) {
    const path = join(folder, `part-${n}.tar`)
    const hashes = []
    const file = await open(path, 'w')
    for (let at = 0; at < mib / files; at++) {
      const bytes = noise.update(Buffer.alloc(MiB))
      await file.write(bytes)
      hashes.push(createHash('sha256').update(bytes).digest())
    }
    await file.sync() // or the disk is busy with it while we measure
    await file.close()
    await writeFile(`${folder}-hashes-${n}`, Buffer.concat(hashes))
    paths.push({ path, hashes: `${folder}-hashes-${n}` })
  }
  return paths
}

async function byCurl (hub, cookie, sent) {
  const api = (path, init) => fetch(new URL(`api/v1${path}`, hub), { ...init, headers: { cookie, 'content-type': 'application/json' } })
  const { id } = await (await api('/uploads', { method: 'POST', body: JSON.stringify({ bytes: (mib + 16) * MiB }) })).json()
  const url = new URL(`api/v1/uploads/${id}/blocks`, hub).href
  const config = join(lab.folder, 'curl.config')
  const requests = sent.map(({ path, hashes }) => `url = "${url}"\nform = "hashes=@${hashes}"\nform = "file=@${path}"\noutput = "/dev/null"\n`)
  await writeFile(config, requests.map((request) => `${request}header = "cookie: ${cookie}"\nheader = "expect:"\nfail\n`).join('next\n'))
  const from = performance.now()
  const curl = spawn('curl', ['--silent', '--show-error', '--no-progress-meter', '--parallel', '--parallel-max', String(parallel), '--config', config], { stdio: ['ignore', 'ignore', 'inherit'] })
  const [status] = await once(curl, 'exit')
  if (status !== 0) throw new Error(`curl ended with ${status}`)
  const ms = performance.now() - from
  await api(`/uploads/${id}`, { method: 'DELETE' })
  return ms
}

/** Returns the session's cookie. */
async function signIn (page) {
  await page.getByRole('button', { name: 'Sign in with a wallet' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Test wallet' }).click()
  await page.getByText('What do you want to publish?').waitFor()
  return (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ')
}

/** All that a person does before a last click, which comes when nobody watches any more. */
async function prepare (page, folder, name) {
  await page.reload()
  await page.getByText('What do you want to publish?').waitFor()
  const from = Date.now()
  await page.locator('input[webkitdirectory]').setInputFiles(folder)
  await page.getByText('Hashing on this machine').waitFor()
  await page.getByText('Hashing on this machine').waitFor({ state: 'detached' })
  await page.evaluate((ms) => { globalThis.hashing = ms }, Date.now() - from)
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByLabel('Name', { exact: true }).fill(name)
  await page.getByLabel('What it is').selectOption('dataset')
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByText('Who shares in it?').waitFor()
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByLabel('Nobody: upload only').check()
  await page.evaluate(() => {
    performance.setResourceTimingBufferSize(1e6)
    performance.clearResourceTimings()
    setTimeout(() => [...document.querySelectorAll('button')].find(({ textContent }) => textContent === 'Sign and publish').click(), 500)
  })
}

async function readTimes (page) {
  await page.getByText('is published').waitFor()
  return page.evaluate(() => {
    const puts = performance.getEntriesByType('resource').filter(({ name }) => /\/uploads\/[^/]+\/blocks$/.test(name))
    return { hashing: globalThis.hashing, sending: Math.max(...puts.map(({ responseEnd }) => responseEnd)) - Math.min(...puts.map(({ startTime }) => startTime)), requests: puts.length }
  })
}

/** Waits until the relay lists a model. */
async function published (hub, name) {
  for (const end = Date.now() + deadline; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 200))) {
    const { items } = await (await fetch(new URL(`api/v1/models?kind=dataset&q=${name}`, hub))).json()
    if (items.some((item) => item.name === name)) return
  }
  throw new Error(`${name} is not published`)
}

/** A browser with one page, which Playwright has hold of only while `use` does something. */
async function openBrowser (url) {
  const profile = await mkdtemp(join(tmpdir(), 'dehug-upload-'))
  const child = spawn(chromiumPath(), ['--headless=new', ...chromiumArgs, '--remote-debugging-port=0', `--user-data-dir=${profile}`, url], { stdio: 'ignore', detached: true })
  const port = join(profile, 'DevToolsActivePort')
  while (!existsSync(port) || !readFileSync(port, 'utf8').includes('\n')) await new Promise((resolve) => setTimeout(resolve, 20))
  const address = `http://127.0.0.1:${readFileSync(port, 'utf8').split('\n')[0]}`
  let peak = 0
  return {
    async use (steps) {
      const watching = await chromium.connectOverCDP(address)
      const [page] = watching.contexts()[0].pages()
      page.setDefaultTimeout(deadline)
      const answer = await steps(page)
      await watching.close() // lets go of it; the browser stays
      return answer
    },
    /** What work returns, and how many milliseconds of processor it took, by who had them. */
    async timed (work) {
      const before = processes(child.pid)
      const result = await work()
      const cpu = {}
      for (const { pid, who, ms } of processes(child.pid)) cpu[who] = (cpu[who] ?? 0) + ms - (before.find((other) => other.pid === pid)?.ms ?? 0)
      return { result, cpu }
    },
    /** MiB: the most that a page's process ever had in memory. */
    peak: () => Math.max(...processes(child.pid).filter(({ who }) => who === 'page').map(({ peak }) => peak)),
    async close () {
      process.kill(-child.pid, 'SIGKILL')
      await once(child, 'exit')
      await rm(profile, { recursive: true, force: true, maxRetries: 5 })
    }
  }
}

/** The browser's processes and the relay. What has ended, such as curl, is counted by this process. */
function processes (browser) {
  const list = []
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ').map(Number)
      if (Number(pid) === process.pid) list.push({ pid, who: 'curl', ms: (fields[13] + fields[14]) * 10, peak: 0 })
      const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      const relay = fields[1] === process.pid && /dehug-relay\0serve/.test(args)
      if (!relay && fields[2] !== browser) continue
      const who = relay ? 'relay' : args.includes('NetworkService') ? 'network' : args.includes('--type=renderer') ? 'page' : 'browser'
      const peak = Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024
      list.push({ pid, who, ms: (fields[11] + fields[12]) * 10, peak }) // ticks of 10 ms
    } catch {
      // it has ended
    }
  }
  return list
}
