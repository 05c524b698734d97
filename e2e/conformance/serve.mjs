// Serves exported cases with the page that runs them.

import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** What a page needs for shared memory. */
const isolation = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' }

/** The worker with the TypeScript host in it, as one classic script. */
async function bundle () {
  const { rolldown } = createRequire(new URL('../../web/package.json', import.meta.url))('rolldown')
  const made = await rolldown({ input: fileURLToPath(new URL('worker.mjs', import.meta.url)) })
  const { output } = await made.generate({ format: 'iife' })
  await made.close()
  return output[0].code
}

/**
 * Serves the cases of a folder that `pick(index)` returns. `open` is called with the page's address and must make a
 * browser go there; the answer is what the page says when it is done: { done, wrong, agent }.
 */
export async function runCases ({ dir, pick = (index) => index, open, limit = 600_000 }) {
  const index = JSON.stringify(pick(JSON.parse(readFileSync(join(dir, 'index.json'), 'utf8'))))
  const worker = await bundle()
  let answer
  const answered = new Promise((resolve) => { answer = resolve })
  const server = createServer((request, response) => {
    const reply = (type, body) => response.writeHead(200, { 'content-type': type, ...isolation }).end(body)
    if (request.url === '/') return reply('text/html', '<!doctype html><title>cases</title><script type="module" src="/page.mjs"></script>')
    if (request.url === '/page.mjs') return reply('text/javascript', readFileSync(new URL('page.mjs', import.meta.url)))
    if (request.url === '/worker.js') return reply('text/javascript', worker)
    if (request.url === '/index.json') return reply('application/json', index)
    if (/^\/cases\/[\w.-]+$/.test(request.url)) return reply('application/octet-stream', readFileSync(join(dir, request.url.slice('/cases/'.length))))
    if (request.url === '/result') {
      let text = ''
      request.on('data', (chunk) => { text += chunk }).on('end', () => { reply('text/plain', ''); answer(JSON.parse(text)) })
      return
    }
    response.writeHead(404).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  let timer
  const late = new Promise((resolve, reject) => { timer = setTimeout(() => reject(new Error(`the page did not end within ${limit / 1000} s`)), limit) })
  const close = await open(`http://127.0.0.1:${server.address().port}/`)
  try {
    return await Promise.race([answered, late])
  } finally {
    clearTimeout(timer)
    await close()
    server.closeAllConnections()
    server.close()
  }
}

/** About `count` of the index's cases, evenly chosen. */
export const sample = (count) => (index) => {
  const every = Math.max(1, Math.floor(index.length / count))
  return index.filter((_, i) => i % every === 0)
}
