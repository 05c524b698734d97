import { describe, expect, test } from 'vitest';
import { rawCID } from '../verify/cid.js';
import { utf8 } from '../verify/bytes.js';
import { RelayError } from '../relay/index.js';
import type { Block } from './blocks.js';
import { PublishError } from './errors.js';
import { upload, type UploadApi, type UploadProgress } from './upload.js';

const blocks: Block[] = Array.from({ length: 20 }, (_, i) => {
  const bytes = utf8(`block ${i}`);
  return { cid: rawCID(bytes), size: bytes.length, body: () => bytes };
});
const total = blocks.reduce((sum, { size }) => sum + size, 0);
const refusal = (code: string): RelayError => new RelayError(code, 'no');

/** A relay that keeps what it is sent; `fail` is asked before each call and throws what the call shall. */
class FakeRelay implements UploadApi {
  readonly have = new Set<string>();
  readonly puts: string[] = [];
  uploads = new Map<string, { state: string; reserved: number }>();
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
    this.uploads.set(id, { state: 'open', reserved });
    return { id, state: 'open', reserved };
  }
  async state(id: string) {
    await this.#call('state');
    const u = this.uploads.get(id);
    if (u === undefined) throw refusal('not_found');
    return { id, ...u };
  }
  async missing(_: string, cids: string[]) {
    await this.#call('missing');
    return cids.filter((cid) => !this.have.has(cid));
  }
  async put(_: string, { cid }: Block, signal?: AbortSignal) {
    signal?.throwIfAborted();
    await this.#call('put');
    this.puts.push(cid);
    this.have.add(cid);
  }
  async finish(id: string) {
    await this.#call('finish');
    this.uploads.set(id, { state: 'published', reserved: 0 });
  }
  drop = (): Promise<void> => Promise.resolve();
}

const send = (api: UploadApi, more: Partial<Parameters<typeof upload>[0]> = {}) => upload({ api, blocks, ref: { manifest: 'm' }, pause: 1, ...more });

describe('upload', () => {
  test('sends each block once, several at a time, and tells of no more than was confirmed', async () => {
    const relay = new FakeRelay();
    const told: UploadProgress[] = [];
    await send(relay, { parallel: 3, onProgress: (p) => told.push({ ...p, done: p.done - blocks.filter(({ cid }) => relay.have.has(cid)).reduce((sum, b) => sum + b.size, 0) }) });
    expect([...relay.puts].sort()).toEqual(blocks.map(({ cid }) => cid).sort());
    expect(relay.most).toBe(3);
    expect(told.every(({ done }) => done <= 0)).toBe(true);
    expect(told.at(-1)).toEqual({ phase: 'done', done: 0, total });
  });

  test('goes on where it was: what is there is not sent again', async () => {
    const relay = new FakeRelay();
    for (const { cid } of blocks.slice(0, 15)) relay.have.add(cid);
    relay.uploads.set('old', { state: 'open', reserved: 2 * total });
    expect(await send(relay, { id: 'old' })).toBe('old');
    expect(relay.puts.length).toBe(5);
  });

  test('begins anew where the relay knows nothing of it, or gave too little room', async () => {
    const relay = new FakeRelay();
    relay.uploads.set('small', { state: 'open', reserved: 1 });
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

  test.each(['unauthorized', 'forbidden', 'quota', 'too_large', 'no_space'])('ends at a refusal of code %s, all senders with it', async (code) => {
    const relay = new FakeRelay((call, n) => {
      if (call === 'put' && n === 4) throw refusal(code);
    });
    await expect(send(relay)).rejects.toMatchObject({ code });
    const sent = relay.puts.length;
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(relay.puts.length).toBe(sent);
  });

  test('ends when a file has changed', async () => {
    const relay = new FakeRelay((call, n) => {
      if (call === 'put' && n === 4) throw new PublishError('changed', 'x');
    });
    await expect(send(relay)).rejects.toMatchObject({ code: 'changed' });
  });

  test('is cancelled while sending, and while waiting', async () => {
    for (const fail of [() => undefined, () => { throw refusal('unreachable'); }]) {
      const stop = new AbortController();
      const relay = new FakeRelay(fail);
      const sending = send(relay, { signal: stop.signal, pause: 60_000, onProgress: ({ done, waiting }) => (done > 0 || waiting) && stop.abort(new Error('enough')) });
      await expect(sending).rejects.toThrow('enough');
      expect(relay.puts.length).toBeLessThan(blocks.length);
    }
  });

  test('a finish whose answer was lost is found out to have happened', async () => {
    const relay = new FakeRelay((call, n) => {
      if (call !== 'finish') return;
      if (n === 1) {
        relay.uploads.set('u0', { state: 'published', reserved: 0 });
        throw refusal('unreachable');
      }
      throw refusal('conflict');
    });
    expect(await send(relay)).toBe('u0');
  });

  test('what is published already is done', async () => {
    const relay = new FakeRelay();
    relay.uploads.set('done', { state: 'published', reserved: 0 });
    expect(await send(relay, { id: 'done' })).toBe('done');
    expect(relay.puts).toEqual([]);
  });
});
