/** Where a model is at the moment, and how it moves: callers see neither, but for the time that runs take. */
import { DehugError } from './errors.js';
import type { Ran } from './executor.js';
import { Gauge } from './gauge.js';
import type { Call, Home } from './home.js';
import type { Memory } from './host.js';
import type { Tensor } from './types.js';

type Outputs = Record<string, Tensor>;

/** Makes a home of the other kind that goes on as `from`; null where that is not to be. */
export type Move = (from: Home) => Promise<Home | null>;

export class Residence {
  #home: Home;
  readonly #move: Move;
  /** Null when the model stays where it is, for good. */
  #gauge: Gauge | null;
  /** While the model moves, what was asked for meanwhile, in that order. */
  #waiting: { begin: () => void; fail: (why: DehugError) => void }[] | null = null;
  #ended: DehugError | null = null;

  /** `move` null: it never moves. */
  constructor(home: Home, move: Move | null) {
    this.#home = home;
    this.#move = move ?? (() => Promise.resolve(null));
    this.#gauge = move === null ? null : new Gauge();
  }

  get where(): Home['where'] {
    return this.#home.where;
  }

  /** Runs are carried out in the order in which they are asked for. What is fed may be changed when this has returned. */
  run(call: Call): Outputs | Promise<Outputs> {
    return this.#begin(call, false);
  }

  reset = (): Promise<void> => this.#ask((home) => home.reset());
  save = (): Promise<Memory> => this.#ask((home) => home.save());
  restore = (memory: Memory): Promise<void> => this.#ask((home) => home.restore(memory));

  /** Frees everything; what is under way rejects with `why`. */
  end(why: DehugError): void {
    this.#ended = why;
    this.#home.end(why);
    for (const { fail } of this.#waiting ?? []) fail(why);
    this.#waiting = null;
  }

  /** `owned`: the feeds are nobody else's. */
  #begin(call: Call, owned: boolean): Outputs | Promise<Outputs> {
    if (this.#ended !== null) throw this.#ended;
    if (this.#waiting === null && this.#home.where === 'main' && this.#gauge?.outgrown(call.symbols) === true) void this.#moveAway();
    if (this.#waiting !== null) {
      const own = owned ? call : withOwnFeeds(call);
      return this.#wait(() => this.#begin(own, true));
    }
    const home = this.#home;
    const ran = home.run(owned || home.idle ? call : withOwnFeeds(call));
    return ran instanceof Promise ? ran.then((r) => this.#note(home, call, r)) : this.#note(home, call, ran);
  }

  async #ask<T>(question: (home: Home) => T | Promise<T>): Promise<T> {
    if (this.#ended !== null) throw this.#ended;
    return this.#waiting === null ? question(this.#home) : this.#wait(() => this.#ask(question));
  }

  #wait<T>(begin: () => T | Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#waiting?.push({
        begin: () => {
          try {
            resolve(begin());
          } catch (thrown) {
            reject(DehugError.from(thrown));
          }
        },
        fail: reject,
      });
    });
  }

  /** Learns from a run how long they are. */
  #note(home: Home, { symbols }: Call, { outputs, ms }: Ran): Outputs {
    const gauge = this.#gauge;
    if (gauge !== null && home === this.#home && this.#waiting === null && (home.where === 'main' ? gauge.onPage(ms) : gauge.inWorker(ms, symbols))) void this.#moveAway();
    return outputs;
  }

  async #moveAway(): Promise<void> {
    const from = this.#home;
    this.#waiting = [];
    let to: Home | null = null;
    try {
      to = await this.#move(from);
    } catch {
      // No memory, no worker, or the worker was ended meanwhile.
    }
    if (this.#ended !== null) {
      to?.end(this.#ended);
      return;
    }
    if (to === null) this.#gauge = null;
    else {
      from.end(new DehugError('internal', 'the model is elsewhere')); // nothing is under way there
      this.#home = to;
      if (to.where === 'worker') this.#gauge?.wentBack();
    }
    const waiting = this.#waiting;
    this.#waiting = null;
    for (const { begin } of waiting) begin();
  }
}

/** A call whose feeds are copies: what the caller passed in stays theirs. */
function withOwnFeeds(call: Call): Call {
  return { ...call, feeds: call.feeds.map(({ type, dims, data }) => ({ type, dims: [...dims], data: data.slice() })) };
}
