/**
 * Bytes by name, all in one file, with a second file that says where. A file for each name costs browsers over ten times as much (4.4 ms
 * for a MiB in Chromium, against 0.3).
 *
 * Bytes have a name once they have been flushed, so a page that dies, or a machine, leaves none that are not whole. What a damaged index
 * says is as good as what else is damaged: whoever reads hashes it.
 */
import type { Bytes } from '../verify/bytes.js';

/** A file that is open for nobody else, as browsers give it to workers. */
export interface SyncFile {
  read(into: Bytes, options: { at: number }): number;
  write(bytes: Bytes, options: { at: number }): number;
  flush(): void;
  getSize(): number;
  close(): void;
}

/** Bytes of a line of the index: where, how long, how much room, length of the name, name. */
const line = 128;
const nameAt = 20;
export const longestName = line - nameAt;
/** The largest that anybody keeps is a module. A damaged index may say anything. */
export const largest = 2 ** 28;
/** What is kept begins at multiples of it, so that what takes the place of something else fits more often. */
const grain = 4096;

interface Place {
  at: number;
  room: number;
}

interface Entry extends Place {
  length: number;
  line: number;
}

interface Pending extends Place {
  name: string;
  length: number;
  resolve: () => void;
  reject: (why: unknown) => void;
}

export class Pack {
  readonly #entries = new Map<string, Entry>();
  /** Room between entries, and lines of the index that say nothing. */
  readonly #gaps: Place[] = [];
  readonly #lines: number[] = [];
  /** Ends of bytes and of lines. */
  #end = 0;
  #next = 0;
  #pending: Pending[] = [];

  /** `later` calls when what is asked for at the moment has been done: then comes one flush for all of it. */
  constructor(
    private readonly data: SyncFile,
    private readonly index: SyncFile,
    private readonly later: (work: () => void) => void,
  ) {
    const lines = new Uint8Array(index.getSize());
    index.read(lines, { at: 0 });
    const size = data.getSize();
    const found: [string, Entry][] = [];
    for (let n = 0; (n + 1) * line <= lines.length; n++) {
      const view = new DataView(lines.buffer, n * line, line);
      const [at, length, room, letters] = [view.getFloat64(0), view.getUint32(8), view.getUint32(12), view.getUint32(16)];
      const holds = letters > 0 && letters <= longestName && Number.isSafeInteger(at) && at >= 0 && length <= Math.min(room, largest) && at + length <= size;
      if (holds) found.push([new TextDecoder().decode(lines.subarray(n * line + nameAt, n * line + nameAt + letters)), { at, room, length, line: n }]);
      else this.#lines.push(n);
    }
    this.#next = Math.floor(lines.length / line);
    for (const [name, entry] of found.sort(([, a], [, b]) => a.at - b.at)) {
      if (entry.at < this.#end || this.#entries.has(name)) {
        this.#lines.push(entry.line); // damaged
        continue;
      }
      this.#free(this.#end, entry.at - this.#end);
      this.#entries.set(name, entry);
      this.#end = entry.at + entry.room;
    }
  }

  names(): string[] {
    return [...this.#entries.keys()];
  }

  /** Bytes on the disk. */
  get size(): number {
    return this.data.getSize() + this.index.getSize();
  }

  /** Null when there is nothing by this name. */
  read(name: string): Bytes | null {
    const entry = this.#entries.get(name);
    if (entry === undefined) return null;
    const bytes = new Uint8Array(entry.length);
    return this.data.read(bytes, { at: entry.at }) === entry.length ? bytes : null;
  }

  /** Fulfilled when these bytes have the name. Until then, what had it before has it. */
  write(name: string, bytes: Bytes): Promise<void> {
    return new Promise((resolve, reject) => {
      if (name.length > longestName || bytes.length > largest) throw new RangeError(`${name}, of ${bytes.length} bytes, is more than is kept`);
      const { at, room } = this.#find(bytes.length);
      try {
        put(this.data, bytes, at);
      } catch (thrown) {
        this.#free(at, room);
        throw thrown;
      }
      if (this.#pending.push({ name, at, room, length: bytes.length, resolve, reject }) === 1) this.later(() => this.#commit());
    });
  }

  remove(name: string): void {
    const entry = this.#entries.get(name);
    if (entry === undefined) return;
    put(this.index, new Uint8Array(line), entry.line * line);
    this.#entries.delete(name);
    this.#lines.push(entry.line);
    this.#free(entry.at, entry.room);
  }

  close(): void {
    this.#commit();
    try {
      this.index.flush();
    } finally {
      this.data.close();
      this.index.close();
    }
  }

  #commit(): void {
    const pending = this.#pending;
    this.#pending = [];
    let flushed = false;
    for (const { name, at, room, length, resolve, reject } of pending) {
      try {
        if (!flushed) this.data.flush();
        flushed = true;
        const old = this.#entries.get(name);
        const n = old?.line ?? this.#lines.pop() ?? this.#next++;
        const text = new Uint8Array(line);
        const view = new DataView(text.buffer);
        view.setFloat64(0, at);
        view.setUint32(8, length);
        view.setUint32(12, room);
        view.setUint32(16, name.length);
        text.set(new TextEncoder().encode(name), nameAt);
        try {
          put(this.index, text, n * line);
        } catch (thrown) {
          if (old === undefined) this.#lines.push(n);
          throw thrown;
        }
        this.#entries.set(name, { at, room, length, line: n });
        if (old !== undefined) this.#free(old.at, old.room);
        resolve();
      } catch (thrown) {
        this.#free(at, room);
        reject(thrown);
      }
    }
  }

  /** The smallest gap that will do, unless most of it would be lost; else the end. */
  #find(length: number): Place {
    const room = Math.ceil(length / grain) * grain;
    let best = -1;
    for (const [i, gap] of this.#gaps.entries()) {
      if (gap.room >= room && gap.room <= 2 * room && (best < 0 || gap.room < (this.#gaps[best]?.room ?? 0))) best = i;
    }
    const gap = best < 0 ? undefined : this.#gaps.splice(best, 1)[0];
    if (gap !== undefined) return gap;
    const at = this.#end;
    this.#end += room;
    return { at, room };
  }

  #free(at: number, room: number): void {
    if (room > 0 && at + room === this.#end) this.#end = at;
    else if (room > 0) this.#gaps.push({ at, room });
  }
}

function put(file: SyncFile, bytes: Bytes, at: number): void {
  if (file.write(bytes, { at }) < bytes.length) throw new DOMException('there is no more room', 'QuotaExceededError');
}
