#!/usr/bin/env node
// Runs a compiled model from its .wasm and its weights alone:
//
//   dehug-run compile model.onnx -o model.wasm
//   node run.mjs model.wasm model.onnx image=photo.npy --output-dir out
//
// Weights of other files than the ONNX file are looked for beside it. Without --output-dir it prints a summary.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { open } from './host.mjs'
import { readNpy, writeNpy } from './npy.mjs'

const { values, positionals: [wasm, onnx, ...given] } = parseArgs({ allowPositionals: true, options: { 'output-dir': { type: 'string' } } })
if (!onnx) {
  console.error('usage: node run.mjs MODEL.wasm MODEL.onnx NAME=FILE.npy… [--output-dir DIR]')
  process.exit(2)
}

const files = new Map()
function weights (path, offset, length) {
  if (!files.has(path)) files.set(path, readFileSync(path === '' ? onnx : join(dirname(onnx), path)))
  return files.get(path).subarray(offset, offset + length)
}

try {
  const model = await open(readFileSync(wasm), weights)
  const inputs = Object.fromEntries(given.map((arg) => {
    const at = arg.lastIndexOf('=')
    if (at < 0) throw new Error(`${arg}: want NAME=FILE.npy`)
    return [arg.slice(0, at), readNpy(readFileSync(arg.slice(at + 1)))]
  }))
  const outputs = Object.entries(model.run(inputs))
  if (values['output-dir']) mkdirSync(values['output-dir'], { recursive: true })
  outputs.forEach(([name, tensor], i) => {
    if (values['output-dir']) writeFileSync(join(values['output-dir'], `${i}.npy`), writeNpy(tensor))
    const text = Array.from(tensor.data.subarray(0, 4), (x) => typeof x === 'number' ? x.toPrecision(6) : String(x)).join(' ')
    console.log(`${name} [${tensor.dims}] ${text}${tensor.data.length > 4 ? ' …' : ''}`)
  })
} catch (err) {
  console.error(`run: ${err.message}`)
  process.exitCode = 1
}
