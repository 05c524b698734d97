/** Entry of a worker that hashes chunks. */
import type { Bytes } from '../verify/bytes.js';
import { onThisThread, type Hashed } from './bulk.js';
import { Peer, Transfer, type Port } from './rpc.js';
import { hello } from './spawn.js';

export interface HashService {
  hash(bytes: Bytes): Promise<Transfer<Hashed>>;
}

const service: HashService = {
  async hash(bytes) {
    return new Transfer(await onThisThread.hash(bytes), [bytes.buffer]);
  },
};
const scope = self as unknown as Port; // DOM types take `self` for a window
new Peer(scope, service);
scope.postMessage(hello, []);
