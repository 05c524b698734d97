/** The page's side of the engine: starts it and has it compile. Fetched when a model is to be compiled here. */
import type { Bytes } from '../verify/bytes.js';
import type { Compiler, Part } from './delivery.js';
import type * as engineModule from './engine.js';
import type { CompileJob, Engine, EngineClient } from './engine.js';
import { crashed, DehugError } from './errors.js';
import { compilePinned, pinOf } from './pins.js';
import { Peer, type Port } from './rpc.js';
import type { Place, spawn } from './spawn.js';

export { Helpers } from './helpers.js';

/** Where an engine runs, and what of the runtime starts it. */
interface Where {
  base: URL;
  mode: 'auto' | 'main';
  /** Those of who asks: a page allows one of each to make addresses, and is told once that workers are refused. */
  spawn: typeof spawn;
  onPage: (pin: string) => Promise<typeof engineModule>;
}

export interface EngineCompilerParameters extends Where {
  how: Omit<CompileJob, 'path' | 'size'>;
  /** Told when the engine is up. */
  up: () => void;
  /** Rejects when the load is over. */
  trip: Promise<never>;
}

interface RunningEngine {
  /** What it is asked before it is up waits in the worker: that spares a message to the page and one back. */
  peer: Peer<Engine>;
  up: Promise<void>;
  /** What it may ask of the page, by job. */
  jobs: Map<number, EngineJob>;
  end(): void;
}

interface EngineJob {
  chunk: (index: number) => Promise<Bytes>;
  /** The structure of the model is read. */
  read: () => void;
}

/** Started engines by base URL and way of running; there is rarely more than one. */
const engines = new Map<string, SharedEngine>();
let nextJob = 1;

/** An engine that loads share while any of them has use for it. */
class SharedEngine {
  readonly running: Promise<RunningEngine>;
  #users = 0;

  private constructor(
    private readonly key: string,
    start: (gone: () => void) => Promise<RunningEngine>,
  ) {
    this.running = start(() => this.#forget());
    this.running.catch(() => undefined); // comes again when something is to be compiled
  }

  /** Whoever takes one leaves it again. */
  static take(where: Where): SharedEngine {
    const key = `${where.mode} ${where.base.href}`;
    const engine = engines.get(key) ?? new SharedEngine(key, (gone) => startEngine(where, gone));
    engines.set(key, engine);
    engine.#users++;
    return engine;
  }

  leave(): void {
    if (--this.#users > 0) return;
    this.#forget();
    this.running.then(
      (engine) => engine.end(),
      () => undefined,
    );
  }

  /** One that could not be started, or has crashed or ended, is not for the next load. */
  #forget(): void {
    if (engines.get(this.key) === this) engines.delete(this.key);
  }
}

/** Has the engine compile, which ends then: what it holds of memory is not there when the model's comes. */
export class EngineCompiler implements Compiler {
  #engine: SharedEngine | null = null;
  #ended = false;

  constructor(private readonly given: EngineCompilerParameters) {}

  start(): void {
    if (!this.#ended) this.#engine ??= SharedEngine.take(this.given);
  }

  async compile({ path, size }: Part, chunk: (index: number) => Promise<Bytes>, read: () => void): Promise<Bytes> {
    const engine = (this.#engine ??= SharedEngine.take(this.given));
    const { peer, up, jobs } = await engine.running;
    up.then(
      this.given.up,
      () => undefined,
    );
    const id = nextJob++;
    jobs.set(id, { chunk, read });
    this.given.trip.catch(() => peer.note('cancel', [id]));
    try {
      return await peer.call('compile', [id, { ...this.given.how, path, size }]);
    } finally {
      jobs.delete(id);
      this.end();
    }
  }

  end(): void {
    this.#ended = true;
    this.#engine?.leave();
    this.#engine = null;
  }
}

/** Programs that were compiled of late: a page that loads one model after the other compiles the engine once. */
const programs = new Map<string, Promise<WebAssembly.Module>>();
/** Milliseconds for which a program is kept. */
const kept = 3000;

function programAt(base: URL): Promise<WebAssembly.Module> {
  const known = programs.get(base.href);
  if (known !== undefined) return known;
  const program = compilePinned(base, 'dehug.wasm');
  programs.set(base.href, program);
  const forget = (): boolean => programs.delete(base.href);
  program.then(() => setTimeout(forget, kept), forget);
  return program;
}

async function startEngine({ base, mode, spawn, onPage }: Where, gone: () => void): Promise<RunningEngine> {
  let place: Place | null = null;
  try {
    // A page that may not compile lets the worker try, which can be under another policy.
    const program = programAt(base).catch((thrown: unknown) => {
      if (thrown instanceof DehugError) throw thrown;
      return null;
    });
    program.catch(() => undefined); // looked at below, unless the worker fails before
    const serve = async (port: Port): Promise<void> => (await onPage(pinOf('go-page.js'))).serveEngine(port);
    const engine = (place = await spawn(base, 'go-worker.js', mode, serve, pinOf('go-worker.js')));
    const jobs: RunningEngine['jobs'] = new Map();
    const client: EngineClient = {
      chunk(id, index) {
        const job = jobs.get(id);
        if (job === undefined) throw new DehugError('aborted', 'nobody waits for this model any more');
        return job.chunk(index);
      },
      read: (id) => jobs.get(id)?.read(),
    };
    const peer = new Peer<Engine>(engine.port, client);
    engine.onCrash = (message) => {
      gone();
      peer.close(crashed(message));
    };
    const up = peer.call('start', [base.href, await program]);
    up.catch((thrown: unknown) => {
      gone();
      peer.close(DehugError.from(thrown)); // whoever has asked for something is told why
      engine.end();
    });
    return {
      peer,
      up,
      jobs,
      end() {
        peer.note('stop', []);
        // On the page, `stop` has to arrive before its port is closed; a worker is simply ended.
        if (engine.where === 'worker') engine.end();
        else setTimeout(() => engine.end());
      },
    };
  } catch (thrown) {
    place?.end();
    gone();
    throw thrown;
  }
}
