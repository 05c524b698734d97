/**
 * Neighbouring chunks of a file in one answer: a CAR of the file's nodes and of those leaves that hold a range of its bytes. Only
 * the leaves are used, and whoever takes one hashes it. Nodes are passed over: it is known which leaves there are.
 */
import { same, unhex, type Bytes } from '../verify/bytes.js';
import { parseCID, raw } from '../verify/cid.js';
import { maxBlock } from '../verify/release.js';
import { Body } from './body.js';

/** Nodes of a file in one answer, at most: those above a few neighbouring leaves are some ten. More are no file, and may have no end. */
const maxNodes = 32;

export interface RunParameters {
  /** Base URL of the gateway. */
  source: string;
  /** CID of the file. */
  file: string;
  /** Where in the file the first leaf begins. */
  from: number;
  leaves: readonly { cid: string; size: number }[];
  signal: AbortSignal;
  /** Gives a buffer for a leaf of so many bytes. */
  buffer: (size: number) => Bytes;
  /** Told how many bytes of the answer have come. */
  progress: (bytes: number) => void;
  /** Takes the next leaf. It has the right length, and nobody has hashed it. Nothing more is read until it is fulfilled. */
  take: (bytes: Bytes) => Promise<void>;
}

export interface RunAnswer {
  status: number;
  retryAfter: string;
  /** Whether it was what had been asked for: then `take` was given all leaves. */
  good: boolean;
}

/** Asks for the leaves. Rejects when there is no answer or it breaks off. */
export async function fetchRun({ source, file, from, leaves, signal, buffer, progress, take }: RunParameters): Promise<RunAnswer> {
  const to = leaves.reduce((at, { size }) => at + size, from) - 1;
  const response = await fetch(`${source}/ipfs/${file}?format=car&dag-scope=entity&entity-bytes=${from}:${to}&car-dups=y`, {
    cache: 'no-store', // nobody will ask for just this range again
    credentials: 'omit',
    referrerPolicy: 'no-referrer',
    signal,
  });
  const { status, body, headers } = response;
  const answer = (good: boolean): RunAnswer => ({ status, retryAfter: headers.get('retry-after') ?? '', good });
  if (status !== 200 || body === null || !headers.get('content-type')?.startsWith('application/vnd.ipld.car')) return answer(false);
  const reader = new Body(body, progress);
  const get = async (length: number): Promise<Bytes> => (await reader.fill(new Uint8Array(length))).bytes; // zeros where nothing comes are no CAR
  const [header = 0] = await get(1);
  if (header === 0 || header > 127) return answer(false); // one root takes 58 bytes
  await get(header);
  let nodes = 0;
  for (const { cid, size } of leaves) {
    const wanted = Uint8Array.of(...varint(36 + size), 1, raw, 0x12, 32, ...unhex(parseCID(cid).digest));
    for (let head = await get(wanted.length); !same(head, wanted); head = await get(wanted.length)) {
      const rest = sectionLength(head) - head.length; // of a node's block
      if (!(rest >= 0 && rest <= maxBlock) || ++nodes > maxNodes) return answer(false);
      await get(rest);
    }
    const leaf = await reader.fill(buffer(size));
    if (leaf.n < size) throw new Error('it is not whole');
    await take(leaf.bytes);
  }
  return answer(true);
}

function varint(n: number): number[] {
  return n < 128 ? [n] : [(n & 127) | 128, ...varint(n >> 7)];
}

/** Bytes of a section, with the length that it begins with; NaN when it does not begin with one of at most three bytes. */
function sectionLength(head: Bytes): number {
  const [a = 0, b = 0, c = 0] = head;
  if (a < 128) return 1 + a;
  if (b < 128) return 2 + (a & 127) + 128 * b;
  return c < 128 ? 3 + (a & 127) + 128 * (b & 127) + 16384 * c : NaN;
}
