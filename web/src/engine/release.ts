/** A release, opened without Go: manifest and signatures are checked, and its files are fetched chunk by verified chunk. */
import type { JobEvent, ManifestRecord } from '../../../wasm/cmd/dehug-wasm/api.js';
import { parsePastedAddress } from '../verify/address.js';
import { hex, type Bytes } from '../verify/bytes.js';
import { dagPB, makeCID, parseCID, raw } from '../verify/cid.js';
import { maxEnvelope, verifyEnvelope } from '../verify/envelope.js';
import { entryOf, maxDocument, parseManifest, type FileEntry, type Manifest } from '../verify/manifest.js';
import { Refusal } from '../verify/refusal.js';
import { maxBlock, parseRelease } from '../verify/release.js';
import { chunkCount, chunkLength, chunkSize, parseLeafList } from '../verify/tree.js';
import { Blocks } from './blocks.js';
import { DehugError, type ErrorCode } from './errors.js';
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
  /** Counts what was fetched for a release that was declined. */
  traffic?: { fetched: number; verified: number };
}

interface Reference {
  /** Null when `release` is set. */
  manifest: string | null;
  envelope: string | null;
  release: string | null;
}

/** Turns refusals into errors with their place before them. */
function judged<T>(code: ErrorCode, place: string, use: () => T): T {
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

/** A reference that only the engine reads: a CID of version 0, or one in base58. */
const otherCID = /^\s*(ipfs:\/\/|dehug:)?(Qm|z)[1-9A-HJ-NP-Za-km-z]{44,63}\/?\s*$/;

function isRelease(cid: string, block: Bytes): boolean {
  try {
    parseRelease(cid, block);
    return true;
  } catch {
    return false;
  }
}

export class Release {
  private constructor(
    readonly pool: Pool,
    private readonly blocks: Blocks,
    private readonly tell: (event: JobEvent) => void,
    readonly manifest: Manifest,
    private readonly cid: string,
    private readonly release: string | null,
    private readonly signers: string[],
    private readonly signer: string | null,
  ) {}

  /** Fetches the manifest that `ref` names, and its signatures, and checks both. */
  static async open(parameters: OpenParameters): Promise<Release> {
    const release = await Release.openIf(null, parameters);
    if (release === null) throw new DehugError('internal', 'a release was declined that is wanted');
    return release;
  }

  /**
   * As `open`, but null, without a look at the signatures, when the manifest is not wanted. With null for `isWanted` all are,
   * and what is no release is refused, not left to the engine, which knows other files too.
   */
  static async openIf(isWanted: ((manifest: Manifest) => boolean | Promise<boolean>) | null, { ref, sources, signer, tell, signal, keeper, traffic }: OpenParameters): Promise<Release | null> {
    if (isWanted !== null && otherCID.test(ref)) return null;
    const where = parseReference(ref);
    const wanted = signer === null ? null : judgedSigner(signer);
    const pool = new Pool(sources, tell, signal);
    const blocks = new Blocks(pool, keeper);
    const declined = (): null => {
      if (traffic !== undefined) {
        traffic.fetched += pool.fetched;
        traffic.verified += pool.verified;
      }
      return null;
    };
    const fetchDocument = (cid: string, limit: number, what: string): Promise<Bytes> => blocks.get({ cid, size: -1, limit, what, urgent: true });
    let { manifest, envelope } = where;
    if (where.release !== null) {
      const { release } = where;
      const block = await fetchDocument(release, maxBlock, 'the release directory');
      if (isWanted !== null && !isRelease(release, block)) return declined();
      ({ manifest, envelope } = judged('invalid', 'the release directory', () => parseRelease(release, block)));
    }
    const cid = manifest ?? '';
    const signatures = envelope === null ? null : fetchDocument(envelope, maxEnvelope, 'the envelope');
    signatures?.catch(() => undefined); // looked at below, unless the manifest is refused before
    const mayBeForeign = isWanted !== null && where.release === null && envelope === null;
    const document = await fetchDocument(cid, mayBeForeign ? maxBlock : maxDocument, 'the manifest');
    if (mayBeForeign && document[0] !== 0x7b) return declined();
    const m = judged('invalid', 'the manifest', () => parseManifest(document));
    keeper?.open(cid);
    if (isWanted !== null && !(await isWanted(m))) return declined();
    const signed = signatures === null ? null : await signatures;
    const signers = signed === null ? [] : judged('unverified', 'the signatures', () => verifyEnvelope(m, parseCID(cid).digest, signed));
    if (wanted !== null && !signers.includes(wanted)) throw wrongSigner(wanted, signers[0]);
    return new Release(pool, blocks, tell, m, cid, where.release, signers, wanted ?? signers[0] ?? null);
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
  admit(needed: readonly FileEntry[], limit: number): number {
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
  async chunkCIDs(file: FileEntry): Promise<string[]> {
    const n = chunkCount(file.size);
    if (n <= 1) return n === 0 ? [] : [file.cid]; // parseManifest has checked that it is the one leaf
    const what = `the leaf list of ${file.path}`;
    const list = await this.blocks.get({ cid: file.leaves, size: 32 * n, limit: 32 * n, what, urgent: true });
    return judged('unverified', what, () => parseLeafList(list, file)).map((leaf) => makeCID(raw, hex(leaf)));
  }

  /** One chunk, verified. */
  chunk(file: FileEntry, cids: readonly string[], index: number, urgent = false): Promise<Bytes> {
    const size = chunkLength(file.size, index);
    return this.blocks.get({
      cid: cids[index] ?? '',
      size,
      limit: size,
      urgent,
      what: `chunk ${index} of ${file.path}`,
      note: (state, source, bytes, evidence) =>
        this.tell({ type: 'chunk', file: file.path, index, count: cids.length, size, state, source, bytes, evidence }),
    });
  }

  /** Waits until all that was fetched is in the store, where there is one, and has been told of. */
  settle(): Promise<void> {
    return this.blocks.settle();
  }

  /** A whole file, before chunks of files that nobody waits for as a whole. */
  async whole(file: FileEntry): Promise<Bytes> {
    const cids = await this.chunkCIDs(file);
    if (cids.length === 1) return this.chunk(file, cids, 0, true);
    const bytes = new Uint8Array(file.size);
    await inParallel(cids.length, async (i) => bytes.set(await this.chunk(file, cids, i, true), i * chunkSize));
    return bytes;
  }
}

/** Chunks under way at once: 8 MiB, as in the Go engine. */
export const window = 8;

export interface ReadFileParameters extends OpenParameters {
  path: string;
  maxBytes: number;
}

/** Fetches one file of a release. */
export async function readFile({ path, maxBytes, ...open }: ReadFileParameters): Promise<Bytes> {
  const release = await Release.open(open);
  const needed = [release.model(path)];
  open.tell({ type: 'manifest', manifest: release.record(needed) });
  release.admit(needed, maxBytes);
  open.tell({ type: 'phase', phase: 'filling' });
  const bytes = await release.whole(release.model(path));
  await release.settle();
  return bytes;
}

/** Does `work` for 0 … n-1, in this order and `window` at a time. The first failure ends it. */
export async function inParallel(n: number, work: (i: number) => Promise<void>): Promise<void> {
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
  await Promise.all(Array.from({ length: Math.min(window, n) }, worker));
}

export function noFile(path: string): never {
  throw new DehugError('not_found', `the release has no file ${JSON.stringify(path.slice(0, 80))}`, { hint: 'paths are those of the manifest, letter for letter' });
}

function judgedSigner(signer: string): string {
  try {
    return parsePastedAddress(signer);
  } catch (thrown) {
    throw new DehugError('invalid', `signer: ${(thrown as Error).message}`, { hint: 'copy the address as the author gives it, 0x and 40 hex digits' });
  }
}

function wrongSigner(wanted: string, signer: string | undefined): DehugError {
  if (signer !== undefined) {
    return new DehugError('wrong_signer', `not signed by ${wanted} but by ${signer}`, {
      hint: 'if you do trust that signer, ask for it by its address; nothing of the model was fetched',
    });
  }
  return new DehugError('wrong_signer', `not signed by ${wanted}: nobody signed it`, {
    hint: 'use the release CID, or the manifest CID followed by ?envelope=CID: a bare manifest CID knows no signature',
  });
}
