/**
 * A UnixFS file that nobody published for us: its leaves have any size and lie at any depth, under a root that is all we know of
 * it. It offers what a file of a release does, chunks of 1 MiB, made of what its blocks hold. Fetched when somebody asks for such a file.
 */
import type { Bytes } from '../verify/bytes.js';
import { parseCID, raw } from '../verify/cid.js';
import { maxBlock } from '../verify/release.js';
import { chunkCount, chunkLength, chunkSize } from '../verify/tree.js';
import { NoFile, parseNode, plainCID, type Branch, type Node } from '../verify/unixfs.js';
import type { Origin, Part } from './delivery.js';
import { DehugError } from './errors.js';
import type { EvidenceRecord, JobEvent, ManifestRecord } from './events.js';
import type { Pool, Want } from './pool.js';
import { judgedSigner, noFile, wrongSigner, type Bare } from './release.js';

/** Path of the one file. */
const path = 'model.onnx';
/** How deep a file's DAG may be. Balanced ones of 174 links over 256 KiB reach 64 GiB with 4. */
const maxTree = 16;
/** What is kept of a file for the neighbouring chunks: leaves need not end where chunks do. */
const keptLeaves = 16;
const keptNodes = 64;

/** The reference `ref` with its CID in the form that releases are named by. */
export function plainReference(ref: string): string {
  const parts = /^\s*(ipfs:\/\/|dehug:)?(\w+)(\/?)\s*$/.exec(ref);
  return parts === null ? ref : `${parts[1] ?? ''}${plainCID(parts[2] ?? '')}${parts[3] ?? ''}`;
}

export interface OpenForeignParameters {
  /** The path that was asked for; null for whatever there is. */
  file: string | null;
  signer: string | null;
  tell: (event: JobEvent) => void;
}

/** Makes a model of a file whose first block is here. Nobody has signed it: the CID is all that is known. */
export function openForeign({ cid, block, pool, refusal }: Bare, { file, signer, tell }: OpenForeignParameters): Origin {
  let size = block.length;
  if (parseCID(cid).codec !== raw) {
    try {
      ({ size } = parseNode(block));
    } catch {
      throw refusal;
    }
  }
  const wanted = judgedSigner(signer);
  if (wanted !== null) throw wrongSigner(wanted, undefined);
  if (file !== null && file !== path) noFile(file);
  tell({ type: 'manifest', manifest: record(cid, size) });
  return new Foreign(pool, { cid, size }, block, tell);
}

function record(cid: string, size: number): ManifestRecord {
  return {
    digest: parseCID(cid).digest,
    cid,
    release: null,
    kind: 'model',
    name: cid,
    title: '',
    version: '',
    summary: '',
    tags: [],
    license: { spdx: '', uri: '' },
    authors: [],
    created: '',
    signer: null,
    signers: [],
    files: [{ path, size, chunks: chunkCount(size), mediaType: 'application/onnx', needed: true }],
    totalBytes: size,
    loadBytes: size,
    entry: path,
    task: null,
  };
}

/** A block that is here: a leaf has no node, and of a node that holds no bytes of the file only that is kept. */
interface Block {
  body: Bytes | null;
  node: Node | null;
}

/** Bytes of a block and where they go in the chunk. */
interface Piece {
  body: Bytes;
  from: number;
  to: number;
  at: number;
}

class Foreign implements Origin {
  readonly model: Part;
  /** Those under way or kept; the root for ever, for every chunk begins there. */
  readonly #blocks = new Map<string, Promise<Block>>();
  readonly #leaves: string[] = [];
  readonly #nodes: string[] = [];

  constructor(
    private readonly pool: Pool,
    private readonly root: Branch,
    block: Bytes,
    private readonly tell: (event: JobEvent) => void,
  ) {
    this.model = { path, size: root.size };
    this.#blocks.set(root.cid, Promise.resolve(blockOf(root.cid, block)));
  }

  get traffic(): { fetched: number; verified: number } {
    return this.pool;
  }

  other(path: string): never {
    noFile(path);
  }

  admit(parts: readonly Part[], limit: number): number {
    const n = parts.reduce((sum, { size }) => sum + size, 0);
    if (n <= limit || limit === 0) return n;
    throw new DehugError('too_large', `${this.root.cid} is ${n} bytes, more than the ${limit} that are allowed here`, {
      hint: 'allow more bytes, or use a smaller model; nothing of this one was fetched',
    });
  }

  recycle(): void {
    // they were put together here
  }

  async settle(): Promise<void> {
    // Nothing of it is kept: entries of the store are releases.
  }

  /** Makes a chunk of the blocks in which it lies. Its events tell of them as if they were one. */
  async chunk(_: Part, index: number, urgent: boolean): Promise<Bytes> {
    const size = chunkLength(this.root.size, index);
    const say = (state: 'requested' | 'verified' | 'rejected', source: string, bytes: number, evidence: EvidenceRecord | null): void =>
      this.tell({ type: 'chunk', file: path, index, count: chunkCount(this.root.size), size, state, source, bytes, evidence });
    let asked = false;
    let last = ''; // of the sources; none when all blocks were here
    const want: Wanted = {
      urgent,
      what: `a block of chunk ${index} of the file`,
      note: (state, source, _, evidence) => {
        if (state === 'verified') last = source;
        else if (state === 'rejected') say(state, source, 0, evidence);
        else if (!asked) {
          asked = true;
          say('requested', source, 0, null);
        }
      },
    };
    const pieces: Piece[] = [];
    const from = index * chunkSize;
    await this.#collect(this.root, 0, from, from + size, 0, want, pieces);
    const bytes = new Uint8Array(size);
    for (const { body, from, to, at } of pieces) bytes.set(body.subarray(from, to), at);
    say('verified', last, size, null);
    return bytes;
  }

  /** Appends the pieces of from … to that lie below `branch`, which begins at `off`. */
  async #collect(branch: Branch, off: number, from: number, to: number, depth: number, want: Wanted, pieces: Piece[]): Promise<void> {
    if (depth > maxTree) throw foreignError(new NoFile(`its tree is deeper than ${maxTree}`));
    const { body, node } = await this.#block(branch, want);
    const add = (at: number, start: number, end: number): void => {
      const [low, high] = [Math.max(from, at), Math.min(to, at + end - start)];
      if (body !== null && low < high) pieces.push({ body, from: start + low - at, to: start + high - at, at: low - from });
    };
    if (node === null) {
      add(off, 0, branch.size);
      return;
    }
    if (node.size !== branch.size) throw foreignError(new NoFile('a node has another size than the one above it says'));
    add(off, node.from, node.to);
    let at = off + node.to - node.from;
    for (const child of node.links) {
      if (at >= to) break;
      if (at + child.size > from && child.size > 0) await this.#collect(child, at, from, to, depth + 1, want, pieces);
      at += child.size;
    }
  }

  /** A block, fetched once however many want it at the same time. */
  #block(branch: Branch, want: Wanted): Promise<Block> {
    const { cid } = branch;
    let block = this.#blocks.get(cid);
    if (block === undefined) {
      block = this.#fetch(branch, want);
      this.#blocks.set(cid, block);
      block.then(
        ({ node }) => {
          const [kept, most] = node !== null && node.links.length > 0 ? [this.#nodes, keptNodes] : [this.#leaves, keptLeaves];
          if (kept.push(cid) > most) this.#blocks.delete(kept.shift() ?? '');
        },
        () => this.#blocks.delete(cid), // whoever comes later may have more luck
      );
    }
    return block;
  }

  async #fetch({ cid, size }: Branch, want: Wanted): Promise<Block> {
    const isLeaf = parseCID(cid).codec === raw;
    if (isLeaf && size > maxBlock) throw foreignError(new NoFile(`a block has ${size} bytes`));
    const block = await this.pool.get({ ...want, cid, ...(isLeaf ? { size, limit: size } : { size: -1, limit: maxBlock }) });
    try {
      return blockOf(cid, block);
    } catch (thrown) {
      throw foreignError(thrown);
    }
  }
}

type Wanted = Pick<Want, 'urgent' | 'what' | 'note'>;

function blockOf(cid: string, body: Bytes): Block {
  if (parseCID(cid).codec === raw) return { body, node: null };
  const node = parseNode(body);
  return { body: node.from === node.to ? null : body, node };
}

function foreignError(thrown: unknown): unknown {
  if (!(thrown instanceof NoFile)) return thrown;
  return new DehugError('invalid', `the file: ${thrown.message}`, { hint: 'use the CID of a file that was added to IPFS, or of a release', cause: thrown });
}
