#!/usr/bin/env node
// What forge takes for solc: it asks for --version, then sends standard JSON. Answers come from the npm package solc (solc-js),
// since no registry has a native binary. Sources arrive in the JSON, so nothing is read from disk.
import { createRequire } from 'node:module'

const solc = createRequire(import.meta.url)('solc')

if (process.argv.includes('--version')) {
  console.log(`solc, the solidity compiler commandline interface\nVersion: ${solc.version()}`)
} else if (process.argv.includes('--standard-json')) {
  let input = ''
  for await (const part of process.stdin.setEncoding('utf8')) input += part
  process.stdout.write(solc.compile(input))
} else {
  console.error('solc.mjs: error: only --version and --standard-json are known')
  process.exit(2)
}
