import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import type { ModelDetail, VersionInfo } from '../../relay/index.js';
import { cx } from '../../ui/cx.js';
import { Icon, type IconName } from '../../ui/icon.js';
import { Skeleton } from '../../ui/skeleton.js';
import { Empty } from '../../ui/states.js';
import { Widget } from '../../ui/widget.js';
import { offersQuery } from '../jobs/queries.js';
import { isShown } from './tasks.js';
import { useRelease } from './release-query.js';

const Remote = lazy(() => import('../jobs/remote.js').then(({ Remote }) => ({ default: Remote })));

/**
 * The model, to be run: in this page, where the widget has a view for its task, and by providers, where there are some. Others are run from
 * code.
 */
export function Run({ model, version }: { model: ModelDetail; version: VersionInfo }) {
  const { gateways, config } = useRelease(version);
  const { data: offers = [], isPending } = useQuery(offersQuery(version.manifest));
  const [chosen, choose] = useState<'here' | 'remote'>();
  const here = isShown(model.task);
  if (version.release === '') return <NotHere />;
  if (!here && offers.length === 0) return null;
  const place = chosen ?? (here ? 'here' : 'remote');
  const option = (id: 'here' | 'remote', icon: IconName, text: string) => (
    <button
      type="button"
      aria-pressed={place === id}
      onClick={() => choose(id)}
      className={cx('flex items-center gap-2 rounded-md px-3 py-1.5 text-sm font-medium', place === id ? 'bg-card text-ink shadow-raised' : 'text-soft hover:text-ink')}
    >
      <Icon name={icon} />{text}
    </button>
  );
  return (
    <section aria-labelledby="run" className="grid gap-4">
      <h2 id="run" className="sr-only">Run it</h2>
      {here && offers.length > 0 && (
        <div role="group" aria-label="Where it runs" className="flex w-fit max-w-full flex-wrap gap-1 rounded-lg bg-sunken p-1">
          {option('here', 'shield', 'In your browser')}
          {option('remote', 'out', 'On a provider')}
        </div>
      )}
      {here && (
        <div hidden={place !== 'here'}>
          {config.isPending || isPending // so that the switch above is there first, and nothing moves
            ? <div className="h-[100vh]" />
            : <Widget release={version.release} task={model.task} signer={version.signer} bytes={version.bytes} sources={gateways} />}
        </div>
      )}
      {place === 'remote' && <Suspense fallback={<Skeleton className="h-72 rounded-lg" />}><Remote model={model} version={version} /></Suspense>}
    </section>
  );
}

/** What only the chain has told of: its manifest was fetched and is checked, its files may be anywhere. */
export function NotHere() {
  return <Empty icon="play" title="It cannot be run from here yet">The chain names this version, and its manifest is here; the release with its files has not come to this hub.</Empty>;
}
