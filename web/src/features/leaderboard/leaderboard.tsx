import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTitle } from '../../app/layout.js';
import { listAuthors } from '../../relay/index.js';
import { Address } from '../../ui/address.js';
import { RuleBadge } from '../../ui/badges.js';
import { formatCount } from '../../ui/format.js';
import { Loading, Skeleton } from '../../ui/skeleton.js';
import { Empty, ErrorState } from '../../ui/states.js';
import { Table } from '../../ui/table.js';

/** Authors by what others pay for the use of their models. */
export function Leaderboard() {
  useTitle('Leaderboard');
  const { data, isPending, isError, error, refetch } = useQuery({ queryKey: ['leaderboard'], queryFn: ({ signal }) => listAuthors({ limit: 100 }, { signal }) });
  return (
    <div className="page grid gap-6 py-9">
      <header>
        <h1 className="text-2xl">Leaderboard</h1>
        <p className="mt-2 max-w-prose text-soft">
          Authors by what people who have nothing to do with them pay for the use of their models. A payer counts with the root of their dollars,
          halved every 30 days, and nobody for more than 5 % of a model’s score.
        </p>
        <p className="mt-2 max-w-prose text-sm text-faint">
          What it does not see: models that run in browsers for nothing, payments past these contracts or in other tokens than dollars, and whether two accounts are one person.
        </p>
      </header>
      {isPending && <Loading what="the leaderboard"><Skeleton className="h-96 rounded-lg" /></Loading>}
      {isError && <ErrorState title="The leaderboard could not be fetched" error={error} retry={() => void refetch()} />}
      {data?.items.length === 0 && (
        <Empty icon="user" title="Nobody is on it yet">
          An author is listed once somebody else has paid for a verified model of theirs. <Link to="/models" className="link">Browse models</Link>
        </Empty>
      )}
      {data && data.items.length > 0 && (
        <Table
          caption="Authors"
          rows={data.items}
          rowKey={({ author }) => author}
          columns={[
            { head: 'Rank', className: 'w-14 tabular-nums text-faint', cell: ({ rank }) => rank },
            {
              head: 'Author',
              names: true,
              cell: ({ author, badges }) => (
                <span className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
                  <Address of={author} />
                  <span className="flex flex-wrap gap-1.5 empty:hidden">{badges.map((badge) => <RuleBadge key={badge.id} badge={badge} />)}</span>
                </span>
              ),
            },
            { head: 'Score', end: true, className: 'font-semibold', cell: ({ score }) => score.toLocaleString('en', { maximumFractionDigits: score < 10 ? 2 : 0 }) },
            { head: 'Payers', end: true, cell: ({ payers }) => formatCount(payers) },
            { head: 'Models', end: true, className: 'max-sm:hidden', cell: ({ models }) => formatCount(models) },
          ]}
        />
      )}
    </div>
  );
}
