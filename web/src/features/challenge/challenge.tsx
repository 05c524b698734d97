import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTitle } from '../../app/layout.js';
import { NotFound } from '../../app/not-found.js';
import { getChallenge, RelayError, type ChallengeEntry, type ChallengeInfo } from '../../relay/index.js';
import { Address } from '../../ui/address.js';
import { Hash } from '../../ui/hash.js';
import { Loading, Skeleton } from '../../ui/skeleton.js';
import { Empty, ErrorState } from '../../ui/states.js';
import { Table } from '../../ui/table.js';
import { Time } from '../../ui/time.js';
import { Moment, State } from './parts.js';

const route = getRouteApi('/challenges/$id');

/** One challenge: what is asked, until when, who takes part and who won. */
export function Challenge() {
  const { id } = route.useParams();
  const { data, isError, error, refetch } = useQuery({ queryKey: ['challenge', id], queryFn: ({ signal }) => getChallenge({ id }, { signal }) });
  useTitle(data?.title);
  if (isError && error instanceof RelayError && error.status === 404) return <NotFound />;
  if (isError) return <div className="page py-12"><ErrorState title="The challenge could not be fetched" error={error} retry={() => void refetch()} /></div>;
  if (!data) {
    return (
      <div className="page py-9"><Loading what="the challenge"><Skeleton className="h-[70vh] rounded-lg" /></Loading></div>
    );
  }
  return (
    <div className="page py-9">
      <p className="text-sm"><Link to="/challenges" className="link">Challenges</Link></p>
      <header className="mt-2">
        <h1 className="text-2xl wrap-anywhere">{data.title}</h1>
        <p className="mt-2 flex items-center gap-3 text-sm text-faint">
          <State state={data.state} />
          <span>{data.state === 'upcoming' ? 'from ' : data.state === 'open' ? 'until ' : 'on '}<Moment at={data.state === 'upcoming' ? data.begins : data.ends} /></span>
        </p>
      </header>
      <div className="mt-7 grid gap-x-12 gap-y-9 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <div className="grid content-start gap-9 lg:row-start-1">
          {data.text && <p className="max-w-prose whitespace-pre-line text-soft wrap-anywhere">{data.text}</p>}
          {data.state === 'ended' && <Winners winners={data.winners} />}
          <Entries challenge={data} />
        </div>
        <Terms challenge={data} />
      </div>
    </div>
  );
}

function Terms({ challenge }: { challenge: ChallengeInfo }) {
  const { begins, ends, task, dataset, metric, better, evaluator, places, prize } = challenge;
  return (
    <aside aria-labelledby="terms" className="text-sm">
      <h2 id="terms" className="label mb-1">What counts</h2>
      <dl>
        <Term name="Begins"><Moment at={begins} /></Term>
        <Term name="Ends"><Moment at={ends} /></Term>
        <Term name="Task">{task}</Term>
        <Term name="Data set">{dataset}</Term>
        <Term name="Metric">{metric}, {better} is better</Term>
        <Term name="Evaluator"><Address of={evaluator} /></Term>
        <Term name="Places">{places}</Term>
        {prize && <Term name="Prize">{prize}</Term>}
      </dl>
      <p className="mt-3 text-xs text-faint">
        Of each model its best version counts, of equal values that which was attested first. The values are the evaluator’s word; the evidence is what it has to show for them.
      </p>
    </aside>
  );
}

function Term({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex items-baseline justify-between gap-4 border-b border-line py-1.5">
      <dt className="shrink-0 text-faint">{name}</dt>
      <dd className="min-w-0 text-right wrap-anywhere">{children}</dd>
    </div>
  );
}

function Entered({ version }: { version: ChallengeEntry['version'] }) {
  const { owner, name } = version.model;
  return (
    <span className="inline-flex flex-wrap items-baseline gap-x-2">
      <Link to="/models/$owner/$name" params={{ owner, name }} search={{ version: version.version }} className="link font-medium wrap-anywhere">{name}</Link>
      <span className="font-mono text-xs text-faint">{version.version}</span>
    </span>
  );
}

function Winners({ winners }: { winners: ChallengeEntry[] }) {
  return (
    <section aria-labelledby="winners">
      <h2 id="winners" className="mb-3 text-lg">{winners.length === 1 ? 'Winner' : 'Winners'}</h2>
      {winners.length === 0 ? <p className="text-sm text-soft">It ended without an entry.</p> : (
        <ol className="grid gap-3 sm:grid-cols-3">
          {winners.map(({ uid, rank, version, owner, value }) => (
            <li key={uid} className="grid content-start gap-1.5 rounded-lg border border-line bg-card p-4">
              <p className="flex items-baseline justify-between gap-3"><span className="label">Place {rank}</span><span className="font-semibold tabular-nums wrap-anywhere">{value}</span></p>
              <Entered version={version} />
              <Address of={owner} />
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

function Entries({ challenge }: { challenge: ChallengeInfo }) {
  const { entries, metric, state } = challenge;
  return (
    <section aria-labelledby="entries">
      <h2 id="entries" className="mb-3 text-lg">Entries</h2>
      {entries.length === 0 ? (
        <Empty icon="shield" title="No entries">
          {state === 'ended'
            ? 'Nothing was attested in time.'
            : <><Link to="/publish" className="link">Publish a model</Link> and have its evaluator attest a value for one of its versions: that is the entry.</>}
        </Empty>
      ) : (
        <Table
          caption="Entries, the best first"
          rows={entries}
          rowKey={({ uid }) => uid}
          columns={[
            { head: 'Rank', className: 'w-14 tabular-nums text-faint', cell: ({ rank }) => rank },
            { head: 'Model', names: true, className: 'min-w-36', cell: ({ version }) => <Entered version={version} /> },
            { head: 'Owner', className: 'max-sm:hidden', cell: ({ owner }) => <Address of={owner} /> },
            { head: metric, end: true, className: 'font-semibold', cell: ({ value }) => value },
            { head: 'Attested', className: 'whitespace-nowrap max-sm:hidden', cell: ({ at }) => <Time at={at} /> },
            { head: 'Evidence', className: 'max-sm:hidden', cell: ({ evidence }) => <Hash value={evidence} what="the digest of the evidence" head={6} tail={4} /> },
          ]}
        />
      )}
    </section>
  );
}
