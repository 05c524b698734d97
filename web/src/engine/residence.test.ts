import { unlimited } from './host.js';
import { expect, test } from 'vitest';
import { DehugError } from './errors.js';
import type { Ran } from './executor.js';
import type { Call, Home } from './home.js';
import type { Memory, Standing } from './host.js';
import { Residence } from './residence.js';

const gone = new DehugError('aborted', 'gone');

/** A home whose runs answer what they were fed and where, and take what is said. */
class Fake implements Home {
  ended: DehugError | null = null;
  readonly did: string[] = [];

  constructor(
    readonly where: Home['where'],
    public ms = 1,
  ) {}

  get idle(): boolean {
    return this.where === 'main';
  }

  run({ feeds }: Call): Ran | Promise<Ran> {
    if (this.ended) throw this.ended;
    const outputs = Object.fromEntries(feeds.map(({ data }, i) => [`${this.where} ${i}`, { type: 'float32' as const, dims: [1], data: data.slice() }]));
    this.did.push(`run ${feeds.map(({ data }) => String(data[0])).join()}`);
    const ran = { outputs, ms: this.ms };
    return this.where === 'main' ? ran : Promise.resolve(ran);
  }

  reset(): void {
    if (this.ended) throw this.ended;
    this.did.push('reset');
  }

  save = (): Memory => ({ lengths: {}, bytes: [] });
  restore = (): void => undefined;
  standing = (): Standing => ({ bytes: 0, bound: null, lengths: {} });
  read = (): Uint8Array<ArrayBuffer> => new Uint8Array();

  end(why: DehugError): void {
    this.ended = why;
  }
}

/** A residence that begins in the worker. `arrive` ends the move that is under way. */
function begin({ ms = 1 } = {}) {
  const homes = [new Fake('worker', ms)];
  const moves: ((to: Fake | null) => void)[] = [];
  const residence = new Residence(homes[0] as Home, async (from) => {
    expect(from).toBe(homes.at(-1));
    const to = await new Promise<Fake | null>((resolve) => moves.push(resolve));
    if (to !== null) homes.push(to);
    return to;
  });
  const run = async (value: number, symbols: number[] = [], feed = Float32Array.of(value)): Promise<string> => {
    const outputs = await residence.run({ feeds: [{ type: 'float32', dims: [1], data: feed }], symbols, signal: undefined, onStep: null, limits: unlimited });
    return Object.entries(outputs).map(([name, { data }]) => `${name.split(' ')[0] ?? ''} ${String(data[0])}`).join();
  };
  return { residence, homes, moves, run };
}

/** Runs until the model is on its way to the page. */
async function untilItMoves({ moves, run }: ReturnType<typeof begin>, symbols: number[] = []): Promise<void> {
  while (moves.length === 0) await run(0, symbols);
}

test('what is asked for during a move is done after it, in order, with the feeds of then', async () => {
  const all = begin();
  await untilItMoves(all);
  const feed = Float32Array.of(1);
  const asked = [all.run(1, [], feed), all.residence.reset(), all.run(2)];
  feed[0] = 9;
  const page = new Fake('main');
  all.moves[0]?.(page);
  expect(await Promise.all(asked)).toEqual(['main 1', undefined, 'main 2']);
  expect(page.did).toEqual(['run 1', 'reset', 'run 2']);
  expect(all.residence.where).toBe('main');
  expect(all.homes[0]?.ended).not.toBeNull();
});

test('a move that fails leaves it where it was, for good', async () => {
  const all = begin();
  await untilItMoves(all);
  const asked = all.run(1);
  all.moves[0]?.(null);
  expect(await asked).toBe('worker 1');
  for (let i = 0; i < 50; i++) await all.run(i);
  expect(all.moves.length).toBe(1);
});

test('sizes that are too large have it go back before they run', async () => {
  const all = begin();
  await untilItMoves(all, [4]);
  all.moves[0]?.(new Fake('main'));
  expect(await all.run(1, [4])).toBe('main 1');
  const asked = [all.run(2, [5]), all.run(3, [4])];
  all.moves[1]?.(new Fake('worker'));
  expect(await Promise.all(asked)).toEqual(['worker 2', 'worker 3']);
});

test('sizes that come while it is on its way to the page have it go back as well, and nothing is overtaken', async () => {
  const all = begin();
  await untilItMoves(all, [4]);
  const order: string[] = [];
  const asked = [[1, 4], [2, 5], [3, 4]].map(([value = 0, size = 0]) => all.run(value, [size]).then((r) => order.push(r)));
  all.moves[0]?.(new Fake('main'));
  while (all.moves.length < 2) await new Promise((resolve) => setTimeout(resolve));
  all.moves[1]?.(new Fake('worker'));
  await Promise.all(asked);
  expect(order).toEqual(['main 1', 'worker 2', 'worker 3']);
});

test('long runs have it go back', async () => {
  const all = begin();
  await untilItMoves(all);
  all.moves[0]?.(new Fake('main', 100));
  expect([await all.run(1), await all.run(2)]).toEqual(['main 1', 'main 2']);
  const asked = all.run(3);
  all.moves[1]?.(new Fake('worker'));
  expect(await asked).toBe('worker 3');
});

test('long models do not move', async () => {
  const all = begin({ ms: 50 });
  for (let i = 0; i < 100; i++) await all.run(i);
  expect(all.moves.length).toBe(0);
});

test('its end during a move ends both homes and what waits', async () => {
  const all = begin();
  await untilItMoves(all);
  const asked = [all.run(1), all.residence.reset()].map((work) => work.catch((thrown: unknown) => thrown));
  all.residence.end(gone);
  expect(await Promise.all(asked)).toEqual([gone, gone]);
  const late = new Fake('main');
  all.moves[0]?.(late);
  await new Promise((resolve) => setTimeout(resolve));
  expect([all.homes[0]?.ended, late.ended]).toEqual([gone, gone]);
  await expect(all.run(2)).rejects.toBe(gone);
});
