// A whole host for compiled models: what wasm/ABI.md asks of one, and nothing else. It runs wherever WebAssembly
// does; run.mjs puts files around it. Whoever fills in the weights has checked them: this host cannot.

const TYPES = { 1: Float32Array, 2: Uint8Array, 3: Int8Array, 4: Uint16Array, 5: Int16Array, 6: Int32Array, 7: BigInt64Array, 9: Uint8Array, 10: Uint16Array, 11: Float64Array, 12: Uint32Array, 13: BigUint64Array, 16: Uint16Array }
const OK = 0
const NEEDS_MEMORY = 1
const JUMP = 3
const STATUS = {
  1: 'more memory is needed than this module may have', 2: 'these input sizes need another module', 16: 'an input size is out of range',
  17: 'the sizes are too large', 18: 'bind was not called', 19: 'weights are missing', 20: 'there is no such step',
  22: 'a state is full', 21: 'an If chose a branch that the sizes contradict'
}

function check (status, call) {
  if (status !== OK) throw new Error(`${call}: status ${status}: ${STATUS[status] ?? 'unknown'}`)
}

/**
 * Instantiates a compiled model and fills in its weights. `weights(path, offset, length)` returns bytes of a model
 * file; path '' is the ONNX file itself. `openTeam(module, memory, exports)` (threads.mjs) gives a module that was compiled
 * for threads helpers, among whom every step that can be divided is divided into `shares`.
 */
export async function open (wasm, weights, { openTeam, shares = 1 } = {}) {
  const module = await WebAssembly.compile(wasm)
  const [section] = WebAssembly.Module.customSections(module, 'dehug')
  if (!section) throw new Error('not a compiled model: it has no custom section "dehug"')
  const info = JSON.parse(new TextDecoder().decode(section))
  if (info.abi !== '0') throw new Error(`the module has ABI ${info.abi}, this host knows 0`)
  const memory = new WebAssembly.Memory(info.memory)
  const { exports } = await WebAssembly.instantiate(module, { dehug: { memory } })
  const team = openTeam?.(module, memory, exports)

  // Fill: items in ascending order, because they may share the place where their bytes land.
  for (let item = 0; item < info.items; item++) {
    for (const t of info.tensors.filter((t) => t.item === item)) {
      const bytes = await weights(info.paths[t.path], t.offset, t.length)
      if (bytes.length !== t.length) throw new Error(`weights at ${t.offset}: got ${bytes.length} bytes, want ${t.length}`)
      new Uint8Array(memory.buffer, t.destination, t.length).set(bytes)
    }
    check(exports.prepare(item, item + 1), `prepare ${item}`)
  }

  /** Descriptor i of inputs, outputs and intermediates, in this order: a view of the tensor, in the module's memory. */
  function tensor (i) {
    const at = exports.descriptors() + 96 * i
    const view = new DataView(memory.buffer, at, 96)
    const dims = Array.from({ length: view.getUint32(8, true) }, (_, k) => Number(view.getBigInt64(16 + 8 * k, true)))
    const Type = TYPES[view.getUint32(4, true)]
    const data = new Type(memory.buffer, view.getUint32(0, true), Number(view.getBigUint64(80, true)) / Type.BYTES_PER_ELEMENT)
    return { dims, data }
  }

  // Outputs that are inputs of the next run stay where they are; what grows has a length, which is a symbol.
  const lengths = new Map()

  /** Gives each symbol of the inputs' shapes its extent, and the module a chance to refuse. */
  function bind (inputs) {
    const symbols = new BigInt64Array(memory.buffer, info.dims, info.symbols.length)
    info.symbols.forEach((name, k) => { symbols[k] = lengths.get(name) ?? 0n })
    for (const { name, shape } of info.inputs) {
      const dims = inputs[name]?.dims
      if (dims?.length !== shape.length) throw new Error(`input ${name}: got shape [${dims ?? 'none'}], want [${shape}]`)
      shape.forEach((extent, k) => {
        if (info.symbols.includes(extent)) symbols[info.symbols.indexOf(extent)] = BigInt(dims[k])
        else if (extent !== String(dims[k])) throw new Error(`input ${name}: got shape [${dims}], want [${shape}]`)
      })
    }
    let status = exports.bind(info.dims, 0)
    if (status === NEEDS_MEMORY) {
      memory.grow(new DataView(memory.buffer).getUint32(info.bound + 4, true) - memory.buffer.byteLength / 65536)
      status = exports.bind(info.dims, 0)
    }
    check(status, 'bind')
  }

  /** Runs the model on { name: { dims, data } }; returns outputs, and intermediates if there are any, alike. */
  function run (inputs) {
    bind(inputs)
    info.inputs.forEach(({ name }, i) => {
      const { data } = tensor(i)
      const given = inputs[name].data
      if (given.constructor !== data.constructor || given.length !== data.length) throw new Error(`input ${name}: got ${given.length} × ${given.constructor.name}, want ${data.length} × ${data.constructor.name}`)
      data.set(given)
    })
    for (let step = 0; step < info.steps.length;) {
      if (team && new Uint32Array(memory.buffer, exports.shares(), info.steps.length)[step] > 0) {
        team.run(step++, shares)
        continue
      }
      const status = exports.run(step, step + 1)
      if (status === JUMP) { // a loop
        step = new DataView(memory.buffer).getUint32(info.bound + 44, true)
        continue
      }
      check(status, `step ${info.steps[step].name}`)
      step++
    }
    info.states?.forEach(({ symbol, axis }, k) => {
      const { dims } = tensor(info.inputs.length + info.outputs.length + (info.intermediates?.length ?? 0) + k)
      if (symbol) lengths.set(symbol, BigInt(dims[axis]))
    })
    const out = {}
    ;[...info.outputs, ...info.intermediates ?? []].forEach(({ name }, i) => {
      const { dims, data } = tensor(info.inputs.length + i)
      out[name] ??= { dims, data: data.slice() } // an intermediate may be an output as well
    })
    return out
  }

  return { info, run, close: () => team?.end() }
}
