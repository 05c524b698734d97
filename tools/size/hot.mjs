#!/usr/bin/env node
// Writes hot.txt anew: which functions of the engine the test models need, so that split.mjs leaves the others for later. A change of the
// engine does not have to be followed at once: a function that is missing in the list comes with the others, a moment later.
//
//   make test-models && node tools/size/hot.mjs

import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { models, folder } from '../../e2e/models/models.mjs'
import { compileEngine } from '../../web/scripts/engine.mjs'
import { join as concat, reader, signed, unsigned } from './bytes.mjs'
import { readSections, section, slim, writeSections } from './slim.mjs'
import { baseName, functionNames } from './split.mjs'

/** Ways to compile a model that pages ask for. */
const ways = [{}, { fast: true }, { fast: true, threads: true }]

const { module, names, first } = await build()
const used = new Set()
for (const model of models.filter(({ refused }) => !refused)) {
  for (const way of ways) await compile(readFileSync(join(folder, model.file)), way)
  console.error(`${model.name}: ${used.size} functions in all`)
}
const lines = [...new Set([...used].map((i) => baseName(names[i] ?? '')))].filter((name) => name !== '').sort()
writeFileSync(new URL('hot.txt', import.meta.url), lines.join('\n') + '\n')
console.error(`${lines.length} names`)

/** The engine with a bit for each function, in the 4 KiB of memory that Go leaves alone. */
async function build () {
  const sections = readSections(slim(compileEngine()))
  const names = functionNames(sections)
  const first = reader(sections.get(section.import)).unsigned()
  const r = reader(sections.get(section.code))
  const count = r.unsigned()
  const bodies = [unsigned(count)]
  for (let i = 0; i < count; i++) {
    const body = r.bytes(r.unsigned())
    const b = reader(body)
    for (let groups = b.unsigned(); groups > 0; groups--) { b.unsigned(); b.at++ }
    const at = unsigned(i >> 3)
    const mark = [0x41, 0, 0x41, 0, 0x2d, 0, ...at, 0x41, ...signed(1 << (i & 7)), 0x72, 0x3a, 0, ...at] // memory[at] |= 1 << …
    bodies.push(unsigned(body.length + mark.length), body.subarray(0, b.at), mark, body.subarray(b.at))
  }
  sections.set(section.code, concat(bodies))
  return { module: await WebAssembly.compile(writeSections(sections)), names, first }
}

/** Compiles a model in a program of its own, and notes which functions ran. */
async function compile (bytes, { fast = false, threads = false }) {
  const glue = readFileSync(join(execFileSync('go', ['env', 'GOROOT'], { encoding: 'utf8' }).trim(), 'lib/wasm/wasm_exec.js'), 'utf8')
  const host = {}
  const up = new Promise((resolve) => { host.ready = resolve })
  const scope = { dehug: host, Object, Array, Promise, Date, Uint8Array, Uint32Array, TextEncoder, TextDecoder, crypto, performance }
  const Go = new Function('globalThis', `${glue}\nreturn globalThis.Go`)(scope)
  const go = new Go()
  go.env.GOGC = '400'
  const instance = await WebAssembly.instantiate(module, go.importObject)
  const ended = go.run(instance)
  const api = await up
  const chunk = (index) => Promise.resolve(new Uint8Array(bytes.subarray(index * 2 ** 20, (index + 1) * 2 ** 20)))
  await api.compile({ path: 'model.onnx', size: bytes.length, chunk, fast, threads, session: false, capacity: 0, extents: [], signal: new AbortController().signal, read () {} })
  api.stop()
  await ended
  const bits = new Uint8Array(instance.exports.mem.buffer, 0, 4096)
  for (let i = 0; i < 8 * bits.length; i++) if (bits[i >> 3] & (1 << (i & 7))) used.add(first + i)
}
