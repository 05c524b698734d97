/** What large files take: many chunks in one answer, and other threads that hash them. Most of it is fetched when there is such a file. */
import type { Bytes } from '../verify/bytes.js';
import { sha256Of } from './block.js';
import type { RunAnswer, RunParameters } from './run.js';

export interface Hashed {
  /** SHA-256 in hex. */
  hash: string;
  bytes: Bytes;
}

export interface Hashing {
  /** Takes the bytes' buffer away until the hash is there, and gives it back then. Rejects when they are lost, with a worker. */
  hash(bytes: Bytes): Promise<Hashed>;
}

export interface Bulk extends Hashing {
  /** There will be much to fetch and to hash. */
  start(): void;
  /** As `fetchRun`. */
  run(what: RunParameters): Promise<RunAnswer>;
}

export const onThisThread: Hashing = {
  hash: async (bytes) => ({ hash: await sha256Of(bytes), bytes }),
};
