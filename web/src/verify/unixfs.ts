/** Files on IPFS that other programs made: nodes of UnixFS, in whatever form importers write them, and CIDs as they print them. */
import { hex } from './bytes.js';
import { dagPB, decodeCID, makeCID } from './cid.js';
import { maxFileSize } from './tree.js';

/** A dag-pb block of a file: some bytes of the file, then what lies below its links. */
export interface Node {
  /** Where in the block the file's bytes are. */
  from: number;
  to: number;
  /** Of the file, here and below. */
  size: number;
  links: Branch[];
}

/** A part of a file: a raw block of so many bytes, or a node. */
export interface Branch {
  cid: string;
  size: number;
}

/** How wide a node may be: importers make 174 or 1024. Each chunk looks through the nodes above it. */
const maxLinks = 2 ** 13;

/** What a node can be: the Type field of its Data message. */
const kinds = { raw: 0, directory: 1, file: 2, sharded: 5 };

/** Says that a block is no file's, and why. */
export class NoFile extends Error {
  override readonly name = 'NoFile';
}

const noNode = (): NoFile => new NoFile('not a UnixFS node');

/** Reads a dag-pb block. Links may stand before the data or after it: both are written. */
export function parseNode(block: Uint8Array): Node {
  const cids: string[] = [];
  let message: Field | null = null;
  for (const field of fieldsOf(block, 0, block.length)) {
    if (field.number === 2 && field.isBytes) cids.push(parseLink(block, field));
    else if (field.number === 1 && field.isBytes && message === null) message = field;
    else throw noNode();
  }
  if (message === null) throw noNode();
  const node: Node = { from: 0, to: 0, size: 0, links: [] };
  let kind = -1;
  let declared = -1;
  let hasData = false;
  const sizes: number[] = [];
  for (const { number, isBytes, value, from, to } of fieldsOf(block, message.from, message.to)) {
    if (number === 1 && !isBytes && kind < 0) kind = value;
    else if (number === 2 && isBytes && !hasData) {
      hasData = true;
      Object.assign(node, { from, to });
    } else if (number === 3 && !isBytes && declared < 0) declared = value;
    else if (number === 4 && !isBytes) sizes.push(value);
    else if (number === 4) {
      const packed = { block, at: from, end: to };
      while (packed.at < to) sizes.push(varint(packed));
    } else if (number < 5 || number > 8) throw noNode(); // those are of directories; mode and time of change
  }
  if (kind === kinds.directory || kind === kinds.sharded) throw new NoFile('a directory, not a file');
  if ((kind !== kinds.file && kind !== kinds.raw) || cids.length !== sizes.length || cids.length > maxLinks) throw noNode();
  node.size = node.to - node.from;
  node.links = cids.map((cid, i) => ({ cid, size: sizes[i] ?? 0 }));
  for (const { size } of node.links) {
    node.size += size;
    if (node.size > maxFileSize) throw noNode();
  }
  if (declared >= 0 && declared !== node.size) throw noNode();
  return node;
}

/** What a link names; its name and size are of no use to a file. */
function parseLink(block: Uint8Array, { from, to }: Field): string {
  let cid = '';
  for (const field of fieldsOf(block, from, to)) {
    if (field.number === 1 && field.isBytes && cid === '') cid = binaryCID(block.subarray(field.from, field.to));
    else if (!(field.number === 2 && field.isBytes) && !(field.number === 3 && !field.isBytes)) throw noNode();
  }
  if (cid === '') throw noNode();
  return cid;
}

/** Reads a CID of version 1, or of version 0: the bare multihash of a dag-pb block. */
function binaryCID(bytes: Uint8Array): string {
  if (bytes.length === 34 && bytes[0] === 0x12 && bytes[1] === 32) return makeCID(dagPB, hex(bytes.subarray(2)));
  try {
    return decodeCID(bytes);
  } catch {
    throw new NoFile('a block is named by another hash than SHA-256, or has another codec than raw and dag-pb');
  }
}

const base58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

/** A CID of version 0 (Qm…), or one in base58 (z…), in the form of this format. Others are given back as they are. */
export function plainCID(text: string): string {
  if (!/^(Qm|z)[1-9A-HJ-NP-Za-km-z]{44,62}$/.test(text)) return text;
  const bytes: number[] = []; // the most significant first
  for (const digit of text.startsWith('z') ? text.slice(1) : text) {
    let carry = base58.indexOf(digit);
    for (let i = bytes.length - 1; i >= 0; i--) {
      carry += (bytes[i] ?? 0) * 58;
      bytes[i] = carry & 255;
      carry >>= 8;
    }
    for (; carry > 0; carry >>= 8) bytes.unshift(carry & 255);
  }
  const isOld = bytes.length === 34; // without prefix, which a CID of version 1 has
  try {
    if (isOld === text.startsWith('Q')) return binaryCID(Uint8Array.from(bytes));
  } catch (thrown) {
    if (!(thrown instanceof NoFile)) throw thrown;
  }
  return text;
}

interface Field {
  number: number;
  isBytes: boolean;
  /** Of a varint. */
  value: number;
  /** Where bytes are. */
  from: number;
  to: number;
}

/** The fields of a protobuf message, as far as these formats have them: varints and bytes. */
function* fieldsOf(block: Uint8Array, from: number, end: number): Generator<Field> {
  const place = { block, at: from, end };
  while (place.at < end) {
    const tag = varint(place);
    const number = Math.floor(tag / 8);
    const kind = tag % 8;
    if (kind !== 0 && kind !== 2) throw noNode();
    const value = varint(place);
    if (kind === 0) {
      yield { number, isBytes: false, value, from: 0, to: 0 };
      continue;
    }
    if (value > end - place.at) throw noNode();
    place.at += value;
    yield { number, isBytes: true, value: 0, from: place.at - value, to: place.at };
  }
}

/** A number of nine bytes at most. Beyond 2⁵³ it is not exact, and larger than anything may be. */
function varint(place: { block: Uint8Array; at: number; end: number }): number {
  let value = 0;
  for (let i = 0; i < 9 && place.at < place.end; i++) {
    const byte = place.block[place.at++] ?? 0;
    value += (byte & 127) * 2 ** (7 * i);
    if (byte < 128) return value;
  }
  throw noNode();
}
