import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTitle } from '../../app/layout.js';
import type { ProviderAttempt, ProviderDay, ProviderInfo } from '../../relay/index.js';
import { Badge } from '../../ui/badge.js';
import { Button } from '../../ui/button.js';
import { Code } from '../../ui/copy.js';
import { Figures } from '../../ui/facts.js';
import { counted } from '../../ui/format.js';
import { shorten } from '../../ui/hash.js';
import { Part } from '../../ui/part.js';
import { Loading, Skeleton } from '../../ui/skeleton.js';
import { Empty, ErrorState } from '../../ui/states.js';
import { Table } from '../../ui/table.js';
import { Time } from '../../ui/time.js';
import { formatMoney, formatTook } from './money.js';
import { OfferTable } from './offer-table.js';
import { attemptsQuery, providerQuery } from './queries.js';
import { SignedIn } from './signed-in.js';

/** How an account stands that runs models for others. */
export function ProviderPage() {
  useTitle('As a provider');
  return (
    <div className="page grid max-w-5xl gap-8 py-9">
      <div>
        <h1 className="text-xl">As a provider</h1>
        <p className="mt-1 max-w-prose text-sm text-soft">Models that you run for others through this hub: what you offer, what was done, what it earned. <Link to="/receipts" search={{ as: 'provider' }} className="link">Receipts that you signed</Link></p>
      </div>
      <SignedIn why="Sign in with the account that your provider signs with.">{(address) => <Mine address={address} />}</SignedIn>
    </div>
  );
}

function Mine({ address }: { address: string }) {
  const provider = useQuery(providerQuery(address));
  if (provider.isPending) return <Loading what="what you ran"><Skeleton className="h-96 rounded-lg" /></Loading>;
  if (provider.isError) return <ErrorState title="What you ran could not be fetched" error={provider.error} retry={() => void provider.refetch()} />;
  const p = provider.data;
  if (!p.seen) return <Begin address={address} />;
  return (
    <>
      <Summary provider={p} />
      <Offers provider={p} />
      <Days days={p.days} />
      <Attempts address={address} />
    </>
  );
}

/** For who is none yet. */
function Begin({ address }: { address: string }) {
  return (
    <div className="grid gap-5">
      <Empty icon="play" title="This account was never a provider here">
        A provider is a program on a machine of yours. It dials this hub, is known by its key, fetches models verified, runs them, and signs what came out. The operator of this hub decides whose it takes.
      </Empty>
      <Code title={`With the key of ${shorten(address)}`} text={`dehug-relay provider --relay ${location.origin} --key provider.key --model MANIFEST=PRICE`} />
    </div>
  );
}

function Summary({ provider: { address, checked, here, seen, capacity, busy, hardware, earned, days } }: { provider: ProviderInfo }) {
  const done = days.reduce((sum, day) => sum + day.done, 0);
  const failed = days.reduce((sum, day) => sum + day.failed, 0);
  const took = days.reduce((sum, day) => sum + day.mean_ms * day.done, 0);
  const facts: [name: string, value: React.ReactNode, note: string][] = [
    ['Connected', here ? <Badge key="here" tone="good">now</Badge> : <Badge key="gone" tone="warn">not to this relay</Badge>, here ? `${busy} of ${counted(capacity, 'place')} taken` : seen ? 'last heard of at its last job' : ''],
    ['Success, 30 days', done + failed === 0 ? '–' : `${((100 * done) / (done + failed)).toFixed(1)} %`, `${done.toLocaleString('en')} done, ${failed.toLocaleString('en')} failed`],
    ['A job takes', done === 0 ? '–' : formatTook(took / done), 'on average, in 30 days'],
    ['Earned', formatMoney(earned), 'since the beginning'],
  ];
  return (
    <section aria-label="Summary" className="grid gap-3">
      <Figures facts={facts} />
      <p className="text-xs text-faint">
        {!here && seen && <>Last heard of <Time at={seen} />. </>}
        {checked.agrees + checked.differs + checked.disputed > 0 && <>Of your answers {checked.agrees.toLocaleString('en')} were given again by others and agreed, {checked.differs.toLocaleString('en')} were false, {checked.disputed.toLocaleString('en')} are disputed. </>}
        {hardware.length > 0 && <>It says that it runs on {hardware.join(' · ')}. </>}
        <Link to="/providers/$address" params={{ address }} className="link">What others see of it</Link>
      </p>
    </section>
  );
}

function Offers({ provider: { offers } }: { provider: ProviderInfo }) {
  return (
    <Part title="Offers" note="What your provider runs now, and for how much.">
      {offers.length === 0
        ? <Empty icon="play" title="Nothing is offered now">What it offers is said when it connects.</Empty>
        : <OfferTable offers={offers} />}
    </Part>
  );
}

/** The last 30, those on which nothing was done too. */
function everyDay(days: ProviderDay[]): ProviderDay[] {
  const now = Date.now();
  return Array.from({ length: 30 }, (_, i) => {
    const day = new Date(now - (29 - i) * 86_400_000).toISOString().slice(0, 10);
    return days.find((each) => each.day === day) ?? { day, done: 0, failed: 0, other: 0, earned: 0, mean_ms: 0 };
  });
}

/** A column for each day that there was something; the table says the same in numbers. */
function Days({ days }: { days: ProviderDay[] }) {
  if (days.length === 0) return null;
  const most = Math.max(...days.map(({ done, failed, other }) => done + failed + other), 1);
  return (
    <Part title="Days" note="Jobs of the last 30 days (UTC): done, and what failed on top.">
      <div aria-hidden="true" className="flex h-28 items-end gap-0.5 rounded-lg sm:gap-1 border border-line bg-card p-3">
        {everyDay(days).map(({ day, done, failed, other }) => (
          <div key={day} title={`${day}: ${done} done, ${failed} failed`} className="flex h-full min-w-0 flex-1 flex-col justify-end gap-px">
            {failed + other > 0 && <span className="block rounded-t-sm bg-bad" style={{ height: `${(100 * (failed + other)) / most}%` }} />}
            {done > 0 && <span className="block rounded-t-sm bg-accent" style={{ height: `${(100 * done) / most}%` }} />}
          </div>
        ))}
      </div>
      <Table<ProviderDay>
        caption="Jobs by day"
        rows={[...days].reverse()}
        rowKey={({ day }) => day}
        columns={[
          { head: 'Day', names: true, cell: ({ day }) => day },
          { head: 'Done', end: true, cell: ({ done }) => done.toLocaleString('en') },
          { head: 'Failed', end: true, cell: ({ failed }) => failed.toLocaleString('en') },
          { head: 'Took', end: true, className: 'max-sm:hidden', cell: ({ done, mean_ms }) => (done > 0 ? formatTook(mean_ms) : '–') },
          { head: 'Earned', end: true, cell: ({ earned }) => formatMoney(earned) },
        ]}
      />
    </Part>
  );
}

const states = { running: ['note', 'running'], done: ['good', 'done'], failed: ['bad', 'failed'], canceled: ['plain', 'canceled'] } as const;

function Attempts({ address }: { address: string }) {
  const found = useInfiniteQuery(attemptsQuery(address));
  const rows = found.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Part title="Jobs" note="What your provider was given, newest first.">
      {found.isPending && <Loading what="jobs"><Skeleton className="h-48 rounded-lg" /></Loading>}
      {found.isError && <ErrorState title="Jobs could not be fetched" error={found.error} retry={() => void found.refetch()} />}
      {rows.length > 0 && (
        <Table<ProviderAttempt>
          caption="What it was given"
          rows={rows}
          rowKey={({ job, attempt }) => `${job} ${attempt}`}
          columns={[
            { head: 'Job', names: true, cell: ({ job, state }) => (state === 'done' ? <Link to="/receipts/$id" params={{ id: job }} className="link font-mono text-xs">{shorten(job, 6, 6)}</Link> : <span className="font-mono text-xs">{shorten(job, 6, 6)}</span>) },
            { head: 'State', cell: ({ state, attempt }) => <span className="flex gap-1"><Badge tone={states[state][0]}>{states[state][1]}</Badge>{attempt > 1 && <Badge title="Others had tried before">try {attempt}</Badge>}</span> },
            { head: 'Why', className: 'max-md:hidden', cell: ({ code, detail }) => (code ? <span className="text-xs text-soft wrap-anywhere">{code}{detail && `: ${detail}`}</span> : '') },
            { head: 'Took', end: true, className: 'max-sm:hidden', cell: ({ started, ended }) => (ended ? formatTook(new Date(ended).getTime() - new Date(started).getTime()) : '–') },
            { head: 'When', className: 'whitespace-nowrap max-sm:hidden', cell: ({ started }) => <Time at={started} /> },
            { head: 'Pay', end: true, cell: ({ state, pay }) => (state === 'done' ? formatMoney(pay) : '–') },
          ]}
        />
      )}
      {found.isSuccess && rows.length === 0 && <Empty icon="play" title="No jobs yet">They come when somebody asks for what you offer.</Empty>}
      {found.hasNextPage && <div><Button busy={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>More</Button></div>}
    </Part>
  );
}
