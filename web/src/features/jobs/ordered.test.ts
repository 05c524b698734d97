import { describe, expect, it } from 'vitest';
import ordered from '../../../../relay/httpapi/testdata/api-order.json';
import type { OrderView } from '../../relay/index.js';
import { command, nextOf, partyOf, type Party } from './ordered.js';

const due = '2026-01-02T04:00:00Z';
const [before, after] = [Date.parse(due) - 1, Date.parse(due)];
const acts = (state: OrderView['state'], party: Party, now: number, arbiter = '') => nextOf({ state, due, units: 3, done: 1, ...(arbiter && { arbiter }) }, party, now).acts;

describe('an order', () => {
  it('lets its payer do what the contract does, in time', () => {
    expect(acts('open', 'payer', before)).toEqual(['cancel']);
    expect(acts('accepted', 'payer', before)).toEqual([]);
    expect(acts('delivered', 'payer', before)).toEqual(['release']);
    expect(acts('delivered', 'payer', before, '0x1')).toEqual(['release', 'dispute']);
    expect(acts('disputed', 'payer', before, '0x1')).toEqual(['release']);
    for (const state of ['open', 'accepted', 'delivered', 'disputed'] as const) for (const party of ['provider', 'other'] as const) expect(acts(state, party, before, '0x1')).toEqual([]);
  });

  it('is settled by anybody once its time is over', () => {
    for (const state of ['open', 'accepted', 'delivered', 'disputed'] as const) for (const party of ['payer', 'provider', 'other'] as const) expect(acts(state, party, after, '0x1')).toEqual(['settle']);
    for (const state of ['withdrawn', 'undelivered', 'paid', 'ruled', 'unruled', 'slashed'] as const) expect(nextOf({ state, units: 3, done: 1 }, 'payer', after).acts).toEqual([]);
  });

  it('says how it ended, and who looks at it', () => {
    const order = ordered as OrderView;
    expect(nextOf(order, 'payer', 0).says).toBe('The arbiter ruled: 1 of 2 units were paid.');
    expect(nextOf({ ...order, done: 2 }, 'payer', 0).says).toBe('The arbiter ruled: all was paid.');
    expect([partyOf({ payer: 'a', provider: 'b' }, 'a'), partyOf({ payer: 'a', provider: 'b' }, 'b'), partyOf({ payer: 'a', provider: 'b' }, '')]).toEqual(['payer', 'provider', 'other']);
    expect(command('dispute', '0x1')).toContain('order dispute 0x1 --reason reason.txt --key payer.key');
  });
});
