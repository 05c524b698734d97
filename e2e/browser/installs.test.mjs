// The three ways to have a model on a page that is not the relay's: the widget's files beside the page, one tag of the
// relay's, the relay's page in a frame. Each from an origin of its own, under the policy that web/README.md gives for it.
// DEHUG_TEST_ALL=1 (make test-all) does the same in Firefox and WebKitGTK.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { after, before, describe, test } from 'node:test'
import { policies, serve as serveEmbed } from '../../web/embed-demo/serve.mjs'
import { chromium, firefox, webkit } from '../conformance/browsers.mjs'
import { Lab, root } from './harness.mjs'

const all = process.env.DEHUG_TEST_ALL === '1'

let lab, gateway, hub, embed

before(async () => {
  lab = await Lab.open()
  await lab.publish(await lab.blazeface())
  gateway = await lab.fault(await lab.gateway(), 'none')
  const relay = await lab.serve({ sources: [gateway.url] })
  hub = await logged(relay.url, ([own]) => own)
  embed = await serveEmbed(hub.url, { sources: [gateway.url] })
})

after(async () => {
  await embed?.close()
  await hub?.close()
  await lab?.close()
})

/** A server that passes on to another one, and keeps what it was asked: method, path, bytes of the body. */
async function logged (upstream) {
  const requests = []
  const server = createServer(async (request, response) => {
    let bytes = 0
    for await (const piece of request) bytes += piece.length
    requests.push({ method: request.method, path: request.url, bytes })
    const { 'accept-encoding': encoding = '' } = request.headers
    const answer = await fetch(new URL(request.url, upstream), { method: request.method, headers: { 'accept-encoding': encoding.includes('br') ? 'br' : 'identity' } })
    const headers = Object.fromEntries([...answer.headers].filter(([name]) => !/^(content-encoding|content-length|connection|keep-alive|transfer-encoding)$/.test(name)))
    response.writeHead(answer.status, headers).end(Buffer.from(await answer.arrayBuffer()))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    requests,
    close: () => new Promise((resolve) => { server.closeAllConnections(); server.close(resolve) })
  }
}

/** In the page: runs the model on its sample, or in a frame, where there is none, on a picture of the relay's. */
const begin = (framed) => `
  await customElements.whenDefined('dehug-model')
  const model = document.querySelector('dehug-model')
  globalThis.violations = []
  addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => violations.push(effectiveDirective + ' ' + blockedURI))
  model.addEventListener('result', ({ detail }) => { globalThis.found = detail.detections.length })
  model.addEventListener('error', ({ detail }) => { globalThis.found = detail.code + ': ' + detail.message })
  ${framed ? "model.run(await (await fetch('/samples/astronaut.jpg')).blob(), 'astronaut.jpg')" : 'model.start()'}`

async function until (look) {
  for (;;) {
    const seen = await look().catch(() => null) // a frame that is being loaded
    if (seen !== null && seen !== false) return seen
    await delay(100)
  }
}

const installs = {
  self: { path: 'self', hubMay: /^$/ },
  cdn: { path: '', hubMay: /^\/runtime\/(widget|loaded|checks|store|store-worker|compiler|go-worker|run-worker|tasks\/face-detection(-look)?)\.js$|^\/runtime\/dehug\.wasm$|^\/runtime\/run-page\.js$/ },
  frame: { path: 'frame', hubMay: /^\/embed\?src=\w+$|^\/config\.json$|^\/assets\/[\w.-]+$|^\/runtime\/|^\/samples\/astronaut\.jpg$|^\/favicon\.svg$/ }
}

async function check (open, { path, hubMay }) {
  const framed = path === 'frame'
  const logs = [hub.requests, gateway.requests, embed.requests]
  for (const log of logs) log.length = 0
  const end = await open('about:blank')
  const asked = []
  end.page?.context().on('request', (request) => asked.push(request))
  try {
    if (end.page) await end.page.goto(embed.url + path)
    else await end.evaluate(`location.href = ${JSON.stringify(embed.url + path)}`)
    const ready = "return document.querySelector('dehug-model:defined[src]') !== null"
    await until(() => end.evaluate(ready, framed))
    await end.evaluate(begin(framed), framed)
    const found = await until(() => end.evaluate('return globalThis.found ?? null', framed))
    assert.equal(found, 1)
    assert.deepEqual(await end.evaluate('return globalThis.violations', framed), [])
    const origins = [embed.url, hub.url, gateway.url].map((url) => new URL(url).origin)
    if (framed) origins.push(new URL((await (await fetch(`${hub.url}/config.json`)).json()).gateways[0]).origin) // the frame's own page says so
    for (const request of asked.filter((each) => !/^(data|blob|about):/.test(each.url()))) {
      assert.ok(origins.includes(new URL(request.url()).origin), `the page has asked ${request.url()}`)
    }
  } finally {
    await end()
  }
  // What every server was asked: nothing but what it is there for, and without a body, so that no input has left.
  for (const { method, path, bytes } of hub.requests) {
    if (framed && path === '/config.json') continue // asked for by this test too
    assert.ok(['GET', 'HEAD'].includes(method) && bytes === 0 && hubMay.test(path), `the hub was asked: ${method} ${path}`)
  }
  for (const request of embed.requests) assert.match(request, /^GET \/(self|frame|style\.css|astronaut\.jpg|favicon\.ico|runtime\/[\w./-]+)?$/)
  for (const request of gateway.requests) assert.match(`${request.method} ${request.path}`, /^GET \/ipfs\/\w+(\?format=raw)?$/)
}

test('the policies are those of the README', async () => {
  const text = await readFile(join(root, 'web/README.md'), 'utf8')
  for (const policy of Object.values(policies('https://hub.example', ['https://gateway-a.example', 'https://gateway-b.example']))) {
    assert.ok(text.includes(policy), policy)
  }
})

for (const [browser, open] of Object.entries({ Chromium: chromium(), 'Firefox ESR': firefox, WebKitGTK: webkit })) {
  describe(`in ${browser}`, { skip: browser !== 'Chromium' && !all && 'make test-all runs it' }, () => {
    for (const [name, install] of Object.entries(installs)) {
      test(`${name}: a face is found, and nobody is asked for anything else`, { timeout: 120_000 }, () => check(open, install))
    }
  })
}

describe('files that are not those of the release', () => {
  /** The page with the tag; what the hub answers for one file is changed. */
  async function withChanged (file, change) {
    const page = await lab.page('about:blank')
    await page.route(`${hub.url}/runtime/${file}`, async (route) => {
      const answer = await route.fetch()
      return route.fulfill({ response: answer, body: change(await answer.body()) })
    })
    await page.goto(embed.url)
    await page.evaluate(begin(false).replace(/^/, 'void (async () => {') + '})()')
    await page.waitForSelector('dehug-model[state=error], dehug-model[state=done]')
    return page.evaluate(() => globalThis.found)
  }
  const comment = (body) => Buffer.concat([body, Buffer.from('\n// one more line\n')])
  const section = (body) => Buffer.concat([body, Buffer.from([0, 2, 1, 0x78])]) // a custom section, which changes nothing
  for (const [file, change] of Object.entries({ 'dehug.wasm': section, 'tasks/face-detection.js': comment })) {
    test(`Refuse another ${file}`, async () => {
      assert.match(String(await withChanged(file, change)), /^unreachable: .* is not the file that belongs to this version$/)
    })
  }
  for (const file of ['go-worker.js', 'run-worker.js']) {
    test(`Refuse to start another ${file}: the page does it`, async () => {
      assert.equal(await withChanged(file, comment), 1) // by go-page.js or run-page.js, whose hashes are right
    })
  }
})
