import { expect, test } from 'vitest';
import { box, layOut } from './lineage.js';

const version = (id: string, layer: number) => ({ id, model: { id: `model ${id}`, owner: '0x1', name: id }, version: '1.0.0', layer });

test('parents stand before, children behind, each in the middle of the height', () => {
  const { width, height, places } = layOut({ versions: [version('c', 0), version('a', -1), version('b', -1), version('d', 1), version('e', 1), version('f', 2)] });
  expect([...places.keys()].sort()).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  const at = (id: string) => places.get(id) ?? { x: -1, y: -1 };
  expect([at('a').x, at('c').x, at('d').x, at('f').x]).toEqual([0, 1, 2, 3].map((column) => column * (box.width + box.across)));
  expect(at('a').x).toBe(at('b').x);
  expect(at('c').y).toBe((at('a').y + at('b').y) / 2);
  for (const { x, y } of places.values()) expect(x >= 0 && y >= 0 && x + box.width <= width && y + box.height <= height).toBe(true);
});
