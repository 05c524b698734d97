/**
 * Threads: several workers, each with an instance of a module of its own, on one shared memory (`wasm/ABI.md`). A step
 * that is worth it is cut into shares, more of them than there are workers; whoever is free claims the next one. The
 * leader, who carries out the run, takes shares from the front and the helpers from the back: from step to step each
 * finds its data in the caches of its own core. A helper that is late, or that never comes, holds nobody up.
 */
import { DehugError } from './errors.js';

/** What of a module's exports a team needs. */
export interface Divisible {
  part(step: number, part: number, parts: number): number;
}

/** What a helper is sent. */
export interface Enlistment {
  module: WebAssembly.Module;
  memory: WebAssembly.Memory;
  control: SharedArrayBuffer;
}

/** Words of the control block. The free shares are those from `next` up to `end`, in one word: 16 bits of turn, 8 of end, 8 of next. */
const claimWord = 0;
const stepWord = 1; // stays until all shares of it are done
const partsWord = 2;
const doneWord = 3;
const faultWord = 4; // 1 after a share has failed
const sleepersWord = 5; // helpers that sleep
const pagesWord = 6; // how large the memory is
const words = 7;

/** Shares of a step for each worker, at most: enough to even out what differs. */
const sharesEach = 4;
/** Tells the processor that this thread is only waiting, so that its sibling on the same core gets on; newer engines have it. */
const pause = (Atomics as { pause?: (iterations?: number) => void }).pause;
/** How often a worker looks before it sleeps: some 50 µs. To wake one takes longer than that. */
const spins = pause === undefined ? 20_000 : 2_000;

export const newControl = (): SharedArrayBuffer => new SharedArrayBuffer(4 * words);

/** Carries out one share after the other until none is free. */
function takeShares(control: Int32Array, exports: Divisible, first: boolean, before?: () => void): void {
  for (;;) {
    const claim = Atomics.load(control, claimWord);
    const next = claim & 255;
    const end = (claim >> 8) & 255;
    if (next >= end) return;
    const [part, rest] = first ? [next, claim + 1] : [end - 1, claim - 256];
    if (Atomics.compareExchange(control, claimWord, claim, rest) !== claim) continue;
    const parts = Atomics.load(control, partsWord);
    before?.();
    try {
      if (Atomics.load(control, faultWord) === 0 && exports.part(Atomics.load(control, stepWord), part, parts) !== 0) throw new Error('refused');
    } catch (thrown) {
      Atomics.store(control, faultWord, 1);
      if (first) throw thrown;
    } finally {
      if (Atomics.add(control, doneWord, 1) + 1 === parts) Atomics.notify(control, doneWord);
    }
  }
}

/** Waits until the word has another value than `old`: looks for a while, then sleeps. */
function waitWhile(control: Int32Array, word: number, old: number, sleepers: number | null): void {
  for (let i = 0; i < spins; i++) {
    if (Atomics.load(control, word) !== old) return;
    pause?.();
  }
  if (sleepers !== null) Atomics.add(control, sleepers, 1);
  Atomics.wait(control, word, old);
  if (sleepers !== null) Atomics.sub(control, sleepers, 1);
}

/** The leader's side: says how large the memory has become. */
export function sayPages(control: SharedArrayBuffer, pages: number): void {
  Atomics.store(new Int32Array(control), pagesWord, pages);
}

/** The leader's side: carries out a step in up to `worth` shares. */
export function runShares(shared: SharedArrayBuffer, exports: Divisible, threads: number, step: number, worth: number): void {
  const control = new Int32Array(shared);
  let parts = Math.min(worth, sharesEach * threads);
  if (parts > threads) parts -= parts % threads;
  Atomics.store(control, stepWord, step);
  Atomics.store(control, partsWord, parts);
  Atomics.store(control, doneWord, 0);
  Atomics.store(control, faultWord, 0);
  const turn = (Atomics.load(control, claimWord) >>> 16) + 1;
  Atomics.store(control, claimWord, (turn << 16) | (parts << 8));
  if (Atomics.load(control, sleepersWord) > 0) Atomics.notify(control, claimWord);
  let failure: unknown = null;
  try {
    takeShares(control, exports, true);
  } catch (thrown) {
    failure = thrown;
    takeShares(control, exports, false); // counts them as done: nothing is carried out after a fault
  }
  for (let done; (done = Atomics.load(control, doneWord)) < parts; ) waitWhile(control, doneWord, done, null);
  if (Atomics.load(control, faultWord) !== 0) {
    throw new DehugError('internal', `a share of step ${step} has failed`, { cause: failure });
  }
}

/** A helper's side: makes an instance, and returns what it does from then on, without end. */
export async function enlist({ module, memory, control: shared }: Enlistment): Promise<() => never> {
  const instance = await WebAssembly.instantiate(module, { dehug: { memory } });
  const exports = instance.exports as unknown as Divisible;
  const control = new Int32Array(shared);
  // V8 tells threads that a memory has grown if they have received it by then: one that was on its way asks.
  let pages = 0;
  const look = (): void => {
    const now = Atomics.load(control, pagesWord);
    if (now !== pages) memory.grow(0);
    pages = now;
  };
  return () => {
    for (;;) {
      takeShares(control, exports, false, look);
      const claim = Atomics.load(control, claimWord);
      if ((claim & 255) >= ((claim >> 8) & 255)) waitWhile(control, claimWord, claim, sleepersWord);
    }
  };
}
