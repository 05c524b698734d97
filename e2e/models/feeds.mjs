// Runs in pages: inputs that the site serves.

const arrays = { float32: Float32Array, int64: BigInt64Array, int32: Int32Array, uint8: Uint8Array, int8: Int8Array, bool: Uint8Array }

/** { name: { type, dims, url } } → { name: { type, dims, data } } */
export async function fetchFeeds (described) {
  const feeds = {}
  for (const [name, { type, dims, url }] of Object.entries(described)) feeds[name] = { type, dims, data: new arrays[type](await (await fetch(url)).arrayBuffer()) }
  return feeds
}
