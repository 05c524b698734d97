/**
 * Brings a model to its runner: its module, and of its files, which come chunk by verified chunk, what the module wants of them.
 * The module comes with the release, which makes it the author's word, as the model is (`manifest/SPEC.md`); or from a compiler, which is
 * shown the chunks; or was compiled here on an earlier visit: then it is the site's own word, as its scripts are.
 */
import { utf8, type Bytes } from '../verify/bytes.js';
import { entryOf, type FileEntry, type Manifest } from '../verify/manifest.js';
import { sha256Hex } from '../verify/sha256.js';
import { chunkCount } from '../verify/tree.js';
import { DehugError } from './errors.js';
import type * as foreignModule from './foreign.js';
import type * as loadedModule from './loaded.js';
import { inParallel, noFile, Release, window, type OpenParameters } from './release.js';
import { Peer } from './rpc.js';
import type { Sink } from './runner.js';

/** The version of `wasm/ABI.md` that this runtime's host keeps to. */
const abi = '0';
/** The largest module: it is held whole. */
const maxModule = 64 * 2 ** 20;

/** A file with bytes of the model. */
export interface Part {
  path: string;
  size: number;
}

/** Where a model comes from. What it gives has been verified. */
export interface Origin {
  /** The ONNX file. */
  readonly model: Part;
  /** The file that the model calls so; throws where there is none. */
  other(name: string): Part;
  /** One chunk; `urgent` ones go first. It is the caller's. */
  chunk(part: Part, index: number, urgent: boolean): Promise<Bytes>;
  /** Takes back a chunk that was used. */
  recycle(chunk: Bytes): void;
  /** Says how many bytes these have together; refuses more than `limit`, 0 for none. */
  admit(parts: readonly Part[], limit: number): number;
  /** Waits until all that is to be kept has been. */
  settle(): Promise<void>;
  /** Bytes so far. */
  readonly traffic: { fetched: number; verified: number };
}

/** Makes a module of a model. */
export interface Compiler {
  /** It will be needed, most likely. */
  start(): void;
  /** `chunk` gives a chunk of the file, which stays its owner's. `read` is called when no more of them are needed. */
  compile(model: Part, chunk: (index: number) => Promise<Bytes>, read: () => void): Promise<Bytes>;
}

export interface Delivered {
  bytesFetched: number;
  bytesVerified: number;
  /** Of the files that were needed, external weights included. */
  loadBytes: number;
  moduleBytes: number;
  /** The module came with the release. */
  precompiled: boolean;
}

export interface DeliverParameters extends OpenParameters {
  /** Path of the ONNX file; null for the entry. */
  file: string | null;
  /** Which module of the release will do; null for none. */
  precompiled: 'strict' | 'fast' | null;
  /** Name under which the store has one that was compiled here for the same options. */
  own: string;
  maxBytes: number;
  compiler: Compiler;
  /** Where the model goes. */
  sink: MessagePort;
  /** What is on its way since the manifest is known. */
  later: () => Promise<typeof loadedModule>;
  /** What reads files of others. */
  foreign: () => Promise<typeof foreignModule>;
}

/** The name under which the store keeps a module that an engine has compiled: whatever its bytes hang on is in it, but for the release, whose folder it is in. */
export function moduleName(engine: string, choices: unknown): string {
  return `module-${sha256Hex(utf8(engine)).slice(0, 16)}-${sha256Hex(utf8(JSON.stringify([abi, choices])))}`;
}

/** A CID of version 0, or one in base58: releases are not named so. */
const otherCID = /^\s*(ipfs:\/\/|dehug:)?(Qm|z)/;

/** Delivers what `ref` names. */
export async function deliver({ file, precompiled, own, foreign, ref, ...rest }: DeliverParameters): Promise<Delivered> {
  const { tell, keeper, signer, compiler } = rest;
  const modules = `.dehug/abi-${abi}/${precompiled}/`;
  let kept: Promise<Bytes | null> | null = null;
  const find = (): Promise<Bytes | null> => (kept ??= keeper?.findModule(own) ?? Promise.resolve(null));
  const plain = otherCID.test(ref) ? (await foreign()).plainReference(ref) : ref;
  const nothingKept = keeper?.isNew !== false;
  if (precompiled === null && nothingKept) compiler.start();
  // Most releases have no module. Then the compiler starts while the manifest and its signatures are checked.
  const found = await Release.openAny(
    { ref: plain, ...rest },
    {
      arrived(document) {
        if (nothingKept && !new TextDecoder().decode(document).includes(modules)) compiler.start();
      },
      parsed(manifest) {
        const brings = precompiled !== null && manifest.files.some(({ path }) => path.startsWith(modules));
        if (!brings) {
          void find().then((module) => {
            if (module === null) compiler.start();
          });
        }
        return file === null ? entryIn(manifest) : manifest.files.find(({ path }) => path === file);
      },
    },
  );
  if (!(found instanceof Release)) {
    compiler.start();
    const { openForeign } = await foreign();
    return send({ ...rest, origin: openForeign(found, { file, signer, tell }), module: null, brought: null, keep: () => undefined });
  }
  const model = found.model(file);
  const theirs = precompiled === null ? undefined : found.file(`${modules}${model.path}.wasm`);
  const brought = theirs !== undefined && theirs.size <= maxModule ? theirs : undefined;
  tell({ type: 'manifest', manifest: found.record(brought === undefined ? [model] : [brought, model]) });
  const made = brought === undefined ? await find() : null;
  return send({
    ...rest,
    origin: new Published(found, model),
    module: brought !== undefined ? () => found.whole(brought) : made === null ? null : () => Promise.resolve(made),
    brought: brought ?? null,
    keep: (module) => void keeper?.keepModule(own, module),
  });
}

/** The entry, where there is one: who needs it says what is wrong. */
function entryIn(manifest: Manifest): FileEntry | undefined {
  try {
    return entryOf(manifest);
  } catch {
    return undefined;
  }
}

/** Delivers a model that is no part of a release. */
export function deliverFrom(origin: Origin, rest: Pick<DeliverParameters, 'tell' | 'maxBytes' | 'compiler' | 'sink' | 'later'>): Promise<Delivered> {
  return send({ ...rest, origin, module: null, brought: null, keep: () => undefined });
}

/** A model of a release. */
class Published implements Origin {
  readonly #folder: string;

  constructor(
    private readonly release: Release,
    readonly model: FileEntry,
  ) {
    this.#folder = model.path.slice(0, model.path.lastIndexOf('/') + 1);
  }

  get traffic(): { fetched: number; verified: number } {
    return this.release.pool;
  }

  other(name: string): Part {
    return this.release.file(this.#folder + name) ?? noFile(this.#folder + name);
  }

  chunk({ path }: Part, index: number, urgent: boolean): Promise<Bytes> {
    return this.release.chunk(this.release.file(path) ?? noFile(path), index, urgent);
  }

  recycle(chunk: Bytes): void {
    this.release.recycle(chunk);
  }

  admit(parts: readonly Part[], limit: number): number {
    return this.release.admit(parts, limit);
  }

  settle(): Promise<void> {
    return this.release.settle();
  }
}

interface SendParameters extends Pick<DeliverParameters, 'tell' | 'maxBytes' | 'compiler' | 'sink' | 'later'> {
  origin: Origin;
  /** Gets one that was made before; null where there is none. */
  module: (() => Promise<Bytes>) | null;
  /** The module's file, where the release brought it. */
  brought: Part | null;
  /** Keeps a module that was made. */
  keep: (module: Bytes) => void;
}

/** Has the runner make an instance and fills its memory. */
async function send({ origin, module, brought, keep, tell, maxBytes, compiler, sink, later }: SendParameters): Promise<Delivered> {
  const { model } = origin;
  const needed = new Map([...(brought === null ? [] : [brought]), model].map((part) => [part.path, part]));
  origin.admit([...needed.values()], maxBytes);
  const code = module?.();
  code?.catch(() => undefined); // waited for below
  // Nearly all of a model is weights, so its first chunks are asked for before the module says which it wants.
  const chunks = new Chunks(origin);
  chunks.begin(model, code === undefined ? first : window);
  let bytes: Bytes;
  if (code === undefined) {
    tell({ type: 'phase', phase: 'skimming' });
    const read = (): void => {
      tell({ type: 'phase', phase: 'compiling' });
      chunks.stock(model);
    };
    bytes = await compiler.compile(model, (index) => chunks.look(model, index), read);
    keep(bytes.slice());
  } else {
    bytes = await code;
    tell({ type: 'phase', phase: 'compiling' });
  }
  const moduleBytes = bytes.length;
  const runner = new Peer<Sink>(sink);
  const { Fill } = await later();
  const fill = new Fill(await runner.call('module', [bytes], [bytes.buffer]), (name) => {
    const part = name === '' ? model : origin.other(name);
    needed.set(part.path, part);
    return part;
  });
  const loadBytes = origin.admit([...needed.values()], maxBytes);
  tell({ type: 'phase', phase: 'filling' });
  /** Hands on a chunk with what can be done now. Ops are made and sent in one go, so they stay in order. */
  const give = async (n: number, chunk: Bytes | null): Promise<void> => {
    const ops = fill.add(n);
    const used = await runner.call('fill', [n, chunk, ops], chunk === null ? [ops.buffer] : [chunk.buffer, ops.buffer]);
    for (const bytes of used) origin.recycle(bytes);
  };
  await give(-1, null);
  await inParallel(fill.chunks.length, async (n) => {
    const { path, index } = fill.chunks[n] ?? { path: '', index: 0 };
    await give(n, await chunks.take(needed.get(path) ?? noFile(path), index));
  });
  if (!fill.done) throw new DehugError('internal', 'all chunks are here and the memory is not filled');
  await origin.settle();
  const { fetched, verified } = origin.traffic;
  return { bytesFetched: fetched, bytesVerified: verified, loadBytes, moduleBytes, precompiled: brought !== null };
}

/** How many chunks are fetched beyond the one that is looked at, when a file is looked at chunk by chunk. */
const ahead = 4;

/** Chunks that are asked for while Go looks for others: those that it wants must not wait for many of these. */
const first = 8;

/** Chunks that may be here before there is a memory for them: the half of what a load may have beside it. */
const stocked = 16;

/** Chunks of files. Those that were looked at, or asked for ahead, stay until they are taken. */
class Chunks {
  readonly #kept = new Map<string, Promise<Bytes>>();
  #last = -1;
  #row = 0;

  constructor(private readonly origin: Origin) {}

  #get(part: Part, index: number, urgent: boolean): Promise<Bytes> {
    const key = `${index} ${part.path}`;
    let chunk = this.#kept.get(key);
    if (chunk === undefined) {
      chunk = this.origin.chunk(part, index, urgent);
      chunk.catch(() => this.#kept.delete(key)); // whoever takes it sees that; whoever comes later may have more luck
      this.#kept.set(key, chunk);
    }
    return chunk;
  }

  /**
   * Asks for the chunks that are needed whatever the model is like: its structure begins in the first, its opset stands
   * in the last, and nearly all of the others are weights. So many at most.
   */
  begin(part: Part, most: number): void {
    const last = chunkCount(part.size) - 1;
    for (const index of new Set([0, last, ...Array.from({ length: Math.min(most - 1, last) }, (_, i) => i)])) {
      if (index >= 0) void this.#get(part, index, index === 0 || index === last);
    }
  }

  /** A chunk that stays here. Those behind it are asked for as well, if looking goes on as it went. */
  look(part: Part, index: number): Promise<Bytes> {
    if (index !== this.#last) {
      this.#row = index === this.#last + 1 ? this.#row + 1 : 1;
      this.#last = index;
    }
    const chunk = this.#get(part, index, true);
    if (this.#row < 3) return chunk; // reading over a border is not yet reading on
    for (let i = index + 1; i <= Math.min(index + ahead, chunkCount(part.size) - 1); i++) void this.#get(part, i, false);
    return chunk;
  }

  /** Fetches on while the model is being compiled. */
  stock(part: Part): void {
    for (let i = 0; i < chunkCount(part.size) && this.#kept.size < stocked; i++) void this.#get(part, i, false);
  }

  /** A chunk, once: it is given away. */
  take(part: Part, index: number): Promise<Bytes> {
    const chunk = this.#get(part, index, false);
    this.#kept.delete(`${index} ${part.path}`);
    return chunk;
  }
}
