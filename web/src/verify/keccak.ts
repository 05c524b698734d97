/**
 * Keccak-256 with Ethereum's padding, after the compact description of its authors. It hashes a few short texts for each signature, once,
 * so what counts is how long code takes that has never run: lanes are pairs of 32-bit words, of which BigInts would take ten times as long.
 */
import { concat, type Bytes } from './bytes.js';

const rate = 136; // bytes

/** Word i: lane x, y is at 2 (x + 5 y), its lower half first. All indexes here are in range, which the compiler cannot know. */
const word = (words: Uint32Array, i: number): number => words[i] ?? 0;

export function keccak256(...parts: readonly Uint8Array[]): Bytes {
  const input = concat(...parts);
  const end = Math.floor(input.length / rate + 1) * rate;
  // The padding is 1, zeros and 0x80; where only one byte is left it is both.
  const padding = new Uint8Array(end - input.length);
  padding[0] = 1;
  padding[padding.length - 1] = padding.length === 1 ? 0x81 : 0x80;
  const view = new DataView(concat(input, padding).buffer);
  const words = new Uint32Array(50);
  for (let at = 0; at < end; at += rate) {
    for (let i = 0; i < rate / 4; i++) words[i] = word(words, i) ^ view.getUint32(at + 4 * i, true);
    permute(words);
  }
  const out = new DataView(new ArrayBuffer(32));
  for (let i = 0; i < 8; i++) out.setUint32(4 * i, word(words, i), true);
  return new Uint8Array(out.buffer);
}

function permute(a: Uint32Array): void {
  const columns = new Uint32Array(10);
  const row = new Uint32Array(10);
  let feedback = 1;
  for (let round = 0; round < 24; round++) {
    for (let i = 0; i < 10; i++) columns[i] = word(a, i) ^ word(a, i + 10) ^ word(a, i + 20) ^ word(a, i + 30) ^ word(a, i + 40);
    for (let i = 0; i < 10; i++) {
      const turned = (word(columns, (i + 2) % 10) << 1) | (word(columns, ((i + 2) % 10) ^ 1) >>> 31);
      const change = word(columns, (i + 8) % 10) ^ turned;
      for (let k = i; k < 50; k += 10) a[k] = word(a, k) ^ change;
    }
    let [x, y] = [1, 0];
    let [low, high] = [word(a, 2), word(a, 3)];
    for (let t = 1; t < 25; t++) {
      [x, y] = [y, (2 * x + 3 * y) % 5];
      const to = 2 * (x + 5 * y);
      const by = ((t * (t + 1)) / 2) % 64; // never 0 or 32
      if (by > 32) [low, high] = [high, low];
      const turned = [(low << by) | (high >>> -by), (high << by) | (low >>> -by)] as const; // shifts count modulo 32
      [low, high] = [word(a, to), word(a, to + 1)];
      a.set(turned, to);
    }
    for (let at = 0; at < 50; at += 10) {
      row.set(a.subarray(at, at + 10));
      for (let i = 0; i < 10; i++) a[at + i] = word(row, i) ^ (~word(row, (i + 2) % 10) & word(row, (i + 4) % 10));
    }
    for (let j = 0; j < 7; j++) {
      feedback = ((feedback << 1) ^ ((feedback >> 7) * 0x71)) % 256;
      if (feedback & 2) a[+(j > 5)] = word(a, +(j > 5)) ^ (1 << (2 ** j - 1)); // bit 63 is in the upper half
    }
  }
}
