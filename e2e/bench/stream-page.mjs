// What make bench-stream does in the page, one thing at a time: `/next` says what, and gets what came of it.

const { verify, read, forget } = await import('/runtime/runtime.js')

const MiB = 2 ** 20

const ways = {
  /** As a person would: the file as it is, from one server, in one buffer. */
  async 'plain, whole' ({ plain }) {
    return (await (await fetch(plain, { cache: 'no-store' })).arrayBuffer()).byteLength
  },
  /** The same, each piece forgotten when it is here. */
  async 'plain, passed on' ({ plain }) {
    const reader = (await fetch(plain, { cache: 'no-store' })).body.getReader()
    for (let bytes = 0; ;) {
      const { done, value } = await reader.read()
      if (done) return bytes
      bytes += value.length
    }
  },
  /** Its hashes as well, nothing else. */
  async 'plain, hashed' ({ plain }) {
    const reader = (await fetch(plain, { cache: 'no-store' })).body.getReader({ mode: 'byob' })
    const spare = [0, 1, 2].map(() => new ArrayBuffer(MiB))
    const hashing = new Set()
    for (let bytes = 0, at = 0, buffer = spare.pop(); ;) {
      const { done, value } = await reader.read(new Uint8Array(buffer, at, MiB - at))
      buffer = value.buffer
      bytes += value.length
      at += value.length
      if (done || at === MiB) {
        const full = buffer
        const hashed = crypto.subtle.digest('SHA-256', new Uint8Array(full, 0, at)).then(() => {
          hashing.delete(hashed)
          spare.push(full)
        })
        hashing.add(hashed)
        if (done) return Promise.all(hashing).then(() => bytes)
        while (spare.length === 0) await Promise.race(hashing)
        buffer = spare.pop()
        at = 0
      }
    }
  },
  /** verify() of the release: every chunk is fetched, checked and forgotten. */
  async 'ours, passed on' ({ ref, sources }, note) {
    return (await verify(ref, { sources, store: false, maxBytes: 0, onProgress: note })).loadBytes
  },
  /** The peer, at its best: it is fetched and made before the time is taken, and its body read as it comes. */
  async 'helia, passed on' ({ file }) {
    const { fetch } = globalThis
    globalThis.fetch = (url, options) => fetch(url, { ...options, cache: 'no-store' }) // or the browser has it all from the round before
    try {
      const reader = (await (await peer)(`ipfs://${file}`)).body.getReader()
      for (let bytes = 0; ;) {
        const { done, value } = await reader.read()
        if (done) return bytes
        bytes += value.length
      }
    } finally {
      globalThis.fetch = fetch
    }
  },
  async 'ours, whole' ({ ref, sources, path }, note) {
    return (await read(ref, path, { sources, store: false, maxBytes: 0, onProgress: note })).length
  },
  async 'ours, whole and kept' ({ ref, sources, path }, note) {
    return (await read(ref, path, { sources, maxBytes: 0, onProgress: note })).length
  }
}

let peer

for (;;) {
  const { name, ...what } = await (await fetch('/next')).json()
  if (name.endsWith('kept')) await forget()
  if (name.startsWith('helia')) {
    const { createVerifiedFetch } = await import('/helia.js')
    peer = createVerifiedFetch({ gateways: what.sources, routers: [], allowLocal: true, allowInsecure: true }) // one that has nothing yet
    await peer
  }
  let manifest = 0
  const said = new Set()
  const note = (event) => {
    if (event.type === 'manifest') manifest = performance.now()
    if (event.type === 'source' && event.evidence) said.add(`${event.label} ${event.state}: ${event.evidence.reason}`)
  }
  const began = performance.now()
  const answer = await ways[name](what, note).then((bytes) => ({ bytes }), (error) => ({ error: String(error.stack ?? error) }))
  const ended = performance.now()
  await fetch('/next', { method: 'POST', body: JSON.stringify({ ...answer, ms: ended - began, fileMs: ended - (manifest || began), said: [...said] }) })
}
