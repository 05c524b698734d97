// Each opens a page in a fresh browser and returns a function that ends it. That has a method `evaluate(body, inFrame)`,
// which runs the body of an async function in the page, or in its one frame, and resolves with what it returns, as JSON has it.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { launchChromium } from '../chromium.mjs'
import { connect } from './websocket.mjs'

const patience = 60_000 // for a browser to start

export const chromium = (args = []) => async (url) => {
  const browser = await launchChromium({ args })
  const page = await browser.newPage()
  await page.goto(url)
  return Object.assign(() => browser.close(), {
    page,
    evaluate: (body, inFrame = false) => page.frames()[inFrame ? 1 : 0].evaluate(`(async () => { ${body} })()`)
  })
}

/** Firefox ESR as distributions have it, by WebDriver BiDi: Playwright drives only builds of its own. */
export async function firefox (url) {
  const profile = mkdtempSync(join(tmpdir(), 'dehug-firefox-'))
  // No updates, no telemetry, no first pages, no network but ours.
  const quiet = { 'app.update.enabled': false, 'datareporting.policy.dataSubmissionEnabled': false, 'toolkit.telemetry.enabled': false, 'browser.shell.checkDefaultBrowser': false, 'network.captive-portal-service.enabled': false, 'network.connectivity-service.enabled': false, 'services.settings.server': 'data:,', 'browser.startup.homepage_override.mstone': 'ignore' }
  writeFileSync(join(profile, 'user.js'), Object.entries(quiet).map(([key, value]) => `user_pref(${JSON.stringify(key)}, ${JSON.stringify(value)});\n`).join(''))
  const { child, found } = await start('firefox-esr', ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0', 'about:blank'], /WebDriver BiDi listening on (ws:\/\/\S+)/)
  const waiting = new Map()
  const socket = await connect(`${found}/session`, (text) => {
    const { id, type, result, error, message } = JSON.parse(text)
    const call = waiting.get(id)
    waiting.delete(id)
    if (type === 'success') call?.resolve(result)
    else call?.reject(new Error(`WebDriver BiDi: ${error}: ${message}`))
  })
  let calls = 0
  const call = (method, params) => new Promise((resolve, reject) => {
    waiting.set(++calls, { resolve, reject })
    socket.send(JSON.stringify({ id: calls, method, params }))
  })
  await call('session.new', { capabilities: {} })
  const { contexts } = await call('browsingContext.getTree', {})
  await call('browsingContext.navigate', { context: contexts[0].context, url, wait: 'none' })
  const evaluate = async (body, inFrame = false) => {
    const [top] = (await call('browsingContext.getTree', {})).contexts
    const { context } = inFrame ? top.children[0] : top
    const expression = `(async () => { ${body} })().then((value) => JSON.stringify(value ?? null))`
    const { result, exceptionDetails } = await call('script.evaluate', { expression, target: { context }, awaitPromise: true })
    if (exceptionDetails) throw new Error(exceptionDetails.text)
    return JSON.parse(result.value)
  }
  return Object.assign(async () => {
    const ended = child.exitCode === null ? once(child, 'exit') : null
    await call('browser.close', {}).catch(() => child.kill())
    await ended
    rmSync(profile, { recursive: true, force: true })
  }, { evaluate })
}

/** WebKitGTK by classic WebDriver, in a virtual screen. */
export async function webkit (url) {
  const port = await freePort()
  const { child } = await start('xvfb-run', ['-a', 'WebKitWebDriver', `--port=${port}`], null, { WEBKIT_DISABLE_COMPOSITING_MODE: '1', LIBGL_ALWAYS_SOFTWARE: '1', WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1' })
  const call = async (method, path, body) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { method, body: body && JSON.stringify(body) })
    const { value } = await response.json()
    if (!response.ok) throw new Error(`WebDriver: ${value.error}: ${value.message}`)
    return value
  }
  for (const end = Date.now() + patience; ;) {
    try {
      await call('GET', '/status')
      break
    } catch (error) {
      if (Date.now() > end || child.exitCode !== null) throw new Error('WebKitWebDriver does not answer', { cause: error })
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  }
  const { sessionId } = await call('POST', '/session', { capabilities: {} })
  await call('POST', `/session/${sessionId}/url`, { url })
  const evaluate = async (body, inFrame = false) => {
    await call('POST', `/session/${sessionId}/frame`, { id: null }) // the page itself: frames are counted from where one is
    if (inFrame) await call('POST', `/session/${sessionId}/frame`, { id: 0 })
    const script = `const done = arguments[0]; (async () => { ${body} })().then((value) => done({ value: value ?? null }), (error) => done({ error: String(error) }))`
    const { value, error } = await call('POST', `/session/${sessionId}/execute/async`, { script, args: [] })
    if (error) throw new Error(error)
    return value
  }
  return Object.assign(async () => {
    await call('DELETE', `/session/${sessionId}`).catch(() => {})
    const ended = child.exitCode === null ? once(child, 'exit') : null
    process.kill(-child.pid, 'SIGTERM') // the screen and the driver
    await ended
  }, { evaluate })
}

/** Starts a program; when it writes what `pattern` matches, resolves with the first group. */
async function start (program, args, pattern, env = {}) {
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], detached: true, env: { ...process.env, ...env } })
  let said = ''
  const found = await new Promise((resolve, reject) => {
    const fail = (why) => reject(new Error(`${program}: ${why}: ${said.slice(-500)}`))
    child.on('error', (error) => fail(error.message)).on('exit', (code) => fail(`ended with ${code}`))
    child.stderr.on('data', (chunk) => {
      said = (said + chunk).slice(-10_000)
      const match = pattern?.exec(said)
      if (match) resolve(match[1])
    })
    if (pattern === null) resolve(null)
    else setTimeout(() => fail('says nothing'), patience).unref()
  })
  return { child, found }
}

async function freePort () {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  return port
}
