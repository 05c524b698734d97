/**
 * What a page learns of a release without believing anybody: blocks from any gateway, each hashed here against the name that it was
 * asked for by. `openRelease` gives the manifest and who signed it; `readFile` and `checkFile` go through a file chunk by chunk.
 */
import { sha256Of } from '../../engine/block.js';
import type { Bytes } from '../../verify/bytes.js';
import { hex } from '../../verify/bytes.js';
import { parseCID, makeCID, raw } from '../../verify/cid.js';
import { maxEnvelope, verifyEnvelope } from '../../verify/envelope.js';
import { maxDocument, parseManifest, type FileEntry, type Manifest } from '../../verify/manifest.js';
import { chunkLength, parseLeafList } from '../../verify/tree.js';

/** Nothing that can be used came from any gateway; `lies` says which of them sent something else than was asked for. */
export class Unavailable extends Error {
  override name = 'Unavailable';
  constructor(what: string, readonly lies: string[]) {
    super(lies.length > 0 ? `${what}: ${lies.join(', ')} sent something else.` : `${what}: no gateway has it right now.`);
  }
}

/** The bytes of a block: of the first gateway whose answer has the hash. `limit` is the most that it may have. */
export async function fetchBlock(cid: string, { gateways, limit, what, signal }: { gateways: readonly string[]; limit: number; what: string; signal?: AbortSignal | undefined }): Promise<Bytes> {
  const { codec, digest } = parseCID(cid);
  const lies: string[] = [];
  for (const gateway of gateways) {
    const bytes = await ask(`${gateway}/ipfs/${cid}?format=raw`, codec === raw ? 'application/vnd.ipld.raw' : '*/*', limit, signal);
    if (bytes === null) continue;
    if ((await sha256Of(bytes)) === digest) return bytes;
    lies.push(new URL(gateway).host);
  }
  throw new Unavailable(what, lies);
}

async function ask(url: string, accept: string, limit: number, signal: AbortSignal | undefined): Promise<Bytes | null> {
  try {
    const response = await fetch(url, { headers: { accept }, credentials: 'omit', signal: signal ?? null });
    if (!response.ok || response.body === null) return null;
    const parts: Uint8Array[] = [];
    let length = 0;
    for (const reader = response.body.getReader(); ; ) {
      const { done, value } = await reader.read();
      if (done) break;
      length += value.length;
      if (length > limit) {
        await reader.cancel();
        return null;
      }
      parts.push(value);
    }
    return new Uint8Array(await new Blob(parts as Bytes[]).arrayBuffer());
  } catch (thrown) {
    if (signal?.aborted) throw thrown;
    return null;
  }
}

/** A manifest that has the hash it is known by, and the addresses whose signatures over it hold. */
export interface VerifiedRelease {
  manifest: Manifest;
  digest: string;
  signers: string[];
  /** Why the signatures could not be checked; empty when they were, or there are none. */
  unchecked: string;
}

export async function openRelease({ manifest, envelope, gateways, signal }: { manifest: string; envelope?: string | undefined; gateways: readonly string[]; signal?: AbortSignal | undefined }): Promise<VerifiedRelease> {
  const document = await fetchBlock(manifest, { gateways, limit: maxDocument, what: 'the manifest', signal });
  const { digest } = parseCID(manifest);
  const parsed = parseManifest(document);
  if (!envelope) return { manifest: parsed, digest, signers: [], unchecked: '' };
  try {
    const signed = await fetchBlock(envelope, { gateways, limit: maxEnvelope, what: 'the signatures', signal });
    return { manifest: parsed, digest, signers: verifyEnvelope(parsed, digest, signed), unchecked: '' };
  } catch (thrown) {
    if (signal?.aborted) throw thrown;
    return { manifest: parsed, digest, signers: [], unchecked: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}

export interface FileWork {
  gateways: readonly string[];
  signal?: AbortSignal | undefined;
  /** Told after each chunk: bytes that have been checked so far. */
  progress?: (checked: number) => void;
}

/** Chunks under way at once. */
const lanes = 4;

/** Fetches every chunk of a file, checks it, and hands it on in order. */
export async function streamFile(file: FileEntry, { gateways, signal, progress }: FileWork, take: (chunk: Bytes) => Promise<void> | void): Promise<void> {
  if (file.size === 0) return;
  const list = await fetchBlock(file.leaves, { gateways, limit: 2 ** 21, what: `the list of chunks of ${file.path}`, signal });
  const leaves = parseLeafList(list, file);
  const fetchChunk = (i: number) => {
    const leaf = leaves[i];
    if (leaf === undefined) throw new Error('a chunk beyond the last');
    return fetchBlock(makeCID(raw, hex(leaf)), { gateways, limit: chunkLength(file.size, i), what: `chunk ${i + 1} of ${file.path}`, signal });
  };
  const coming: Promise<Bytes>[] = []; // in order
  let asked = 0;
  let checked = 0;
  while (checked < file.size) {
    for (; asked < leaves.length && coming.length < lanes; asked++) {
      const chunk = fetchChunk(asked);
      chunk.catch(() => undefined); // told where it is waited for
      coming.push(chunk);
    }
    const chunk = await coming.shift();
    if (chunk === undefined) throw new Error('a chunk was not asked for');
    await take(chunk);
    checked += chunk.length;
    progress?.(checked);
  }
}

/** The whole of a small file. */
export async function readFile(file: FileEntry, work: FileWork): Promise<Bytes> {
  const parts: Bytes[] = [];
  await streamFile(file, work, (chunk) => void parts.push(chunk));
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}
