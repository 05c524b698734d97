/** `load`, `read` and `verify`: the page's side of the engine. */
import type { Bytes } from '../verify/bytes.js';
import { deliver, deliverBytes, moduleName, type Compiler, type Delivered, type Part } from './delivery.js';
import type * as engineModule from './engine.js';
import type { CompileJob, Engine, EngineClient } from './engine.js';
import { DehugError } from './errors.js';
import type { EvidenceRecord, JobEvent, ManifestRecord } from './events.js';
import type * as fileModule from './file.js';
import type * as foreignModule from './foreign.js';
import { Hasher, onThisThread, type Hashing } from './hasher.js';
import type { Home } from './home.js';
import { Keeper, starter } from './keeper.js';
import type * as loadedModule from './loaded.js';
import type * as onPage from './on-page.js';
import { compilePinned, importPinned, pinOf } from './pins.js';
import type { SourceOption } from './pool.js';
import { readFile, verifyFiles, type OpenParameters } from './release.js';
import type { Move } from './residence.js';
import { Peer, type Port } from './rpc.js';
import type { Description, Runner } from './runner.js';
import { spawn, spawnWorker, type Place } from './spawn.js';
import type * as storeModule from '../store/index.js';
import type { StoreKind } from '../store/index.js';
import {
  defaultMaxBytes,
  type ChunkEvent,
  type Evidence,
  type Load,
  type LoadFile,
  type LoadOptions,
  type Model,
  type Phase,
  type Progress,
  type Read,
  type Timings,
  type VerifiedManifest,
  type Verify,
  type VerifyOptions,
} from './types.js';

export const load: Load = (ref, options) => {
  const threads = threadsFor(options);
  const again: Again = (extents) => load(ref, { ...without(options), extents: { ...options.extents, ...extents } });
  return bring(options, threads, true, again, ({ progress, keeper, compiler, sink, stop }) =>
    deliver({
      ...opening(ref, options, progress, keeper, stop),
      file: options.entry ?? null,
      precompiled: wantsModule(options, threads) ? (options.mode ?? 'strict') : null,
      own: ownModule(options, threads),
      maxBytes: options.maxBytes ?? defaultMaxBytes,
      compiler,
      sink,
      foreign: () => importPinned<typeof foreignModule>(baseOf(options), 'foreign.js'),
    }),
  );
};

export const loadFile: LoadFile = (file, given) => {
  const options: LoadOptions = { ...given, sources: [], precompiled: false };
  const threads = threadsFor(options);
  const again: Again = (extents) => loadFile(file, { ...without(given), extents: { ...given.extents, ...extents } });
  return bring(options, threads, false, again, async ({ progress, compiler, sink, stop }) => {
    compiler.start();
    const { fetchFile, describeFile } = await importPinned<typeof fileModule>(baseOf(options), 'file.js');
    const maxBytes = options.maxBytes ?? defaultMaxBytes;
    let url: URL | null = null;
    let bytes: Bytes;
    if (file instanceof Uint8Array) bytes = file.slice(); // the caller may write into theirs meanwhile
    else {
      url = new URL(file, ownAddress());
      bytes = await fetchFile({ url, integrity: given.integrity ?? '', maxBytes, signal: stop, tell: (event) => progress.tell(event) });
    }
    const manifest = await describeFile(bytes, url);
    progress.know(manifest);
    return deliverBytes({ path: manifest.name, size: bytes.length }, bytes, { tell: (event) => progress.take(event), maxBytes, compiler, sink });
  });
};

type Again = (extents: Record<string, number>) => Promise<Model>;

interface Bringing {
  progress: ProgressLog;
  keeper: Keeper | null;
  compiler: Compiler;
  /** To whoever will run the model. */
  sink: MessagePort;
  stop: AbortSignal;
}

/** Starts what runs a model, has `fill` send the model there, and opens it. `keeps`: a store may have it. */
async function bring(options: LoadOptions, threads: number, keeps: boolean, recompile: Again, fill: (b: Bringing) => Promise<Delivered>): Promise<Model> {
  const progress = new ProgressLog(options);
  const base = baseOf(options);
  const { port1, port2 } = new MessageChannel();
  const crash = new Trip();
  // Nothing is known yet, and little is done until the manifest is here: the time to start what runs the model.
  const runner = startRunner(base, options, threads, port2, crash);
  runner.catch(() => undefined); // looked at below, unless the load fails before
  const keeper = keeps ? openKeeper(options, progress) : null;
  const compiler = new EngineCompiler(options, choices(options, threads), progress, crash);
  const loaded = progress.known.then(() => importPinned<typeof loadedModule>(base, 'loaded.js'));
  loaded.catch(() => undefined); // looked at below
  let complete = false;
  try {
    const { precompiled, ...delivered } = await guarded(options, crash, (stop) => fill({ progress, keeper, compiler, sink: port1, stop }));
    complete = true;
    progress.mark('fill');
    const { place, peer, here } = await runner;
    const description = await peer.call('describe', []);
    const { openModel, Residence, WorkerHome } = await loaded;
    const timings: Timings = {
      ...progress.times,
      ready: progress.elapsed(),
      bytesFetched: delivered.bytesFetched,
      bytesVerified: delivered.bytesVerified,
      bytesKept: progress.bytesKept,
      moduleBytes: delivered.moduleBytes,
      memoryBytes: description.memoryBytes,
    };
    // A module that somebody else made may hang: it is not brought to the page's own thread unless that is asked for.
    const home = here === null ? new WorkerHome(place, peer) : here();
    const residence = new Residence(home, mover(base, options, home.where, { ...description, movable: description.movable && !precompiled }, WorkerHome));
    const model = openModel({ ...description, info: { ...progress.manifest, loadBytes: delivered.loadBytes }, timings, precompiled, residence, recompile });
    progress.phase('ready');
    return model;
  } catch (thrown) {
    runner.then(
      ({ place }) => place.end(),
      () => undefined,
    );
    throw DehugError.from(thrown);
  } finally {
    compiler.end();
    keeper?.close(complete);
  }
}

export const verify: Verify = async (ref, options) => {
  const progress = new ProgressLog(options);
  try {
    await guarded(options, new Trip(), (stop) => verifyFiles({ ...opening(ref, options, progress, null, stop), maxBytes: options.maxBytes ?? defaultMaxBytes }));
  } catch (thrown) {
    throw DehugError.from(thrown);
  }
  progress.phase('ready');
  return progress.manifest;
};

export const read: Read = async (ref, path, options) => {
  const progress = new ProgressLog(options);
  const keeper = openKeeper(options, progress);
  try {
    const bytes = await guarded(options, new Trip(), (stop) =>
      readFile({ ...opening(ref, options, progress, keeper, stop), path, maxBytes: options.maxBytes ?? defaultMaxBytes }),
    );
    progress.phase('ready');
    return bytes;
  } catch (thrown) {
    throw DehugError.from(thrown);
  } finally {
    keeper?.close(false);
  }
};

/** What it takes to open a release. */
function opening(ref: string, options: VerifyOptions, progress: ProgressLog, keeper: Keeper | null, signal: AbortSignal): OpenParameters {
  const sources = options.sources.map((source): SourceOption => {
    const { url, label = '' } = typeof source === 'string' ? { url: source } : source;
    return { url, label, banned: banned.get(bareURL(url)) ?? null };
  });
  return { ref, sources, signer: options.signer ?? null, tell: teller(progress, keeper), signal, keeper, hasher: hasherFor(options) };
}

/** By base URL: what hashes for all loads. */
const hashers = new Map<string, Hasher>();

function hasherFor(options: VerifyOptions): Hashing {
  if (options.worker === 'main') return onThisThread;
  const base = baseOf(options);
  const hasher = hashers.get(base.href) ?? new Hasher(base);
  hashers.set(base.href, hasher);
  return hasher;
}

/* ------------------------------------------------------------------ runner */

interface StartedRunner {
  place: Place;
  peer: Peer<Runner>;
  /** Gives the model's home once the model is here, when that is on this thread. */
  here: (() => Home) | null;
}

const workerName = 'run-worker.js';

async function startRunner(base: URL, options: LoadOptions, threads: number, engine: MessagePort, crash: Trip): Promise<StartedRunner> {
  let here: StartedRunner['here'] = null;
  const serve = async (port: Port): Promise<void> => {
    const { serveRunner, PageHome } = await importPinned<typeof onPage>(base, 'run-page.js');
    const executor = serveRunner(port);
    here = () => new PageHome(executor(), () => place.end());
  };
  const mode = options.thread === 'page' ? 'main' : (options.worker ?? 'auto');
  const [place, helpers] = await Promise.all([spawn(base, workerName, mode, serve), startHelpers(base, threads - 1)]);
  const peer = new Peer<Runner>(place.port);
  place.onCrash = (message) => {
    peer.close(crashed(message));
    crash.pull(crashed(message));
  };
  if (place.where === 'main') {
    for (const helper of helpers) helper.end();
  } else if (helpers.length > 0) {
    const ports = helpers.map((helper) => {
      const { port1, port2 } = new MessageChannel();
      new Peer<Runner>(helper.port).note('follow', [port1], [port1]);
      helper.onCrash = place.onCrash;
      return port2;
    });
    peer.note('team', [ports], ports);
    const end = place.end.bind(place);
    place.end = () => {
      end();
      for (const helper of helpers) helper.end();
    };
  }
  peer.note('attach', [engine], [engine]);
  return { place, peer, here };
}

/**
 * Memory of models that move by themselves, at most: half of the 32 MiB by which a model may have more than what it is
 * made of. For as long as a move takes, both instances have theirs; the other half is the engine's.
 */
const mostToMove = 2 ** 24;

/** How a model comes to this thread and goes back to a worker; null when it is to stay where it is. */
function mover(
  base: URL,
  { thread = 'auto' }: LoadOptions,
  where: Place['where'],
  { module, movable, memoryBytes }: Description,
  WorkerHome: typeof loadedModule.WorkerHome,
): Move | null {
  if (thread !== 'auto' || where === 'main' || !movable || memoryBytes > mostToMove) return null;
  return async (from) => {
    if (from.where === 'worker') return (await importPinned<typeof onPage>(base, 'run-page.js')).PageHome.of(from, module, mostToMove);
    const place = await spawnWorker(base, workerName);
    try {
      const peer = new Peer<Runner>(place.port);
      place.onCrash = (message) => peer.close(crashed(message));
      return await WorkerHome.of(from, module, place, peer);
    } catch (thrown) {
      place.end();
      throw thrown;
    }
  };
}

/** The workers that help the runner. Without them the runner does everything itself. */
async function startHelpers(base: URL, count: number): Promise<Place[]> {
  if (count < 1) return [];
  const places = await Promise.all(Array.from({ length: count }, () => spawnWorker(base, workerName).catch(() => null)));
  const found = places.filter((place) => place !== null);
  if (found.length < count) console.info(`dehug: workers for threads are refused here, so a run has ${1 + found.length} of the ${1 + count} threads`);
  return found;
}

/** How many threads a run is to have, said on the console when that is news. */
function threadsFor({ threads, worker, thread }: LoadOptions): number {
  const possible = globalThis.crossOriginIsolated && worker !== 'main' && thread !== 'page';
  if (!possible) {
    if (threads !== undefined && threads > 1) console.info('dehug: threads need a worker and a cross-origin isolated page, so a run has one thread');
    return 1;
  }
  const wanted = threads ?? Math.min(navigator.hardwareConcurrency, defaultThreads);
  const count = Math.max(1, Math.min(Math.floor(wanted) || 1, maxThreads));
  if (threads === undefined && count > 1) console.info(`dehug: this page is isolated, so a run has ${count} threads`);
  return count;
}

/** Beyond it, memory bandwidth and the machine's other work leave little to be won. */
const defaultThreads = 4;
/** A step has at most 64 shares: four for each of these. */
const maxThreads = 16;

/** A promise that rejects when somebody pulls. Nobody has to be listening. */
class Trip {
  readonly promise: Promise<never>;
  #reject: (error: DehugError) => void = () => undefined;

  constructor() {
    this.promise = new Promise<never>((_, reject) => {
      this.#reject = reject;
    });
    this.promise.catch(() => undefined);
  }

  pull(error: DehugError): void {
    this.#reject(error);
  }
}

function crashed(message: string): DehugError {
  return new DehugError('internal', `a worker has crashed: ${message}`, { hint: 'reload the page' });
}

/* ------------------------------------------------------------------ engine */

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
  static take(options: Pick<LoadOptions, 'base' | 'worker'>): SharedEngine {
    const base = baseOf(options);
    const mode = options.worker ?? 'auto';
    const key = `${mode} ${base.href}`;
    const engine = engines.get(key) ?? new SharedEngine(key, (gone) => startEngine(base, mode, gone));
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
class EngineCompiler implements Compiler {
  #engine: SharedEngine | null = null;
  #ended = false;

  constructor(
    private readonly options: LoadOptions,
    private readonly how: Omit<CompileJob, 'path' | 'size'>,
    private readonly progress: ProgressLog,
    private readonly trip: Trip,
  ) {}

  start(): void {
    if (!this.#ended) this.#engine ??= SharedEngine.take(this.options);
  }

  async compile({ path, size }: Part, chunk: (index: number) => Promise<Bytes>, read: () => void): Promise<Bytes> {
    const engine = (this.#engine ??= SharedEngine.take(this.options));
    const { peer, up, jobs } = await engine.running;
    up.then(
      () => this.progress.mark('engine'),
      () => undefined,
    );
    const id = nextJob++;
    jobs.set(id, { chunk, read });
    this.trip.promise.catch(() => peer.note('cancel', [id]));
    try {
      return await peer.call('compile', [id, { ...this.how, path, size }]);
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

async function startEngine(base: URL, mode: 'auto' | 'main', gone: () => void): Promise<RunningEngine> {
  let place: Place | null = null;
  try {
    // A page that may not compile lets the worker try, which can be under another policy.
    const program = programAt(base).catch((thrown: unknown) => {
      if (thrown instanceof DehugError) throw thrown;
      return null;
    });
    program.catch(() => undefined); // looked at below, unless the worker fails before
    const engine = (place = await spawn(base, 'go-worker.js', mode, async (port) => (await importPinned<typeof engineModule>(base, 'go-page.js')).serveEngine(port)));
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

/** Options for a load that nobody watches. */
function without<O extends Pick<LoadOptions, 'onProgress' | 'signal'>>({ onProgress: _, signal: __, ...rest }: O): Omit<O, 'onProgress' | 'signal'> {
  return rest;
}

/** What is asked of the compiler. */
function choices({ mode, session, extents }: LoadOptions, threads: number): Omit<CompileJob, 'path' | 'size'> {
  return {
    fast: mode === 'fast',
    threads: threads > 1,
    session: Boolean(session),
    capacity: typeof session === 'object' ? (session.capacity ?? 0) : 0,
    extents: Object.entries(extents ?? {}).map(([name, value]) => ({ name, value })),
  };
}

/** Does work that ends early when the caller's signal is aborted or `trip` is pulled. The work's own signal is aborted when it has ended. */
async function guarded<T>({ signal }: VerifyOptions, trip: Trip, work: (stop: AbortSignal) => Promise<T>): Promise<T> {
  const onAbort = (): void => trip.pull(new DehugError('aborted', 'loading was cancelled', { cause: signal?.reason }));
  if (signal?.aborted) onAbort();
  signal?.addEventListener('abort', onAbort);
  const stop = new AbortController();
  try {
    return await Promise.race([work(stop.signal), trip.promise]);
  } finally {
    stop.abort();
    signal?.removeEventListener('abort', onAbort);
  }
}

/** Whether a module that comes with the release will do: nothing is asked for that another one is needed for. */
function wantsModule({ precompiled, session, extents }: LoadOptions, threads: number): boolean {
  return precompiled !== false && threads === 1 && !session && Object.keys(extents ?? {}).length === 0;
}

/** Name of a module that the engine of this version compiles for these options. */
function ownModule(options: LoadOptions, threads: number): string {
  const { session, capacity, extents } = choices(options, threads);
  return moduleName(pinOf('dehug.wasm') + pinOf('dehug-rest.wasm'), [options.mode ?? 'strict', options.entry ?? null, threads > 1, session, capacity, extents.sort((a, b) => (a.name < b.name ? -1 : 1))]);
}

/** Tells page and store how a load goes. */
function teller(progress: ProgressLog, keeper: Keeper | null): (event: JobEvent) => void {
  return (event) => {
    if (event.type === 'manifest') keeper?.admit(event.manifest);
    progress.take(event);
  };
}

/** The store for one load, unless none is wanted. */
function openKeeper(options: VerifyOptions, progress: ProgressLog): Keeper | null {
  if (options.store === false) return null;
  const base = baseOf(options);
  return new Keeper(importPinned<typeof storeModule>(base, 'store.js'), starter(base), (kind, reason) => progress.store(kind, reason));
}

/** What addresses are relative to: the caller may be a worker. */
function ownAddress(): string {
  return typeof document === 'undefined' ? location.href : document.baseURI;
}

/** The runtime's files lie beside this one, unless the page says otherwise. */
export function baseOf({ base }: Pick<VerifyOptions, 'base'>): URL {
  const url = new URL(base ?? './', base === undefined ? import.meta.url : ownAddress());
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}

/* ------------------------------------------------------------------ progress */

/** Sources that have lied, for as long as the page lives. */
const banned = new Map<string, EvidenceRecord>();

const bareURL = (url: string): string => url.trim().replace(/\/+$/, '');

/** Turns what the engine tells into what the page is told, and keeps the times. */
class ProgressLog {
  readonly times = { engine: 0, manifest: 0, skim: 0, compile: 0, fill: 0 };
  readonly #start = performance.now();
  readonly #options: VerifyOptions;
  /** Of chunks that were in the store. */
  bytesKept = 0;
  /** Fulfilled when there is a manifest. */
  readonly known: Promise<void>;
  #manifest: VerifiedManifest | null = null;
  #nowKnown: () => void = () => undefined;

  constructor(options: VerifyOptions) {
    this.#options = options;
    this.known = new Promise((resolve) => {
      this.#nowKnown = resolve;
    });
    this.phase('verifying');
  }

  /** There is one once a job has ended well. */
  get manifest(): VerifiedManifest {
    if (this.#manifest === null) throw new DehugError('internal', 'the engine told of no manifest');
    return this.#manifest;
  }

  elapsed(): number {
    return performance.now() - this.#start;
  }

  mark(what: keyof ProgressLog['times']): void {
    this.times[what] = this.elapsed();
  }

  know(manifest: VerifiedManifest): void {
    this.#manifest = manifest;
    this.#tell({ type: 'manifest', manifest, at: this.elapsed() });
    this.#nowKnown();
  }

  /** Told as it is, with the time. */
  tell(event: Omit<ChunkEvent, 'at'>): void {
    this.#tell({ ...event, at: this.elapsed() });
  }

  phase(phase: Phase): void {
    this.#tell({ type: 'phase', phase, at: this.elapsed() });
  }

  take(event: JobEvent): void {
    const at = this.elapsed();
    switch (event.type) {
      case 'phase':
        if (event.phase === 'compiling') this.mark('skim');
        if (event.phase === 'filling') this.mark('compile');
        this.#tell({ ...event, at });
        break;
      case 'manifest':
        this.mark('manifest');
        this.know(verifiedManifest(event.manifest, this.#options.signer !== undefined));
        break;
      case 'chunk':
      case 'source': {
        if (event.type === 'source' && event.state === 'banned' && event.evidence !== null) banned.set(event.source, event.evidence);
        const { evidence, source, ...rest } = event;
        const kept = event.type === 'chunk' && source === '';
        if (kept) this.bytesKept += event.bytes;
        this.#tell({ ...rest, ...(kept ? { kept } : { source }), ...(evidence === null ? {} : { evidence: evidence satisfies Evidence }), at } as Progress);
      }
    }
  }

  store(kind: StoreKind, reason: string): void {
    this.#tell({ type: 'store', kind, reason, at: this.elapsed() });
  }

  #tell(event: Progress): void {
    try {
      this.#options.onProgress?.(event);
    } catch (thrown) {
      console.error('dehug: onProgress has thrown', thrown);
    }
  }
}

function verifiedManifest(record: ManifestRecord, signerPinned: boolean): VerifiedManifest {
  const { task, ...rest } = record;
  return {
    ...rest,
    signature: record.signer === null ? 'absent' : 'valid',
    signerPinned,
    task: task && {
      ...task,
      image: task.image && {
        ...task.image,
        low: Number(task.image.low),
        high: Number(task.image.high),
        mean: task.image.mean.length === 0 ? null : task.image.mean.map(Number),
        std: task.image.std.length === 0 ? null : task.image.std.map(Number),
      },
    },
  };
}
