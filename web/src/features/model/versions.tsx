import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import type { FileInfo, ModelDetail, VersionInfo } from '../../relay/index.js';
import type { VersionSearch } from '../../app/router.js';
import { Badge } from '../../ui/badge.js';
import { Select } from '../../ui/field.js';
import { formatBytes } from '../../ui/format.js';
import { Hash } from '../../ui/hash.js';
import { Loading, Skeleton } from '../../ui/skeleton.js';
import { Empty, ErrorState } from '../../ui/states.js';
import { Table } from '../../ui/table.js';
import { Time } from '../../ui/time.js';
import { PublishVersion, useOwner, YankVersion } from './powers.js';
import { versionQuery } from './queries.js';

/** All versions, and what changed in the files between two of them. */
export function Versions({ model, version, versions }: { model: ModelDetail; version: VersionInfo; versions: VersionInfo[] }) {
  const search: VersionSearch = useSearch({ strict: false });
  const at = versions.findIndex((each) => each.version === version.version);
  const from = search.from ?? versions[at + 1]?.version;
  const me = useOwner(model);
  return (
    <div className="grid gap-8">
      <PublishVersion model={model} />
      <Table
        caption={`Versions of ${model.name}`}
        rows={versions}
        rowKey={(each) => each.version}
        columns={[
          {
            head: 'Version',
            names: true,
            cell: (each) => (
              <span className="flex flex-wrap items-center gap-2">
                <Link to="/models/$owner/$name" params={{ owner: model.owner, name: model.name }} search={{ version: each.version }} className="link font-mono text-xs">{each.version}</Link>
                {each.version === model.version && <Badge tone="good">latest</Badge>}
                <ChainBadges model={model} version={each} />
              </span>
            ),
          },
          { head: 'Published', cell: (each) => <Time at={each.added} /> },
          { head: 'Size', end: true, className: 'whitespace-nowrap', cell: (each) => formatBytes(each.bytes) },
          { head: 'Manifest', className: 'max-sm:hidden', cell: (each) => <Hash value={each.manifest} what={`the manifest of ${each.version}`} /> },
          { head: 'Signed by', className: 'max-md:hidden', cell: (each) => (each.signer ? <Hash value={each.signer} what="the signer’s address" head={6} tail={4} /> : 'nobody') },
          ...(me === undefined ? [] : [{
            head: <span className="sr-only">What you may do</span>,
            end: true,
            cell: (each: VersionInfo) => {
              const own = onChainOf(model, each);
              return own && !own.yanked && <YankVersion model={model} version={own} owner={me} />;
            },
          }]),
        ]}
      />
      {versions.length > 1 && <Changes model={model} versions={versions} from={from} to={version.version} />}
    </div>
  );
}

const onChainOf = (model: ModelDetail, { version }: VersionInfo) => model.onChain?.versions.find((each) => each.version === version);

/** What the chain says of a version, in a word each. */
function ChainBadges({ model, version }: { model: ModelDetail; version: VersionInfo }) {
  const own = onChainOf(model, version);
  if (!own) return null;
  return (
    <>
      {own.state === 'verified' && own.manifest === version.manifest ? <Badge title="The chain names this manifest">on chain</Badge> : <Badge tone="warn">{own.state}</Badge>}
      {own.yanked && <Badge tone="bad" title={own.yankReason ?? ''}>yanked</Badge>}
      {own.aliases.map((alias) => <Badge key={alias} tone="note">{alias}</Badge>)}
    </>
  );
}

type Change = { path: string; before?: FileInfo; after?: FileInfo };

function Changes({ model, versions, from, to }: { model: ModelDetail; versions: VersionInfo[]; from: string | undefined; to: string }) {
  const { owner, name } = model;
  const navigate = useNavigate();
  const before = useQuery({ ...versionQuery(owner, name, from ?? ''), enabled: from !== undefined });
  const after = useQuery(versionQuery(owner, name, to));
  const choose = (version: string, from: string) =>
    void navigate({ to: '/models/$owner/$name/$tab', params: { owner, name, tab: 'versions' }, search: { version, from }, resetScroll: false });
  const options = (label: string, value: string, onChange: (version: string) => void) => (
    <Select label={label} value={value} onChange={({ target }) => onChange(target.value)} className="w-36 font-mono text-xs">
      {value === '' && <option value="">choose</option>}
      {versions.map(({ version }) => <option key={version}>{version}</option>)}
    </Select>
  );
  const failed = [before, after].find(({ isError }) => isError);
  return (
    <section aria-labelledby="changes" className="grid gap-4">
      <div className="flex flex-wrap items-end justify-between gap-4">
        <h2 id="changes" className="text-lg">What changed</h2>
        <div className="flex items-end gap-3">
          {options('From', from ?? '', (version) => choose(to, version))}
          {options('To', to, (version) => choose(version, from ?? ''))}
        </div>
      </div>
      {failed?.error && <ErrorState title="The two could not be compared" error={failed.error} retry={() => void failed.refetch()} />}
      {!failed && from === undefined && <Empty title="This is the first version">Choose another one to compare with.</Empty>}
      {!failed && from !== undefined && (before.data && after.data ? <ChangeList changes={compare(before.data.files, after.data.files)} /> : <Loading what="both versions"><Skeleton className="h-40 rounded-lg" /></Loading>)}
    </section>
  );
}

function ChangeList({ changes }: { changes: Change[] }) {
  const changed = changes.filter(({ before, after }) => before?.cid !== after?.cid);
  if (changed.length === 0) return <Empty icon="check" title="The files are the same, byte by byte">{changes.length} files have equal hashes.</Empty>;
  return (
    <>
      <Table
        caption="Files that differ"
        rows={changed}
        rowKey={({ path }) => path}
        columns={[
          { head: 'File', names: true, cell: ({ path }) => <span className="font-mono text-xs wrap-anywhere">{path}</span> },
          { head: 'Change', cell: ({ before, after }) => (!before ? <Badge tone="good">added</Badge> : !after ? <Badge tone="bad">removed</Badge> : <Badge tone="note">changed</Badge>) },
          { head: 'Before', end: true, cell: ({ before }) => (before ? formatBytes(before.size) : '–') },
          { head: 'After', end: true, cell: ({ after }) => (after ? formatBytes(after.size) : '–') },
        ]}
      />
      <p className="text-sm text-faint">{changes.length - changed.length} of {changes.length} files are the same by hash.</p>
    </>
  );
}

/** The files of both, by path. */
function compare(before: FileInfo[], after: FileInfo[]): Change[] {
  const all = new Map<string, Change>(before.map((file) => [file.path, { path: file.path, before: file }]));
  for (const file of after) all.set(file.path, { ...all.get(file.path), path: file.path, after: file });
  return [...all.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}
