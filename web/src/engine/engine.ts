/** Serves the Go engine, which compiles. Lives in a worker, or on the page. */
import { loadGo } from 'virtual:wasm-exec';
import type { Api, Host, Job } from '../../../wasm/cmd/dehug-wasm/api.js';
import type { Bytes } from '../verify/bytes.js';
import { DehugError } from './errors.js';
import { compilePinned } from './pins.js';
import { Peer, Transfer, type Port } from './rpc.js';

/** What the page calls. */
export interface Engine {
  /** Starts the program, or fetches it from the folder at an address first. Called once, before anything else; nobody has to wait for it. */
  start(program: WebAssembly.Module | string): Promise<void>;
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
    async start(wasm) {
      program = Promise.resolve(typeof wasm === 'string' ? compilePinned(new URL(wasm), 'dehug.wasm') : wasm).then(startProgram);
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

/**
 * How far Go's heap may outgrow what is alive before garbage is collected, in percent: four times Go's own. A load
 * leaves some ten megabytes of garbage, so mostly none is collected, which would be a tenth of the time that it takes.
 */
const garbage = '400';

async function startProgram(wasm: WebAssembly.Module): Promise<Program> {
  const { promise, resolve } = withResolver<Api>();
  const host: Host = { ready: resolve };
  // All that Go sees of JavaScript. It is not the page's global object, so nothing of the page can be reached from Go
  // and nothing that the glue defines (fs, process) is left behind on the page.
  const scope = { dehug: host, Object, Array, Promise, Date, Uint8Array, Uint32Array, TextEncoder, TextDecoder, crypto, performance };
  const Go = loadGo(scope);
  const go = new Go();
  go.env['GOGC'] = garbage;
  const ended = go.run(await WebAssembly.instantiate(wasm, go.importObject)).then(() => {
    throw new DehugError('internal', 'the engine has stopped; the console says why', { hint: 'reload the page' });
  });
  ended.catch(() => undefined); // somebody may be waiting, or nobody
  return { api: await Promise.race([promise, ended]), ended };
}

function withResolver<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((r) => {
    resolve = r;
  });
  return { promise, resolve };
}
