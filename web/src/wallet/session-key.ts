/** Keys that pages make for their sessions, and the vouchers that they sign. viem is in here, so this is fetched when somebody pays. */
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import type { Address, Hex } from 'viem';
import type { UsageTerms } from '../relay/index.js';

/** A secret of 32 bytes in hex, and the address that its signatures are of. */
export interface SessionKey {
  address: string;
  secret: string;
}

export function makeKey(): SessionKey {
  const secret = generatePrivateKey();
  return { secret, address: privateKeyToAccount(secret).address };
}

/** EIP-712: all that a session has used by then, and what for. */
export function signVoucher({ secret }: SessionKey, { chainId, controller }: Pick<UsageTerms, 'chainId' | 'controller'>, { session, units, transcript }: { session: string; units: number; transcript: string }): Promise<string> {
  return privateKeyToAccount(secret as Hex).signTypedData({
    domain: { name: 'DeHug Usage', version: '1', chainId, verifyingContract: controller as Address },
    types: { Voucher: [{ name: 'session', type: 'bytes32' }, { name: 'units', type: 'uint32' }, { name: 'transcript', type: 'bytes32' }] },
    primaryType: 'Voucher',
    message: { session: session as Hex, units, transcript: transcript as Hex },
  });
}
