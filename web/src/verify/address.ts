/** Addresses of Ethereum accounts, in the letter case of EIP-55, which is a checksum. */
import { hex, unhex, utf8 } from './bytes.js';
import { keccak256 } from './keccak.js';
import { quote, refuse } from './refusal.js';

export function formatAddress(account: Uint8Array): string {
  const digits = hex(account);
  const sum = hex(keccak256(utf8(digits)));
  return `0x${Array.from(digits, (c, i) => ((sum[i] ?? '') >= '8' ? c.toUpperCase() : c)).join('')}`;
}

/** The account's bytes; another letter case is refused. */
export function parseAddress(text: string, place = ''): Uint8Array {
  const account = /^0x[0-9a-fA-F]{40}$/.test(text) ? unhex(text.slice(2)) : null;
  if (account === null || formatAddress(account) !== text) return refuse('value', place, `an address is 0x and 40 hex digits in EIP-55 case, not ${quote(text)}`);
  return account;
}

/** An address as people paste it: in lower case, or in EIP-55 case, which must then be right. Returns the latter. */
export function parsePastedAddress(text: string): string {
  return formatAddress(/^0x[0-9a-f]{40}$/.test(text) ? unhex(text.slice(2)) : parseAddress(text));
}
