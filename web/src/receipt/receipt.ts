/** What a provider signs about a job, and the relay after it: who did is found out here, from the signatures alone. */
import type { Receipt, ReceiptProof } from '../relay/index.js';
import { formatAddress } from '../verify/address.js';
import { concat, hex, unhex, utf8, type Bytes } from '../verify/bytes.js';
import { parseCID } from '../verify/cid.js';
import { keccak256 } from '../verify/keccak.js';
import { climb } from '../verify/proof.js';
import { groupOrder, recover, toNumber } from '../verify/secp256k1.js';
import { sha256 } from '../verify/sha256.js';

const type =
  'JobReceipt(string job,bytes32 manifest,string mode,bytes32 plan,string assurance,bytes32 request,bytes32 result,uint64 units,uint64 pay,address payer,bytes32 session,address provider,address relay,uint64 started,uint64 ended,uint64 settleBy)';

/** What both sign: EIP-712. The domain names no chain: which money it is about follows from the session. */
export function receiptDigest(r: Receipt): Bytes {
  const hash = (text: string): Bytes => keccak256(utf8(text));
  const domain = keccak256(hash('EIP712Domain(string name,string version)'), hash('DeHug Receipt'), hash('0'));
  const message = keccak256(
    hash(type), hash(r.job), unhex(parseCID(r.manifest).digest), hash(r.mode), word(r.plan), hash(r.assurance), word(r.request), word(r.result),
    number(r.units), number(r.pay), word(r.payer), word(r.session), word(r.provider), word(r.relay), number(r.started), number(r.ended), number(r.settleBy),
  );
  return keccak256(concat(Uint8Array.of(0x19, 1), domain, message));
}

/** A hash or an address, in 32 bytes. */
function word(digits: string): Bytes {
  if (!/^0x([0-9a-fA-F]{64}|[0-9a-fA-F]{40})$/.test(digits)) throw new RangeError(`${digits} is neither a hash nor an address`);
  return unhex(digits.slice(2).toLowerCase().padStart(64, '0'));
}

const number = (n: number): Bytes => unhex(BigInt(n).toString(16).padStart(64, '0'));

/** Whose signature stands over a hash; null when it is nobody's, or could be written in another way too. */
export function signerOf(digest: Uint8Array, signature: string): string | null {
  if (!/^0x[0-9a-fA-F]{130}$/.test(signature)) return null;
  const bytes = unhex(signature.slice(2).toLowerCase());
  const [r, s, v = 0] = [toNumber(bytes.subarray(0, 32)), toNumber(bytes.subarray(32, 64)), bytes[64]];
  if (r === 0n || s === 0n || r >= groupOrder || s > groupOrder / 2n || (v !== 27 && v !== 28)) return null;
  const account = recover(digest, r, s, v);
  return account === null ? null : formatAddress(account);
}

export interface Signatures {
  /** Whether the provider that the receipt names signed it. */
  provider: boolean;
  /** Whether the relay that it names did; null where it has no signature of a relay. */
  relay: boolean | null;
}

export function checkSignatures(r: Receipt): Signatures {
  let digest: Bytes;
  try {
    digest = receiptDigest(r);
  } catch {
    return { provider: false, relay: r.relaySignature ? false : null };
  }
  return { provider: signerOf(digest, r.signature) === r.provider, relay: r.relaySignature ? signerOf(digest, r.relaySignature) === r.relay : null };
}

/** Whether a receipt is where a proof says, in a batch with that root. That the batch is on chain, its transaction has to show. */
export function checkProof(r: Receipt, { place, path, settlement: { receipts, root } }: Pick<ReceiptProof, 'place' | 'path'> & { settlement: Pick<ReceiptProof['settlement'], 'receipts' | 'root'> }): boolean {
  try {
    const leaf = sha256(concat(Uint8Array.of(0), utf8('dehug/receipt/v0'), receiptDigest(r)));
    const tree = climb(leaf, place, receipts, path.map(word));
    return tree !== null && `0x${hex(tree)}` === root;
  } catch {
    return false; // a number or a hash that is none
  }
}
