/** Keccak-256 with Ethereum's padding, after the compact description of its authors. It hashes a few short texts for each signature. */
import { concat, type Bytes } from './bytes.js';

const rate = 136; // bytes
const mask = 2n ** 64n - 1n;
const turn = (x: bigint, n: number): bigint => ((x << BigInt(n)) | (x >> BigInt(64 - n))) & mask;

/** Lane i; lane x, y is at x + 5 y. All indexes here are in range, which the compiler cannot know. */
const lane = (lanes: BigUint64Array, i: number): bigint => lanes[i] ?? 0n;

export function keccak256(...parts: readonly Uint8Array[]): Bytes {
  const input = concat(...parts);
  const end = Math.floor(input.length / rate + 1) * rate;
  // The padding is 1, zeros and 0x80; where only one byte is left it is both.
  const padding = new Uint8Array(end - input.length);
  padding[0] = 1;
  padding[padding.length - 1] = padding.length === 1 ? 0x81 : 0x80;
  const view = new DataView(concat(input, padding).buffer);
  const lanes = new BigUint64Array(25);
  for (let at = 0; at < end; at += rate) {
    for (let i = 0; i < rate / 8; i++) lanes[i] = lane(lanes, i) ^ view.getBigUint64(at + 8 * i, true);
    permute(lanes);
  }
  const out = new DataView(new ArrayBuffer(32));
  for (let i = 0; i < 4; i++) out.setBigUint64(8 * i, lane(lanes, i), true);
  return new Uint8Array(out.buffer);
}

function permute(a: BigUint64Array): void {
  let feedback = 1;
  for (let round = 0; round < 24; round++) {
    const columns = BigUint64Array.from({ length: 5 }, (_, x) => [5, 10, 15, 20].reduce((sum, row) => sum ^ lane(a, x + row), lane(a, x)));
    a.forEach((value, i) => (a[i] = value ^ lane(columns, (i + 4) % 5) ^ turn(lane(columns, (i + 1) % 5), 1)));
    let [x, y] = [1, 0];
    let moving = lane(a, 1);
    for (let t = 1; t < 25; t++) {
      [x, y] = [y, (2 * x + 3 * y) % 5];
      const to = x + 5 * y;
      [moving, a[to]] = [lane(a, to), turn(moving, ((t * (t + 1)) / 2) % 64)];
    }
    for (let row = 0; row < 25; row += 5) {
      const before = a.slice(row, row + 5);
      before.forEach((value, i) => (a[row + i] = value ^ (~lane(before, (i + 1) % 5) & mask & lane(before, (i + 2) % 5))));
    }
    for (let j = 0; j < 7; j++) {
      feedback = ((feedback << 1) ^ ((feedback >> 7) * 0x71)) % 256;
      if (feedback & 2) a[0] = lane(a, 0) ^ (1n << (2n ** BigInt(j) - 1n));
    }
  }
}
