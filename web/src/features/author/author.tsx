import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useTitle } from '../../app/layout.js';
import { getOwner, type OwnedModel, type OwnerInfo } from '../../relay/index.js';
import { RuleBadge } from '../../ui/badges.js';
import { Button } from '../../ui/button.js';
import { Copy } from '../../ui/copy.js';
import { counted, formatAmount, formatCount } from '../../ui/format.js';
import { shorten } from '../../ui/hash.js';
import { Mark } from '../../ui/mark.js';
import { Loading } from '../../ui/skeleton.js';
import { Empty, ErrorState } from '../../ui/states.js';
import { ModelRows, ModelRowsSkeleton } from '../model/model-row.js';
import { searchQuery } from '../model/queries.js';

const route = getRouteApi('/authors/$address');

/** What an account has published. */
export function AuthorPage() {
  const { address } = route.useParams();
  useTitle(shorten(address));
  const owner = useQuery({ queryKey: ['owner', address], queryFn: ({ signal }) => getOwner({ address }, { signal }) });
  const found = useInfiniteQuery(searchQuery({ owner: address }));
  const models = found.data?.pages.flatMap(({ items }) => items) ?? [];
  const count = found.data?.pages[0]?.facets?.filter(({ field }) => field === 'kind').reduce((sum, { count }) => sum + count, 0) ?? 0;
  return (
    <div className="page grid gap-8 py-9">
      <header className="flex flex-wrap items-center gap-5">
        <Mark of={address} round size={72} />
        <div className="min-w-0">
          <h1 className="font-mono text-lg">{shorten(address, 8, 6)}</h1>
          <p className="flex items-center gap-1 text-xs text-faint"><span className="font-mono break-all">{address}</span><Copy bare text={address} what="the address" /></p>
          <div className="mt-1 flex min-h-5.5 flex-wrap items-center gap-x-3 gap-y-1.5 text-sm text-soft">
            {found.isSuccess && !owner.isPending && counted(count, 'release')}
            {owner.data?.badges.map((badge) => <RuleBadge key={badge.id} badge={badge} />)}
          </div>
        </div>
      </header>
      {owner.isPending && <Loading what="the account"><ModelRowsSkeleton count={4} /></Loading>}
      <OnChain data={owner.data} />
      <section aria-labelledby="published" hidden={owner.isPending}>
        <h2 id="published" className="mb-3 text-lg">Published</h2>
        {found.isPending && <Loading what="models"><ModelRowsSkeleton count={4} /></Loading>}
        {found.isError && <ErrorState title="The list could not be fetched" error={found.error} retry={() => void found.refetch()} />}
        {found.isSuccess && models.length === 0 && <Empty icon="user" title="This account has published nothing here">Addresses are told apart by upper and lower case; the whole of it has to be right.</Empty>}
        {models.length > 0 && <ModelRows models={models} />}
        {found.hasNextPage && <div className="mt-5 text-center"><Button busy={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>Show more</Button></div>}
      </section>
    </div>
  );
}

/** What the chain knows of an account; nothing is said of one that has nothing there. */
function OnChain({ data }: { data: OwnerInfo | undefined }) {
  if (!data || data.owns.length + data.sold.length + data.earnings.length + data.sales.length === 0) return null;
  return (
    <section aria-labelledby="on-chain" className="grid gap-4">
      <h2 id="on-chain" className="text-lg">On chain</h2>
      <dl className="grid grid-cols-2 gap-px overflow-hidden rounded-lg border border-line bg-line sm:grid-cols-3 lg:grid-cols-4">
        <Tile name="Owns" value={String(data.owns.length)} note={<Names models={data.owns} />} />
        {data.sold.length > 0 && <Tile name="Given to others" value={String(data.sold.length)} note={<Names models={data.sold} />} />}
        {data.sales.map(({ token, total, payers, units }) => (
          <Tile key={token.address} name={`Paid for its models, ${token.symbol}`} value={formatAmount(total, token.decimals, 2)} note={`by ${counted(payers, 'account')} for ${formatCount(units)} units`} />
        ))}
        {data.earnings.map(({ token, credited, waiting }) => (
          <Tile key={token.address} name={`Credited, ${token.symbol}`} value={formatAmount(credited, token.decimals, 2)} note={`${formatAmount(waiting, token.decimals, 2)} not withdrawn yet`} />
        ))}
      </dl>
    </section>
  );
}

function Tile({ name, value, note }: { name: string; value: string; note: React.ReactNode }) {
  return (
    <div className="bg-card p-4">
      <dt className="label">{name}</dt>
      <dd className="text-lg font-semibold tabular-nums">{value}</dd>
      <dd className="text-xs text-faint">{note}</dd>
    </div>
  );
}

function Names({ models }: { models: OwnedModel[] }) {
  return (
    <span className="line-clamp-2">
      {models.slice(0, 4).map(({ id, owner, name }, i) => (
        <span key={id}>{i > 0 && ', '}<Link to="/models/$owner/$name" params={{ owner, name }} className="link">{name}</Link></span>
      ))}
      {models.length > 4 && ` and ${models.length - 4} more`}
    </span>
  );
}
