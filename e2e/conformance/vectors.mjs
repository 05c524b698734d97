// Runs exported vectors (go run ./wasm/internal/vectors/export) with the plain host, in Node or a page. Imports nothing
// but that, so it runs wherever WebAssembly does.

import { digest } from '../digest.mjs'
import { open } from '../node-host/host.mjs'

const arrays = { f32: Float32Array, f64: Float64Array, f16: Uint16Array, bf16: Uint16Array, i8: Int8Array, u8: Uint8Array, i16: Int16Array, u16: Uint16Array, i32: Int32Array, u32: Uint32Array, i64: BigInt64Array, u64: BigUint64Array, bool: Uint8Array }

/** What is wrong with a vector's results in the modules of all profiles, or null. `bytes` is its file. */
export async function runVector ({ modules, model, runs }, bytes) {
  const at = ([offset, length]) => bytes.slice(offset, offset + length)
  const weights = at(model)
  const wrong = []
  for (const [profile, module] of Object.entries(modules)) {
    const instance = await open(at(module), (_, offset, length) => weights.subarray(offset, offset + length))
    for (const { name, inputs, digests } of runs) {
      const outputs = instance.run(Object.fromEntries(inputs.map(({ name, type, dims, data }) => [name, { dims, data: new arrays[type](at(data).buffer) }])))
      const other = []
      for (const [output, want] of Object.entries(digests)) if (await digest(outputs[output]) !== want) other.push(output)
      if (other.length > 0) wrong.push(`profile ${profile}, ${name}: other bits in ${other.join(' ')}`)
    }
  }
  return wrong.length === 0 ? null : `${wrong.length} runs of ${runs.length} differ; the first: ${wrong[0]}`
}
