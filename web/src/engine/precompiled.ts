/**
 * Loads a model whose module is there already: manifest and weights are verified here, and there is no Go. A module that
 * the release brings is verified like the model and is, like it, the author's word; it can reach its own memory and
 * nothing else (`manifest/SPEC.md`). One that was compiled here on an earlier visit is the site's own word, as its scripts are.
 */
import type { JobEvent, Loaded } from '../../../wasm/cmd/dehug-wasm/api.js';
import { utf8, type Bytes } from '../verify/bytes.js';
import type { FileEntry } from '../verify/manifest.js';
import { sha256Hex } from '../verify/sha256.js';
import { DehugError } from './errors.js';
import { Fill } from './fill.js';
import { inParallel, noFile, Release, window, type OpenParameters } from './release.js';
import { Peer } from './rpc.js';
import type { Sink } from './runner.js';

/** The version of `wasm/ABI.md` that this runtime's host keeps to. */
const abi = '0';
/** The largest module: it is held whole. */
const maxModule = 64 * 2 ** 20;

export interface OpenPrecompiledParameters extends OpenParameters {
  /** Path of the ONNX file; null for the entry. */
  file: string | null;
  mode: 'strict' | 'fast';
  maxBytes: number;
  /** Whether a module that the release brings will do. */
  authors: boolean;
  /** Name under which the store has one that was compiled here for the same options. */
  own: string;
}

/** A model that can be loaded without Go. */
export interface Precompiled {
  /** The release brought the module. */
  byAuthor: boolean;
  /** Sends module and weights to the runner behind `sink`. */
  fill(sink: MessagePort): Promise<Loaded>;
}

/** Opens a release and looks for the module. Null when it has none that can be used: then the engine has to compile. */
export async function openPrecompiled({ file, mode, maxBytes, authors, own, ...open }: OpenPrecompiledParameters): Promise<Precompiled | null> {
  // Most releases have no module. Then the engine checks the signatures, and every millisecond here is one that it waits.
  const modules = `.dehug/abi-${abi}/${mode}/`;
  let found: Promise<Bytes | null> | undefined;
  const kept = (): Promise<Bytes | null> => (found ??= open.keeper?.findModule(own) ?? Promise.resolve(null));
  const release = await Release.openIf(async (m) => (authors && m.files.some(({ path }) => path.startsWith(modules))) || (await kept()) !== null, open);
  if (release === null) return null;
  const model = release.model(file);
  const brought = authors ? release.file(`${modules}${model.path}.wasm`) : undefined;
  const module = brought !== undefined && brought.size <= maxModule ? brought : await kept();
  if (module === null) return null;
  const needed = module instanceof Uint8Array ? [model] : [module, model];
  open.tell({ type: 'manifest', manifest: release.record(needed) });
  release.admit(needed, maxBytes);
  return { byAuthor: !(module instanceof Uint8Array), fill: (sink) => fill(release, module, model, needed, maxBytes, open.tell, new Peer<Sink>(sink)) };
}

/** The name under which the store keeps a module that an engine has compiled: whatever its bytes hang on is in it, but for the release, whose folder it is in. */
export function moduleName(engine: string, choices: unknown): string {
  return `module-${sha256Hex(utf8(engine)).slice(0, 16)}-${sha256Hex(utf8(JSON.stringify([abi, choices])))}`;
}

async function fill(release: Release, module: FileEntry | Bytes, model: FileEntry, from: readonly FileEntry[], maxBytes: number, tell: (event: JobEvent) => void, sink: Peer<Sink>): Promise<Loaded> {
  const files = new Files(release);
  // Nearly all of a model is weights, so its first chunks are asked for before the module says which it wants.
  const code = module instanceof Uint8Array ? Promise.resolve(module) : release.whole(module);
  code.catch(() => undefined); // waited for below
  await files.ahead(model, window - 1);
  const bytes = await code;
  const moduleBytes = bytes.length;
  tell({ type: 'phase', phase: 'compiling' });
  const layout = await sink.call('module', [bytes], [bytes.buffer]);
  const folder = model.path.slice(0, model.path.lastIndexOf('/') + 1);
  const needed = new Map(from.map((f) => [f.path, f]));
  const fill = new Fill(layout, (path) => {
    const found = path === '' ? model : (release.file(folder + path) ?? noFile(folder + path));
    needed.set(found.path, found);
    return found;
  });
  const loadBytes = release.admit([...needed.values()], maxBytes);
  tell({ type: 'phase', phase: 'filling' });
  await give(fill, -1, null, sink);
  await inParallel(fill.chunks.length, async (n) => {
    const { path, index } = fill.chunks[n] ?? { path: '', index: 0 };
    const chunk = await files.chunk(needed.get(path) ?? noFile(path), index);
    await give(fill, n, chunk, sink);
  });
  if (!fill.done) throw new DehugError('internal', 'all chunks are here and the memory is not filled');
  await release.settle();
  return { bytesFetched: release.pool.fetched, bytesVerified: release.pool.verified, loadBytes, moduleBytes };
}

/** Hands on a chunk with what can be done now. Ops are made and sent in one go, so they stay in order. */
async function give(fill: Fill, n: number, chunk: Bytes | null, sink: Peer<Sink>): Promise<void> {
  const ops = fill.add(n);
  await sink.call('fill', [n, chunk, ops], chunk === null ? [ops.buffer] : [chunk.buffer, ops.buffer]);
}

/** Chunks of files, those asked for ahead too. */
class Files {
  readonly #cids = new Map<string, Promise<string[]>>();
  readonly #ahead = new Map<string, Promise<Bytes>>();

  constructor(private readonly release: Release) {}

  #of(file: FileEntry): Promise<string[]> {
    let cids = this.#cids.get(file.path);
    if (cids === undefined) {
      cids = this.release.chunkCIDs(file);
      this.#cids.set(file.path, cids);
    }
    return cids;
  }

  /** Asks for the first `count` chunks. */
  async ahead(file: FileEntry, count: number): Promise<void> {
    const cids = await this.#of(file);
    for (let i = 0; i < Math.min(count, cids.length); i++) {
      const chunk = this.release.chunk(file, cids, i);
      chunk.catch(() => undefined); // whoever takes it sees that
      this.#ahead.set(`${i} ${file.path}`, chunk);
    }
  }

  /** A chunk, once: it is given away. */
  async chunk(file: FileEntry, index: number): Promise<Bytes> {
    const key = `${index} ${file.path}`;
    const early = this.#ahead.get(key);
    this.#ahead.delete(key);
    return early ?? this.release.chunk(file, await this.#of(file), index);
  }
}
