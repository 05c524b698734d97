/**
 * Sources that nobody has to trust, shared among all blocks that are wanted: as package wasm/stream (pool.go)
 * has them. A source that cannot be used is asked again later; one that sends a whole block with another hash lies, and is
 * not asked again. A block that takes longer than nearly all did is asked of a second source as well.
 */
import type { Bytes } from '../verify/bytes.js';
import { parseCID } from '../verify/cid.js';
import { chunkSize } from '../verify/tree.js';
import { fetchBlock, sha256Of } from './block.js';
import type { Bulk } from './bulk.js';
import { DehugError } from './errors.js';
import type { EvidenceRecord, JobEvent } from './events.js';
import type { RunAnswer } from './run.js';

const maxSources = 16;
/** Requests under way at one source. Browsers open six HTTP/1.1 connections to a host, and the page needs one or two. */
const maxInFlight = 4;
/** Tries of one block at one source that fails, and at one that asks us to wait. */
const maxTries = 3;
const maxSlowTries = 6;
/** Milliseconds: without a byte; after a first failure, doubled with each further one; the longest; where a source asks for no time that we can read. */
const stallTime = 4000;
const backoffTime = 300;
const backoffMost = 30_000;
const retryAfter = 2000;
/** Bytes that must come in the time of a stall: a source that sends one now and then would hold a block for hours. */
const trickle = 2048;
/**
 * Milliseconds after which a second source is asked as well: while nothing is known of how long small blocks and large ones take, and
 * at least; and after which a source that was sending has fallen silent, so to say. Second requests are bounded: so many at first, and
 * one more for each ten blocks that come; they may go beyond a source's limit.
 */
const hedgeTimes = [30, 1000, 1000] as const;
const leastPatience = [30, 100, 100] as const;
const leastQuiet = 200;
const hedges = 8;
const hedgeEvery = 10;
const hedgePlaces = 2;
/**
 * A request has a price of its own: to a source that is quick, for one that takes so many milliseconds for a MiB at most, neighbouring
 * chunks of a large file are asked for together, up to so many, and as many as take a second. So many such requests are under way at once.
 */
const quick = 500;
const longestRun = 64;
/**
 * Of a source that has sent something, at a speed that nobody knows yet, so many are asked for first, and twice as many as by the request before while
 * that is under way: to ask for one, to know the speed, would cost a way there and back, and those of one length would all end at once.
 */
const firstRun = 8;
const runTime = 1000;
export const maxRuns = 4;
/** Chunks of one such answer that are being hashed while the next ones are read. */
const hashing = 2;
/** Buffers that are kept for the next chunks: each answer fills one while others are hashed and used. */
const maxSpare = maxRuns * (hashing + 2);
/** Chunks of files for which that is done: with fewer, all is over before it pays. */
const large = 16;
/** Milliseconds between looks at what may be late: small blocks, large ones, chunks that came behind another one. */
const looks = [15, 50, 50] as const;
/** A source that has fallen silent is left alone for so many times longer than one that has failed: to find out again takes longer. */
const silence = 4;
/** Bytes of a chunk that are worth an event. Smaller blocks measure the distance to a source, not the width of the way. */
const quantum = 128 * 1024;

export interface SourceOption {
  url: string;
  label: string;
  /** Why an earlier load found it lying: it is not asked. */
  banned: EvidenceRecord | null;
}

interface Source extends SourceOption {
  inFlight: number;
  /** Grows with each success, shrinks when asked to wait. */
  limit: number;
  failures: number;
  /** Milliseconds for a MiB, moving average; 0 is unknown. */
  cost: number;
  /** Not asked before this time. */
  until: number;
  turn: number;
  state: string;
  /** Whether it may be asked for several chunks at once: not after it has not known how. */
  runs: boolean;
}

export interface Want {
  cid: string;
  /** In bytes; -1 when not known. */
  size: number;
  limit: number;
  /** For people: `chunk 3 of model.onnx`. */
  what: string;
  /** What others wait for goes first. */
  urgent?: boolean;
  /** To fetch it twice costs less than to wait for a store to be opened that is empty, or for another tab. */
  small?: boolean;
  /** Where it is, when it is a chunk of a file: those beside it may come in the same answer. `window` of them are asked for at once. */
  place?: { file: string; index: number; count: number; window: number };
  /** Told of the block's progress. */
  note?: (state: 'requested' | 'arriving' | 'verified' | 'rejected', source: string, bytes: number, evidence: EvidenceRecord | null) => void;
}

interface History {
  tries: number;
  slow: number;
  last: EvidenceRecord | null;
}

const missing = (e: EvidenceRecord): boolean => e.status === 404 || e.status === 410;
const spent = (h: History | undefined): boolean => h !== undefined && (h.tries >= maxTries || h.slow >= maxSlowTries);

export class Pool {
  /** Bytes of blocks: those of refused and broken-off answers too, and those that held. */
  fetched = 0;
  verified = 0;
  readonly #sources: Source[];
  readonly #tell: (event: JobEvent) => void;
  readonly #signal: AbortSignal;
  #turn = 0;
  #urgent = 0;
  /** Blocks that wait for a source, in the order in which they were asked for. */
  readonly #waiting = new Set<Waiting>();
  /** Those among them that are chunks of large files and were asked of none, by place. */
  readonly #idle = new Map<string, Waiting>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Blocks that wait are about to be given sources. */
  #assigning = false;
  #running = 0;
  /** Buffers of chunks that nobody needs any more: new ones are half as dear as what comes into them. */
  readonly #spare: Bytes[] = [];
  /** How long small blocks took, large ones, and those that came behind another one. */
  readonly #took = [new Latency(0), new Latency(1), new Latency(2)] as const;
  /** Blocks that came; second requests. */
  #blocks = 0;
  #hedged = 0;

  /** `bulk` fetches and hashes chunks of large files. */
  constructor(
    sources: readonly SourceOption[],
    tell: (event: JobEvent) => void,
    signal: AbortSignal,
    private readonly bulk: Bulk,
  ) {
    this.#sources = checkSources(sources).map((s) => ({ ...s, inFlight: 0, limit: 1, failures: 0, cost: 0, until: 0, turn: 0, state: '', runs: true }));
    this.#tell = tell;
    this.#signal = signal;
    for (const s of this.#sources) if (s.banned !== null) this.#say(s, 'banned', s.banned);
    signal.addEventListener('abort', () => {
      clearTimeout(this.#timer);
      for (const waiting of this.#waiting) waiting.failed(aborted(signal));
    });
  }

  /**
   * The block that `w` asks for, from whichever source sends it, verified. When one source takes longer than nearly all
   * blocks did, another one is asked as well, and the first good answer counts.
   */
  async get(w: Want): Promise<Bytes> {
    const tries = new Map<Source, History>();
    const running = new Map<Promise<Answer>, Source>();
    const settled = new AbortController(); // ends requests that nobody waits for any more
    const stop = (): void => settled.abort();
    this.#signal.addEventListener('abort', stop);
    const note: Want['note'] = (...what) => {
      if (!settled.signal.aborted) w.note?.(...what);
    };
    const legs: Leg[] = [];
    let due = Promise.resolve(); // the turn has come of the one that was asked for behind others
    let won = 0; // milliseconds that it took the source that sent it
    /** Of the sources that were asked: since when they might have sent it, when they last sent something of it, and of which kind it is there. */
    const since = new Map<Source, { at: number; life: Life; kind: Kind }>();
    const start = (s: Source, leg: Leg | null): void => {
      const again = tries.get(s) !== undefined;
      if (!again) tries.set(s, { tries: 0, slow: 0, last: null });
      note('requested', s.url, 0, null);
      const kind = leg === null ? kindOf(w.size) : 2;
      const life = leg?.life ?? { at: performance.now() };
      if (leg === null) since.set(s, { at: life.at, life, kind });
      else {
        legs.push(leg);
        due = new Promise((turn) => {
          leg.watch((at) => {
            since.set(s, { at, life, kind });
            turn();
          }, note);
        });
      }
      const asked: Promise<Answer> = (leg?.answer ?? this.#alone(s, { ...w, note }, again, life, settled.signal)).then(({ answer, took }) => {
        if (settled.signal.aborted) {
          if (answer !== null) this.#late(s, w, took, took > won ? performance.now() - life.at : 0, answer);
          this.#assign(); // its place is free, or will be when it has rested: another block may have nobody else to wait for
        }
        return { asked, source: s, answer, took, kind };
      });
      running.set(asked, s);
    };
    try {
      for (;;) {
        if (running.size === 0) {
          const { source, leg } = await this.#acquire(w, tries);
          start(source, leg);
        }
        const next = await Promise.race([...running.keys(), since.size < running.size ? due.then(() => undefined) : pause(looks[kindOf(w.size)], settled.signal)]);
        if (this.#signal.aborted) throw aborted(this.#signal);
        if (next === undefined) {
          const now = performance.now();
          const isLate = ({ at, life, kind }: { at: number; life: Life; kind: Kind }): boolean => {
            const { patience, quiet } = this.#took[kind];
            return now - at >= patience || now - life.at >= quiet;
          };
          if (since.size < running.size || ![...since.values()].every(isLate)) continue;
          const other = this.#second(tries);
          if (other !== null) start(other, null);
          continue;
        }
        running.delete(next.asked);
        const { source, answer, took, kind } = next;
        since.delete(source);
        if (answer instanceof Uint8Array) {
          won = took;
          this.#succeeded(source, answer.length, took, kind);
          note('verified', source.url, answer.length, null);
          return answer;
        }
        if (answer === null) {
          tries.delete(source); // what was asked for together with it has failed, not this
          continue;
        }
        const { evidence } = answer;
        remember(tries.get(source), evidence);
        note('rejected', source.url, evidence.bytes, evidence);
        this.#failed(source, answer);
      }
    } finally {
      settled.abort();
      for (const leg of legs) leg.drop();
      this.#signal.removeEventListener('abort', stop);
      this.#assign();
    }
  }

  /** Takes back a chunk that came from here. Nobody else has it. */
  recycle(chunk: Bytes): void {
    if (chunk.buffer.byteLength === chunkSize && this.#spare.length < maxSpare) this.#spare.push(new Uint8Array(chunk.buffer));
  }

  /** Asks for nothing but this block. */
  async #alone(s: Source, w: Want, again: boolean, life: Life, ended: AbortSignal): Promise<{ answer: Bytes | Refused; took: number }> {
    const began = performance.now();
    const answer = await this.#ask(s, w, again, life, ended);
    s.inFlight--;
    return { answer, took: performance.now() - began };
  }

  /** Takes another source for a late block, if one that was not asked for it is free and there is a hedge left. */
  #second(tries: ReadonlyMap<Source, History>): Source | null {
    if (this.#hedged >= hedges + this.#blocks / hedgeEvery) return null;
    const now = performance.now();
    let best: Source | null = null;
    for (const s of this.#sources) {
      const free = !tries.has(s) && s.banned === null && s.until <= now && s.inFlight < s.limit + hedgePlaces;
      if (free && (best === null || before(s, best, tries))) best = s;
    }
    if (best === null) return null;
    this.#hedged++;
    return this.#take(best);
  }

  /**
   * Learns from an answer that nobody waits for any more. A lie is a lie even then. To have sent nothing for so many milliseconds, when another
   * source has sent all of it in less time, counts as silence: the next blocks go elsewhere.
   */
  #late(s: Source, w: Want, took: number, quiet: number, answer: Bytes | Refused): void {
    if (answer instanceof Uint8Array || this.#signal.aborted) return;
    const { evidence } = answer;
    if (evidence.verdict === 'lying') {
      this.#failed(s, answer);
      return;
    }
    this.fetched += evidence.bytes;
    if (w.size >= quantum) s.cost = Math.max(s.cost, (took * 2 ** 20) / w.size);
    if (s.banned !== null || quiet < leastPatience[0]) return; // it was on its way, or had no time
    if (quiet < leastPatience[1]) {
      s.failures++; // others are asked first
      return;
    }
    this.#rest(s, silence);
    this.#say(s, 'unusable', { ...evidence, reason: `was overtaken: it had sent ${evidence.bytes || 'nothing'} after ${Math.round(took)} ms` });
  }

  #take(s: Source): Source {
    s.turn = ++this.#turn;
    s.inFlight++;
    return s;
  }

  /** Leaves a source alone for a while, longer each time. */
  #rest(s: Source, times = 1): void {
    s.limit = 1;
    s.until = performance.now() + Math.min(times * backoffTime * 2 ** s.failures++, backoffMost);
  }

  /** Waits for a source that may be asked, and takes it; or until somebody asks for this block along with the ones before it. */
  #acquire(w: Want, tries: ReadonlyMap<Source, History>): Promise<Taken> {
    return new Promise((found, failed) => {
      if (this.#signal.aborted) {
        failed(aborted(this.#signal));
        return;
      }
      const key = tries.size === 0 && w.place !== undefined && w.place.count >= large ? placeOf(w.place.file, w.place.index) : '';
      const waiting = { w, tries, key, found, failed };
      if (this.#hasFailed(waiting)) return;
      this.#waiting.add(waiting);
      if (key !== '') this.#idle.set(key, waiting);
      if (w.urgent) this.#urgent++;
      if (key === '') this.#assign();
      else if (!this.#assigning) {
        // The chunks beside it are being asked for as well, at this very moment.
        this.#assigning = true;
        queueMicrotask(() => {
          this.#assigning = false;
          this.#assign();
        });
      }
    });
  }

  #leave(waiting: Waiting): void {
    if (!this.#waiting.delete(waiting)) return;
    if (this.#idle.get(waiting.key) === waiting) this.#idle.delete(waiting.key);
    if (waiting.w.urgent) this.#urgent--;
  }

  /** Whether there is nobody left to ask: then whoever waits is told. */
  #hasFailed({ w, tries, failed }: Waiting): boolean {
    const verdicts: EvidenceRecord[] = [];
    for (const s of this.#sources) {
      const h = tries.get(s);
      if (h?.last && spent(h)) verdicts.push(h.last);
      else if (s.banned !== null) verdicts.push(s.banned);
    }
    if (verdicts.length < this.#sources.length) return false;
    failed(noSource(w.what, verdicts));
    return true;
  }

  /** Gives free sources to blocks that wait, urgent ones first. Called whenever something has changed. */
  #assign(): void {
    if (this.#waiting.size === 0 || this.#signal.aborted) return;
    const now = performance.now();
    const isFree = (s: Source): boolean => s.banned === null && s.until <= now && s.inFlight < s.limit;
    let free = this.#sources.filter(isFree);
    for (const urgent of [true, false]) {
      let held = false; // neighbours wait for more of them
      for (const waiting of this.#waiting) {
        if (free.length === 0) break;
        const { w, tries, key, found } = waiting;
        if ((w.urgent === true) !== urgent || (held && key !== '')) continue;
        let best: Source | null = null;
        for (const s of free) if (!spent(tries.get(s)) && (best === null || before(s, best, tries))) best = s;
        if (best === null) continue;
        const length = w.place === undefined || key === '' ? 1 : this.#lengthOfRun(best, w.place);
        if (length === 0) {
          held = true;
          continue;
        }
        this.#leave(waiting);
        found(this.#run(this.#take(best), w, length));
        free = free.filter(isFree);
      }
      if (this.#urgent > 0) break;
    }
    clearTimeout(this.#timer);
    const until = Math.min(...this.#sources.map((s) => (s.banned === null && s.until > now ? s.until : Infinity)));
    if (until < Infinity && this.#waiting.size > 0) this.#timer = setTimeout(() => this.#assign(), until - now + 1);
  }

  /**
   * How many chunks, from this one on, to ask a source for at once. 0 for none yet: what is under way will have more of them wait. At
   * the end of a file, sources share what is left.
   */
  #lengthOfRun(s: Source, { file, index, count, window }: NonNullable<Want['place']>): number {
    if (!s.runs || s.cost > quick || (s.cost === 0 && s.state !== 'ok')) return 1;
    if (this.#running >= maxRuns) return 0;
    const most = Math.min(longestRun, Math.ceil(window / maxRuns), s.cost === 0 ? firstRun << this.#running : Math.floor(runTime / s.cost));
    let length = 1;
    while (length < most && this.#idle.has(placeOf(file, index + length))) length++;
    const end = index + length === count || this.#idle.has(placeOf(file, count - 1));
    if (this.#running > 0 && !end) return length < most ? 0 : length;
    const now = performance.now();
    const free = this.#sources.filter((other) => other.banned === null && other.until <= now && other.inFlight === 0).length;
    return Math.min(length, Math.ceil(this.#idle.size / Math.max(1, free)));
  }

  /** Asks a source, which is taken, for `w` and for those behind it. */
  #run(source: Source, w: Want, length: number): Taken {
    if (length === 1 || w.place === undefined) return { source, leg: null };
    const { file, index } = w.place;
    const first = new Leg(source, w);
    const legs = [first];
    for (let i = 1; i < length; i++) {
      const waiting = this.#idle.get(placeOf(file, index + i));
      if (waiting === undefined) break;
      const leg = new Leg(source, waiting.w);
      legs.push(leg);
      this.#leave(waiting);
      waiting.found({ source, leg });
    }
    void this.#fetchRun(source, file, index, legs);
    return { source, leg: first };
  }

  /** Has chunks come one behind the other. One that does not come is the source's fault; those behind it are asked for anew. */
  async #fetchRun(s: Source, file: string, index: number, legs: readonly Leg[]): Promise<void> {
    this.#running++;
    const stop = new AbortController();
    const end = (why: 'cancelled' | 'overtaken' | 'lied' | 'silent') => (): void => stop.abort(why);
    const cancel = end('cancelled');
    this.#signal.addEventListener('abort', cancel);
    let at = 0; // the leg that is arriving
    let all = 0; // bytes of the answer
    let before = 0; // those before this leg's
    let mark = 0; // as in #ask
    let told = 0;
    let alive = performance.now();
    const watch = (): void => {
      const left = alive + stallTime - performance.now();
      if (left > 0) timer = setTimeout(watch, left);
      else end('silent')();
    };
    let timer = setTimeout(watch, stallTime); // one, set again when it is over: each takes memory until it is due, even when it was cleared
    const begin = (): void => {
      before = told = all;
      legs[at]?.begin(performance.now(), end('overtaken'));
    };
    begin();
    const checks = new Set<Promise<void>>();
    const check = async (leg: Leg, bytes: Bytes): Promise<void> => {
      const evidence = { ...evidenceOf(s, leg.want), status: 200, bytes: bytes.length };
      const hashed = await this.bulk.hash(bytes).catch(() => null);
      if (hashed === null) leg.settle(null); // it is lost
      else if (hashed.hash === evidence.expected) leg.settle(hashed.bytes);
      else {
        end('lied')();
        leg.settle(lie({ ...evidence, got: hashed.hash }));
      }
    };
    let answer: RunAnswer | null = null;
    let why = '';
    try {
      answer = await this.bulk.run({
        source: s.url,
        file,
        from: index * chunkSize,
        leaves: legs.map(({ want }) => want),
        signal: stop.signal,
        buffer: (size) => (size === chunkSize ? this.#spare.pop() : undefined) ?? new Uint8Array(size),
        progress: (n) => {
          all = n;
          const leg = legs[at];
          if (leg !== undefined) leg.life.at = performance.now();
          if (n - mark >= trickle) {
            mark = n;
            alive = performance.now();
          }
          if (n - told < quantum) return;
          told = n;
          leg?.note?.('arriving', s.url, n - before, null);
        },
        take: async (bytes) => {
          const leg = legs[at++];
          if (leg !== undefined) {
            leg.end();
            const checked = check(leg, bytes).then(() => void checks.delete(checked));
            checks.add(checked);
          }
          while (checks.size >= hashing) await Promise.race(checks); // nothing more is read meanwhile
          begin();
        },
      });
    } catch (thrown) {
      why = thrown instanceof Error ? thrown.message : String(thrown);
    }
    clearTimeout(timer);
    this.#signal.removeEventListener('abort', cancel);
    s.inFlight--;
    this.#running--;
    const leg = legs[at];
    const ended: unknown = stop.signal.reason;
    if (leg !== undefined && ended !== 'lied' && ended !== 'cancelled') {
      const bytes = all - before;
      const evidence = { ...evidenceOf(s, leg.want), bytes, status: answer?.status ?? (all > 0 ? 200 : 0) };
      if (ended === 'overtaken') {
        this.fetched += bytes;
        this.#rest(s, silence);
        this.#say(s, 'unusable', { ...evidence, reason: `was overtaken: it had sent ${bytes} bytes of it` });
      } else if (answer === null) {
        s.runs = false; // what is asked for by itself is lost by itself
        const reason = ended === 'silent' ? quiet(bytes, all > mark) : all > 0 ? `broke off after ${bytes} bytes: ${why}` : broken(0, why);
        leg.settle(new Refused({ ...evidence, reason }, 0));
      } else if (asksToWait(answer.status)) {
        leg.settle(slow(evidence, answer.retryAfter));
      } else s.runs = false; // it does not know this kind of question
    }
    for (const rest of legs.slice(at)) rest.settle(null);
    this.#assign();
  }

  #say(s: Source, state: Extract<JobEvent, { type: 'source' }>['state'], evidence: EvidenceRecord | null): void {
    s.state = state;
    this.#tell({ type: 'source', source: s.url, label: s.label, state, evidence });
  }

  #succeeded(s: Source, bytes: number, took: number, kind: Kind): void {
    this.fetched += bytes;
    this.verified += bytes;
    this.#blocks++;
    this.#took[kind].add(took);
    if (kind === 2) this.#took[1].bold = this.#took[2].bold = true;
    s.failures = 0;
    s.limit = Math.min(s.limit + 1, maxInFlight);
    if (bytes >= quantum) {
      const cost = (took * 2 ** 20) / bytes;
      s.cost = s.cost === 0 ? cost : (3 * s.cost + cost) / 4;
    }
    if (s.banned === null && s.state !== 'ok') this.#say(s, 'ok', null);
    this.#assign();
  }

  #failed(s: Source, { evidence, wait }: Refused): void {
    this.fetched += evidence.bytes;
    if (s.banned !== null || (missing(evidence) && evidence.verdict !== 'lying')) return; // says nothing new about other blocks
    const now = performance.now();
    switch (evidence.verdict) {
      case 'lying':
        s.banned = evidence;
        for (const waiting of this.#waiting) if (this.#hasFailed(waiting)) this.#leave(waiting);
        this.#say(s, 'lying', evidence);
        break;
      case 'slow':
        s.limit = Math.max(1, s.limit >> 1);
        s.until = now + Math.min(wait, backoffMost);
        break;
      case 'unusable':
        this.#rest(s);
    }
    this.#say(s, evidence.verdict === 'lying' ? 'banned' : evidence.verdict, evidence);
    this.#assign();
  }

  /** Asks once, unless `ended` is aborted before there is an answer. */
  async #ask(s: Source, w: Want, again: boolean, life: Life, ended: AbortSignal): Promise<Bytes | Refused> {
    const evidence = evidenceOf(s, w);
    const refused = (reason: string, wait = 0): Refused => new Refused({ ...evidence, reason }, wait);
    let told = 0;
    let mark = 0; // bytes that had come when it was last known to be alive
    const silence = new AbortController();
    const stall = (): void => silence.abort();
    let timer = setTimeout(stall, stallTime);
    const call = fetchBlock(`${s.url}/ipfs/${w.cid}?format=raw`, w.limit, again, (n) => {
      if (evidence.bytes === 0 || n - mark >= trickle) {
        mark = n;
        clearTimeout(timer);
        timer = setTimeout(stall, stallTime);
      }
      evidence.bytes = n;
      life.at = performance.now();
      if (n - told < quantum) return;
      told = n;
      w.note?.('arriving', s.url, n, null);
    });
    const abort = (): void => call.abort();
    ended.addEventListener('abort', abort);
    silence.signal.addEventListener('abort', abort);
    let response;
    try {
      response = await call.response;
    } catch (thrown) {
      if (silence.signal.aborted) return refused(quiet(evidence.bytes, evidence.bytes > mark));
      return refused(broken(evidence.bytes, thrown instanceof Error ? thrown.message : String(thrown)));
    } finally {
      clearTimeout(timer);
      ended.removeEventListener('abort', abort);
    }
    const { status, body, contentType } = response;
    evidence.status = status;
    if (asksToWait(status)) return slow(evidence, response.retryAfter);
    if (missing(evidence)) return refused(`does not have it (status ${status})`);
    if (body === null) return refused(`answered with status ${status}`);
    evidence.bytes = body.length;
    if (body.length <= w.limit && (w.size < 0 || body.length === w.size)) {
      evidence.got = await sha256Of(body);
      if (evidence.got === evidence.expected) return body;
    }
    // Whatever it is, it is not the block. What follows only decides what we think of the source.
    if (/^\s*text\/html\s*(;|$)/i.test(contentType)) return refused('sent a web page instead of a block');
    if (w.size >= 0 && body.length < w.size) return refused(`sent ${body.length} bytes of ${w.size}`);
    if (evidence.got === '') return refused(`sent more than the ${w.limit} bytes that this can have`);
    return lie(evidence);
  }
}

/** Small blocks, large ones, and chunks that came behind another one: what times are compared with. */
type Kind = 0 | 1 | 2;

const kindOf = (size: number): Kind => (size >= quantum ? 1 : 0);

/** When a source last sent something of a block. */
interface Life {
  at: number;
}

/** A source for a block; `leg` when it was asked for several. */
interface Taken {
  source: Source;
  leg: Leg | null;
}

/** A block that waits for a source. */
interface Waiting {
  w: Want;
  tries: ReadonlyMap<Source, History>;
  /** Where it is; empty when it is to come by itself. */
  key: string;
  found: (taken: Taken) => void;
  failed: (why: DehugError) => void;
}

const placeOf = (file: string, index: number): string => `${index} ${file}`;

/** One of several chunks that a source was asked for at once. */
class Leg {
  note: Want['note'];
  readonly life: Life = { at: 0 };
  /** Told when its turn has come. */
  due: (at: number) => void = () => undefined;
  settle: (answer: Bytes | Refused | null) => void = () => undefined;
  /** Null: it is to be asked for anew. */
  readonly answer: Promise<{ answer: Bytes | Refused | null; took: number }>;
  #began = 0;
  #ended = 0;
  #overtaken: (() => void) | null = null;

  constructor(
    readonly source: Source,
    readonly want: Want,
  ) {
    this.answer = new Promise((resolve) => {
      this.settle = (answer) => resolve({ answer, took: this.#ended - this.#began });
    });
  }

  /** The one before it has come. */
  begin(at: number, overtaken: () => void): void {
    this.#began = this.life.at = at;
    this.#overtaken = overtaken;
    this.due(at);
  }

  /** Who waits for it wants to know when its turn comes, and how far it is. */
  watch(due: (at: number) => void, note: Want['note']): void {
    this.note = note;
    this.due = due;
    if (this.#overtaken !== null) due(this.#began);
  }

  /** All of it is here. */
  end(): void {
    this.#ended = performance.now();
    this.#overtaken = null;
  }

  /** Another source has sent it, or nobody waits for it any more. */
  drop(): void {
    this.#overtaken?.();
  }
}

function evidenceOf(s: Source, w: Want): EvidenceRecord {
  const { digest: expected } = parseCID(w.cid);
  return { source: s.url, label: s.label, verdict: 'unusable', what: w.what, reason: '', cid: w.cid, expected, got: '', bytes: 0, expectedBytes: w.size, status: 0 };
}

const quiet = (bytes: number, trickles: boolean): string => (trickles ? `sends too slowly: ${bytes} bytes came` : `went silent after ${bytes} bytes`);

const broken = (bytes: number, why: string): string => (bytes > 0 ? `broke off after ${bytes} bytes: ${why}` : `did not answer: ${why}`);

const asksToWait = (status: number): boolean => status === 429 || status === 503;

function slow(evidence: EvidenceRecord, after: string): Refused {
  const wait = /^\d{1,9}$/.test(after.trim()) ? 1000 * Number(after) : retryAfter;
  return new Refused({ ...evidence, verdict: 'slow', reason: `asks us to wait (status ${evidence.status})` }, wait);
}

function lie(evidence: EvidenceRecord): Refused {
  const { got, expected } = evidence;
  return new Refused({ ...evidence, verdict: 'lying', reason: `lied: its bytes hash to ${got.slice(0, 16)}…, not ${expected.slice(0, 16)}…` }, 0);
}

/** What came of asking a source once. */
interface Answer {
  asked: Promise<Answer>;
  source: Source;
  /** Null: it is to be asked for anew. */
  answer: Bytes | Refused | null;
  took: number;
  kind: Kind;
}

/** Remembers how long the last blocks took. */
class Latency {
  readonly #last: number[] = [];
  #n = 0;

  /** Whether a few are enough to judge by: sources have shown that they are quick. */
  bold = false;

  constructor(private readonly kind: Kind) {}

  add(ms: number): void {
    this.#last[this.#n++ % 32] = ms;
  }

  /** Milliseconds after which one is late: a quarter more than what 95 of 100 took; three times the longest while there are few. */
  get patience(): number {
    const sorted = [...this.#last].sort((a, b) => a - b);
    const unknown = hedgeTimes[this.kind];
    if (sorted.length < (this.bold ? 2 : 8)) return unknown;
    const p95 = sorted[Math.floor((sorted.length * 95 - 1) / 100)] ?? 0;
    return Math.max(sorted.length < 8 ? Math.min(3 * p95, unknown) : 1.25 * p95, leastPatience[this.kind]);
  }

  /** Milliseconds without a byte after which a source is late that has begun, or should have: a block takes longer than to begin with it. */
  get quiet(): number {
    return this.bold ? Math.max(leastQuiet, this.patience) : Infinity;
  }
}

/** For so many milliseconds; for ever when that is Infinity. Ends with `signal`. */
function pause(ms: number, signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    const timer = ms === Infinity ? undefined : setTimeout(end, ms);
    function end(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve(undefined);
    }
    signal.addEventListener('abort', end);
  });
}

function remember(history: History | undefined, evidence: EvidenceRecord): void {
  if (history === undefined) return;
  history.last = evidence;
  if (missing(evidence)) history.tries = maxTries; // it has answered; asking again does not help
  else if (evidence.verdict === 'slow') history.slow++;
  else history.tries++;
}

/** An answer that is not the block. */
class Refused {
  constructor(
    readonly evidence: EvidenceRecord,
    /** Milliseconds for which the source asks to be left alone. */
    readonly wait: number,
  ) {}
}

/** Whether `a` is the better choice: it has failed this block less often, or any, or will be done first, or was left alone longest. */
function before(a: Source, b: Source, tries: ReadonlyMap<Source, History>): boolean {
  const failures = (s: Source): number => (tries.get(s)?.tries ?? 0) + (tries.get(s)?.slow ?? 0);
  const rank = (s: Source): number[] => [failures(s), s.failures, s.cost * (s.inFlight + 1), s.turn];
  const [x, y] = [rank(a), rank(b)];
  const i = x.findIndex((value, k) => value !== y[k]);
  return (x[i] ?? 0) < (y[i] ?? 0);
}

export function aborted(signal: AbortSignal): DehugError {
  return new DehugError('aborted', 'loading was cancelled', { cause: signal.reason });
}

/** Says that nobody sent a block, and why each did not. */
function noSource(what: string, verdicts: readonly EvidenceRecord[]): DehugError {
  const list = verdicts.map((v) => `${v.label} ${v.reason}`).join('; ');
  const lied = verdicts.filter((v) => v.verdict === 'lying').length;
  if (lied === verdicts.length) {
    return new DehugError('unverified', `${what}: every source lied: ${list}`, {
      hint: 'nothing of what they sent was used; add a source that you have reason to trust',
    });
  }
  if (lied > 0) {
    return new DehugError('unverified', `${what}: no source sent it: ${list}`, {
      hint: 'nothing of what the lying sources sent was used; add another source, or try again later',
    });
  }
  if (verdicts.every(missing)) {
    return new DehugError('not_found', `${what}: no source has it: ${list}`, { hint: 'check the reference, or add a source that keeps this release' });
  }
  return new DehugError('unreachable', `${what}: no source sent it: ${list}`, { hint: 'check the connection, or add another source' });
}

/** Refuses what is not a base URL, drops what is named twice and gives a label to what has none. */
function checkSources(list: readonly SourceOption[]): SourceOption[] {
  const out = new Map<string, SourceOption>();
  for (const source of list) {
    const url = source.url.trim().replace(/\/+$/, '');
    const host = /^https?:\/\/([^/\s?#\\<>"@]+)(\/[^\s?#\\<>"@]*)?$/.exec(url)?.[1];
    if (host === undefined) {
      throw new DehugError('invalid', `source ${JSON.stringify(url.slice(0, 80))} is not the base URL of a gateway`, { hint: 'write it like https://gateway.example' });
    }
    if (!out.has(url)) out.set(url, { ...source, url, label: source.label || host });
  }
  if (out.size === 0) throw new DehugError('invalid', 'no sources are given', { hint: 'name at least one gateway to fetch from' });
  if (out.size > maxSources) throw new DehugError('invalid', `${out.size} sources are given, at most ${maxSources} are used`, { hint: 'name fewer' });
  return [...out.values()];
}
