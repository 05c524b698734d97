import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useTitle } from '../../app/layout.js';
import type { ModelSearch } from '../../app/router.js';
import { Button, buttonClass } from '../../ui/button.js';
import { cx } from '../../ui/cx.js';
import { counted } from '../../ui/format.js';
import { Icon } from '../../ui/icon.js';
import { shorten } from '../../ui/hash.js';
import { Loading } from '../../ui/skeleton.js';
import { Empty, ErrorState } from '../../ui/states.js';
import type { FacetInfo } from '../../relay/index.js';
import { ModelRows, ModelRowsSkeleton } from '../model/model-row.js';
import { searchQuery } from '../model/queries.js';
import { taskName } from '../model/tasks.js';

const route = getRouteApi('/models');

const facetNames = { kind: 'Kind', task: 'Task', license: 'License', format: 'Format', size: 'Size' } as const;
type FacetField = keyof typeof facetNames;

const sizes: Record<string, string> = { small: 'Below 10 MB', medium: '10 to 100 MB', large: '100 MB to 1 GB', huge: 'Above 1 GB' };

function valueName(field: string, value: string): string {
  if (field === 'task') return taskName(value);
  if (field === 'format') return value.toUpperCase();
  if (field === 'size') return sizes[value] ?? value;
  if (field === 'kind') return value === 'dataset' ? 'Data sets' : 'Models';
  return value;
}

/** Models by text and by what they are. Everything that was chosen is in the address. */
export function Search() {
  const search = route.useSearch();
  useTitle(search.q ? `“${search.q}”` : 'Models');
  const found = useInfiniteQuery({ ...searchQuery(search), placeholderData: keepPreviousData });
  const models = found.data?.pages.flatMap(({ items }) => items) ?? [];
  const facets = found.data?.pages[0]?.facets ?? [];
  const total = facets.filter(({ field }) => field === 'kind').reduce((sum, { count }) => sum + count, 0);
  return (
    <div className="page grid gap-x-8 gap-y-5 py-7 lg:grid-cols-[13rem_minmax(0,1fr)] lg:grid-rows-[auto_1fr]">
      <div className="lg:col-start-2">
        <h1 className="text-xl">{search.q ? <>Results for “{search.q}”</> : 'Models'}</h1>
        <p role="status" className="mt-1 h-5 text-sm text-faint">
          {found.isPending || found.isError ? '' : total >= 10_000 ? 'More than 10,000 found' : counted(total, 'result')}
          {!search.q && total > 0 && (search.sort === 'trending' ? ', most used by others first' : ', updated last first')}
        </p>
        {!search.q && <Order search={search} />}
      </div>
      <Facets facets={facets} search={search} />
      <div className="min-w-0 lg:col-start-2">
        <h2 className="sr-only">What was found</h2>
        <Chosen search={search} />
        {found.isPending && <Loading what="models"><ModelRowsSkeleton count={10} /></Loading>}
        {found.isError && <ErrorState title="The list could not be fetched" error={found.error} retry={() => void found.refetch()} />}
        {found.isSuccess && models.length === 0 && (
          <Empty title={search.q ? `Nothing is found for “${search.q}”` : 'There is nothing here yet'}>
            {Object.keys(search).length > 0
              ? <>All words have to be in a model’s name, title, summary, tags, author or card. <Link to="/models" className="link">Show everything</Link></>
              : <>The first one could be yours: <Link to="/publish" className="link">publish a model</Link>.</>}
          </Empty>
        )}
        {models.length > 0 && (
          <div className={cx('transition-opacity', found.isPlaceholderData && 'opacity-60')}>
            <ModelRows models={models} />
            {found.hasNextPage && (
              <div className="mt-5 text-center">
                <Button busy={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>Show more</Button>
              </div>
            )}
          </div>
        )}
      </div>
    </div>
  );
}

/** Where there is no text to fit, what comes first. */
function Order({ search }: { search: ModelSearch }) {
  return (
    <nav aria-label="Order" className="mt-2 flex gap-4 text-sm">
      {[{ sort: '', text: 'Updated' }, { sort: 'trending', text: 'Trending' }].map(({ sort, text }) => {
        const chosen = (search.sort ?? '') === sort;
        return (
          <Link key={text} to="/models" search={{ ...search, sort }} aria-current={chosen ? 'true' : undefined} activeOptions={{ exact: true }} activeProps={{}} className={cx('rounded-sm no-underline', chosen ? 'font-semibold text-ink' : 'text-soft hover:text-ink hover:underline')}>
            {text}
          </Link>
        );
      })}
    </nav>
  );
}

/** What was chosen, each with a way to take it back. */
function Chosen({ search }: { search: ModelSearch }) {
  const chosen = (['owner', ...Object.keys(facetNames)] as (keyof ModelSearch)[]).filter((field) => search[field]);
  if (chosen.length === 0) return null;
  return (
    <ul className="mb-4 flex flex-wrap gap-2" aria-label="Chosen">
      {chosen.map((field) => (
        <li key={field}>
          <Link to="/models" search={{ ...search, [field]: undefined }} aria-label={`Remove ${valueName(field, search[field] ?? '')}`} className={buttonClass({ size: 'sm' })}>
            {field === 'owner' ? `by ${shorten(search.owner ?? '')}` : valueName(field, search[field] ?? '')}
            <Icon name="close" />
          </Link>
        </li>
      ))}
    </ul>
  );
}

function Facets({ facets, search }: { facets: FacetInfo[]; search: ModelSearch }) {
  const groups = (Object.keys(facetNames) as FacetField[]).map((field) => ({ field, values: facets.filter((facet) => facet.field === field && facet.value !== '') }));
  const list = groups.map(({ field, values }) => (
    <section key={field} aria-label={facetNames[field]} className={cx(values.length === 0 && 'hidden')}>
      <h2 className="label mb-1.5">{facetNames[field]}</h2>
      <ul>
        {values.slice(0, 12).map(({ value, count }) => {
          const chosen = search[field] === value;
          return (
            <li key={value}>
              <Link
                to="/models"
                search={{ ...search, [field]: chosen ? undefined : value }}
                aria-current={chosen ? 'true' : undefined}
                className={cx('-mx-2 flex items-baseline justify-between gap-3 rounded-sm px-2 py-1 text-sm no-underline hover:bg-sunken', chosen ? 'bg-accent-wash font-semibold text-accent' : 'text-soft')}
              >
                <span className="truncate">{valueName(field, value)}</span>
                <span className="text-xs text-faint tabular-nums">{count}</span>
              </Link>
            </li>
          );
        })}
      </ul>
    </section>
  ));
  return (
    <>
      <aside aria-label="Filters" className="hidden content-start gap-5 lg:col-start-1 lg:row-span-2 lg:row-start-1 lg:grid">{list}</aside>
      <details className="rounded-lg border border-line bg-card lg:hidden">
        <summary className="px-3.5 py-2.5 text-sm font-semibold">Filters</summary>
        <div className="grid gap-5 px-3.5 pb-4 sm:grid-cols-3">{list}</div>
      </details>
    </>
  );
}
