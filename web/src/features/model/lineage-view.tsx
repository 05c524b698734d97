import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useMemo, useRef } from 'react';
import { getLineage, type Lineage, type ModelDetail, type VersionInfo } from '../../relay/index.js';
import { cx } from '../../ui/cx.js';
import { shorten } from '../../ui/hash.js';
import { Loading, Skeleton } from '../../ui/skeleton.js';
import { Empty, ErrorState } from '../../ui/states.js';
import { box, layOut } from './lineage.js';
import { NotOnChain } from './ownership.js';

/** What a version was made from, and what was made from it. */
export function LineageView({ model, version }: { model: ModelDetail; version: VersionInfo }) {
  const own = model.onChain?.versions.find((each) => each.version === version.version);
  const lineage = useQuery({
    queryKey: ['lineage', own?.id],
    enabled: own !== undefined,
    queryFn: ({ signal }) => getLineage({ id: own?.id ?? '' }, { signal }),
  });
  if (!own) return <NotOnChain />;
  if (lineage.isError) return <ErrorState title="The lineage could not be traced" error={lineage.error} retry={() => void lineage.refetch()} />;
  if (!lineage.data) return <Loading what="the lineage"><Skeleton className="h-48 rounded-lg" /></Loading>;
  if (lineage.data.versions.length < 2) {
    return <Empty icon="fork" title="It stands alone">Its author names nothing that it was made from, and nothing was made from it so far.</Empty>;
  }
  return <Graph lineage={lineage.data} own={own.id} />;
}

/** Of the region, at both sides, in pixels. */
const padding = 40;

function Graph({ lineage, own }: { lineage: Lineage; own: string }) {
  const { width, height, places } = useMemo(() => layOut(lineage), [lineage]);
  const region = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // Where there is not room for all, itself is in the middle.
    const [room, at] = [region.current, places.get(own)];
    if (room && at) room.scrollLeft = at.x + box.width / 2 - (room.clientWidth - padding) / 2;
  }, [own, places]);
  const names = new Map(lineage.versions.map(({ id, model, version }) => [id, `${model.name} ${version}`]));
  return (
    <div className="grid gap-3">
      <p className="text-sm text-soft">From left to right: what it was made from, itself, what was made from it. As owners say on chain.{lineage.more && ' There is more: follow one of them.'}</p>
      <div ref={region} role="region" aria-label="Lineage" tabIndex={0} className="overflow-x-auto rounded-lg border border-line bg-card p-5">
        <div className="relative mx-auto" style={{ width, height }}>
          <svg aria-hidden="true" width={width} height={height} className="absolute inset-0 fill-none stroke-edge">
            {lineage.edges.map(({ child, parent, uid }) => {
              const [a, b] = [places.get(parent), places.get(child)];
              if (!a || !b) return null;
              const [x1, y1, x2, y2] = [a.x + box.width, a.y + box.height / 2, b.x, b.y + box.height / 2];
              const middle = (x1 + x2) / 2;
              return <path key={`${parent} ${child} ${uid ?? ''}`} strokeWidth="1.5" d={`M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`} />;
            })}
          </svg>
          <ul>
            {lineage.versions.map(({ layer, ...ref }) => {
              const { x, y } = places.get(ref.id) ?? { x: 0, y: 0 };
              const joined = lineage.edges.filter(({ child }) => child === ref.id).map(({ parent, relation }) => `${relation || 'made from'} ${names.get(parent) ?? ''}`);
              return (
                <li key={ref.id} className="absolute" style={{ left: x, top: y, width: box.width, height: box.height }}>
                  <Link
                    to="/models/$owner/$name/$tab"
                    params={{ owner: ref.model.owner, name: ref.model.name, tab: 'lineage' }}
                    search={{ version: ref.version }}
                    aria-current={ref.id === own ? 'true' : undefined}
                    className={cx('block h-full overflow-hidden rounded-md border px-3 py-2 no-underline hover:border-accent', layer === 0 ? 'border-accent bg-accent-wash' : 'border-line bg-raised')}
                  >
                    <span className="flex items-baseline gap-2 text-sm font-semibold text-ink"><span className="truncate">{ref.model.name}</span> <span className="shrink-0 font-mono text-xs font-normal text-soft">{ref.version}</span></span>
                    <span className="block truncate font-mono text-2xs text-soft">{shorten(ref.model.owner)}</span>
                    {joined.length > 0 && <span className="sr-only">, {joined.join(', ')}</span>}
                  </Link>
                </li>
              );
            })}
          </ul>
        </div>
      </div>
    </div>
  );
}
