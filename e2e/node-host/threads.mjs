// The threads of wasm/ABI.md: what a host adds to host.mjs to share a step among several instances on one memory.
// Whoever is free claims the next share. Helpers are workers, of Node or of a browser, and serve one instance after the
// other: they run `help`, and helper.mjs starts some of Node's.

// Words of the control block. A claim is a turn, how many shares there are, and how many are taken: 16, 8 and 8 bits.
// PAGES says how large the memory is.
const [CLAIM, STEP, DONE, FAULT, PAGES] = [0, 1, 2, 3, 4]
const END = -1 // of a team

function takeShares (control, part, see = () => {}) {
  for (;;) {
    const claim = Atomics.load(control, CLAIM)
    see()
    const [taken, parts] = [claim & 255, (claim >> 8) & 255]
    if (claim === END || taken >= parts) return claim
    if (Atomics.compareExchange(control, CLAIM, claim, claim + 1) !== claim) continue
    try { // the step stays until this share is done
      if (part(Atomics.load(control, STEP), taken, parts) !== 0) throw new Error('refused')
    } catch {
      Atomics.store(control, FAULT, 1)
    }
    Atomics.add(control, DONE, 1)
    Atomics.notify(control, DONE)
  }
}

/** What a helper does with a message of its team: takes shares until the team ends. */
export function help ({ module, memory, control }) {
  const { exports } = new WebAssembly.Instance(module, { dehug: { memory } })
  // That the memory has grown may have escaped this thread: V8 tells only threads that have received it already.
  let pages = 0
  const see = () => {
    const now = Atomics.load(control, PAGES)
    if (now !== pages) memory.grow(0)
    pages = now
  }
  for (;;) {
    const claim = takeShares(control, exports.part, see)
    if (claim === END) return
    Atomics.wait(control, CLAIM, claim)
  }
}

/** Gives an instance helpers. `run(step, parts)` carries out a step; `end()` frees the helpers for another instance. */
export function openTeam (module, memory, exports, helpers) {
  const control = new Int32Array(new SharedArrayBuffer(20))
  for (const helper of helpers) helper.postMessage({ module, memory, control })
  function run (step, parts) {
    Atomics.store(control, STEP, step)
    Atomics.store(control, PAGES, memory.buffer.byteLength / 65536)
    Atomics.store(control, DONE, 0)
    Atomics.store(control, CLAIM, (((Atomics.load(control, CLAIM) >>> 16) + 1) & 0x7fff) << 16 | parts << 8)
    Atomics.notify(control, CLAIM)
    takeShares(control, exports.part)
    for (let done; (done = Atomics.load(control, DONE)) < parts;) Atomics.wait(control, DONE, done)
    if (Atomics.load(control, FAULT)) throw new Error(`a share of step ${step} has failed`)
  }
  function end () {
    Atomics.store(control, CLAIM, END)
    Atomics.notify(control, CLAIM)
  }
  return { run, end }
}
