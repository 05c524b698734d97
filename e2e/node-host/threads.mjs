// The threads of wasm/ABI.md on node:worker_threads: what a host adds to host.mjs to share a step among several
// instances on one memory. Whoever is free claims the next share.

import { isMainThread, Worker, workerData } from 'node:worker_threads'

// Words of the control block. A claim is a turn, how many shares there are, and how many are taken: 16, 8 and 8 bits.
const [CLAIM, STEP, DONE, FAULT] = [0, 1, 2, 3]

function takeShares (control, part) {
  for (;;) {
    const claim = Atomics.load(control, CLAIM)
    const [taken, parts] = [claim & 255, (claim >> 8) & 255]
    if (taken >= parts) return claim
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

/** Starts `count` helpers of an instance. `run(step, parts)` carries out a step; `end()` ends the helpers. */
export function openTeam (module, memory, exports, count) {
  const control = new Int32Array(new SharedArrayBuffer(16))
  const helpers = Array.from({ length: count }, () => new Worker(new URL(import.meta.url), { workerData: { module, memory, control } }))
  function run (step, parts) {
    Atomics.store(control, STEP, step)
    Atomics.store(control, DONE, 0)
    Atomics.store(control, CLAIM, ((Atomics.load(control, CLAIM) >>> 16) + 1) << 16 | parts << 8)
    Atomics.notify(control, CLAIM)
    takeShares(control, exports.part)
    for (let done; (done = Atomics.load(control, DONE)) < parts;) Atomics.wait(control, DONE, done)
    if (Atomics.load(control, FAULT)) throw new Error(`a share of step ${step} has failed`)
  }
  return { run, end: () => Promise.all(helpers.map((helper) => helper.terminate())) }
}

if (!isMainThread && workerData?.control) {
  const { module, memory, control } = workerData
  const { exports } = new WebAssembly.Instance(module, { dehug: { memory } })
  for (;;) Atomics.wait(control, CLAIM, takeShares(control, exports.part))
}
