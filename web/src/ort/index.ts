/**
 * `@dehug/runtime/ort`: the runtime in the words of onnxruntime-web, for code that was written for it.
 *
 *     import * as ort from '@dehug/runtime/ort' // was: 'onnxruntime-web'
 *     const session = await ort.InferenceSession.create('model.onnx', { integrity: 'sha256-…' })
 *     const { output } = await session.run({ input: new ort.Tensor('float32', data, [1, 3, 224, 224]) })
 *
 * A file from an address needs its hash; bytes and releases are taken as they are. What has no meaning here (execution
 * providers, levels of optimisation) is ignored.
 */
import { DehugError, load, loadFile, type FileOptions, type LoadOptions, type Model, type TensorInfo, type TensorType, type TypedArray } from '../engine/index.js';

export { DehugError };

export const env = { wasm: { numThreads: 0, wasmPaths: '', proxy: false }, logLevel: 'warning' };

const arrays = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
} as const satisfies Record<TensorType, unknown>;

type Values = TypedArray | readonly number[] | readonly bigint[] | readonly boolean[];

export class Tensor {
  readonly type: TensorType;
  readonly data: TypedArray;
  readonly dims: readonly number[];
  readonly location = 'cpu';

  /** `new Tensor('float32', data, dims)`, or `new Tensor(data, dims)` for data whose array says its type. Without dims it is a row. */
  constructor(type: TensorType, data: Values, dims?: readonly number[]);
  constructor(data: TypedArray | readonly boolean[], dims?: readonly number[]);
  constructor(first: TensorType | Values, second?: Values, third?: readonly number[]) {
    const named = typeof first === 'string';
    const values = named ? (second ?? []) : first;
    this.type = named ? first : typeOf(values);
    if (!(this.type in arrays)) throw new TypeError(`tensors of type ${this.type} are not known here`);
    this.data = toArray(this.type, values);
    this.dims = (named ? third : (second as readonly number[] | undefined)) ?? [this.data.length];
    if (this.size !== this.data.length) throw new TypeError(`a tensor of shape [${this.dims.join(', ')}] has ${this.size} elements, not ${this.data.length}`);
  }

  get size(): number {
    return this.dims.reduce((product, extent) => product * extent, 1);
  }

  getData(): Promise<TypedArray> {
    return Promise.resolve(this.data);
  }

  reshape(dims: readonly number[]): Tensor {
    return new Tensor(this.type, this.data, dims);
  }

  /** There is nothing to free: the data is the caller's. */
  dispose(): void {
    return undefined;
  }
}

function typeOf(values: Values): TensorType {
  if (Array.isArray(values) && typeof values[0] === 'boolean') return 'bool';
  for (const [type, array] of Object.entries(arrays)) {
    if (type !== 'float16' && type !== 'bfloat16' && type !== 'bool' && values instanceof array) return type as TensorType;
  }
  throw new TypeError('the type of a tensor is to be named unless its data is a typed array');
}

function toArray(type: TensorType, values: Values): TypedArray {
  if (ArrayBuffer.isView(values)) return values;
  const list = values as readonly (number | bigint | boolean)[];
  if (type === 'int64' || type === 'uint64') return arrays[type].from(list.map((value) => BigInt(value)));
  if (type === 'float16' || type === 'bfloat16') throw new TypeError(`tensors of type ${type} are made of the bits, in a Uint16Array`);
  return arrays[type].from(list.map(Number));
}

export interface SessionOptions extends FileOptions, Partial<Pick<LoadOptions, 'sources' | 'signer' | 'entry' | 'precompiled'>> {
  /** What `ort` takes and this does not need. */
  executionProviders?: readonly unknown[];
  graphOptimizationLevel?: string;
  freeDimensionOverrides?: Readonly<Record<string, number>>;
  externalData?: readonly unknown[];
}

export interface ValueMetadata {
  name: string;
  isTensor: true;
  type: TensorType;
  shape: readonly (number | string)[];
}

type Feeds = Readonly<Record<string, Tensor>>;
type Fetches = readonly string[] | Readonly<Record<string, Tensor | null>>;

const isRelease = (model: string): boolean => /^(ipfs:\/\/|dehug:)?b[a-z2-7]{50,}(\?|\/|$)/.test(model);

export class InferenceSession {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  readonly inputMetadata: readonly ValueMetadata[];
  readonly outputMetadata: readonly ValueMetadata[];

  /** `model`: what the session runs on, for what `ort` has no word for. */
  private constructor(readonly model: Model) {
    this.inputMetadata = model.inputs.map(metadata);
    this.outputMetadata = model.outputs.map(metadata);
    this.inputNames = model.inputs.map(({ name }) => name);
    this.outputNames = model.outputs.map(({ name }) => name);
  }

  /** Of a file's address with `integrity`, of its bytes, or of a release's CID with `sources`. */
  static async create(model: string | ArrayBuffer | Uint8Array, options: SessionOptions = {}): Promise<InferenceSession> {
    const { sources = [], signer, entry, precompiled, executionProviders: _, graphOptimizationLevel: __, freeDimensionOverrides: ___, externalData = [], ...rest } = options;
    if (externalData.length > 0) {
      throw new DehugError('unsupported', 'externalData: weights in files of their own need a release', { hint: 'publish the folder with dehug-relay publish, and give its CID' });
    }
    const { numThreads, wasmPaths, proxy } = env.wasm;
    const common: FileOptions = {
      ...(numThreads > 0 && { threads: numThreads }),
      ...(wasmPaths !== '' && { base: wasmPaths }),
      ...(proxy && { thread: 'worker' as const }),
      ...rest,
    };
    if (typeof model !== 'string') return new InferenceSession(await loadFile(model instanceof Uint8Array ? model : new Uint8Array(model), common));
    if (!isRelease(model)) return new InferenceSession(await loadFile(model, common));
    const more = { ...(signer !== undefined && { signer }), ...(entry !== undefined && { entry }), ...(precompiled !== undefined && { precompiled }) };
    return new InferenceSession(await load(model, { ...common, sources, ...more }));
  }

  /** Runs once; `fetches` names the outputs that are wanted, all of them when it is left out. */
  async run(feeds: Feeds, fetches?: Fetches): Promise<Record<string, Tensor>> {
    const outputs = await this.model.run(feeds);
    const names = fetches === undefined ? this.outputNames : Array.isArray(fetches) ? (fetches as readonly string[]) : Object.keys(fetches);
    return Object.fromEntries(
      names.map((name) => {
        const output = outputs[name];
        if (output === undefined) throw new DehugError('bad_input', `the model has no output "${name}"`, { hint: `its outputs are ${this.outputNames.join(', ')}` });
        return [name, new Tensor(output.type, output.data, output.dims)];
      }),
    );
  }

  release(): Promise<void> {
    this.model.dispose();
    return Promise.resolve();
  }
}

function metadata({ name, type, dims }: TensorInfo): ValueMetadata {
  return { name, isTensor: true, type, shape: dims };
}
