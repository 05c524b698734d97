/** The blocks of a release that the relay cannot make itself: chunks, lists of leaves, manifest, envelope. */
import { concat, hex, type Bytes } from '../verify/bytes.js';
import { makeCID, raw } from '../verify/cid.js';
import { sha256 } from '../verify/sha256.js';
import { chunkCount, chunkLength, chunkSize } from '../verify/tree.js';
import type { HashedFile } from './draft.js';

export interface Block {
  cid: string;
  digest: Bytes;
  size: number;
  /** What it is a part of, and from which byte on. A file on disk is handed to the browser as such, and never comes into the page. */
  of: Blob;
  at: number;
}

/** Each block once, chunks first. Files are given by path. */
export function blocksOf(files: readonly HashedFile[], open: (path: string) => Blob, documents: readonly Bytes[]): Block[] {
  const blocks = new Map<string, Block>();
  for (const { path, size, leaves } of files) {
    const of = open(path);
    for (let i = 0; i < chunkCount(size); i++) add(blocks, leaves.slice(32 * i, 32 * i + 32), chunkLength(size, i), of, i * chunkSize);
    if (size === 0) add(blocks, sha256(new Uint8Array()), 0, of, 0);
  }
  for (const bytes of [...files.map(({ leaves }) => leaves), ...documents]) add(blocks, sha256(bytes), bytes.length, new Blob([bytes]), 0);
  return [...blocks.values()];
}

function add(blocks: Map<string, Block>, digest: Bytes, size: number, of: Blob, at: number): void {
  const cid = makeCID(raw, hex(digest));
  if (!blocks.has(cid)) blocks.set(cid, { cid, digest, size, of, at });
}

/** Blocks that are sent in one request. */
export interface Parcel {
  blocks: Block[];
  /** It is one file from its first to its last byte, however large that is. */
  whole: boolean;
}

/** So much is sent in one request, where it is not a whole file: what a lost connection may cost. */
export const parcelBytes = 8 * 2 ** 20;
const maxParts = 64;

/**
 * Packs blocks into requests. `whole`: a large file of which every block is sent goes as one. Browsers send a file as it is from the
 * disk to the network, while a part of one goes through a pipe between two more processes: Chromium needs 2.4 ms of a processor for a
 * MiB of the former, 5.4 ms of the latter (8.3 ms where each request has 1 MiB).
 */
export function pack(blocks: readonly Block[], { whole }: { whole: boolean }): Parcel[] {
  const parcels: Parcel[] = [];
  let open: Parcel = { blocks: [], whole: false };
  let bytes = 0;
  let parts = 0;
  for (const run of runsOf(blocks)) {
    if (whole && isWhole(run) && sizeOf(run) > parcelBytes) {
      parcels.push({ blocks: run, whole: true });
      continue;
    }
    let before: Block | undefined;
    for (const block of run) {
      if (open.blocks.length > 0 && (bytes + block.size > parcelBytes || (before === undefined && parts === maxParts))) {
        parcels.push(open);
        open = { blocks: [], whole: false };
        bytes = parts = 0;
        before = undefined;
      }
      if (before === undefined) parts++;
      open.blocks.push(block);
      bytes += block.size;
      before = block;
    }
  }
  return open.blocks.length > 0 ? [...parcels, open] : parcels;
}

/** The form that the relay takes: the hashes, then what is cut into blocks again after each chunk's length. */
export function formOf({ blocks }: Parcel): FormData {
  const form = new FormData();
  form.append('hashes', new Blob([concat(...blocks.map(({ digest }) => digest))]));
  for (const run of runsOf(blocks)) {
    const [first] = run;
    if (first !== undefined) form.append('file', isWhole(run) ? first.of : first.of.slice(first.at, first.at + sizeOf(run)));
  }
  return form;
}

const sizeOf = (run: readonly Block[]): number => run.reduce((sum, { size }) => sum + size, 0);
const isWhole = (run: readonly Block[]): boolean => run[0]?.at === 0 && sizeOf(run) === run[0].of.size;

/** Blocks that follow each other in the same file, together. */
function runsOf(blocks: readonly Block[]): Block[][] {
  const runs: Block[][] = [];
  let last: Block | undefined;
  for (const block of blocks) {
    if (last?.size === chunkSize && block.of === last.of && block.at === last.at + chunkSize) runs.at(-1)?.push(block);
    else runs.push([block]);
    last = block;
  }
  return runs;
}
