// SHA-256 of a tensor's bytes after all NaNs were made the same one. Engines may choose a NaN's bits inside a model,
// where WebAssembly leaves them open; everything else has to agree. Runs in Node and in pages.

export async function digest ({ data }) {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice()
  if (data instanceof Float32Array) {
    const bits = new Uint32Array(bytes.buffer)
    for (let i = 0; i < bits.length; i++) if ((bits[i] & 0x7fffffff) > 0x7f800000) bits[i] = 0x7fc00000
  } else if (data instanceof Float64Array) {
    const bits = new BigUint64Array(bytes.buffer)
    for (let i = 0; i < bits.length; i++) if ((bits[i] & 0x7fffffffffffffffn) > 0x7ff0000000000000n) bits[i] = 0x7ff8000000000000n
  }
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return Array.from(hash, (b) => b.toString(16).padStart(2, '0')).join('')
}

/** Digests of all tensors of a run, by name. */
export async function digests (tensors) {
  return Object.fromEntries(await Promise.all(Object.entries(tensors).map(async ([name, t]) => [name, await digest(t)])))
}
