// Runs exported vectors (go run ./wasm/internal/vectors/export) with the plain host, in Node or a page. Imports nothing
// but that, so it runs wherever WebAssembly does.

import { digest } from '../digest.mjs'
import { open } from '../node-host/host.mjs'
import { openTeam } from '../node-host/threads.mjs'

const arrays = { f32: Float32Array, f64: Float64Array, f16: Uint16Array, bf16: Uint16Array, i8: Int8Array, u8: Uint8Array, i16: Int16Array, u16: Uint16Array, i32: Int32Array, u32: Uint32Array, i64: BigInt64Array, u64: BigUint64Array, bool: Uint8Array }

/**
 * What is wrong with a vector's results in the modules of all profiles, and in the one for `threads`, a list of how many,
 * or null. `bytes` is the vector's file; `helpers` are workers that help (threads.mjs), as many as the most threads need
 * beside this one. Every step that can be divided is, into uneven shares.
 */
export async function runVector ({ modules, shared, model, runs, threads }, bytes, helpers = []) {
  const at = ([offset, length]) => bytes.slice(offset, offset + length)
  const weights = at(model)
  const wrong = []
  const ways = [
    ...Object.entries(modules).map(([profile, module]) => ({ way: `profile ${profile}`, module, options: {} })),
    ...threads.map((n) => ({ way: `${n} threads`, module: shared, options: { openTeam: (...args) => openTeam(...args, helpers.slice(0, n - 1)), shares: 2 * n + 1 } }))
  ]
  for (const { way, module, options } of ways) {
    const instance = await open(at(module), (_, offset, length) => weights.subarray(offset, offset + length), options)
    for (const { name, inputs, digests } of runs) {
      const outputs = instance.run(Object.fromEntries(inputs.map(({ name, type, dims, data }) => [name, { dims, data: new arrays[type](at(data).buffer) }])))
      const other = []
      for (const [output, want] of Object.entries(digests)) if (await digest(outputs[output]) !== want) other.push(output)
      if (other.length > 0) wrong.push(`${way}, ${name}: other bits in ${other.join(' ')}`)
    }
    instance.close()
  }
  return wrong.length === 0 ? null : `${wrong.length} runs differ; the first: ${wrong[0]}`
}
