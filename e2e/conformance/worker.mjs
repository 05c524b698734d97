// Runs exported cases (dehug-run conformance --export) in a worker of any browser, with the host that @dehug/runtime
// uses; vectors (vectors.mjs) with the plain host, and with helpers if they want some: this worker's other self. An answer
// is sent for each case: what is wrong with it, or null.

import { Instance } from '../../web/src/engine/host.ts'
import { checkFeeds } from '../../web/src/engine/feeds.ts'
import { digest, digests } from '../digest.mjs'
import { open } from '../node-host/host.mjs'
import { help } from '../node-host/threads.mjs'
import { runVector } from './vectors.mjs'

// The suite's own tolerances.
const relative = 1e-3
const absolute = 1e-7

const types = {
  f32: ['float32', Float32Array], f64: ['float64', Float64Array], f16: ['float16', Uint16Array], bf16: ['bfloat16', Uint16Array],
  i8: ['int8', Int8Array], u8: ['uint8', Uint8Array], i16: ['int16', Int16Array], u16: ['uint16', Uint16Array],
  i32: ['int32', Int32Array], u32: ['uint32', Uint32Array], i64: ['int64', BigInt64Array], u64: ['uint64', BigUint64Array], bool: ['bool', Uint8Array]
}

let helpers

/** Helpers for a vector, if it wants some. */
function crew ({ threads }) {
  if (threads.length > 0) helpers ??= [1, 2].map(() => new Worker(self.location.href)) // they end with this worker
  return helpers
}

onmessage = async ({ data: cases }) => {
  if (cases.control) return help(cases)
  for (const { name, file, sets, ...vector } of cases) {
    let wrong = null
    try {
      const bytes = new Uint8Array(await (await fetch(`/cases/${file}`)).arrayBuffer())
      if (!sets) wrong = await runVector(vector, bytes, crew(vector))
      else for (const set of sets) wrong ??= await (set.plain ? runPlain : runSet)(set, (span) => bytes.slice(span[0], span[0] + span[1]))
    } catch (error) {
      wrong = String(error?.stack ?? error).slice(0, 300)
    }
    postMessage({ name, wrong })
  }
  postMessage(null)
}

/** What is wrong with the results of a set, or null. */
async function runSet (set, at) {
  const module = await WebAssembly.compile(at(set.module))
  const instance = await Instance.create(module)
  const weights = at(set.model)
  const { info } = instance
  for (let item = 0; item < info.items; item++) {
    for (const t of info.tensors) if (t.item === item) instance.write(weights.subarray(t.offset, t.offset + t.length), t.destination)
    instance.prepare(item)
  }
  const tensor = (port) => {
    const [type, array] = types[port.type]
    return { type, dims: port.dims, data: new array(at(port.data).buffer) }
  }
  const { tensors, symbols } = checkFeeds(instance.inputs, info.symbols, Object.fromEntries(set.inputs.map((port) => [port.name, tensor(port)])))
  const run = (where, allSteps) => {
    where.bind(symbols)
    tensors.forEach((t, k) => where.setInput(k, t))
    allSteps()
    return where.takeOutputs()
  }
  const outputs = run(instance, () => { for (let s = 0; s < info.steps.length;) s = instance.step(s) })
  const moved = await Instance.create(module, instance.standing)
  moved.write(instance.read(0, instance.standing.bytes), 0)
  const again = run(moved, () => moved.runAll())
  for (const port of set.outputs) {
    const got = outputs[port.name]
    if (await digest(again[port.name]) !== port.digest) return `${port.name}: other bits when it has moved and runs again, all steps in one call`
    if (port.data) {
      const want = tensor(port)
      if (got.type !== want.type || String(got.dims) !== String(want.dims)) return `${port.name}: is ${got.type}[${got.dims}], want ${want.type}[${want.dims}]`
      const [g, w] = [numbers(got), numbers(want)]
      const i = w.findIndex((v, i) => !close(g[i], v))
      if (i >= 0) return `${port.name}: element ${i} is ${g[i]}, want ${w[i]}`
    }
    if (await digest(got) !== port.digest) return `${port.name}: other bits than under wazero`
  }
  return null
}

/** The same with the plain host, which shows intermediates too; only bits are compared. `times` lets the optimising compiler come in. */
async function runPlain (set, at) {
  const weights = at(set.model)
  const model = await open(at(set.module), (_, offset, length) => weights.subarray(offset, offset + length))
  const inputs = Object.fromEntries(set.inputs.map(({ name, type, dims, data }) => [name, { dims, data: new types[type][1](at(data).buffer) }]))
  let tensors
  for (let i = 0; i < (set.times ?? 1); i++) tensors = model.run(inputs)
  const got = await digests(tensors)
  const other = set.outputs.filter(({ name, digest }) => got[name] !== digest)
  return other.length === 0 ? null : `${other.length} of ${set.outputs.length} tensors have other bits, the first is ${other[0].name}`
}

function close (got, want) {
  if (got === want || (got !== got && want !== want)) return true
  return typeof want === 'number' && Math.abs(got - want) <= absolute + relative * Math.abs(want)
}

/** Elements as numbers; half floats are bit patterns in their arrays. */
function numbers ({ type, data }) {
  if (type === 'bfloat16') return new Float32Array(Uint32Array.from(data, (bits) => bits << 16).buffer)
  if (type !== 'float16') return data
  return Float64Array.from(data, (bits) => {
    const [sign, exponent, fraction] = [bits >> 15 ? -1 : 1, (bits >> 10) & 31, bits & 1023]
    if (exponent === 31) return fraction ? NaN : sign * Infinity
    return sign * (exponent ? (1024 + fraction) * 2 ** (exponent - 25) : fraction * 2 ** -24)
  })
}
