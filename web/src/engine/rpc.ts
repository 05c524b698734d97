/** Calls between two ends of a message channel: page and worker, worker and worker. */
import { DehugError, errorCodes, type ErrorCode } from './errors.js';

/** What a Worker, a MessagePort and a worker's own global scope have in common. */
export interface Port {
  postMessage(message: unknown, transfer: Transferable[]): void;
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
  /** Ports deliver nothing before this is called; workers do not have it. */
  start?(): void;
}

/** An error as it crosses: classes do not survive the crossing. */
interface Failure {
  code: string;
  message: string;
  hint: string;
  reason: string;
}

type Message =
  | { kind: 'call'; id: number; method: string; args: unknown[] }
  | { kind: 'note'; method: string; args: unknown[] }
  | { kind: 'result'; id: number; value: unknown }
  | { kind: 'error'; id: number; error: Failure };

/** A value whose buffers move to the other end instead of being copied. */
export class Transfer<T = unknown> {
  constructor(
    readonly value: T,
    readonly list: Transferable[],
  ) {}
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each method has parameters of its own
type Methods = Record<string, (...args: any[]) => unknown>;
// `object`, not `Methods`: an interface has no index signature.
type Calls<T extends object> = { [K in keyof T]: T[K] extends (...args: never[]) => unknown ? T[K] : never };
type Answer<F extends (...args: never[]) => unknown> = Exclude<Awaited<ReturnType<F>>, Transfer> | Unwrap<Awaited<ReturnType<F>>>;
type Unwrap<T> = T extends Transfer<infer V> ? V : never;

/** One end. `Remote` is what the other end serves. */
export class Peer<Remote extends object> {
  readonly #port: Port;
  readonly #waiting = new Map<number, { resolve: (value: never) => void; reject: (error: DehugError) => void }>();
  #methods: Methods = {};
  #next = 1;
  #closed: DehugError | null = null;

  constructor(port: Port, methods: object = {}) {
    this.#port = port;
    this.serve(methods);
    port.addEventListener('message', (event) => void this.#take(event.data as Message));
    port.start?.();
  }

  /** Says what the other end may call here. */
  serve(methods: object): void {
    this.#methods = methods as Methods;
  }

  /** Calls a method of the other end. Buffers in `transfer` are gone from here afterwards. */
  call<K extends keyof Calls<Remote> & string>(
    method: K,
    args: Parameters<Calls<Remote>[K]>,
    transfer: Transferable[] = [],
  ): Promise<Answer<Calls<Remote>[K]>> {
    return new Promise((resolve, reject) => {
      if (this.#closed !== null) {
        reject(this.#closed);
        return;
      }
      const id = this.#next++;
      this.#waiting.set(id, { resolve, reject });
      this.#post({ kind: 'call', id, method, args }, transfer);
    });
  }

  /** Calls a method whose answer nobody waits for. */
  note<K extends keyof Calls<Remote> & string>(method: K, args: Parameters<Calls<Remote>[K]>, transfer: Transferable[] = []): void {
    if (this.#closed === null) this.#post({ kind: 'note', method, args }, transfer);
  }

  /** Rejects whatever is waiting, now and later: the other end is gone. */
  close(error: DehugError): void {
    this.#closed = error;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }

  #post(message: Message, transfer: Transferable[]): void {
    this.#port.postMessage(message, transfer);
  }

  async #take(message: Message): Promise<void> {
    switch (message.kind) {
      case 'note':
        await this.#methods[message.method]?.(...message.args);
        return;
      case 'call':
        try {
          const method = this.#methods[message.method];
          if (method === undefined) throw new DehugError('internal', `nobody serves ${message.method}`);
          const value: unknown = await method(...message.args);
          if (value instanceof Transfer) this.#post({ kind: 'result', id: message.id, value: value.value }, value.list);
          else this.#post({ kind: 'result', id: message.id, value }, []);
        } catch (thrown) {
          this.#post({ kind: 'error', id: message.id, error: toFailure(thrown) }, []);
        }
        return;
      case 'result':
        this.#settle(message.id)?.resolve(message.value as never);
        return;
      case 'error':
        this.#settle(message.id)?.reject(fromFailure(message.error));
    }
  }

  #settle(id: number): { resolve: (value: never) => void; reject: (error: DehugError) => void } | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }
}

/** The plain form of anything that was thrown, ours or Go's. */
function toFailure(thrown: unknown): Failure {
  if (isFailure(thrown)) return { code: thrown.code, message: thrown.message, hint: thrown.hint, reason: thrown.reason };
  const { code, message, hint, reason } = DehugError.from(thrown);
  return { code, message, hint, reason };
}

function isFailure(x: unknown): x is Failure {
  return typeof x === 'object' && x !== null && 'code' in x && 'message' in x && 'hint' in x && 'reason' in x;
}

function fromFailure({ code, message, hint, reason }: Failure): DehugError {
  return new DehugError(code in errorCodes ? (code as ErrorCode) : 'internal', message, { hint, reason });
}
