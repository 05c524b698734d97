import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useTitle } from '../../app/layout.js';
import { getModelByID, type UsageSession, type UsageTerms } from '../../relay/index.js';
import { Badge } from '../../ui/badge.js';
import { Bar } from '../../ui/bar.js';
import { Button } from '../../ui/button.js';
import { formatDay } from '../../ui/format.js';
import { Facts, type Fact } from '../../ui/facts.js';
import { Hash, shorten } from '../../ui/hash.js';
import { Loading, Skeleton } from '../../ui/skeleton.js';
import { Empty, ErrorState } from '../../ui/states.js';
import { marketOf, useChain, useWallet } from '../account/wallets.js';
import type { Market } from '../../wallet/registry.js';
import { formatMoney, formatPeriod } from './money.js';
import { allowanceQuery, balanceQuery, keysQuery, sessionsQuery, usageTermsQuery } from './queries.js';
import { SignedIn } from './signed-in.js';

const EndSession = lazy(() => import('./session-dialogs.js').then(({ EndSession }) => ({ default: EndSession })));
const Withdraw = lazy(() => import('./session-dialogs.js').then(({ Withdraw }) => ({ default: Withdraw })));

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
  const terms = useQuery(usageTermsQuery).data ?? undefined;
  const keys = useQuery(keysQuery(address)).data;
  const chain = useChain();
  const wallet = useWallet();
  const market = wallet && marketOf(chain, wallet.provider, address);
  return (
    <>
      <section aria-labelledby="free" className="grid gap-3">
        <h2 id="free" className="text-lg">From the operator, today</h2>
        {allowance.isPending && <Loading what="what is left"><Skeleton className="h-12 rounded-md" /></Loading>}
        {allowance.isError && <ErrorState title="It could not be fetched" error={allowance.error} retry={() => void allowance.refetch()} />}
        {allowance.data && (allowance.data.daily === 0
          ? <p className="text-sm text-soft">This hub’s operator pays for nobody.</p>
          : (
            <>
              <Bar
                label="Today’s grant"
                segments={[
                  { name: 'Used', value: allowance.data.used, text: formatMoney(allowance.data.used) },
                  { name: 'Left', value: allowance.data.left, text: formatMoney(allowance.data.left) },
                ]}
              />
              <p className="text-sm text-soft">
                {formatMoney(allowance.data.daily)} a day, again at {new Date(allowance.data.until).toLocaleTimeString('en', { hour: '2-digit', minute: '2-digit' })}.
                {allowance.data.used + allowance.data.left < allowance.data.daily && ' Others used up some of what there is for your network, or for all.'}
              </p>
            </>
          ))}
      </section>
      <section aria-labelledby="locked" className="grid gap-3">
        <h2 id="locked" className="text-lg">Locked on chain</h2>
        {sessions.isPending && <Loading what="sessions"><Skeleton className="h-40 rounded-lg" /></Loading>}
        {sessions.isError && <ErrorState title="Sessions could not be fetched" error={sessions.error} retry={() => void sessions.refetch()} />}
        {sessions.data === null && <p className="text-sm text-soft">This hub takes no sessions: it follows no chain that they are on.</p>}
        {sessions.data?.length === 0 && <Empty icon="key" title="No sessions">A session locks runs of a model for this hub. Open one from the page of a model that has a plan, where it runs on a provider; programs do it by the <a href="/api/docs" className="link">API</a>.</Empty>}
        {sessions.data && sessions.data.length > 0 && <ul className="grid gap-4">{sessions.data.map((session) => <Session key={session.id} session={session} here={keys?.includes(session.key)} terms={terms} market={market} />)}</ul>}
        {terms && market && <Credit terms={terms} market={market} />}
      </section>
      <p className="text-sm"><Link to="/receipts" className="link">What was run for it: your receipts</Link></p>
    </>
  );
}

const states = { open: ['good', 'open'], pending: ['warn', 'not certain yet'], ended: ['plain', 'over'], closed: ['plain', 'closed'] } as const;

/** What came back from sessions, and waits to be withdrawn. */
function Credit({ terms, market }: { terms: UsageTerms; market: Market }) {
  const balance = useQuery(balanceQuery(market, terms));
  const [asking, setAsking] = useState(false);
  if (balance.isError) return <ErrorState title="What the contract holds for you could not be read" error={balance.error} retry={() => void balance.refetch()} />;
  if (balance.data === undefined) return null;
  if (balance.data === null) return <p className="text-sm text-soft">Your wallet is on another chain or shows another account, so what came back from sessions is not known here.</p>;
  const { wallet, credit } = balance.data;
  return (
    <div className="flex flex-wrap items-center justify-between gap-3 rounded-lg border border-line bg-card p-5 text-sm">
      <p className="text-soft"><strong className="font-semibold text-ink tabular-nums">{formatMoney(credit.toString())}</strong> came back and waits in the contract; your account has <span className="tabular-nums">{formatMoney(wallet.toString())}</span>.</p>
      {credit > 0n && <Button size="sm" onClick={() => setAsking(true)}>Withdraw</Button>}
      {asking && <Suspense><Withdraw market={market} terms={terms} onClose={() => setAsking(false)} /></Suspense>}
    </div>
  );
}

/** A day: what the contract leaves a relay to take what was used. */
const notice = 86_400_000;

/** `here` is whether its key is in this browser; undefined while that is not known. */
function Session({ session, here, terms, market }: { session: UsageSession; here: boolean | undefined; terms: UsageTerms | undefined; market: Market | undefined }) {
  const [asking, setAsking] = useState<UsageSession>(); // as it was when that was asked
  const { id, state, units, used, held, left, redeemed, cost, ends, period, authorFee, relayFee, computeCap, key } = session;
  const model = useQuery({ queryKey: ['model by id', session.model], queryFn: ({ signal }) => getModelByID({ id: session.model }, { signal }), retry: false, staleTime: 300_000 });
  const closable = state === 'ended' || (state !== 'closed' && !period && new Date(ends).getTime() > Date.now() + notice);
  const facts: Fact[] = [
    ['A unit costs', `${formatMoney(authorFee + relayFee + computeCap)} at most`],
    ['Cost so far', formatMoney(cost)],
    ['Paid on chain', `${redeemed.toLocaleString('en')} of ${used.toLocaleString('en')} used`],
    [state === 'open' || state === 'pending' ? 'Ends' : 'Ended', formatDay(new Date(ends))],
    ...(period ? [['Period', formatPeriod(period)] as [string, string]] : []),
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
        label={period ? 'Units of this period' : 'Units'}
        segments={[
          { name: 'Used', value: used, text: used.toLocaleString('en') },
          { name: 'Under way', value: held, text: held.toLocaleString('en') },
          { name: 'Left', value: left, text: `${left.toLocaleString('en')} of ${units.toLocaleString('en')}` },
        ]}
      />
      <Facts facts={facts} />
      {state === 'pending' && <p className="text-sm text-soft">The chain may still undo its opening, and it is worth enough that the hub waits for that.</p>}
      {here === false && left > 0 && (state === 'open' || state === 'pending') && <p className="text-sm text-soft">Its key is not in this browser, so pages here cannot run with it.</p>}
      {state === 'ended' && (
        <p className="text-sm text-soft">
          {period
            ? 'The period is over. Of runs that were not used the providers’ parts come back, when the session is closed on chain: the hub does that, or you. To go on, open another on the model’s page.'
            : 'What is left is yours: the contract credits it to your account when the session is closed there.'}
        </p>
      )}
      {terms && closable && <div className="flex justify-end"><Button size="sm" onClick={() => setAsking(session)}>{state === 'ended' ? 'Take back what is left' : 'Close it'}</Button></div>}
      {terms && asking && <Suspense><EndSession session={asking} market={market} terms={terms} onClose={() => setAsking(undefined)} /></Suspense>}
    </li>
  );
}
