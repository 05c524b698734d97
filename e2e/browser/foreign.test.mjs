// Models that nobody published here: any file on IPFS, as other importers cut it, by its bare CID. Real Chromium; the blocks are made by
// ipfs-unixfs-importer, in the ways that it and Kubo know.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { after, before, describe, test } from 'node:test'
import { MemoryBlockstore } from 'blockstore-core/memory'
import { importFile, importer } from 'ipfs-unixfs-importer'
import { fixedSize, rabin } from 'ipfs-unixfs-importer/chunker'
import { balanced, trickle } from 'ipfs-unixfs-importer/layout'
import { base58btc } from 'multiformats/bases/base58'
import { CID } from 'multiformats/cid'
import { Lab } from './harness.mjs'
import { pointwise } from './onnx-file.mjs'

const [inChannels, outChannels] = [700, 1024] // 2.9 MB
const model = pointwise(inChannels, outChannels)
const small = pointwise(8, 8)

let lab, site, server, gateway, page
const store = new MemoryBlockstore()
let damaged = null // a CID whose block has one bit changed

before(async () => {
  lab = await Lab.open()
  site = await lab.runtimeSite()
  server = createServer(async (request, response) => {
    const headers = { 'access-control-allow-origin': '*', 'content-type': 'application/vnd.ipld.raw', 'cache-control': 'no-store' }
    try {
      const text = /^\/ipfs\/(\w+)\?format=raw$/.exec(request.url)[1]
      const parts = []
      for await (const part of store.get(CID.parse(text))) parts.push(part)
      const block = Buffer.concat(parts)
      if (text === damaged) block[block.length >> 1] ^= 1
      response.writeHead(200, headers).end(block)
    } catch {
      response.writeHead(404, headers).end()
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  gateway = `http://127.0.0.1:${server.address().port}`
  page = await lab.page(site)
})

after(async () => {
  await lab?.close()
  server.closeAllConnections()
  server.close()
})

const load = (ref, channels = inChannels, options = {}) => page.evaluate(async ({ ref, sources, channels, options }) => {
  const { load } = await import('/runtime/runtime.js')
  const chunks = new Set()
  try {
    const model = await load(ref, { sources, ...options, onProgress: (e) => { if (e.type === 'chunk' && e.state === 'verified') chunks.add(e.index) } })
    const { y } = await model.run({ x: { type: 'float32', dims: [1, channels, 1, 1], data: new Float32Array(channels) } })
    const { signature, entry, loadBytes } = model.info
    model.dispose()
    return { right: y.data.every((v, i) => v === Math.fround(i / 128)), chunks: chunks.size, signature, entry, loadBytes }
  } catch ({ code, message }) {
    return { code, message }
  }
}, { ref, sources: [gateway], channels, options })

describe('a file of another importer', () => {
  const ways = {
    'CIDv0, blocks of 256 KiB in dag-pb': { cidVersion: 0, rawLeaves: false, chunker: fixedSize({ chunkSize: 256 << 10 }) },
    'CIDv1, raw blocks of 256 KiB': { cidVersion: 1, rawLeaves: true, chunker: fixedSize({ chunkSize: 256 << 10 }) },
    'raw blocks of 2 MiB': { cidVersion: 1, rawLeaves: true, chunker: fixedSize({ chunkSize: 2 << 20 }) },
    'blocks that end anywhere, five levels deep': { cidVersion: 1, rawLeaves: true, chunker: fixedSize({ chunkSize: 40_009 }), layout: balanced({ maxChildrenPerNode: 3 }) },
    'blocks where the content says (rabin)': { cidVersion: 1, rawLeaves: true, chunker: rabin() },
    'a trickle tree': { cidVersion: 1, rawLeaves: false, chunker: fixedSize({ chunkSize: 100_000 }), layout: trickle({ maxChildrenPerNode: 4 }) },
    'the profile that we publish with': { profile: 'unixfs-v1-2025' }
  }
  for (const [way, options] of Object.entries(ways)) {
    test(way, async () => {
      const { cid } = await importFile({ content: model }, store, options)
      const got = await load(cid.toString())
      assert.deepEqual(got, { right: true, chunks: 3, signature: 'absent', entry: 'model.onnx', loadBytes: model.length }, got.message)
    })
  }

  test('of one block, and by other ways to write a CID', async () => {
    const { cid } = await importFile({ content: small }, store, { cidVersion: 1, rawLeaves: true })
    for (const ref of [cid.toString(), `ipfs://${cid}`, cid.toString(base58btc)]) {
      const got = await load(ref, 8)
      assert.ok(got.right, `${ref}: ${got.message}`)
    }
  })
})

describe('refuses', () => {
  test('refuses a block that is not what its node names, and says which source sent it', async () => {
    const whole = await importFile({ content: model }, store, { cidVersion: 1, rawLeaves: true, chunker: fixedSize({ chunkSize: 300_000 }) })
    const first = await importFile({ content: model.subarray(0, 300_000) }, store, { cidVersion: 1, rawLeaves: true, chunker: fixedSize({ chunkSize: 300_000 }) })
    for (const cid of [first.cid, whole.cid]) { // a leaf, which the other file has too, and a node
      damaged = cid.toString()
      page = await lab.page(site) // a liar is remembered for as long as a page lives
      const got = await load(whole.cid.toString())
      assert.equal(got.code, 'unverified', got.message)
      assert.match(got.message, /every source lied/)
    }
    damaged = null
    page = await lab.page(site)
  })

  test('refuses directories, what is no model, and a signer for what nobody signed', async () => {
    let folder
    for await (const entry of importer([{ path: 'a/model.onnx', content: small }], store, { cidVersion: 1 })) folder = entry
    const { cid } = await importFile({ content: Buffer.from('no model') }, store, { cidVersion: 1, rawLeaves: true })
    const { cid: good } = await importFile({ content: small }, store, { cidVersion: 1, rawLeaves: true })
    const got = [
      await load(folder.cid.toString()),
      await load(cid.toString()),
      await load(good.toString(), 8, { signer: '0x00000000219ab540356cbb839cbe05303d7705fa' }),
      await load(good.toString(), 8, { maxBytes: 10 })
    ]
    assert.deepEqual(got.map((g) => g.code), ['invalid', 'invalid', 'wrong_signer', 'too_large'], JSON.stringify(got))
  })
})
