import { Link } from '@tanstack/react-router';
import type { ModelInfo } from '../../relay/index.js';
import { Badge } from '../../ui/badge.js';
import { formatBytes } from '../../ui/format.js';
import { shorten } from '../../ui/hash.js';
import { Icon } from '../../ui/icon.js';
import { Mark } from '../../ui/mark.js';
import { Skeleton } from '../../ui/skeleton.js';
import { Time } from '../../ui/time.js';
import { taskName } from './tasks.js';

// Rows have one height, on phones another, whatever is in them: what stands below does not move when they arrive.
const row = 'relative flex h-24 items-center gap-3.5 px-3.5 sm:h-19';

/** One model in a list. The whole row leads to it. */
export function ModelRow({ model }: { model: ModelInfo }) {
  const { owner, name, title, summary, task, bytes, version, updated, kind } = model;
  return (
    <li className={`${row} border-b border-line last:border-0 hover:bg-sunken/60`}>
      <Mark of={`${owner}/${name}`} size={40} />
      <div className="min-w-0 flex-1">
        <h3 className="flex items-baseline gap-2 text-base leading-5">
          <Link to="/models/$owner/$name" params={{ owner, name }} className="truncate rounded-sm font-semibold text-ink no-underline after:absolute after:inset-0 hover:text-accent">{title || name}</Link>
          {model.chain?.state === 'verified' && (
            <span className="shrink-0 self-center" title="Verified: the chain names its manifest, and this hub checked that"><Icon name="shield" className="size-3.5 text-accent" /><span className="sr-only">, verified</span></span>
          )}
          <span className="hidden shrink-0 font-mono text-xs font-normal tracking-normal text-faint sm:inline">{version}</span>
        </h3>
        <p className="truncate text-sm text-soft">{summary || ' '}</p>
        <p className="flex items-center gap-2 overflow-hidden text-xs whitespace-nowrap text-faint">
          <span className="truncate font-mono">{shorten(owner)}/{name}</span>
          {model.imitates && <span className="text-warn">looks like {shorten(model.imitates.owner)}/{model.imitates.name}</span>}
          <span className="sm:hidden">· {formatBytes(bytes)}</span>
        </p>
      </div>
      <div className="hidden w-32 shrink-0 justify-end md:flex">
        {task ? <Badge>{taskName(task)}</Badge> : kind === 'dataset' && <Badge tone="note">Data set</Badge>}
      </div>
      <dl className="hidden w-24 shrink-0 text-right text-xs text-faint tabular-nums sm:block">
        <dt className="sr-only">Size</dt>
        <dd className="text-sm text-soft">{formatBytes(bytes)}</dd>
        <dt className="sr-only">Updated</dt>
        <dd><Time at={updated} /></dd>
      </dl>
    </li>
  );
}

export function ModelRows({ models }: { models: readonly ModelInfo[] }) {
  return (
    <ul className="overflow-hidden rounded-lg border border-line bg-card">
      {models.map((model) => <ModelRow key={`${model.owner}/${model.name}`} model={model} />)}
    </ul>
  );
}

/** Holds the place of as many rows. */
export function ModelRowsSkeleton({ count }: { count: number }) {
  return (
    <div className="overflow-hidden rounded-lg border border-line bg-card">
      {Array.from({ length: count }, (_, i) => (
        <div key={i} className={`${row} border-b border-line last:border-0`}>
          <Skeleton className="size-10 rounded-md" />
          <div className="grid flex-1 gap-2">
            <Skeleton className="h-3.5 w-40" />
            <Skeleton className="h-3 w-4/5" />
          </div>
        </div>
      ))}
    </div>
  );
}
