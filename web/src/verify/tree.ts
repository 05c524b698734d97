/** Chunks, leaves and roots: the hashes of `manifest/SPEC.md`, and the UnixFS CID that leaves derive. */
import { bigEndian, concat, hex, unhex, utf8, type Bytes } from './bytes.js';
import { dagPB, encodeCID, makeCID, raw, rawCID } from './cid.js';
import { quote, refuse } from './refusal.js';
import { sha256, sha256Hex } from './sha256.js';

export const chunkSize = 2 ** 20;
export const maxFileSize = 2 ** 36;
const maxLinks = 1024;

/** What a manifest says of a file, as far as its bytes are concerned. */
export interface FileHashes {
  path: string;
  size: number;
  chunkRoot: string;
  leaves: string;
  cid: string;
}

export const chunkCount = (size: number): number => Math.ceil(size / chunkSize);
export const chunkLength = (size: number, index: number): number => Math.min(size - index * chunkSize, chunkSize);

export function checkSize(size: number, place = 'size'): void {
  if (!(size >= 0 && size <= maxFileSize)) refuse('too-large', place, `${size} bytes, at most 64 GiB`);
}

/** RFC 6962's tree over hashes: the left side is the largest power of two that leaves something for the right one. */
export function treeHash(leaves: readonly Uint8Array[]): Bytes {
  if (leaves.length < 2) return leaves[0]?.slice() ?? sha256(new Uint8Array());
  let k = 1;
  while (2 * k < leaves.length) k *= 2;
  return nodeHash(treeHash(leaves.slice(0, k)), treeHash(leaves.slice(k)));
}

export const nodeHash = (left: Uint8Array, right: Uint8Array): Bytes => sha256(concat(Uint8Array.of(1), left, right));

/** The size is inside, so a file cannot pass for an interior node of another. */
export const sealChunks = (size: number, tree: Uint8Array): string => sha256Hex(concat(Uint8Array.of(2), utf8('dehug/chunks/v0'), bigEndian(size, 8), tree));

export function chunkRoot(size: number, leaves: readonly Uint8Array[]): string {
  checkSize(size);
  if (leaves.length !== chunkCount(size)) refuse('length', '', `${leaves.length} leaves for ${size} bytes`);
  return sealChunks(size, treeHash(leaves));
}

export function fileLeaf({ path, size, chunkRoot }: Pick<FileHashes, 'path' | 'size' | 'chunkRoot'>): Bytes {
  const name = utf8(path);
  return sha256(concat(Uint8Array.of(0), utf8('dehug/leaf/v0'), bigEndian(name.length, 4), name, bigEndian(size, 8), unhex(chunkRoot)));
}

/** The root over files, which must be in order of path. */
export function filesRoot(files: readonly Pick<FileHashes, 'path' | 'size' | 'chunkRoot'>[]): string {
  if (files.length === 0) refuse('no-files', 'files');
  files.forEach(({ path }, i) => {
    if (i > 0 && (files[i - 1]?.path ?? '') >= path) refuse('order', `files[${i}].path`, quote(path)); // paths are ASCII
  });
  return hex(treeHash(files.map(fileLeaf)));
}

/** The leaves of a file from its leaf list; from then on they are as trustworthy as what the manifest says of the file. */
export function parseLeafList(bytes: Uint8Array, file: FileHashes): Uint8Array[] {
  const place = `leaf list of ${quote(file.path)}`;
  checkSize(file.size);
  const n = chunkCount(file.size);
  if (bytes.length !== 32 * n) refuse('length', place, `${bytes.length} bytes, not 32 for each of ${n} chunks`);
  const leaves = Array.from({ length: n }, (_, i) => bytes.subarray(32 * i, 32 * i + 32));
  checkLeaves(leaves, file, place);
  return leaves;
}

/** Compares what leaves and size derive with what the manifest says. */
export function checkLeaves(leaves: readonly Uint8Array[], file: FileHashes, place: string): void {
  const root = chunkRoot(file.size, leaves);
  if (root !== file.chunkRoot) refuse('leaf-list', place, `chunkRoot is ${file.chunkRoot}, the leaves make ${root}`);
  const listed = rawCID(concat(...leaves));
  if (listed !== file.leaves) refuse('leaf-list', place, `leaves is ${file.leaves}, the list is ${listed}`);
  const derived = unixfsCID(file.size, leaves);
  if (derived !== file.cid) refuse('derived-cid', place, `cid is ${file.cid}, the leaves make ${derived}`);
}

/* ------------------------------------------------------------------ UnixFS */

/** A link of a dag-pb node: `size` counts all blocks below it. */
export interface Link {
  name: string;
  cid: string;
  size: bigint;
}

/** The CID of the profile unixfs-v1-2025. */
export function unixfsCID(size: number, leaves: readonly Uint8Array[]): string {
  if (size === 0) return rawCID(new Uint8Array());
  let level = leaves.map((leaf, i) => {
    const content = BigInt(chunkLength(size, i));
    return { name: '', cid: makeCID(raw, hex(leaf)), size: content, content };
  });
  while (level.length > 1) {
    const up: typeof level = [];
    for (let i = 0; i < level.length; i += maxLinks) {
      const below = level.slice(i, i + maxLinks);
      const content = below.reduce((sum, link) => sum + link.content, 0n);
      const block = encodeNode(below, concat(varintField(1, 2n), varintField(3, content), ...below.map((link) => varintField(4, link.content))));
      up.push({ name: '', cid: makeCID(dagPB, sha256Hex(block)), size: below.reduce((sum, link) => sum + link.size, BigInt(block.length)), content });
    }
    level = up;
  }
  return level[0]?.cid ?? '';
}

/** Encodes a dag-pb node: links first, then data. */
export function encodeNode(links: readonly Link[], data: Uint8Array): Bytes {
  const encoded = links.map(({ name, cid, size }) => bytesField(2, concat(bytesField(1, encodeCID(cid)), bytesField(2, utf8(name)), varintField(3, size))));
  return concat(...encoded, bytesField(1, data));
}

const bytesField = (field: number, value: Uint8Array): Bytes => concat(Uint8Array.of((field << 3) | 2), varint(BigInt(value.length)), value);
export const varintField = (field: number, value: bigint): Bytes => concat(Uint8Array.of(field << 3), varint(value));

function varint(value: bigint): Bytes {
  const out: number[] = [];
  for (; value > 127n; value >>= 7n) out.push(Number(value & 127n) | 128);
  return Uint8Array.from([...out, Number(value)]);
}
