import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useTitle } from '../../app/layout.js';
import { NotFound } from '../../app/not-found.js';
import { RelayError, type ProviderAbout, type ProviderRecord, type ProviderView } from '../../relay/index.js';
import { Badge } from '../../ui/badge.js';
import { Copy } from '../../ui/copy.js';
import { Figures } from '../../ui/facts.js';
import { counted } from '../../ui/format.js';
import { shorten } from '../../ui/hash.js';
import { Icon } from '../../ui/icon.js';
import { Mark } from '../../ui/mark.js';
import { Part } from '../../ui/part.js';
import { Loading, Skeleton } from '../../ui/skeleton.js';
import { Empty, ErrorState } from '../../ui/states.js';
import { Table } from '../../ui/table.js';
import { Time } from '../../ui/time.js';
import { OfferTable } from './offer-table.js';
import { modeName } from './kinds.js';
import { providerViewQuery } from './queries.js';
import { policies } from './routing.js';

/** What anybody sees of a provider. */
export function ProviderViewPage() {
  const { address } = useParams({ strict: false });
  return address === undefined ? <NotFound /> : <Page key={address} address={address} />;
}

function Page({ address }: { address: string }) {
  useTitle(`Provider ${shorten(address)}`);
  const provider = useQuery(providerViewQuery(address));
  const never = provider.error instanceof RelayError && provider.error.status === 404;
  return (
    <div className="page grid max-w-4xl gap-8 py-9">
      <header className="flex items-center gap-4">
        <Mark of={address} round size={44} />
        <div className="min-w-0">
          <p className="text-sm text-faint">Provider</p>
          <h1 className="flex items-center gap-1 font-mono text-md wrap-anywhere" title={address}>{shorten(address, 10, 8)}<Copy bare text={address} what="the provider’s address" /></h1>
        </div>
      </header>
      {provider.isPending && <Loading what="the provider"><Skeleton className="h-80 rounded-lg" /></Loading>}
      {provider.isError && (never
        ? <Empty icon="play" title="This account was never a provider here">Other hubs may know it.</Empty>
        : <ErrorState title="The provider could not be fetched" error={provider.error} retry={() => void provider.refetch()} />)}
      {provider.data && <Seen provider={provider.data} />}
    </div>
  );
}

function Seen({ provider }: { provider: ProviderView }) {
  const { banned, here, about, checked, offers, records } = provider;
  const all = checked.agrees + checked.differs + checked.disputed;
  const facts: [name: string, value: React.ReactNode, note: string][] = [
    ['Connected', here ? <Badge key="here" tone="good">now</Badge> : <Badge key="gone" tone="warn">not to this hub</Badge>, here ? `by ${counted(about.length, 'line')}` : ''],
    ['Checked', all.toLocaleString('en'), 'answers that others gave again'],
    ['Agreed', checked.agrees.toLocaleString('en'), 'in strict mode bit for bit'],
    ['False', checked.differs.toLocaleString('en'), `${checked.disputed.toLocaleString('en')} more disputed`],
  ];
  return (
    <>
      {banned && (
        <div role="note" className="grid gap-1 rounded-lg bg-bad-wash p-4 text-sm">
          <p className="flex items-center gap-2 font-semibold text-bad"><Icon name="warn" />This hub gives it no jobs: an answer of its was false</p>
          <p className="wrap-anywhere text-ink">{banned.reason}. <Time at={banned.at} />. <Link to="/receipts/$id" params={{ id: banned.job }} className="link">Receipt and evidence</Link>, for who ran it, and for all where its payer shares it.</p>
        </div>
      )}
      <section aria-label="Summary" className="grid gap-3">
        <Figures facts={facts} />
      </section>
      <Part title="What it says of itself" note="Nobody can check this; the provider answers for it by name.">
        {about.length === 0
          ? <p className="text-sm text-soft">{here ? 'It says nothing.' : 'It says so when it is connected.'}</p>
          : <ul className="grid gap-1.5 text-sm">{[...new Set(about.map(sentence))].map((text) => <li key={text} className="wrap-anywhere first-letter:uppercase">{text}</li>)}</ul>}
      </Part>
      <Part title="Offers" note="What it runs now, and for how much.">
        {offers.length === 0 ? <p className="text-sm text-soft">Nothing now.</p> : <OfferTable offers={offers} />}
      </Part>
      <Part title="Record" note="Its answers that were false, or are disputed: the newest 20.">
        {records.length === 0
          ? <p className="text-sm text-soft">{all > 0 ? 'None.' : 'None; nor was an answer of its looked at yet.'}</p>
          : (
            <Table<ProviderRecord>
              caption="Answers that were false, or are disputed"
              rows={records}
              rowKey={({ job, at }) => `${job} ${at}`}
              columns={[
                { head: 'Job', names: true, cell: ({ job }) => <Link to="/receipts/$id" params={{ id: job }} className="link font-mono text-xs">{shorten(job, 6, 6)}</Link> },
                { head: 'Found', cell: ({ state }) => <Badge tone={state === 'differs' ? 'bad' : 'warn'}>{state === 'differs' ? 'false' : 'disputed'}</Badge> },
                { head: 'Where', className: 'min-w-40', cell: ({ detail, kind }) => <span className="text-xs text-soft wrap-anywhere">{detail}{kind === 'spot' ? '; by chance' : '; its payer asked'}</span> },
                { head: 'Mode', className: 'max-md:hidden', cell: ({ mode }) => modeName(mode) },
                { head: 'By', className: 'max-md:hidden', cell: ({ checker }) => <span className="font-mono text-xs" title={checker}>{shorten(checker)}</span> },
                { head: 'When', className: 'whitespace-nowrap', cell: ({ at }) => <Time at={at} /> },
              ]}
            />
          )}
      </Part>
    </>
  );
}

/** What a provider says about one of its lines. */
function sentence({ region, data_policy: policy, cores, memory_gb: memory, gpu_memory_gb: gpu }: ProviderAbout): string {
  return [
    region ? `in ${region}` : 'does not say where it is',
    policy ? policies[policy] : 'does not say what it keeps',
    cores !== undefined && counted(cores, 'core'),
    memory !== undefined && `${memory} GiB of memory`,
    gpu !== undefined && gpu > 0 && `GPU with ${gpu} GiB`,
  ].filter(Boolean).join(' · ');
}
