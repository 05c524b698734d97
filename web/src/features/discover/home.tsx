import { queryOptions, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTitle } from '../../app/layout.js';
import { getStats } from '../../relay/index.js';
import { buttonClass } from '../../ui/button.js';
import { cx } from '../../ui/cx.js';
import { formatCount } from '../../ui/format.js';
import { Icon } from '../../ui/icon.js';
import { Loading, Skeleton } from '../../ui/skeleton.js';
import { Empty, ErrorState } from '../../ui/states.js';
import { Widget } from '../../ui/widget.js';
import { ModelRows, ModelRowsSkeleton } from '../model/model-row.js';
import { configQuery, listQuery } from '../model/queries.js';
import { isShown, taskName } from '../model/tasks.js';

/** Rows of a list on the home page. */
const rows = 8;
/** Of the one above it. */
const trendingRows = 4;

export function Home() {
  useTitle('');
  return (
    <>
      <div className="page grid gap-x-12 gap-y-10 pt-8 pb-12 lg:grid-cols-[minmax(0,1fr)_27rem] lg:grid-rows-[auto_auto_1fr] lg:pt-12">
        <section>
          <h1 className="max-w-xl text-3xl font-bold tracking-tight">AI models you can check</h1>
          <p className="mt-5 max-w-xl text-md text-soft">
            Every model here is named by its hash and signed by its author. Your browser checks each byte before it is used, then runs the model on
            your own machine: no server in between, nothing to install.
          </p>
          <div className="mt-7 flex flex-wrap gap-3">
            <Link to="/models" className={buttonClass({ variant: 'primary', size: 'lg' })}>Browse models</Link>
            <Link to="/publish" className={buttonClass({ size: 'lg' })}>Publish yours</Link>
          </div>
        </section>
        <Try />
        <div className="grid gap-6 empty:hidden lg:col-start-1 lg:-mt-2">
          <Stats />
          <Tasks />
        </div>
        <Lists />
      </div>
      <How />
    </>
  );
}

/** A model that runs right here. Until it is known which, there is room for the tallest: what stands below comes into view only where it stays. */
function Try() {
  const { data, isPending } = useQuery(configQuery);
  const shown = data?.releases.filter(({ task }) => isShown(task)).sort((a, b) => a.bytes - b.bytes)[0];
  return (
    <section aria-labelledby="try" className={cx('min-w-0 lg:col-start-2 lg:row-span-3 lg:row-start-1', isPending ? 'min-h-[54rem]' : shown && 'min-h-[40rem]')}>
      <div className="mb-2 flex h-6 items-center justify-between gap-4">
        <h2 id="try" className="label shrink-0 whitespace-nowrap">Running right here</h2>
        {shown && <span className="min-w-0 truncate text-xs text-faint">{shown.title || shown.name} {shown.version}</span>}
      </div>
      {isPending && <Skeleton className="h-90 rounded-lg" />}
      {shown && <Widget release={shown.release} task={shown.task} signer={shown.signer} bytes={shown.bytes} sources={data.gateways} />}
      {!isPending && !shown && <Empty icon="play" title="Nothing to try yet">When a model is published that this page has samples for, it can be run here.</Empty>}
    </section>
  );
}

const statsQuery = queryOptions({ queryKey: ['stats'], queryFn: ({ signal }) => getStats({}, { signal }) });

/** Whether all that the page is made from is there, or is known not to come: all of it is shown at once, so that nothing pushes the rest down. */
function useSettled(): boolean {
  const asked = [useQuery(statsQuery), useQuery(listQuery({}, rows)), useQuery(listQuery({ sort: 'trending' }, trendingRows))];
  return asked.every(({ isPending }) => !isPending);
}

/** What is on chain, in numbers. */
function Stats() {
  const { data } = useQuery(statsQuery);
  if (!useSettled()) return <div className="h-12" />;
  const facts = data && data.models + data.datasets > 0
    ? [[data.models + data.datasets, 'on chain'], [data.verified, 'versions verified'], [data.publishers, 'publishers'], [data.payers, 'paying accounts'], [data.units, 'units of use paid']] as const
    : [];
  if (facts.length === 0) return null;
  return (
    <dl className="flex flex-wrap gap-x-8 gap-y-3">
      {facts.filter(([count]) => count > 0).map(([count, name]) => (
        <div key={name} className="flex flex-col-reverse">
          <dt className="text-xs text-faint">{name}</dt>
          <dd className="text-lg font-semibold tabular-nums">{formatCount(count)}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Ways into the list by what models are for. */
function Tasks() {
  const { data } = useQuery(listQuery({}, rows));
  if (!useSettled()) return <div className="h-16" />;
  const tasks = data?.facets?.filter(({ field, value }) => field === 'task' && value !== '') ?? [];
  if (tasks.length === 0) return null;
  return (
    <nav aria-label="Tasks">
      <p className="label mb-2">Tasks</p>
      <ul className="flex flex-wrap gap-2">
        {tasks.slice(0, 5).map(({ value, count }) => (
          <li key={value}>
            <Link to="/models" search={{ task: value }} className={buttonClass({ size: 'sm' }, 'font-medium')}>
              {taskName(value)} <span className="text-faint tabular-nums">{count}</span>
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** What is used, where anything is, then what is new. */
function Lists() {
  const fresh = useQuery(listQuery({}, rows));
  const trending = useQuery(listQuery({ sort: 'trending' }, trendingRows));
  const used = trending.data?.items.filter(({ score }) => score !== undefined) ?? [];
  if (!useSettled()) return <section aria-label="Models" className="lg:col-start-1"><div className="mb-3 h-6.5" /><Loading what="models"><ModelRowsSkeleton count={rows} /></Loading></section>;
  const { data, isError, error, refetch } = fresh;
  return (
    <div className="grid content-start gap-9 lg:col-start-1">
      {used.length > 0 && (
        <section aria-labelledby="trending">
          <div className="mb-3 flex items-baseline justify-between gap-4">
            <h2 id="trending" className="text-lg">Trending</h2>
            <Link to="/models" search={{ sort: 'trending' }} className="link text-sm">Most used first</Link>
          </div>
          <ModelRows models={used} />
        </section>
      )}
      <section aria-labelledby="new">
        <div className="mb-3 flex items-baseline justify-between gap-4">
          <h2 id="new" className="text-lg">New and updated</h2>
          <Link to="/models" className="link text-sm">All models</Link>
        </div>
        {isError && <ErrorState title="The list of models could not be fetched" error={error} retry={() => { void refetch(); void trending.refetch(); }} />}
        {data && (data.items.length > 0
          ? <ModelRows models={data.items} />
          : <Empty title="No model has been published here yet">The first one could be yours: <Link to="/publish" className="link">publish a model</Link>.</Empty>)}
      </section>
    </div>
  );
}

const steps = [
  { icon: 'key', title: 'One hash names the model', text: 'A release is named by the hash of its manifest. If one character of it differed, nothing would load.' },
  { icon: 'shield', title: 'The author signed it', text: 'Your browser recovers the signer’s address from the signature. Ownership, price and shares are on a public chain.' },
  { icon: 'check', title: 'Every chunk proves itself', text: 'Files come from any source in pieces of 1 MiB. A wrong one is thrown away before use, and who sent it is shown with the evidence.' },
  { icon: 'play', title: 'The same bits everywhere', text: 'The model becomes WebAssembly with a fixed order of arithmetic, so anybody can compute the same answer again.' },
] as const;

function How() {
  return (
    <section aria-labelledby="how" className="page pt-8">
      <h2 id="how" className="text-lg">How it is checked</h2>
      <ol className="mt-4 grid gap-x-8 gap-y-6 sm:grid-cols-2 lg:grid-cols-4">
        {steps.map(({ icon, title, text }) => (
          <li key={title} className="border-t-2 border-accent pt-3">
            <h3 className="flex items-center gap-2 text-base"><Icon name={icon} className="text-accent" />{title}</h3>
            <p className="mt-1 text-sm text-soft">{text}</p>
          </li>
        ))}
      </ol>
      <p className="mt-6 max-w-prose text-sm text-faint">
        None of this says that a model is good, fair or safe, or who a person behind an address is. It says that what you run is what was published, all of it.
      </p>
    </section>
  );
}
