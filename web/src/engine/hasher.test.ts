import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { sha256Hex } from '../verify/sha256.js';
import { Hasher } from './hasher.js';
import { hello, spawnWorker } from './spawn.js';

type Handler = (event: unknown) => void;

/** Workers that were started; each answers as hash-worker.ts does, once it is let. */
const workers: FakeWorker[] = [];
let silent = false;

class FakeWorker {
  ended = false;
  asked = 0;
  readonly #handlers: { type: string; handler: Handler }[] = [];

  constructor() {
    workers.push(this);
    queueMicrotask(() => this.fire('message', { data: hello }));
  }

  addEventListener(type: string, handler: Handler): void {
    this.#handlers.push({ type, handler });
  }

  fire(type: string, event: object): void {
    for (const { type: of, handler } of this.#handlers) if (of === type) handler({ preventDefault: () => undefined, ...event });
  }

  postMessage({ id, args: [bytes] }: { id: number; args: [Uint8Array] }): void {
    this.asked++;
    if (!silent) queueMicrotask(() => this.fire('message', { data: { kind: 'result', id, value: { hash: sha256Hex(bytes), bytes } } }));
  }

  terminate(): void {
    this.ended = true;
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('Worker', FakeWorker);
  vi.stubGlobal('location', { origin: 'https://page.example' });
  vi.stubGlobal('navigator', { hardwareConcurrency: 8 });
  workers.length = 0;
  silent = false;
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const bytes = new Uint8Array([1, 2, 3]);
const hashed = { hash: sha256Hex(bytes), bytes };
const hasher = (): Hasher => new Hasher(() => spawnWorker(new URL('https://page.example/runtime/'), 'hash-worker.js'));

test('this thread hashes until there are workers, which share what comes then', async () => {
  const h = hasher();
  expect(await h.hash(bytes)).toEqual(hashed);
  expect(workers).toHaveLength(0);
  h.start();
  h.start();
  await vi.advanceTimersByTimeAsync(0);
  expect(await Promise.all([h.hash(bytes), h.hash(bytes)])).toEqual([hashed, hashed]);
  expect(workers.map(({ asked }) => asked)).toEqual([1, 1]);
});

test('workers end when there is nothing to do, but not those that were just asked to be there', async () => {
  const h = hasher();
  h.start();
  await vi.advanceTimersByTimeAsync(400);
  h.start();
  await vi.advanceTimersByTimeAsync(400);
  expect(workers.map(({ ended }) => ended)).toEqual([false, false]);
  await vi.advanceTimersByTimeAsync(100);
  expect(workers.map(({ ended }) => ended)).toEqual([true, true]);
  h.start();
  expect(await h.hash(bytes)).toEqual(hashed);
});

test('what is lost with a worker is said to be, and the others go on', async () => {
  const h = hasher();
  h.start();
  await vi.advanceTimersByTimeAsync(0);
  silent = true;
  const lost = h.hash(bytes);
  const refused = expect(lost).rejects.toThrow(/a worker has crashed/);
  workers.find(({ asked }) => asked === 1)?.fire('error', { message: 'out of memory' });
  await refused;
  silent = false;
  expect(await h.hash(bytes)).toEqual(hashed);
});
