import { describe, expect, test } from 'vitest';
import { concat, hex, unhex, utf8, type Bytes } from './bytes.js';
import { makeCID, parseCID, rawCID } from './cid.js';
import { encode, type Writable } from './codec.js';
import { authorshipDigest, verifyEnvelope } from './envelope.js';
import { parseManifest } from './manifest.js';
import { checkPath } from './path.js';
import { verifyChunkProof, verifyFileProof } from './proof.js';
import { Refusal, reasons } from './refusal.js';
import { parseDirectory, parseRelease } from './release.js';
import { sha256, sha256Hex } from './sha256.js';
import { chunkCount, chunkRoot, chunkSize, filesRoot, parseLeafList, unixfsCID } from './tree.js';

type Part = { text?: string; hex?: string; repeat?: string; size?: string };
/** `manifest/testdata/vectors/README.md` says which fields a check has. */
type Vector = Record<string, string> & {
  document?: Part[];
  envelope?: Part[];
  content?: Part[];
  list?: Part[];
  block?: Part[];
  files?: { path: string; size: string; chunkRoot: string }[];
  siblings?: string[];
  signers?: string[];
  links?: { name: string; cid: string; size: string }[];
};

const files = import.meta.glob<Vector>('../../../manifest/testdata/vectors/*.json', { eager: true, import: 'default' });
const vectors = new Map(Object.entries(files).map(([path, v]) => [path.replace(/^.*\/|\.json$/g, ''), v]));
const load = (name: string): Vector => vectors.get(name) ?? ({ check: `of no vector ${name}` });

const bare = (digits = ''): string => digits.replace(/^0x/, '');
const digest = (v: Vector, field: string): string => bare(v[field]);
const joined = (parts: Part[] = []): Bytes =>
  concat(
    ...parts.map(({ text = '', hex = '', repeat, size }) => {
      const pattern = unhex(bare(repeat));
      const repeated = repeat === undefined ? new Uint8Array() : Uint8Array.from({ length: Number(size) }, (_, i) => pattern[i % pattern.length] ?? 0);
      return concat(utf8(text), unhex(bare(hex)), repeated);
    }),
  );
const hashes = (v: Vector) => ({ path: v['path'] ?? 'file', size: Number(v['size']), chunkRoot: digest(v, 'chunkRoot'), leaves: v['leaves'] ?? '', cid: v['cid'] ?? '' });

function checkLeaves(v: Vector, leaves: Uint8Array[]): void {
  const file = hashes(v);
  expect(chunkRoot(file.size, leaves)).toBe(file.chunkRoot);
  expect(unixfsCID(file.size, leaves)).toBe(file.cid);
  expect(parseLeafList(concat(...leaves), file).map(hex)).toEqual(leaves.map(hex));
}

const checks: Record<string, (v: Vector) => void> = {
  manifest(v) {
    const document = joined(v.document);
    const m = parseManifest(document);
    expect(encode(m as unknown as Writable)).toBe(new TextDecoder().decode(document));
    expect([sha256Hex(document), rawCID(document), m.root]).toEqual([digest(v, 'manifestDigest'), v['cid'], digest(v, 'root')]);
  },
  envelope(v) {
    const document = joined(v.document);
    const m = parseManifest(document);
    expect(verifyEnvelope(m, sha256Hex(document), joined(v.envelope))).toEqual(v.signers);
    expect(hex(authorshipDigest(m, sha256Hex(document)))).toBe(digest(v, 'signingHash'));
  },
  content(v) {
    const content = joined(v.content);
    const leaves = Array.from({ length: chunkCount(content.length) }, (_, i) => sha256(content.subarray(i * chunkSize, (i + 1) * chunkSize)));
    expect([String(content.length), String(leaves.length), sha256Hex(content)]).toEqual([v['size'], v['leafCount'], digest(v, 'sha256')]);
    checkLeaves(v, leaves);
  },
  leaves: (v) => checkLeaves(v, Array.from({ length: Number(v['leafCount']) }, (_, i) => sha256(utf8(String(i))))),
  'leaf-list': (v) => void parseLeafList(joined(v.list), hashes(v)),
  root: (v) => expect(filesRoot((v.files ?? []).map((f) => ({ path: f.path, size: Number(f.size), chunkRoot: bare(f.chunkRoot) })))).toBe(digest(v, 'root')),
  'chunk-proof': (v) =>
    verifyChunkProof(unhex(digest(v, 'chunk')), digest(v, 'chunkRoot'), { size: Number(v['size']), index: Number(v['index']), siblings: (v.siblings ?? []).map((s) => unhex(bare(s))) }),
  'file-proof': (v) => verifyFileProof(hashes(v), digest(v, 'root'), { index: Number(v['index']), count: Number(v['count']), siblings: (v.siblings ?? []).map((s) => unhex(bare(s))) }),
  path: (v) => checkPath(v['text'] ?? ''),
  cid(v) {
    const { codec, digest: found } = parseCID(v['text'] ?? '');
    expect([`0x${codec.toString(16)}`, found]).toEqual([v['codec'], digest(v, 'sha256')]);
    expect(makeCID(codec, found)).toBe(v['text']);
  },
  directory: (v) => expect(parseDirectory(joined(v.block)).map((link) => ({ ...link, size: String(link.size) }))).toEqual(v.links ?? []),
  release: (v) => expect(parseCID(parseRelease(v['cid'] ?? '', joined(v.block)).manifest).digest).toBe(digest(v, 'manifestDigest')),
};

/** `ok`, or the code of the refusal. */
function outcome(v: Vector): string {
  try {
    const check = checks[v['check'] ?? ''];
    if (check === undefined) throw new Error(`unknown check ${v['check'] ?? ''}`);
    check(v);
    return 'ok';
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown;
    expect(thrown.hint).not.toBe('');
    return thrown.reason;
  }
}

describe('vectors', () => {
  test('are here', () => expect(vectors.size).toBeGreaterThan(190));

  for (const [name, v] of vectors) {
    test(`${v['expect'] === 'ok' ? '' : 'refuses '}${name}: ${v['comment'] ?? ''}`, () => expect(outcome(v)).toBe(v['expect']));
  }

  test('every code has a vector', () => {
    const seen = new Set([...vectors.values()].map((v) => v['expect']));
    expect(Object.keys(reasons).filter((reason) => !seen.has(reason))).toEqual([]);
  });
});

/** Documents with one byte changed, added or taken away are refused, or do not have the hash that they are known by. */
describe('no changed byte is accepted', () => {
  /** A generator of its own, so that a failure can be seen again. */
  let state = 1;
  const random = (n: number): number => (state = (Math.imul(state, 1103515245) + 12345) >>> 0) % n;

  /** `length` changes, spread over the bytes. */
  function* changed(bytes: Bytes, tries: number): Generator<Bytes> {
    for (let i = 0; i < tries; i++) {
      const at = random(bytes.length);
      const flipped = bytes.slice();
      flipped[at] = (flipped[at] ?? 0) ^ (1 << random(8));
      yield flipped;
      yield concat(bytes.subarray(0, at), bytes.subarray(at + 1));
      yield concat(bytes.subarray(0, at), Uint8Array.of(random(256)), bytes.subarray(at));
    }
  }

  const refused = (use: () => unknown): boolean => {
    try {
      use();
      return false;
    } catch (thrown) {
      if (!(thrown instanceof Refusal)) throw thrown;
      return true;
    }
  };

  test('manifest: what is accepted is canonical, and is another manifest by its hash', () => {
    for (const name of ['manifest-example', 'manifest-escapes']) {
      const document = joined(load(name).document);
      for (const other of changed(document, 250)) {
        if (hex(other) === hex(document) || refused(() => parseManifest(other))) continue;
        expect(encode(parseManifest(other) as unknown as Writable)).toBe(new TextDecoder().decode(other)); // a changed letter of the title
        expect(sha256Hex(other)).not.toBe(sha256Hex(document));
      }
    }
  });

  test('envelope', () => {
    const v = load('envelope-two-authors');
    const document = joined(v.document);
    const m = parseManifest(document);
    const envelope = joined(v.envelope);
    for (const other of changed(envelope, 60)) {
      if (hex(other) !== hex(envelope)) expect(refused(() => verifyEnvelope(m, sha256Hex(document), other))).toBe(true);
    }
    for (let i = 0; i < 32; i++) {
      const other = unhex(sha256Hex(document));
      other[i] = (other[i] ?? 0) ^ (1 << random(8));
      expect(refused(() => verifyEnvelope(m, hex(other), envelope))).toBe(true);
    }
  });

  test('leaf list', () => {
    const v = load('leaf-list-valid');
    const list = joined(v.list);
    for (const other of changed(list, 300)) if (hex(other) !== hex(list)) expect(refused(() => parseLeafList(other, hashes(v)))).toBe(true);
  });

  test('release directory', () => {
    const v = load('release-valid');
    const block = joined(v.block);
    for (const other of changed(block, 300)) {
      if (hex(other) === hex(block)) continue;
      expect(refused(() => parseRelease(v['cid'] ?? '', other))).toBe(true);
      refused(() => parseDirectory(other)); // throws nothing but refusals
    }
  });

  test('CID', () => {
    const text = load('cid-raw')['text'] ?? '';
    for (let at = 0; at < text.length; at++) {
      for (const letter of 'abcz27AZ18= ') {
        const other = text.slice(0, at) + letter + text.slice(at + 1);
        if (other !== text && !refused(() => parseCID(other))) expect(parseCID(other)).not.toEqual(parseCID(text));
      }
    }
  });
});
