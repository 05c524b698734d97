/** The release directory: where a release's manifest and envelope are. */
import { same, type Bytes } from './bytes.js';
import { dagPB, decodeCID, parseCID, raw } from './cid.js';
import { segmentFault } from './path.js';
import { quote, refuse } from './refusal.js';
import { sha256Hex } from './sha256.js';
import { encodeNode, varintField, type Link } from './tree.js';

/** The largest block that IPFS carries, in bytes. */
export const maxBlock = 2 * 2 ** 20;

/** Reads a block of a plain UnixFS directory in canonical form. Its hash is for the caller to check. */
export function parseDirectory(block: Uint8Array): Link[] {
  if (block.length > maxBlock) refuse('too-large', 'directory', `${block.length} bytes`);
  const links: Link[] = [];
  let rest = block;
  while (rest[0] === 0x12) {
    const [body, after] = cut(rest, 2, 'a link is cut short');
    const link = parseLink(body);
    const before = links.at(-1);
    if (before !== undefined && before.name >= link.name) refuse('directory', '', `names are not sorted at ${quote(link.name)}`);
    links.push(link);
    rest = after;
  }
  // Whatever else there may be, only the canonical form encodes to these bytes.
  if (!same(encodeNode(links, varintField(1, 1n)), block)) refuse('directory', '', 'not a plain directory in canonical form');
  return links;
}

function parseLink(bytes: Uint8Array): Link {
  const [hash, afterHash] = cut(bytes, 1, 'link without hash');
  const [name, afterName] = cut(afterHash, 2, 'link without name');
  const text = String.fromCharCode(...name.subarray(0, 256)); // of what may be there, each byte is a character
  const fault = segmentFault(text);
  if (fault !== '') refuse('directory', '', `name ${quote(text)} ${fault}`);
  if (afterName[0] !== 0x18) refuse('directory', '', 'link without size');
  const { value, length } = varint(afterName.subarray(1));
  if (length !== afterName.length - 1) refuse('directory', '', 'bad size of a link');
  return { name: text, cid: decodeCID(hash), size: value };
}

/** Takes a length-delimited protobuf field off the front. */
function cut(bytes: Uint8Array, field: number, fault: string): [value: Uint8Array, rest: Uint8Array] {
  const { value, length } = bytes[0] === ((field << 3) | 2) ? varint(bytes.subarray(1)) : { value: 0n, length: 0 };
  if (length === 0 || value > BigInt(bytes.length - 1 - length)) refuse('directory', '', fault);
  const from = 1 + length;
  return [bytes.subarray(from, from + Number(value)), bytes.subarray(from + Number(value))];
}

/** A number below 2⁶⁴ and how many bytes it takes; none when it is malformed. */
function varint(bytes: Uint8Array): { value: bigint; length: number } {
  let value = 0n;
  for (let i = 0; i < 10; i++) {
    const byte = bytes[i];
    if (byte === undefined) break;
    value |= BigInt(byte & 127) << BigInt(7 * i);
    if (byte < 128) return value < 2n ** 64n ? { value, length: i + 1 } : { value: 0n, length: 0 };
  }
  return { value: 0n, length: 0 };
}

export interface Release {
  manifest: string;
  /** Null when nobody signed. */
  envelope: string | null;
}

/** Reads the top block of a release, which must be the one that `cid` names. */
export function parseRelease(cid: string, block: Bytes): Release {
  const { codec, digest } = parseCID(cid);
  if (codec !== dagPB) refuse('directory', cid, 'a directory is a dag-pb block');
  const got = sha256Hex(block);
  if (got !== digest) refuse('hash-mismatch', `block ${cid}`, `its bytes hash to ${got}`);
  const found = new Map(parseDirectory(block).map((link) => [link.name, link.cid]));
  for (const [name, cid] of found) {
    const want = entries[name];
    if (want === undefined) refuse('directory', '', `unknown entry ${quote(name)}`);
    if (parseCID(cid).codec !== want) refuse('directory', quote(name), 'wrong codec');
  }
  const manifest = found.get('manifest.json');
  if (manifest === undefined || !found.has('files') || !found.has('leaves')) refuse('directory', '', 'manifest.json, files or leaves is missing');
  return { manifest, envelope: found.get('envelope.json') ?? null };
}

const entries: Record<string, number | undefined> = { 'envelope.json': raw, 'manifest.json': raw, files: dagPB, leaves: dagPB };
