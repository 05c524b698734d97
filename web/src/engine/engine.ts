/** Serves the Go engine. Lives in a worker, or on the page. */
import { loadGo } from 'virtual:wasm-exec';
import type { Api, BlockStore, Host, Job, JobEvent, Loaded, Request } from '../../../wasm/cmd/dehug-wasm/api.js';
import { fetchBlock, recover, sha256 } from './block.js';
import { DehugError } from './errors.js';
import { compilePinned } from './pins.js';
import { Peer, type Port, type Transfer } from './rpc.js';
import type { Sink } from './runner.js';

/** What the page calls. */
export interface Engine {
  /** Starts the program, or fetches it from the folder at an address first. Called once, before anything else; nobody has to wait for it. */
  start(program: WebAssembly.Module | string): Promise<void>;
  /** `sink` is where the model goes; null when it is only to be verified. */
  load(id: number, job: LoadJob, sink: MessagePort | null): Promise<Loaded>;
  cancel(id: number): void;
  stop(): void;
}

/** The part of a job that can be sent in a message. */
export type LoadJob = Omit<Request, 'signal' | 'event'> &
  Pick<Job, 'fast' | 'threads' | 'verifyOnly' | 'bytes' | 'session' | 'capacity' | 'extents'> & {
    /** The page has a store for this job. */
    stores: boolean;
  };

/** What the engine calls on the page. */
export interface EngineClient {
  /** Events of jobs, in the order in which they came. */
  events(list: [id: number, event: JobEvent][]): void;
  /** The store of a job, as {@link BlockStore}. */
  find(id: number, cid: string): Promise<Transfer<Uint8Array<ArrayBuffer>> | null>;
  spoilt(id: number, cid: string): Promise<void>;
  keep(id: number, cid: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  release(id: number, cid: string): void;
  /** A model has been compiled; the page may keep the module. */
  compiled(id: number, module: Uint8Array<ArrayBuffer>): void;
}

export function serveEngine(port: Port): void {
  const jobs = new Map<number, AbortController>();
  let program: Promise<Program> | null = null;

  // Events of chunks come in bursts: one message takes all that there are when the program pauses.
  let told: [number, JobEvent][] = [];
  function tell(id: number, event: JobEvent): void {
    if (told.push([id, event]) === 1) setTimeout(flush);
    if (event.type !== 'chunk') flush();
  }
  function flush(): void {
    if (told.length > 0) page.note('events', [told]);
    told = [];
  }

  /** Has the program do something that can be cancelled by its id and that tells the page how it goes. */
  async function work<T>(id: number, use: (api: Api, ends: Pick<Request, 'signal' | 'event'>) => Promise<T>): Promise<T> {
    if (program === null) throw new DehugError('internal', 'the engine was not started');
    const controller = new AbortController();
    jobs.set(id, controller); // before the program is up: it may be cancelled already
    try {
      const { api, ended } = await program;
      return await Promise.race([use(api, { signal: controller.signal, event: (e) => tell(id, e) }), ended]);
    } finally {
      jobs.delete(id);
      flush();
    }
  }

  const storeOf = (id: number): BlockStore => ({
    find: (cid) => page.call('find', [id, cid]),
    spoilt: (cid) => page.call('spoilt', [id, cid]),
    keep(cid, bytes) {
      const copy = bytes.slice();
      return page.call('keep', [id, cid, copy], [copy.buffer]);
    },
    release: (cid) => page.note('release', [id, cid]),
  });

  const engine: Engine = {
    async start(wasm) {
      program = Promise.resolve(typeof wasm === 'string' ? compilePinned(new URL(wasm), 'dehug.wasm') : wasm).then(startProgram);
      await program;
    },
    async load(id, { stores, ...request }, sinkPort) {
      const sink = sinkPort === null ? null : new Peer<Sink>(sinkPort);
      try {
        return await work(id, (api, ends) =>
          api.load({
            ...request,
            ...ends,
            store: stores ? storeOf(id) : null,
            module: async (bytes) => {
              if (stores) {
                const copy = bytes.slice();
                page.note('compiled', [id, copy], [copy.buffer]);
              }
              await sink?.call('module', [bytes], [bytes.buffer]);
            },
            fill: async (n, bytes, ops) => {
              await sink?.call('fill', [n, bytes, ops], bytes === null ? [ops.buffer] : [bytes.buffer, ops.buffer]);
            },
          }),
        );
      } finally {
        sinkPort?.close();
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
  const host: Host = { ready: resolve, fetch: fetchBlock, sha256, recover };
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
