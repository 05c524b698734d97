#!/usr/bin/env node
// Runs a Go program that was built for js/wasm in real Chromium, as `go test -exec` wants it:
//
//   GOOS=js GOARCH=wasm go test -exec="node $PWD/e2e/go-in-chromium.mjs" ./manifest
//   GOOS=js GOARCH=wasm go test -gcflags=all=-l -exec="node $PWD/e2e/go-in-chromium.mjs --slim" ./manifest
//
// With --slim the program is slimmed first, as the engine that a page downloads is (tools/size/slim.mjs).
// Go's own wasm_exec.js asks for Node's `fs`; the page gets one whose calls travel to this process, so tests read
// their testdata and write to temporary folders as they do elsewhere.

import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { slim } from '../tools/size/slim.mjs'
import { launchChromium } from './chromium.mjs'

const slimmed = process.argv[2] === '--slim'
const [program, ...args] = process.argv.slice(slimmed ? 3 : 2)
const secret = '/' + randomBytes(16).toString('hex') // the file calls are for our page alone

/** What Go calls of Node's fs, with how many arguments before the callback. */
const calls = {
  chmod: 2, chown: 3, close: 1, fchmod: 2, fchown: 3, fstat: 1, fsync: 1, ftruncate: 2, lchown: 3, link: 2, lstat: 1,
  mkdir: 2, open: 3, readdir: 1, readlink: 1, rename: 2, rmdir: 1, stat: 1, symlink: 2, truncate: 2, unlink: 1, utimes: 3
}
// wasm has about 12 kB for arguments and environment together.
const env = Object.fromEntries(Object.entries({ TMPDIR: tmpdir(), HOME: process.env.HOME, PWD: process.cwd() })
  .filter(([, value]) => value !== undefined))

/** Runs in the page, before wasm_exec.js. */
function pageSide (secret, calls, constants, cwd) {
  const post = async (call, body) => {
    const reply = await fetch(`${secret}/fs?${new URLSearchParams({ call: JSON.stringify(call) })}`, { method: 'POST', body })
    if (reply.status !== 200) throw Object.assign(new Error('file system'), await reply.json())
    return reply
  }
  const stats = (s) => ({ ...s, isDirectory: () => (s.mode & 0o170000) === 0o040000 })
  const seen = new Map() // by path: files of testdata, which tests do not change
  const open = new Map() // by number: files that are here, not there
  let lastFd = 1e6 // out of the way of the other side's numbers
  let written = Promise.resolve() // keeps output in order, and is waited for at the end
  const out = (fd, bytes) => { written = written.then(() => post(['print', fd], bytes)) }
  globalThis.allWritten = () => written
  globalThis.fs = {
    constants,
    writeSync (fd, bytes) { out(fd, bytes.slice()); return bytes.length },
    write (fd, bytes, offset, length, position, callback) {
      const part = bytes.slice(offset, offset + length)
      if (fd <= 2) { out(fd, part); queueMicrotask(() => callback(null, length)); return }
      post(['write', fd, position], part).then(() => callback(null, length), callback)
    },
    // A file or folder opened for reading arrives whole, with one call instead of five; testdata only once.
    open (path, flags, mode, callback) {
      if (flags !== constants.O_RDONLY && flags !== (constants.O_RDONLY | constants.O_DIRECTORY)) {
        return post(['open', path, flags, mode]).then((reply) => reply.json()).then((fd) => callback(null, fd), callback)
      }
      const opened = (file) => { open.set(++lastFd, { ...file, at: 0 }); callback(null, lastFd) }
      if (seen.has(path)) return opened(seen.get(path))
      post(['whole', path]).then(async (reply) => {
        const file = { ...JSON.parse(reply.headers.get('x-file')), bytes: new Uint8Array(await reply.arrayBuffer()) }
        if (path.includes('/testdata/')) seen.set(path, file)
        opened(file)
      }).catch(callback)
    },
    fstat (fd, callback) {
      if (open.has(fd)) return callback(null, stats(open.get(fd).stat))
      post(['fstat', fd]).then((reply) => reply.json()).then((value) => callback(null, stats(value)), callback)
    },
    close (fd, callback) {
      if (open.delete(fd)) return callback(null)
      post(['close', fd]).then(() => callback(null), callback)
    },
    read (fd, bytes, offset, length, position, callback) {
      if (open.has(fd)) {
        const file = open.get(fd)
        const part = file.bytes.subarray(position ?? file.at, (position ?? file.at) + length)
        if (position === null) file.at += part.length
        bytes.set(part, offset)
        return callback(null, part.length)
      }
      post(['read', fd, length, position]).then((reply) => reply.arrayBuffer())
        .then((got) => { bytes.set(new Uint8Array(got), offset); callback(null, got.byteLength) }, callback)
    }
  }
  for (const [name, count] of Object.entries(calls)) {
    globalThis.fs[name] ??= (...given) => {
      const callback = given[count]
      post([name, ...given.slice(0, count)]).then((reply) => reply.json())
        .then((value) => callback(null, value !== null && typeof value === 'object' && 'mode' in value ? stats(value) : value), callback)
    }
  }
  globalThis.process = {
    pid: 1, ppid: 1, cwd: () => cwd, umask: () => 0o22, getuid: () => 0, geteuid: () => 0, getgid: () => 0, getegid: () => 0, getgroups: () => [],
    chdir: (to) => { cwd = globalThis.path.resolve(to) }
  }
  globalThis.path = {
    resolve (...parts) {
      let full = cwd
      for (const part of parts) full = part.startsWith('/') ? part : `${full}/${part}`
      const clean = []
      for (const name of full.split('/')) {
        if (name === '..') clean.pop()
        else if (name !== '' && name !== '.') clean.push(name)
      }
      return '/' + clean.join('/')
    }
  }
}

async function answer (call, body) {
  const [name, ...rest] = call
  const promised = (fn, ...a) => new Promise((resolve, reject) => fn(...a, (err, value) => err ? reject(err) : resolve(value)))
  if (name === 'print') { (rest[0] === 2 ? process.stderr : process.stdout).write(body); return null }
  if (name === 'write') return promised(fs.write, rest[0], body, 0, body.length, rest[1])
  if (name === 'read') {
    const buffer = Buffer.alloc(rest[1])
    return buffer.subarray(0, await promised(fs.read, rest[0], buffer, 0, rest[1], rest[2]))
  }
  if (name === 'whole') {
    const stat = numbers(await promised(fs.stat, rest[0]))
    const folder = (stat.mode & fs.constants.S_IFMT) === fs.constants.S_IFDIR
    return { stat, body: folder ? Buffer.alloc(0) : await promised(fs.readFile, rest[0]) }
  }
  if (!(name in calls)) throw Object.assign(new Error(name), { code: 'ENOSYS' })
  const value = await promised(fs[name], ...rest)
  if (!(value instanceof fs.Stats)) return value ?? null
  return numbers(value)
}

const numbers = (stats) => Object.fromEntries(Object.entries(stats).filter(([, v]) => typeof v === 'number'))

const goroot = execFileSync('go', ['env', 'GOROOT'], { encoding: 'utf8' }).trim()
const files = {
  '/': ['text/html', '<!doctype html><title>Go tests</title>'],
  '/wasm_exec.js': ['text/javascript', fs.readFileSync(join(goroot, 'lib/wasm/wasm_exec.js'))],
  '/program.wasm': ['application/wasm', slimmed ? slim(fs.readFileSync(resolve(program))) : fs.readFileSync(resolve(program))]
}

const server = createServer(async (request, response) => {
  const url = new URL(request.url, 'http://page')
  if (url.pathname in files) {
    const [type, body] = files[url.pathname]
    return response.writeHead(200, { 'content-type': type }).end(body)
  }
  if (url.pathname !== secret + '/fs') return response.writeHead(404).end()
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  try {
    const value = await answer(JSON.parse(url.searchParams.get('call')), Buffer.concat(chunks))
    if (value?.stat) return response.writeHead(200, { 'x-file': JSON.stringify({ stat: value.stat }) }).end(value.body)
    if (Buffer.isBuffer(value)) return response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(value)
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value))
  } catch (err) {
    response.writeHead(409, { 'content-type': 'application/json' }).end(JSON.stringify({ code: err.code ?? 'EIO', message: err.message }))
  }
})
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))

// Whoever is killed while waiting for us (go test, at its time limit) cannot tell us: look, and take the browser along.
const parent = process.ppid
setInterval(() => { if (process.ppid !== parent) process.exit(2) }, 500).unref()

let code = 2
const browser = await launchChromium()
try {
  const page = await browser.newPage()
  const crashed = new Promise((resolve, reject) => page.on('crash', () => reject(new Error('the page crashed'))))
  page.on('pageerror', (err) => console.error(err))
  await page.goto(`http://127.0.0.1:${server.address().port}/`)
  await page.evaluate(`(${pageSide})(${JSON.stringify(secret)}, ${JSON.stringify(calls)}, ${JSON.stringify(fs.constants)}, ${JSON.stringify(process.cwd())})`)
  await page.addScriptTag({ url: '/wasm_exec.js' })
  code = await Promise.race([crashed, page.evaluate(async ([argv, env]) => {
    const go = new globalThis.Go()
    Object.assign(go, { argv, env })
    let code = 0
    go.exit = (c) => { code = c }
    const { instance } = await WebAssembly.instantiateStreaming(fetch('/program.wasm'), go.importObject)
    await go.run(instance)
    await globalThis.allWritten()
    return code
  }, [[program, ...args], env])])
} catch (err) {
  console.error(err.message)
} finally {
  await browser.close()
  server.close()
}
process.exitCode = code
