/**
 * Says when a model is to be where: in a worker until its runs have shown to be short, then on the thread of whoever
 * calls, until they are long. Times are milliseconds; nothing here looks at a clock.
 */

/** Runs by which a model is judged. */
const handful = 8;

/**
 * The mean of a handful of runs that is short. The way to a worker and back takes some 0.2 ms, so beyond this there is
 * little to be won; and it leaves four fifths of a frame of 16 ms, and three fifths of one of 8 ms, to the page. A mean,
 * because a clock that ticks in 100 ms (some browsers' answer to fingerprinting) has none but this right.
 */
export const short = 3;

/** A run that is not to be had on the page, when another such follows: half a frame. One alone is the machine's hiccup. */
export const long = 8;

/** How many times as many short runs it takes to come to the page once more: what goes back and forth does so ever more rarely. */
const patience = 4;

export class Gauge {
  /** The last runs in the worker, at most a handful. */
  #recent: { ms: number; sizes: readonly number[] }[] = [];
  #count = 0;
  #needed = handful;
  #wasLong = false;
  /** Sizes that have had short runs. */
  #known: (readonly number[])[] = [];

  /** Takes note of a run in the worker. True when the model is to come to the page. */
  inWorker(ms: number, sizes: readonly number[]): boolean {
    this.#recent.push({ ms, sizes });
    if (this.#recent.length > handful) this.#recent.shift();
    if (++this.#count < this.#needed || this.#recent.reduce((sum, run) => sum + run.ms, 0) > short * handful) return false;
    this.#known = this.#recent.filter((run) => run.ms <= long).map((run) => run.sizes);
    return true;
  }

  /** Takes note of a run on the page. True when the model is to go back to the worker. */
  onPage(ms: number): boolean {
    const wasLong = this.#wasLong;
    this.#wasLong = ms > long;
    return wasLong && this.#wasLong;
  }

  /** Whether sizes (values of the model's symbols) are beyond all that has had short runs. */
  outgrown(sizes: readonly number[]): boolean {
    return sizes.length > 0 && !this.#known.some((known) => known.every((most, i) => (sizes[i] ?? 0) <= most));
  }

  /** The model is back in the worker. */
  wentBack(): void {
    this.#recent = [];
    this.#count = 0;
    this.#needed *= patience;
    this.#wasLong = false;
  }
}
