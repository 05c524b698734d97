import { secp256k1 } from '@noble/curves/secp256k1.js';
import { describe, expect, test } from 'vitest';
import { formatAddress } from '../verify/address.js';
import { concat, hex, unhex, utf8, type Bytes } from '../verify/bytes.js';
import { rawCID } from '../verify/cid.js';
import { authorshipDigest, makeEnvelope, verifyEnvelope } from '../verify/envelope.js';
import { keccak256 } from '../verify/keccak.js';
import { encodeManifest, parseManifest } from '../verify/manifest.js';
import { Refusal } from '../verify/refusal.js';
import { sha256, sha256Hex } from '../verify/sha256.js';
import { chunkSize, parseLeafList } from '../verify/tree.js';
import { readAuthorFile } from './author-file.js';
import { envelopeOf } from './authorship.js';
import { blocksOf } from './blocks.js';
import { makeManifest, slugOf, type Draft } from './draft.js';
import { hashFiles, type HashWorker } from './hash.js';
import type { Hashed, Piece } from './hash-worker.js';
import { manifestIn, manifestOf, type ManifestWorker } from './manifest-work.js';
import type { ManifestAnswer } from './manifest-worker.js';
import { opsetOf } from './onnx-head.js';
import { amountFault, merge, pathFault, pickedFromInput, tidy } from './pick.js';

type Part = { text?: string; hex?: string; repeat?: string; size?: string };
type Vector = { vector: string; check: string; expect: string; size: string; chunkRoot: string; leaves: string; cid: string; document?: Part[]; envelope?: Part[]; content?: Part[] };
const files = import.meta.glob<Vector>('../../../manifest/testdata/vectors/*.json', { eager: true, import: 'default' });
const vectors = Object.entries(files).map(([path, v]): Vector => Object.assign({}, v, { vector: path.replace(/^.*\/|\.json$/g, '') }));
const bare = (digits = ''): string => digits.replace(/^0x/, '');
const joined = (parts: Part[] = []): Bytes =>
  concat(
    ...parts.map(({ text = '', hex = '', repeat, size }) => {
      const pattern = unhex(bare(repeat));
      const repeated = repeat === undefined ? new Uint8Array() : Uint8Array.from({ length: Number(size) }, (_, i) => pattern[i % pattern.length] ?? 0);
      return concat(utf8(text), unhex(bare(hex)), repeated);
    }),
  );

/** A worker's own code, in a scope of its own: what it does with `self` is done with this. */
async function scopeOf(load: () => Promise<unknown>): Promise<{ onmessage(event: { data: unknown }): void; postMessage(data: unknown): void }> {
  const scope = globalThis as { self?: unknown };
  const self_ = { onmessage: (_: { data: unknown }) => undefined, postMessage: (_: unknown) => undefined };
  scope.self = self_;
  await load();
  delete scope.self;
  return self_;
}

async function workerCode(): Promise<() => HashWorker> {
  const self_ = await scopeOf(() => import('./hash-worker.js'));
  let last = Promise.resolve();
  return () => {
    const worker: HashWorker = { onmessage: null, onerror: null, terminate: () => undefined, postMessage: (piece) => void (last = last.then(() => answer(piece))) };
    const answer = (piece: Piece): Promise<void> =>
      new Promise((resolve) => {
        self_.postMessage = (data) => {
          worker.onmessage?.({ data } as MessageEvent<Hashed>);
          resolve();
        };
        self_.onmessage({ data: piece });
      });
    return worker;
  };
}
const startWorker = await workerCode();

describe('vectors, written', () => {
  for (const v of vectors.filter((v) => v.check === 'manifest' && v.expect === 'ok')) {
    test(v.vector, () => expect(new TextDecoder().decode(encodeManifest(parseManifest(joined(v.document))))).toBe(new TextDecoder().decode(joined(v.document))));
  }
  for (const v of vectors.filter((v) => v.check === 'envelope' && v.expect === 'ok')) {
    test(v.vector, () => {
      const { signatures } = JSON.parse(new TextDecoder().decode(joined(v.envelope))) as { signatures: { author: string; signature: string }[] };
      const document = joined(v.document);
      expect(makeEnvelope(sha256Hex(document), signatures.reverse())).toEqual(joined(v.envelope));
    });
  }
  test('content: leaves by workers', async () => {
    const all = vectors.filter((v) => v.check === 'content' && v.expect === 'ok').map((v) => ({ path: v.vector, file: new Blob([joined(v.content)]), v }));
    const told: number[] = [];
    const lists = await hashFiles(all, { startWorker, workers: 2, onProgress: (bytes) => told.push(bytes) });
    all.forEach(({ v, path }, i) => parseLeafList(lists[i] ?? new Uint8Array(), { path, size: Number(v.size), chunkRoot: bare(v.chunkRoot), leaves: v.leaves, cid: v.cid }));
    expect(told.at(-1)).toBe(all.reduce((sum, { file }) => sum + file.size, 0));
    expect(told).toEqual([...told].sort((a, b) => a - b));
  });
});

const key = unhex('46c0f1a3d7b25e8890c4d6f2b1a39e5577cc11aa22bb33dd44ee55ff66778899');
const author = formatAddress(keccak256(secp256k1.getPublicKey(key, false).subarray(1)).subarray(12));
const onnx = utf8('\x08\x08\x42\x04\x0a\x00\x10\x11'); // ir_version 8, operator set '' 17
const draft: Draft = {
  kind: 'model', name: 'tiny', version: '1.0.0', title: 'Tiny', summary: '', tags: ['b', 'a', 'b'], license: { spdx: 'MIT' }, royalty: 250,
  authors: [{ address: author, role: 'author', share: 1_000_000 }], parents: [], evals: [], entry: 'm.onnx', opset: 17, created: '2026-01-02T03:04:05Z',
};
const hashed = (path: string, bytes: Bytes) => ({
  path, size: bytes.length, leaves: concat(...Array.from({ length: Math.ceil(bytes.length / chunkSize) }, (_, i) => sha256(bytes.subarray(i * chunkSize, (i + 1) * chunkSize)))),
});

describe('a manifest of a draft', () => {
  const big = new Uint8Array(2 * chunkSize + 5).fill(7);
  const content = new Map<string, Bytes>([['weights.bin', big], ['m.onnx', onnx], ['LICENSE', utf8('MIT')], ['more.onnx', onnx], ['empty.txt', new Uint8Array()]]);
  const made = makeManifest(draft, [...content].map(([path, bytes]) => hashed(path, bytes)));

  test('reads back, with what was derived', () => {
    const read = parseManifest(made.document);
    expect(read.files.map((f) => [f.path, f.mediaType])).toEqual([
      ['LICENSE', 'text/plain'], ['empty.txt', 'text/plain'], ['m.onnx', 'application/onnx'], ['more.onnx', 'application/octet-stream'], ['weights.bin', 'application/octet-stream'],
    ]);
    expect(read.tags).toEqual(['a', 'b']);
    expect(read.license).toEqual({ spdx: 'MIT', sha256: sha256Hex(utf8('MIT')) });
    expect(rawCID(made.document)).toBe(made.cid);
  });
  test('says which field breaks a rule', () => {
    expect(() => makeManifest({ ...draft, name: 'No Slug' }, [hashed('m.onnx', onnx)])).toThrow(/^name:/);
    expect(() => makeManifest({ ...draft, authors: [{ address: author, role: 'author', share: 5 }] }, [hashed('m.onnx', onnx)])).toThrow(/authors: .*add up to 5/);
    expect(() => makeManifest(draft, [])).toThrow();
  });
  test('a worker makes and reads the same, and its refusal is one here', async () => {
    const self_ = await scopeOf(() => import('./manifest-worker.js'));
    let asked = 0;
    const startWorker = (): ManifestWorker => {
      const worker: ManifestWorker = { onmessage: null, onerror: null, terminate: () => undefined, postMessage: (data) => queueMicrotask(() => self_.onmessage({ data })) };
      self_.postMessage = (data) => {
        asked++;
        worker.onmessage?.({ data: structuredClone(data) } as MessageEvent<ManifestAnswer>);
      };
      return worker;
    };
    const there = await manifestOf(draft, [...content].map(([path, bytes]) => hashed(path, bytes)), { startWorker });
    expect(there).toEqual(made);
    expect(await manifestIn(there.document, { startWorker })).toBe(there);
    expect(asked).toBe(1);
    expect(await manifestIn(made.document, { startWorker })).toEqual({ ...made, manifest: parseManifest(made.document) });
    const refused: unknown = await manifestOf({ ...draft, name: 'No Slug' }, [hashed('m.onnx', onnx)], { startWorker }).catch((thrown: unknown) => thrown);
    expect(refused).toBeInstanceOf(Refusal);
    expect(refused).toMatchObject({ reason: 'value', message: expect.stringMatching(/^name:/) as string });
    const stop = new AbortController();
    const stopped = manifestOf(draft, [], { startWorker, signal: stop.signal });
    stop.abort(new Error('left'));
    await expect(stopped).rejects.toThrow('left');
  });
  test('blocks: each once, of the files as they are', async () => {
    const blocks = blocksOf([...content].map(([path, bytes]) => hashed(path, bytes)), (path) => new Blob([content.get(path) ?? new Uint8Array()]), [made.document]);
    expect(new Set(blocks.map(({ cid }) => cid)).size).toBe(blocks.length);
    for (const { cid, digest, size, of, at } of blocks) {
      const bytes = new Uint8Array(await of.slice(at, at + size).arrayBuffer());
      expect([rawCID(bytes), sha256(bytes), bytes.length]).toEqual([cid, digest, size]);
    }
    const cids = blocks.map(({ cid }) => cid);
    for (const f of parseManifest(made.document).files) expect(cids).toContain(f.leaves);
  });

  describe('is signed', () => {
    const digest = authorshipDigest(made.manifest, made.digest);
    const signature = secp256k1.sign(digest, key, { prehash: false, format: 'recovered', lowS: true });
    const [v = 0] = signature;
    const rs = hex(signature.subarray(1));
    const text = (v: number): string => `0x${rs}${v.toString(16).padStart(2, '0')}`;

    test('by wallets that say v as 27 or as 0', () => {
      for (const said of [v, v + 27]) expect(verifyEnvelope(made.manifest, made.digest, envelopeOf(made.manifest, made.digest, author, text(said)) ?? new Uint8Array())).toEqual([author]);
    });
    test('by none that is a contract, or somebody else', () => {
      expect(envelopeOf(made.manifest, made.digest, author, '0x1234')).toBeNull();
      expect(envelopeOf(made.manifest, sha256Hex(utf8('other')), author, text(v))).toBeNull();
    });
  });
});

describe('opset', () => {
  const field = (tag: number, value: Bytes): Bytes => {
    const length: number[] = [];
    for (let n = value.length; ; n = Math.floor(n / 128)) {
      length.push((n % 128) | (n >= 128 ? 128 : 0));
      if (n < 128) return concat(Uint8Array.of(tag), Uint8Array.from(length), value);
    }
  };
  const set = (domain: string, version: number): Bytes => field(0x42, concat(domain === '' ? new Uint8Array() : field(0x0a, utf8(domain)), Uint8Array.of(0x10, version)));
  test('is read behind a graph of any size', async () => {
    const graph = field(0x3a, new Uint8Array(3 * chunkSize));
    expect(await opsetOf(new Blob([Uint8Array.of(8, 9), graph, set('com.example', 3), set('', 21)]))).toBe(21);
    expect(await opsetOf(new Blob([onnx]))).toBe(17);
  });
  test('of what is no model is refused', async () => {
    for (const bytes of ['', 'PK\x03\x04 a zip', '<!doctype html>', '\x3a\xff\xff\xff\x7f', '\x08']) await expect(opsetOf(new Blob([utf8(bytes)]))).rejects.toThrow(/not an ONNX model/);
  });
});

test('picked files: the folder around them and litter are left out, paths are checked', () => {
  const file = (path: string): File => Object.defineProperty(new File(['x'], path.split('/').at(-1) ?? ''), 'webkitRelativePath', { value: path });
  const picked = pickedFromInput(['net/m.onnx', 'net/.DS_Store', 'net/w/a.bin'].map(file));
  expect(picked.map(({ path }) => path)).toEqual(['m.onnx', 'w/a.bin']);
  expect(tidy([{ path: 'a/x', file: new File([], 'x') }, { path: 'b', file: new File([], 'b') }]).map(({ path }) => path)).toEqual(['a/x', 'b']);
  expect(merge(picked, [{ path: 'a', file: new File([], 'a') }]).map(({ path }) => path)).toEqual(['a', 'm.onnx', 'w/a.bin']);
  expect([pathFault('a/b'), pathFault('a b') === '']).toEqual(['', false]);
  expect(['My Net v2.onnx', '--x..', 'ÄÖ'].map(slugOf)).toEqual(['my-net-v2', 'x', '']);
});

test('an authoring file fills the form in', async () => {
  const about = await readAuthorFile(new Blob([JSON.stringify({ name: 'n', license: { spdx: 'MIT' }, runtime: { opset: 12 }, task: { id: 't', image: { name: 'in', low: -1, high: 1, width: 8, height: 8, layout: 'NCHW', color: 'RGB', resize: 'cover' }, params: { b: 0.5, a: true } }, tags: ['x'] })]));
  expect(about).toMatchObject({ name: 'n', opset: 12, license: { spdx: 'MIT' }, tags: ['x'], task: { id: 't', image: { low: '-1', width: 8 }, params: [{ key: 'a', value: 'true' }, { key: 'b', value: '0.5' }] } });
  await expect(readAuthorFile(new Blob(['{']))).rejects.toThrow(/not JSON/);
});

test('a manifest has room for some 2700 small files, and for more where they are large', () => {
  const files = (n: number, size: number) => Array.from({ length: n }, (_, i) => ({ path: `parts/p-${String(i).padStart(5, '0')}.bin`, file: { size } as File }));
  expect(amountFault(files(2500, 1000))).toBe('');
  expect(amountFault(files(3300, 2 ** 21))).toBe('');
  expect(amountFault(files(3500, 1000))).toMatch(/3500 files do not fit/);
  expect(() => merge(files(4096, 1), [{ path: 'more', file: new File([], 'more') }])).toThrow('more than 4096 files');
  expect(merge(files(4096, 1), files(10, 2))).toHaveLength(4096);
});
