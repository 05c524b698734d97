/**
 * SHA-256 without waiting: documents and trees are many small inputs, and WebCrypto answers later and is missing in
 * insecure contexts. Chunks are hashed by WebCrypto where it is there.
 */
import { hex, type Bytes } from './bytes.js';

/** The first 32 bits of the fractions of roots of primes (FIPS 180-4): none lies so near to an integer that rounding matters. */
const bits = (x: number): number => ((x - Math.floor(x)) * 2 ** 32) | 0;
const primes: number[] = [];
for (let n = 2; primes.length < 64; n++) if (primes.every((p) => n % p !== 0)) primes.push(n);
const start = primes.slice(0, 8).map((p) => bits(Math.sqrt(p)));
const rounds = Int32Array.from(primes, (p) => bits(Math.cbrt(p)));

export function sha256(input: Uint8Array): Bytes {
  const h = Int32Array.from(start);
  const w = new Int32Array(64);
  const whole = input.length - (input.length % 64);
  const last = new Uint8Array(input.length % 64 < 56 ? 64 : 128);
  last.set(input.subarray(whole));
  last[input.length - whole] = 0x80;
  const tail = new DataView(last.buffer);
  tail.setUint32(last.length - 8, Math.floor(input.length / 2 ** 29));
  tail.setUint32(last.length - 4, input.length << 3);
  const body = new DataView(input.buffer, input.byteOffset, input.byteLength);
  for (let at = 0; at < whole; at += 64) block(h, w, body, at);
  for (let at = 0; at < last.length; at += 64) block(h, w, tail, at);
  const out = new DataView(new ArrayBuffer(32));
  h.forEach((word, i) => out.setInt32(4 * i, word));
  return new Uint8Array(out.buffer);
}

export const sha256Hex = (input: Uint8Array): string => hex(sha256(input));

function block(h: Int32Array, w: Int32Array, view: DataView, at: number): void {
  const turn = (x: number, n: number): number => (x >>> n) | (x << (32 - n));
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, k = 0] = h;
  for (let i = 0; i < 64; i++) {
    if (i < 16) w[i] = view.getInt32(at + 4 * i);
    else {
      const x = w[i - 15] ?? 0;
      const y = w[i - 2] ?? 0;
      w[i] = (w[i - 16] ?? 0) + (turn(x, 7) ^ turn(x, 18) ^ (x >>> 3)) + (w[i - 7] ?? 0) + (turn(y, 17) ^ turn(y, 19) ^ (y >>> 10));
    }
    const t = (k + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + (rounds[i] ?? 0) + (w[i] ?? 0)) | 0;
    const u = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [k, g, f, e, d, c, b, a] = [g, f, e, (d + t) | 0, c, b, a, (t + u) | 0];
  }
  [a, b, c, d, e, f, g, k].forEach((word, i) => (h[i] = (h[i] ?? 0) + word));
}
