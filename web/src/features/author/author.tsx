import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTitle } from '../../app/layout.js';
import { Button } from '../../ui/button.js';
import { Copy } from '../../ui/copy.js';
import { counted } from '../../ui/format.js';
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
          <p className="mt-1 h-5 text-sm text-soft">{found.isSuccess && counted(count, 'release')}</p>
        </div>
      </header>
      <section aria-labelledby="published">
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
