import { secp256k1 } from '@noble/curves/secp256k1.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { expect, test } from 'vitest';
import { formatAddress, parsePastedAddress } from './address.js';
import { hex, utf8 } from './bytes.js';
import { keccak256 } from './keccak.js';
import { Refusal } from './refusal.js';
import { recover, toNumber } from './secp256k1.js';
import { sha256Hex } from './sha256.js';

const bytes = (length: number, seed = length): Uint8Array => Uint8Array.from({ length }, (_, i) => Math.imul(i + 1, seed + 7) >> 3);

test('SHA-256 and Keccak-256 are those of other implementations, at every length around a block', () => {
  for (const length of [...Array.from({ length: 300 }, (_, i) => i), 4096, 100_003]) {
    const input = bytes(length);
    expect(sha256Hex(input)).toBe(hex(sha256(input)));
    if (length < 300) expect(hex(keccak256(input.subarray(0, length >> 1), input.subarray(length >> 1)))).toBe(hex(keccak_256(input)));
  }
});

test('a signature recovers to the account that a library finds', () => {
  for (let i = 1; i <= 24; i++) {
    const secret = keccak256(utf8(`secret ${i}`));
    const hash = keccak256(utf8(`message ${i}`));
    const signature = secp256k1.sign(hash, secret, { prehash: false, format: 'recovered' });
    const [v = 0, r, s] = [signature[0], toNumber(signature.subarray(1, 33)), toNumber(signature.subarray(33))];
    const account = keccak_256(secp256k1.getPublicKey(secret, false).subarray(1)).subarray(-20);
    expect(hex(recover(hash, r, s, 27 + v) ?? new Uint8Array())).toBe(hex(account));
    const mirrored = recover(hash, r, s, 28 - v); // another key's, or nobody's
    expect(hex(mirrored ?? new Uint8Array())).not.toBe(hex(account));
  }
});

test('what is on no curve recovers to nobody', () => {
  const hash = keccak256(utf8('message'));
  const off = [5n, 7n, 9n, 10n].filter((r) => recover(hash, r, 1n, 27) === null);
  expect(off.length).toBeGreaterThan(0); // x³ + 7 is a square for half of all x
  // s R = e G has no sum: the key would be the point at infinity.
  const e = toNumber(hash);
  const gx = 0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798n;
  expect(recover(hash, gx, e % 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n, 27)).toBeNull();
});

test('an address is taken in lower case or in its own', () => {
  const address = '0x4cD9af640a7eabA41c5A47bf7d05e789D6b11929';
  expect(parsePastedAddress(address)).toBe(address);
  expect(parsePastedAddress(address.toLowerCase())).toBe(address);
  expect(formatAddress(new Uint8Array(20))).toBe(`0x${'0'.repeat(40)}`);
  for (const wrong of [address.replace('D', 'd'), '0x123', address.slice(2), `${address}0`]) expect(() => parsePastedAddress(wrong)).toThrow(Refusal);
});
