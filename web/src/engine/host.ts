/**
 * The plain host: everything that it takes to run a compiled model, which is a `.wasm` with the ABI of `wasm/ABI.md`
 * and its weights. It knows nothing of gateways, hashes or workers; whoever calls `write` has verified the bytes.
 */
import { DehugError } from './errors.js';
import { newControl, runShares, type Enlistment } from './team.js';
import type { Tensor, TensorInfo, TensorType, TypedArray } from './types.js';

/** The module's description of itself: its custom section `dehug`. */
export interface ModuleInfo {
  abi: string;
  profile: string;
  mode: 'strict' | 'fast';
  planHash: string;
  /** `shared`: compiled for threads. */
  memory: { initial: number; maximum: number; shared?: boolean };
  symbols: string[];
  dims: number;
  bound: number;
  inputs: { name: string; type: string; shape: string[] }[];
  outputs: { name: string; type: string; shape: string[] }[];
  intermediates?: unknown[];
  /** Outputs that are inputs of the next run; those with a symbol grow. */
  states?: { symbol?: string; axis: number }[];
  steps: { name: string; op: string }[];
}

/** What a model remembers between runs: how long its states are, by symbol, and their bytes. */
export interface Memory {
  lengths: Record<string, number>;
  bytes: Uint8Array<ArrayBuffer>[];
}

interface Exports {
  prepare(from: number, to: number): number;
  bind(dims: number, values: number): number;
  descriptors(): number;
  run(from: number, to: number): number;
  shares(): number;
  part(step: number, part: number, parts: number): number;
}

/** Element types as modules name them, and how JavaScript holds them. */
const types: Readonly<Record<string, { name: TensorType; array: new (buffer: ArrayBuffer) => TypedArray }>> = {
  f32: { name: 'float32', array: Float32Array },
  f64: { name: 'float64', array: Float64Array },
  f16: { name: 'float16', array: Uint16Array },
  bf16: { name: 'bfloat16', array: Uint16Array },
  i8: { name: 'int8', array: Int8Array },
  u8: { name: 'uint8', array: Uint8Array },
  i16: { name: 'int16', array: Int16Array },
  u16: { name: 'uint16', array: Uint16Array },
  i32: { name: 'int32', array: Int32Array },
  u32: { name: 'uint32', array: Uint32Array },
  i64: { name: 'int64', array: BigInt64Array },
  u64: { name: 'uint64', array: BigUint64Array },
  bool: { name: 'bool', array: Uint8Array },
};

/** The reason of an error that compiling for the sizes at hand may mend. */
export const otherSizes = 'other-sizes';

/** Whether a symbol is the length of a state, which the host knows and no input says. */
export function isLength(symbol: string | undefined): boolean {
  return symbol?.startsWith('#') === true;
}

const needsMemory = 1;
const jump = 3;

/** What a status of the ABI means for the person who runs the model. */
function statusError(status: number, doing: string): DehugError {
  switch (status) {
    case needsMemory:
    case 17:
      return new DehugError('too_large', `${doing}: the model needs more memory with these input sizes than it may have`, {
        hint: 'use smaller inputs',
      });
    case 2:
    case 21:
      return new DehugError('unsupported', `${doing}: these input sizes need another module than the one that was compiled`, {
        hint: 'use the sizes that the model was exported for',
        reason: otherSizes,
      });
    case 22:
      return new DehugError('too_large', `${doing}: what this run would add does not fit behind what was remembered`, {
        hint: 'load the model with a larger `session.capacity`, or reset it',
      });
    case 16:
      return new DehugError('bad_input', `${doing}: an input size is out of range`, { hint: 'sizes are from 1 to 2147483647' });
    default:
      return new DehugError('internal', `${doing}: the module answered with status ${status}`);
  }
}

/** Reads what a module says about itself. */
export function moduleInfo(module: WebAssembly.Module): ModuleInfo {
  const section = WebAssembly.Module.customSections(module, 'dehug')[0];
  if (section === undefined) throw new DehugError('invalid', 'this WebAssembly module is not a compiled model');
  const info = JSON.parse(new TextDecoder().decode(section)) as ModuleInfo;
  if (info.abi !== '0') throw new DehugError('unsupported', `the module has ABI ${info.abi}, this host runs 0`);
  return info;
}

/** A model with a memory of its own. Its methods are called in the order in which they stand here. */
export class Instance {
  readonly info: ModuleInfo;
  readonly #memory: WebAssembly.Memory;
  readonly #exports: Exports;
  #bound: readonly number[] | null = null;
  #lengths: Record<string, number> = {};
  /** With helpers: how many threads there are, what they meet at, and for each step how many shares of it are worth having. */
  #team: { threads: number; control: SharedArrayBuffer; shares: Uint32Array } | null = null;

  private constructor(info: ModuleInfo, memory: WebAssembly.Memory, exports: Exports) {
    this.info = info;
    this.#memory = memory;
    this.#exports = exports;
  }

  static async create(module: WebAssembly.Module): Promise<Instance> {
    const info = moduleInfo(module);
    let memory: WebAssembly.Memory;
    try {
      memory = new WebAssembly.Memory(info.memory);
    } catch (cause) {
      throw new DehugError('too_large', `there is no memory of ${info.memory.initial * 64} KiB to be had on this machine`, {
        hint: 'close other pages, or use a smaller model',
        cause,
      });
    }
    const instance = await WebAssembly.instantiate(module, { dehug: { memory } });
    return new Instance(info, memory, instance.exports as unknown as Exports);
  }

  /** Asks for `helpers` helpers: what each is to be sent. The run goes on without those that do not come. */
  enlist(module: WebAssembly.Module, helpers: number): Enlistment {
    this.#team = { threads: 1 + helpers, control: newControl(), shares: new Uint32Array(this.info.steps.length) };
    this.#bound = null;
    return { module, memory: this.#memory, control: this.#team.control };
  }

  get inputs(): TensorInfo[] {
    return this.info.inputs.map(describe);
  }

  get outputs(): TensorInfo[] {
    return this.info.outputs.map(describe);
  }

  get memoryBytes(): number {
    return this.#memory.buffer.byteLength;
  }

  /** Writes bytes of a weight to the place where item `i` wants them; only after item `i - 1` was prepared. */
  write(bytes: Uint8Array, address: number): void {
    new Uint8Array(this.#memory.buffer).set(bytes, address);
  }

  prepare(item: number): void {
    const status = this.#exports.prepare(item, item + 1);
    if (status !== 0) throw statusError(status, `preparing item ${item}`);
  }

  /** Settles all sizes for one value per symbol, and grows the memory when they need it. */
  bind(given: readonly number[]): void {
    const symbols = given.map((value, i) => (isLength(this.info.symbols[i]) ? (this.#lengths[this.info.symbols[i] ?? ''] ?? 0) : value));
    if (this.#bound?.every((value, i) => value === symbols[i])) return;
    this.#bound = null;
    const { dims, bound } = this.info;
    const view = new DataView(this.#memory.buffer);
    symbols.forEach((value, i) => view.setBigInt64(dims + 8 * i, BigInt(value), true));
    let status = this.#exports.bind(dims, 0);
    if (status === needsMemory) {
      const pages = view.getUint32(bound + 4, true);
      try {
        this.#memory.grow(pages - this.#memory.buffer.byteLength / 65536);
      } catch {
        throw statusError(status, 'preparing the run');
      }
      status = this.#exports.bind(dims, 0);
    }
    if (status !== 0) throw statusError(status, 'preparing the run');
    this.#bound = [...symbols];
    if (this.#team !== null) {
      const { shares } = this.#team;
      shares.set(new Uint32Array(this.#memory.buffer, this.#exports.shares(), shares.length));
    }
  }

  /** Writes input `k` after `bind`. Its shape must be the one that `bind` settled. */
  setInput(k: number, tensor: Tensor): void {
    const { address, dims, bytes } = this.#descriptor(k);
    const { data } = tensor;
    if (dims.length !== tensor.dims.length || dims.some((d, i) => d !== tensor.dims[i]) || data.byteLength !== bytes) {
      const name = this.info.inputs[k]?.name ?? '';
      throw new DehugError('bad_input', `input "${name}" has shape [${tensor.dims.join(', ')}], with the other inputs it must have [${dims.join(', ')}]`);
    }
    this.write(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), address);
  }

  /** Runs one step and says which one comes next: in a loop it may be an earlier one. */
  step(s: number): number {
    const worth = this.#team?.shares[s] ?? 0;
    if (this.#team !== null && worth > 1) {
      runShares(this.#team.control, this.#exports, this.#team.threads, s, worth);
      return s + 1;
    }
    const status = this.#exports.run(s, s + 1);
    if (status === 0) return s + 1;
    if (status === jump) return new DataView(this.#memory.buffer).getUint32(this.info.bound + 44, true);
    throw statusError(status, `step ${s} (${this.info.steps[s]?.name ?? ''})`);
  }

  /** The states are as long as the run that has ended has made them. */
  advance(): void {
    this.#states().forEach(({ symbol, axis }, k) => {
      if (symbol !== undefined) this.#lengths[symbol] = this.#place(k).dims[axis] ?? 0;
    });
  }

  /** Forgets all runs. */
  reset(): void {
    this.#states().forEach((_, k) => this.#room(k).fill(0));
    this.#lengths = {};
  }

  save(): Memory {
    return { lengths: { ...this.#lengths }, bytes: this.#states().map((_, k) => Uint8Array.from(this.#room(k))) };
  }

  /** Goes on where an instance of the same module was. */
  restore({ lengths, bytes }: Memory): void {
    if (bytes.length !== this.#states().length || bytes.some((b, k) => b.length !== this.#place(k).bytes)) {
      throw new DehugError('bad_input', 'what was saved does not fit this model', { hint: 'restore it into the model that it was saved from' });
    }
    bytes.forEach((b, k) => this.#room(k).set(b));
    this.#lengths = { ...lengths };
  }

  #states(): NonNullable<ModuleInfo['states']> {
    return this.info.states ?? [];
  }

  /** The descriptor of a state; those of inputs, outputs and intermediates come first. */
  #place(k: number): { address: number; dims: number[]; bytes: number } {
    return this.#descriptor(this.info.inputs.length + this.info.outputs.length + (this.info.intermediates?.length ?? 0) + k);
  }

  #room(k: number): Uint8Array {
    const { address, bytes } = this.#place(k);
    return new Uint8Array(this.#memory.buffer, address, bytes);
  }

  /** Copies the outputs out of the memory, after the last step. */
  takeOutputs(): Record<string, Tensor> {
    const result: Record<string, Tensor> = {};
    this.info.outputs.forEach((output, i) => {
      const { address, dims, bytes } = this.#descriptor(this.info.inputs.length + i);
      const { name, array } = typeOf(output.type);
      const copy = new Uint8Array(bytes); // not slice: of a shared memory that would be shared too
      copy.set(new Uint8Array(this.#memory.buffer, address, bytes));
      result[output.name] = { type: name, dims, data: new array(copy.buffer) };
    });
    return result;
  }

  #descriptor(k: number): { address: number; dims: number[]; bytes: number } {
    const view = new DataView(this.#memory.buffer, this.#exports.descriptors() + 96 * k, 96);
    const dims = Array.from({ length: view.getUint32(8, true) }, (_, d) => Number(view.getBigInt64(16 + 8 * d, true)));
    return { address: view.getUint32(0, true), dims, bytes: Number(view.getBigUint64(80, true)) };
  }
}

function typeOf(type: string): { name: TensorType; array: new (buffer: ArrayBuffer) => TypedArray } {
  const found = types[type];
  if (found === undefined) throw new DehugError('unsupported', `the module has tensors of type ${type}, which this host does not know`);
  return found;
}

function describe({ name, type, shape }: { name: string; type: string; shape: string[] }): TensorInfo {
  return { name, type: typeOf(type).name, dims: shape.map((d) => (/^\d+$/.test(d) ? Number(d) : d)) };
}
