import { expect, test } from 'vitest';
import type { ModelDetail, VersionRef } from '../../relay/index.js';
import { layOut, maxVersions, traceLineage } from './lineage.js';

const ref = (id: string): VersionRef => ({ id, model: { id: `model ${id}`, owner: '0x1', name: id }, version: '1.0.0' });

/** A family: which versions each was made from. */
function family(parents: Record<string, string[]>) {
  const asked: string[] = [];
  const find = (_: string, name: string) => {
    asked.push(name);
    const children = Object.keys(parents).filter((id) => parents[id]?.includes(name));
    const version = { id: name, parents: (parents[name] ?? []).map(ref), children: children.map(ref) };
    return Promise.resolve({ onChain: { versions: [version] } } as unknown as ModelDetail);
  };
  return { find, asked };
}

const layers = (found: { ref: VersionRef; layer: number }[]) => Object.fromEntries(found.map(({ ref, layer }) => [ref.id, layer]));

test('parents stand before, children behind, and what joins them is kept', async () => {
  const { find } = family({ c: ['a', 'b'], d: ['c'], e: ['c'], f: ['e'] });
  const lineage = await traceLineage(ref('c'), find);
  expect(layers(lineage.relatives)).toEqual({ a: -1, b: -1, c: 0, d: 1, e: 1, f: 2 });
  expect(lineage.edges.map(({ from, to }) => from + to).sort()).toEqual(['ac', 'bc', 'cd', 'ce', 'ef']);
  expect(lineage.more).toBe(false);
  const { width, height, places } = layOut(lineage);
  expect(places.size).toBe(6);
  for (const { x, y } of places.values()) expect(x >= 0 && y >= 0 && x < width && y < height).toBe(true);
});

test('a family that is its own ancestor, and one without end, come to an end', async () => {
  const circle = family({ a: ['b'], b: ['a'] });
  expect((await traceLineage(ref('a'), circle.find)).relatives).toHaveLength(2);
  const chain = family(Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`v${i}`, [`v${i + 1}`]])));
  const long = await traceLineage(ref('v10'), chain.find);
  expect(long.relatives).toHaveLength(7);
  expect(long.more).toBe(true);
  const wide = family(Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`w${i}`, ['root']])));
  const broad = await traceLineage(ref('root'), wide.find);
  expect(broad.relatives).toHaveLength(maxVersions);
  expect(broad.more).toBe(true);
});

test('a relative that cannot be had is shown all the same', async () => {
  const { find } = family({ b: ['a'] });
  const lineage = await traceLineage(ref('b'), (owner, name) => (name === 'a' ? Promise.resolve(null) : find(owner, name)));
  expect(layers(lineage.relatives)).toEqual({ a: -1, b: 0 });
});
