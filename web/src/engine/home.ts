/** The two places where a loaded model can be, which offer the same: a worker, and the thread of whoever calls. */
import { DehugError } from './errors.js';
import { Executor, type Ran } from './executor.js';
import { Instance, type Limits, type Memory, type Standing } from './host.js';
import type { Peer } from './rpc.js';
import type { Runner } from './runner.js';
import type { Place } from './spawn.js';
import type { StepEvent, Tensor } from './types.js';

/** A run that is asked for. */
export interface Call {
  /** In the order of the model's inputs. */
  feeds: readonly Tensor[];
  /** In the order of the model's symbols. */
  symbols: readonly number[];
  signal: AbortSignal | undefined;
  onStep: ((event: StepEvent) => void) | null;
  limits: Limits;
}

/** Everything but `end` is done after the runs that were asked for before. */
export interface Home {
  readonly where: Place['where'];
  /** Whether `run` would read its feeds before it returns. Otherwise it keeps what it is given. */
  readonly idle: boolean;
  run(call: Call): Ran | Promise<Ran>;
  reset(): void | Promise<void>;
  save(): Memory | Promise<Memory>;
  restore(memory: Memory): void | Promise<void>;
  standing(): Standing | Promise<Standing>;
  /** A copy of at most `length` bytes of the model's memory. */
  read(from: number, length: number): Uint8Array<ArrayBuffer> | Promise<Uint8Array<ArrayBuffer>>;
  /** Frees what it has; runs under way reject with `why`. */
  end(why: DehugError): void;
}

/** A model moves in pieces of this many bytes: that is all that is there three times, and a page is held up for less than 1 ms by one. */
export const pieceBytes = 2 ** 20;

export class WorkerHome implements Home {
  readonly where = 'worker';
  readonly idle = false;
  readonly #place: Place;
  readonly #peer: Peer<Runner>;
  readonly #steps = new Map<number, (event: StepEvent) => void>();
  #next = 1;

  constructor(place: Place, peer: Peer<Runner>) {
    this.#place = place;
    this.#peer = peer;
    peer.serve({ step: (id: number, event: StepEvent) => this.#steps.get(id)?.(event) });
  }

  /** Has a new worker go on as the model at `from`. */
  static async of(from: Home, module: WebAssembly.Module, place: Place, peer: Peer<Runner>): Promise<WorkerHome> {
    const standing = await from.standing();
    await peer.call('arrive', [module, standing]);
    for (let at = 0; at < standing.bytes; at += pieceBytes) {
      const piece = await from.read(at, pieceBytes);
      await peer.call('write', [piece, at], [piece.buffer]);
    }
    return new WorkerHome(place, peer);
  }

  async run({ feeds, symbols, signal, onStep, limits }: Call): Promise<Ran> {
    if (signal?.aborted) throw new DehugError('aborted', 'the run was cancelled');
    const id = this.#next++;
    if (onStep !== null) this.#steps.set(id, onStep);
    const cancel = (): void => this.#peer.note('cancel', [id]);
    signal?.addEventListener('abort', cancel);
    try {
      return await this.#peer.call(
        'run',
        [id, feeds, symbols, onStep !== null, limits],
        feeds.map((t) => t.data.buffer as ArrayBuffer),
      );
    } finally {
      signal?.removeEventListener('abort', cancel);
      this.#steps.delete(id);
    }
  }

  reset = (): Promise<void> => this.#peer.call('reset', []);
  save = (): Promise<Memory> => this.#peer.call('save', []);
  restore = (memory: Memory): Promise<void> => this.#peer.call('restore', [memory]);
  standing = (): Promise<Standing> => this.#peer.call('standing', []);
  read = (from: number, length: number): Promise<Uint8Array<ArrayBuffer>> => this.#peer.call('read', [from, length]);

  end(why: DehugError): void {
    this.#peer.close(why);
    this.#place.end();
  }
}

export class PageHome implements Home {
  readonly where = 'main';
  readonly #end: () => void;
  /** Null when it has ended. */
  #executor: Executor | null;
  #ended: DehugError | null = null;

  /** `end` is called at the end, beside what this does itself. */
  constructor(executor: Executor, end: () => void = () => undefined) {
    this.#executor = executor;
    this.#end = end;
  }

  /** Goes on as the model at `from`, which has at most `most` bytes of memory; null when it has more. */
  static async of(from: Home, module: WebAssembly.Module, most: number): Promise<PageHome | null> {
    const standing = await from.standing();
    if (standing.bytes > most) return null;
    const instance = await Instance.create(module, standing);
    for (let at = 0; at < standing.bytes; at += pieceBytes) instance.write(await from.read(at, pieceBytes), at);
    return new PageHome(new Executor(instance));
  }

  get idle(): boolean {
    return this.#executor?.idle === true;
  }

  run({ feeds, symbols, signal, onStep, limits }: Call): Ran | Promise<Ran> {
    const ran = this.#here.run(feeds, symbols, () => this.#ended !== null || signal?.aborted === true, onStep, limits);
    if (!(ran instanceof Promise)) return ran;
    return ran.catch((thrown: unknown) => {
      throw this.#ended ?? thrown;
    });
  }

  reset = (): void | Promise<void> => this.#here.after(() => this.#here.instance.reset());
  save = (): Memory | Promise<Memory> => this.#here.after(() => this.#here.instance.save());
  restore = (memory: Memory): void | Promise<void> => this.#here.after(() => this.#here.instance.restore(memory));
  standing = (): Standing | Promise<Standing> => this.#here.after(() => this.#here.instance.standing);
  read = (from: number, length: number): Uint8Array<ArrayBuffer> | Promise<Uint8Array<ArrayBuffer>> => this.#here.after(() => this.#here.instance.read(from, length));

  end(why: DehugError): void {
    this.#ended = why;
    this.#executor = null;
    this.#end();
  }

  get #here(): Executor {
    if (this.#executor === null) throw this.#ended ?? new DehugError('internal', 'the model has ended');
    return this.#executor;
  }
}
