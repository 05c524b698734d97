import { useQuery } from '@tanstack/react-query';
import { Link, useMatchRoute, useParams, useSearch } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { RelayError, type ModelDetail, type VersionInfo } from '../../relay/index.js';
import { useTitle } from '../../app/layout.js';
import { NotFound } from '../../app/not-found.js';
import type { VersionSearch } from '../../app/router.js';
import { Badge } from '../../ui/badge.js';
import { RuleBadge } from '../../ui/badges.js';
import { buttonClass } from '../../ui/button.js';
import { formatBytes } from '../../ui/format.js';
import { shorten } from '../../ui/hash.js';
import { Mark } from '../../ui/mark.js';
import { Loading, Skeleton } from '../../ui/skeleton.js';
import { ErrorState } from '../../ui/states.js';
import { tabClass } from '../../ui/tabs.js';
import { Report } from '../care/report.js';
import { Card } from './card.js';
import { Facts } from './facts.js';
import { Files } from './files.js';
import { LineageView } from './lineage-view.js';
import { Ownership } from './ownership.js';
import { modelQuery, versionsQuery } from './queries.js';
import { Run } from './run.js';
import { taskName } from './tasks.js';
import { Use } from './use.js';
import { Versions } from './versions.js';

/** Parts of the page, each with an address. */
const tabs = [
  { id: '', text: 'Card' },
  { id: 'files', text: 'Files' },
  { id: 'versions', text: 'Versions' },
  { id: 'lineage', text: 'Lineage' },
  { id: 'ownership', text: 'Ownership' },
  { id: 'use', text: 'Use it' },
] as const;

/** A model and one of its versions: the one in the address, else the highest. */
export function ModelPage() {
  const { owner, name, tab = '' } = useParams({ strict: false });
  if (owner === undefined || name === undefined || !tabs.some(({ id }) => id === tab)) return <NotFound />;
  return <Page owner={owner} name={name} tab={tab} />;
}

function Page({ owner, name, tab }: { owner: string; name: string; tab: string }) {
  const search: VersionSearch = useSearch({ strict: false });
  const model = useQuery(modelQuery(owner, name));
  const versions = useQuery(versionsQuery(owner, name));
  const wanted = search.version ?? model.data?.version;
  const version = versions.data?.items.find((each) => each.version === wanted);
  const unverified = model.data?.release === '' ? model.data.onChain?.versions.find((each) => each.version === wanted && each.state !== 'verified') : undefined;
  useTitle(model.data && (model.data.title || model.data.name));
  const nav = useRef<HTMLElement>(null);
  useEffect(() => {
    // On a phone there is not room for all of them.
    const current = nav.current?.querySelector<HTMLElement>('[aria-current]');
    if (nav.current && current) nav.current.scrollLeft = current.offsetLeft - nav.current.offsetLeft - (nav.current.clientWidth - current.clientWidth) / 2;
  }, [tab, model.isSuccess]);
  if (model.isError) {
    if (model.error instanceof RelayError && model.error.status === 404) return <NotFound />;
    const denied = model.error instanceof RelayError && model.error.status === 451;
    return (
      <div className="page py-12">
        <ErrorState title={denied ? 'This hub does not serve this model' : 'The model could not be fetched'} error={model.error} {...(!denied && { retry: () => void model.refetch() })} />
      </div>
    );
  }
  if (!model.data) return <PageSkeleton name={name} />;
  return (
    <div className="page py-7">
      <Head owner={owner} name={name} model={model.data} version={version} versions={versions.data?.items} />
      <nav ref={nav} aria-label="Parts of this page" className="mt-5 flex gap-6 overflow-x-auto border-b border-line">
        {tabs.map(({ id, text }) => (
          <Link
            key={id}
            to={id === '' ? '/models/$owner/$name' : '/models/$owner/$name/$tab'}
            params={{ owner, name, tab: id }}
            search={search.version === undefined ? {} : { version: search.version }}
            aria-current={id === tab ? 'page' : undefined}
            activeOptions={{ exact: true }} // the card's address begins those of the others
            activeProps={{}}
            className={tabClass(id === tab)}
            resetScroll={false}
          >
            {text}
          </Link>
        ))}
      </nav>
      {unverified && (
        <div className="grid gap-8 pt-6">
          <ErrorState title="What was published could not be verified" error={`The chain names a manifest, but this hub could not check it: ${unverified.reason ?? unverified.state}. Nothing of it is shown or run.`} />
          {tab === 'ownership' && <Ownership model={model.data} />}
        </div>
      )}
      <div hidden={unverified !== undefined} className="pt-6">
        {versions.isError && <ErrorState title="Its versions could not be fetched" error={versions.error} retry={() => void versions.refetch()} />}
        {versions.isSuccess && !version && <ErrorState title={`There is no version ${wanted ?? ''}`} error="It was never published here, or this hub does not serve it." />}
        {!versions.isError && (version !== undefined || versions.isPending) && <Body tab={tab} model={model.data} version={version} versions={versions.data?.items} />}
      </div>
    </div>
  );
}

interface BodyProps {
  tab: string;
  model: ModelDetail;
  version: VersionInfo | undefined;
  versions: VersionInfo[] | undefined;
}

function Body({ tab, model, version, versions }: BodyProps) {
  if (!version || !versions) return <BodySkeleton />;
  switch (tab) {
    case 'files':
      return <Files model={model} version={version} />;
    case 'versions':
      return <Versions model={model} version={version} versions={versions} />;
    case 'lineage':
      return <LineageView model={model} version={version} />;
    case 'ownership':
      return <Ownership model={model} />;
    case 'use':
      return <Use model={model} version={version} />;
    default:
      return (
        <div className="grid gap-x-10 gap-y-8 lg:grid-cols-[minmax(0,1fr)_19rem]">
          <div className="grid min-w-0 content-start gap-8">
            <Run model={model} version={version} />
            <Card version={version} />
          </div>
          <Facts model={model} version={version} />
        </div>
      );
  }
}

/** In the shape of the page. None of it is part of the page when that is there, so nothing moves. */
function PageSkeleton({ name }: { name: string }) {
  return (
    <div className="page py-7">
      <Loading what={name}>
        <div className="flex gap-4">
          <Skeleton className="size-14 rounded-md" />
          <div className="grid flex-1 content-start gap-2.5">
            <Skeleton className="h-4 w-44" />
            <Skeleton className="h-6 w-64 max-w-full" />
            <Skeleton className="h-4 w-96 max-w-full" />
          </div>
        </div>
      </Loading>
    </div>
  );
}

function BodySkeleton() {
  return (
    <Loading what="the model">
      <div className="grid gap-10 lg:grid-cols-[minmax(0,1fr)_19rem]">
        <Skeleton className="h-[70vh] rounded-lg" />
        <Skeleton className="h-96 rounded-lg" />
      </div>
    </Loading>
  );
}

function Head({ owner, name, model, version, versions = [] }: { owner: string; name: string; model: ModelDetail; version: VersionInfo | undefined; versions: VersionInfo[] | undefined }) {
  const match = useMatchRoute();
  const onVersions = Boolean(match({ to: '/models/$owner/$name/$tab', params: { owner, name, tab: 'versions' } }));
  return (
    <header className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-2.5 sm:grid-cols-[auto_minmax(0,1fr)_auto] sm:gap-y-0.5">
      <Mark of={`${owner}/${name}`} size={56} className="max-sm:size-11 sm:row-span-2" />
      <div className="min-w-0">
        <p className="truncate text-sm text-faint">
          <Link to="/authors/$address" params={{ address: owner }} className="font-mono text-xs text-soft hover:text-accent hover:underline">{shorten(owner)}</Link>
          <span aria-hidden="true"> / </span>
          <span className="font-mono text-xs">{name}</span>
        </p>
        <h1 className="text-xl wrap-anywhere">{model.title || model.name}</h1>
      </div>
      <div className="col-span-2 min-w-0 sm:col-span-1 sm:col-start-2 sm:row-start-2">
        {model.summary && <p className="max-w-prose text-soft wrap-anywhere">{model.summary}</p>}
        <ul aria-label="What it is" className="mt-2 flex flex-wrap gap-1.5 *:flex">
              <li>
                <Link to="/models/$owner/$name/$tab" params={{ owner, name, tab: 'versions' }} aria-current={onVersions ? 'page' : undefined} className="flex no-underline">
                  <Badge>{version?.version ?? model.version}</Badge>
                </Link>
              </li>
              {model.onChain?.badges.map((badge) => <li key={badge.id}><RuleBadge badge={badge} /></li>)}
              {model.kind === 'dataset' && <li><Badge tone="note">Data set</Badge></li>}
              {model.task && <li><Link to="/models" search={{ task: model.task }} className="flex no-underline"><Badge>{taskName(model.task)}</Badge></Link></li>}
              {model.license && <li><Badge>{model.license}</Badge></li>}
              {model.format && <li><Badge>{model.format.toUpperCase()}</Badge></li>}
              <li><Badge>{formatBytes(version?.bytes ?? model.bytes)}</Badge></li>
              {model.imitates && (
                <li>
                  <Link to="/models/$owner/$name" params={model.imitates} className="no-underline">
                    <Badge tone="warn">Not {shorten(model.imitates.owner)}/{model.imitates.name}, which it looks like</Badge>
                  </Link>
                </li>
              )}
              {version && version.version !== model.version && <li><Badge tone="warn">not the latest: {model.version} is</Badge></li>}
              {model.tags.map((tag) => <li key={tag}><Link to="/models" search={{ q: tag }} className="flex no-underline"><Badge>#{tag}</Badge></Link></li>)}
        </ul>
      </div>
      <div className="col-span-2 flex flex-row-reverse items-start justify-end gap-2 sm:col-span-1 sm:col-start-3 sm:row-span-2 sm:row-start-1 sm:flex-row">
        <Report owner={owner} name={name} version={version?.version} versions={versions.map((each) => each.version)} />
        <Link
          to="/models/$owner/$name/$tab"
          params={{ owner, name, tab: 'use' }}
          search={version === undefined || version.version === model.version ? {} : { version: version.version }}
          activeProps={{}}
          className={buttonClass({ variant: 'primary', size: 'sm' })}
          resetScroll={false}
        >
          Use {model.kind === 'dataset' ? 'this data set' : 'this model'}
        </Link>
      </div>
    </header>
  );
}
