// What the browser tests share: real relays and gateways on free ports, gateways that misbehave, and pages in Chromium.
//
//   const lab = await Lab.open()                       // builds the binaries, makes a temporary folder
//   after(() => lab.close())                           // ends every process and browser it started
//   const release = await lab.publish(await lab.blazeface())
//   const honest = await lab.gateway()                 // http://127.0.0.1:PORT
//   const liar = await lab.fault(honest, 'flip')       // { url, requests }: one entry for each request that has ended
//   const page = await lab.page(await lab.runtimeSite())
//   const result = await page.evaluate(…)              // import('/runtime/runtime.js') is there

import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { extname, join, normalize } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { launchChromium } from '../chromium.mjs'

export const root = fileURLToPath(new URL('../..', import.meta.url))
const dist = join(root, 'web', 'dist')
const models = join(root, '.cache', 'models', 'blazeface')
const modelFile = 'face_detection_front_128x128_barracuda.onnx'

/** What the relay's pages may do; `worker-src 'none'` in its place is how a page refuses workers. */
export const strictPolicy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src *; img-src 'self' data:"

const mediaTypes = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
  '.jpg': 'image/jpeg',
  '.wav': 'audio/wav'
}

export class Lab {
  #ends = []
  #browsers = new Map() // by arguments

  static async open () {
    const lab = new Lab()
    await access(join(dist, 'runtime', 'runtime.js')).catch(() => { throw new Error('web/dist is not built: run make build') })
    await promisify(execFile)('go', ['build', '-o', 'bin/', './relay/cmd/dehug-relay', './e2e/faultgw'], { cwd: root })
    lab.folder = await mkdtemp(join(tmpdir(), 'dehug-lab-'))
    lab.data = join(lab.folder, 'data')
    lab.#ends.push(() => rm(lab.folder, { recursive: true, force: true }))
    return lab
  }

  /** Ends what was started, last first. */
  async close () {
    for (const end of this.#ends.reverse()) await end()
  }

  /** Runs dehug-relay to its end and returns its stdout. */
  async relay (...args) {
    const { stdout } = await promisify(execFile)(join(root, 'bin', 'dehug-relay'), args, { cwd: this.folder })
    return stdout
  }

  /** A folder with the BlazeFace model, ready to be published. */
  async blazeface () {
    const folder = join(this.folder, 'blazeface')
    await mkdir(folder, { recursive: true })
    await access(join(models, modelFile)).catch(() => { throw new Error('the model is not here: run make models') })
    await Promise.all([
      ...[modelFile, 'LICENSE'].map((name) => copyFile(join(models, name), join(folder, name))),
      copyFile(join(root, 'models', 'blazeface', 'model.json'), join(folder, 'model.json'))
    ])
    return folder
  }

  /** The folder of a release that tools/release knows, ready to be published. Fetches what is missing. */
  async recipe (name) {
    await promisify(execFile)('go', ['run', './tools/release', name], { cwd: root })
    return join(root, '.cache', 'release', name)
  }

  /** Publishes a folder into the lab's data folder, signed by the lab's own key: { manifest, release, signer, … }. */
  async publish (folder, ...flags) {
    const key = join(this.folder, 'author.key')
    await access(key).catch(() => this.relay('keygen', key))
    return JSON.parse(await this.relay('publish', folder, '--key', key, '--data', this.data, '--quiet', '--json', ...flags))
  }

  /** A gateway process over a data folder; the lab's own unless another is given. Returns its base URL. */
  async gateway ({ data = this.data } = {}) {
    const child = this.#start('dehug-relay', ['gateway', '--data', data, '--listen', '127.0.0.1:0', '--log-level', 'error'])
    return bare(await firstLine(child))
  }

  /** A whole relay: the site (and in it the demo page) with what was published in the data folder, and its gateway. */
  async serve ({ data = this.data, sources = [], faultGateway, flags = [] } = {}) {
    const args = ['serve', '--data', data, '--listen', '127.0.0.1:0', '--gateway-listen', '127.0.0.1:0', '--log-level', 'error', ...flags]
    for (const source of sources) args.push('--source', source)
    if (faultGateway) args.push('--demo-fault-gateway', faultGateway)
    const url = await firstLine(this.#start('dehug-relay', args))
    const config = await (await fetch(new URL('config.json', url))).json()
    return { url, demo: new URL('demo', url).href, gateway: bare(config.gateways[0]), config }
  }

  /** A provider of a key of its own, whom a relay has to take: `address` is whose, `start` has it run models ({ CID: price }) until the lab is closed, and resolves once the relay knows. */
  async provider (name = 'provider') {
    const key = join(this.folder, `${name}.key`)
    const address = (await this.relay('keygen', key)).trim()
    const start = async ({ relay, gateway, models, flags = [] }) => {
      this.#start('dehug-relay', ['provider', '--relay', bare(relay), '--key', key, '--source', gateway, '--data', join(this.folder, name), '--log-level', 'error',
        ...Object.entries(models).flatMap(([cid, price]) => ['--model', `${cid}=${price}`]), ...flags])
      for (;;) {
        const { items } = await (await fetch(new URL('/api/v1/offers', relay))).json()
        if (Object.keys(models).every((cid) => items.some(({ version }) => version === cid))) return
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    }
    return { address, key, start }
  }

  /** A chain of one's own with all contracts on it: { url, accounts, deployment }. */
  async devnet () {
    return JSON.parse(await firstLine(this.#start('dehug-relay', ['devnet', '--json', '--listen', '127.0.0.1:0'])))
  }

  /** A gateway that misbehaves in front of another: see e2e/faultgw for the modes and flags. `stop` ends it, in the middle of what it says. */
  async fault (upstream, mode, ...flags) {
    const requests = []
    const child = this.#start('faultgw', ['-upstream', upstream, '-mode', mode, ...flags])
    const first = await firstLine(child, (line) => {
      const event = JSON.parse(line)
      if (event.event === 'request') requests.push(event)
    })
    const stop = async () => {
      child.kill('SIGKILL')
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    }
    return { url: bare(JSON.parse(first).url), requests, stop }
  }

  /** An empty page with the runtime beside it, under a policy of its choice. `files` adds or replaces files by URL path (with `.br` behind it: what browsers get for that path), `headers` headers; `posted` takes what is sent to it. */
  async runtimeSite ({ policy = strictPolicy, files = {}, crossOrigin = false, headers: more = {}, posted } = {}) {
    const server = createServer(async (request, response) => {
      const path = new URL(request.url, 'http://site').pathname
      if (request.method === 'POST') {
        const parts = []
        for await (const part of request) parts.push(part)
        posted?.(new URL(request.url, 'http://site'), Buffer.concat(parts))
        return response.writeHead(204).end()
      }
      const headers = { 'content-type': mediaTypes[extname(path)] ?? 'text/html; charset=utf-8', 'content-security-policy': policy, 'cache-control': 'no-store', ...more }
      if (crossOrigin) headers['access-control-allow-origin'] = '*'
      try {
        const compressed = files[`${path}.br`]
        if (compressed) headers['content-encoding'] = 'br'
        const body = compressed ?? (path === '/' ? '<!doctype html><title>test</title><link rel="icon" href="data:,">' : files[path] ?? await readFile(join(dist, normalize(path))))
        response.writeHead(200, headers).end(body)
      } catch {
        response.writeHead(404, headers).end()
      }
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    this.#ends.push(() => new Promise((resolve) => { server.closeAllConnections(); server.close(resolve) }))
    return `http://127.0.0.1:${server.address().port}/`
  }

  /** A fresh page at `url`, in `context`, or in one of its own. `page.lines` collects what it writes to the console, `page.problems` what it throws. */
  async page (url, { args = [], context: given, ...options } = {}) {
    const key = args.join(' ')
    if (!this.#browsers.has(key)) {
      const browser = await launchChromium({ args })
      this.#browsers.set(key, browser)
      this.#ends.push(() => browser.close())
    }
    const context = given ?? await this.#browsers.get(key).newContext(options)
    const page = await context.newPage()
    page.lines = []
    page.problems = []
    page.on('console', (message) => page.lines.push({ type: message.type(), text: message.text() }))
    page.on('pageerror', (error) => page.problems.push(error.message))
    await page.goto(url)
    return page
  }

  #start (name, args) {
    const child = spawn(join(root, 'bin', name), args, { cwd: this.folder, stdio: ['ignore', 'pipe', 'inherit'] })
    this.#ends.push(async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGTERM')
      await once(child, 'exit')
    })
    return child
  }
}

/** The first line that a process prints; `onLine` gets the others. */
function firstLine (child, onLine = () => {}) {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`${child.spawnfile} ended with status ${code} before it was ready`)))
    let first = true
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (!first) return onLine(line)
      first = false
      resolve(line)
    })
  })
}

const bare = (url) => url.replace(/\/+$/, '')
