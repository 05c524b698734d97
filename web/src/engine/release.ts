/** A release: manifest and signatures are checked, and its files are fetched chunk by verified chunk. */
import { parsePastedAddress } from '../verify/address.js';
import { hex, type Bytes } from '../verify/bytes.js';
import { dagPB, makeCID, parseCID, raw } from '../verify/cid.js';
import { maxEnvelope, verifyEnvelope } from '../verify/envelope.js';
import { entryOf, maxDocument, parseManifest, type FileEntry, type Manifest } from '../verify/manifest.js';
import { Refusal } from '../verify/refusal.js';
import { maxBlock, parseRelease } from '../verify/release.js';
import { chunkCount, chunkLength, chunkSize, parseLeafList } from '../verify/tree.js';
import { Blocks } from './blocks.js';
import type { Bulk } from './bulk.js';
import { DehugError, type ErrorCode } from './errors.js';
import type { JobEvent, ManifestRecord } from './events.js';
import type { Keeper } from './keeper.js';
import { Pool, type SourceOption } from './pool.js';

export interface OpenParameters {
  ref: string;
  sources: readonly SourceOption[];
  signer: string | null;
  tell: (event: JobEvent) => void;
  signal: AbortSignal;
  /** Null keeps nothing. */
  keeper: Keeper | null;
  bulk: Bulk;
}

/** What can begin before a release has been checked. */
export interface Early {
  /** A manifest is here, or what is taken for one. */
  arrived?: (document: Bytes) => void;
  /** It is one. Gives the file whose leaf list will be wanted: that comes while the signatures are looked at. */
  parsed?: (manifest: Manifest) => FileEntry | undefined;
}

/** A block that a reference names and that is no part of a release: perhaps it is a file's. */
export interface Bare {
  cid: string;
  block: Bytes;
  pool: Pool;
  /** Why it is no release. */
  refusal: DehugError;
}

interface Reference {
  /** Null when `release` is set. */
  manifest: string | null;
  envelope: string | null;
  release: string | null;
}

/** Turns refusals into errors with their place before them. */
export function judged<T>(code: ErrorCode, place: string, use: () => T): T {
  try {
    return use();
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown;
    throw new DehugError(code, `${place}: ${thrown.message}`, { hint: thrown.hint, reason: thrown.reason });
  }
}

function parseReference(ref: string): Reference {
  const [text = '', ...queries] = ref.trim().replace(/^(ipfs:\/\/|dehug:)/, '').split('?');
  const name = text.replace(/\/$/, '');
  const invalid = (message: string, hint: string): DehugError => new DehugError('invalid', `reference: ${message}`, { hint });
  let isRelease: boolean;
  try {
    isRelease = parseCID(name).codec === dagPB;
  } catch (thrown) {
    throw invalid((thrown as Error).message, 'use the manifest CID (bafkrei…) or the release CID (bafybei…) that publishing printed');
  }
  if (queries.length === 0) return isRelease ? { manifest: null, envelope: null, release: name } : { manifest: name, envelope: null, release: null };
  const envelope = /^envelope=(.*)$/s.exec(queries.join('?'))?.[1];
  if (envelope === undefined || isRelease) {
    throw invalid('only a manifest CID may be followed by something, by ?envelope=CID', 'a release CID names its envelope itself');
  }
  try {
    if (parseCID(envelope).codec === raw) return { manifest: name, envelope, release: null };
  } catch {
    // said below
  }
  throw invalid('envelope: not a CID of this format', 'an envelope is a raw block (bafkrei…)');
}

/** A manifest is one JSON object, without space before it. */
const openingBrace = 0x7b;

export class Release {
  private constructor(
    readonly pool: Pool,
    private readonly blocks: Blocks,
    private readonly bulk: Bulk,
    /** Of chunks, by path, as far as they were asked for. */
    private readonly cids: Map<string, Promise<string[]>>,
    private readonly tell: (event: JobEvent) => void,
    readonly manifest: Manifest,
    private readonly cid: string,
    private readonly release: string | null,
    private readonly signers: string[],
    private readonly signer: string | null,
  ) {}

  /** Fetches the manifest that `ref` names, and its signatures, and checks both. */
  static async open(parameters: OpenParameters, early: Early): Promise<Release> {
    const found = await Release.find(parameters, maxDocument, early);
    if (found instanceof Release) return found;
    throw found.refusal;
  }

  /** As `open`, but gives what is no release as it is. */
  static openAny(parameters: OpenParameters, early: Early): Promise<Release | Bare> {
    return Release.find(parameters, maxBlock, early);
  }

  private static async find({ ref, sources, signer, tell, signal, keeper, bulk }: OpenParameters, most: number, { arrived, parsed }: Early): Promise<Release | Bare> {
    const where = parseReference(ref);
    const wanted = judgedSigner(signer);
    const pool = new Pool(sources, tell, signal, bulk);
    const blocks = new Blocks(pool, keeper, bulk);
    const fetchDocument = (cid: string, limit: number, what: string): Promise<Bytes> => blocks.get({ cid, size: -1, limit, what, urgent: true });
    let { manifest, envelope } = where;
    if (where.release !== null) {
      const { release } = where;
      const block = await fetchDocument(release, maxBlock, 'the release directory');
      try {
        ({ manifest, envelope } = judged('invalid', 'the release directory', () => parseRelease(release, block)));
      } catch (thrown) {
        return { cid: release, block, pool, refusal: DehugError.from(thrown) };
      }
    }
    const cid = manifest ?? '';
    const signatures = envelope === null ? null : fetchDocument(envelope, maxEnvelope, 'the envelope');
    signatures?.catch(() => undefined); // looked at below, unless the manifest is refused before
    const mayBeBare = where.release === null && envelope === null;
    const document = await fetchDocument(cid, mayBeBare ? most : maxDocument, 'the manifest');
    arrived?.(document);
    let m: Manifest;
    try {
      m = judged('invalid', 'the manifest', () => parseManifest(document));
    } catch (thrown) {
      if (!mayBeBare || document[0] === openingBrace) throw thrown;
      return { cid, block: document, pool, refusal: DehugError.from(thrown) };
    }
    keeper?.open(cid);
    const model = parsed?.(m);
    const cids = new Map<string, Promise<string[]>>();
    if (model !== undefined) {
      const list = chunkCIDs(blocks, bulk, model);
      list.catch(() => undefined); // whoever needs it sees that
      cids.set(model.path, list);
    }
    const signed = signatures === null ? null : await signatures;
    const signers = signed === null ? [] : judged('unverified', 'the signatures', () => verifyEnvelope(m, parseCID(cid).digest, signed));
    if (wanted !== null && !signers.includes(wanted)) throw wrongSigner(wanted, signers[0]);
    return new Release(pool, blocks, bulk, cids, tell, m, cid, where.release, signers, wanted ?? signers[0] ?? null);
  }

  file(path: string): FileEntry | undefined {
    return this.manifest.files.find((f) => f.path === path);
  }

  /** The file to load: the one with this path, else the entry. */
  model(path: string | null): FileEntry {
    if (path === null) return judged('invalid', `the manifest of ${this.manifest.name}`, () => entryOf(this.manifest));
    return this.file(path) ?? noFile(path);
  }

  /** Refuses a release of which more than `limit` bytes are needed. */
  admit(needed: readonly { size: number }[], limit: number): number {
    const n = needed.reduce((sum, f) => sum + f.size, 0);
    if (n <= limit || limit === 0) return n;
    throw new DehugError('too_large', `${this.manifest.name} ${this.manifest.version} is ${n} bytes, more than the ${limit} that are allowed here`, {
      hint: 'allow more bytes, or use a smaller model; nothing of this one was fetched',
    });
  }

  /** What the page is told of the manifest. */
  record(needed: readonly FileEntry[]): ManifestRecord {
    const m = this.manifest;
    const { task } = m;
    const image = task?.image;
    return {
      digest: parseCID(this.cid).digest,
      cid: this.cid,
      release: this.release,
      kind: m.kind,
      name: m.name,
      title: m.title ?? '',
      version: m.version,
      summary: m.summary ?? '',
      tags: m.tags ?? [],
      license: { spdx: m.license.spdx, uri: m.license.uri ?? '' },
      authors: m.authors,
      created: m.created,
      signer: this.signer,
      signers: this.signers,
      files: m.files.map((f) => ({ path: f.path, size: f.size, chunks: chunkCount(f.size), mediaType: f.mediaType, needed: needed.includes(f) })),
      totalBytes: m.files.reduce((sum, f) => sum + f.size, 0),
      loadBytes: needed.reduce((sum, f) => sum + f.size, 0),
      entry: m.kind === 'model' ? entryOf(m).path : null,
      task:
        task === undefined
          ? null
          : {
              id: task.id,
              params: Object.fromEntries((task.params ?? []).map(({ key, value }) => [key, value])),
              image: image === undefined ? null : { ...image, mean: image.mean ?? [], std: image.std ?? [] },
            },
    };
  }

  /** The CIDs of a file's chunks. */
  #chunkCIDs(file: FileEntry): Promise<string[]> {
    let cids = this.cids.get(file.path);
    if (cids === undefined) {
      cids = chunkCIDs(this.blocks, this.bulk, file);
      this.cids.set(file.path, cids);
    }
    return cids;
  }

  /** One chunk, verified; one of so many that are asked for at once. */
  async chunk(file: FileEntry, index: number, urgent = false, atOnce = window): Promise<Bytes> {
    const cids = await this.#chunkCIDs(file);
    const size = chunkLength(file.size, index);
    return this.blocks.get({
      cid: cids[index] ?? '',
      size,
      limit: size,
      urgent,
      place: { file: file.cid, index, count: cids.length, window: atOnce },
      what: `chunk ${index} of ${file.path}`,
      note: (state, source, bytes, evidence) =>
        this.tell({ type: 'chunk', file: file.path, index, count: cids.length, size, state, source, bytes, evidence }),
    });
  }

  /** Takes back a chunk that was used. */
  recycle(chunk: Bytes): void {
    this.pool.recycle(chunk);
  }

  /** Waits until all that was fetched is in the store, where there is one, and has been told of. */
  settle(): Promise<void> {
    return this.blocks.settle();
  }

  /** A whole file, before chunks of files that nobody waits for as a whole. */
  async whole(file: FileEntry): Promise<Bytes> {
    const count = chunkCount(file.size);
    if (count === 1) return this.chunk(file, 0, true);
    const bytes = new Uint8Array(file.size);
    await this.#each(file, true, (chunk, i) => bytes.set(chunk, i * chunkSize));
    return bytes;
  }

  /** Fetches and checks a whole file. */
  check(file: FileEntry): Promise<void> {
    return this.#each(file, false, () => undefined);
  }

  /** Does something with each chunk of a file, in any order, and takes it back. */
  #each(file: FileEntry, urgent: boolean, use: (chunk: Bytes, index: number) => void): Promise<void> {
    const one = async (i: number): Promise<void> => {
      const chunk = await this.chunk(file, i, urgent, wide);
      use(chunk, i);
      this.recycle(chunk);
    };
    return inParallel(chunkCount(file.size), one, wide);
  }
}

/** Chunks of a file for which what is for large ones is fetched, and workers are started that hash. */
const long = 32;

async function chunkCIDs(blocks: Blocks, bulk: Bulk, file: FileEntry): Promise<string[]> {
  const n = chunkCount(file.size);
  if (n >= long) bulk.start();
  if (n <= 1) return n === 0 ? [] : [file.cid]; // parseManifest has checked that it is the one leaf
  const what = `the leaf list of ${file.path}`;
  const list = await blocks.get({ cid: file.leaves, size: 32 * n, limit: 32 * n, what, urgent: true, small: true });
  return judged('unverified', what, () => parseLeafList(list, file)).map((leaf) => makeCID(raw, hex(leaf)));
}

/** Chunks under way at once, 32 MiB: as much as a model may take beyond what it is made of, and four requests for eight chunks each. */
export const window = 32;
/**
 * Chunks that are asked for at once where each is done with as soon as it is here: then little is under way of what is asked for, and
 * sources can be asked for long stretches. Every answer costs 2 ms of processor in Chromium, for a pipe of its own (measured).
 */
const wide = 256;

export interface ReadFileParameters extends OpenParameters {
  path: string;
  maxBytes: number;
}

/** Fetches one file of a release. */
export async function readFile({ path, maxBytes, ...open }: ReadFileParameters): Promise<Bytes> {
  const release = await Release.open(open, { parsed: ({ files }) => files.find((file) => file.path === path) });
  const needed = [release.model(path)];
  open.tell({ type: 'manifest', manifest: release.record(needed) });
  release.admit(needed, maxBytes);
  open.tell({ type: 'phase', phase: 'filling' });
  const bytes = await release.whole(release.model(path));
  await release.settle();
  return bytes;
}

/** Fetches and checks every chunk of every file. */
export async function verifyFiles({ maxBytes, ...open }: OpenParameters & { maxBytes: number }): Promise<void> {
  const release = await Release.open(open, { parsed: ({ files }) => files[0] });
  const { files } = release.manifest;
  open.tell({ type: 'manifest', manifest: release.record(files) });
  release.admit(files, maxBytes);
  open.tell({ type: 'phase', phase: 'filling' });
  for (const file of files) {
    await release.check(file);
  }
}

/** Does `work` for 0 … n-1, in this order and so many at a time. The first failure ends it. */
export async function inParallel(n: number, work: (i: number) => Promise<void>, atOnce = window): Promise<void> {
  let next = 0;
  let failed = false;
  const worker = async (): Promise<void> => {
    while (next < n && !failed) {
      try {
        await work(next++);
      } catch (thrown) {
        failed = true;
        throw thrown;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, n) }, worker));
}

export function noFile(path: string): never {
  throw new DehugError('not_found', `the release has no file ${JSON.stringify(path.slice(0, 80))}`, { hint: 'paths are those of the manifest, letter for letter' });
}

export function judgedSigner(signer: string | null): string | null {
  if (signer === null) return null;
  try {
    return parsePastedAddress(signer);
  } catch (thrown) {
    throw new DehugError('invalid', `signer: ${(thrown as Error).message}`, { hint: 'copy the address as the author gives it, 0x and 40 hex digits' });
  }
}

export function wrongSigner(wanted: string, signer: string | undefined): DehugError {
  if (signer !== undefined) {
    return new DehugError('wrong_signer', `not signed by ${wanted} but by ${signer}`, {
      hint: 'if you do trust that signer, ask for it by its address; nothing of the model was fetched',
    });
  }
  return new DehugError('wrong_signer', `not signed by ${wanted}: nobody signed it`, {
    hint: 'use the release CID, or the manifest CID followed by ?envelope=CID: a bare manifest CID knows no signature',
  });
}
