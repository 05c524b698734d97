// A page with the plain host of node-host/ in it, for running compiled models in a real browser.

import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { launchChromium } from './chromium.mjs'

const scripts = ['/node-host/host.mjs', '/digest.mjs']

/**
 * Opens the page. `files` are bytes by path that it may fetch, e.g. { '/v8.wasm': … }. `run` instantiates the module
 * at a path with the weights at another, runs it `times` times on { name: { dims, data } } of floats, and returns the
 * last run's outputs, or with `digests: true` the digests of all its tensors.
 */
export async function openHostPage ({ files, args }) {
  const server = createServer((request, response) => {
    if (request.url === '/') return response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>host</title>')
    if (scripts.includes(request.url)) return response.writeHead(200, { 'content-type': 'text/javascript' }).end(readFileSync(new URL(`.${request.url}`, import.meta.url)))
    if (request.url in files) return response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(files[request.url])
    response.writeHead(404).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const browser = await launchChromium({ args })
  const page = await browser.newPage()
  await page.goto(`http://127.0.0.1:${server.address().port}/`)

  async function run ({ wasm, weights, inputs, times = 1, digests = false }) {
    const packed = Object.entries(inputs).map(([name, { dims, data }]) => [name, dims, Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64')])
    const answer = await page.evaluate(inPage, { wasm, weights, packed, times, wantDigests: digests })
    if (digests) return answer
    return Object.fromEntries(answer.map(([name, dims, text]) => [name, { dims, data: new Float32Array(Uint8Array.from(Buffer.from(text, 'base64')).buffer) }]))
  }

  async function close () {
    await browser.close()
    server.close()
  }
  return { run, close, version: browser.version() }
}

/** Runs in the page. Tensors travel as base64: any bits survive that. */
async function inPage ({ wasm, weights, packed, times, wantDigests }) {
  const { open } = await import('/node-host/host.mjs')
  const { digests } = await import('/digest.mjs')
  const fetchBytes = async (url) => new Uint8Array(await (await fetch(url)).arrayBuffer())
  const file = await fetchBytes(weights)
  const model = await open(await fetchBytes(wasm), (_, offset, length) => file.subarray(offset, offset + length))
  const inputs = Object.fromEntries(packed.map(([name, dims, text]) =>
    [name, { dims, data: new Float32Array(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer) }]))
  let tensors
  for (let i = 0; i < times; i++) tensors = model.run(inputs)
  if (wantDigests) return digests(tensors)
  return Object.entries(tensors).map(([name, { dims, data }]) =>
    [name, dims, btoa(Array.from(new Uint8Array(data.buffer), (b) => String.fromCharCode(b)).join(''))])
}
