#!/usr/bin/env node
// How quickly a release streams into a page, every chunk verified, beside a plain fetch of the same bytes: from three gateways, from one
// that is 25 ms away, and when one of three falls silent. Real Chromium without any debugger (which copies every body that it sees),
// real gateway processes. What is plain comes from a Go file server without any checks (faultgw -files), under the same latency.
//
//   node e2e/bench/stream.mjs --mib 256 --rounds 5        # after make build
//   node e2e/bench/stream.mjs --memory                    # memory of the page while 2 GiB stream through it
//   node e2e/bench/stream.mjs --helia --rounds 2          # @helia/verified-fetch beside it, in the same browser, from the same gateway 25 ms away
//
// "Plain, hashed" is the least that a reader who checks can do: the plain file, read into buffers that are used again, and one SHA-256 by
// WebCrypto for each MiB. The table's last columns say how much processor time a MiB took where: on few cores, that is what there is to share.

import { execFileSync, spawn } from 'node:child_process'
import { createCipheriv } from 'node:crypto'
import { once } from 'node:events'
import { createWriteStream, existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { cpus, tmpdir } from 'node:os'
import { dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import { Lab, root } from '../browser/harness.mjs'
import { chromiumArgs, chromiumPath } from '../chromium.mjs'
import { median } from './statistics.mjs'

const { values } = parseArgs({ options: { mib: { type: 'string', default: '256' }, rounds: { type: 'string', default: '5' }, memory: { type: 'boolean' }, helia: { type: 'boolean' }, only: { type: 'string', default: '' } } })
const here = dirname(fileURLToPath(import.meta.url))
const latency = '25ms'
const MiB = 2 ** 20
const helia = values.helia && bundleHelia()

const lab = await Lab.open()
try {
  const mib = values.memory ? 2048 : Number(values.mib)
  const { release, path, folder } = await publish(mib)
  const gateways = [await lab.gateway(), await lab.gateway(), await lab.gateway()]
  const plain = (await lab.fault(gateways[0], 'none', '-files', folder)).url
  const page = await openPage()
  const ask = (name, more) => page.ask({ name, ref: release.release, path, ...more })
  if (values.memory) await memory(ask, page, gateways, mib)
  else await speed(ask, page, { gateways, plain, path, folder, mib, release })
  await page.close()
} finally {
  await lab.close()
}

async function speed (ask, page, { gateways, plain, path, folder, mib, release }) {
  const far = async (what) => (await lab.fault(what, 'distance', '-delay', latency)).url
  const stalls = (await lab.fault(gateways[0], 'stall')).url
  const file = (base) => `${base}/files/${path}`
  const cases = [
    ['near', 'plain, passed on', { plain: file(plain) }],
    ['near', 'plain, hashed', { plain: file(plain) }],
    ['near', 'ours, passed on', { sources: gateways }],
    ['near', 'plain, whole', { plain: file(plain) }],
    ['near', 'ours, whole', { sources: gateways }],
    ['near', 'ours, whole and kept', { sources: gateways }],
    ['25 ms', 'plain, passed on', { plain: file(await far(plain)) }],
    ['25 ms', 'ours, passed on', { sources: [await far(gateways[0])] }],
    ...(helia ? [['25 ms', 'helia, passed on', { sources: [await far(gateways[0])], file: await fileCID(gateways[0], release, path) }]] : []),
    ['one of three falls silent', 'ours, passed on', { sources: [stalls, gateways[1], gateways[2]] }]
  ].filter(([where, name]) => `${where} ${name}`.includes(values.only))
  const rows = cases.map(([where, name, what]) => ({ where, name, what, ms: [], fileMs: [], cpu: [], said: new Set() }))
  for (const gateway of gateways) await ask('ours, passed on', { sources: [gateway] }) // which hashes what it has not looked at for an hour
  for (let round = 0; round <= Number(values.rounds); round++) {
    for (const row of rows) {
      const before = page.cpu()
      const { ms, fileMs, said } = await ask(row.name, row.what)
      const after = page.cpu()
      if (round === 0) continue // files come into the disk's cache
      row.ms.push(ms)
      row.fileMs.push(fileMs)
      row.cpu.push(Object.fromEntries(Object.keys(after).map((who) => [who, (after[who] - (before[who] ?? 0)) / mib])))
      for (const text of said) row.said.add(text)
    }
  }
  console.log(`${cpus().length} × ${cpus()[0].model.trim()}, ${mib} MiB, medians of ${values.rounds}\n`)
  const kinds = ['servers', 'network', 'page', 'browser']
  console.log(`| | | ms | of the file | MiB/s | ms of processor for a MiB: ${kinds.join(' | ')} |\n|---|---|--:|--:|--:|${'--:|'.repeat(kinds.length)}`)
  for (const { where, name, ms, fileMs, cpu } of rows) {
    console.log(`| ${where} | ${name} | ${median(ms).toFixed(0)} | ${median(fileMs).toFixed(0)} | ${(mib / median(ms) * 1000).toFixed(0)} | ${kinds.map((who) => median(cpu.map((c) => c[who] ?? 0)).toFixed(2)).join(' | ')} |`)
  }
  for (const { where, said } of rows) for (const text of said) console.log(`  ${where}: ${text}`)
  const time = (where, name) => rows.find((row) => row.where === where && row.name === name)?.ms
  const ratio = (a, b) => a && b ? median(a.map((ms, i) => ms / b[i])).toFixed(2) : '-'
  const ours = time('near', 'ours, passed on')
  console.log(`\nstream: three gateways ${ratio(time('near', 'plain, passed on'), ours)} × plain fetch (and hashes ${ratio(time('near', 'plain, hashed'), ours)}, whole ${ratio(time('near', 'plain, whole'), time('near', 'ours, whole'))}, kept ${ratio(time('near', 'plain, whole'), time('near', 'ours, whole and kept'))}), ` +
    `25 ms ${ratio(time('25 ms', 'plain, passed on'), time('25 ms', 'ours, passed on'))} ×, one of three silent ${ratio(time('one of three falls silent', 'ours, passed on'), ours)} of the time` +
    (helia ? `; 25 ms away ${ratio(time('25 ms', 'helia, passed on'), time('25 ms', 'ours, passed on'))} × @helia/verified-fetch ${helia.version}` : ''))
}

/** Fetches the peer, once, and makes one script of it for the page. Its code is only bundled here: it wants a newer Node to run in. */
function bundleHelia () {
  const folder = join(here, 'helia')
  const run = (command, ...args) => execFileSync(command, args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] })
  if (!existsSync(join(folder, 'node_modules'))) run('npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error')
  const { version } = JSON.parse(readFileSync(join(folder, 'node_modules/@helia/verified-fetch/package.json'), 'utf8'))
  const script = join(folder, 'node_modules/helia.js')
  run('npx', 'esbuild', '--bundle', '--format=esm', '--platform=browser', '--target=es2022', '--minify', '--log-level=error', `--outfile=${script}`, 'entry.mjs')
  return { version, script }
}

/** The CID by which every IPFS client knows a file of the release. */
async function fileCID (gateway, { manifest }, path) {
  const { files } = await (await fetch(`${gateway}/ipfs/${manifest}?format=raw`)).json()
  return files.find((file) => file.path === path).cid
}

async function memory (ask, page, gateways, mib) {
  const samples = []
  const timer = setInterval(() => samples.push(page.memory()), 100)
  const { ms } = await ask('ours, passed on', { sources: gateways })
  clearInterval(timer)
  const tenth = samples.slice(Math.ceil(samples.length / 10))
  const [least, most] = [Math.min(...tenth), Math.max(...tenth)]
  console.log(`${mib} MiB in ${(ms / 1000).toFixed(1)} s; the page's process had ${least.toFixed(0)} to ${most.toFixed(0)} MiB after the first tenth (${samples.length} looks)`)
  console.log(`stream: memory within ${(most - least).toFixed(0)} MiB`)
}

/** Publishes a data set of one file that nothing makes smaller. */
async function publish (mib) {
  const folder = join(lab.folder, 'stream')
  const path = 'weights.bin'
  await mkdir(folder)
  await writeFile(join(folder, 'model.json'), JSON.stringify({ kind: 'dataset', name: 'stream', version: '1.0.0', license: { spdx: 'MIT' }, created: '2026-01-02T15:04:05Z' }))
  const noise = createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16)) // the same in every run
  const out = createWriteStream(join(folder, path))
  for (let i = 0; i < mib; i++) if (!out.write(noise.update(Buffer.alloc(MiB)))) await once(out, 'drain')
  await promisify(out.end.bind(out))()
  return { release: await lab.publish(folder), path, folder }
}

/** A page that does what it is asked, in a browser that nobody watches. */
async function openPage () {
  const types = { '.js': 'text/javascript', '.mjs': 'text/javascript', '.wasm': 'application/wasm' }
  let give, take
  const site = createServer(async (request, response) => {
    const name = new URL(request.url, 'http://site').pathname
    if (name === '/next' && request.method === 'GET') {
      give = (what) => response.end(JSON.stringify(what))
      return ready()
    }
    if (name === '/next') {
      const parts = []
      for await (const part of request) parts.push(part)
      response.end()
      return take(JSON.parse(Buffer.concat(parts)))
    }
    const path = name === '/page.mjs' ? join(here, 'stream-page.mjs') : name === '/helia.js' && helia ? helia.script : join(root, 'web/dist', name)
    if (name !== '/' && !existsSync(path)) return response.writeHead(404).end()
    response.writeHead(200, { 'content-type': types[extname(name)] ?? 'text/html' })
    response.end(name === '/' ? '<!doctype html><link rel=icon href=data:,><script type=module src=/page.mjs></script>' : readFileSync(path))
  })
  let ready
  let isReady = new Promise((resolve) => { ready = resolve })
  site.listen(0, '127.0.0.1')
  await once(site, 'listening')
  const profile = await mkdtemp(join(tmpdir(), 'dehug-stream-'))
  const browser = spawn(chromiumPath(), ['--headless=new', ...chromiumArgs, `--user-data-dir=${profile}`, `http://127.0.0.1:${site.address().port}/`], { stdio: 'ignore', detached: true })
  return {
    async ask (what) {
      await isReady
      isReady = new Promise((resolve) => { ready = resolve })
      const answer = new Promise((resolve) => { take = resolve })
      give(what)
      const { error, ...rest } = await answer
      if (error) throw new Error(`${what.name}: ${error}`)
      return rest
    },
    /** Milliseconds of processor so far, by who had them; nothing where there is no /proc. */
    cpu: () => processes(browser.pid).reduce((sum, { who, ms }) => ({ ...sum, [who]: (sum[who] ?? 0) + ms }), {}),
    /** MiB of the page's process that are nobody else's. */
    memory: () => Math.max(...processes(browser.pid).filter(({ who }) => who === 'page').map(({ pid }) => anonymous(pid))),
    async close () {
      process.kill(-browser.pid, 'SIGKILL')
      await once(browser, 'exit')
      site.closeAllConnections()
      site.close()
      await rm(profile, { recursive: true, force: true, maxRetries: 5 })
    }
  }
}

function processes (browser) {
  const list = []
  for (const pid of existsSync('/proc') ? readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : []) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      const ours = Number(fields[1]) === process.pid && /^\S*(dehug-relay|faultgw)\0/.test(args)
      if (!ours && Number(fields[2]) !== browser) continue
      const who = ours ? 'servers' : args.includes('NetworkService') ? 'network' : args.includes('--type=renderer') ? 'page' : 'browser'
      list.push({ pid, who, ms: (Number(fields[11]) + Number(fields[12])) * 10 }) // ticks of 10 ms
    } catch {
      // it has ended
    }
  }
  return list
}

function anonymous (pid) {
  try {
    return Number(/RssAnon:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024
  } catch {
    return 0
  }
}
