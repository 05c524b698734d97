// Makes jumps within Go's functions direct. Go's compiler knows WebAssembly's blocks only as places at which a function can be
// resumed: a function is one loop around a jump table, and whoever jumps writes the number of the place into a variable and
// begins the loop again. Here
//
//   * a jump forwards leaves the block that ends where it leads to, which is what the table would do;
//   * a loop that nobody begins again is a block.
//
// A browser's first compiler then makes better code, and its second one is not called for: it counts what is between a jump
// backwards and its target as if it had been executed, and would compile functions that have hardly run.

import { join, reader, unsigned } from './bytes.mjs'

const op = { block: 0x02, loop: 0x03, if: 0x04, end: 0x0b, br: 0x0c, brIf: 0x0d, brTable: 0x0e, localGet: 0x20, localSet: 0x21, i32Const: 0x41 }
const empty = 0x40

/** The body of the code section with such jumps. Throws an Error when there is an instruction that Go does not use. */
export function directJumps (code) {
  const r = reader(code)
  const count = r.unsigned()
  const out = [unsigned(count)]
  for (let i = 0; i < count; i++) {
    const body = rewrite(r.bytes(r.unsigned()))
    out.push(unsigned(body.length), body)
  }
  return join(out)
}

function rewrite (body) {
  const r = reader(body)
  for (let groups = r.unsigned(); groups > 0; groups--) { r.unsigned(); r.at++ } // locals
  const controls = [{}] // what is open; the function itself is the first
  let dispatch = null // the loop with the table, and what opens where each number leads
  const edits = []
  let again = false // somebody begins the loop again
  while (r.at < body.length) {
    const from = r.at
    const code = body[r.at++]
    if (code === op.block || code === op.loop || code === op.if) {
      const jump = code === op.if && dispatch !== null ? readJump(body, r.at - 1) : null
      const to = jump && forwards(jump, controls, dispatch, 1)
      if (to) {
        edits.push([from, jump.end, [op.brIf, ...unsigned(to.depth)]])
        r.at = jump.end
        continue
      }
      r.signed()
      controls.push({ loopAt: code === op.loop ? from : null })
    } else if (code === op.end) {
      controls.pop()
    } else if (code === op.i32Const && dispatch !== null) {
      const jump = readBranch(body, from)
      const to = jump && forwards(jump, controls, dispatch, 0)
      if (to) {
        edits.push([from, jump.end, [op.br, ...unsigned(to.depth)]])
        r.at = jump.end
      } else r.signed()
    } else if (code === op.br || code === op.brIf) {
      const target = controls[controls.length - 1 - r.unsigned()]
      if (target === dispatch?.loop) again = true
    } else if (code === op.brTable) {
      const labels = []
      for (let n = r.unsigned(); n >= 0; n--) labels.push(r.unsigned()) // the last is for all other numbers
      const opened = labels.map((depth) => controls[controls.length - 1 - depth])
      const loop = dispatch === null ? startsWithLoop(body, from, controls) : null
      if (loop !== null) dispatch = { loop, opened }
      else if (dispatch !== null && opened.includes(dispatch.loop)) again = true
    } else skip(r, code)
  }
  if (dispatch !== null && !again) edits.push([dispatch.loop.loopAt, dispatch.loop.loopAt + 1, [op.block]])
  return apply(body, edits.sort(([a], [b]) => a - b))
}

/** The loop at the start of a function: [block] loop block … block local.get 0 br_table, of which `table` is the last. */
function startsWithLoop (body, table, controls) {
  const at = controls[1]?.loopAt != null ? 1 : 2
  const loop = controls[at]
  if (loop?.loopAt == null || controls.length < at + 2) return null
  const head = body.subarray(loop.loopAt, table)
  const blocks = controls.length - at - 1
  const expected = [op.loop, empty, ...Array.from({ length: blocks }, () => [op.block, empty]).flat(), op.localGet, 0]
  return expected.length === head.length && expected.every((byte, i) => byte === head[i]) ? loop : null
}

/** Reads `if jump end` at an offset; null when something else is there. */
function readJump (body, at) {
  if (body[at + 1] !== empty || body[at + 2] !== op.i32Const) return null
  const jump = readBranch(body, at + 2)
  return jump !== null && body[jump.end] === op.end ? { ...jump, end: jump.end + 1 } : null
}

/** Reads `i32.const number local.set 0 br depth`; null when something else is there. */
function readBranch (body, at) {
  const r = reader(body, at + 1)
  const number = r.signed()
  if (body[r.at] !== op.localSet || body[r.at + 1] !== 0 || body[r.at + 2] !== op.br) return null
  r.at += 3
  const depth = r.unsigned()
  return { number, depth, end: r.at }
}

/** How many blocks a jump has to leave, when it begins the loop again and leads forwards. `inner` of them are not open yet. */
function forwards ({ number, depth }, controls, { loop, opened }, inner) {
  if (controls[controls.length - 1 - depth + inner] !== loop) return null
  const target = opened[number >= 0 && number < opened.length ? number : opened.length - 1]
  const at = controls.lastIndexOf(target)
  return at < 0 || target === loop ? null : { depth: controls.length - 1 - at }
}

/** Steps over the rest of an instruction that is neither a block nor a jump. */
export function skip (r, code) {
  switch (code) {
    case 0x00: case 0x01: case 0x05: case 0x0f: case 0x1a: case 0x1b: return
    case 0x10: case 0x20: case 0x21: case 0x22: case 0x23: case 0x24: r.unsigned(); return
    case 0x11: r.unsigned(); r.unsigned(); return
    case 0x3f: case 0x40: r.at++; return
    case 0x41: case 0x42: r.signed(); return
    case 0x43: r.at += 4; return
    case 0x44: r.at += 8; return
    case 0xfc: {
      const sub = r.unsigned()
      if (sub === 10) r.at += 2
      else if (sub === 11) r.at++
      else if (sub > 7) fail(code, sub)
      return
    }
  }
  if (code >= 0x28 && code <= 0x3e) { r.unsigned(); r.unsigned() } else if (code < 0x45 || code > 0xc4) fail(code)
}

function fail (...code) {
  throw new Error(`jumps: Go does not use this instruction: ${code.join(' ')}`)
}

function apply (body, edits) {
  const parts = []
  let at = 0
  for (const [from, end, bytes] of edits) {
    parts.push(body.subarray(at, from), bytes)
    at = end
  }
  return join([...parts, body.subarray(at)])
}
