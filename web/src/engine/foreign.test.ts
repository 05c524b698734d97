import { afterEach, describe, expect, test, vi } from 'vitest';
import { concat, unhex, utf8, type Bytes } from '../verify/bytes.js';
import { dagPB, encodeCID, makeCID, parseCID, raw, type Codec } from '../verify/cid.js';
import { sha256Hex } from '../verify/sha256.js';
import { plainCID } from '../verify/unixfs.js';
import { openForeign, plainReference } from './foreign.js';
import { onThisThread } from './bulk.js';
import { fetchRun } from './run.js';
import { Release } from './release.js';

/** A block and how much of the file lies below it. */
interface Below {
  cid: string;
  size: number;
}

const blocks = new Map<string, Bytes>();

function put(codec: Codec, block: Bytes): string {
  const cid = makeCID(codec, sha256Hex(block));
  blocks.set(cid, block);
  return cid;
}

function varint(n: number): Bytes {
  const bytes: number[] = [];
  for (; n > 127; n = Math.floor(n / 128)) bytes.push((n % 128) + 128);
  return Uint8Array.from([...bytes, n]);
}
const bytesField = (number: number, bytes: Uint8Array): Bytes => concat(Uint8Array.of((number << 3) | 2), varint(bytes.length), bytes);
const numberField = (number: number, n: number): Bytes => concat(Uint8Array.of(number << 3), varint(n));

const leaf = (bytes: Bytes): Below => ({ cid: put(raw, bytes), size: bytes.length });

/** A node of this kind (2: a file), its data before its links or behind them. */
function node(kind: number, data: Bytes | null, below: readonly Below[] = [], { old = false, dataFirst = false } = {}): Below {
  const size = below.reduce((sum, b) => sum + b.size, data?.length ?? 0);
  const links = below.map(({ cid }) => {
    const isOld = old && parseCID(cid).codec === dagPB;
    return bytesField(2, concat(bytesField(1, isOld ? unhex('1220' + parseCID(cid).digest) : encodeCID(cid)), bytesField(2, utf8('')), numberField(3, 1)));
  });
  const message = bytesField(1, concat(numberField(1, kind), ...(data === null ? [] : [bytesField(2, data)]), numberField(3, size), ...below.map((b) => numberField(4, b.size))));
  return { cid: put(dagPB, dataFirst ? concat(message, ...links) : concat(...links, message)), size };
}

/** A balanced tree over pieces of `length` bytes. */
function tree(body: Bytes, length: number, width: number, rawLeaves: boolean): Below {
  let row = Array.from({ length: Math.ceil(body.length / length) }, (_, i) => {
    const piece = body.slice(i * length, (i + 1) * length);
    return rawLeaves ? leaf(piece) : node(2, piece);
  });
  while (row.length > 1) row = Array.from({ length: Math.ceil(row.length / width) }, (_, i) => node(2, null, row.slice(i * width, (i + 1) * width), { old: !rawLeaves, dataFirst: i % 2 === 0 }));
  return row[0] ?? leaf(body);
}

const noise = (length: number): Bytes => Uint8Array.from({ length }, (_, i) => (i * 2654435761) >>> 24);

/** Reads the file that a gateway has, from its end to its beginning. */
async function read(ref: string): Promise<{ bytes: Bytes; events: string[] }> {
  const get = vi.fn((url: string) => {
    const block = blocks.get(/\/ipfs\/(\w+)\?format=raw$/.exec(url)?.[1] ?? '');
    return Promise.resolve(new Response(block ?? null, { status: block === undefined ? 404 : 200 }));
  });
  vi.stubGlobal('fetch', get);
  const events: string[] = [];
  const found = await Release.openAny(
    { ref: plainReference(ref), sources: [{ url: 'https://one.example', label: '', banned: null }], signer: null, tell: (e) => events.push(e.type), signal: new AbortController().signal, keeper: null, bulk: { ...onThisThread, start: () => undefined, run: fetchRun } },
    {},
  );
  if (found instanceof Release) throw new Error('it is a release');
  const origin = openForeign(found, { file: null, signer: null, tell: (e) => events.push(e.type) });
  const { size } = origin.model;
  const count = Math.ceil(size / 2 ** 20);
  const chunks = Array.from<Bytes>({ length: count });
  for (let i = count - 1; i >= 0; i--) chunks[i] = await origin.chunk(origin.model, i, false);
  return { bytes: concat(...chunks), events };
}

afterEach(() => {
  blocks.clear();
  vi.unstubAllGlobals();
});

describe('files of any chunk size, width and depth are read as if they had chunks of 1 MiB', () => {
  const body = noise(3 * 2 ** 20 + 12345);
  const ways: Record<string, () => Below> = {
    '256 KiB, raw leaves': () => tree(body, 256 << 10, 174, true),
    '256 KiB, dag-pb leaves, named by CIDs of version 0': () => tree(body, 256 << 10, 174, false),
    'odd borders, many levels': () => tree(body, 65537, 3, true),
    '2 MiB leaves': () => tree(body, 2 << 20, 174, true),
    'bytes in nodes above others': () => node(2, body.slice(0, 1000), [node(2, body.slice(1000, 500_000), [leaf(body.slice(500_000, 2_000_000))]), leaf(new Uint8Array()), leaf(body.slice(2_000_000, 3_000_000)), leaf(body.slice(3_000_000))]),
    'one block': () => leaf(utf8('\b\b one block')),
  };
  for (const [name, make] of Object.entries(ways)) {
    test(name, async () => {
      const { cid, size } = make();
      const { bytes } = await read(`ipfs://${cid}`);
      expect(bytes.length).toBe(size);
      expect(sha256Hex(bytes)).toBe(sha256Hex(size === body.length ? body : utf8('\b\b one block')));
    });
  }
});

describe('refuses', () => {
  const piece = noise(100);
  const wrong = (below: Below, size: number): Below => node(2, null, [{ ...below, size }]);
  const cases: Record<string, [make: () => Below, code: string, says: RegExp]> = {
    'a directory': [() => node(1, null), 'invalid', /release directory/],
    'a symlink': [() => node(4, utf8('x')), 'invalid', /release directory/],
    'a node that has another size': [() => wrong(node(2, null, [leaf(piece)]), 99), 'invalid', /another size/],
    'a leaf that has another size': [() => wrong(leaf(piece), 99), 'unreachable', /sent more than/],
    'a leaf that no block can be': [() => wrong(leaf(piece), 3 << 20), 'invalid', /a block has 3145728 bytes/],
    'a directory below': [() => wrong(node(1, null), 7), 'invalid', /a directory, not a file/],
    'a tree too deep': [() => Array.from({ length: 20 }).reduce<Below>((below) => node(2, null, [below]), leaf(piece)), 'invalid', /deeper than 16/],
    'a block that nobody has': [() => wrong({ cid: makeCID(raw, '11'.repeat(32)), size: 0 }, 100), 'not_found', /no source has it/],
    'more bytes than a file can have': [() => wrong(leaf(piece), 2 ** 40), 'invalid', /release directory/],
  };
  for (const [name, [make, code, says]] of Object.entries(cases)) {
    test(name, async () => {
      const { cid } = make();
      await expect(read(cid)).rejects.toMatchObject({ code, message: expect.stringMatching(says) as string });
    });
  }

  test('a node that is cut short anywhere, or has any one byte changed, in an error or as a file that fits its block', async () => {
    const { cid } = node(2, piece.slice(0, 5), [leaf(piece.slice(5, 9))]);
    const whole = blocks.get(cid) ?? new Uint8Array();
    for (let i = 0; i < whole.length; i++) {
      for (const block of [whole.slice(0, i), Uint8Array.from(whole, (byte, k) => (k === i ? byte ^ 0xff : byte))]) {
        const outcome = await read(put(dagPB, block)).then(
          () => 'read',
          (thrown: unknown) => (thrown as { code: string }).code,
        );
        expect(['read', 'invalid', 'not_found', 'unreachable']).toContain(outcome);
      }
    }
  });
});

test('CIDs in the forms that IPFS tools print name the same block', () => {
  const plain = plainReference('ipfs://QmTrqwBNo2sXoysYEMpZt8QTexB9SvmMKzvvy8KcNyyb39/');
  expect(plain).toMatch(/^ipfs:\/\/bafybei[a-z2-7]{52}\/$/);
  for (const text of ['Qm', 'QmTrqwBNo2sXoysYEMpZt8QTexB9SvmMKzvvy8KcNyyb3', 'QmTrqwBNo2sXoysYEMpZt8QTexB9SvmMKzvvy8KcNyyb3O', `z${'1'.repeat(48)}`, 'bafybeictaeed3rfb32ok6s6fsqxbtardzzl2z5phl6jk4wlr3hdeyu6ecu']) {
    expect(plainCID(text)).toBe(text);
  }
});
