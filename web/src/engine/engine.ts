/** Serves the Go engine, which compiles. Lives in a worker, or on the page. */
import { loadGo } from 'virtual:wasm-exec';
import type { Api, Host, Job } from '../../../wasm/cmd/dehug-wasm/api.js';
import type { Bytes } from '../verify/bytes.js';
import { DehugError } from './errors.js';
import { compilePinned, compilePinnedNow } from './pins.js';
import { Peer, Transfer, type Port } from './rpc.js';

/** What the page calls. */
export interface Engine {
  /** Starts the program of the folder at `base`, which is fetched when it is not given. Called once, before anything else; nobody has to wait for it. */
  start(base: string, program: WebAssembly.Module | null): Promise<void>;
  compile(id: number, job: CompileJob): Promise<Transfer<Bytes>>;
  cancel(id: number): void;
  stop(): void;
}

/** The part of a job that can be sent in a message. */
export type CompileJob = Omit<Job, 'signal' | 'chunk' | 'read'>;

/** What the engine calls on the page. */
export interface EngineClient {
  /** Asks for a chunk of the job's file: a copy. */
  chunk(id: number, index: number): Promise<Bytes>;
  /** The structure of the job's model is read. */
  read(id: number): void;
}

export function serveEngine(port: Port): void {
  const jobs = new Map<number, AbortController>();
  let program: Promise<Program> | null = null;

  const engine: Engine = {
    async start(base, wasm) {
      const folder = new URL(base);
      // A page may not wait, so it has all of the program from the start.
      const rest = typeof document === 'undefined' ? Promise.resolve(null) : compilePinned(folder, restName);
      const first = wasm === null ? compilePinned(folder, 'dehug.wasm') : Promise.resolve(wasm);
      program = Promise.all([first, rest]).then(([first, rest]) => startProgram(first, () => rest ?? compilePinnedNow(folder, restName)));
      await program;
    },
    async compile(id, job) {
      if (program === null) throw new DehugError('internal', 'the engine was not started');
      const controller = new AbortController();
      jobs.set(id, controller); // before the program is up: it may be cancelled already
      try {
        const { api, ended } = await program;
        const chunk = (index: number): Promise<Bytes> => page.call('chunk', [id, index]);
        const module = await Promise.race([api.compile({ ...job, chunk, signal: controller.signal, read: () => page.note('read', [id]) }), ended]);
        return new Transfer(module, [module.buffer]);
      } finally {
        jobs.delete(id);
      }
    },
    cancel(id) {
      jobs.get(id)?.abort();
    },
    stop() {
      void program?.then(({ api }) => api.stop());
    },
  };
  const page = new Peer<EngineClient>(port, engine);
}

interface Program {
  api: Api;
  /** Rejects when the program ends, which is before its time if anybody is waiting for it. */
  ended: Promise<never>;
}

/** What few models need of the engine is in a module of its own (tools/size/split.mjs). */
const restName = 'dehug-rest.wasm';

/**
 * How far Go's heap may outgrow what is alive before garbage is collected, in percent: four times Go's own. A load
 * leaves some ten megabytes of garbage, so mostly none is collected, which would be a tenth of the time that it takes.
 */
const garbage = '400';

async function startProgram(wasm: WebAssembly.Module, rest: () => WebAssembly.Module): Promise<Program> {
  const up = withResolvers<Api>();
  const host: Host = { ready: up.resolve };
  // All that Go sees of JavaScript. It is not the page's global object, so nothing of the page can be reached from Go
  // and nothing that the glue defines (fs, process) is left behind on the page.
  const scope = { dehug: host, Object, Array, Promise, Date, Uint8Array, Uint32Array, TextEncoder, TextDecoder, crypto, performance };
  const Go = loadGo(scope);
  const go = new Go();
  go.env['GOGC'] = garbage;
  const broken = withResolvers<never>();
  /** Called by the program, which goes on when it returns. */
  const more = (): void => {
    try {
      const { rest: here, ...exports } = instance.exports;
      new WebAssembly.Instance(rest(), { dehug: exports });
      (here as WebAssembly.Global).value = 1;
    } catch (thrown) {
      broken.reject(thrown); // what is thrown through Go reaches nobody
      throw thrown;
    }
  };
  const instance: WebAssembly.Instance = await WebAssembly.instantiate(wasm, { ...go.importObject, dehug: { more } });
  const stopped = go.run(instance).then(() => {
    throw new DehugError('internal', 'the engine has stopped; the console says why', { hint: 'reload the page' });
  });
  const ended = Promise.race([stopped, broken.promise]);
  ended.catch(() => undefined); // somebody may be waiting, or nobody
  return { api: await Promise.race([up.promise, ended]), ended };
}

function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void; reject: (why: unknown) => void } {
  let resolve: (value: T) => void = () => undefined;
  let reject: (why: unknown) => void = () => undefined;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
