/** What a version was made from and what was made from it, as far as a page shows it; and where each stands on a drawing. */
import type { ModelDetail, VersionRef } from '../../relay/index.js';

/** Steps from the version in each direction, and versions in all: families can be large. */
export const maxSteps = 3;
export const maxVersions = 40;

export interface Relative {
  ref: VersionRef;
  /** Negative: what it was made from. 0: the version itself. */
  layer: number;
}

export interface Lineage {
  relatives: Relative[];
  /** From what was there before to what was made from it, by version id. */
  edges: { from: string; to: string; relation: string }[];
  /** There is more than is shown. */
  more: boolean;
}

/** Asks for a model that a relative is a version of; null where it is not to be had. */
export type Find = (owner: string, name: string) => Promise<ModelDetail | null>;

export async function traceLineage(start: VersionRef, find: Find): Promise<Lineage> {
  const relatives = new Map<string, Relative>([[start.id, { ref: start, layer: 0 }]]);
  const edges = new Map<string, Lineage['edges'][number]>();
  let more = false;
  for (const step of [-1, 1] as const) {
    let ring = [start];
    for (let layer = step; ring.length > 0; layer += step) {
      const next: VersionRef[] = [];
      for (const { ref, kin } of await Promise.all(ring.map(async (ref) => ({ ref, kin: await kinOf(ref, step, find) })))) {
        for (const other of kin) {
          const known = relatives.has(other.id);
          if (!known && (Math.abs(layer) > maxSteps || relatives.size >= maxVersions)) {
            more = true;
            continue;
          }
          const [from, to] = step < 0 ? [other, ref] : [ref, other];
          edges.set(`${from.id} ${to.id}`, { from: from.id, to: to.id, relation: other.relation ?? '' });
          if (known) continue;
          relatives.set(other.id, { ref: other, layer });
          next.push(other);
        }
      }
      ring = next;
    }
  }
  return { relatives: [...relatives.values()], edges: [...edges.values()], more };
}

async function kinOf({ id, model }: VersionRef, step: -1 | 1, find: Find): Promise<VersionRef[]> {
  const detail = await find(model.owner, model.name);
  const version = detail?.onChain?.versions.find((each) => each.id === id);
  return (step < 0 ? version?.parents : version?.children) ?? [];
}

/** Pixels. */
export const box = { width: 190, height: 60, across: 64, down: 16 };

export interface Drawing {
  width: number;
  height: number;
  places: Map<string, { x: number; y: number }>;
}

/** A column for each layer, oldest first; each in the middle of the height. */
export function layOut({ relatives }: Lineage): Drawing {
  const layers = [...new Set(relatives.map(({ layer }) => layer))].sort((a, b) => a - b);
  const columns = layers.map((layer) => relatives.filter((each) => each.layer === layer));
  const rows = Math.max(...columns.map(({ length }) => length));
  const height = rows * (box.height + box.down) - box.down;
  const places = new Map<string, { x: number; y: number }>();
  columns.forEach((column, i) => {
    const top = (height - (column.length * (box.height + box.down) - box.down)) / 2;
    column.forEach(({ ref }, j) => places.set(ref.id, { x: i * (box.width + box.across), y: top + j * (box.height + box.down) }));
  });
  return { width: columns.length * (box.width + box.across) - box.across, height, places };
}
