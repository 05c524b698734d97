/** `load`, `read` and `verify`: the page's side of the engine. */
import type { Bytes } from '../verify/bytes.js';
import { onThisThread, type Bulk, type Hashed } from './bulk.js';
import { deliver, deliverFrom, moduleName, type Compiler, type Delivered } from './delivery.js';
import type * as compilerModule from './compiler.js';
import type { EngineCompiler, Helpers } from './compiler.js';
import type * as engineModule from './engine.js';
import type { CompileJob } from './engine.js';
import { crashed, DehugError } from './errors.js';
import type { EvidenceRecord, JobEvent, ManifestRecord } from './events.js';
import type * as fileModule from './file.js';
import type * as foreignModule from './foreign.js';
import type { Hasher } from './hasher.js';
import type { Home } from './home.js';
import { Keeper, starter } from './keeper.js';
import type * as largeModule from './large.js';
import type * as loadedModule from './loaded.js';
import type * as onPage from './on-page.js';
import { importPinned, pinOf } from './pins.js';
import type { SourceOption } from './pool.js';
import { readFile, verifyFiles, type OpenParameters } from './release.js';
import { Peer, type Port } from './rpc.js';
import type { RunAnswer, RunParameters } from './run.js';
import type { Runner } from './runner.js';
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
  return bring(options, threads, true, again, ({ progress, keeper, compiler, sink, later, stop }) =>
    deliver({
      ...opening(ref, options, progress, keeper, stop),
      file: options.entry ?? null,
      precompiled: wantsModule(options, threads) ? (options.mode ?? 'strict') : null,
      own: ownModule(options, threads),
      maxBytes: options.maxBytes ?? defaultMaxBytes,
      compiler,
      sink,
      later,
      foreign: () => importPinned<typeof foreignModule>(baseOf(options), 'foreign.js'),
    }),
  );
};

export const loadFile: LoadFile = (file, given) => {
  const options: LoadOptions = { ...given, sources: [], precompiled: false };
  const threads = threadsFor(options);
  const again: Again = (extents) => loadFile(file, { ...without(given), extents: { ...given.extents, ...extents } });
  return bring(options, threads, false, again, async ({ progress, compiler, sink, later, stop }) => {
    compiler.start();
    const { fetchFile, describeFile, originOf } = await importPinned<typeof fileModule>(baseOf(options), 'file.js');
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
    return deliverFrom(originOf(manifest.name, bytes), { tell: (event) => progress.take(event), maxBytes, compiler, sink, later });
  });
};

type Again = (extents: Record<string, number>) => Promise<Model>;

interface Bringing {
  progress: ProgressLog;
  keeper: Keeper | null;
  compiler: Compiler;
  /** To whoever will run the model. */
  sink: MessagePort;
  later: () => Promise<typeof loadedModule>;
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
  const compiler = compilerFor(options, threads, progress, crash);
  const loaded = progress.known.then(() => importPinned<typeof loadedModule>(base, 'loaded.js'));
  loaded.catch(() => undefined); // looked at below
  let complete = false;
  try {
    const { precompiled, ...delivered } = await guarded(options, crash, (stop) => fill({ progress, keeper, compiler, sink: port1, later: () => loaded, stop }));
    complete = true;
    progress.mark('fill');
    const { place, peer, here } = await runner;
    const description = await peer.call('describe', []);
    const { mover, openModel, Residence, WorkerHome } = await loaded;
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
    const movable = (options.thread ?? 'auto') === 'auto' && description.movable && !precompiled;
    const ways = { onPage: () => importPinned<typeof onPage>(base, 'run-page.js'), spawn: () => spawnWorker(base, workerName) };
    const residence = new Residence(home, movable ? mover(description, home.where, ways) : null);
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
  return { ref, sources, signer: options.signer ?? null, tell: teller(progress, keeper), signal, keeper, bulk: bulkFor(options) };
}

/** Fetches what large files take when there is one. */
class LaterBulk implements Bulk {
  #large: Promise<typeof largeModule> | null = null;
  #hasher: Hasher | null = null;

  constructor(
    private readonly base: URL,
    private readonly mode: 'auto' | 'main',
  ) {}

  start(): void {
    this.#get().then(
      ({ Hasher }) => {
        if (this.mode === 'main') return;
        this.#hasher ??= new Hasher((pin) => spawnWorker(this.base, 'hash-worker.js', pin));
        this.#hasher.start();
      },
      () => undefined, // then this thread does it
    );
  }

  hash(bytes: Bytes): Promise<Hashed> {
    return (this.#hasher ?? onThisThread).hash(bytes);
  }

  async run(what: RunParameters): Promise<RunAnswer> {
    return (await this.#get()).fetchRun(what);
  }

  #get(): Promise<typeof largeModule> {
    if (this.#large === null) {
      this.#large = importPinned<typeof largeModule>(this.base, 'large.js');
      this.#large.catch(() => (this.#large = null)); // the next load tries again
    }
    return this.#large;
  }
}

/** By base URL and way of running: loads share hashing workers. */
const bulks = new Map<string, LaterBulk>();

function bulkFor(options: VerifyOptions): Bulk {
  const mode = options.worker ?? 'auto';
  const base = baseOf(options);
  const key = `${mode} ${base.href}`;
  const bulk = bulks.get(key) ?? new LaterBulk(base, mode);
  bulks.set(key, bulk);
  return bulk;
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
  const [place, team] = await Promise.all([spawn(base, workerName, mode, serve), threads > 1 ? startTeam(base, threads - 1) : null]);
  const peer = new Peer<Runner>(place.port);
  place.onCrash = (message) => {
    peer.close(crashed(message));
    crash.pull(crashed(message));
  };
  team?.join(place, peer);
  peer.note('attach', [engine], [engine]);
  return { place, peer, here };
}

/** The workers that help the runner. Null where what starts them does not come: then the runner does everything itself. */
async function startTeam(base: URL, count: number): Promise<Helpers | null> {
  try {
    const { Helpers } = await importPinned<typeof compilerModule>(base, 'compiler.js'); // no release brings a module for threads, so it is needed anyway
    return await Helpers.start(count, () => spawnWorker(base, workerName));
  } catch {
    return null;
  }
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

/* ------------------------------------------------------------------ engine */

/** What has the engine compile. It is fetched when it is asked for, as the engine is: a model that comes compiled needs neither. */
class LaterCompiler implements Compiler {
  #made: Promise<EngineCompiler> | null = null;
  #ended = false;

  constructor(private readonly make: () => Promise<EngineCompiler>) {}

  start(): void {
    if (this.#ended) return;
    this.#get().then(
      (compiler) => this.#ended || compiler.start(),
      () => undefined, // whoever wants something compiled is told
    );
  }

  async compile(...job: Parameters<Compiler['compile']>): Promise<Bytes> {
    return (await this.#get()).compile(...job);
  }

  end(): void {
    this.#ended = true;
    this.#made?.then(
      (compiler) => compiler.end(),
      () => undefined,
    );
  }

  #get(): Promise<EngineCompiler> {
    return (this.#made ??= this.make());
  }
}

function compilerFor(options: LoadOptions, threads: number, progress: ProgressLog, trip: Trip): LaterCompiler {
  const base = baseOf(options);
  return new LaterCompiler(async () => {
    const { EngineCompiler } = await importPinned<typeof compilerModule>(base, 'compiler.js');
    return new EngineCompiler({
      base,
      mode: options.worker ?? 'auto',
      how: choices(options, threads),
      up: () => progress.mark('engine'),
      trip: trip.promise,
      spawn,
      onPage: (pin) => importPinned<typeof engineModule>(base, 'go-page.js', pin),
    });
  });
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

/** Name of a module that the engine of this version, which compiler.js names by its hashes, compiles for these options. */
function ownModule(options: LoadOptions, threads: number): string {
  const { session, capacity, extents } = choices(options, threads);
  return moduleName(pinOf('compiler.js'), [options.mode ?? 'strict', options.entry ?? null, threads > 1, session, capacity, extents.sort((a, b) => (a.name < b.name ? -1 : 1))]);
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
  return new Keeper(() => importPinned<typeof storeModule>(base, 'store.js'), starter(base), (kind, reason) => progress.store(kind, reason));
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
