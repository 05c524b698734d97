import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { RelayError, type ModelDetail, type VersionInfo } from '../../relay/index.js';
import { cx } from '../../ui/cx.js';
import { shorten } from '../../ui/hash.js';
import { Loading, Skeleton } from '../../ui/skeleton.js';
import { Empty, ErrorState } from '../../ui/states.js';
import { box, layOut, traceLineage, type Lineage } from './lineage.js';
import { NotOnChain } from './ownership.js';
import { modelQuery } from './queries.js';

/** What a version was made from, and what was made from it. */
export function LineageView({ model, version }: { model: ModelDetail; version: VersionInfo }) {
  const queries = useQueryClient();
  const onChain = model.onChain;
  const own = onChain?.versions.find((each) => each.version === version.version);
  const lineage = useQuery({
    queryKey: ['lineage', own?.id],
    enabled: own !== undefined,
    queryFn: () => {
      if (!own || !onChain) throw new Error('there is nothing to trace');
      const find = (owner: string, name: string) =>
        queries.query({ ...modelQuery(owner, name), staleTime: 60_000 }).catch((error: unknown) => {
          if (error instanceof RelayError && !error.passing) return null; // not served here: it is named all the same
          throw error;
        });
      return traceLineage({ id: own.id, model: { id: onChain.id, owner: model.owner, name: model.name }, version: own.version }, find);
    },
  });
  if (!own) return <NotOnChain />;
  if (lineage.isError) return <ErrorState title="The lineage could not be traced" error={lineage.error} retry={() => void lineage.refetch()} />;
  if (!lineage.data) return <Loading what="the lineage"><Skeleton className="h-48 rounded-lg" /></Loading>;
  if (lineage.data.relatives.length < 2) {
    return <Empty icon="fork" title="It stands alone">Its author names nothing that it was made from, and nothing was made from it so far.</Empty>;
  }
  return <Graph lineage={lineage.data} own={own.id} />;
}

function Graph({ lineage, own }: { lineage: Lineage; own: string }) {
  const { width, height, places } = layOut(lineage);
  const names = new Map(lineage.relatives.map(({ ref }) => [ref.id, `${ref.model.name} ${ref.version}`]));
  return (
    <div className="grid gap-3">
      <p className="text-sm text-soft">From left to right: what it was made from, itself, what was made from it. As owners say on chain.{lineage.more && ' There is more: follow one of them.'}</p>
      <div role="region" aria-label="Lineage" tabIndex={0} className="overflow-x-auto rounded-lg border border-line bg-card p-5">
        <div className="relative mx-auto" style={{ width, height }}>
          <svg aria-hidden="true" width={width} height={height} className="absolute inset-0 fill-none stroke-edge">
            {lineage.edges.map(({ from, to }) => {
              const [a, b] = [places.get(from), places.get(to)];
              if (!a || !b) return null;
              const [x1, y1, x2, y2] = [a.x + box.width, a.y + box.height / 2, b.x, b.y + box.height / 2];
              const middle = (x1 + x2) / 2;
              return <path key={`${from} ${to}`} strokeWidth="1.5" d={`M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`} />;
            })}
          </svg>
          <ul>
            {lineage.relatives.map(({ ref, layer }) => {
              const { x, y } = places.get(ref.id) ?? { x: 0, y: 0 };
              const joined = lineage.edges.filter(({ to }) => to === ref.id).map(({ from, relation }) => `${relation || 'made from'} ${names.get(from) ?? ''}`);
              return (
                <li key={ref.id} className="absolute" style={{ left: x, top: y, width: box.width, height: box.height }}>
                  <Link
                    to="/models/$owner/$name/$tab"
                    params={{ owner: ref.model.owner, name: ref.model.name, tab: 'lineage' }}
                    search={{ version: ref.version }}
                    aria-current={ref.id === own ? 'true' : undefined}
                    className={cx('block h-full overflow-hidden rounded-md border px-3 py-2 no-underline hover:border-accent', layer === 0 ? 'border-accent bg-accent-wash' : 'border-line bg-raised')}
                  >
                    <span className="block truncate text-sm font-semibold text-ink">{ref.model.name} <span className="font-mono text-xs font-normal text-soft">{ref.version}</span></span>
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
