import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTitle } from '../../app/layout.js';
import { listDeeds, listDenials, listReports, type DenialInfo, type ReportInfo } from '../../relay/index.js';
import { Address } from '../../ui/address.js';
import { Badge } from '../../ui/badge.js';
import { Button } from '../../ui/button.js';
import { Hash } from '../../ui/hash.js';
import { Part } from '../../ui/part.js';
import { Loading, Skeleton } from '../../ui/skeleton.js';
import { Empty, ErrorState } from '../../ui/states.js';
import { Table } from '../../ui/table.js';
import { tabClass } from '../../ui/tabs.js';
import { Time } from '../../ui/time.js';
import { accountOptions } from '../account/account.js';
import { SignInButton } from '../account/sign-in-button.js';
import { AllowDialog, DenyDialog, ResolveDialog } from './admin-dialogs.js';
import { reasons } from './reasons.js';
import { pageOf } from './targets.js';

/** What people report, and what this hub does not serve: for the accounts that its operator named. */
export function Admin() {
  useTitle('Reports and denials');
  const account = useQuery(accountOptions);
  return (
    <div className="page grid max-w-5xl gap-10 py-9">
      <h1 className="text-xl">Reports and denials</h1>
      {account.isPending && <Loading what="your account"><Skeleton className="h-72 rounded-lg" /></Loading>}
      {account.isError && <ErrorState title="Your account could not be fetched" error={account.error} retry={() => void account.refetch()} />}
      {account.data === null && <Empty icon="shield" title="Nobody is signed in"><p className="mb-4">This page is for the admins of this hub.</p><SignInButton /></Empty>}
      {account.data && !account.data.admin && <Empty icon="shield" title="Your account is no admin of this hub">Its operator says whose is. What you think is wrong with a model you can report on the model’s page.</Empty>}
      {account.data?.admin && (
        <>
          <Reports />
          <Denials />
          <Deeds />
        </>
      )}
    </div>
  );
}

/** What only admins are told. */
const ours = 'admin';

const states = { open: 'Open', resolved: 'Resolved' } as const;

function Reports() {
  const [state, setState] = useState<keyof typeof states>('open');
  const reports = useInfiniteQuery({
    queryKey: [ours, 'reports', state],
    queryFn: ({ pageParam, signal }) => listReports({ state, limit: 30, cursor: pageParam }, { signal }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
  });
  // What a dialog is about stays while it closes, so that it closes by itself and gives the focus back.
  const [resolving, setResolving] = useState<{ open: boolean; report?: ReportInfo }>({ open: false });
  const [denying, setDenying] = useState<{ open: boolean; report?: ReportInfo }>({ open: false });
  const found = reports.data?.pages.flatMap(({ items }) => items);
  return (
    <Part
      title="Reports"
      note="What people say is wrong, newest first."
      action={(
        <div role="group" aria-label="Which reports" className="flex gap-5">
          {Object.entries(states).map(([id, text]) => <button key={id} type="button" aria-pressed={id === state} className={tabClass(id === state)} onClick={() => setState(id as keyof typeof states)}>{text}</button>)}
        </div>
      )}
    >
      {reports.isPending && <Loading what="reports"><Skeleton className="h-40 rounded-lg" /></Loading>}
      {reports.isError && <ErrorState title="The reports could not be fetched" error={reports.error} retry={() => void reports.refetch()} />}
      {found?.length === 0 && <Empty icon="check" title={state === 'open' ? 'No open reports' : 'No report was resolved yet'} />}
      {found && found.length > 0 && (
        <ul className="grid gap-3" aria-label={`${states[state]} reports`}>
          {found.map((report) => (
            <li key={report.id} className="grid gap-3 rounded-lg border border-line bg-card p-4">
              <About report={report} />
              {report.state === 'open' && (
                <div className="flex flex-wrap justify-end gap-2">
                  <Button size="sm" aria-label={`Resolve the report about ${report.name}`} onClick={() => setResolving({ open: true, report })}>Resolve</Button>
                  <Button size="sm" variant="danger" aria-label={`Deny because of the report about ${report.name}`} onClick={() => setDenying({ open: true, report })}>Deny</Button>
                </div>
              )}
            </li>
          ))}
        </ul>
      )}
      {reports.hasNextPage && <Button className="justify-self-center" busy={reports.isFetchingNextPage} onClick={() => void reports.fetchNextPage()}>More</Button>}
      <ResolveDialog {...resolving} onClose={() => setResolving((now) => ({ ...now, open: false }))} />
      <DenyDialog {...denying} onClose={() => setDenying((now) => ({ ...now, open: false }))} />
    </Part>
  );
}

function About({ report }: { report: ReportInfo }) {
  const { owner, name, version, reason, detail, reporter, created, note, resolver, resolved } = report;
  return (
    <>
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1.5 text-sm">
        <Link to="/models/$owner/$name" params={{ owner, name }} search={version === undefined ? {} : { version }} className="link font-semibold wrap-anywhere">{name}</Link>
        <Badge>{version ?? 'all versions'}</Badge>
        <Badge tone="warn" title={reasons[reason]}>{reason}</Badge>
        <span className="text-faint">of</span> <Address of={owner} />
      </p>
      {detail && <p className="max-w-prose text-sm whitespace-pre-wrap wrap-anywhere">{detail}</p>}
      <p className="flex flex-wrap items-center gap-x-2 text-xs text-faint">Reported <Time at={created} /> by {reporter ? <Address of={reporter} className="text-ink" /> : 'somebody who was not signed in'}</p>
      {resolved && (
        <p className="flex flex-wrap items-center gap-x-2 border-t border-line pt-3 text-xs text-faint">
          Resolved <Time at={resolved} />{resolver && <> by <Address of={resolver} className="text-ink" /></>}
          <span className="w-full pt-1 text-sm whitespace-pre-wrap text-soft wrap-anywhere">{note}</span>
        </p>
      )}
    </>
  );
}

function Denials() {
  const denials = useQuery({ queryKey: [ours, 'denials'], queryFn: ({ signal }) => listDenials({}, { signal }) });
  const [denying, setDenying] = useState(false);
  const [allowing, setAllowing] = useState<{ open: boolean; denial?: DenialInfo }>({ open: false });
  return (
    <Part title="Denials" note="What this hub does not serve. The operator’s deny-list files count besides; they are not here." action={<Button onClick={() => setDenying(true)}>New denial</Button>}>
      {denials.isPending && <Loading what="denials"><Skeleton className="h-24 rounded-lg" /></Loading>}
      {denials.isError && <ErrorState title="The denials could not be fetched" error={denials.error} retry={() => void denials.refetch()} />}
      {denials.data?.items.length === 0 && <Empty icon="check" title="Nothing is denied" />}
      {denials.data && denials.data.items.length > 0 && (
        <Table
          caption="What is denied"
          rows={denials.data.items}
          rowKey={({ kind, what }) => `${kind} ${what}`}
          columns={[
            { head: 'What', names: true, cell: (denial) => <Subject denial={denial} /> },
            { head: 'Kind', className: 'max-sm:hidden', cell: ({ kind }) => <Badge>{kind}</Badge> },
            { head: 'Why', cell: ({ reason }) => <span className="whitespace-pre-wrap wrap-anywhere">{reason}</span> },
            { head: 'By', className: 'max-md:hidden', cell: ({ admin }) => <Address of={admin} /> },
            { head: 'Since', className: 'whitespace-nowrap max-sm:hidden', cell: ({ created }) => <Time at={created} /> },
            { head: <span className="sr-only">What to do</span>, end: true, cell: (denial) => <Button size="sm" variant="quiet" aria-label={`Allow again: ${denial.what}`} onClick={() => setAllowing({ open: true, denial })}>Allow again</Button> },
          ]}
        />
      )}
      <DenyDialog open={denying} onClose={() => setDenying(false)} />
      <AllowDialog {...allowing} onClose={() => setAllowing((now) => ({ ...now, open: false }))} />
    </Part>
  );
}

function Subject({ denial }: { denial: DenialInfo }) {
  const page = pageOf(denial);
  if (!page) return <Hash value={denial.what} what="the CID" />;
  return (
    <span className="grid justify-items-start gap-1">
      {page.name !== undefined && <span className="font-medium wrap-anywhere">{page.name} <span className="font-mono text-xs text-soft">{page.version}</span></span>}
      <Address of={page.owner} />
    </span>
  );
}

function Deeds() {
  const deeds = useQuery({ queryKey: [ours, 'deeds'], queryFn: ({ signal }) => listDeeds({ limit: 20 }, { signal }) });
  if (!deeds.data || deeds.data.items.length === 0) return null;
  return (
    <Part title="What admins did" note="The last of it, newest first.">
      <ol className="text-sm">
        {deeds.data.items.map(({ id, at, action, subject, note, admin }) => (
          <li key={id} className="flex items-baseline justify-between gap-4 border-b border-line py-1.5">
            <span className="min-w-0 wrap-anywhere first-letter:uppercase">{action} <span className="font-mono text-xs">{subject}</span> <span className="text-faint">{note}</span></span>
            <span className="flex shrink-0 items-center gap-3 text-xs text-faint"><Address of={admin} className="max-sm:hidden" /><Time at={at} /></span>
          </li>
        ))}
      </ol>
    </Part>
  );
}
