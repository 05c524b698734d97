import { expect, test } from 'vitest';
import type { Bytes } from '../verify/bytes.js';
import { Pack, type SyncFile } from './pack.js';

/** A file in memory that remembers what was flushed, and has room for so many bytes. */
class Fake implements SyncFile {
  bytes = new Uint8Array();
  flushed = new Uint8Array();
  most = Infinity;

  read(into: Bytes, { at }: { at: number }): number {
    const part = this.bytes.subarray(at, at + into.length);
    into.set(part);
    return part.length;
  }

  write(bytes: Bytes, { at }: { at: number }): number {
    if (at + bytes.length > this.most) throw new DOMException('full', 'QuotaExceededError');
    const size = Math.max(this.bytes.length, at + bytes.length);
    const grown = new Uint8Array(size);
    grown.set(this.bytes);
    grown.set(bytes, at);
    this.bytes = grown;
    return bytes.length;
  }

  flush(): void {
    this.flushed = this.bytes.slice();
  }

  getSize = (): number => this.bytes.length;
  close = (): void => undefined;
}

const fill = (length: number, byte: number): Bytes => new Uint8Array(length).fill(byte);

function open(data = new Fake(), index = new Fake()): { data: Fake; index: Fake; pack: Pack; commit: () => void } {
  const works: (() => void)[] = [];
  const pack = new Pack(data, index, (work) => works.push(work));
  return { data, index, pack, commit: () => works.splice(0).forEach((work) => work()) };
}

test('bytes have a name once they are flushed, and keep it', async () => {
  const { data, index, pack, commit } = open();
  const written = [pack.write('a', fill(5000, 1)), pack.write('b', fill(100, 2))];
  expect([pack.names(), pack.read('a'), index.bytes.length, data.flushed.length]).toEqual([[], null, 0, 0]);
  commit();
  await Promise.all(written);
  expect(data.flushed).toEqual(data.bytes);
  const again = open(data, index).pack;
  expect(again.names().sort()).toEqual(['a', 'b']);
  expect([again.read('a'), again.read('b'), again.read('c')]).toEqual([fill(5000, 1), fill(100, 2), null]);
});

test('a page that dies loses what was not flushed, and nothing else', async () => {
  const { data, index, pack, commit } = open();
  const written = pack.write('a', fill(5000, 1));
  commit();
  await written;
  void pack.write('b', fill(5000, 2));
  const { pack: again, commit: finish } = open(data, index);
  expect(again.names()).toEqual(['a']);
  const third = again.write('c', fill(10_000, 3)); // where b would have been
  finish();
  await third;
  expect(open(data, index).pack.read('c')).toEqual(fill(10_000, 3));
  expect(again.read('a')).toEqual(fill(5000, 1));
});

test('what is written again takes no more room, and what was removed gives its room', async () => {
  const { data, index, pack, commit } = open();
  const put = async (name: string, byte: number): Promise<void> => {
    const written = pack.write(name, fill(100, byte));
    commit();
    await written;
  };
  for (const name of ['a', 'b', 'c']) await put(name, 1);
  pack.remove('b');
  await put('b', 2);
  for (let i = 0; i < 10; i++) await put('a', i);
  expect([data.bytes.length, index.bytes.length]).toEqual([3 * 4096 + 100, 3 * 128]);
  const again = open(data, index).pack;
  expect([again.read('a'), again.read('b'), again.read('c')]).toEqual([fill(100, 9), fill(100, 2), fill(100, 1)]);
});

test('where there is no room, it says so and has what it had', async () => {
  const { data, pack, commit } = open();
  data.most = 8192;
  const written = pack.write('a', fill(4096, 1));
  await expect(pack.write('b', fill(4097, 2))).rejects.toMatchObject({ name: 'QuotaExceededError' });
  const third = pack.write('c', fill(4096, 3));
  commit();
  await Promise.all([written, third]);
  expect(pack.names()).toEqual(['a', 'c']);
});

test('a damaged index is as good as a damaged file', async () => {
  const { data, index, pack, commit } = open();
  const written = ['a', 'b', 'c'].map((name, i) => pack.write(name, fill(100, i)));
  commit();
  await Promise.all(written);
  const { bytes } = index;
  const lines: [string, () => void][] = [
    ['length', () => new DataView(bytes.buffer).setUint32(128 + 8, 2 ** 32 - 1)],
    ['place', () => new DataView(bytes.buffer).setFloat64(128, -1)],
    ['no number', () => new DataView(bytes.buffer).setFloat64(128, NaN)],
    ['beyond the end', () => new DataView(bytes.buffer).setFloat64(128, 2 ** 40)],
    ['over another', () => new DataView(bytes.buffer).setFloat64(128, 8192 - 1)],
    ['name', () => new DataView(bytes.buffer).setUint32(128 + 16, 4000)],
  ];
  for (const [what, damage] of lines) {
    const before = bytes.slice();
    damage();
    const [disk, damaged] = [new Fake(), new Fake()];
    disk.bytes = data.bytes.slice();
    damaged.bytes = bytes.slice();
    bytes.set(before);
    const again = open(disk, damaged);
    expect(again.pack.read('a'), what).toEqual(fill(100, 0));
    const anew = again.pack.write('b', fill(100, 7));
    again.commit();
    await anew;
    expect(again.pack.read('b'), what).toEqual(fill(100, 7));
    for (const [i, name] of ['a', 'b', 'c'].entries()) {
      const found = again.pack.read(name);
      if (name !== 'b' && found !== null) expect(found, what).toEqual(fill(100, i));
    }
  }
  index.bytes = bytes.slice(0, 200); // torn
  expect(open(data, index).pack.names()).toEqual(['a']);
});
