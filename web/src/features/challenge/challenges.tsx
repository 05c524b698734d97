import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTitle } from '../../app/layout.js';
import { listChallenges } from '../../relay/index.js';
import { counted } from '../../ui/format.js';
import { Loading, Skeleton } from '../../ui/skeleton.js';
import { Empty, ErrorState } from '../../ui/states.js';
import { Moment, State } from './parts.js';

/** All challenges of this hub, those that end last first. */
export function Challenges() {
  useTitle('Challenges');
  const { data, isPending, isError, error, refetch } = useQuery({ queryKey: ['challenges'], queryFn: ({ signal }) => listChallenges({}, { signal }) });
  return (
    <div className="page grid gap-6 py-9">
      <header>
        <h1 className="text-2xl">Challenges</h1>
        <p className="mt-2 max-w-prose text-soft">
          A task, an evaluator and a last day. What the evaluator attests on chain in time takes part; who leads and who won follows from that, and anybody can count again.
        </p>
      </header>
      {isPending && <Loading what="challenges"><Skeleton className="h-40 rounded-lg" /></Loading>}
      {isError && <ErrorState title="Challenges could not be fetched" error={error} retry={() => void refetch()} />}
      {data?.items.length === 0 && (
        <Empty icon="shield" title="There is no challenge now">
          The operator of a hub sets them. Models that were evaluated elsewhere say so on their pages: <Link to="/models" className="link">browse models</Link>.
        </Empty>
      )}
      {data && data.items.length > 0 && <ul className="grid gap-4 lg:grid-cols-2">
        {data.items.map(({ id, title, text, state, begins, ends, entries, winners, prize }) => (
          <li key={id} className="relative grid content-start gap-2 rounded-lg border border-line bg-card p-5 hover:border-edge">
            <div className="flex items-start justify-between gap-3">
              <h2 className="min-w-0 text-lg wrap-anywhere">
                <Link to="/challenges/$id" params={{ id }} className="rounded-sm text-ink no-underline after:absolute after:inset-0 hover:text-accent">{title}</Link>
              </h2>
              <State state={state} />
            </div>
            <p className="line-clamp-2 text-sm text-soft">{text}</p>
            <p className="flex flex-wrap gap-x-4 gap-y-1 text-xs text-faint">
              <span>{state === 'upcoming' ? <>Begins <Moment at={begins} /></> : <>{state === 'open' ? 'Ends' : 'Ended'} <Moment at={ends} /></>}</span>
              <span>{counted(entries.length, 'entry', 'entries')}</span>
              {prize && <span className="wrap-anywhere">Prize: {prize}</span>}
              {winners[0] && <span className="wrap-anywhere">Won by {winners[0].version.model.name}</span>}
            </p>
          </li>
        ))}
      </ul>}
    </div>
  );
}
