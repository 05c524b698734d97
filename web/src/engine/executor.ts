/** Carries out the runs of one instance, one after the other: in a worker, or on the thread of whoever calls. */
import { DehugError } from './errors.js';
import type { Instance, Limits } from './host.js';
import type { StepEvent, Tensor } from './types.js';

/** A thread gives way to messages, and on the page to the person, when runs have had it for this many milliseconds: half a frame. */
const slice = 8;

/** For how many milliseconds runs, of whatever model, have had this thread since it last gave way. */
let spent = 0;

/** This thread has just given way: a message has come. */
export function rested(): void {
  spent = 0;
}

/** What a run has brought. */
export interface Ran {
  outputs: Record<string, Tensor>;
  /** Milliseconds of the thread's time. */
  ms: number;
}

export class Executor {
  readonly instance: Instance;
  readonly #steady: boolean;
  #busy: Promise<unknown> | null = null;
  /** The last run was short, and the next one will be, so that nothing has to come between its steps. */
  #quick = false;

  constructor(instance: Instance) {
    this.instance = instance;
    this.#steady = instance.steady;
  }

  /** Whether a run would read its feeds before `run` returns. */
  get idle(): boolean {
    return this.#busy === null && spent < slice;
  }

  /** Returns what the run has brought, without a promise if that was quick. `ended` is asked between steps. */
  run(feeds: readonly Tensor[], symbols: readonly number[], ended: () => boolean, onStep: ((event: StepEvent) => void) | null, limits: Limits): Ran | Promise<Ran> {
    const start = (): Ran | Promise<Ran> => this.#start(feeds, symbols, ended, onStep, limits);
    return this.after(() => (spent < slice ? start() : giveWay().then(start)));
  }

  /** Does something after the runs that were asked for before. */
  after<T>(use: () => T | Promise<T>): T | Promise<T> {
    const work = this.#busy === null ? use() : this.#busy.then(use);
    if (!(work instanceof Promise)) return work;
    const done: Promise<unknown> = work.then(
      () => undefined,
      () => undefined, // the next one does not mind how this one ended
    );
    this.#busy = done;
    void done.then(() => {
      if (this.#busy === done) this.#busy = null;
    });
    return work;
  }

  #start(feeds: readonly Tensor[], symbols: readonly number[], ended: () => boolean, onStep: ((event: StepEvent) => void) | null, limits: Limits): Ran | Promise<Ran> {
    const from = performance.now();
    const { instance } = this;
    if (ended()) throw cancelled(instance, 0);
    if (instance.bind(symbols, limits)) this.#quick = false;
    feeds.forEach((feed, k) => instance.setInput(k, feed));
    if (!this.#quick || onStep !== null) return this.#runSteps(from, ended, onStep);
    instance.runAll();
    return this.#finish(from, 0);
  }

  async #runSteps(begun: number, ended: () => boolean, onStep: ((event: StepEvent) => void) | null): Promise<Ran> {
    const { instance } = this;
    const { steps } = instance.info;
    let from = begun;
    let before = 0; // this run's share of the time before it last gave way
    for (let index = 0; index < steps.length; ) {
      const now = performance.now();
      if (spent + now - from >= slice) {
        before += now - from;
        await giveWay();
        from = performance.now();
      }
      if (ended()) throw cancelled(instance, index);
      const start = onStep === null ? 0 : performance.now();
      const next = instance.step(index);
      const { name = '', op = '' } = steps[index] ?? {};
      onStep?.({ index, count: steps.length, name, op, ms: performance.now() - start });
      index = next;
    }
    return this.#finish(from, before);
  }

  #finish(from: number, before: number): Ran {
    const { instance } = this;
    instance.advance();
    const outputs = instance.takeOutputs();
    const since = performance.now() - from;
    spent += since;
    const ms = before + since;
    this.#quick = this.#steady && ms < slice / 2;
    return { outputs, ms };
  }
}

function cancelled(instance: Instance, index: number): DehugError {
  return new DehugError('aborted', `the run was cancelled before step ${index} of ${instance.info.steps.length}`);
}

/** Lets other tasks run. A timer would wait 4 ms after a few of them; a message does not. */
function giveWay(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      rested();
      resolve();
    };
    port2.postMessage(null);
  });
}
