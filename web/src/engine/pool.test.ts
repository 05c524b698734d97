import { afterEach, expect, test, vi } from 'vitest';
import { rawCID } from '../verify/cid.js';
import { onThisThread } from './bulk.js';
import { Pool, type Want } from './pool.js';
import { fetchRun } from './run.js';

afterEach(() => {
  vi.unstubAllGlobals();
});

const block = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
const want = (bytes: Uint8Array<ArrayBuffer>): Want => ({ cid: rawCID(bytes), size: bytes.length, limit: 1000, what: 'a block' });
const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Sources by their hosts: each answers a request for a CID when it will, and is told when nobody waits any more. */
function gateways(by: Record<string, (cid: string, ended: AbortSignal) => Promise<Uint8Array<ArrayBuffer>>>): void {
  vi.stubGlobal('fetch', async (url: string, { signal }: { signal: AbortSignal }) => {
    const { host, pathname } = new URL(url);
    const answer = by[host];
    if (answer === undefined) throw new TypeError(`no such host: ${host}`);
    return new Response(await answer(pathname.split('/').at(-1) ?? '', signal), { headers: { 'content-type': 'application/vnd.ipld.raw' } });
  });
}

const pool = (...hosts: string[]): Pool => new Pool(hosts.map((host) => ({ url: `https://${host}`, label: host, banned: null })), () => undefined, new AbortController().signal, { ...onThisThread, start: () => undefined, run: fetchRun });

test('a block is asked of a source that was overtaken with another, when the one before it has lied', async () => {
  const [first, second] = [block('first'), block('second')];
  gateways({
    liar: async (cid) => {
      if (cid === rawCID(second)) return block('a lie!');
      await after(80);
      return first;
    },
    // Of the first block it says nothing, and its request takes a while to end.
    slow: async (cid, ended) => {
      if (cid === rawCID(second)) return second;
      await new Promise((resolve) => ended.addEventListener('abort', resolve));
      await after(30);
      throw new DOMException('ended', 'AbortError');
    },
  });
  const blocks = pool('liar', 'slow');
  const one = blocks.get(want(first));
  await after(50); // by now both were asked
  expect(await Promise.all([one, blocks.get(want(second))])).toEqual([first, second]);
});
