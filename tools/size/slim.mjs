// Takes out of a Go program for js/wasm what only stack traces need, and packs what is left of the tables by which the
// runtime walks stacks. As the linker writes them they are a third of what a page would download.
//
// The linker lays its function table out as memory (Go's runtime/symtab.go: pcHeader, functab, findfuncbucket, and
// runtime2.go: _func): a record of some 80 bytes for each function, and two indexes. Here
//
//   * names of functions and files go, and the tables of lines. A panic still prints its message; under it, no frames.
//     What the runtime itself looks up by name stays: that a function is the runtime's own, the two stubs of package
//     reflect, and the form of a pointer method's name;
//   * stack sizes, stack maps, stack objects and open-coded defers stay, each different one once;
//   * records and indexes are made by a function that runs when the module is instantiated, before Go does. A column of
//     the table comes as the list of values that occur in it, then one number for each function, so like lies beside
//     like, which is what a compressor wants;
//   * memory is written in few, long pieces: the linker begins a new one after eight zero bytes.
//
// Trees of inlined calls go as well. Go's runtime reads them for traces, and for recover(), which must know whether its
// caller was deferred: there they make no difference, because no function that calls recover() is ever inlined.
//
// What is not as Go 1.26 lays it out is refused.

import { join, reader, signed, unsigned } from './bytes.mjs'
import { directJumps } from './jumps.mjs'

/** Zero bytes that end a piece of memory: fewer cost less than the head of the next piece. */
const gap = 64

export const section = { custom: 0, type: 1, import: 2, function: 3, table: 4, memory: 5, global: 6, export: 7, start: 8, element: 9, code: 10, data: 11 }
const dropped = ['go:buildid', 'producers']

const absent = 0xffffffff // an offset of funcdata that is not there
// A record of ours: the fixed part of _func, two offsets of pcdata (unsafe points, stack maps), five of funcdata.
const record = { size: 72, entry: 0, name: 4, args: 8, deferReturn: 12, pcsp: 16, npcdata: 28, flags: 40, nfuncdata: 43, end: 44, stackMaps: 48, funcdata: 52 }
const keptFuncdata = 5 // argument maps, local maps, stack objects, inline trees (of which none is kept), open-coded defers; not what traces print
const inlineTree = 3

/** Returns the module without all that. Throws an Error when it is not as expected. */
export function slim (bytes) {
  const sections = readSections(bytes)
  if (sections.has(section.start)) fail('it has a start function')
  const memory = readMemory(sections.get(section.data))
  addStart(sections, packTables(memory, findTables(memory)))
  sections.set(section.data, writeMemory(memory))
  sections.set(section.code, directJumps(sections.get(section.code)))
  return writeSections(sections)
}

function fail (what) {
  throw new Error(`slim: not a Go program as expected: ${what}`)
}

/* ------------------------------------------------------------------ the module */

/** Bodies of the sections by id; in `custom` those of the custom sections that are kept. */
export function readSections (bytes) {
  const sections = Object.assign(new Map(), { custom: [] })
  const r = reader(bytes, 8)
  while (r.at < bytes.length) {
    const id = r.byte()
    const body = r.bytes(r.unsigned())
    if (id !== section.custom) sections.set(id, body)
    else if (!dropped.includes(customName(body))) sections.custom.push(body)
  }
  for (const id of [section.type, section.import, section.function, section.code, section.data]) if (!sections.has(id)) fail(`no section ${id}`)
  return sections
}

/** The module that these sections make. */
export function writeSections (sections) {
  const all = [...sections].sort(([a], [b]) => a - b).concat(sections.custom.map((body) => [section.custom, body]))
  return join([[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0], ...all.flatMap(([id, body]) => [[id, ...unsigned(body.length)], body])])
}

function customName (body) {
  const r = reader(body)
  return new TextDecoder().decode(r.bytes(r.unsigned()))
}

/** What memory holds when the program starts, from the body of the data section. */
export function readMemory (body) {
  const r = reader(body)
  const pieces = []
  let end = 0
  for (let count = r.unsigned(); count > 0; count--) {
    if (r.unsigned() !== 0 || r.byte() !== opcode.i32Const) fail('a piece of memory that is not at a constant address')
    const address = r.signed()
    if (r.byte() !== opcode.end) fail('a piece of memory that is not at a constant address')
    const piece = r.bytes(r.unsigned())
    pieces.push([address, piece])
    end = Math.max(end, address + piece.length)
  }
  const memory = Buffer.alloc(end + 8)
  for (const [address, piece] of pieces) memory.set(piece, address)
  return memory
}

function writeMemory (memory) {
  const pieces = []
  for (let at = 0; at < memory.length;) {
    while (at < memory.length && memory[at] === 0) at++
    let end = at
    for (let i = at; i < memory.length && i - end < gap; i++) if (memory[i] !== 0) end = i + 1
    if (end > at) pieces.push([0, opcode.i32Const, ...signed(at), opcode.end, ...unsigned(end - at)], memory.subarray(at, end))
    at = Math.max(end, at)
  }
  return join([unsigned(pieces.length / 2), ...pieces])
}

/* ------------------------------------------------------------------ Go's tables */

/** What is kept of each function, out of memory before or after. */
export function readFunctions (memory, t = findTables(memory)) {
  return Array.from({ length: t.functions }, (_, i) => readFunction(memory, t, t.records + memory.readUInt32LE(t.records + 8 * i + 4)))
}

/** Finds the header of the function table and the module data that points to it, and checks that they agree. */
function findTables (memory) {
  const u32 = (at) => memory.readUInt32LE(at)
  const u64 = (at) => Number(memory.readBigUInt64LE(at))
  const find = (what, test) => {
    const found = []
    for (let at = 0; at + 72 <= memory.length; at += 8) if (test(at)) found.push(at)
    return found.length === 1 ? found[0] : fail(`${found.length} places look like ${what}`)
  }
  const header = find('the function table', (at) => u32(at) === 0xfffffff1 && u32(at + 4) === 0x08010000) // pointers of 8 bytes, instructions of 1
  const parts = [0, 1, 2, 3, 4].map((i) => header + u64(header + 32 + 8 * i))
  const [names, , , pctab, records] = parts
  const data = find('the module data', (at) => u64(at) === header && u64(at + 8) === names)
  // After the header's address come six slices, then addresses.
  const slices = [0, 1, 2, 3, 4, 5].map((i) => data + 8 + 24 * i)
  const address = (i) => u64(data + 152 + 8 * i)
  const t = { names, pctab, records, functions: u64(header + 8), buckets: address(0), firstPC: address(1), text: address(3), funcdata: address(21), end: address(22) }
  if ([...parts, records].some((at, i) => u64(slices[i]) !== at)) fail('the module data point elsewhere')
  if (u64(slices[5] + 8) !== t.functions + 1) fail('the index has another length than the function table')
  if (!(pctab < records && records < t.funcdata && t.funcdata < t.buckets && t.buckets < t.end && t.end <= memory.length)) fail('the tables lie in another order')
  return t
}

/** What is kept of the function whose record is at `at`. Tables and maps are null where there are none. */
function readFunction (memory, t, at) {
  const u32 = (offset) => memory.readUInt32LE(at + offset)
  const [npcdata, nfuncdata] = [u32(record.npcdata), memory[at + record.nfuncdata]]
  const pcdata = (k) => k < npcdata ? u32(record.end + 4 * k) : 0
  const funcdata = (k) => k < nfuncdata ? u32(record.end + 4 * (npcdata + k)) : absent
  for (let k = 3; k < npcdata; k++) if (pcdata(k) !== 0) fail('pcdata that is not known') // 2 is the place in the inline tree
  const table = (offset) => offset === 0 ? null : pcTable(memory, t.pctab + offset)
  return {
    entry: u32(record.entry),
    name: keptName(cString(memory, t.names + u32(record.name))),
    args: u32(record.args),
    deferReturn: u32(record.deferReturn),
    flags: (u32(record.flags) & 0xffff) + keptFuncdata * 2 ** 24,
    pcsp: table(u32(record.pcsp)),
    stackMaps: table(pcdata(1)),
    funcdata: Array.from({ length: keptFuncdata }, (_, k) => k === inlineTree || funcdata(k) === absent ? null : funcdataAt(memory, t.funcdata + funcdata(k), k))
  }
}

/** What is left of a function's name: see runtime's isSystemGoroutine, panicwrap and argMapInternal. */
function keptName (name) {
  if (name === 'reflect.makeFuncStub' || name === 'reflect.methodValueCall') return name
  if (name.startsWith('runtime.')) return 'runtime.?'
  return /\.\(\*.*\)\./.test(name) ? '?.(*?).?' : ''
}

function cString (memory, at) {
  return memory.toString('latin1', at, memory.indexOf(0, at))
}

/** Pairs of varints, difference of the value and of the PC; a value that does not differ ends them, but for the first. */
function pcTable (memory, at) {
  const r = reader(memory, at)
  for (let first = true; r.unsigned() !== 0 || first; first = false) r.unsigned()
  return memory.subarray(at, r.at)
}

function funcdataAt (memory, at, kind) {
  const r = reader(memory, at)
  if (kind === 4) { r.unsigned(); r.unsigned() } // where open-coded defers lie in the frame
  else if (kind === 2) r.at += 8 + 16 * memory.readUInt32LE(at) // stack objects
  else r.at += 8 + memory.readUInt32LE(at) * Math.ceil(memory.readUInt32LE(at + 4) / 8) // bitmaps
  return memory.subarray(at, r.at)
}

/**
 * Clears the tables and writes what is kept of them in their place. Returns what the start function has to do: the
 * columns that it unpacks, and the index that it counts out.
 */
function packTables (memory, t) {
  const u32 = (at) => memory.readUInt32LE(at)
  const functions = readFunctions(memory, t)
  const first = functions[0].entry
  const last = u32(t.records + 8 * t.functions) // one past the last function
  if (first * 65536 + t.text !== t.firstPC) fail('the first function is elsewhere')
  functions.forEach((f, i) => {
    if (u32(t.records + 8 * i) !== f.entry || f.entry >= (functions[i + 1]?.entry ?? last)) fail('the functions are not in order')
  })

  const names = new Pool([0])
  const tables = new Pool([0])
  const data = new Pool([])
  const nameOffset = (f) => f.name === '' ? 0 : names.add(Buffer.from(f.name + '\0'))
  const tableOffset = (table) => table === null ? 0 : tables.add(table)
  const dataOffset = (bytes) => bytes === null ? absent : data.add(bytes, 8)
  const used = 8 * t.functions + 8
  const index = (offset, values) => ({ to: t.records + offset, step: 8, values })
  const field = (offset, value) => ({ to: t.records + used + offset, step: record.size, values: functions.map(value) })
  const columns = [
    index(0, functions.map((f) => f.entry)),
    index(4, functions.map((_, i) => used + record.size * i)),
    field(record.entry, (f) => f.entry),
    field(record.name, nameOffset),
    field(record.args, (f) => f.args),
    field(record.deferReturn, (f) => f.deferReturn),
    field(record.pcsp, (f) => tableOffset(f.pcsp)),
    field(record.npcdata, () => 2),
    field(record.flags, (f) => f.flags),
    field(record.stackMaps, (f) => tableOffset(f.stackMaps)),
    ...Array.from({ length: keptFuncdata }, (_, k) => field(record.funcdata + 4 * k, (f) => dataOffset(f.funcdata[k])))
  ]

  memory.fill(0, t.names, t.end)
  const put = (bytes, at, end) => {
    if (at + bytes.length > end) fail('what is kept does not fit')
    memory.set(bytes, at)
  }
  put(names.bytes, t.names, t.pctab)
  put(tables.bytes, t.pctab, t.records)
  if (used + record.size * t.functions > t.funcdata - t.records) fail('the records do not fit')
  memory.writeUInt32LE(last, t.records + 8 * t.functions)
  put(data.bytes, t.funcdata, t.buckets)

  // Packed columns lie where the other index will be; before them there is room for the values of one.
  let from = t.buckets + 4 * t.functions
  const jobs = columns.map(({ to, step, values }) => {
    const { bytes, kinds } = packColumn(values)
    put(bytes, from, t.end)
    from += bytes.length
    return { from: from - bytes.length, to, step, kinds }
  })
  return { jobs, functions: t.functions, values: t.buckets, buckets: t.buckets, slots: last - first, missing: last - first - t.functions }
}

/** Byte strings, each different one once. */
class Pool {
  #parts
  #offsets = new Map()
  #length

  constructor (first) {
    this.#parts = [first]
    this.#length = first.length
  }

  add (bytes, align = 1) {
    const key = bytes.toString('latin1')
    const known = this.#offsets.get(key)
    if (known !== undefined) return known
    const padding = -this.#length & (align - 1)
    const offset = this.#length + padding
    this.#parts.push(new Uint8Array(padding), Buffer.from(bytes)) // a copy: its place will be written over
    this.#offsets.set(key, offset)
    this.#length = offset + bytes.length
    return offset
  }

  get bytes () { return join(this.#parts) }
}

/**
 * The different values, ascending, as differences; then which of them each row has. Bytes of the same weight stand
 * together: four groups of one byte for each value, then two groups of one byte for each row.
 */
function packColumn (values) {
  const kinds = [...new Set(values)].sort((a, b) => a - b)
  if (kinds.length > 65536) fail('there are too many functions')
  const place = new Map(kinds.map((value, i) => [value, i]))
  const rows = values.map((value) => place.get(value))
  const steps = kinds.map((value, i) => value - (kinds[i - 1] ?? 0))
  const group = (list, shift) => list.map((value) => (value >>> shift) & 255)
  return { kinds: kinds.length, bytes: Uint8Array.from([0, 8, 16, 24].flatMap((shift) => group(steps, shift)).concat(group(rows, 0), group(rows, 8))) }
}

/* ------------------------------------------------------------------ the start function */

const opcode = {
  block: 0x02, loop: 0x03, end: 0x0b, br: 0x0c, brIf: 0x0d, call: 0x10, select: 0x1b, localGet: 0x20, localSet: 0x21,
  i32Load: 0x28, i32Load8u: 0x2d, i32Store: 0x36, i64Store: 0x37, i32Const: 0x41, i32Eq: 0x46, i32GeU: 0x4f,
  i32Add: 0x6a, i32Sub: 0x6b, i32Mul: 0x6c, i32Shl: 0x74, i64ExtendI32u: 0xad
}
const [i32, empty, functype] = [0x7f, 0x40, 0x60]

/** Adds two functions to the sections: one unpacks a column, the other, the start function, has it do all of them. */
function addStart (sections, { jobs, functions, values, buckets, slots, missing }) {
  const imports = reader(sections.get(section.import)).unsigned() // Go imports functions only
  const types = reader(sections.get(section.type)).unsigned()
  const defined = reader(sections.get(section.function)).unsigned()
  const unpack = imports + defined
  const start = [
    ...jobs.flatMap(({ from, kinds, to, step }) => [...[from, kinds, to, step].flatMap(constant), opcode.call, ...unsigned(unpack)]),
    ...countBuckets(buckets, slots, missing)
  ]
  append(sections, section.type, [[functype, 4, i32, i32, i32, i32, 0], [functype, 0, 0]])
  append(sections, section.function, [unsigned(types), unsigned(types + 1)])
  append(sections, section.code, [func(4, unpackColumn(functions, values)), func(1, start)])
  sections.set(section.start, Uint8Array.from(unsigned(unpack + 1)))
}

/** Adds items to the end of a section that is a list. */
function append (sections, id, items) {
  const body = sections.get(id)
  const r = reader(body)
  const count = r.unsigned()
  sections.set(id, join([unsigned(count + items.length), body.subarray(r.at), ...items]))
}

/** A function's body with some locals of type i32. */
function func (locals, code) {
  const body = [1, locals, i32, ...code, opcode.end]
  return [...unsigned(body.length), ...body]
}

const constant = (value) => [opcode.i32Const, ...signed(value)]
const get = (local) => [opcode.localGet, local]
const set = (local, code) => [...code, opcode.localSet, local]
const add = (...terms) => terms.flatMap((term, i) => i === 0 ? term : [...term, opcode.i32Add])
const times = (code, factor) => [...code, ...constant(factor), opcode.i32Mul]
const load = (address) => [...address, opcode.i32Load, 0, 0]
const byte = (address) => [...address, opcode.i32Load8u, 0, 0]
const shifted = (code, bits) => [...code, ...constant(bits), opcode.i32Shl]
const store = (address, value) => [...address, ...value, opcode.i32Store, 0, 0]
/** for (local = 0; local != end; local++) body */
const loop = (local, end, body) => [
  ...set(local, constant(0)),
  opcode.block, empty, opcode.loop, empty,
  ...get(local), ...end, opcode.i32Eq, opcode.brIf, 1,
  ...body,
  ...set(local, add(get(local), constant(1))),
  opcode.br, 0, opcode.end, opcode.end
]

/** unpack(from, kinds, to, step): what packColumn has packed. */
function unpackColumn (functions, values) {
  const [from, kinds, to, step, i, sum] = [0, 1, 2, 3, 4, 5]
  const at = (group) => add(get(from), times(get(kinds), group), get(i))
  return [
    ...loop(i, get(kinds), [
      ...set(sum, add(get(sum), ...[0, 1, 2, 3].map((group) => shifted(byte(at(group)), 8 * group)))),
      ...store(add(constant(values), times(get(i), 4)), get(sum))
    ]),
    ...set(from, add(get(from), times(get(kinds), 4))),
    ...loop(i, constant(functions), [
      ...store(add(get(to), [...get(i), ...get(step), opcode.i32Mul]),
        load(add(constant(values), times(add(byte(add(get(from), get(i))), shifted(byte(add(get(from), get(i), constant(functions))), 8)), 4))))
    ])
  ]
}

/**
 * The index by PC. A function of WebAssembly has 16 buckets of 20 bytes, of which only the first is looked at, and of
 * that the first five bytes: where the search is to begin. Some functions are missing in the table, so a function may
 * stand that much earlier than its number says; the search goes upwards.
 */
function countBuckets (buckets, slots, missing) {
  const i = 0
  const later = [...get(i), ...constant(missing), opcode.i32Sub]
  return loop(i, constant(slots), [
    ...add(constant(buckets), times(get(i), 16 * 20)),
    ...later, ...constant(0), ...get(i), ...constant(missing), opcode.i32GeU, opcode.select, opcode.i64ExtendI32u,
    opcode.i64Store, 0, 0
  ])
}
