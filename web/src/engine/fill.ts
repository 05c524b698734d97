/**
 * Turns chunks that arrive in any order into copies and prepares in the one order that `wasm/ABI.md` allows: bytes of an
 * item are written only after the item before it was prepared.
 */
import { chunkSize } from '../verify/tree.js';
import { DehugError } from './errors.js';

/** Where a module's bytes go: the part of its custom section that is for those who fill its memory. */
export interface Layout {
  memory: { initial: number; maximum: number };
  paths: string[];
  items: number;
  tensors: { path: number; offset: number; length: number; destination: number; item: number }[];
}

/** A file that tensors lie in. */
export interface Place {
  path: string;
  size: number;
}

/** Part of a tensor that lies in one chunk. */
interface Piece {
  chunk: number;
  from: number;
  length: number;
  address: number;
}

/** An op is so many numbers: its kind; the chunk, or the item that is to be prepared; from, length and address of what is to be copied. */
export const opWords = 5;
export const opCopy = 0;
export const opPrepare = 1;
const opDrop = 2;

/** More than any model has; each costs an empty list. */
const maxItems = 2 ** 20;

export class Fill {
  /** What is to be fetched, in the order in which it is best fetched. */
  readonly chunks: { path: string; index: number }[] = [];
  readonly #items: Piece[][];
  readonly #arrived: boolean[] = [];
  /** Pieces still to be copied, by chunk. */
  readonly #uses: number[] = [];
  readonly #numbers = new Map<string, number>();
  #next = 0;

  /** `file` gives the file that a path of the layout stands for. Refuses a layout that reaches beyond files or memory. */
  constructor(layout: Layout, file: (path: string) => Place) {
    const { items, tensors, paths, memory } = layout;
    const bad = (what: string): DehugError => new DehugError('invalid', `the module's layout is not one: ${what}`, { hint: 'tell the author of the release' });
    if (!isCount(items) || items > maxItems) throw bad(`${items} items`);
    this.#items = Array.from({ length: items }, () => []);
    for (const { path, offset, length, destination, item } of tensors) {
      const name = paths[path];
      if (name === undefined) throw bad('a tensor is in no file');
      const { path: place, size } = file(name);
      if (![offset, length, destination].every(isCount) || offset > size || length > size - offset) throw bad(`a tensor lies outside of ${place}`);
      if (destination > memory.initial * 65536 - length) throw bad('a tensor lands outside of the memory');
      const pieces = this.#items[item];
      if (pieces === undefined) throw bad('a tensor belongs to no item');
      for (let at = offset; at < offset + length; ) {
        const from = at % chunkSize;
        const n = Math.min(offset + length - at, chunkSize - from);
        const chunk = this.#number(place, Math.floor(at / chunkSize));
        pieces.push({ chunk, from, length: n, address: destination + at - offset });
        this.#uses[chunk] = (this.#uses[chunk] ?? 0) + 1;
        at += n;
      }
    }
  }

  #number(path: string, index: number): number {
    const key = `${index} ${path}`;
    let n = this.#numbers.get(key);
    if (n === undefined) {
      n = this.chunks.push({ path, index }) - 1;
      this.#numbers.set(key, n);
    }
    return n;
  }

  get done(): boolean {
    return this.#next === this.#items.length;
  }

  /** What can be done now that chunk `n` is here; -1 for what can be done without any. */
  add(n: number): Uint32Array<ArrayBuffer> {
    if (n >= 0) this.#arrived[n] = true;
    const ops: number[] = [];
    for (; !this.done; this.#next++) {
      const pending: Piece[] = [];
      for (const piece of this.#items[this.#next] ?? []) {
        const { chunk, from, length, address } = piece;
        if (!this.#arrived[chunk]) {
          pending.push(piece);
          continue;
        }
        ops.push(opCopy, chunk, from, length, address);
        const left = (this.#uses[chunk] ?? 0) - 1;
        this.#uses[chunk] = left;
        if (left === 0) ops.push(opDrop, chunk, 0, 0, 0);
      }
      this.#items[this.#next] = pending;
      if (pending.length > 0) break;
      ops.push(opPrepare, this.#next, 0, 0, 0);
    }
    return Uint32Array.from(ops);
  }
}

const isCount = (n: number): boolean => Number.isSafeInteger(n) && n >= 0;
