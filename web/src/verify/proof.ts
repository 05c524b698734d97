/** Proofs that a chunk is part of a file, and a file of a release (`manifest/SPEC.md`, "Proofs"). */
import { hex } from './bytes.js';
import { checkPath } from './path.js';
import { quote, refuse } from './refusal.js';
import { checkSize, chunkCount, fileLeaf, nodeHash, sealChunks, type FileHashes } from './tree.js';

/** Siblings run from the leaf upwards. */
export function verifyChunkProof(chunk: Uint8Array, chunkRoot: string, { size, index, siblings }: { size: number; index: number; siblings: readonly Uint8Array[] }): void {
  checkSize(size);
  const tree = climb(chunk, index, chunkCount(size), siblings);
  if (tree === null || sealChunks(size, tree) !== chunkRoot) refuse('proof', `chunk ${index}`);
}

export function verifyFileProof(
  file: Pick<FileHashes, 'path' | 'size' | 'chunkRoot'>,
  root: string,
  { index, count, siblings }: { index: number; count: number; siblings: readonly Uint8Array[] },
): void {
  checkPath(file.path);
  checkSize(file.size);
  if (count > 4096) refuse('too-large', 'proof', 'at most 4096 files');
  const tree = climb(fileLeaf(file), index, count, siblings);
  if (tree === null || hex(tree) !== root) refuse('proof', `file ${quote(file.path)}`);
}

/** Hashes from a leaf to the root of a tree of n leaves, with exactly the siblings given: RFC 9162, section 2.1.3.2. */
export function climb(leaf: Uint8Array, index: number, n: number, siblings: readonly Uint8Array[]): Uint8Array | null {
  if (index < 0 || index >= n) return null;
  let last = n - 1;
  let hash = leaf;
  for (const sibling of siblings) {
    if (last === 0) return null;
    if (index % 2 === 1 || index === last) {
      hash = nodeHash(sibling, hash);
      while (index % 2 === 0) {
        // a left-heavy tree: levels where this node has no sibling
        index = index / 2;
        last = Math.floor(last / 2);
      }
    } else hash = nodeHash(hash, sibling);
    index = Math.floor(index / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 ? hash : null;
}
