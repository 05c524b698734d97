/** Where each version of a family stands on a drawing. */
import type { Lineage } from '../../relay/index.js';

/** Pixels. */
export const box = { width: 190, height: 60, across: 64, down: 16 };

export interface Drawing {
  width: number;
  height: number;
  places: Map<string, { x: number; y: number }>;
}

/** A column for each layer, oldest first; each in the middle of the height. */
export function layOut({ versions }: Pick<Lineage, 'versions'>): Drawing {
  const layers = [...new Set(versions.map(({ layer }) => layer))].sort((a, b) => a - b);
  const columns = layers.map((layer) => versions.filter((each) => each.layer === layer));
  const rows = Math.max(...columns.map(({ length }) => length));
  const height = rows * (box.height + box.down) - box.down;
  const places = new Map<string, { x: number; y: number }>();
  columns.forEach((column, i) => {
    const top = (height - (column.length * (box.height + box.down) - box.down)) / 2;
    column.forEach(({ id }, j) => places.set(id, { x: i * (box.width + box.across), y: top + j * (box.height + box.down) }));
  });
  return { width: columns.length * (box.width + box.across) - box.across, height, places };
}
