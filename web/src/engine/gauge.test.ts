import { describe, expect, test } from 'vitest';
import { Gauge, long, short } from './gauge.js';

/** How many runs of `ms` milliseconds in the worker it takes until the model is to come to the page; null when it never is. */
function runsUntilShort(gauge: Gauge, ms: number, sizes: number[] = []): number | null {
  for (let run = 1; run <= 1000; run++) if (gauge.inWorker(ms, sizes)) return run;
  return null;
}

describe('a model comes to the page', () => {
  test('after a handful of short runs', () => expect(runsUntilShort(new Gauge(), short)).toBe(8));
  test('not when they are a little longer', () => expect(runsUntilShort(new Gauge(), short + 0.1)).toBeNull());
  test('when the slow ones at first are past', () => {
    const gauge = new Gauge();
    for (let run = 0; run < 20; run++) expect(gauge.inWorker(20, [])).toBe(false);
    expect(runsUntilShort(gauge, 1)).toBe(8);
  });
  test('not by a clock that seldom ticks, when runs are long', () => {
    const gauge = new Gauge();
    for (let run = 0; run < 100; run++) expect(gauge.inWorker(run % 2 === 0 ? 0 : 100, [])).toBe(false); // 50 ms each
  });
});

describe('it goes back', () => {
  test('when two runs in a row are long, not when one is', () => {
    const gauge = new Gauge();
    const told = [1, long + 1, 1, long + 1, long + 1].map((ms) => gauge.onPage(ms));
    expect(told).toEqual([false, false, false, false, true]);
  });
  test('and comes again only after more short runs, each time', () => {
    const gauge = new Gauge();
    const runs = Array.from({ length: 3 }, () => {
      const count = runsUntilShort(gauge, 1);
      gauge.wentBack();
      return count;
    });
    expect(runs).toEqual([8, 32, 128]);
  });
});

describe('sizes', () => {
  test('that are not beyond known ones stay, in every symbol', () => {
    const gauge = new Gauge();
    runsUntilShort(gauge, 1, [2, 30]);
    expect([[2, 30], [1, 30], [2, 31], [3, 1]].map((sizes) => gauge.outgrown(sizes))).toEqual([false, false, true, true]);
  });
  test('whose runs were long are not known', () => {
    const gauge = new Gauge();
    for (let run = 0; run < 7; run++) gauge.inWorker(1, [1]);
    expect(gauge.inWorker(long + 1, [9])).toBe(true);
    expect(gauge.outgrown([1])).toBe(false);
    expect(gauge.outgrown([9])).toBe(true);
  });
  test('do not matter where there are none', () => expect(new Gauge().outgrown([])).toBe(false));
});
