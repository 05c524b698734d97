// `make demo` comes up with everything it promises, and takes all of it down again however it is ended.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, test } from 'node:test'
import { root } from './subject.mjs'

const data = mkdtempSync(join(tmpdir(), 'dehug-demo-'))
after(() => rmSync(data, { recursive: true }))

/** Starts `make demo` in a process group of its own, as a terminal does; returns it and the page's address. */
async function demo () {
  const child = spawn('make', ['demo'], {
    cwd: root, detached: true, stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, DEHUG_DEMO_DATA: data, MAKEFLAGS: '', MAKELEVEL: '' }
  })
  const closed = once(child, 'close') // when every process that holds its output has gone
  for await (const line of createInterface({ input: child.stdout })) {
    if (/^http:\/\/127\.0\.0\.1:\d+\/$/.test(line)) {
      child.stdout.resume()
      return { child, closed, url: line }
    }
  }
  throw new Error('make demo ended without an address')
}

const answers = (url) => fetch(url).then((reply) => reply.ok, () => false)

/** Whether what the chain names is there to be run, too. */
async function allHere (url) {
  const { items } = await (await fetch(new URL('api/v1/models', url))).json()
  return items.every(({ release }) => release !== '')
}

const endings = {
  'Ctrl-C': (child) => process.kill(-child.pid, 'SIGINT'), // to the whole group
  'SIGTERM to make alone': (child) => child.kill('SIGTERM'),
  'make killed': (child) => child.kill('SIGKILL')
}

for (const [how, end] of Object.entries(endings)) {
  test(`make demo serves a model from two gateways; ${how} ends everything`, { timeout: 300_000 }, async () => {
    const { child, closed, url } = await demo()
    let gateways
    try {
      assert.ok(await answers(url), 'the page answers')
      const config = await (await fetch(new URL('config.json', url))).json()
      gateways = config.gateways
      assert.equal(gateways.length, 2)
      const { manifest, signer } = config.releases.find(({ task }) => task === 'face-detection')
      assert.match(signer, /^0x[0-9a-fA-F]{40}$/)
      const copies = await Promise.all(gateways.map(async (gateway) => {
        const reply = await fetch(`${gateway}/ipfs/${manifest}?format=raw`)
        assert.equal(reply.status, 200, gateway)
        return createHash('sha256').update(Buffer.from(await reply.arrayBuffer())).digest('hex')
      }))
      assert.equal(copies[0], copies[1])
      const { id, testWallet } = await (await fetch(new URL('api/v1/chain', url))).json()
      assert.deepEqual([id, typeof testWallet], [31337, 'string'], 'a newcomer has a wallet')
      if (how === 'Ctrl-C') {
        const [challenge] = (await (await fetch(new URL('api/v1/challenges', url))).json()).items
        assert.ok(Date.parse(challenge.begins) < Date.now(), 'the season has begun')
        // Versions, one of them made from another by somebody else, use that was paid for, and entries in the challenge; while the demo shows itself.
        const entries = async () => (await (await fetch(new URL(`api/v1/challenges/${challenge.id}`, url))).json()).entries
        for (;;) {
          const { publishers, versions, units } = await (await fetch(new URL('api/v1/stats', url))).json()
          if (publishers >= 2 && versions >= 3 && units > 0 && (await entries()).length >= 2 && await allHere(url)) break
          await new Promise((resolve) => setTimeout(resolve, 100))
        }
      }
    } finally {
      end(child)
    }
    await closed
    for (const address of [url, ...gateways]) assert.equal(await answers(address), false, `${address} still answers`)
  })
}
