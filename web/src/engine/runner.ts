/** Takes a model's module and weights, and runs it for the page. Lives in a worker, or on the page. */
import { DehugError } from './errors.js';
import { Executor, rested, type Ran } from './executor.js';
import { opCopy, opPrepare, opWords, type Layout } from './fill.js';
import { Instance, type Limits, type Memory, type Standing } from './host.js';
import { Peer, Transfer, type Port } from './rpc.js';
import { enlist, type Enlistment } from './team.js';
import type { StepEvent, Tensor, TensorInfo } from './types.js';

/** What whoever brings the model calls, over a port of its own. */
export interface Sink {
  /** Makes an instance; says where bytes go. */
  module(bytes: Uint8Array<ArrayBuffer>): Promise<Layout>;
  /** Takes chunk `n` (none when -1; then `bytes` is null) with what is to be done with it and with earlier ones: see fill.ts. Gives back those that are not needed any more. */
  fill(n: number, bytes: Uint8Array<ArrayBuffer> | null, ops: Uint32Array<ArrayBuffer>): Transfer<Uint8Array<ArrayBuffer>[]>;
}

/** What the page calls. */
export interface Runner {
  /** Takes the port over which the model will come. */
  attach(delivery: MessagePort): void;
  /** Takes ports to runners that are to help this one. Called before the model comes, if at all. */
  team(helpers: MessagePort[]): void;
  /** Makes this runner a helper of another one, who will call over `leader`. It does nothing else from then on. */
  follow(leader: MessagePort): void;
  describe(): Description;
  run(id: number, feeds: readonly Tensor[], symbols: readonly number[], steps: boolean, limits: Limits): Promise<Transfer<Ran>>;
  cancel(id: number): void;
  /** What the model remembers: forget it, copy it, replace it; after the runs that were asked for before. */
  reset(): Promise<void>;
  save(): Promise<Transfer<Memory>>;
  restore(memory: Memory): Promise<void>;
  /** For a move to the page: what the host knows and, in pieces, what is in the memory. */
  standing(): Promise<Standing>;
  read(from: number, length: number): Transfer<Uint8Array<ArrayBuffer>>;
  /** For a move from there: an instance that is to go on as the page's, and what is to be in its memory. */
  arrive(module: WebAssembly.Module, standing: Standing): Promise<void>;
  write(bytes: Uint8Array<ArrayBuffer>, address: number): void;
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
  /** It can move, and a run that is short for some inputs is short for all of the same sizes. */
  movable: boolean;
  /** That carry out a run. */
  threads: number;
}

/** Serves a runner over `port`. What it returns gives what runs the model, once that is here, to those on the same thread. */
export function serveRunner(port: Port): () => Executor {
  let module: WebAssembly.Module | null = null;
  let executor: Executor | null = null;
  const chunks = new Map<number, Uint8Array<ArrayBuffer>>();
  const runs = new Map<number, { cancelled: boolean }>();
  let helpers: Peer<Helper>[] = [];

  const ready = (): Executor => {
    if (executor === null) throw new DehugError('internal', 'the model is not here yet');
    return executor;
  };

  async function after<T>(use: (instance: Instance) => T): Promise<T> {
    return ready().after(() => use(ready().instance));
  }

  const sink: Sink = {
    async module(bytes) {
      module = await WebAssembly.compile(bytes).catch((cause: unknown) => {
        throw new DehugError('unsupported', `this browser does not take the module: ${cause instanceof Error ? cause.message : String(cause)}`, {
          hint: "try a newer browser, or mode 'strict'",
        });
      });
      const instance = await Instance.create(module);
      executor = new Executor(instance);
      if (helpers.length > 0) {
        const enlistment = instance.enlist(module, helpers.length);
        for (const peer of helpers) peer.call('help', [enlistment]).catch((thrown: unknown) => console.warn('dehug: a thread is missing', thrown));
      }
      const { memory, paths, items, tensors } = instance.info;
      return { memory, paths, items, tensors };
    },
    fill(n, bytes, ops) {
      if (bytes !== null) chunks.set(n, bytes);
      const used = apply(ready().instance, chunks, ops);
      return new Transfer(used, used.map(({ buffer }) => buffer));
    },
  };

  const runner: Runner = {
    attach(delivery) {
      new Peer<object>(delivery, sink);
    },
    team(ports) {
      helpers = ports.map((port) => new Peer<Helper>(port));
    },
    follow(leader) {
      new Peer<object>(leader, helper);
    },
    describe() {
      const { instance } = ready();
      const { info, inputs, outputs, memoryBytes, steady, movable } = instance;
      if (module === null) throw new DehugError('internal', 'the module is not here yet');
      return {
        inputs,
        outputs,
        symbols: info.symbols,
        planHash: info.planHash,
        mode: info.mode,
        memoryBytes,
        module,
        remembers: (info.states ?? []).length > 0,
        movable: steady && movable,
        threads: 1 + helpers.length,
      };
    },
    async run(id, feeds, symbols, steps, limits) {
      rested();
      const state = { cancelled: false };
      runs.set(id, state);
      try {
        const ran = await ready().run(feeds, symbols, () => state.cancelled, steps ? (event) => page.note('step', [id, event]) : null, limits);
        return new Transfer(ran, Object.values(ran.outputs).map((t) => t.data.buffer as ArrayBuffer));
      } finally {
        runs.delete(id);
      }
    },
    reset: () => after((instance) => instance.reset()),
    save: () =>
      after((instance) => {
        const memory = instance.save();
        return new Transfer(memory, memory.bytes.map((b) => b.buffer));
      }),
    restore: (memory) => after((instance) => instance.restore(memory)),
    standing: () => after((instance) => instance.standing),
    read(from, length) {
      const bytes = ready().instance.read(from, length);
      return new Transfer(bytes, [bytes.buffer]);
    },
    async arrive(theirs, standing) {
      module = theirs;
      executor = new Executor(await Instance.create(module, standing));
    },
    write: (bytes, address) => ready().instance.write(bytes, address),
    cancel(id) {
      const run = runs.get(id);
      if (run !== undefined) run.cancelled = true;
    },
  };
  const page = new Peer<RunnerClient>(port, runner);
  return ready;
}

/** Carries out what is to be done with the chunks that have come. */
function apply(instance: Instance, chunks: Map<number, Uint8Array<ArrayBuffer>>, ops: Uint32Array): Uint8Array<ArrayBuffer>[] {
  const used: Uint8Array<ArrayBuffer>[] = [];
  for (let i = 0; i + opWords <= ops.length; i += opWords) {
    const [kind = 0, which = 0, from = 0, length = 0, address = 0] = ops.subarray(i, i + opWords);
    if (kind === opPrepare) {
      instance.prepare(which);
      continue;
    }
    const chunk = chunks.get(which);
    if (chunk === undefined) throw new DehugError('internal', `chunk ${which} is not here`);
    if (kind === opCopy) instance.write(chunk.subarray(from, from + length), address);
    else {
      chunks.delete(which);
      used.push(chunk);
    }
  }
  return used;
}
