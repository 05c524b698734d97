import { afterEach, expect, test, vi } from 'vitest';
import { unhex } from '../verify/bytes.js';
import { rawCID } from '../verify/cid.js';
import { sha256Hex } from '../verify/sha256.js';
import { fetchRun } from './run.js';

const bytes = (...parts: (readonly number[] | Uint8Array)[]): Uint8Array<ArrayBuffer> => Uint8Array.from(parts.flatMap((part) => [...part]));
const length = (n: number): number[] => (n < 128 ? [n] : [(n & 127) | 128, ...length(n >> 7)]);
const section = (codec: number, data: Uint8Array): Uint8Array => bytes(length(36 + data.length), [1, codec, 0x12, 32], unhex(sha256Hex(data)), data);

const leaves = ['one', 'another'].map((text) => new TextEncoder().encode(text));
const header = bytes([58], new Uint8Array(58));
const node = (size: number): Uint8Array => section(0x70, new Uint8Array(size).fill(1));
const whole = bytes(header, node(300), section(0x55, leaves[0] ?? bytes()), node(50), section(0x55, leaves[1] ?? bytes()));

afterEach(() => {
  vi.unstubAllGlobals();
});

/** What comes of a source that answers with some parts, one after the other. */
async function run(parts: Iterable<Uint8Array>, type = 'application/vnd.ipld.car'): Promise<{ good: boolean; taken: string[]; read: number }> {
  const iterator = parts[Symbol.iterator]();
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const next: IteratorResult<Uint8Array, unknown> = iterator.next();
      if (next.done === true) controller.close();
      else controller.enqueue(next.value);
    },
  });
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(body, { headers: { 'content-type': type } })));
  const taken: string[] = [];
  let read = 0;
  const { good } = await fetchRun({
    source: 'https://gateway.example',
    file: 'f',
    from: 0,
    leaves: leaves.map((leaf) => ({ cid: rawCID(leaf), size: leaf.length })),
    signal: new AbortController().signal,
    buffer: (size) => new Uint8Array(size),
    progress: (n) => (read = n),
    take: (leaf) => {
      taken.push(new TextDecoder().decode(leaf));
      return Promise.resolve();
    },
  });
  return { good, taken, read };
}

test('leaves are taken out of a CAR, however it arrives', async () => {
  expect(await run([whole])).toMatchObject({ good: true, taken: ['one', 'another'] });
  expect(await run([...whole].map((byte) => Uint8Array.of(byte)))).toMatchObject({ good: true, taken: ['one', 'another'] });
});

test.each([
  ['a page', [whole], 'text/html'],
  ['a header that is none', [bytes([0], whole)]],
  ['a header of any length', [bytes([0xff, 0xff, 0xff, 0x7f])]],
  ['a section longer than a block', [header, bytes([0xff, 0xff, 0xff, 1], new Uint8Array(60))]],
  ['a section without a length', [header, bytes([0xff, 0xff, 0xff, 0xff], new Uint8Array(60))]],
  ['an end before the leaves', [header, node(300)]],
])('Refuse %s', async (_, parts, type?: string) => {
  expect(await run(parts, type)).toMatchObject({ good: false, taken: [] });
});

test('Refuse a CAR that breaks off in a leaf', async () => {
  await expect(run([whole.subarray(0, whole.length - 1)])).rejects.toThrow('it is not whole');
});

test('Refuse a CAR without end', async () => {
  const endless = function* (): Generator<Uint8Array> {
    yield header;
    for (;;) yield node(1000);
  };
  const { good, read } = await run(endless());
  expect(good).toBe(false);
  expect(read).toBeLessThan(40_000);
});
