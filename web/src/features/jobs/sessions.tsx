import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTitle } from '../../app/layout.js';
import { getModelByID, type UsageSession } from '../../relay/index.js';
import { Badge } from '../../ui/badge.js';
import { Bar } from '../../ui/bar.js';
import { formatDay } from '../../ui/format.js';
import { Hash, shorten } from '../../ui/hash.js';
import { Loading, Skeleton } from '../../ui/skeleton.js';
import { Empty, ErrorState } from '../../ui/states.js';
import { formatMoney } from './money.js';
import { allowanceQuery, sessionsQuery } from './queries.js';
import { SignedIn } from './signed-in.js';

/** What an account has to spend here, and what of it was used. */
export function Sessions() {
  useTitle('Sessions and spend');
  return (
    <div className="page grid max-w-4xl gap-8 py-9">
      <div>
        <h1 className="text-xl">Sessions and spend</h1>
        <p className="mt-1 max-w-prose text-sm text-soft">What pays for runs of yours: what this hub’s operator gives, and units that you locked on chain for it. The hub takes of a session what was used, one voucher of yours at a time; the rest is yours.</p>
      </div>
      <SignedIn why="Sign in, and what you have to spend is here.">{(address) => <Mine address={address} />}</SignedIn>
    </div>
  );
}

function Mine({ address }: { address: string }) {
  const allowance = useQuery(allowanceQuery(address));
  const sessions = useQuery(sessionsQuery(address));
  return (
    <>
      <section aria-labelledby="free" className="grid gap-3">
        <h2 id="free" className="text-lg">From the operator, today</h2>
        {allowance.isPending && <Loading what="what is left"><Skeleton className="h-12 rounded-md" /></Loading>}
        {allowance.isError && <ErrorState title="It could not be fetched" error={allowance.error} retry={() => void allowance.refetch()} />}
        {allowance.data && (allowance.data.daily === 0
          ? <p className="text-sm text-soft">This hub’s operator pays for nobody.</p>
          : (
            <Bar
              label="Today’s grant"
              segments={[
                { name: 'Used', value: allowance.data.daily - allowance.data.left, text: formatMoney(allowance.data.daily - allowance.data.left) },
                { name: 'Left', value: allowance.data.left, text: formatMoney(allowance.data.left) },
              ]}
            />
          ))}
      </section>
      <section aria-labelledby="locked" className="grid gap-3">
        <h2 id="locked" className="text-lg">Locked on chain</h2>
        {sessions.isPending && <Loading what="sessions"><Skeleton className="h-40 rounded-lg" /></Loading>}
        {sessions.isError && <ErrorState title="Sessions could not be fetched" error={sessions.error} retry={() => void sessions.refetch()} />}
        {sessions.data === null && <p className="text-sm text-soft">This hub takes no sessions: it follows no chain that they are on.</p>}
        {sessions.data?.length === 0 && <Empty icon="key" title="No sessions">A session locks units of a model’s plan for this hub. Programs open one by the API; <a href="/api/docs" className="link">how</a>.</Empty>}
        {sessions.data && sessions.data.length > 0 && <ul className="grid gap-4">{sessions.data.map((session) => <Session key={session.id} session={session} />)}</ul>}
      </section>
      <p className="text-sm"><Link to="/receipts" className="link">What was run for it: your receipts</Link></p>
    </>
  );
}

const states = { open: ['good', 'open'], pending: ['warn', 'not certain yet'], ended: ['plain', 'over'], closed: ['plain', 'closed'] } as const;

function Session({ session }: { session: UsageSession }) {
  const { id, state, units, used, held, left, redeemed, cost, ends, period, authorFee, relayFee, computeCap, key } = session;
  const model = useQuery({ queryKey: ['model by id', session.model], queryFn: ({ signal }) => getModelByID({ id: session.model }, { signal }), retry: false, staleTime: 300_000 });
  const facts: [string, React.ReactNode][] = [
    ['A unit costs', `${formatMoney(authorFee + relayFee + computeCap)} at most`],
    ['Cost so far', formatMoney(cost)],
    ['Paid on chain', `${redeemed.toLocaleString('en')} of ${used.toLocaleString('en')} used`],
    [state === 'open' || state === 'pending' ? 'Ends' : 'Ended', formatDay(new Date(ends))],
    ['Vouchers are signed by', <Hash key="key" value={key} what="the session’s key" />],
    ['Session', <Hash key="id" value={id} what="the session’s id" />],
  ];
  return (
    <li className="grid gap-4 rounded-lg border border-line bg-card p-5">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h3 className="text-md font-semibold wrap-anywhere">
          {model.data ? <Link to="/models/$owner/$name" params={{ owner: model.data.owner, name: model.data.name }} className="hover:text-accent hover:underline">{model.data.title || model.data.name}</Link> : `Model ${shorten(session.model, 10, 6)}`}
        </h3>
        <span className="flex gap-1.5">{period !== undefined && period > 0 && <Badge>subscription</Badge>}<Badge tone={states[state][0]}>{states[state][1]}</Badge></span>
      </div>
      <Bar
        label="Units"
        segments={[
          { name: 'Used', value: used, text: used.toLocaleString('en') },
          { name: 'Under way', value: held, text: held.toLocaleString('en') },
          { name: 'Left', value: left, text: `${left.toLocaleString('en')} of ${units.toLocaleString('en')}` },
        ]}
      />
      <dl className="grid gap-x-6 gap-y-3 sm:grid-cols-2 md:grid-cols-3">
        {facts.map(([name, value]) => (
          <div key={name} className="min-w-0">
            <dt className="label">{name}</dt>
            <dd className="text-sm font-medium wrap-anywhere tabular-nums">{value}</dd>
          </div>
        ))}
      </dl>
      {state === 'pending' && <p className="text-sm text-soft">The chain may still undo its opening, and it is worth enough that the hub waits for that.</p>}
      {state === 'ended' && left > 0 && <p className="text-sm text-soft">What is left is yours: the contract gives it back to your account when the session is closed there.</p>}
    </li>
  );
}
