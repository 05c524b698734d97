// The CIDs that manifest/ derives from leaves and size are those that an
// independent importer (ipfs-unixfs-importer, profile unixfs-v1-2025) gives the
// same bytes, so any IPFS node that adds a file finds it under the same name.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { BlackHoleBlockstore } from 'blockstore-core/black-hole'
import { importBytes, importer, importFile } from 'ipfs-unixfs-importer'
import { CID } from 'multiformats/cid'
import * as raw from 'multiformats/codecs/raw'
import * as Digest from 'multiformats/hashes/digest'
import { sha256 } from 'multiformats/hashes/sha2'
import { writer } from 'protons-runtime'

const MiB = 1 << 20
const profile = { profile: 'unixfs-v1-2025' }
const root = fileURLToPath(new URL('..', import.meta.url))
const store = new BlackHoleBlockstore() // forgets every block: memory stays flat

// protons-runtime (7.1.2, and 8.0.1 too) writes uint64 values from 2³¹ to 2³² − 1
// as zero bytes: LongBits keeps the low word signed and writeVarint64 then stops
// at once. Importer files of 2 to 4 GiB so get a filesize no reader can parse.
// The number form of the same call is right; the importer is held to that.
Object.getPrototypeOf(writer()).uint64 = function (value) { return this.uint64Number(Number(value)) }

let tool, answers

before(() => {
  tool = spawn('go', ['run', './manifest/internal/cidtool'], { cwd: root, stdio: ['pipe', 'pipe', 'inherit'] })
  answers = createInterface({ input: tool.stdout })[Symbol.asyncIterator]()
})

after(async () => {
  tool.stdin.end()
  if (tool.exitCode === null) await once(tool, 'exit')
})

/** Asks cidtool one question; its package comment lists them. */
async function ask (question) {
  tool.stdin.write(question + '\n')
  const { value, done } = await answers.next()
  assert.ok(!done, `cidtool ended at: ${question}`)
  return JSON.parse(value)
}

/** The first size bytes of cidtool's pattern, in pieces that no chunk size divides. */
function * pattern (size) {
  let state = 1
  for (let left = size; left > 0;) {
    const words = new Uint32Array(77_777)
    for (let i = 0; i < words.length; i++) {
      state ^= state << 13
      state ^= state >>> 17
      state ^= state << 5
      words[i] = state
    }
    const piece = new Uint8Array(words.buffer).subarray(0, left) // little-endian on every platform Node runs on
    yield piece
    left -= piece.length
  }
}

/** The leaf list: SHA-256 of each 1 MiB of the pattern, end to end. */
function leafList (size) {
  const leaves = []
  let hash = createHash('sha256')
  let room = MiB
  for (let piece of pattern(size)) {
    while (piece.length >= room) {
      leaves.push(hash.update(piece.subarray(0, room)).digest())
      piece = piece.subarray(room)
      hash = createHash('sha256')
      room = MiB
    }
    hash.update(piece)
    room -= piece.length
  }
  if (room < MiB) leaves.push(hash.digest())
  return Buffer.concat(leaves)
}

for (const size of [0, 1, 65, MiB - 1, MiB, MiB + 1, 2 * MiB, 3 * MiB + 7, 5 * MiB, 17 * MiB + 1, 40 * MiB]) {
  test(`file of ${size} bytes`, async () => {
    const { cid, leaves } = await ask(`file ${size}`)
    const want = await importFile({ content: pattern(size) }, store, profile)
    assert.equal(cid, want.cid.toString())
    assert.equal(leaves, (await importBytes(leafList(size), store, profile)).cid.toString())
  })
}

for (const count of [1024, 1025, 2049, 65536]) {
  test(`DAG over ${count} leaves`, async () => {
    const { cid } = await ask(`leaves ${count}`)
    const size = BigInt(MiB)
    const want = await importFile({ content: [] }, store, {
      ...profile,
      // Leaves come from their digests alone: the layout never sees a byte of the file.
      bufferImporter: async function * () {
        for (let i = 0; i < count; i++) {
          yield async () => {
            const digest = createHash('sha256').update(String(i)).digest()
            return { cid: CID.createV1(raw.code, Digest.create(sha256.code, digest)), size, block: new Uint8Array(0) }
          }
        }
      }
    })
    assert.equal(cid, want.cid.toString())
  })
}

test('release directory with nested folders', async () => {
  const sizes = { LICENSE: 11_000, 'model.onnx': MiB + 5, 'data/a.bin': 3 * MiB, 'data/b/c.bin': 0, 'data-2': 1, 'data.x': 2 }
  const { cid, document } = await ask('release ' + Object.entries(sizes).map(([path, size]) => `${path}=${size}`).join(' '))
  const entries = [{ path: 'manifest.json', content: Buffer.from(document) }]
  for (const [path, size] of Object.entries(sizes)) {
    entries.push({ path: `files/${path}`, content: pattern(size) }, { path: `leaves/${path}`, content: leafList(size) })
  }
  let top
  for await (const entry of importer(entries, store, { ...profile, wrapWithDirectory: true })) top = entry
  assert.equal(cid, top.cid.toString())
})
