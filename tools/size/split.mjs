// Divides a Go program for js/wasm, slimmed already, in two modules: what it needs in most runs, and the rest. A page fetches, checks and
// validates the first alone; the other is asked for when one of its functions is called.
//
//   * In the first module a function of the rest is a stub: it asks for the rest, if that is not there, and calls the function through the
//     table. So whoever calls it, directly or through Go's table of functions, need not know. Go's functions return whether a goroutine
//     is to be suspended, and are called again to go on; a stub hands both on.
//   * The rest imports memory, table and variables of the first module, which exports them by these names. It puts its functions behind Go's in
//     the table, and calls those of the first module through it.
//   * The first module imports `dehug.more`, beside what Go imports: that has to instantiate the rest, and to set the exported variable
//     `rest` to 1, before it returns.
//
// What is not as Go 1.26 lays it out is refused.

import { join, reader, signed, unsigned } from './bytes.mjs'
import { skip } from './jumps.mjs'
import { readSections, section, writeSections } from './slim.mjs'

const op = { block: 0x02, if: 0x04, end: 0x0b, br: 0x0c, brIf: 0x0d, brTable: 0x0e, call: 0x10, callIndirect: 0x11, localGet: 0x20, globalGet: 0x23, i32Const: 0x41, i32Eqz: 0x45 }
const [i32, empty, mutable] = [0x7f, 0x40, 1]
const kind = { function: 0, table: 1, memory: 2, global: 3 }
const funcref = 0x70

/** A function's name without what the compiler numbers: closures and wrappers go where the function goes that they stand in. */
export function baseName (name) {
  return name.replace(/\.(func|deferwrap|gowrap)\d.*$/, '')
}

/** Names of the functions by index, from the name section. */
export function functionNames (sections) {
  const names = []
  for (const body of sections.custom) {
    const r = reader(body)
    const text = () => new TextDecoder().decode(r.bytes(r.unsigned()))
    if (text() !== 'name') continue
    while (r.at < body.length) {
      const what = r.byte()
      const end = r.unsigned() + r.at
      if (what === 1) for (let n = r.unsigned(); n > 0; n--) { const index = r.unsigned(); names[index] = text() }
      r.at = end
    }
  }
  return names
}

/** Returns { first, rest }. `hot` are base names of functions that are to be in the first, with those that JavaScript or nobody by name calls. */
export function split (bytes, hot) {
  const sections = readSections(bytes)
  const names = functionNames(sections)
  if (names.length === 0) fail('it has no names')
  const p = readProgram(sections)
  const isLate = (body, i) => {
    const name = names[p.imported + i]
    if (name === undefined || hot.has(baseName(name))) return false
    return p.types[i] === p.goType && i < p.inTable && ![...calls(body)].some(({ target }) => target < p.imported)
  }
  const late = new Map() // places in the table, behind Go's
  p.bodies.forEach((body, i) => { if (isLate(body, i)) late.set(i, p.tableSize + late.size) })
  return { first: firstModule(sections, p, late), rest: restModule(sections, p, late) }
}

function fail (what) {
  throw new Error(`split: not a Go program as expected: ${what}`)
}

function readProgram (sections) {
  const list = (id, item) => {
    const r = reader(sections.get(id))
    return Array.from({ length: r.unsigned() }, () => item(r))
  }
  const types = list(section.type, (r) => {
    const from = r.at
    r.byte()
    for (let k = 0; k < 2; k++) r.bytes(r.unsigned()) // parameters, results
    return Buffer.from(sections.get(section.type).subarray(from, r.at)).toString('hex')
  })
  const typeOf = (text) => types.includes(text) ? types.indexOf(text) : fail(`no type ${text}`)
  const [table] = list(section.table, (r) => r.byte() === funcref && r.byte() === 0 ? r.unsigned() : fail('its table'))
  const imported = reader(sections.get(section.import)).unsigned() // Go imports functions only
  const [{ from, functions }] = list(section.element, (r) => {
    if (r.unsigned() !== 0 || r.byte() !== op.i32Const) fail('its table of functions')
    const from = r.signed()
    r.byte()
    return { from, functions: Array.from({ length: r.unsigned() }, () => r.unsigned()) }
  })
  if (functions.some((f, i) => f !== imported + i)) fail('the order of its table of functions')
  return {
    imported,
    goType: typeOf('60017f017f'), // where to go on → whether to suspend
    noType: typeOf('600000'),
    types: list(section.function, (r) => r.unsigned()),
    bodies: list(section.code, (r) => r.bytes(r.unsigned())),
    tableSize: table,
    /** Where the first function is in the table, and how many are there, in their order. */
    from,
    inTable: functions.length,
    globals: list(section.global, (r) => {
      const [type, change] = [r.byte(), r.byte()]
      r.byte()
      r.signed()
      return change === mutable && r.byte() === op.end ? type : fail('its variables')
    })
  }
}

/** The calls of other functions in a function's body: { at, end, target }. */
function * calls (body) {
  const r = reader(body)
  for (let groups = r.unsigned(); groups > 0; groups--) { r.unsigned(); r.at++ } // locals
  while (r.at < body.length) {
    const at = r.at
    const code = body[r.at++]
    if (code === op.call) yield { at, target: r.unsigned(), end: r.at }
    else if (code >= op.block && code <= op.if) r.signed()
    else if (code === op.br || code === op.brIf) r.unsigned()
    else if (code === op.brTable) for (let n = r.unsigned(); n >= 0; n--) r.unsigned()
    else if (code !== op.end) skip(r, code)
  }
}

/** The body with other calls. */
function recalled (body, call) {
  const parts = []
  let from = 0
  for (const { at, target, end } of calls(body)) {
    parts.push(body.subarray(from, at), call(target))
    from = end
  }
  return join([...parts, body.subarray(from)])
}

const vector = (items) => join([unsigned(items.length), ...items])
const sized = (body) => join([unsigned(body.length), body])
const text = (s) => [s.length, ...Buffer.from(s)]
const constant = (value) => [op.i32Const, ...signed(value)]
/** What the rest imports: name, kind, and its limits or its type. */
const shared = (p, late) => [
  ['mem', kind.memory, 0, 0, 0],
  ['table', kind.table, 0, funcref, 0, ...unsigned(p.tableSize + late.size)],
  ...p.globals.map((type, i) => [`global${i}`, kind.global, i, type, mutable])
]

function firstModule (sections, p, late) {
  const out = Object.assign(new Map(sections), { custom: [] })
  const more = p.imported // the last of the imports: other functions have the next number
  const shifted = (f) => f < p.imported ? f : f + 1
  const append = (id, ...items) => {
    const r = reader(sections.get(id))
    const count = r.unsigned()
    out.set(id, join([unsigned(count + items.length), sections.get(id).subarray(r.at), ...items]))
  }
  append(section.import, [...text('dehug'), ...text('more'), kind.function, ...unsigned(p.noType)])
  out.set(section.table, join([[1, funcref, 0], unsigned(p.tableSize + late.size)]))
  const rest = p.globals.length
  append(section.global, [i32, mutable, ...constant(0), op.end])
  const r = reader(sections.get(section.export))
  const exported = Array.from({ length: r.unsigned() }, () => {
    const name = Buffer.from(r.bytes(r.unsigned())).toString()
    const [what, index] = [r.byte(), r.unsigned()]
    return [name, what, what === kind.function ? shifted(index) : index]
  })
  const added = shared(p, late).filter(([name]) => name !== 'mem') // that is exported by Go
  out.set(section.export, vector([...exported, ...added, ['rest', kind.global, rest]].map(([name, what, index]) => [...text(name), what, ...unsigned(index)])))
  out.set(section.start, Uint8Array.from(unsigned(shifted(reader(sections.get(section.start)).unsigned()))))
  const functions = Array.from({ length: p.inTable }, (_, i) => unsigned(shifted(p.imported + i)))
  out.set(section.element, join([[1, 0], constant(p.from), [op.end], vector(functions)]))
  const stub = (place) => [
    0, // no locals
    op.globalGet, rest, op.i32Eqz, op.if, empty, op.call, ...unsigned(more), op.end,
    op.localGet, 0, ...constant(place), op.callIndirect, ...unsigned(p.goType), 0, op.end
  ]
  out.set(section.code, vector(p.bodies.map((body, i) => sized(late.has(i) ? Uint8Array.from(stub(late.get(i))) : recalled(body, (f) => [op.call, ...unsigned(shifted(f))])))))
  return writeSections(out)
}

function restModule (sections, p, late) {
  const here = new Map([...late.keys()].map((i, n) => [i, n]))
  const call = (f) => {
    const i = f - p.imported
    if (here.has(i)) return [op.call, ...unsigned(here.get(i))]
    if (i >= p.inTable) fail('a call of a function that is not in the table')
    return [...constant(p.from + i), op.callIndirect, ...unsigned(p.types[i]), 0]
  }
  const out = Object.assign(new Map([[section.type, sections.get(section.type)]]), { custom: [] })
  out.set(section.import, vector(shared(p, late).map(([name, what, , ...type]) => [...text('dehug'), ...text(name), what, ...type])))
  out.set(section.function, vector([...here].map(() => unsigned(p.goType))))
  out.set(section.element, join([[1, 0], constant(p.tableSize), [op.end], vector([...here.values()].map(unsigned))]))
  out.set(section.code, vector([...here.keys()].map((i) => sized(recalled(p.bodies[i], call)))))
  return writeSections(out)
}
