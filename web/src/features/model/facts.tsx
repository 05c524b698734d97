import { Link } from '@tanstack/react-router';
import { lazy, Suspense, type ReactNode } from 'react';
import type { ModelDetail, VersionInfo } from '../../relay/index.js';
import { Address } from '../../ui/address.js';
import { cx } from '../../ui/cx.js';
import { counted, formatAmount, formatBytes, formatCount, formatDay } from '../../ui/format.js';
import { Hash, shorten } from '../../ui/hash.js';
import { Icon } from '../../ui/icon.js';
import { Mark } from '../../ui/mark.js';
import { Skeleton } from '../../ui/skeleton.js';
import { Time } from '../../ui/time.js';
import { useRelease } from './release-query.js';

const Evaluations = lazy(() => import('./evaluations.js').then(({ Evaluations }) => ({ default: Evaluations })));

/** What is known of a version, and who says so: this browser, which checked it, or only its author. */
export function Facts({ model, version }: { model: ModelDetail; version: VersionInfo }) {
  const { release, gateways } = useRelease(version);
  const manifest = release.data?.manifest;
  return (
    <aside aria-label="Facts" className="grid content-start gap-6 text-sm">
      <Checks version={version} published={model.onChain?.versions.some(({ manifest, state }) => manifest === version.manifest && state === 'verified') === true} />
      <Chain model={model} version={version} />
      <Used model={model} />
      <section>
        <h2 className="label mb-2">Author</h2>
        <Link to="/authors/$address" params={{ address: model.owner }} className="flex items-center gap-2.5 rounded-sm no-underline hover:text-accent">
          <Mark of={model.owner} round size={28} />
          <span className="font-mono text-xs">{shorten(model.owner, 10, 6)}</span>
        </Link>
      </section>
      <section>
        <h2 className="label mb-1">Release</h2>
        <dl>
          <Fact name="Version">{version.version}</Fact>
          <Fact name="Published"><Time at={version.added} /></Fact>
          <Fact name="Made">{formatDay(new Date(version.created))}, says its author</Fact>
          <Fact name="Size">{formatBytes(version.bytes)}{manifest && `, ${manifest.files.length} files`}</Fact>
          <Fact name="License">{manifest?.license.uri && /^https?:/.test(manifest.license.uri) ? <a href={manifest.license.uri} rel="noopener noreferrer nofollow ugc" className="link">{model.license}</a> : model.license || 'none named'}</Fact>
          {model.format && <Fact name="Format">{model.format.toUpperCase()}{manifest?.runtime && `, opset ${manifest.runtime.opset}`}</Fact>}
          <Fact name="Release"><Hash value={version.release} what="the release’s CID" /></Fact>
          <Fact name="Manifest"><Hash value={version.manifest} what="the manifest’s CID" /></Fact>
        </dl>
      </section>
      {manifest?.evals && manifest.evals.length > 0 && (
        <section>
          <h2 className="label mb-1">Evaluations, as the author says</h2>
          <dl>
            {manifest.evals.map(({ dataset, metric, value }, i) => <Fact key={i} name={`${metric} on ${dataset}`}><span className="tabular-nums">{value}</span></Fact>)}
          </dl>
        </section>
      )}
      {model.kind === 'model' && <Suspense><Evaluations model={model} version={version} gateways={gateways} /></Suspense>}
    </aside>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex items-baseline justify-between gap-4 border-b border-line py-1.5">
      <dt className="shrink-0 text-faint">{name}</dt>
      <dd className="min-w-0 text-right wrap-anywhere">{children}</dd>
    </div>
  );
}

/** How much it is used, as far as this hub and the chain know, and what that costs. */
function Used({ model }: { model: ModelDetail }) {
  const { owner, name, pulls, onChain } = model;
  const plans = onChain?.plans.toSorted((a, b) => Number(BigInt(a.price) - BigInt(b.price))) ?? [];
  const [plan] = plans;
  return (
    <section>
      <h2 className="label mb-1">Use</h2>
      <dl>
        <Fact name="Pulls from this hub"><span className="tabular-nums">{formatCount(pulls)}</span></Fact>
        {onChain?.sales.map(({ token, units, payers }) => <Fact key={token.address} name="Paid for">{formatCount(units)} units, by {counted(payers, 'account')}</Fact>)}
        <Fact name="In a browser">free</Fact>
        {plan && <Fact name="By a provider"><Link to="/models/$owner/$name/$tab" params={{ owner, name, tab: 'ownership' }} className="link">{plans.length > 1 && 'from '}{formatAmount(plan.price, plan.token.decimals)} {plan.token.symbol}</Link></Fact>}
      </dl>
    </section>
  );
}

const states = {
  verified: 'The chain names this manifest',
  pending: 'The chain names this manifest; the hub has not checked it yet',
  unavailable: 'The chain names this manifest; the hub cannot fetch it',
  mismatch: 'What the chain says and what the manifest says differ',
} as const;

/** What the hub read on chain about this version. */
function Chain({ model, version }: { model: ModelDetail; version: VersionInfo }) {
  const { onChain } = model;
  if (!onChain) return null;
  const own = onChain.versions.find((each) => each.version === version.version);
  const [first] = own?.first === false ? own.sameContent : [];
  const before = first && first.model.id !== onChain.id ? first : undefined; // a version more with the same files copies nobody
  return (
    <section aria-label="On chain, as this hub read it" className="grid content-start gap-2.5 rounded-lg border border-line bg-card p-4">
      <h2 className="label">On chain, as this hub read it</h2>
      {!own && <Check bad>This version is not on chain</Check>}
      {own && own.manifest !== version.manifest && <Check bad>The chain names another manifest for this version</Check>}
      {own?.manifest === version.manifest && <Check bad={own.state !== 'verified'}>{states[own.state]}{own.reason ? `: ${own.reason}` : ''}</Check>}
      {own?.yanked && <Check bad>Its owner advises against this version{own.yankReason ? `: “${own.yankReason}”` : ''}</Check>}
      {before && (
        <Check bad>
          The same files were first published as <Link to="/models/$owner/$name" params={{ owner: before.model.owner, name: before.model.name }} className="link">{before.model.name} {before.version}</Link>
        </Check>
      )}
      <p className="flex items-center justify-between gap-3 text-faint">Owned by <Address of={onChain.owner} className="text-ink" /></p>
    </section>
  );
}

/** What this browser has just checked by itself. */
function Checks({ version, published }: { version: VersionInfo; published: boolean }) {
  const { release } = useRelease(version);
  const { data, isError, error } = release;
  return (
    <section aria-label="Checked in this browser" className="grid min-h-46 content-start gap-2.5 rounded-lg border border-line bg-card p-4">
      <h2 className="label">Checked in this browser</h2>
      {isError && <Check bad>{error.message}</Check>}
      {!data && !isError && ['w-4/5', 'w-2/3'].map((width) => <Skeleton key={width} className={`h-4 ${width}`} />)}
      {data && (
        <>
          <Check>The manifest has the hash that it is named by</Check>
          {data.signers.length > 0 && <Check>Signed by {data.signers.map((signer) => shorten(signer)).join(', ')}</Check>}
          {data.signers.length === 0 && data.unchecked === '' && (published ? <Check>No key signed it; an author’s account published it on chain</Check> : <Check bad>Nobody signed it</Check>)}
          {data.unchecked !== '' && <Check bad>Signatures: {data.unchecked}</Check>}
          <p className="text-xs text-faint">Files are checked chunk by chunk when they are fetched.</p>
        </>
      )}
    </section>
  );
}

function Check({ bad = false, children }: { bad?: boolean; children: ReactNode }) {
  return (
    <p className="flex gap-2">
      <Icon name={bad ? 'warn' : 'check'} className={cx('mt-0.5', bad ? 'text-bad' : 'text-accent')} />
      <span className="min-w-0 wrap-anywhere">{children}</span>
    </p>
  );
}
