// How many operations a second SIMD instructions can do at most on this machine, in this browser: loops that touch no memory.

const accumulators = 12 // hides the latency of two units of 4 or 5 cycles, and leaves registers for two operands
const unrolled = 4
const lanes = 4
const turns = 200_000

const op = (n) => [0xfd, ...leb(n)]
const loops = {
  /** Fused multiply–add of relaxed SIMD: what fast mode may use. 2 operations a lane. */
  fast: { operations: 2 * lanes, body: (acc, b, c) => [...get(acc), ...get(b), ...get(c), ...op(0x105), ...set(acc)] },
  /** Multiplication, then addition: what strict mode has. */
  strict: { operations: 2 * lanes, body: (acc, b, c) => [...get(acc), ...get(b), ...op(0xe6), ...get(c), ...op(0xe4), ...set(acc)] },
  /** Products of 16-bit integers, summed in pairs (i32x4.dot_i16x8_s), then added. */
  int8: { operations: 4 * lanes, body: (acc, b, c) => [...get(acc), ...get(b), ...op(0xba), ...get(c), ...op(0xae), ...set(acc)] }
}

/** 10⁹ operations a second: { fast, strict, int8 }. */
export function simdPeaks () {
  return Object.fromEntries(Object.entries(loops).map(([name, { operations, body }]) => {
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(loop(body)))
    let best = Infinity
    for (let i = 0; i < 60; i++) { // the optimising compiler takes over on the way
      const start = performance.now()
      exports.run(turns)
      best = Math.min(best, performance.now() - start)
    }
    return [name, turns * unrolled * accumulators * operations / best / 1e6]
  }))
}

const get = (local) => [0x20, local]
const set = (local) => [0x21, local]

/** A module whose `run(n)` does the body for every accumulator, unrolled, n times. */
function loop (body) {
  const b = accumulators + 1
  const c = b + 1
  const code = []
  for (let i = 0; i < accumulators; i++) code.push(...f32Const(1 + i), ...op(0x13), ...set(1 + i))
  code.push(...f32Const(0.999), ...op(0x13), ...set(b), ...f32Const(0.001), ...op(0x13), ...set(c), 0x03, 0x40)
  for (let k = 0; k < unrolled; k++) for (let i = 0; i < accumulators; i++) code.push(...body(1 + i, b, c))
  code.push(...get(0), 0x41, 1, 0x6b, 0x22, 0, 0x0d, 0, 0x0b) // until the counter is 0
  code.push(...get(1))
  for (let i = 1; i < accumulators; i++) code.push(...get(1 + i), ...op(0xe4))
  code.push(...op(0x1f), 0, 0x0b)
  const func = [1, accumulators + 2, 0x7b, ...code] // locals: v128
  return new Uint8Array([
    0, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
    ...section(1, [1, 0x60, 1, 0x7f, 1, 0x7d]), // i32 → f32
    ...section(3, [1, 0]),
    ...section(7, [1, 3, ...new TextEncoder().encode('run'), 0, 0]),
    ...section(10, [1, ...leb(func.length), ...func])
  ])
}

function section (id, bytes) { return [id, ...leb(bytes.length), ...bytes] }

function f32Const (value) { return [0x43, ...new Uint8Array(new Float32Array([value]).buffer)] }

function leb (n) {
  const bytes = []
  do bytes.push((n & 127) | (n > 127 ? 128 : 0)); while ((n >>= 7) > 0)
  return bytes
}
