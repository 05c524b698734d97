import { describe, expect, test } from 'vitest';
import { chunkSize } from '../verify/tree.js';
import { DehugError } from './errors.js';
import { Fill, type Layout } from './fill.js';

const places = { '': { path: 'm.onnx', size: 3 * chunkSize }, 'w.bin': { path: 'sub/w.bin', size: 100 } };
const find = (path: string): { path: string; size: number } => places[path as ''];
const layout = (tensors: Layout['tensors'], items = 2): Layout => ({ memory: { initial: 64, maximum: 64 }, paths: ['', 'w.bin'], items, tensors });
const tensor = (item: number, offset: number, length: number, destination: number, path = 0): Layout['tensors'][number] => ({ path, offset, length, destination, item });

/** Copies and prepares as text. */
function ops(words: Uint32Array): string[] {
  const out: string[] = [];
  for (let i = 0; i < words.length; i += 5) {
    const [kind, a, from, length, address] = words.subarray(i, i + 5);
    out.push(kind === 0 ? `copy ${a} ${from}+${length} to ${address}` : `${kind === 1 ? 'prepare' : 'drop'} ${a}`);
  }
  return out;
}

describe('Fill', () => {
  test('cuts tensors along chunks and keeps to the order of items, in whichever order chunks come', () => {
    const fill = new Fill(layout([tensor(0, chunkSize - 10, 30, 1000), tensor(1, 5, 7, 1000, 1), tensor(1, 0, 4, 2000)]), find);
    expect(fill.chunks).toEqual([{ path: 'm.onnx', index: 0 }, { path: 'm.onnx', index: 1 }, { path: 'sub/w.bin', index: 0 }]);
    expect(ops(fill.add(-1))).toEqual([]);
    expect(ops(fill.add(2))).toEqual([]); // of the next item
    expect(ops(fill.add(1))).toEqual(['copy 1 0+20 to 1010', 'drop 1']);
    expect(fill.done).toBe(false);
    expect(ops(fill.add(0))).toEqual([`copy 0 ${chunkSize - 10}+10 to 1000`, 'prepare 0', 'copy 2 5+7 to 1000', 'drop 2', 'copy 0 0+4 to 2000', 'drop 0', 'prepare 1']);
    expect(fill.done).toBe(true);
  });

  test('weights across a leaf: each item is prepared from its own bytes, in whichever order chunks come, and none is kept', () => {
    const noise = (size: number): Uint8Array => {
      let x = size;
      return Uint8Array.from({ length: size }, () => (x = Math.imul(x, 1103515245) + 12345) >>> 16);
    };
    const files = new Map([['a', noise(5 * chunkSize + 77)], ['b', noise(2 * chunkSize)]]);
    const tensors = [
      tensor(0, 100, 50, 0),
      tensor(0, chunkSize - 5, 10, 64),
      tensor(2, chunkSize + 5, 3 * chunkSize, 3), // over four chunks, onto the place of item 0
      tensor(3, 0, 2 * chunkSize, 0, 1),
      tensor(3, 200, 0, 0),
      tensor(4, 5 * chunkSize + 70, 7, 4 * chunkSize),
      tensor(4, 150, 8, 9), // of the first chunk again
    ];
    const items = 6; // 1 and 5 have no stored tensors
    const bytesOf = (path: string): Uint8Array => files.get(path) ?? new Uint8Array();
    const names = ['a', 'b'];
    for (let seed = 1; seed <= 10; seed++) {
      const fill = new Fill({ memory: { initial: 80, maximum: 80 }, paths: names, items, tensors }, (path) => ({ path, size: bytesOf(path).length }));
      const memory = new Uint8Array(5 * chunkSize);
      const here = new Map<number, Uint8Array>();
      let prepared = 0;
      const run = (words: Uint32Array): void => {
        for (let i = 0; i < words.length; i += 5) {
          const [kind = 0, a = 0, from = 0, length = 0, address = 0] = words.subarray(i, i + 5);
          if (kind === 0) memory.set(here.get(a)?.subarray(from, from + length) ?? [], address);
          else if (kind === 2) expect(here.delete(a)).toBe(true);
          else {
            expect(a).toBe(prepared++);
            for (const t of tensors) {
              const wanted = bytesOf(names[t.path] ?? '').subarray(t.offset, t.offset + t.length);
              if (t.item === a) expect(wanted.every((byte, k) => byte === memory[t.destination + k])).toBe(true);
            }
            memory.fill(0); // the place belongs to the next item
          }
        }
      };
      run(fill.add(-1));
      let x = seed;
      const order = fill.chunks.map((_, n) => ({ n, key: (x = Math.imul(x, 48271) % 2147483647) })).sort((a, b) => a.key - b.key);
      for (const { n } of order) {
        const { path, index } = fill.chunks[n] ?? { path: '', index: 0 };
        here.set(n, bytesOf(path).subarray(index * chunkSize, (index + 1) * chunkSize));
        run(fill.add(n));
      }
      expect([fill.done, prepared, here.size]).toEqual([true, items, 0]);
    }
  });

  test('a file that is not there is refused', () => {
    const missing = (): never => {
      throw new DehugError('not_found', 'the release has no file');
    };
    expect(() => new Fill(layout([tensor(0, 0, 1, 0)]), missing)).toThrow(/no file/);
  });

  test('items without tensors are prepared before any chunk', () => {
    const fill = new Fill(layout([tensor(1, 0, 1, 0)], 3), find);
    expect(ops(fill.add(-1))).toEqual(['prepare 0']);
    expect(ops(fill.add(0))).toEqual(['copy 0 0+1 to 0', 'drop 0', 'prepare 1', 'prepare 2']);
  });

  test('refuses a layout that reaches beyond files, memory or items', () => {
    const hostile: Record<string, Layout> = {
      'an offset beyond the file': layout([tensor(0, 3 * chunkSize + 1, 0, 0)]),
      'a length beyond the file': layout([tensor(0, 3 * chunkSize - 1, 2, 0)]),
      'a length that overflows': layout([tensor(0, 1, 2 ** 53, 0)]),
      'a negative offset': layout([tensor(0, -1, 2, 0)]),
      'an offset that is none': layout([tensor(0, Number.NaN, 2, 0)]),
      'half a byte': layout([tensor(0, 0.5, 1, 0)]),
      'beyond the memory': layout([tensor(0, 0, 2, 64 * 65536 - 1)]),
      'a negative address': layout([tensor(0, 0, 2, -1)]),
      'no such item': layout([tensor(2, 0, 1, 0)]),
      'no such file': layout([tensor(0, 0, 1, 0, 2)]),
      'items without end': layout([], 2 ** 30),
      'items that are none': layout([], Number.NaN),
    };
    for (const [what, each] of Object.entries(hostile)) {
      expect(() => new Fill(each, find), what).toThrow(DehugError);
    }
  });
});
