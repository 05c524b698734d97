/** CIDs of this format: version 1, raw or dag-pb, SHA-256, in lower-case base32. They are kept as text. */
import { concat, hex, unhex, type Bytes } from './bytes.js';
import { quote, refuse } from './refusal.js';
import { sha256Hex } from './sha256.js';

export const raw = 0x55;
export const dagPB = 0x70;
export type Codec = typeof raw | typeof dagPB;

const digits = 'abcdefghijklmnopqrstuvwxyz234567';

/** The CID of a block from its codec and the SHA-256 of its bytes. */
export function makeCID(codec: Codec, digest: string): string {
  let text = 'b';
  let bits = 0;
  let n = 0;
  for (const byte of cidBytes(codec, digest)) {
    bits = ((bits & 31) << 8) | byte;
    for (n += 8; n >= 5; n -= 5) text += digits.charAt((bits >> (n - 5)) & 31);
  }
  return text + digits.charAt((bits << (5 - n)) & 31); // 288 bits leave three in the last digit
}

export const rawCID = (block: Uint8Array): string => makeCID(raw, sha256Hex(block));

const cidBytes = (codec: Codec, digest: string): Bytes => concat(Uint8Array.of(1, codec, 0x12, 32), unhex(digest));

/** Codec and digest of a CID; refuses what is none. */
export function parseCID(text: string, place = ''): { codec: Codec; digest: string } {
  const bytes = new Uint8Array(36);
  let bits = 0;
  let n = 0;
  let at = 0;
  if (/^b[a-z2-7]{58}$/.test(text)) {
    for (let i = 1; i < 59; i++) {
      bits = ((bits & 255) << 5) | digits.indexOf(text.charAt(i));
      if ((n += 5) >= 8) bytes[at++] = bits >> (n -= 8);
    }
    if ((bits & ((1 << n) - 1)) === 0 && isHead(bytes)) return { codec: bytes[1] as Codec, digest: hex(bytes.subarray(4)) };
  }
  return refuse('cid', place, quote(text));
}

export const encodeCID = (text: string): Bytes => {
  const { codec, digest } = parseCID(text);
  return cidBytes(codec, digest);
};

/** Reads the binary form. */
export function decodeCID(bytes: Uint8Array): string {
  if (bytes.length !== 36 || !isHead(bytes)) refuse('cid', '', 'its binary form is other than 01, 55 or 70, 12 20 and 32 bytes');
  return makeCID(bytes[1] as Codec, hex(bytes.subarray(4)));
}

function isHead([version, codec, name, length]: Uint8Array): boolean {
  return version === 1 && (codec === raw || codec === dagPB) && name === 0x12 && length === 32;
}
