/**
 * Entry of the worker that has the store's files. Browsers open one for one worker at a time, so tabs that use a pack at once have one of
 * them hold it, by a lock, and do what the others ask over a channel. When it is done, or dies, the next one does what is left.
 */
import type { Bytes } from '../verify/bytes.js';
import { Peer, Transfer, type Port } from '../engine/rpc.js';
import { hello } from '../engine/spawn.js';
import { hold } from './locks.js';
import { Pack, type SyncFile } from './pack.js';

/** The layout's version. Those before it go. */
const place = 'dehug-v1';
const old = ['dehug-v0'];

/** How long another tab has for an answer, in milliseconds: it may be frozen. */
const patience = 10_000;

/** Tries to open a file whose last holder has died, which the browser may learn after the lock is free, and milliseconds between them. */
const tries = 100;
const between = 20;

type Question =
  | { do: 'list' }
  | { do: 'read'; name: string }
  | { do: 'write'; name: string; bytes: Bytes }
  | { do: 'remove'; name: string };

export interface Listing {
  names: string[];
  /** On the disk. */
  bytes: number;
  /** No other tab has it open. */
  alone: boolean;
}

export interface Written {
  /** What was to be written, back again. */
  bytes: Bytes;
  /** Why it is not; null when it is. */
  failed: { name: string; message: string } | null;
}

type Answer = Listing | Bytes | Written | null;

/** What the page is asked. */
export interface PacksClient {
  /** Another tab comes to a pack that only this one had. Fulfilled when the page is prepared. */
  crowd(pack: string): Promise<void>;
}

/** What the page calls. */
export interface Packs {
  /** Rejects where there are no files. */
  open(): Promise<void>;
  names(): Promise<string[]>;
  /** Whoever joins leaves again. */
  join(pack: string): void;
  leave(pack: string): Promise<void>;
  list(pack: string): Promise<Listing>;
  read(pack: string, name: string): Promise<Transfer<Bytes | null>>;
  write(pack: string, name: string, bytes: Bytes): Promise<Transfer<Written>>;
  remove(pack: string, name: string): Promise<void>;
  /** Removes a pack that no load needs. */
  discard(pack: string): Promise<void>;
}

const lockOf = (pack: string): string => `dehug pack ${pack}`;

/** What goes over a channel. The one that holds the pack says so, for what was asked before may be lost. */
type Message = { kind: 'ask'; id: string; question: Question } | { kind: 'answer'; id: string; answer: Answer } | { kind: 'failed'; id: string; why: string } | { kind: 'here' };

interface Waiting {
  question: Question;
  resolve: (answer: Answer) => void;
  reject: (why: unknown) => void;
}

const me = crypto.randomUUID();
let next = 0;

/** This worker's part in a pack. */
class Member {
  uses = 0;
  readonly #channel: BroadcastChannel;
  readonly #waiting = new Map<string, Waiting>();
  /** Ends what waits for the lock. */
  readonly #left = new AbortController();
  #release: (() => void) | null = null;
  #alone = false;
  #crowding: Promise<void> | null = null;
  /** Whether another one has the lock, as far as is known, and answers. */
  #deaf = false;
  #opened: Promise<Pack | null> = Promise.resolve(null);
  readonly #ready: Promise<void>;

  constructor(
    private readonly root: FileSystemDirectoryHandle,
    private readonly name: string,
  ) {
    this.#channel = new BroadcastChannel(lockOf(name));
    this.#channel.onmessage = ({ data }: MessageEvent<Message>) => void this.#hear(data);
    this.#ready = this.#begin();
  }

  async #begin(): Promise<void> {
    const take = (end: () => void): void => {
      this.#release = end;
    };
    if (await hold(lockOf(this.name), { ifAvailable: true }, take)) {
      this.#alone = true;
      return this.#arrive();
    }
    hold(lockOf(this.name), { signal: this.#left.signal }, take).then(
      () => this.#arrive(),
      () => undefined, // it was left before
    );
  }

  /** Nobody else has it from here on. */
  async #arrive(): Promise<void> {
    await this.#open(false).catch(() => undefined); // whoever asks is told
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    this.#say({ kind: 'here' });
    for (const { question, resolve, reject } of waiting) this.#do(question).then(resolve, reject);
  }

  /** One after the other: files are opened once. What has failed fails again. */
  #open(create: boolean): Promise<Pack | null> {
    return (this.#opened = this.#opened.then(async (pack) => {
      if (pack !== null) return pack;
      try {
        const folder = await this.root.getDirectoryHandle(this.name, { create });
        const [data, index] = [await openFile(folder, 'data'), await openFile(folder, 'index')];
        return new Pack(data, index, soon);
      } catch (thrown) {
        if (!create && nameOf(thrown) === 'NotFoundError') return null;
        throw thrown;
      }
    }));
  }

  #say(message: Message): void {
    if (!this.#left.signal.aborted) this.#channel.postMessage(message);
  }

  async ask(question: Question): Promise<Answer> {
    await this.#ready;
    if (this.#release !== null) return this.#do(question);
    if (this.#deaf) throw new Error('another tab has this model and does not answer');
    const id = `${me} ${next++}`;
    return new Promise<Answer>((resolve, reject) => {
      const timer = setTimeout(() => {
        if (!this.#waiting.delete(id)) return;
        this.#deaf = true;
        reject(new Error('another tab has this model and has not answered'));
      }, patience);
      const settled =
        <T>(settle: (value: T) => void) =>
        (value: T): void => {
          clearTimeout(timer);
          settle(value);
        };
      this.#waiting.set(id, { question, resolve: settled(resolve), reject: settled(reject) });
      this.#say({ kind: 'ask', id, question });
    });
  }

  /** Does it here, where the files are open. */
  async #do(question: Question): Promise<Answer> {
    const pack = await this.#open(question.do === 'write');
    switch (question.do) {
      case 'list':
        return { names: pack?.names() ?? [], bytes: pack?.size ?? 0, alone: this.#alone };
      case 'read':
        return pack?.read(question.name) ?? null;
      case 'write': {
        const { name, bytes } = question;
        try {
          await pack?.write(name, bytes);
          return { bytes, failed: null };
        } catch (thrown) {
          return { bytes, failed: { name: nameOf(thrown), message: thrown instanceof Error ? thrown.message : String(thrown) } };
        }
      }
      case 'remove':
        pack?.remove(question.name);
        return null;
    }
  }

  async #hear(message: Message): Promise<void> {
    if (message.kind === 'ask') {
      if (this.#release === null) return;
      const { id, question } = message;
      try {
        this.#alone = false;
        await (this.#crowding ??= peer.call('crowd', [this.name]));
        const answer = await this.#do(question);
        // Who asked has the bytes.
        const short = question.do === 'write' ? { ...(answer as Written), bytes: new Uint8Array() } : answer;
        this.#say({ kind: 'answer', id, answer: short });
      } catch (thrown) {
        this.#say({ kind: 'failed', id, why: String(thrown) });
      }
    } else if (message.kind === 'here') {
      this.#deaf = false;
      for (const [id, { question }] of this.#waiting) this.#say({ kind: 'ask', id, question });
    } else {
      const waiting = this.#waiting.get(message.id);
      if (waiting === undefined) return;
      this.#waiting.delete(message.id);
      if (message.kind === 'failed') waiting.reject(new Error(message.why));
      else if (waiting.question.do === 'write') waiting.resolve({ ...(message.answer as Written), bytes: waiting.question.bytes });
      else waiting.resolve(message.answer);
    }
  }

  async leave(): Promise<void> {
    await this.#ready;
    const pack = await this.#opened.catch(() => null);
    try {
      pack?.close();
      await Promise.resolve(); // so that who asked is told of what was flushed
    } finally {
      this.#left.abort();
      this.#channel.close();
      this.#release?.();
      for (const { reject } of this.#waiting.values()) reject(new Error('the load has ended'));
    }
  }
}

async function openFile(folder: FileSystemDirectoryHandle, name: string): Promise<SyncFile> {
  const file = await folder.getFileHandle(name, { create: true });
  for (let i = 1; ; i++) {
    try {
      return await (file as unknown as { createSyncAccessHandle(): Promise<SyncFile> }).createSyncAccessHandle();
    } catch (thrown) {
      if (nameOf(thrown) !== 'NoModificationAllowedError' || i === tries) throw thrown;
      await new Promise((go) => setTimeout(go, between));
    }
  }
}

const nameOf = (thrown: unknown): string => (thrown as Error).name;

/** Does work after all messages that have come. */
const { port1, port2 } = new MessageChannel();
const works: (() => void)[] = [];
port1.onmessage = () => works.shift()?.();
function soon(work: () => void): void {
  works.push(work);
  port2.postMessage(null);
}

const members = new Map<string, Member>();
let root: FileSystemDirectoryHandle;

function ask(pack: string, question: Question): Promise<Answer> {
  const member = members.get(pack);
  if (member === undefined) throw new Error('nobody has joined');
  return member.ask(question);
}

const packs: Packs = {
  async open() {
    const storage = (navigator as Partial<Navigator>).storage;
    if (storage === undefined || !('getDirectory' in storage)) throw new Error('this browser keeps no files for pages');
    if (!('createSyncAccessHandle' in FileSystemFileHandle.prototype)) throw new Error('this browser does not let workers write files');
    const all = await storage.getDirectory();
    root = await all.getDirectoryHandle(place, { create: true });
    for (const name of old) all.removeEntry(name, { recursive: true }).catch(() => undefined); // there is none
  },
  async names() {
    const names: string[] = [];
    // Asynchronous iteration, of which the DOM's types say nothing before ES2026.
    for await (const name of (root as unknown as { keys(): AsyncIterable<string> }).keys()) names.push(name);
    return names;
  },
  join(pack) {
    const member = members.get(pack) ?? new Member(root, pack);
    member.uses++;
    members.set(pack, member);
  },
  async leave(pack) {
    const member = members.get(pack);
    if (member === undefined || --member.uses > 0) return;
    members.delete(pack);
    await member.leave();
  },
  list: async (pack) => (await ask(pack, { do: 'list' })) as Listing,
  async read(pack, name) {
    const bytes = (await ask(pack, { do: 'read', name })) as Bytes | null;
    return new Transfer(bytes, bytes === null ? [] : [bytes.buffer]);
  },
  async write(pack, name, bytes) {
    const written = (await ask(pack, { do: 'write', name, bytes })) as Written;
    return new Transfer(written, [written.bytes.buffer]);
  },
  async remove(pack, name) {
    await ask(pack, { do: 'remove', name });
  },
  async discard(pack) {
    let end = (): void => undefined;
    await hold(lockOf(pack), { signal: AbortSignal.timeout(patience) }, (release) => (end = release));
    try {
      await root.removeEntry(pack, { recursive: true });
    } catch (thrown) {
      if (nameOf(thrown) !== 'NotFoundError') throw thrown;
    } finally {
      end();
    }
  },
};

const scope = self as unknown as Port; // DOM types take `self` for a window
const peer = new Peer<PacksClient>(scope, packs);
scope.postMessage(hello, []);
