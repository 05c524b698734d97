/** The blocks of a release that the relay cannot make itself: chunks, lists of leaves, manifest, envelope. */
import { hex, type Bytes } from '../verify/bytes.js';
import { makeCID, raw, rawCID } from '../verify/cid.js';
import { chunkCount, chunkLength, chunkSize } from '../verify/tree.js';
import type { HashedFile } from './draft.js';

export interface Block {
  cid: string;
  size: number;
  /** Its bytes; a part of a file on disk is handed to the browser as such, and never comes into the page. */
  body: () => Blob | Bytes;
}

/** Each block once, chunks first. Files are given by path. */
export function blocksOf(files: readonly HashedFile[], open: (path: string) => Blob, documents: readonly Bytes[]): Block[] {
  const blocks = new Map<string, Block>();
  for (const { path, size, leaves } of files) {
    const file = open(path);
    for (let i = 0; i < chunkCount(size); i++) {
      const cid = makeCID(raw, hex(leaves.subarray(32 * i, 32 * i + 32)));
      blocks.set(cid, { cid, size: chunkLength(size, i), body: () => file.slice(i * chunkSize, (i + 1) * chunkSize) });
    }
    if (size === 0) addBytes(blocks, new Uint8Array());
  }
  for (const { leaves } of files) addBytes(blocks, leaves);
  for (const document of documents) addBytes(blocks, document);
  return [...blocks.values()];
}

function addBytes(blocks: Map<string, Block>, bytes: Bytes): void {
  const cid = rawCID(bytes);
  blocks.set(cid, { cid, size: bytes.length, body: () => bytes });
}
