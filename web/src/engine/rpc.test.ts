import { afterEach, expect, test } from 'vitest';
import { DehugError } from './errors.js';
import { Peer, Transfer } from './rpc.js';

interface Service {
  add(a: number, b: number): number;
  bytes(n: number): Promise<Transfer<Uint8Array>>;
  fail(): never;
  failPlainly(): never;
  take(bytes: Uint8Array): number;
}

const ports: MessagePort[] = [];

function pair(methods: Partial<Service>): Peer<Service> {
  const { port1, port2 } = new MessageChannel();
  ports.push(port1, port2);
  new Peer<object>(port1, methods);
  return new Peer<Service>(port2);
}

afterEach(() => {
  for (const port of ports.splice(0)) port.close();
});

test('calls are answered, whatever their order', async () => {
  const peer = pair({ add: (a, b) => a + b });
  expect(await Promise.all([peer.call('add', [1, 2]), peer.call('add', [3, 4])])).toEqual([3, 7]);
});

test('buffers move both ways', async () => {
  const peer = pair({
    bytes: (n) => {
      const bytes = new Uint8Array(n).fill(7);
      return Promise.resolve(new Transfer(bytes, [bytes.buffer]));
    },
    take: (bytes) => bytes.length,
  });
  expect(await peer.call('bytes', [3])).toEqual(new Uint8Array([7, 7, 7]));
  const mine = new Uint8Array(5);
  expect(await peer.call('take', [mine], [mine.buffer])).toBe(5);
  expect(mine.length).toBe(0);
});

test('errors keep code, sentence, hint and reason', async () => {
  const peer = pair({
    fail: () => {
      throw new DehugError('unverified', 'it lied', { hint: 'ask another', reason: 'leaf-list' });
    },
    failPlainly: () => {
      throw new TypeError('no such thing');
    },
  });
  await expect(peer.call('fail', [])).rejects.toMatchObject({ code: 'unverified', message: 'it lied', hint: 'ask another', reason: 'leaf-list' });
  await expect(peer.call('failPlainly', [])).rejects.toMatchObject({ code: 'internal', message: 'no such thing' });
  await expect(peer.call('add', [1, 2])).rejects.toMatchObject({ code: 'internal', message: 'nobody serves add' });
});

test('a closed peer rejects what waits and what comes', async () => {
  const peer = pair({ add: () => new Promise<never>(() => undefined) as never });
  const waiting = peer.call('add', [1, 2]);
  peer.close(new DehugError('aborted', 'gone'));
  await expect(waiting).rejects.toMatchObject({ code: 'aborted' });
  await expect(peer.call('add', [1, 2])).rejects.toMatchObject({ code: 'aborted' });
});
