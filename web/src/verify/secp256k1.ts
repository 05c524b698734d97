/**
 * Who made a signature: recovery on secp256k1, of public numbers only, so it need not hide its timing. A library that
 * also signs would be a third of what a page downloads before a precompiled model.
 */
import { concat, hex, unhex, type Bytes } from './bytes.js';
import { keccak256 } from './keccak.js';

const p = 2n ** 256n - 2n ** 32n - 977n;
export const groupOrder = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
/** In Jacobian coordinates: x / z², y / z³; z = 0 is the point at infinity. */
type Point = readonly [x: bigint, y: bigint, z: bigint];
const generator: Point = [
  0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798n,
  0x483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8n,
  1n,
];

const mod = (a: bigint, m: bigint): bigint => ((a % m) + m) % m;

function power(base: bigint, exponent: bigint, m: bigint): bigint {
  let result = 1n;
  for (; exponent > 0n; exponent >>= 1n, base = (base * base) % m) if (exponent & 1n) result = (result * base) % m;
  return result;
}

function double([x, y, z]: Point): Point {
  const yy = (y * y) % p;
  const s = (4n * x * yy) % p;
  const m = (3n * x * x) % p;
  const x3 = mod(m * m - 2n * s, p);
  return [x3, mod(m * (s - x3) - 8n * yy * yy, p), (2n * y * z) % p];
}

function add(a: Point, b: Point): Point {
  if (a[2] === 0n) return b;
  if (b[2] === 0n) return a;
  const [aa, bb] = [(a[2] * a[2]) % p, (b[2] * b[2]) % p];
  const [u, v] = [(a[0] * bb) % p, (a[1] * bb * b[2]) % p];
  const h = mod(b[0] * aa - u, p);
  const r = mod(b[1] * aa * a[2] - v, p);
  if (h === 0n) return r === 0n ? double(a) : [1n, 1n, 0n];
  const hh = (h * h) % p;
  const hhh = (h * hh) % p;
  const x = mod(r * r - hhh - 2n * u * hh, p);
  return [x, mod(r * (u * hh - x) - v * hhh, p), (h * a[2] * b[2]) % p];
}

const toBytes = (x: bigint): Bytes => unhex(x.toString(16).padStart(64, '0'));
export const toNumber = (bytes: Uint8Array): bigint => BigInt(`0x${hex(bytes)}`);

/**
 * The 20 bytes of the account that made a signature over a hash of 32 bytes; 0 < r, s < n and v 27 or 28 were checked.
 * Null when nobody can have made it.
 */
export function recover(hash: Uint8Array, r: bigint, s: bigint, v: number): Bytes | null {
  const square = (r * r * r + 7n) % p;
  let y = power(square, (p + 1n) / 4n, p);
  if ((y * y) % p !== square) return null;
  if (Number(y & 1n) !== v - 27) y = p - y;
  const inverse = power(r, groupOrder - 2n, groupOrder);
  const [g, q] = [mod(-toNumber(hash) * inverse, groupOrder), (s * inverse) % groupOrder];
  const point: Point = [r, y, 1n];
  const both = add(generator, point);
  let sum: Point = [1n, 1n, 0n];
  for (let bit = 255n; bit >= 0n; bit--) {
    sum = double(sum);
    const [a, b] = [(g >> bit) & 1n, (q >> bit) & 1n];
    if (a | b) sum = add(sum, a & b ? both : a ? generator : point);
  }
  if (sum[2] === 0n) return null;
  const z = power(sum[2], p - 2n, p);
  const zz = (z * z) % p;
  return keccak256(concat(toBytes((sum[0] * zz) % p), toBytes((sum[1] * zz * z) % p))).slice(-20);
}
