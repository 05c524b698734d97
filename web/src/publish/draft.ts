/** What an author says of a release, and the manifest that it makes with the files' hashes. */
import { concat, hex, type Bytes } from '../verify/bytes.js';
import { makeCID, raw, rawCID } from '../verify/cid.js';
import { encodeManifest, mediaTypeONNX, parseManifest, schema, type FileEntry, type Manifest } from '../verify/manifest.js';
import { sha256Hex } from '../verify/sha256.js';
import { chunkCount, chunkRoot, filesRoot, unixfsCID } from '../verify/tree.js';
import { mediaTypeOf } from './media-types.js';

export interface Draft {
  kind: 'model' | 'dataset';
  name: string;
  version: string;
  title: string;
  summary: string;
  tags: string[];
  task?: Manifest['task'];
  license: { spdx: string; uri?: string };
  authors: { address: string; role: string; share: number }[];
  /** Basis points. */
  royalty: number;
  parents: { manifestDigest?: string; versionId?: string }[];
  evals: { task: string; dataset: string; metric: string; value: string }[];
  /** The file that a runtime opens first; of a model. */
  entry?: string;
  /** Of the default domain; of a model. */
  opset?: number;
  /** `YYYY-MM-DDThh:mm:ssZ` */
  created: string;
}

export interface HashedFile {
  path: string;
  size: number;
  /** 32 bytes for each chunk. */
  leaves: Bytes;
}

/** A manifest as it is stored, and what is known by its hash. */
export interface Made {
  manifest: Manifest;
  document: Bytes;
  digest: string;
  cid: string;
}

/** Makes the manifest. A Refusal says which field breaks which rule. */
export function makeManifest(draft: Draft, files: readonly HashedFile[]): Made {
  const { entry, opset, tags, parents, evals, title, summary, task, license } = draft;
  const entries = files.map((file) => fileEntry(file, mediaType(file.path, draft))).sort((a, b) => (a.path < b.path ? -1 : 1));
  const text = licenseFile(entries);
  const manifest: Manifest = {
    schema,
    kind: draft.kind,
    name: draft.name,
    version: draft.version,
    royalty: draft.royalty,
    created: draft.created,
    authors: draft.authors,
    tags: [...new Set(tags)].sort(),
    parents,
    evals,
    license: { spdx: license.spdx, ...(license.uri !== undefined && license.uri !== '' && { uri: license.uri }), ...(text?.sha256 !== undefined && { sha256: text.sha256 }) },
    files: entries,
    root: entries.length === 0 ? '' : filesRoot(entries),
    title,
    summary,
    ...(task !== undefined && { task }),
    ...(draft.kind === 'model' && entry !== undefined && opset !== undefined && { runtime: { format: 'onnx', opset } }),
  };
  return identified(manifest, encodeManifest(manifest));
}

/** Reads a manifest as it is stored. A Refusal says what is wrong with it. */
export const readManifest = (document: Bytes): Made => identified(parseManifest(document), document);

function identified(manifest: Manifest, document: Bytes): Made {
  const digest = sha256Hex(document);
  return { manifest, document, digest, cid: makeCID(raw, digest) };
}

/** A model has one entry; other ONNX files beside it are files like any other. */
function mediaType(path: string, { kind, entry }: Draft): string {
  const type = mediaTypeOf(path);
  return type === mediaTypeONNX && (kind === 'dataset' || path !== entry) ? 'application/octet-stream' : type;
}

/** The license's text, where it is among the files. */
export const licenseFile = <T extends { path: string }>(files: readonly T[]): T | undefined => files.find(({ path }) => /^(LICENSE|LICENCE|COPYING)(\.(md|txt))?$/i.test(path));

function fileEntry({ path, size, leaves }: HashedFile, mediaType: string): FileEntry {
  const list = Array.from({ length: chunkCount(size) }, (_, i) => leaves.subarray(32 * i, 32 * i + 32));
  const [only] = list;
  return {
    path,
    size,
    mediaType,
    chunkRoot: chunkRoot(size, list),
    leaves: rawCID(concat(...list)),
    cid: unixfsCID(size, list),
    // The hash of a file of several chunks would have to be computed beside that of its chunks, at a tenth of the speed.
    ...(list.length <= 1 && { sha256: only === undefined ? sha256Hex(new Uint8Array()) : hex(only) }),
  };
}

/** `2026-01-02T03:04:05Z` */
export const timestamp = (at: Date): string => at.toISOString().replace(/\.\d+Z$/, 'Z');

/** A slug out of what people call their files or type as a title. */
export function slugOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/\.(onnx|zip|tar)$/, '')
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/[._-]*([._-])/g, '$1')
    .replace(/^[._-]+|[._-]+$/g, '')
    .slice(0, 64)
    .replace(/[._-]+$/, '');
}
