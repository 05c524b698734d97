/** What an author signs of a manifest, and the envelope around the signature. */
import type { Manifest } from '../verify/manifest.js';
import { hex, unhex, type Bytes } from '../verify/bytes.js';
import { makeEnvelope, verifyEnvelope } from '../verify/envelope.js';
import { Refusal } from '../verify/refusal.js';
import { groupOrder, toNumber } from '../verify/secp256k1.js';

/** EIP-712 typed data, as `eth_signTypedData_v4` takes it. */
export function authorshipTypedData(m: Pick<Manifest, 'root' | 'name' | 'version'>, manifestDigest: string) {
  return {
    domain: { name: 'DeHug Manifest', version: '0' },
    types: {
      EIP712Domain: [
        { name: 'name', type: 'string' },
        { name: 'version', type: 'string' },
      ],
      Authorship: [
        { name: 'manifestDigest', type: 'bytes32' },
        { name: 'root', type: 'bytes32' },
        { name: 'name', type: 'string' },
        { name: 'version', type: 'string' },
      ],
    },
    primaryType: 'Authorship',
    message: { manifestDigest: `0x${manifestDigest}`, root: `0x${m.root}`, name: m.name, version: m.version },
  } as const;
}

/**
 * The envelope of one author's signature. Null where it does not recover to the author: wallets that are contracts sign in ways that
 * need a chain to check, and their publication is proven by the registry instead.
 */
export function envelopeOf(m: Manifest, manifestDigest: string, author: string, signature: string): Bytes | null {
  const normal = normalise(signature);
  if (normal === null) return null;
  const document = makeEnvelope(manifestDigest, [{ author, signature: normal }]);
  try {
    verifyEnvelope(m, manifestDigest, document);
    return document;
  } catch (thrown) {
    if (thrown instanceof Refusal) return null;
    throw thrown;
  }
}

/** The one form of a signature that envelopes have: low s, v 27 or 28. Wallets also say 0 or 1, and some leave s high. */
function normalise(signature: string): string | null {
  if (!/^0x[0-9a-fA-F]{130}$/.test(signature)) return null;
  const bytes = unhex(signature.slice(2));
  let v = bytes[64] ?? 0;
  if (v < 27) v += 27;
  const s = toNumber(bytes.subarray(32, 64));
  if (s > groupOrder / 2n) {
    v = 55 - v;
    bytes.set(unhex((groupOrder - s).toString(16).padStart(64, '0')), 32);
  }
  bytes[64] = v;
  return `0x${hex(bytes)}`;
}
