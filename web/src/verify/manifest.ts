/** Reads a manifest: `manifest/SPEC.md` in TypeScript, for pages that run a precompiled model and have no Go. */
import { unhex, utf8, type Bytes } from './bytes.js';
import { parseAddress } from './address.js';
import { dagPB, parseCID, raw } from './cid.js';
import { byteLength, cid, decode, digest, encode, integer, list, object, text, type Rule, type Writable } from './codec.js';
import { checkPath } from './path.js';
import { quote, refuse } from './refusal.js';
import { checkLeaves, checkSize, chunkCount, filesRoot, type FileHashes } from './tree.js';

export const schema = 'dehug/manifest/v0';
export const mediaTypeONNX = 'application/onnx';
export const maxDocument = 2 ** 20;
const maxFiles = 4096;

export interface FileEntry extends FileHashes {
  sha256?: string;
  mediaType: string;
}

/** The document, with its integers as numbers. */
export interface Manifest {
  authors: { address: string; role: string; share: number }[];
  created: string;
  evals?: { dataset: string; metric: string; task: string; value: string }[];
  files: FileEntry[];
  kind: 'model' | 'dataset';
  license: { sha256?: string; spdx: string; uri?: string };
  name: string;
  parents?: { manifestDigest?: string; versionId?: string }[];
  root: string;
  royalty: number;
  runtime?: { format: string; opset: number };
  schema: string;
  summary?: string;
  tags?: string[];
  task?: {
    id: string;
    image?: {
      color: 'RGB' | 'BGR' | 'GRAY';
      height: number;
      high: string;
      layout: 'NHWC' | 'NCHW';
      low: string;
      mean?: string[];
      name: string;
      resize: 'letterbox' | 'stretch' | 'cover';
      std?: string[];
      width: number;
    };
    params?: { key: string; value: string }[];
  };
  title?: string;
  version: string;
}

const address: Rule<string> = (c) => {
  const value = c.string();
  parseAddress(value, c.place);
  return value;
};

const fields = object<Manifest>({
  authors: list(object({ address, role: text, share: integer }), 32),
  created: text,
  'evals?': list(object({ dataset: text, metric: text, task: text, value: text }), 256),
  files: list(object({ chunkRoot: digest, cid, leaves: cid, mediaType: text, path: text, 'sha256?': digest, size: integer }), maxFiles),
  kind: text,
  license: object({ 'sha256?': digest, spdx: text, 'uri?': text }),
  name: text,
  'parents?': list(object({ 'manifestDigest?': digest, 'versionId?': digest }), 32),
  root: digest,
  royalty: integer,
  'runtime?': object({ format: text, opset: integer }),
  schema: text,
  'summary?': text,
  'tags?': list(text, 32),
  'task?': object({
    id: text,
    'image?': object({
      color: text,
      height: integer,
      high: text,
      layout: text,
      low: text,
      'mean?': list(text, 3),
      name: text,
      resize: text,
      'std?': list(text, 3),
      width: integer,
    }),
    'params?': list(object({ key: text, value: text }), 64),
  }),
  'title?': text,
  version: text,
});

export function parseManifest(document: Uint8Array): Manifest {
  if (document.length > maxDocument) refuse('too-large', 'manifest', `${document.length} bytes, at most ${maxDocument}`);
  const m = decode(document, schema, fields);
  check(m);
  return m;
}

/** Writes a manifest, which is then read again: what breaks a rule is refused, with its place. */
export function encodeManifest(m: Manifest): Bytes {
  const document = utf8(encode(m as unknown as Writable));
  parseManifest(document);
  return document;
}

/** The file that a runtime opens first. */
export function entryOf(m: Manifest): FileEntry {
  const found = m.files.filter((f) => f.mediaType === mediaTypeONNX);
  const [entry] = found;
  if (m.runtime === undefined) refuse('entry', 'runtime', 'this release has none');
  return entry !== undefined && found.length === 1 ? entry : refuse('entry', 'files', `${found.length} files are ${mediaTypeONNX}`);
}

/* ------------------------------------------------------------------ rules that syntax does not hold */

function form(place: string, value: string, pattern: RegExp, most = Infinity): void {
  if (!pattern.test(value) || value.length > most) refuse('value', place, quote(value));
}

const identifiers = '(0|[1-9]\\d*|\\d*[A-Za-z-][0-9A-Za-z-]*)';
const number = '(0|[1-9]\\d*)';
/** How texts of these kinds look; a form asks before there is a manifest. */
export const looks = {
  slug: /^(?=.{1,64}$)[a-z0-9]+([._-][a-z0-9]+)*$/,
  decimal: /^(?=.{1,32}$)(?!-0$)-?(0|[1-9]\d*)(\.\d*[1-9])?$/,
  version: new RegExp(`^(?=.{1,64}$)${number}\\.${number}\\.${number}(-${identifiers}(\\.${identifiers})*)?(\\+[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?$`),
} as const;

const slug = (place: string, value: string): void => form(place, value, looks.slug);
const decimal = (place: string, value: string): void => form(place, value, looks.decimal);
const oneOf = (place: string, value: string, ...set: string[]): void => {
  if (!set.includes(value)) refuse('value', place, quote(value));
};
const within = (place: string, value: number, least: number, most: number): void => {
  if (value < least || value > most) refuse('value', place, `${value}: ${least} to ${most}`);
};

/** What can make text look like something else on screen: controls, marks of direction, and the like. */
const deceptive = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029\ufeff\ufffd]/u;

function plain(place: string, value: string, least: number, most: number, lines = false): void {
  const n = byteLength(value);
  if (n < least || n > most) refuse('value', place, `${n} bytes, at most ${most}`);
  const found = deceptive.exec(lines ? value.replaceAll('\n', '') : value);
  if (found !== null) refuse('text', place, `U+${found[0].charCodeAt(0).toString(16)}`);
}

function isTimestamp(value: string): boolean {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value)) return false;
  const date = new Date(value); // the 30th of February becomes the 2nd of March, or no date
  return !Number.isNaN(date.getTime()) && date.toISOString() === value.replace('Z', '.000Z');
}

function check(m: Manifest): void {
  if (m.schema !== schema) refuse('schema', 'schema', quote(m.schema));
  oneOf('kind', m.kind, 'model', 'dataset');
  form('version', m.version, looks.version);
  if (!isTimestamp(m.created)) refuse('value', 'created', `${quote(m.created)} is not of the form 2006-01-02T15:04:05Z`);
  within('royalty', m.royalty, 0, 1000);
  slug('name', m.name);
  plain('title', m.title ?? '', 0, 200);
  plain('summary', m.summary ?? '', 0, 4096, true);
  m.tags?.forEach((tag, i, tags) => {
    slug(`tags[${i}]`, tag);
    if (i > 0 && (tags[i - 1] ?? '') >= tag) refuse('order', `tags[${i}]`, quote(tag));
  });
  if (m.task !== undefined) checkTask(m.task);
  checkLicense(m.license);
  checkAuthors(m.authors);
  checkParents(m.parents ?? []);
  m.evals?.forEach(({ task, metric, dataset, value }, i) => {
    const place = `evals[${i}].`;
    slug(`${place}task`, task);
    slug(`${place}metric`, metric);
    plain(`${place}dataset`, dataset, 1, 200);
    decimal(`${place}value`, value);
  });
  checkFiles(m.files);
  const root = filesRoot(m.files);
  if (root !== m.root) refuse('root', 'root', `the files hash to ${root}`);
  checkRuntime(m);
}

function checkTask({ id, image, params = [] }: NonNullable<Manifest['task']>): void {
  slug('task.id', id);
  if (image !== undefined) {
    const place = 'task.image.';
    const { mean = [], std = [] } = image;
    plain(`${place}name`, image.name, 1, 512);
    oneOf(`${place}layout`, image.layout, 'NHWC', 'NCHW');
    oneOf(`${place}color`, image.color, 'RGB', 'BGR', 'GRAY');
    oneOf(`${place}resize`, image.resize, 'letterbox', 'stretch', 'cover');
    within(`${place}width`, image.width, 1, 8192);
    within(`${place}height`, image.height, 1, 8192);
    decimal(`${place}low`, image.low);
    decimal(`${place}high`, image.high);
    if (mean.length !== std.length) refuse('value', `${place}std`, 'mean and std come together');
    if (mean.length !== 0 && mean.length !== (image.color === 'GRAY' ? 1 : 3)) refuse('value', `${place}mean`, 'one per channel');
    mean.forEach((value, i) => decimal(`${place}mean[${i}]`, value));
    std.forEach((value, i) => {
      decimal(`${place}std[${i}]`, value);
      if (value === '0' || value.startsWith('-')) refuse('value', `${place}std[${i}]`, quote(value));
    });
  }
  params.forEach(({ key, value }, i) => {
    const place = `task.params[${i}].`;
    slug(`${place}key`, key);
    if (i > 0 && (params[i - 1]?.key ?? '') >= key) refuse('order', `${place}key`, quote(key));
    plain(`${place}value`, value, 1, 1024);
  });
}

function checkLicense({ spdx, uri, sha256 }: Manifest['license']): void {
  form('license.spdx', spdx, /^[A-Za-z0-9][A-Za-z0-9.+-]*$/, 128);
  if (spdx.startsWith('LicenseRef-') && (uri === undefined || sha256 === undefined)) refuse('missing-field', 'license', `${spdx} needs uri and sha256 of its text`);
  if (uri === undefined) return;
  plain('license.uri', uri, 1, 2048);
  form('license.uri', uri, /^(https|ipfs):\/\/[^ "<>\\^`{|}]*$/, 2048);
}

function checkAuthors(authors: Manifest['authors']): void {
  if (authors.length === 0) refuse('missing-field', 'authors', 'list at least one');
  const seen = new Set<string>();
  let sum = 0;
  authors.forEach(({ address, role, share }, i) => {
    const place = `authors[${i}].`;
    if (/^0x0*$/.test(address)) refuse('value', `${place}address`, 'the zero address belongs to nobody');
    if (seen.has(address)) refuse('order', `${place}address`, `${address} is listed twice`);
    oneOf(`${place}role`, role, 'author', 'curator', 'evaluator');
    within(`${place}share`, share, 0, 1_000_000);
    seen.add(address);
    sum += share;
  });
  if (sum !== 1_000_000) refuse('value', 'authors', `shares add up to ${sum}, not 1000000`);
}

function checkParents(parents: NonNullable<Manifest['parents']>): void {
  const seen = new Set<string>();
  parents.forEach(({ manifestDigest, versionId }, i) => {
    const place = `parents[${i}]`;
    if ((manifestDigest === undefined) === (versionId === undefined)) refuse('value', place, 'exactly one of manifestDigest and versionId');
    const key = manifestDigest === undefined ? `v${versionId ?? ''}` : `m${manifestDigest}`;
    if (seen.has(key)) refuse('order', place, 'listed twice');
    seen.add(key);
  });
}

function checkFiles(files: readonly FileEntry[]): void {
  if (files.length === 0) refuse('no-files', 'files');
  const taken = new Map<string, 'file' | 'folder'>(); // in lower case; paths are ASCII
  files.forEach((f, i) => {
    const place = `files[${i}]`;
    checkFile(f, place);
    if (i > 0 && (files[i - 1]?.path ?? '') > f.path) refuse('order', `${place}.path`, quote(f.path));
    let low = f.path.toLowerCase();
    if (taken.has(low)) refuse('path-collision', `${place}.path`, quote(f.path));
    taken.set(low, 'file');
    while (low.includes('/')) {
      low = low.slice(0, low.lastIndexOf('/'));
      if (taken.get(low) === 'file') refuse('path-collision', `${place}.path`, `${quote(f.path)} is below a file`);
      taken.set(low, 'folder');
    }
  });
}

function checkFile(f: FileEntry, place: string): void {
  checkPath(f.path, `${place}.path`);
  checkSize(f.size, `${place}.size`);
  form(`${place}.mediaType`, f.mediaType, /^[a-z0-9][a-z0-9!#$&^_.+-]*\/[a-z0-9][a-z0-9!#$&^_.+-]*$/, 127);
  if (parseCID(f.leaves).codec !== raw) refuse('cid', `${place}.leaves`, 'a leaf list is a raw block');
  const n = chunkCount(f.size);
  const { codec, digest } = parseCID(f.cid);
  if (codec !== (n <= 1 ? raw : dagPB)) refuse('derived-cid', `${place}.cid`, 'one chunk or none: raw; more: dag-pb');
  if (n > 1) return;
  checkLeaves(n === 0 ? [] : [unhex(digest)], f, place); // the cid says the only leaf
  if (f.sha256 !== undefined && f.sha256 !== digest) refuse('hash-mismatch', `${place}.sha256`, 'a file of one chunk has the sha256 of that chunk');
}

function checkRuntime(m: Manifest): void {
  if (m.kind === 'dataset') {
    if (m.runtime !== undefined) refuse('value', 'runtime', 'a data set has none');
    return;
  }
  if (m.runtime === undefined) refuse('missing-field', 'runtime', 'a model has one');
  oneOf('runtime.format', m.runtime.format, 'onnx');
  within('runtime.opset', m.runtime.opset, 1, 1000);
  entryOf(m);
}
