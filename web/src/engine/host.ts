/**
 * The plain host: everything that it takes to run a compiled model, which is a `.wasm` with the ABI of `wasm/ABI.md`
 * and its weights. It knows nothing of gateways, hashes or workers; whoever calls `write` has verified the bytes.
 */
import { DehugError } from './errors.js';
import type { Layout } from './fill.js';
import { newControl, runShares, sayPages, type Enlistment } from './team.js';
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
  paths: Layout['paths'];
  items: number;
  tensors: Layout['tensors'];
}

/** What a model remembers between runs: how long its states are, by symbol, and their bytes. */
export interface Memory {
  lengths: Record<string, number>;
  bytes: Uint8Array<ArrayBuffer>[];
}

/** What the host knows of an instance, beside what is in its memory: with both, another one goes on as this one. */
export interface Standing {
  /** Size of the memory. */
  bytes: number;
  bound: readonly number[] | null;
  lengths: Record<string, number>;
}

/** Where a tensor is, for the sizes that are bound. */
interface Place {
  address: number;
  dims: readonly number[];
  bytes: number;
  view: TypedArray;
}

/** Steps whose time hangs on the data by more than a constant factor. */
const unsteady = /^(Loop\.|NonMaxSuppression|Unique)/;

interface Exports {
  prepare(from: number, to: number): number;
  bind(dims: number, values: number): number;
  descriptors(): number;
  run(from: number, to: number): number;
  shares(): number;
  part(step: number, part: number, parts: number): number;
}

type ArrayType = (new (buffer: ArrayBufferLike, from: number, length: number) => TypedArray) & { readonly BYTES_PER_ELEMENT: number };

/** Element types as modules name them, and how JavaScript holds them. */
const types: Readonly<Record<string, { name: TensorType; array: ArrayType }>> = {
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

const pageBytes = 65536;
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

/** The exports of the ABI; those of modules for threads come last. */
const functions = ['bind', 'descriptors', 'layout', 'prepare', 'run', 'state', 'part', 'shares'];
const needed = functions.slice(0, -2);

/**
 * Reads what a module says about itself. Refuses one that could reach more than one memory, or that lacks what the ABI
 * says; it may be somebody else's work.
 */
export function moduleInfo(module: WebAssembly.Module): ModuleInfo {
  const imports = WebAssembly.Module.imports(module).map((i) => `${i.kind} ${i.module}.${i.name}`);
  const exports = WebAssembly.Module.exports(module).map((e) => (e.kind === 'function' ? e.name : e.kind));
  if (imports.join() !== 'memory dehug.memory') {
    throw new DehugError('invalid', `the module imports ${imports.join(', ') || 'nothing'}, not one memory and nothing else`, { hint: 'do not trust whoever made it' });
  }
  if (needed.some((name) => !exports.includes(name)) || exports.some((name) => !functions.includes(name))) {
    throw new DehugError('invalid', `the module exports ${exports.join(', ')}, not the functions of the ABI`, { hint: 'do not trust whoever made it' });
  }
  const section = WebAssembly.Module.customSections(module, 'dehug')[0];
  if (section === undefined) throw new DehugError('invalid', 'this WebAssembly module is not a compiled model');
  let info: ModuleInfo;
  try {
    info = JSON.parse(new TextDecoder().decode(section)) as ModuleInfo;
  } catch (cause) {
    throw new DehugError('invalid', 'this WebAssembly module is not a compiled model: what it says of itself is not JSON', { hint: 'do not trust whoever made it', cause });
  }
  if (info.abi !== '0') throw new DehugError('unsupported', `the module has ABI ${info.abi}, this host runs 0`, { hint: 'use the version of the runtime that is made for it' });
  return info;
}

/** What a run may cost: multiply-adds, and bytes of memory. */
export interface Limits {
  work: number;
  memory: number;
}

export const unlimited: Limits = { work: Infinity, memory: Infinity };

/** A model with a memory of its own. Its methods are called in the order in which they stand here. */
export class Instance {
  readonly info: ModuleInfo;
  readonly #memory: WebAssembly.Memory;
  readonly #exports: Exports;
  #bound: readonly number[] | null;
  #lengths: Record<string, number>;
  /** Inputs and outputs as `bind`, which alone makes the memory grow, has placed them; without those whose sizes a run decides. */
  readonly #places: (Place | undefined)[] = [];
  /** With helpers: how many threads there are, what they meet at, and for each step how many shares of it are worth having. */
  #team: { threads: number; control: SharedArrayBuffer; shares: Uint32Array } | null = null;

  private constructor(info: ModuleInfo, memory: WebAssembly.Memory, exports: Exports, { bound, lengths }: Omit<Standing, 'bytes'>) {
    this.info = info;
    this.#memory = memory;
    this.#exports = exports;
    this.#bound = bound;
    this.#lengths = lengths;
  }

  /** With `standing`, an instance that is to go on as another one: the bytes of that one's memory are still to be written. */
  static async create(module: WebAssembly.Module, standing: Standing | null = null): Promise<Instance> {
    const info = moduleInfo(module);
    const initial = standing === null ? info.memory.initial : standing.bytes / pageBytes;
    let memory: WebAssembly.Memory;
    try {
      memory = new WebAssembly.Memory({ ...info.memory, initial });
    } catch (cause) {
      throw new DehugError('too_large', `there is no memory of ${initial * 64} KiB to be had on this machine`, {
        hint: 'close other pages, or use a smaller model',
        cause,
      });
    }
    const instance = await WebAssembly.instantiate(module, { dehug: { memory } });
    return new Instance(info, memory, instance.exports as unknown as Exports, standing ?? { bound: null, lengths: {} });
  }

  /** Whether a run takes about the same time whatever is fed, when sizes are equal. */
  get steady(): boolean {
    return !this.info.steps.some(({ op }) => unsteady.test(op));
  }

  /** Whether another instance can go on as this one. A shared memory belongs to several. */
  get movable(): boolean {
    return this.info.memory.shared !== true;
  }

  get standing(): Standing {
    return { bytes: this.memoryBytes, bound: this.#bound, lengths: { ...this.#lengths } };
  }

  /** A copy of at most `length` bytes of the memory. */
  read(from: number, length: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#memory.buffer.slice(from, from + length));
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

  /** Settles all sizes for one value per symbol, and grows the memory when they need it. True when sizes have changed. */
  bind(given: readonly number[], most: Limits = unlimited): boolean {
    const changed = this.#settle(given, most);
    if (most.work < Infinity) this.#admit('multiply-adds', Number(new DataView(this.#memory.buffer).getBigUint64(this.info.bound + 16, true)), most.work);
    this.#admit('bytes of memory', this.memoryBytes, most.memory);
    return changed;
  }

  #admit(unit: string, needed: number, most: number): void {
    if (needed > most) {
      throw new DehugError('too_large', `a run takes ${needed} ${unit}, more than the ${most} that are allowed here`, { hint: 'use a smaller input or a smaller model, or allow more' });
    }
  }

  #settle(given: readonly number[], most: Limits): boolean {
    const symbols = given.map((value, i) => (isLength(this.info.symbols[i]) ? (this.#lengths[this.info.symbols[i] ?? ''] ?? 0) : value));
    if (this.#bound?.every((value, i) => value === symbols[i])) return false;
    this.#bound = null;
    this.#places.length = 0;
    const { dims, bound } = this.info;
    const view = new DataView(this.#memory.buffer);
    symbols.forEach((value, i) => view.setBigInt64(dims + 8 * i, BigInt(value), true));
    let status = this.#exports.bind(dims, 0);
    if (status === needsMemory) {
      const pages = view.getUint32(bound + 4, true);
      this.#admit('bytes of memory', pages * pageBytes, most.memory);
      try {
        this.#memory.grow(pages - this.memoryBytes / pageBytes);
      } catch {
        throw statusError(status, 'preparing the run');
      }
      status = this.#exports.bind(dims, 0);
    }
    if (status !== 0) throw statusError(status, 'preparing the run');
    this.#bound = [...symbols];
    if (this.#team !== null) {
      const { control, shares } = this.#team;
      sayPages(control, this.memoryBytes / pageBytes);
      shares.set(new Uint32Array(this.#memory.buffer, this.#exports.shares(), shares.length));
    }
    return true;
  }

  /** Writes input `k` after `bind`. Its shape must be the one that `bind` settled. */
  setInput(k: number, tensor: Tensor): void {
    const { dims, bytes, view } = this.#place(k);
    const { data } = tensor;
    if (dims.length !== tensor.dims.length || dims.some((d, i) => d !== tensor.dims[i]) || data.byteLength !== bytes) {
      const name = this.info.inputs[k]?.name ?? '';
      throw new DehugError('bad_input', `input "${name}" has shape [${tensor.dims.join(', ')}], with the other inputs it must have [${dims.join(', ')}]`);
    }
    (view as Uint8Array).set(data as Uint8Array); // of whichever type: checkFeeds has seen that they agree
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
    if (status === jump) return this.#next();
    throw this.#stepError(status, s);
  }

  /** Runs all steps, as `step` after `step` would. Nothing can come between them. */
  runAll(): void {
    const { length } = this.info.steps;
    if (this.#team !== null) {
      for (let s = 0; s < length; ) s = this.step(s);
      return;
    }
    const status = this.#exports.run(0, length);
    if (status !== 0) throw this.#stepError(status, this.#next());
  }

  /** Where a run goes on after a jump, or which step has ended it. */
  #next(): number {
    return new DataView(this.#memory.buffer).getUint32(this.info.bound + 44, true);
  }

  #stepError(status: number, s: number): DehugError {
    return statusError(status, `step ${s} (${this.info.steps[s]?.name ?? ''})`);
  }

  /** The states are as long as the run that has ended has made them. */
  advance(): void {
    this.#states().forEach(({ symbol, axis }, k) => {
      if (symbol !== undefined) this.#lengths[symbol] = this.#statePlace(k).dims[axis] ?? 0;
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
    if (bytes.length !== this.#states().length || bytes.some((b, k) => b.length !== this.#statePlace(k).bytes)) {
      throw new DehugError('bad_input', 'what was saved does not fit this model', { hint: 'restore it into the model that it was saved from' });
    }
    bytes.forEach((b, k) => this.#room(k).set(b));
    this.#lengths = { ...lengths };
  }

  #states(): NonNullable<ModuleInfo['states']> {
    return this.info.states ?? [];
  }

  /** The descriptor of a state; those of inputs, outputs and intermediates come first. */
  #statePlace(k: number): { address: number; dims: number[]; bytes: number } {
    return this.#descriptor(this.info.inputs.length + this.info.outputs.length + (this.info.intermediates?.length ?? 0) + k);
  }

  #room(k: number): Uint8Array {
    const { address, bytes } = this.#statePlace(k);
    return new Uint8Array(this.#memory.buffer, address, bytes);
  }

  /** Copies the outputs out of the memory, after the last step. */
  takeOutputs(): Record<string, Tensor> {
    const result: Record<string, Tensor> = {};
    this.info.outputs.forEach(({ name, type }, i) => {
      const { dims, view } = this.#place(this.info.inputs.length + i);
      result[name] = { type: typeOf(type).name, dims: [...dims], data: view.slice() }; // never shared, even if the memory is
    });
    return result;
  }

  /** Where input or output `k` is, outputs counted after inputs. */
  #place(k: number): Place {
    const known = this.#places[k];
    if (known !== undefined) return known;
    const { type, shape } = this.info.inputs[k] ?? this.info.outputs[k - this.info.inputs.length] ?? { type: '', shape: [] };
    const { array } = typeOf(type);
    const { address, dims, bytes } = this.#descriptor(k);
    const place = { address, dims, bytes, view: new array(this.#memory.buffer, address, bytes / array.BYTES_PER_ELEMENT) };
    if (!shape.some((d) => d.includes('#'))) this.#places[k] = place;
    return place;
  }

  #descriptor(k: number): { address: number; dims: number[]; bytes: number } {
    const view = new DataView(this.#memory.buffer, this.#exports.descriptors() + 96 * k, 96);
    const dims = Array.from({ length: view.getUint32(8, true) }, (_, d) => Number(view.getBigInt64(16 + 8 * d, true)));
    return { address: view.getUint32(0, true), dims, bytes: Number(view.getBigUint64(80, true)) };
  }
}

function typeOf(type: string): { name: TensorType; array: ArrayType } {
  const found = types[type];
  if (found === undefined) throw new DehugError('unsupported', `the module has tensors of type ${type}, which this host does not know`);
  return found;
}

function describe({ name, type, shape }: { name: string; type: string; shape: string[] }): TensorInfo {
  return { name, type: typeOf(type).name, dims: shape.map((d) => (/^\d+$/.test(d) ? Number(d) : d)) };
}
