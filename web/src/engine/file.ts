/** A model from anywhere, without a release: one file, known by its hash. Fetched when somebody asks for such a thing. */
import { concat, unhex, type Bytes } from '../verify/bytes.js';
import { makeCID, raw } from '../verify/cid.js';
import { sha256Hex } from '../verify/sha256.js';
import { chunkCount, chunkLength, chunkSize } from '../verify/tree.js';
import { sha256Of } from './block.js';
import type { Origin } from './delivery.js';
import { DehugError } from './errors.js';
import type { ChunkEvent, VerifiedManifest } from './types.js';

export interface FetchFileParameters {
  url: URL;
  /** As on a script: `sha256-…`, `sha384-…`, `sha512-…`, or several, of which the strongest kind counts. */
  integrity: string;
  maxBytes: number;
  signal: AbortSignal;
  tell: (event: Omit<ChunkEvent, 'at'>) => void;
}

/** Fetches a file and checks it. Nothing of it is given out before all of it has been hashed. */
export async function fetchFile({ url, integrity, maxBytes, signal, tell }: FetchFileParameters): Promise<Bytes> {
  const wanted = parseIntegrity(integrity, url);
  const response = await fetch(url, { credentials: 'omit', referrerPolicy: 'no-referrer', signal }).catch((cause: unknown) => {
    throw signal.aborted ? cause : new DehugError('unreachable', `${url.href} could not be fetched`, { hint: 'check the address, and that its server allows this page to read it (CORS)', cause });
  });
  if (!response.ok) throw new DehugError(response.status === 404 ? 'not_found' : 'unreachable', `${url.href} answered with status ${response.status}`, { hint: 'check the address' });
  const length = Number(response.headers.get('content-length') ?? 0);
  if (length > maxBytes) throw tooLarge(url, `${length} bytes`, maxBytes);
  /** Tells of the chunk that ends the file's first `done` bytes. */
  const note = (state: 'arriving' | 'verified', size: number, done: number): void => {
    const index = Math.max(0, chunkCount(done) - 1);
    const start = index * chunkSize;
    tell({ type: 'chunk', file: nameOf(url), count: chunkCount(size), source: url.origin, index, size: chunkLength(size, index), state, bytes: done - start });
  };
  const pieces: Uint8Array[] = [];
  let n = 0;
  const reader = response.body?.getReader();
  while (reader !== undefined) {
    const { done, value } = await reader.read();
    if (done) break;
    pieces.push(value);
    n += value.length;
    if (n > maxBytes) {
      await reader.cancel();
      throw tooLarge(url, `more than ${maxBytes} bytes`, maxBytes);
    }
    if (length >= n) note('arriving', length, n);
  }
  const bytes = concat(...pieces.splice(0));
  const text = btoa(String.fromCharCode(...(await digest(wanted.algorithm, bytes))));
  if (!wanted.digests.includes(text)) {
    throw new DehugError('unverified', `${url.href} is ${wanted.name}-${text}, not ${wanted.digests.map((digest) => `${wanted.name}-${digest}`).join(' or ')}`, {
      hint: 'the file has changed, or was damaged on its way; if you trust it as it is now, put that hash into integrity',
    });
  }
  for (let done = 0; done < n; ) {
    done = Math.min(done + chunkSize, n);
    note('verified', n, done);
  }
  return bytes;
}

async function digest(algorithm: string, bytes: Bytes): Promise<Bytes> {
  const subtle = crypto.subtle as SubtleCrypto | undefined; // missing in insecure contexts
  if (subtle !== undefined) return new Uint8Array(await subtle.digest(algorithm, bytes));
  if (algorithm === 'SHA-256') return unhex(sha256Hex(bytes));
  throw new DehugError('unsupported', `browsers compute ${algorithm} on secure pages only`, { hint: 'serve the page by https, or give a sha256' });
}

const algorithms = { sha512: 'SHA-512', sha384: 'SHA-384', sha256: 'SHA-256' } as const;

function parseIntegrity(integrity: string, url: URL): { name: string; algorithm: string; digests: string[] } {
  const listed = integrity.trim().split(/\s+/).map((each) => /^(sha256|sha384|sha512)-([A-Za-z0-9+/]+=*)(\?.*)?$/.exec(each));
  for (const [name, algorithm] of Object.entries(algorithms)) {
    const digests = listed.flatMap((match) => (match?.[1] === name && match[2] !== undefined ? [match[2]] : []));
    if (digests.length > 0) return { name, algorithm, digests };
  }
  const what = integrity.trim() === '' ? `nothing says which hash ${url.href} must have` : `integrity ${JSON.stringify(integrity)} names no hash that is known here`;
  throw new DehugError('unverified', `${what}, so it is not used`, {
    hint: 'add integrity="sha256-…": for a file that you trust, openssl dgst -sha256 -binary model.onnx | openssl base64 -A prints what follows the dash',
  });
}

function tooLarge(url: URL, size: string, most: number): DehugError {
  return new DehugError('too_large', `${url.href} is ${size}, more than the ${most} that are allowed here`, { hint: 'allow more bytes, or use a smaller model' });
}

const nameOf = (url: URL): string => decodeURIComponent(url.pathname.split('/').pop() ?? '') || 'model.onnx';

/** What takes the place of a manifest: the file itself, which nobody has signed. */
export async function describeFile(bytes: Bytes, url: URL | null): Promise<VerifiedManifest> {
  const digest = await sha256Of(bytes);
  const name = url === null ? 'model.onnx' : nameOf(url);
  const size = bytes.length;
  return {
    digest,
    cid: makeCID(raw, digest),
    release: null,
    kind: 'model',
    name,
    title: '',
    version: '',
    summary: '',
    tags: [],
    license: { spdx: '', uri: '' },
    authors: [],
    created: '',
    signer: null,
    signers: [],
    signature: 'absent',
    signerPinned: false,
    files: [{ path: name, size, chunks: chunkCount(size), mediaType: 'application/onnx', needed: true }],
    totalBytes: size,
    loadBytes: size,
    entry: name,
    task: null,
  };
}

/** A model of one file, of which all is here. */
export function originOf(path: string, bytes: Bytes): Origin {
  return {
    model: { path, size: bytes.length },
    other(name) {
      throw new DehugError('not_found', `the release has no file ${JSON.stringify(name.slice(0, 80))}`, { hint: 'paths are those of the manifest, letter for letter' });
    },
    chunk: (_, index) => Promise.resolve(bytes.slice(index * chunkSize, (index + 1) * chunkSize)),
    recycle: () => undefined,
    admit: (parts) => parts.reduce((sum, { size }) => sum + size, 0),
    settle: () => Promise.resolve(),
    traffic: { fetched: bytes.length, verified: bytes.length },
  };
}
