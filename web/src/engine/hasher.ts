/**
 * Hashes chunks in workers. Browsers hash on the thread that asks them to (Chromium 156: 1.25 ms for a MiB), which is the one that reads
 * and hands on all others.
 */
import type { Bytes } from '../verify/bytes.js';
import { onThisThread, type Hashed, type Hashing } from './bulk.js';
import { DehugError } from './errors.js';
import type { HashService } from './hash-worker.js';
import { pinOf } from './pins.js';
import { Peer } from './rpc.js';
import type { Place } from './spawn.js';

/** Milliseconds for which workers stay when there is nothing to do. */
const rest = 500;
/** Workers at most. One hashes nearly as fast as a page's thread reads. */
const most = 2;

interface Hand {
  readonly place: Place;
  readonly peer: Peer<HashService>;
  busy: number;
}

/** Hashes in workers, once they run and where there may be any. */
export class Hasher implements Hashing {
  #hands: Hand[] = [];
  #started = false;
  #refused = false;
  #busy = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `spawn` starts hash-worker.js, which has this hash; rejects where workers are refused. */
  constructor(private readonly spawn: (pin: string) => Promise<Place>) {}

  /** There will be much to hash. */
  start(): void {
    if (this.#refused) return;
    this.#settle(); // those that are here stay
    if (this.#started) return;
    this.#started = true;
    const count = Math.min(most, Math.max(1, navigator.hardwareConcurrency - 2));
    for (let i = 0; i < count; i++) void this.#add();
  }

  async #add(): Promise<void> {
    try {
      const place = await this.spawn(pinOf('hash-worker.js'));
      const hand = { place, peer: new Peer<HashService>(place.port), busy: 0 };
      place.onCrash = (message) => {
        this.#refused = true;
        this.#hands = this.#hands.filter((other) => other !== hand);
        hand.peer.close(new DehugError('internal', `a worker has crashed: ${message}`));
      };
      this.#hands.push(hand);
      this.#settle();
    } catch {
      this.#refused = true; // then this thread does it
    }
  }

  async hash(bytes: Bytes): Promise<Hashed> {
    const [first, ...others] = this.#hands;
    if (first === undefined) return onThisThread.hash(bytes);
    const hand = others.reduce((a, b) => (b.busy < a.busy ? b : a), first);
    clearTimeout(this.#timer);
    hand.busy++;
    this.#busy++;
    try {
      return await hand.peer.call('hash', [bytes], [bytes.buffer]);
    } finally {
      hand.busy--;
      this.#busy--;
      this.#settle();
    }
  }

  /** Ends the workers, should nothing more come. */
  #settle(): void {
    clearTimeout(this.#timer);
    if (this.#busy > 0) return;
    this.#timer = setTimeout(() => {
      for (const { place } of this.#hands) place.end();
      this.#hands = [];
      this.#started = false;
    }, rest);
  }
}
