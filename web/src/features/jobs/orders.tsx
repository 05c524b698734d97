import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { useTitle } from '../../app/layout.js';
import { NotFound } from '../../app/not-found.js';
import type { OrdersSearch } from '../../app/router.js';
import type { OrderView } from '../../relay/index.js';
import { accountOptions } from '../account/account.js';
import { configQuery } from '../model/queries.js';
import { Badge } from '../../ui/badge.js';
import { Button } from '../../ui/button.js';
import { Code } from '../../ui/copy.js';
import { Input } from '../../ui/field.js';
import { Facts, type Fact } from '../../ui/facts.js';
import { counted } from '../../ui/format.js';
import { Hash, shorten } from '../../ui/hash.js';
import { Loading, Skeleton } from '../../ui/skeleton.js';
import { Empty, ErrorState } from '../../ui/states.js';
import { tabClass } from '../../ui/tabs.js';
import { ProviderLink } from './chosen.js';
import { formatMoney, formatPeriod } from './money.js';
import { command, nextOf, partyOf, type Act } from './ordered.js';
import { orderQuery, ordersQuery } from './queries.js';
import { SignedIn } from './signed-in.js';

/** Jobs that an account ordered on chain, or that it is to do. */
export function Orders() {
  useTitle('Orders');
  const { of }: OrdersSearch = useSearch({ strict: false });
  return (
    <div className="page grid max-w-4xl gap-6 py-9">
      <div>
        <h1 className="text-xl">Orders</h1>
        <p className="mt-1 max-w-prose text-sm text-soft">Large jobs that are ordered on chain: for one provider, for a price that a contract holds until the job is done. What an order asks, and what comes of it, anybody can read.</p>
      </div>
      {of === undefined ? <SignedIn why="Sign in, and your orders are here. Those of any account are shown by its address.">{(address) => <List address={address} own />}</SignedIn> : <List address={of} />}
      <Another />
    </div>
  );
}

function List({ address, own = false }: { address: string; own?: boolean }) {
  const search: OrdersSearch = useSearch({ strict: false });
  const found = useInfiniteQuery(ordersQuery(address, search.as === 'provider'));
  const rows = found.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <div className="grid gap-4">
      <nav aria-label="Which orders" className="flex flex-wrap gap-x-6 border-b border-line">
        {([undefined, 'provider'] as const).map((as) => (
          <Link key={as ?? 'payer'} to="/orders" search={{ ...(as && { as }), ...(search.of && { of: search.of }) }} aria-current={search.as === as ? 'page' : undefined} activeProps={{}} className={tabClass(search.as === as)}>
            {own ? (as ? 'For you to do' : 'You ordered') : as ? 'To do' : 'Ordered'}
          </Link>
        ))}
      </nav>
      {!own && <p className="text-sm text-soft">Of {shorten(address, 8, 6)}. <Link to="/orders" search={{}} activeProps={{}} className="link">Yours</Link></p>}
      {found.isPending && <Loading what="orders"><Skeleton className="h-60 rounded-lg" /></Loading>}
      {found.isError && <ErrorState title="Orders could not be fetched" error={found.error} retry={() => void found.refetch()} />}
      {found.isSuccess && rows.length === 0 && (
        <Empty icon="file" title="No orders">
          {search.as ? 'Nobody ordered anything of this account.' : <>A program orders, by the chain alone: <code className="font-mono text-xs">dehug-relay order open job.json</code></>}
        </Empty>
      )}
      {rows.length > 0 && <ul className="grid gap-4">{rows.map((order) => <li key={order.id}><Card order={order} /></li>)}</ul>}
      {found.hasNextPage && <div><Button busy={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>More</Button></div>}
    </div>
  );
}

/** The way to the orders of any account. */
function Another() {
  const go = useNavigate();
  const [text, setText] = useState('');
  const [wrong, setWrong] = useState(false);
  return (
    <form
      className="flex max-w-xl flex-wrap items-end gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        const of = text.trim();
        const address = /^0x[0-9a-fA-F]{40}$/.test(of);
        setWrong(!address);
        if (address) void go({ to: '/orders', search: { of } });
      }}
    >
      <div className="min-w-0 grow basis-60">
        <Input label="Orders of another account" placeholder="0x…" spellCheck={false} autoComplete="off" value={text} onChange={({ target }) => { setText(target.value); setWrong(false); }} {...(wrong && { error: 'an address: 0x and 40 hex digits' })} />
      </div>
      <Button type="submit">Show them</Button>
    </form>
  );
}

/** One order, by its id on chain. */
export function OrderPage() {
  const { id } = useParams({ strict: false });
  return id === undefined ? <NotFound /> : <One key={id} id={id} />;
}

function One({ id }: { id: string }) {
  useTitle(`Order ${shorten(id)}`);
  const order = useQuery(orderQuery(id));
  return (
    <div className="page grid max-w-4xl gap-6 py-9">
      <header>
        <p className="text-sm text-faint"><Link to="/orders" search={{}} className="text-soft hover:text-accent hover:underline">Orders</Link></p>
        <h1 className="text-xl">An order on chain</h1>
      </header>
      {order.isPending && <Loading what="the order"><Skeleton className="h-80 rounded-lg" /></Loading>}
      {order.isError && <ErrorState title="The order could not be fetched" error={order.error} retry={() => void order.refetch()} />}
      {order.data === null && <Empty icon="file" title="There is no such order on chain">This hub reads one chain, and may be some blocks behind it.</Empty>}
      {order.data && <Card order={order.data} />}
    </div>
  );
}

const tones = { open: 'note', accepted: 'note', delivered: 'warn', disputed: 'warn', withdrawn: 'plain', undelivered: 'bad', paid: 'good', ruled: 'plain', unruled: 'plain', slashed: 'bad' } as const;

const moment = (at: string) => new Date(at).toLocaleString('en', { dateStyle: 'medium', timeStyle: 'short' });

function Card({ order }: { order: OrderView }) {
  const { id, state, price, token, bond, fee, units, pay, payer, provider, arbiter, deliverBy, due, review, opened, job, result, lost, changes, run } = order;
  const who = useQuery(accountOptions).data?.address ?? '';
  const gateway = useQuery(configQuery).data?.gateways[0] ?? location.origin;
  const next = nextOf(order, partyOf(order, who), Date.now());
  // Where the relay counts no price, the token is none that it knows.
  const amount = (n: string) => (price === undefined ? `${n} of ${shorten(token)}` : formatMoney(n));
  const waits = ['open', 'accepted', 'delivered', 'disputed'].includes(state);
  const facts: Fact[] = [
    ['Price', `${price === undefined ? `${amount(pay)} a unit, and fees` : amount(price)}, for ${counted(units, 'unit')}`],
    ['Bond', amount(bond)],
    ...(lost !== '0' ? [['Of it, lost', amount(lost)] as [string, ReactNode]] : []),
    ...(waits && due ? [[state === 'delivered' ? 'To be looked at by' : state === 'disputed' ? 'To be ruled by' : state === 'open' ? 'To be accepted by' : 'To be delivered by', moment(due)] as [string, ReactNode]] : []),
    ['Opened', moment(opened)],
    ...(state === 'open' ? [['To be delivered by', moment(deliverBy)] as [string, ReactNode]] : []),
    ['Time to look at it', formatPeriod(review)],
    ['Payer', <Hash key="payer" value={payer} what="the payer’s address" />],
    ['Provider', <ProviderLink key="provider" address={provider} />],
    ['Arbiter', arbiter ? <span key="arbiter"><Hash value={arbiter} what="the arbiter’s address" /> for {amount(fee)}</span> : 'none'],
    ['Job', <Hash key="job" value={job} what="the job’s CID" />],
    ['Result', result ? <Hash key="result" value={result} what="the result’s CID" /> : 'none yet'],
  ];
  return (
    <article aria-labelledby={`order-${id}`} className="grid gap-4 rounded-lg border border-line bg-card p-5">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 id={`order-${id}`} className="text-md font-semibold"><Link to="/orders/$id" params={{ id }} activeProps={{}} title={id} className="font-mono text-sm hover:text-accent hover:underline">{shorten(id, 10, 6)}</Link></h2>
        <Badge tone={tones[state]}>{state}</Badge>
      </div>
      <p className="max-w-prose text-sm">{next.says}</p>
      <Facts facts={facts} />
      {run && <Run run={run} mine={partyOf(order, who) === 'payer'} />}
      {changes && changes.length > 0 && (
        <ol aria-label="What became of it" className="flex flex-wrap gap-x-4 gap-y-1 text-xs text-faint">
          {changes.map(({ state, block }, i) => <li key={i}><span className="font-medium text-soft">{state}</span> in block {block.toLocaleString('en')}</li>)}
        </ol>
      )}
      {next.acts.length > 0 && (
        <div className="grid gap-3">
          {state === 'delivered' && next.acts.includes('release') && <Code title="Look at the result: do it again, where the job can be repeated" text={`dehug-relay evaluate --job ${job} --source ${gateway}`} />}
          {next.acts.map((act) => <Code key={act} title={titles[act]} text={command(act, id)} />)}
        </div>
      )}
    </article>
  );
}

const titles: Record<Act, string> = {
  cancel: 'Take it back',
  settle: 'Settle it; anybody may, and pays for gas',
  release: 'Have all paid now',
  dispute: 'Dispute it, for the arbiter’s fee: a file says why, and its hash goes on chain',
};

/** What this hub does about it. */
function Run({ run: { state, reason, prediction, status }, mine }: { run: NonNullable<OrderView['run']>; mine: boolean }) {
  const says = {
    waiting: 'This hub waits with it',
    begun: status === 'succeeded' ? 'This hub had it done' : status === 'failed' ? 'It failed here' : status === 'canceled' ? 'It was canceled here' : 'This hub has it done',
    refused: 'This hub does not have it done',
    undone: 'The chain took it back, so this hub does nothing about it',
    closed: status === 'succeeded' ? 'This hub had it done' : 'It is over for this hub',
  }[state];
  return (
    <p className="text-sm text-soft wrap-anywhere">
      {says}{reason && `: ${reason}`}. {mine && prediction && status === 'succeeded' && <Link to="/receipts/$id" params={{ id: prediction }} className="link">Receipt and result</Link>}
    </p>
  );
}
