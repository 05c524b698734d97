/**
 * The public words of `@dehug/runtime`. What they mean is said here; how it is done is in the files beside this one.
 *
 * A load goes through the phases of {@link Phase} in order. Nothing that the sources send is believed: a byte reaches
 * the compiler or the model's memory only after the SHA-256 of its chunk matched the manifest, and the manifest is
 * known by its own hash.
 */
/** A trustless IPFS gateway: its base URL (`https://host[:port]`), and a name to show for it. */
export type Source = string | { url: string; label?: string };

export interface VerifyOptions {
  /** Where to fetch from. All of them are used; none of them is trusted. At least one. */
  sources: readonly Source[];
  /** Ends the work; the promise rejects with code `aborted`. */
  signal?: AbortSignal;
  /** Called for everything that happens while loading. What it throws is reported on the console and ignored. */
  onProgress?: (event: Progress) => void;
  /** The Ethereum address (0x…, in lower case or EIP-55) that must have signed. Without it any signer, or none, will do. */
  signer?: string;
  /** Refuse a model larger than this, before its first byte is fetched. Default: {@link defaultMaxBytes}. */
  maxBytes?: number;
  /** URL of the folder with the runtime's files. Default: the folder that `runtime.js` was loaded from. */
  base?: string | URL;
  /** `main` keeps everything on the page's own thread; `auto` does so only where workers are refused. Default: `auto`. */
  worker?: 'auto' | 'main';
  /**
   * Keep what is verified, for later visits and for going on where a load was cut off; {@link Progress} says where, or why
   * not. What was kept is hashed again before it is used. `verify` neither keeps nor takes what was kept. Default: `true`.
   */
  store?: boolean;
}

export interface LoadOptions extends VerifyOptions {
  /** `strict`: the same bits on every machine. `fast`: fused multiply-add where it is quicker. Default: `strict`. */
  mode?: 'strict' | 'fast';
  /**
   * Outputs that are inputs of the next run (`past_key_values.*` and `present.*`, `state` and `stateN`, …) stay in the
   * model: they are neither fed nor returned. Caches have room for `capacity` positions; default: 1024.
   */
  session?: boolean | { capacity?: number };
  /** Open extents of inputs, by name, that are to have one value: the model may run faster, with no other size. */
  extents?: Readonly<Record<string, number>>;
  /** Path of another ONNX file of the release, to load in place of its entry: for tasks that take two models. */
  entry?: string;
  /**
   * Threads that carry out a run, this model's worker among them. More than one needs a cross-origin isolated page;
   * elsewhere it is one, and the console says so. Results have the same bits for any number. Default: on isolated
   * pages as many as the machine has, up to four, which the console announces; else one.
   */
  threads?: number;
  /**
   * Whose thread carries out the runs. `worker`: one of the model's own. `page`: that of whoever calls `load` (a page, or a
   * worker), which saves the way there and back, some 0.2 ms; it is held up while a run takes, for about 8 ms at a time and
   * for as long as the longest step. `auto`: a worker's; but a model whose runs have shown to be short (about 3 ms) moves to
   * the caller's thread, with all that it remembers, and goes back when they are long or sizes grow. Only models of at most
   * 16 MiB move, and none with threads, with loops, or with steps whose time hangs on the data, and none that came compiled
   * with the release, for it may be somebody else's work. Results have the same bits everywhere. Default: `auto`.
   */
  thread?: 'auto' | 'page' | 'worker';
  /**
   * Use the module that a release brings compiled, where it has one that fits: then neither the engine is fetched nor the
   * model compiled. It is verified like the model, is the author's word for what the model computes (anyone may compile
   * it again and compare), and can reach nothing but its own memory. Not used for sessions, extents or more than one
   * thread. `false`: always compile here. Default: `true`.
   */
  precompiled?: boolean;
}

/** 1 GiB: what a 32-bit memory can hold beside the activations of any model of today. */
export const defaultMaxBytes = 2 ** 30;

/* ------------------------------------------------------------------ progress */

/**
 * `verifying`: manifest, signature and leaf lists are fetched and checked. `skimming`: the model's structure is read.
 * `compiling`: it is turned into WebAssembly. `filling`: weights go to their places. `ready`: `run` may be called.
 * A module that came with the release, or was compiled on an earlier visit, is not skimmed for; its bytes are there when
 * `compiling` begins.
 */
export type Phase = 'verifying' | 'skimming' | 'compiling' | 'filling' | 'ready';

/** Everything that happens while loading. `at` is milliseconds since `load` was called. */
export type Progress = PhaseEvent | ManifestEvent | ChunkEvent | SourceEvent | StoreEvent;

/** A phase has begun. Phases come in order; each comes once. */
export interface PhaseEvent {
  type: 'phase';
  phase: Phase;
  at: number;
}

/** The manifest has been verified against its hash, and its signature, if there is one, has been checked. Comes once. */
export interface ManifestEvent {
  type: 'manifest';
  manifest: VerifiedManifest;
  at: number;
}

/**
 * `waiting`: not asked for; every chunk begins so, and no event says it. `requested`: asked for at `source`. `arriving`:
 * `bytes` of it are here, unverified. `verified`: its hash matched, and where there is a store
 * it is there, so it is not fetched again after a reload or a crash of the page; final. `rejected`: what `source` sent is not this
 * chunk, see `evidence`; it will be asked for elsewhere (`requested` again) if there is an elsewhere.
 */
export type ChunkState = 'waiting' | 'requested' | 'arriving' | 'verified' | 'rejected';

export interface ChunkEvent {
  type: 'chunk';
  /** Manifest path of the file. */
  file: string;
  index: number;
  /** Chunks in this file. */
  count: number;
  /** Length of this chunk in bytes: 1 MiB, less for a file's last. */
  size: number;
  state: ChunkState;
  /** Base URL of the source concerned; absent while `waiting`, and with `kept`. */
  source?: string;
  /** It was in the store, from an earlier load; with `verified`. */
  kept?: true;
  /** Bytes that have arrived so far; with `arriving`, `verified` and `rejected`. */
  bytes?: number;
  /** Why; with `rejected`. */
  evidence?: Evidence;
  at: number;
}

/**
 * `ok`: has just sent something that verified. `slow`: asked us to wait (429 or 503). `unusable`: an error, a web page,
 * half a block or silence; it is asked again later. `lying`: sent a whole block that does not have the hash it was asked
 * for by. `banned`: follows `lying`: it is not asked again while the page lives, and later loads are told so at once.
 */
export type SourceState = 'ok' | 'slow' | 'unusable' | 'lying' | 'banned';

export interface SourceEvent {
  type: 'source';
  /** Base URL. */
  source: string;
  /** The name given for it, else its host. */
  label: string;
  state: SourceState;
  /** What it did; with every state but `ok`. */
  evidence?: Evidence;
  at: number;
}

/**
 * Where this load keeps what is verified. `opfs`: in files of the site's own. `cache`: in the Cache API. `none`: nowhere, so
 * the next load fetches everything again. Comes once when that is known, and again when nothing more can be kept.
 */
export interface StoreEvent {
  type: 'store';
  kind: 'opfs' | 'cache' | 'none';
  /** Why not in files; empty with `opfs`. */
  reason: string;
  at: number;
}

/** What a source did when it was asked for a block. With `cid`, anyone can ask it again and see. */
export interface Evidence {
  source: string;
  label: string;
  verdict: 'lying' | 'unusable' | 'slow';
  /** What was asked for, for people: `chunk 3 of model.onnx`, `the manifest`. */
  what: string;
  /** One sentence: what is wrong with the answer. */
  reason: string;
  cid: string;
  /** SHA-256 that the answer must have, 64 hex digits. */
  expected: string;
  /** SHA-256 that it has; empty when it was not worth hashing. */
  got: string;
  /** Bytes that came. */
  bytes: number;
  /** Bytes that should have come; -1 where the size is not known beforehand. */
  expectedBytes: number;
  /** HTTP status; 0 when there was no answer. */
  status: number;
}

/* ------------------------------------------------------------------ manifest */

/** The manifest's `task` block: what the model is for, and how a page feeds it and reads it. */
export interface Task {
  /** `face-detection`. */
  id: string;
  /** How a picture becomes the input tensor; null when the input is not a picture. */
  image: ImageInput | null;
  /** What the task's post-processing needs, by key. Numbers are decimals in text. */
  params: Readonly<Record<string, string>>;
}

/**
 * How a picture becomes a float32 tensor. For each channel c of each pixel with value b (0 to 255):
 * `x = (low + (high - low) * b / 255 - mean[c]) / std[c]`.
 */
export interface ImageInput {
  /** Name of the model's input. */
  name: string;
  layout: 'NHWC' | 'NCHW';
  color: 'RGB' | 'BGR' | 'GRAY';
  /** Pixels. */
  width: number;
  height: number;
  resize: 'letterbox' | 'stretch' | 'cover';
  low: number;
  high: number;
  /** One per channel; null stands for zeros. */
  mean: readonly number[] | null;
  /** One per channel; null stands for ones. */
  std: readonly number[] | null;
}

/** A manifest whose bytes have the hash by which it was asked for. */
export interface VerifiedManifest {
  /** SHA-256 of the manifest's bytes, 64 hex digits: what a page pins. */
  digest: string;
  /** CID of the manifest's block. */
  cid: string;
  /** CID of the release directory, when it was loaded by that; else null. */
  release: string | null;
  kind: 'model' | 'dataset';
  name: string;
  title: string;
  version: string;
  summary: string;
  tags: string[];
  /** SPDX id, and where the text is; `uri` may be empty. */
  license: { spdx: string; uri: string };
  /** `share` is parts per million of the revenue. */
  authors: { address: string; role: string; share: number }[];
  /** As `2006-01-02T15:04:05Z`. */
  created: string;
  /** Address of an author whose signature was checked (the one asked for, if one was), in EIP-55 case; null when nobody signed. */
  signer: string | null;
  /** All authors whose signatures were checked. */
  signers: string[];
  /**
   * `valid`: signed by `signer`, and that was checked here (not on chain). `absent`: the release carries no signature.
   * There is no third state: a signature that does not verify ends the load with code `unverified`.
   */
  signature: 'valid' | 'absent';
  /** True when {@link VerifyOptions.signer} was given, so that `signer` is the one that the page asked for. */
  signerPinned: boolean;
  files: ManifestFile[];
  /** Bytes of all files. */
  totalBytes: number;
  /** Bytes of the files that loading this model fetches. */
  loadBytes: number;
  /** Path of the file with the graph; null in a data set. */
  entry: string | null;
  /** What the model is for; null when the manifest does not say. */
  task: Task | null;
}

export interface ManifestFile {
  path: string;
  size: number;
  /** Chunks of 1 MiB. */
  chunks: number;
  mediaType: string;
  /** True for files that loading this model fetches. */
  needed: boolean;
}

/* ------------------------------------------------------------------ model */

/** Element types, in the words of ONNX and NumPy. `bool` is one byte per element, 0 or 1. */
export type TensorType =
  | 'float32'
  | 'float64'
  | 'float16'
  | 'bfloat16'
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'bool';

export type TypedArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

/** Row-major elements with their shape. `float16` and `bfloat16` are held as their bit patterns in a Uint16Array. */
export interface Tensor {
  type: TensorType;
  dims: readonly number[];
  data: TypedArray;
}

export interface TensorInfo {
  name: string;
  type: TensorType;
  /** An extent, or an expression over the model's symbols (`batch`, `2*h+1`) that is settled when `run` sees its inputs. */
  dims: readonly (number | string)[];
}

/** What `run` does with one step of the model, after it has been run. */
export interface StepEvent {
  index: number;
  count: number;
  /** Name of the step, and of the operator that it carries out. */
  name: string;
  op: string;
  /** Milliseconds that it took. */
  ms: number;
}

export interface RunOptions {
  /** Ends the run between two steps; the promise rejects with code `aborted`. */
  signal?: AbortSignal;
  /** Called after each step. Costs a message per step: for progress bars and per-operator times. */
  onStep?: (step: StepEvent) => void;
  /** A run that would take more multiply-adds than this is refused before it begins, with code `too_large`. */
  maxWork?: number;
  /** The same for the memory that the model and the run take, in bytes. */
  maxMemory?: number;
  /**
   * Milliseconds from the call that the run may take. Then it is ended between two steps; when a step does not end, its
   * worker is ended a second later, and the model is gone with it. The promise rejects with code `aborted` and reason
   * `late` or `hung`. On the page's own thread nobody can end a step.
   */
  timeout?: number;
}

/** Milliseconds, all from the call of `load`; each is after those above it, but the engine starts while the manifest is checked. */
export interface Timings {
  /** The engine's own code runs; 0 where it was not needed. */
  engine: number;
  /** The manifest is verified. */
  manifest: number;
  /** The model's structure is read. */
  skim: number;
  /** The module is compiled, by us and by the browser. */
  compile: number;
  /** Every weight is at its place. */
  fill: number;
  ready: number;
  /** Bytes fetched, refused ones included. */
  bytesFetched: number;
  /** Bytes fetched that verified. */
  bytesVerified: number;
  /** Bytes of chunks that were in the store, and verified there. */
  bytesKept: number;
  /** Size of the WebAssembly module that was made of the model. */
  moduleBytes: number;
  /** Size of the memory that the model runs in. */
  memoryBytes: number;
}

/** What a model remembers between runs. Calls are carried out in the order in which they and `run` were called. */
export interface Session {
  /** Forgets everything. */
  reset(): Promise<void>;
  /** Copies what the model remembers. */
  save(): Promise<SessionMemory>;
  /** Goes on where this model, or another one of the same release and options, was when it was saved: a fork. */
  restore(memory: SessionMemory): Promise<void>;
}

export interface SessionMemory {
  /** How long the caches are, by the symbol that the model has for it. */
  readonly lengths: Readonly<Record<string, number>>;
  readonly bytes: readonly Uint8Array<ArrayBuffer>[];
}

/** A model that is ready to run. */
export interface Model {
  /** The verified manifest that it was loaded by. */
  info: VerifiedManifest;
  inputs: readonly TensorInfo[];
  outputs: readonly TensorInfo[];
  /**
   * Runs the model once. `feeds` has one entry per input, by name. A bare typed array is taken to have the input's
   * shape when that shape is wholly known, or has one unknown extent that its length settles; else pass a Tensor.
   * Calls are carried out one after the other. Arrays that are passed in are copied, never detached.
   * Inputs whose sizes the module cannot serve make the engine compile another one for them, which is kept for a while.
   *
   * Rejects with a DehugError: `bad_input` before anything runs, `aborted`, `internal`.
   */
  run(feeds: Readonly<Record<string, TypedArray | Tensor>>, options?: RunOptions): Promise<Record<string, Tensor>>;
  /** What a model that was loaded with `session` remembers; null for others. */
  readonly session: Session | null;
  /** Ends the worker and frees the memory. Runs under way reject with code `aborted`. Calling it again does nothing. */
  dispose(): void;
  readonly timings: Readonly<Timings>;
  /** SHA-256 of the arithmetic plan, 64 hex digits: equal hash, equal bits. */
  readonly planHash: string;
  readonly mode: 'strict' | 'fast';
  /** Where it runs at the moment, and so whether a long step holds up the page: see {@link LoadOptions.thread}. */
  readonly where: 'worker' | 'main';
  /** Threads that carry out a run. */
  readonly threads: number;
  /** The module came with the release: see {@link LoadOptions.precompiled}. */
  readonly precompiled: boolean;
  /** The WebAssembly module, for those who want to keep or examine it. */
  readonly module: WebAssembly.Module;
}

/**
 * Loads the model that `ref` names: a manifest CID, or a release CID, with or without `ipfs://` in front. A bare
 * manifest CID knows of no signature unless it is followed by `?envelope=CID`.
 */
export type Load = (ref: string, options: LoadOptions) => Promise<Model>;

export interface FileOptions extends Omit<LoadOptions, 'sources' | 'signer' | 'entry' | 'precompiled'> {
  /** The hash that a file from an address must have, as on a script: `sha256-…`. Without it the file is not used. */
  integrity?: string;
}

/**
 * Loads an ONNX file that is no part of a release: from an address, when its hash is the one given, or bytes that the
 * caller has, and answers for. The address is relative to the page's. Weights must be in the file itself.
 */
export type LoadFile = (file: string | URL | Uint8Array, options: FileOptions) => Promise<Model>;

/** Fetches one file of the release that `ref` names, by its manifest path: every byte has been checked. Rejects with `not_found` when there is none. */
export type Read = (ref: string, path: string, options: VerifyOptions) => Promise<Uint8Array<ArrayBuffer>>;

/** Fetches and checks every byte of the release that `ref` names, and runs nothing. */
export type Verify = (ref: string, options: VerifyOptions) => Promise<VerifiedManifest>;

/* ------------------------------------------------------------------ store */

/** A model of which something is kept for later visits. */
export interface KeptModel {
  /** CID of the manifest. */
  cid: string;
  /** CID of the release directory, when the last load was by that; else null. */
  release: string | null;
  name: string;
  title: string;
  version: string;
  /** Bytes that are kept of it. */
  bytes: number;
  /** A load has ended well, so that the next one needs no source. */
  complete: boolean;
  /** When it was loaded last, in milliseconds since 1970. */
  used: number;
}

export interface StorageReport {
  /** As in {@link StoreEvent}. */
  kind: StoreEvent['kind'];
  reason: string;
  /** The one that was used last comes first. */
  models: KeptModel[];
  /** Bytes that this site takes, other things than models included, and may take, as the browser estimates; 0 where it does not say. */
  usage: number;
  quota: number;
  /** The browser has promised to remove none of it by itself. */
  persisted: boolean;
}

export type StorageOptions = Pick<VerifyOptions, 'base'>;

/** What is kept, and how much room there is. Models that were not used for longest go first when there is too little. */
export type StorageOf = (options?: StorageOptions) => Promise<StorageReport>;

/** Removes the model with this CID, of its manifest or its release; all without one. Gives the manifests' CIDs of those that stay, because a tab is loading them. */
export type Forget = (cid?: string | null, options?: StorageOptions) => Promise<string[]>;

/** Asks the browser never to remove anything of this site by itself. Some browsers ask the person. False when it will not promise that. */
export type Persist = (options?: StorageOptions) => Promise<boolean>;
