/**
 * The bridge between Go and JavaScript, both sides of it: JavaScript puts a {@link Host} at `globalThis.dehug`, starts
 * the program, and gets an {@link Api}. Nothing else goes across.
 */

/** What Go needs of JavaScript. Functions that return no promise must not throw, but for `recover`. */
export interface Host {
  /** Called once, when the program runs. */
  ready(api: Api): void;
  /**
   * Gets one block, past any cache when it must be `fresh`. `progress` is called with the bytes that have come so far; after `abort` it must not be. At most
   * `limit + 1` bytes are read, and none when the status is not 200. Rejects when there is no answer or it breaks off.
   */
  fetch(
    url: string,
    limit: number,
    fresh: boolean,
    progress: (bytes: number) => void,
  ): { response: Promise<BlockResponse>; abort(): void };
  /** SHA-256, or null where WebCrypto is missing: then Go hashes. */
  sha256(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> | null;
  /** The 20 bytes of the account that made a secp256k1 signature; v is 27 or 28. Throws when there is none. */
  recover(hash: Uint8Array, r: Uint8Array, s: Uint8Array, v: number): Uint8Array;
}

export interface BlockResponse {
  status: number;
  /** The headers, empty where they are missing. */
  contentType: string;
  retryAfter: string;
  /** Null when the status is not 200. It spans its whole ArrayBuffer. */
  body: Uint8Array<ArrayBuffer> | null;
}

/** What Go does. */
export interface Api {
  /** Rejects with a {@link Failure}, or with whatever `module` or `fill` rejected with. */
  load(job: Job): Promise<Loaded>;
  /** Ends the program. */
  stop(): void;
}

/** What is asked of whom, and how it is told of. */
export interface Request {
  ref: string;
  /** Path of a file in the release; null for the model's entry. */
  file: string | null;
  sources: { url: string; label: string; banned: EvidenceRecord | null }[];
  /** 0x and 40 hex digits, or null. */
  signer: string | null;
  /** Most bytes of the files that are needed; 0 for no limit. */
  maxBytes: number;
  signal: AbortSignal;
  event(e: JobEvent): void;
}

/**
 * Keeps blocks for later loads. What `find` gives is hashed before it is used. None of these may throw; a promise that
 * rejects counts as "not here" and "not kept".
 */
export interface BlockStore {
  /** What is kept by this name, or null. Then the block is the caller's to fetch, and others wait until `keep` or `release` is called. */
  find(cid: string): Promise<Uint8Array<ArrayBuffer> | null>;
  /** What was found is not the block: it goes, and the block is the caller's to fetch. */
  spoilt(cid: string): Promise<void>;
  /** Copies the bytes at once; fulfilled when the copy will be found again, or certainly not. */
  keep(cid: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** The block will not come. */
  release(cid: string): void;
}

export interface Job extends Request {
  /** Null keeps nothing. */
  store: BlockStore | null;
  fast: boolean;
  /** Compile for threads: the module imports a shared memory. */
  threads: boolean;
  /** Keep outputs that are inputs of the next run in the module; caches may grow to `capacity` (0: a default). */
  session: boolean;
  capacity: number;
  /** Values of open extents. */
  extents: { name: string; value: number }[];
  /** Check every file of the release and compile nothing; `module` and `fill` are not called. */
  verifyOnly: boolean;
  /** An ONNX file that is here already: `ref`, `sources` and `signer` say nothing then. */
  bytes: Uint8Array<ArrayBuffer> | null;
  /** Takes the compiled module; fulfilled when there is an instance of it. */
  module(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /**
   * Takes chunk `n` (none when -1; then `bytes` is null) with what is to be done with it and with earlier ones. `ops`
   * holds five numbers for each: 0 copy (chunk, from, length, address), 1 prepare (item), 2 drop (chunk).
   * Fulfilled when all of it is done: that is what holds the sources up when the memory cannot be filled faster.
   */
  fill(n: number, bytes: Uint8Array<ArrayBuffer> | null, ops: Uint32Array<ArrayBuffer>): Promise<void>;
}

/** The events of `web/src/engine/types.ts`, without the time, and with null where there is no evidence. */
export type JobEvent =
  | { type: 'phase'; phase: 'skimming' | 'compiling' | 'filling' }
  | { type: 'manifest'; manifest: ManifestRecord }
  | {
      type: 'chunk';
      file: string;
      index: number;
      count: number;
      size: number;
      state: 'requested' | 'arriving' | 'verified' | 'rejected';
      /** Empty for what was in the store. */
      source: string;
      bytes: number;
      evidence: EvidenceRecord | null;
    }
  | {
      type: 'source';
      source: string;
      label: string;
      state: 'ok' | 'slow' | 'unusable' | 'lying' | 'banned';
      evidence: EvidenceRecord | null;
    };

export interface EvidenceRecord {
  source: string;
  label: string;
  verdict: 'lying' | 'unusable' | 'slow';
  what: string;
  reason: string;
  cid: string;
  expected: string;
  got: string;
  bytes: number;
  expectedBytes: number;
  status: number;
}

export interface ManifestRecord {
  digest: string;
  cid: string;
  release: string | null;
  kind: 'model' | 'dataset';
  name: string;
  title: string;
  version: string;
  summary: string;
  tags: string[];
  license: { spdx: string; uri: string };
  authors: { address: string; role: string; share: number }[];
  created: string;
  signer: string | null;
  signers: string[];
  files: { path: string; size: number; chunks: number; mediaType: string; needed: boolean }[];
  totalBytes: number;
  loadBytes: number;
  entry: string | null;
  task: {
    id: string;
    params: Record<string, string>;
    image: {
      name: string;
      layout: 'NHWC' | 'NCHW';
      color: 'RGB' | 'BGR' | 'GRAY';
      width: number;
      height: number;
      resize: 'letterbox' | 'stretch' | 'cover';
      /** Decimals in text; `mean` and `std` are empty when the manifest has none. */
      low: string;
      high: string;
      mean: string[];
      std: string[];
    } | null;
  } | null;
}

export interface Loaded {
  bytesFetched: number;
  bytesVerified: number;
  /** Of the files that were needed, external weights included. */
  loadBytes: number;
  /** 0 with `verifyOnly`. */
  moduleBytes: number;
}

/** The codes are those of `web/src/engine/errors.ts`. */
export interface Failure {
  code: string;
  message: string;
  hint: string;
  /** A reason of manifest/SPEC.md, or empty. */
  reason: string;
}
