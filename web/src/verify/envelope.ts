/** The authors' signatures of a manifest. */
import { parseAddress } from './address.js';
import { compare, concat, unhex, utf8, type Bytes } from './bytes.js';
import { makeCID, parseCID, raw } from './cid.js';
import { cid, decode, encode, list, matching, object, text } from './codec.js';
import { formatAddress } from './address.js';
import { keccak256 } from './keccak.js';
import type { Manifest } from './manifest.js';
import { quote, refuse } from './refusal.js';
import { groupOrder, recover, toNumber } from './secp256k1.js';

const schema = 'dehug/envelope/v0';
export const maxEnvelope = 2 ** 14;

interface Envelope {
  manifest: string;
  schema: string;
  signatures: { author: string; signature: string }[];
}

const fields = object<Envelope>({
  manifest: cid,
  schema: text,
  signatures: list(
    object<Envelope['signatures'][number]>({
      author: (c) => {
        const value = c.string();
        parseAddress(value, c.place);
        return value;
      },
      signature: matching('signature', /^0x[0-9a-f]{130}$/, ' is not 0x and 130 lower-case hex digits'),
    }),
    32,
  ),
});

/** What an author signs: EIP-712 over {manifestDigest, root, name, version}. */
export function authorshipDigest(m: Pick<Manifest, 'root' | 'name' | 'version'>, manifestDigest: string): Bytes {
  const hash = (value: string): Bytes => keccak256(utf8(value));
  const domain = keccak256(hash('EIP712Domain(string name,string version)'), hash('DeHug Manifest'), hash('0'));
  const type = hash('Authorship(bytes32 manifestDigest,bytes32 root,string name,string version)');
  const message = keccak256(type, unhex(manifestDigest), unhex(m.root), hash(m.name), hash(m.version));
  return keccak256(concat(Uint8Array.of(0x19, 1), domain, message));
}

/** The envelope of these signatures, for `verifyEnvelope` to read. */
export function makeEnvelope(manifestDigest: string, signatures: readonly { author: string; signature: string }[]): Bytes {
  const sorted = [...signatures].sort((a, b) => compare(parseAddress(a.author), parseAddress(b.author)));
  return utf8(encode({ manifest: makeCID(raw, manifestDigest), schema, signatures: sorted }));
}

/** The authors of `m` who signed it. One signature that does not hold refuses the whole envelope. */
export function verifyEnvelope(m: Manifest, manifestDigest: string, document: Uint8Array): string[] {
  if (document.length > maxEnvelope) refuse('too-large', 'envelope', `${document.length} bytes, at most ${maxEnvelope}`);
  const envelope = decode(document, schema, fields);
  if (envelope.schema !== schema) refuse('schema', 'schema', quote(envelope.schema));
  if (parseCID(envelope.manifest).codec !== raw) refuse('cid', 'manifest', 'a manifest is a raw block');
  if (envelope.signatures.length === 0) refuse('missing-field', 'signatures', 'an envelope without signatures is left out');
  envelope.signatures.forEach(({ author }, i, all) => {
    const before = all[i - 1]?.author;
    if (before !== undefined && compare(parseAddress(before), parseAddress(author)) >= 0) refuse('order', `signatures[${i}].author`, author);
  });
  const want = makeCID(raw, manifestDigest);
  if (envelope.manifest !== want) refuse('envelope', 'envelope', `it signs ${envelope.manifest}, not ${want}`);
  const hash = authorshipDigest(m, manifestDigest);
  return envelope.signatures.map(({ author, signature }, i) => {
    const place = `signatures[${i}]`;
    if (!m.authors.some(({ address }) => address === author)) refuse('not-author', place, author);
    const bytes = unhex(signature.slice(2));
    const [r, s, v = 0] = [toNumber(bytes.subarray(0, 32)), toNumber(bytes.subarray(32, 64)), bytes[64]];
    if (r === 0n || s === 0n || r >= groupOrder) refuse('signature', place, 'r or s is out of range');
    if (s > groupOrder / 2n) refuse('malleable-signature', place, 's is above half the group order');
    if (v !== 27 && v !== 28) refuse('malleable-signature', place, `v is ${v}`);
    const account = recover(hash, r, s, v);
    if (account === null) return refuse('signature', place, 'it recovers to no account');
    const signer = formatAddress(account);
    return signer === author ? signer : refuse('wrong-signer', place, `says ${author}, is ${signer}`);
  });
}
