// Runs a Go program that is in two parts (tools/size/split.mjs), as Go's own wasm_exec_node.js does one that is whole:
//
//   node --stack-size=8192 parts.mjs first.wasm rest.wasm ARGUMENTS

import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'

const [first, rest, ...args] = process.argv.slice(2)
const require = createRequire(import.meta.url)
Object.assign(globalThis, { require, fs, path })
require(path.join(execFileSync('go', ['env', 'GOROOT'], { encoding: 'utf8' }).trim(), 'lib/wasm/wasm_exec.js'))

const go = new globalThis.Go()
go.argv = ['parts', ...args]
go.exit = process.exit
const more = () => {
  fs.writeSync(1, 'asked\n')
  new WebAssembly.Instance(new WebAssembly.Module(fs.readFileSync(rest)), { dehug: instance.exports })
  instance.exports.rest.value = 1
}
const { instance } = await WebAssembly.instantiate(fs.readFileSync(first), { ...go.importObject, dehug: { more } })
process.on('exit', (code) => {
  if (code === 0 && !go.exited) { // nobody is left who could wake it
    go._pendingEvent = { id: 0 }
    go._resume()
  }
})
await go.run(instance)
