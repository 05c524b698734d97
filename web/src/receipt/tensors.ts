/**
 * Tensors as the relay's API writes them, and in the one form that receipts commit to: `relay/receipt` in TypeScript, held to the same
 * vectors.
 */
import type { Tensor, TensorType, TypedArray } from '../engine/types.js';
import type { TensorJSON } from '../relay/index.js';
import { compare, concat, unhex, utf8, type Bytes } from '../verify/bytes.js';

interface Kind {
  type: TensorType;
  /** In the Open Inference Protocol. */
  datatype: TensorJSON['datatype'];
  /** That ONNX gives it. */
  number: number;
  /** Bytes of an element. */
  size: number;
  make: new (buffer: ArrayBuffer) => TypedArray;
}

const kinds: readonly Kind[] = [
  { type: 'float32', datatype: 'FP32', number: 1, size: 4, make: Float32Array },
  { type: 'uint8', datatype: 'UINT8', number: 2, size: 1, make: Uint8Array },
  { type: 'int8', datatype: 'INT8', number: 3, size: 1, make: Int8Array },
  { type: 'uint16', datatype: 'UINT16', number: 4, size: 2, make: Uint16Array },
  { type: 'int16', datatype: 'INT16', number: 5, size: 2, make: Int16Array },
  { type: 'int32', datatype: 'INT32', number: 6, size: 4, make: Int32Array },
  { type: 'int64', datatype: 'INT64', number: 7, size: 8, make: BigInt64Array },
  { type: 'bool', datatype: 'BOOL', number: 9, size: 1, make: Uint8Array },
  { type: 'float16', datatype: 'FP16', number: 10, size: 2, make: Uint16Array },
  { type: 'float64', datatype: 'FP64', number: 11, size: 8, make: Float64Array },
  { type: 'uint32', datatype: 'UINT32', number: 12, size: 4, make: Uint32Array },
  { type: 'uint64', datatype: 'UINT64', number: 13, size: 8, make: BigUint64Array },
  { type: 'bfloat16', datatype: 'BF16', number: 16, size: 2, make: Uint16Array },
];

/** Tensors by name. */
export type Tensors = Readonly<Record<string, Tensor>>;

/** The elements' bytes. Browsers run on little-endian machines, all of them. */
function bytesOf({ data }: Tensor): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

export function tensorToJSON(tensor: Tensor): TensorJSON {
  const kind = kinds.find(({ type }) => type === tensor.type);
  if (!kind) throw new RangeError(`there is no tensor of ${tensor.type}`);
  return { datatype: kind.datatype, shape: [...tensor.dims], base64: toBase64(bytesOf(tensor)) };
}

export const tensorsToJSON = (tensors: Tensors): Record<string, TensorJSON> =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, tensorToJSON(tensor)]));

/** Reads a tensor: base64, or numbers, flat or in lists. Throws a RangeError that names it. */
export function tensorFromJSON(name: string, { datatype, shape, data, base64 }: TensorJSON): Tensor {
  const kind = kinds.find((each) => each.datatype === datatype);
  if (!kind) throw new RangeError(`“${name}”: there is no type ${JSON.stringify(datatype)}`);
  if (!Array.isArray(shape) || !shape.every((d) => Number.isSafeInteger(d) && d >= 0)) throw new RangeError(`“${name}”: its shape is a list of whole numbers`);
  const count = shape.reduce((product, d) => product * d, 1);
  let bytes: Bytes;
  if (data === undefined) bytes = fromBase64(name, base64 ?? '');
  else bytes = fromNumbers(name, kind, data);
  if (bytes.length !== count * kind.size) throw new RangeError(`“${name}”: a shape of ${shape.join(' × ') || 'one number'} has ${count} elements, and there are ${bytes.length / kind.size}`);
  return { type: kind.type, dims: shape, data: new kind.make(bytes.buffer) };
}

export const tensorsFromJSON = (json: Readonly<Record<string, TensorJSON>>): Record<string, Tensor> =>
  Object.fromEntries(Object.entries(json).map(([name, tensor]) => [name, tensorFromJSON(name, tensor)]));

const words: Readonly<Record<string, number>> = { NaN, Infinity, '-Infinity': -Infinity };

function fromNumbers(name: string, { type, size, make }: Kind, data: unknown): Bytes {
  if (!Array.isArray(data)) throw new RangeError(`“${name}”: its data are a list of numbers`);
  if (type === 'float16' || type === 'bfloat16') throw new RangeError(`“${name}”: ${type} has no form in JSON numbers, so it goes as base64`);
  const flat = data.flat(16) as unknown[];
  const buffer = new ArrayBuffer(flat.length * size);
  const into = new make(buffer);
  flat.forEach((item, i) => {
    const value = typeof item === 'boolean' && type === 'bool' ? Number(item) : typeof item === 'string' ? words[item] : item;
    if (typeof value !== 'number') throw new RangeError(`“${name}”: ${JSON.stringify(item)} is no ${type}`);
    if (into instanceof BigInt64Array || into instanceof BigUint64Array) {
      if (!Number.isSafeInteger(value)) throw new RangeError(`“${name}”: ${value} is no whole number that JSON holds exactly; send base64`);
      into[i] = BigInt(value);
    } else {
      into[i] = value;
      if (!type.startsWith('float') && into[i] !== value) throw new RangeError(`“${name}”: ${value} does not fit into ${type}`);
    }
  });
  return new Uint8Array(buffer);
}

export function toBase64(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += 0x6000) parts.push(btoa(String.fromCharCode(...bytes.subarray(at, at + 0x6000)))); // three bytes are four letters
  return parts.join('');
}

function fromBase64(name: string, text: string): Bytes {
  try {
    return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  } catch (cause) {
    throw new RangeError(`“${name}”: that is no base64`, { cause });
  }
}

/** A list of tensors in its one form: sorted by name, every NaN the same. */
export function encodeTensors(tensors: Tensors): Bytes {
  const list = Object.entries(tensors).map(([name, tensor]) => ({ name: utf8(name), tensor }));
  list.sort((a, b) => compare(a.name, b.name));
  const parts: Uint8Array[] = [utf8('dehug/tensors/v0'), u16(list.length)];
  for (const { name, tensor } of list) {
    const kind = kinds.find(({ type }) => type === tensor.type);
    if (!kind) throw new RangeError(`there is no tensor of ${tensor.type}`);
    const head = new DataView(new ArrayBuffer(2 + 8 * tensor.dims.length));
    head.setUint8(0, kind.number);
    head.setUint8(1, tensor.dims.length);
    tensor.dims.forEach((d, i) => head.setBigUint64(2 + 8 * i, BigInt(d)));
    parts.push(u16(name.length), name, new Uint8Array(head.buffer), canonical(tensor));
  }
  return concat(...parts);
}

const u16 = (n: number): Uint8Array => Uint8Array.of(n >> 8, n & 255);

/** An element's bits above this, its sign left out, are a NaN, and which one all of them become. */
const nans: Partial<Record<TensorType, readonly [infinity: number | bigint, nan: number | bigint]>> = {
  float32: [0x7f800000, 0x7fc00000],
  float64: [0x7ff0000000000000n, 0x7ff8000000000000n],
  float16: [0x7c00, 0x7e00],
  bfloat16: [0x7f80, 0x7fc0],
};

function canonical(tensor: Tensor): Uint8Array {
  const rule = nans[tensor.type];
  const bytes = bytesOf(tensor).slice();
  if (rule === undefined) return bytes;
  const [infinity, nan] = rule;
  if (tensor.type === 'float64') {
    const bits = new BigUint64Array(bytes.buffer);
    bits.forEach((b, i) => {
      if ((b & 0x7fffffffffffffffn) > BigInt(infinity)) bits[i] = BigInt(nan);
    });
  } else {
    const bits = tensor.type === 'float32' ? new Uint32Array(bytes.buffer) : new Uint16Array(bytes.buffer);
    const mask = tensor.type === 'float32' ? 0x7fffffff : 0x7fff;
    for (let i = 0; i < bits.length; i++) if (((bits[i] ?? 0) & mask) > Number(infinity)) bits[i] = Number(nan);
  }
  return bytes;
}

/** What a request hash is of: a salt of 32 bytes (0x and hexadecimal digits) and the input in its one form. */
export function requestBytes(salt: string, tensors: Bytes): Bytes {
  return concat(utf8('dehug/request/v0'), unhex(salt.slice(2)), tensors);
}
