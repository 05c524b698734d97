import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { useTitle } from '../../app/layout.js';
import type { ReceiptsSearch } from '../../app/router.js';
import type { ListedReceipt, ModelOf } from '../../relay/index.js';
import { Badge } from '../../ui/badge.js';
import { Button } from '../../ui/button.js';
import { shorten } from '../../ui/hash.js';
import { Icon } from '../../ui/icon.js';
import { Loading, Skeleton } from '../../ui/skeleton.js';
import { Empty, ErrorState } from '../../ui/states.js';
import { Table } from '../../ui/table.js';
import { tabClass } from '../../ui/tabs.js';
import { Time } from '../../ui/time.js';
import { formatMoney } from './money.js';
import { receiptsQuery } from './queries.js';
import { SignedIn } from './signed-in.js';

/** Everything that an account had run, or ran for others. */
export function Receipts() {
  useTitle('Receipts');
  return (
    <div className="page grid max-w-5xl gap-6 py-9">
      <div>
        <h1 className="text-xl">Receipts</h1>
        <p className="mt-1 max-w-prose text-sm text-soft">What providers signed about runs of yours. A receipt in strict mode can be replayed: your browser computes the answer again and compares it bit for bit. <Link to="/trust" className="link">What that proves</Link></p>
      </div>
      <SignedIn why="Receipts are for who paid and who ran it. Sign in, and yours are here.">{(address) => <Mine address={address} />}</SignedIn>
    </div>
  );
}

function Mine({ address }: { address: string }) {
  const search: ReceiptsSearch = useSearch({ strict: false });
  const found = useInfiniteQuery(receiptsQuery(address, search));
  const rows = found.data?.pages.flatMap(({ items }) => items) ?? [];
  const narrowed = search.version !== undefined || search.provider !== undefined;
  return (
    <div className="grid gap-4">
      <nav aria-label="Whose receipts" className="flex flex-wrap gap-x-6 border-b border-line">
        {([undefined, 'provider'] as const).map((as) => (
          <Link key={as ?? 'payer'} to="/receipts" search={{ ...(as && { as }) }} aria-current={search.as === as ? 'page' : undefined} activeProps={{}} className={tabClass(search.as === as)}>
            {as ? 'You ran' : 'You had run'}
          </Link>
        ))}
        <Link to="/orders" search={search.as ? { as: search.as } : {}} className={tabClass(false)}>Ordered on chain</Link>
      </nav>
      {narrowed && (
        <p className="flex flex-wrap items-center gap-2 text-sm text-soft">
          Only
          {search.version !== undefined && <Only search={search} without="version">{rows[0]?.model ? nameOf(rows[0].model) : shorten(search.version, 10, 6)}</Only>}
          {search.provider !== undefined && <Only search={search} without="provider">by {shorten(search.provider, 8, 6)}</Only>}
        </p>
      )}
      {found.isPending && <Loading what="receipts"><Skeleton className="h-60 rounded-lg" /></Loading>}
      {found.isError && <ErrorState title="Receipts could not be fetched" error={found.error} retry={() => void found.refetch()} />}
      {found.isSuccess && rows.length === 0 && (
        <Empty icon="file" title={narrowed ? 'None of these' : search.as ? 'You ran nothing yet' : 'No receipts yet'}>
          {search.as
            ? <>An account that this hub takes as a provider has its receipts here. <Link to="/provider" className="link">How you stand as a provider</Link></>
            : <>Have a model run by a provider, on the model’s page. <Link to="/models" className="link">Models</Link></>}
        </Empty>
      )}
      {rows.length > 0 && (
        <Table<ListedReceipt>
          caption="Receipts"
          rows={rows}
          rowKey={({ receipt }) => receipt.job}
          columns={[
            {
              head: 'Model', names: true,
              cell: ({ receipt, model }) => (
                <Link to="/receipts/$id" params={{ id: receipt.job }} className="link font-medium wrap-anywhere">{model ? nameOf(model) : shorten(receipt.manifest, 10, 6)}</Link>
              ),
            },
            { head: 'When', className: 'whitespace-nowrap', cell: ({ receipt }) => <Time at={new Date(receipt.ended * 1000).toISOString()} /> },
            { head: 'Assurance', cell: ({ receipt }) => <Assurance of={receipt.assurance} /> },
            {
              head: search.as ? 'Paid by' : 'Run by', className: 'max-md:hidden',
              cell: ({ receipt }) => (search.as ? <span className="font-mono text-xs" title={receipt.payer}>{shorten(receipt.payer)}</span> : <Link to="/receipts" search={{ ...search, provider: receipt.provider }} className="link font-mono text-xs" title={`Only those by ${receipt.provider}`}>{shorten(receipt.provider)}</Link>),
            },
            { head: 'Settled', className: 'max-md:hidden', cell: ({ receipt }) => <Settlement settleBy={receipt.settleBy} /> },
            { head: 'Seen by', className: 'max-md:hidden', cell: ({ sharing }) => (sharing === 'private' ? 'the two of you' : 'anybody') },
            { head: 'Paid', end: true, cell: ({ receipt }) => formatMoney(receipt.pay) },
            { head: <span className="sr-only">Only this model</span>, end: true, className: 'max-sm:hidden', cell: ({ receipt, model }) => <Link to="/receipts" search={{ ...search, version: receipt.manifest }} aria-label={`Only ${model ? nameOf(model) : 'this model'}`} title="Only this model" className="inline-flex rounded-sm p-1 text-faint hover:text-ink"><Icon name="search" /></Link> },
          ]}
        />
      )}
      {found.hasNextPage && <div><Button busy={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>More</Button></div>}
    </div>
  );
}

const nameOf = ({ title, name }: ModelOf) => title || name;

function Only({ search, without, children }: { search: ReceiptsSearch; without: keyof ReceiptsSearch; children: React.ReactNode }) {
  const rest = Object.fromEntries(Object.entries(search).filter(([name]) => name !== without));
  return <Link to="/receipts" search={rest} className="inline-flex items-center gap-1.5 rounded-full bg-sunken px-2.5 py-0.5 text-xs font-medium text-ink no-underline hover:bg-line">{children}<Icon name="close" className="size-3" /><span className="sr-only">, leave out</span></Link>;
}

/** What is known of an answer, in a word. */
export function Assurance({ of }: { of: string }) {
  if (of === 'spot-checked') return <Badge title="The provider says so; a share of its answers, by chance, is asked for again of somebody else and compared">spot-checked</Badge>;
  return of === 'replayable' ? <Badge tone="good" title="Anybody who has the request can compute it again, bit for bit">replayable</Badge> : <Badge title="The provider says so">signed only</Badge>;
}

/** Whether there is money to be settled on chain. */
export function Settlement({ settleBy }: { settleBy: number }) {
  if (settleBy === 0) return <span className="text-faint">the operator paid</span>;
  return <>by <Time at={new Date(settleBy * 1000).toISOString()} /></>;
}
