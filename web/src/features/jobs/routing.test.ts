import { describe, expect, it } from 'vitest';
import type { ModelOffer, OfferProvider } from '../../relay/index.js';
import { anybody, limitOf, wishesOf, within } from './routing.js';

const provider = { provider: '0x1', pay: 250, warm: true, capacity: 1, free: 1, checked: { agrees: 0, differs: 0, disputed: 0 } } satisfies OfferProvider;
const offer: ModelOffer = { version: 'v', mode: 'strict', providers: 2, capacity: 2, free: 2, cheapest: 200, costly: 900, hardware: [], each: [provider] };

describe('who runs it', () => {
  it('is anybody, where nothing is said', () => {
    expect(wishesOf(anybody, [provider])).toBeUndefined();
    expect(wishesOf({ first: '0x2', most: ' ' }, [provider])).toBeUndefined(); // it has left
    expect(within(offer, undefined)).toBe(offer);
  });

  it('is who is named first, for no more than that', () => {
    expect(wishesOf({ first: '0x1', most: '0.0003' }, [provider])).toEqual({ order: ['0x1'], max_price: 300 });
    expect(within(offer, 300)).toMatchObject({ cheapest: 200, costly: 300 });
    expect(within(offer, 100)).toMatchObject({ cheapest: 100, costly: 100 });
  });

  it('refuses what is no amount', () => {
    for (const most of ['x', '-1', '1e9', '0,1']) expect(limitOf({ first: '', most })).toBeNaN();
    expect(limitOf({ first: '', most: '0.000001' })).toBe(1);
    expect(limitOf({ first: '', most: '0.29' })).toBe(290_000);
  });
});
