import { describe, expect, test } from 'vitest';
import { RelayError } from '../relay/index.js';
import { concat, utf8, type Bytes } from '../verify/bytes.js';
import { sha256 } from '../verify/sha256.js';
import { chunkSize } from '../verify/tree.js';
import { blocksOf, formOf, pack, parcelBytes, type Block, type Parcel } from './blocks.js';
import { PublishError } from './errors.js';
import { upload, type UploadApi, type UploadProgress } from './upload.js';

/** Ten requests full of blocks, of which nobody reads a byte. */
const blocks = Array.from({ length: (10 * parcelBytes) / chunkSize }, (_, i): Block => ({ cid: `block ${i}`, digest: sha256(utf8(`block ${i}`)), size: chunkSize, of: new Blob(), at: 0 }));
const total = blocks.reduce((sum, { size }) => sum + size, 0);
const refusal = (code: string): RelayError => new RelayError(code, 'no');

/** A relay that keeps what it is sent; `fail` is asked before each call and throws what the call shall. */
class FakeRelay implements UploadApi {
  readonly have = new Set<string>();
  readonly parcels: Parcel[] = [];
  /** So many blocks of each request have arrived when it fails. */
  breaksAfter = 0;
  get sent() {
    return this.parcels.flatMap(({ blocks }) => blocks.map(({ cid }) => cid));
  }
  uploads = new Map<string, { state: string; reserved: number; bytes: number }>();
  busy = 0;
  most = 0;
  constructor(readonly fail: (call: string, n: number) => void = () => undefined) {}
  readonly #calls = new Map<string, number>();
  async #call(name: string): Promise<void> {
    const n = (this.#calls.get(name) ?? 0) + 1;
    this.#calls.set(name, n);
    this.most = Math.max(this.most, ++this.busy);
    await Promise.resolve();
    this.busy--;
    this.fail(name, n);
  }
  async begin(reserved: number) {
    await this.#call('begin');
    const id = `u${this.uploads.size}`;
    this.uploads.set(id, { state: 'open', reserved, bytes: 0 });
    return { id, state: 'open', reserved, bytes: 0 };
  }
  async state(id: string) {
    await this.#call('state');
    const u = this.uploads.get(id);
    if (u === undefined) throw refusal('not_found');
    return { id, ...u, bytes: this.have.size * chunkSize };
  }
  async missing(_: string, cids: string[]) {
    await this.#call('missing');
    return cids.filter((cid) => !this.have.has(cid));
  }
  async send(_: string, parcel: Parcel, signal?: AbortSignal) {
    signal?.throwIfAborted();
    this.parcels.push(parcel);
    const arrived = parcel.blocks.slice(0, this.breaksAfter);
    for (const { cid } of arrived) this.have.add(cid);
    await this.#call('send');
    for (const { cid } of parcel.blocks) this.have.add(cid);
  }
  async finish(id: string) {
    await this.#call('finish');
    this.uploads.set(id, { state: 'published', reserved: 0, bytes: 0 });
  }
  drop = (): Promise<void> => Promise.resolve();
}

const send = (api: UploadApi, more: Partial<Parameters<typeof upload>[0]> = {}) => upload({ api, blocks, ref: { manifest: 'm' }, pause: 1, look: 1, ...more });

describe('upload', () => {
  test('sends each block once, several at a time, and tells of no more than was confirmed', async () => {
    const relay = new FakeRelay();
    const told: UploadProgress[] = [];
    await send(relay, { parallel: 3, onProgress: (p) => told.push({ ...p, done: p.done - blocks.filter(({ cid }) => relay.have.has(cid)).reduce((sum, b) => sum + b.size, 0) }) });
    expect([...relay.sent].sort()).toEqual(blocks.map(({ cid }) => cid).sort());
    expect(relay.most).toBe(3);
    expect(told.every(({ done }) => done <= 0)).toBe(true);
    expect(told.at(-1)).toEqual({ phase: 'done', done: 0, total });
  });

  test('goes on where it was: what is there is not sent again', async () => {
    const relay = new FakeRelay();
    for (const { cid } of blocks.slice(0, -5)) relay.have.add(cid);
    relay.uploads.set('old', { state: 'open', reserved: 2 * total, bytes: 0 });
    expect(await send(relay, { id: 'old' })).toBe('old');
    expect(relay.sent.length).toBe(5);
  });

  test('begins anew where the relay knows nothing of it, or gave too little room', async () => {
    const relay = new FakeRelay();
    relay.uploads.set('small', { state: 'open', reserved: 1, bytes: 0 });
    expect([await send(relay, { id: 'gone' }), await send(relay, { id: 'small' })]).toEqual(['u1', 'u2']);
  });

  test('waits out a lost network, a restart and too many requests', async () => {
    const causes = [refusal('unreachable'), refusal('unavailable'), refusal('rate_limited'), refusal('internal')];
    const relay = new FakeRelay((_, n) => {
      const cause = n % 2 === 1 ? causes.shift() : undefined;
      if (cause !== undefined) throw cause;
    });
    const waits: string[] = [];
    await send(relay, { onProgress: ({ waiting }) => waiting && waits.push(waiting.why) });
    expect(waits.length).toBe(4);
    expect(relay.have.size).toBe(blocks.length);
  });

  test('of a large file that broke off, what is missing goes in pieces; so does one that something in between finds too large', async () => {
    for (const cause of [refusal('unreachable'), new RelayError('not_understood', 'no', { status: 413 })]) {
      const file = new Blob([new Uint8Array(20 * chunkSize + 5)]);
      const leaves = Array.from({ length: 21 }, (_, i) => sha256(utf8(`${i}`)));
      const whole = blocksOf([{ path: 'w', size: file.size, leaves: concat(...leaves) }], () => file, []);
      const relay = new FakeRelay((call, n) => {
        if (call === 'send' && n === 1) throw cause;
      });
      relay.breaksAfter = 9;
      await send(relay, { blocks: whole, parallel: 1 });
      expect(relay.parcels.map(({ whole, blocks }) => [whole, blocks.length])).toEqual([[true, 21], [false, 8], [false, 4], [false, 1]]);
      expect(relay.have.size).toBe(22);
    }
  });

  test.each(['unauthorized', 'forbidden', 'quota', 'too_large', 'no_space'])('ends at a refusal of code %s, all senders with it', async (code) => {
    const relay = new FakeRelay((call, n) => {
      if (call === 'send' && n === 4) throw refusal(code);
    });
    await expect(send(relay)).rejects.toMatchObject({ code });
    const sent = relay.parcels.length;
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(relay.parcels.length).toBe(sent);
  });

  test('ends when a file has changed', async () => {
    const relay = new FakeRelay((call, n) => {
      if (call === 'send' && n === 4) throw new PublishError('changed', 'x');
    });
    await expect(send(relay)).rejects.toMatchObject({ code: 'changed' });
  });

  test('is cancelled while sending, and while waiting', async () => {
    for (const fail of [() => undefined, () => { throw refusal('unreachable'); }]) {
      const stop = new AbortController();
      const relay = new FakeRelay(fail);
      const sending = send(relay, { signal: stop.signal, pause: 60_000, onProgress: ({ done, waiting }) => (done > 0 || waiting) && stop.abort(new Error('enough')) });
      await expect(sending).rejects.toThrow('enough');
      expect(relay.parcels.length).toBeLessThan(10);
    }
  });

  test('a finish whose answer was lost is found out to have happened', async () => {
    const relay = new FakeRelay((call, n) => {
      if (call !== 'finish') return;
      if (n === 1) {
        relay.uploads.set('u0', { state: 'published', reserved: 0, bytes: 0 });
        throw refusal('unreachable');
      }
      throw refusal('conflict');
    });
    expect(await send(relay)).toBe('u0');
  });

  test('what is published already is done', async () => {
    const relay = new FakeRelay();
    relay.uploads.set('done', { state: 'published', reserved: 0, bytes: 0 });
    expect(await send(relay, { id: 'done' })).toBe('done');
    expect(relay.parcels).toEqual([]);
  });
});

describe('requests', () => {
  const chunk = (i: number): Bytes => new Uint8Array(chunkSize).fill(i);
  const file = (path: string, ...chunks: Bytes[]) => ({ path, size: chunks.reduce((n, { length }) => n + length, 0), leaves: concat(...chunks.map((bytes) => sha256(bytes))), of: new File(chunks, path) });
  const tail = utf8('tail');
  const files = [file('a', chunk(1), chunk(2), chunk(1), tail), file('empty'), file('large', ...Array.from({ length: 9 }, (_, i) => chunk(10 + i))), ...Array.from({ length: 70 }, (_, i) => file(`small-${i}`, utf8(`small ${i}`)))];
  const all = blocksOf(files, (path) => files.find((f) => f.path === path)?.of ?? new Blob(), [utf8('manifest')]);

  // As the relay reads it.
  const blocksIn = async (form: FormData): Promise<Bytes[]> => {
    const [hashes = new Blob(), ...parts] = [...form.values()] as Blob[];
    const found: Bytes[] = [];
    for (const part of parts) for (let at = 0; at === 0 || at < part.size; at += chunkSize) found.push(new Uint8Array(await part.slice(at, at + chunkSize).arrayBuffer()));
    expect(new Uint8Array(await hashes.arrayBuffer())).toEqual(concat(...found.map((bytes) => sha256(bytes))));
    return found;
  };

  test.each([true, false])('bring each block once, files as they are where that can be (whole: %s)', async (whole) => {
    const parcels = pack(all, { whole });
    const sent = await Promise.all(parcels.map(async (parcel) => (await blocksIn(formOf(parcel))).map((bytes) => sha256(bytes))));
    expect(sent.map((hashes) => hashes.length)).toEqual(parcels.map(({ blocks }) => blocks.length));
    expect(parcels.flatMap(({ blocks }) => blocks).map(({ cid }) => cid).sort()).toEqual(all.map(({ cid }) => cid).sort());
    expect(parcels.filter((p) => p.whole).map((p) => formOf(p).getAll('file').map((part) => (part as File).name))).toEqual(whole ? [['large']] : []);
    for (const parcel of parcels) {
      expect(formOf(parcel).getAll('file').length).toBeLessThanOrEqual(64);
      if (!parcel.whole) expect(parcel.blocks.reduce((n, { size }) => n + size, 0)).toBeLessThanOrEqual(parcelBytes);
    }
  });
});
