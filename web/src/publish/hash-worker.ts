/**
 * Hashes pieces of files: reads a chunk while WebCrypto hashes the one before, and answers with the leaves of the piece. No more
 * than two chunks are in memory.
 */
import { chunkSize } from '../verify/tree.js';

export interface Piece {
  id: number;
  file: Blob;
  /** Chunks from .. to − 1. */
  from: number;
  to: number;
}

export type Hashed = { id: number; leaves: ArrayBuffer } | { id: number; error: string };

const self_ = self as unknown as { onmessage: (event: MessageEvent<Piece>) => void; postMessage(message: Hashed, transfer?: Transferable[]): void };

self_.onmessage = ({ data }) => {
  void hash(data).then(
    (leaves) => self_.postMessage({ id: data.id, leaves: leaves.buffer }, [leaves.buffer]),
    (thrown: unknown) => self_.postMessage({ id: data.id, error: thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown) }),
  );
};

async function hash({ file, from, to }: Piece): Promise<Uint8Array<ArrayBuffer>> {
  const leaves = new Uint8Array(32 * (to - from));
  const read = (i: number): Promise<ArrayBuffer> => file.slice(i * chunkSize, (i + 1) * chunkSize).arrayBuffer();
  let next = read(from);
  for (let i = from; i < to; i++) {
    const chunk = await next;
    const digest = crypto.subtle.digest('SHA-256', chunk);
    if (i + 1 < to) next = read(i + 1);
    leaves.set(new Uint8Array(await digest), 32 * (i - from));
  }
  return leaves;
}
