/**
 * The bridge between Go and JavaScript, both sides of it: JavaScript puts a {@link Host} at `globalThis.dehug`, starts
 * the program, and gets an {@link Api}. Nothing else goes across.
 */

/** What Go needs of JavaScript. */
export interface Host {
  /** Called once, when the program runs. */
  ready(api: Api): void;
}

/** What Go does. */
export interface Api {
  /** Makes a module of an ONNX file. Rejects with a {@link Failure}, or with whatever `chunk` rejected with. */
  compile(job: Job): Promise<Uint8Array<ArrayBuffer>>;
  /** Ends the program. */
  stop(): void;
}

export interface Job {
  /** Names the file in errors. */
  path: string;
  size: number;
  /** Gives 1 MiB of the file, less at its end, for as long as it takes to ask for the next. Somebody has verified it. */
  chunk(index: number): Promise<Uint8Array>;
  fast: boolean;
  /** Compile for threads: the module imports a shared memory. */
  threads: boolean;
  /** Keep outputs that are inputs of the next run in the module; caches may grow to `capacity` (0: a default). */
  session: boolean;
  capacity: number;
  /** Values of open extents. */
  extents: { name: string; value: number }[];
  signal: AbortSignal;
  /** Called when the structure of the model is read. */
  read(): void;
}

/** The codes are those of `web/src/engine/errors.ts`. */
export interface Failure {
  code: string;
  message: string;
  hint: string;
  /** A reason of manifest/SPEC.md, or empty. */
  reason: string;
}
