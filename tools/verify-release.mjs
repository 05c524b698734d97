#!/usr/bin/env node
// Makes the runtime again, from the last commit, in a folder of its own, and compares each file's hash with
// what a hub serves, or with what lies in web/dist:
//
//   node tools/verify-release.mjs [https://hub.example]
//
// Ends with 1 when a file differs. Needs Go (it fetches the version that the release was made with, if it is another)
// and the npm packages of web/package-lock.json.

import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const hub = process.argv[2]

/** The bytes of a file of the release that is looked at. */
async function released (name) {
  if (hub === undefined) return readFileSync(join(root, 'web/dist/runtime', name))
  const url = new URL(`/runtime/${name}`, hub)
  const response = await fetch(url)
  if (!response.ok) throw new Error(`${url} answered ${response.status}`)
  return Buffer.from(await response.arrayBuffer())
}

const hash = (bytes) => `sha384-${createHash('sha384').update(bytes).digest('base64')}`

const claimed = JSON.parse(await released('integrity.json'))
const folder = mkdtempSync(join(tmpdir(), 'dehug-release-'))
try {
  const archive = execFileSync('git', ['archive', 'HEAD', 'go.mod', 'go.sum', 'internal', 'manifest', 'wasm', 'web', 'tools/size'], { cwd: root, maxBuffer: 2 ** 30 })
  execFileSync('tar', ['-x', '-C', folder], { input: archive })
  symlinkSync(join(root, 'web/node_modules'), join(folder, 'web/node_modules'))
  mkdirSync(join(folder, 'web/dist'), { recursive: true })
  execFileSync('node', ['scripts/build.mjs'], { cwd: join(folder, 'web'), env: { ...process.env, GOTOOLCHAIN: claimed.go }, stdio: ['ignore', 'ignore', 'inherit'] })
  const made = JSON.parse(readFileSync(join(folder, 'web/dist/runtime/integrity.json'), 'utf8'))

  let differ = 0
  for (const name of [...new Set([...Object.keys(claimed.files), ...Object.keys(made.files)])].sort()) {
    const served = claimed.files[name] === undefined ? 'nothing' : hash(await released(name))
    const same = served === made.files[name] && served === claimed.files[name]
    if (!same) differ++
    console.log(`${same ? 'same ' : 'OTHER'}  ${made.files[name] ?? 'nothing'}  ${name}`)
    if (!same) console.log(`       ${served} is what ${hub ?? 'web/dist/runtime'} has`)
  }
  console.log(differ === 0 ? `every file is what ${claimed.go} makes of these sources` : `${differ} files are not what ${claimed.go} makes of these sources`)
  process.exitCode = differ === 0 ? 0 : 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
