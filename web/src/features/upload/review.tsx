import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Made, Picked } from '../../publish/index.js';
import { getTerms, type ChainInfo } from '../../relay/index.js';
import { chainName } from '../../wallet/chain.js';
import type { Market } from '../../wallet/registry.js';
import { formatBytes } from '../../ui/format.js';
import { Cost } from '../account/cost.js';
import { useWallet } from '../account/wallets.js';
import { plansOf, type Form } from './form.js';
import { actOf, type Way } from './job.js';

/** All that is about to be signed, before the wallet is asked for anything. */
export function Review({ form, files, made, model, market, chain, way, setWay }: {
  form: Form;
  files: readonly Picked[];
  made: Made | undefined;
  model: string;
  market: Market | undefined;
  chain: ChainInfo | null;
  way: Way;
  setWay: (way: Way) => void;
}) {
  const wallet = useWallet();
  const total = files.reduce((sum, { file }) => sum + file.size, 0);
  return (
    <div className="grid gap-7">
      <dl className="grid gap-x-6 gap-y-0.5 text-sm sm:gap-y-2.5 sm:grid-cols-[10rem_1fr]">
        <Row name="Name">{form.name} {form.version}{form.title && ` · ${form.title}`}</Row>
        <Row name="Files">{files.length}, {formatBytes(total)}</Row>
        <Row name="License">{form.license}</Row>
        {form.kind === 'model' && <Row name="Runs">{form.entry}, operator set {form.opset}{form.taskId && `, ${form.taskId}`}</Row>}
        {form.tags && <Row name="Tags">{form.tags}</Row>}
        {form.parents.trim() && <Row name="Made from"><span className="font-mono text-xs wrap-anywhere whitespace-pre-line">{form.parents.trim()}</span></Row>}
        <Row name="Authors">
          <ul>{form.authors.map(({ address, role, percent }) => <li key={address}><span className="font-mono text-xs wrap-anywhere">{address}</span> · {role} · {percent} %</li>)}</ul>
        </Row>
        <Row name="Royalty">{form.royalty} % of a resale, as a request</Row>
        {model === '' && form.sell && <Row name="Plan">$ {form.price} for you{Number(form.compute) > 0 && ` and up to $ ${form.compute} for computing`}, per {form.unit}</Row>}
        <Row name="Manifest">{made ? <span className="font-mono text-xs wrap-anywhere">{made.cid}</span> : 'being made…'}</Row>
      </dl>
      {chain && (
        <fieldset className="grid gap-3">
          <legend className="mb-2 text-md font-semibold">Who pays for the transaction on {chainName(chain.id)}?</legend>
          <Ways way={way} setWay={setWay} market={market} name={wallet?.info.name ?? 'your wallet'} />
          {way === 'wallet' && market && made && (
            <Cost market={market} about={[made.cid, model, form.recovery, String(form.sell)]} act={(registry) => actOf(registry, made.manifest, made.digest, { model, plans: plansOf(form, chain.contracts['Dollar'] ?? ''), recovery: form.recovery.trim() })} />
          )}
        </fieldset>
      )}
      {!wallet && <p role="alert" className="rounded-md border border-line p-3 text-sm text-soft">The wallet that you signed in with is not here any more. Unlock it, or sign out and in again with another one.</p>}
      <section className="rounded-lg border border-line bg-card p-5 text-sm text-soft">
        <h3 className="mb-2 text-md font-semibold text-ink">What happens now</h3>
        <ol className="grid list-decimal gap-1 pl-5">
          <li>You sign that you are the author. That costs nothing.</li>
          <li>The files are uploaded; this hub checks every block again.</li>
          {chain && <li>{way === 'relay' ? 'You sign the publication, and the relay sends it.' : 'You confirm one transaction.'} A version on chain never changes and cannot be taken back, only advised against.</li>}
        </ol>
      </section>
    </div>
  );
}

function Ways({ way, setWay, market, name }: { way: Way; setWay: (way: Way) => void; market: Market | undefined; name: string }) {
  const terms = useQuery({ queryKey: ['terms', market?.account], queryFn: ({ signal }) => getTerms({}, { signal }), retry: false, enabled: market !== undefined }).data;
  const option = (value: Way, title: string, about: ReactNode) => (
    <label className="flex cursor-pointer items-start gap-3 rounded-md border border-edge bg-card p-3 text-sm has-checked:border-accent has-checked:bg-accent-wash">
      <input type="radio" name="way" value={value} checked={way === value} onChange={() => setWay(value)} className="mt-1 accent-accent" />
      <span><span className="font-semibold">{title}</span><span className="block text-xs text-soft">{about}</span></span>
    </label>
  );
  return (
    <>
      {option('wallet', 'I do', `${name} says what it costs before you confirm.`)}
      {terms && option('relay', 'The relay does', terms.fee === '0' ? 'You only sign, and need no ETH. It costs you nothing.' : `You only sign, and need no ETH. It takes ${Number(terms.fee) / 1e6} dollars out of an allowance to the registry.`)}
      {option('none', 'Nobody: upload only', 'The release is listed here, signed by you, and is on no chain: no NFT, no plans.')}
    </>
  );
}

function Row({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="font-semibold text-soft">{name}</dt>
      <dd className="min-w-0 wrap-anywhere max-sm:mb-2">{children}</dd>
    </>
  );
}
