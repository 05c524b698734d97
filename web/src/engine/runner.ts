/** Runs one model: takes module and weights from the engine, inputs from the page. Lives in a worker, or on the page. */
import { DehugError } from './errors.js';
import { Instance, type Memory } from './host.js';
import { Peer, Transfer, type Port } from './rpc.js';
import { enlist, type Enlistment } from './team.js';
import type { StepEvent, Tensor, TensorInfo } from './types.js';

/** What the engine calls, over a port of its own. */
export interface Sink {
  module(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  fill(n: number, bytes: Uint8Array<ArrayBuffer> | null, ops: Uint32Array<ArrayBuffer>): void;
}

/** What the page calls. */
export interface Runner {
  /** Takes the port over which the engine will send the model. */
  attach(engine: MessagePort): void;
  /** Takes ports to runners that are to help this one. Called before the model comes, if at all. */
  team(helpers: MessagePort[]): void;
  /** Makes this runner a helper of another one, who will call over `leader`. It does nothing else from then on. */
  follow(leader: MessagePort): void;
  describe(): Description;
  run(id: number, feeds: Tensor[], symbols: number[], steps: boolean): Promise<Transfer<Record<string, Tensor>>>;
  cancel(id: number): void;
  /** What the model remembers: forget it, copy it, replace it; after the runs that were asked for before. */
  reset(): Promise<void>;
  save(): Promise<Transfer<Memory>>;
  restore(memory: Memory): Promise<void>;
}

/** What the runner calls on its helpers. */
interface Helper {
  help(enlistment: Enlistment): Promise<void>;
}

/** What the runner calls on the page. */
export interface RunnerClient {
  step(id: number, event: StepEvent): void;
}

/** The runner's side of a helper. */
const helper: Helper = {
  async help(enlistment) {
    const serve = await enlist(enlistment);
    setTimeout(serve); // once this call's answer is on its way
  },
};

/** What a model is like, once it is here. */
export interface Description {
  inputs: TensorInfo[];
  outputs: TensorInfo[];
  symbols: string[];
  planHash: string;
  mode: 'strict' | 'fast';
  memoryBytes: number;
  module: WebAssembly.Module;
  /** The model remembers something between runs. */
  remembers: boolean;
  /** That carry out a run. */
  threads: number;
}

/** Numbers of an op in `fill`, as in wasm/cmd/dehug-wasm/api.d.ts. */
const opWords = 5;
const opCopy = 0;
const opPrepare = 1;

/** A run gives way to messages, and on the page to the person, after this many milliseconds: half a frame. */
const slice = 8;

/** Serves a runner over `port`. */
export function serveRunner(port: Port): void {
  let module: WebAssembly.Module | null = null;
  let instance: Instance | null = null;
  const chunks = new Map<number, Uint8Array>();
  const runs = new Map<number, { cancelled: boolean }>();
  let queue: Promise<unknown> = Promise.resolve();
  let helpers: Peer<Helper>[] = [];

  const ready = (): { module: WebAssembly.Module; instance: Instance } => {
    if (module === null || instance === null) throw new DehugError('internal', 'the model is not here yet');
    return { module, instance };
  };

  function after<T>(use: () => T): Promise<T> {
    const work = queue.then(use);
    queue = work.catch(() => undefined);
    return work;
  }

  const sink: Sink = {
    async module(bytes) {
      module = await WebAssembly.compile(bytes);
      instance = await Instance.create(module);
      if (helpers.length === 0) return;
      const enlistment = instance.enlist(module, helpers.length);
      for (const peer of helpers) peer.call('help', [enlistment]).catch((thrown: unknown) => console.warn('dehug: a thread is missing', thrown));
    },
    fill(n, bytes, ops) {
      if (bytes !== null) chunks.set(n, bytes);
      apply(ready().instance, chunks, ops);
    },
  };

  const runner: Runner = {
    attach(engine) {
      new Peer<object>(engine, sink);
    },
    team(ports) {
      helpers = ports.map((port) => new Peer<Helper>(port));
    },
    follow(leader) {
      new Peer<object>(leader, helper);
    },
    describe() {
      const { module, instance } = ready();
      const { symbols, planHash, mode } = instance.info;
      return { inputs: instance.inputs, outputs: instance.outputs, symbols, planHash, mode, memoryBytes: instance.memoryBytes, module, remembers: (instance.info.states ?? []).length > 0, threads: 1 + helpers.length };
    },
    run(id, feeds, symbols, steps) {
      const { instance } = ready();
      const state = { cancelled: false };
      runs.set(id, state);
      const work = queue.then(async () => {
        try {
          const outputs = await runSteps(instance, feeds, symbols, () => state.cancelled, steps ? (event) => page.note('step', [id, event]) : null);
          return new Transfer(outputs, Object.values(outputs).map((t) => t.data.buffer as ArrayBuffer));
        } finally {
          runs.delete(id);
        }
      });
      queue = work.catch(() => undefined); // the next run does not mind how this one ended
      return work;
    },
    reset: () => after(() => ready().instance.reset()),
    save: () =>
      after(() => {
        const memory = ready().instance.save();
        return new Transfer(memory, memory.bytes.map((b) => b.buffer));
      }),
    restore: (memory) => after(() => ready().instance.restore(memory)),
    cancel(id) {
      const run = runs.get(id);
      if (run !== undefined) run.cancelled = true;
    },
  };
  const page = new Peer<RunnerClient>(port, runner);
}

/** Carries out what the engine says is to be done with the chunks that have come. */
function apply(instance: Instance, chunks: Map<number, Uint8Array>, ops: Uint32Array): void {
  for (let i = 0; i + opWords <= ops.length; i += opWords) {
    const [kind = 0, which = 0, from = 0, length = 0, address = 0] = ops.subarray(i, i + opWords);
    if (kind === opPrepare) {
      instance.prepare(which);
      continue;
    }
    const chunk = chunks.get(which);
    if (chunk === undefined) throw new DehugError('internal', `chunk ${which} is not here`);
    if (kind === opCopy) instance.write(chunk.subarray(from, from + length), address);
    else chunks.delete(which);
  }
}

async function runSteps(
  instance: Instance,
  feeds: Tensor[],
  symbols: number[],
  isCancelled: () => boolean,
  onStep: ((event: StepEvent) => void) | null,
): Promise<Record<string, Tensor>> {
  instance.bind(symbols);
  feeds.forEach((feed, k) => instance.setInput(k, feed));
  const { steps } = instance.info;
  let yielded = performance.now();
  let index = 0;
  while (index < steps.length) {
    const start = performance.now();
    if (start - yielded >= slice) {
      await giveWay();
      yielded = performance.now();
    }
    if (isCancelled()) throw new DehugError('aborted', `the run was cancelled before step ${index} of ${steps.length}`);
    const from = performance.now();
    const next = instance.step(index);
    const { name = '', op = '' } = steps[index] ?? {};
    onStep?.({ index, count: steps.length, name, op, ms: performance.now() - from });
    index = next;
  }
  instance.advance();
  return instance.takeOutputs();
}

/** Lets other tasks run. A timer would wait 4 ms after a few of them; a message does not. */
function giveWay(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
