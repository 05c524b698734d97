import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import type { Picked } from '../../publish/index.js';
import { Button, buttonClass } from '../../ui/button.js';
import { Code } from '../../ui/copy.js';
import { cx } from '../../ui/cx.js';
import { formatBytes } from '../../ui/format.js';
import { Icon } from '../../ui/icon.js';
import { Progress } from '../../ui/progress.js';
import { ErrorState } from '../../ui/states.js';
import { transactionLink } from '../../wallet/chain.js';
import type { Manifest } from '../../verify/manifest.js';
import { marketOf, useChain, useWallet } from '../account/wallets.js';
import { configQuery, modelByIdQuery, versionQuery } from '../model/queries.js';
import { integrityQuery, tagOf } from '../model/use.js';
import { dropJob, runJob, type Job, type Progress as JobProgress, type Published, type Stage } from './job.js';

const order: readonly Stage[] = ['sign', 'upload', 'chain', 'done'];

/** A job that runs: signature, upload, chain. It can be cancelled, and tried again where it stopped. */
export function Sending({ job, files, onLeave }: { job: Job; files: ReadonlyMap<string, Picked>; onLeave: () => void }) {
  const chain = useChain();
  const wallet = useWallet();
  const [progress, setProgress] = useState<JobProgress>({ stage: 'sign' });
  const [error, setError] = useState<unknown>();
  const [published, setPublished] = useState<Published>();
  const [attempt, setAttempt] = useState(0);
  const stop = useRef<AbortController>(null);
  const provider = wallet?.provider;

  useEffect(() => {
    if (!provider || chain === undefined) return undefined;
    const mine = new AbortController();
    stop.current = mine;
    setError(undefined);
    const market = marketOf(chain, provider, job.account);
    runJob({ job, files, provider, ...(market && { market }), signal: mine.signal, onProgress: (now) => mine.signal.aborted || setProgress(now) }).then(setPublished, (thrown: unknown) => {
      if (!mine.signal.aborted) setError(thrown);
    });
    return () => mine.abort(new DOMException('left', 'AbortError'));
  }, [job, files, provider, chain, attempt]);

  useEffect(() => {
    if (published) return undefined;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', warn);
    return () => removeEventListener('beforeunload', warn);
  }, [published]);

  if (published) return <Result published={published} account={job.account} model={job.state.model} chain={chain?.id} again={onLeave} />;

  const at = order.indexOf(progress.stage);
  const { upload } = progress;
  const cancel = () => {
    stop.current?.abort(new DOMException('cancelled', 'AbortError'));
    void dropJob(job).then(onLeave);
  };
  const row = (stage: Stage, title: string, said: string) => {
    const place = order.indexOf(stage);
    return (
      <li aria-current={place === at ? 'step' : undefined} className="grid grid-cols-[1.5rem_1fr] items-start gap-3">
        <span className={cx('mt-0.5 grid size-5 place-items-center rounded-full border', place < at ? 'border-accent bg-accent text-on-accent' : place === at ? 'border-accent' : 'border-edge')}>{place < at && <Icon name="check" className="size-3" />}</span>
        <span>
          <span className={cx('font-semibold', place > at && 'text-faint')}>{title}</span>
          {place === at && <span className="block text-sm text-soft">{said}</span>}
        </span>
      </li>
    );
  };
  return (
    <div className="grid gap-6">
      <h2 className="text-lg">Publishing {job.state.name} {job.state.version}</h2>
      <ol className="grid gap-4" aria-label="Progress">
        {row('sign', 'Signature', progress.asking ?? 'Getting ready')}
        {row('upload', 'Upload', !upload ? 'Asking what the hub has already' : upload.phase === 'checking' ? 'Everything has arrived. The hub hashes all of it once more.' : `${formatBytes(upload.done)} of ${formatBytes(upload.total)} confirmed by the hub`)}
        {job.state.way !== 'none' && row('chain', 'On chain', progress.sent ? 'Sent; waiting for a block' : (progress.asking ?? 'Getting ready'))}
      </ol>
      {upload && progress.stage === 'upload' && (
        <>
          <Progress label="Upload" {...(upload.phase !== 'checking' && { value: upload.done })} max={Math.max(1, upload.total)} />
          {upload.waiting && <p role="status" className="rounded-md bg-warn-wash p-3 text-sm">Nothing gets through: {upload.waiting.why}. It is tried again {upload.waiting.retryIn < 1500 ? 'at once' : `in ${Math.round(upload.waiting.retryIn / 1000)} seconds`}; what has arrived is kept.</p>}
        </>
      )}
      {!wallet && <p role="alert" className="rounded-md border border-line p-3 text-sm text-soft">Unlock the wallet that you signed in with.</p>}
      {error !== undefined && <ErrorState error={error} title="It stopped here" retry={() => setAttempt((n) => n + 1)} />}
      <div className="flex flex-wrap gap-3">
        {progress.sent === undefined && <Button variant="danger" onClick={cancel}>Cancel and throw away</Button>}
        {error !== undefined && <Button onClick={onLeave}>Later</Button>}
      </div>
    </div>
  );
}

/** What became of it: where it is, and the tag that shows it elsewhere. */
function Result({ published: { manifest, cid, transaction }, account, model, chain, again }: { published: Published; account: string; model: string; chain: number | undefined; again: () => void }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  // A version of a model that was given to this account is on the page of who published that first.
  const given = useQuery({ ...modelByIdQuery(model), enabled: model !== '' && transaction !== '' });
  const owner = given.isLoading ? undefined : (given.data?.owner ?? account);
  const link = chain === undefined ? '' : transactionLink(chain, transaction);
  return (
    <div className="grid gap-6">
      <div className="rounded-lg border border-accent bg-accent-wash p-5">
        <h2 ref={heading} tabIndex={-1} className="text-lg outline-none">{manifest.name} {manifest.version} is published</h2>
        <p className="mt-1 text-sm text-soft">{transaction === '' ? 'It is signed and listed here.' : 'It is signed, listed here and on chain.'}</p>
      </div>
      <div className="flex flex-wrap gap-3">
        {owner === undefined
          ? <Button variant="primary" busy>Open its page</Button>
          : <Link to="/models/$owner/$name" params={{ owner, name: manifest.name }} className={buttonClass({ variant: 'primary' })}>Open its page</Link>}
        <Button onClick={again}>Publish another</Button>
      </div>
      <dl className="grid gap-x-6 gap-y-1 text-sm sm:gap-y-2 sm:grid-cols-[8rem_1fr]">
        <dt className="font-semibold text-soft">Manifest</dt>
        <dd className="font-mono text-xs wrap-anywhere">{cid}</dd>
        {transaction !== '' && (
          <>
            <dt className="font-semibold text-soft">Transaction</dt>
            <dd className="font-mono text-xs wrap-anywhere">{link ? <a href={link} rel="noreferrer">{transaction}</a> : transaction}</dd>
          </>
        )}
      </dl>
      {manifest.kind === 'model' && <Tag account={account} manifest={manifest} />}
    </div>
  );
}

/** The tag that the model's page has too: it names the release, with its signatures, where the hub put them together. */
function Tag({ account, manifest: { name, version, task } }: { account: string; manifest: Manifest }) {
  const published = useQuery(versionQuery(account, name, version));
  const config = useQuery(configQuery);
  const integrity = useQuery(integrityQuery);
  if (!published.data || !config.data || integrity.isPending) return null;
  const { release, signer } = published.data;
  return <Code title="Show it on another page" text={tagOf({ release, signer, task: task?.id ?? '' }, integrity.data ?? '', config.data.gateways)} />;
}
