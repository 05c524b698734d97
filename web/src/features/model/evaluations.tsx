import { Link } from '@tanstack/react-router';
import type { Evaluation, ModelDetail, VersionInfo } from '../../relay/index.js';
import { makeCID, raw } from '../../verify/cid.js';
import { Address } from '../../ui/address.js';
import { Code } from '../../ui/copy.js';
import { Hash } from '../../ui/hash.js';
import { Time } from '../../ui/time.js';

/** What others attested of a version on chain, and how whoever wants to finds out. */
export function Evaluations({ model, version, gateways }: { model: ModelDetail; version: VersionInfo; gateways: readonly string[] }) {
  const [gateway = location.origin] = gateways;
  const attested = model.onChain?.versions.find(({ manifest }) => manifest === version.manifest)?.evaluations ?? [];
  return (
    <section aria-labelledby="evaluations" className="grid min-w-0 gap-2.5">
      <h2 id="evaluations" className="label">Evaluations, attested on chain</h2>
      {attested.length === 0
        ? <p className="text-xs text-faint">None of this version.</p>
        : <ul className="grid gap-2.5">{attested.map((each) => <li key={each.uid}><Attested evaluation={each} gateway={gateway} /></li>)}</ul>}
      <details>
        <summary className="cursor-pointer text-xs font-medium text-soft hover:text-ink">Evaluate this model</summary>
        <div className="grid gap-2.5 pt-2.5">
          <p className="text-xs text-soft">Over a data set of your choice, on your machine: whoever does it gets the same value, to the last digit. Put in the data set’s CID, and which of its files are input and target.</p>
          <Code title="On your machine" text={`dehug-relay evaluate ${version.manifest} DATASET --input TENSOR=FILE --target TENSOR=FILE --metric accuracy --source ${gateway}`} />
          <p className="text-xs text-faint">Providers do it too, with a receipt, and the hub can attest it: <a href="/api/docs" className="link">createJob in the API</a>. <Link to="/trust" className="link">What that proves</Link></p>
        </div>
      </details>
    </section>
  );
}

function Attested({ evaluation: { metric, value, dataset, attester, evidence, at }, gateway }: { evaluation: Evaluation; gateway: string }) {
  const digest = /^0x([0-9a-f]{64})$/.exec(evidence)?.[1];
  return (
    <div className="grid gap-1 border-b border-line pb-2.5">
      <p className="flex items-baseline justify-between gap-3 wrap-anywhere"><span>{metric.replaceAll('_', ' ')}</span><span className="font-semibold tabular-nums">{value}</span></p>
      <p className="flex flex-wrap items-center gap-x-1 text-xs text-faint">on {dataset.startsWith('baf') ? <Hash value={dataset} what="the data set’s CID" /> : <span className="wrap-anywhere">{dataset || 'a data set that it does not name'}</span>}</p>
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-xs text-faint">
        <span className="flex items-center gap-1.5">by <Address of={attester} /></span>
        <Time at={at} />
        {digest !== undefined && /[^0]/.test(digest) && <a href={`${gateway}/ipfs/${makeCID(raw, digest)}?format=raw`} download={`evaluation-${digest.slice(0, 8)}.json`} className="link">Evidence</a>}
      </p>
    </div>
  );
}
