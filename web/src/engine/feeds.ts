/** Checks what is fed to a model, before anything runs. */
import { DehugError } from './errors.js';
import { isLength } from './host.js';
import type { Tensor, TensorInfo, TensorType, TypedArray } from './types.js';

/** Arrays that may hold each type. */
const arrays: Readonly<Record<TensorType, readonly (new (n: number) => TypedArray)[]>> = {
  float32: [Float32Array],
  float64: [Float64Array],
  float16: [Uint16Array],
  bfloat16: [Uint16Array],
  int8: [Int8Array],
  uint8: [Uint8Array, Uint8ClampedArray],
  int16: [Int16Array],
  uint16: [Uint16Array],
  int32: [Int32Array],
  uint32: [Uint32Array],
  int64: [BigInt64Array],
  uint64: [BigUint64Array],
  bool: [Uint8Array, Uint8ClampedArray],
};

/** The largest extent: what the module's `bind` accepts. */
const maxExtent = 2 ** 31 - 1;

export interface CheckedFeeds {
  /** In the order of the model's inputs. */
  tensors: Tensor[];
  /** In the order of the module's symbols. */
  symbols: number[];
}

/** Brings feeds into order and settles the model's symbols. Throws `bad_input` with a sentence that names the input. */
export function checkFeeds(
  inputs: readonly TensorInfo[],
  symbols: readonly string[],
  feeds: Readonly<Record<string, TypedArray | Tensor>>,
): CheckedFeeds {
  const names = inputs.map((i) => i.name);
  for (const name of Object.keys(feeds)) {
    if (!names.includes(name)) throw badInput(`the model has no input "${name}"`, `its inputs are ${list(names)}`);
  }
  const values = new Map<string, { value: number; from: string }>();
  const tensors = inputs.map((input) => {
    const feed = feeds[input.name];
    if (feed === undefined) throw badInput(`input "${input.name}" is missing`, `it is ${shown(input)}`);
    const tensor = toTensor(input, feed);
    checkType(input, tensor);
    checkShape(input, tensor, symbols, values);
    return tensor;
  });
  return {
    tensors,
    symbols: symbols.map((symbol) => {
      if (isLength(symbol)) return 0;
      const known = values.get(symbol);
      if (known === undefined) throw badInput(`no input says what "${symbol}" is`, 'this model cannot be run with the inputs it has');
      return known.value;
    }),
  };
}

/** A bare array takes the input's shape, when that leaves at most one extent open. */
function toTensor(input: TensorInfo, feed: TypedArray | Tensor): Tensor {
  if (!ArrayBuffer.isView(feed)) {
    if (!isTensor(feed)) throw badInput(`input "${input.name}" is neither a typed array nor a tensor`, 'pass a typed array, or { type, dims, data }');
    return feed;
  }
  const open = input.dims.filter((d) => typeof d === 'string');
  const known = input.dims.reduce<number>((n, d) => (typeof d === 'number' ? n * d : n), 1);
  if (open.length > 1) throw badInput(`input "${input.name}" is ${shown(input)}, so an array alone does not say its shape`, 'pass { type, dims, data }');
  const rest = known === 0 ? 0 : feed.length / known;
  if (open.length === 0 ? feed.length !== known : !Number.isInteger(rest) || rest < 1) {
    throw badInput(`input "${input.name}" has ${feed.length} elements, it is ${shown(input)}`, 'pass as many elements as the shape has');
  }
  return { type: input.type, dims: input.dims.map((d) => (typeof d === 'number' ? d : rest)), data: feed };
}

/** Types are not there when the page is written in plain JavaScript. */
function isTensor(feed: unknown): feed is Tensor {
  return typeof feed === 'object' && feed !== null && 'dims' in feed && Array.isArray(feed.dims) && 'data' in feed && ArrayBuffer.isView(feed.data);
}

function checkType(input: TensorInfo, { type, data }: Tensor): void {
  if (type !== input.type) throw badInput(`input "${input.name}" is ${type}, it must be ${input.type}`, 'convert it first');
  if (!arrays[input.type].some((array) => data instanceof array)) {
    const wanted = arrays[input.type].map((array) => array.name).join(' or ');
    throw badInput(`input "${input.name}" is a ${data.constructor.name}, for ${input.type} it must be a ${wanted}`, 'convert it first');
  }
}

function checkShape(
  input: TensorInfo,
  { dims, data }: Tensor,
  symbols: readonly string[],
  values: Map<string, { value: number; from: string }>,
): void {
  const wrong = (why: string): DehugError =>
    badInput(`input "${input.name}" has shape [${dims.join(', ')}], it is ${shown(input)}: ${why}`, 'change its shape, or feed another tensor');
  if (dims.length !== input.dims.length) throw wrong(`it has ${dims.length} dimensions, not ${input.dims.length}`);
  input.dims.forEach((want, i) => {
    const got = dims[i] ?? 0;
    if (!Number.isInteger(got) || got < 0 || got > maxExtent) throw wrong(`${got} is not an extent`);
    if (typeof want === 'number') {
      if (got !== want) throw wrong(`dimension ${i} is ${got}, not ${want}`);
    } else if (symbols.includes(want)) {
      const known = values.get(want);
      if (got < 1) throw wrong(`"${want}" is at least 1`);
      if (known !== undefined && known.value !== got) throw wrong(`"${want}" is ${known.value} in input "${known.from}"`);
      values.set(want, { value: got, from: input.name });
    } // an expression is checked by the module, when all symbols are known
  });
  const elements = dims.reduce((n, d) => n * d, 1);
  if (data.length !== elements) throw wrong(`the array has ${data.length} elements, not ${elements}`);
}

function shown({ type, dims }: TensorInfo): string {
  return `${type}[${dims.join(', ')}]`;
}

function list(names: string[]): string {
  return names.map((name) => `"${name}"`).join(', ');
}

function badInput(message: string, hint: string): DehugError {
  return new DehugError('bad_input', message, { hint });
}
