import { expect, it } from 'vitest';
import { whyChosen } from './choice.js';

it('says who else there was', () => {
  const provider = '0x1';
  expect(whyChosen({ provider, why: 'best', considered: 1 })).toBe('the best by success, time and price lately; nobody else offers it');
  expect(whyChosen({ provider, why: 'order', considered: 4, excluded: { price: 1, busy: 2, ignored: 0, new: 1 } })).toBe('the first of those that you named; of 4 that offer it, 1 above the price, 2 busy, 1 new');
});
