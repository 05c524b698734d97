import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { finishUpload, type AttestationView, type ModelOf, type Receipt, type ReceiptRequest } from '../../relay/index.js';
import { parseCID } from '../../verify/cid.js';
import { configQuery } from '../model/queries.js';
import { Button } from '../../ui/button.js';
import { Code } from '../../ui/copy.js';
import { cx } from '../../ui/cx.js';
import { counted, formatBytes } from '../../ui/format.js';
import { Hash, shorten } from '../../ui/hash.js';
import { Icon } from '../../ui/icon.js';
import { Loading, Skeleton } from '../../ui/skeleton.js';
import { ErrorState } from '../../ui/states.js';
import { kindOf, resultOf, specificationIn, stageOf, stages, type Result, type Specification } from './kinds.js';
import { documentQuery, madeQuery, orderQuery, predictionQuery } from './queries.js';
import { Save } from './replay.js';

/** The document of what came of a job by specification, from wherever it is to be had. */
function useResult(receipt: Receipt, role: ReceiptRequest['role'], account: string) {
  const ordered = kindOf(receipt.mode) === 'order';
  const config = useQuery(configQuery);
  const prediction = useQuery({ ...predictionQuery(receipt.job, account), enabled: role === 'payer' && !ordered });
  const order = useQuery({ ...orderQuery(receipt.session), enabled: ordered });
  const cid = ordered ? (order.data?.result ?? '') : (prediction.data?.job?.result_cid ?? '');
  const document = useQuery({ ...documentQuery(cid, config.data?.gateways ?? []), enabled: ordered && cid !== '' && config.isSuccess });
  const asked = ordered ? order : prediction;
  return {
    cid,
    result: resultOf(ordered ? document.data : prediction.data?.job?.result),
    attestation: prediction.data?.job?.attestation,
    upload: prediction.data?.job?.upload ?? (ordered && role === 'payer' ? receipt.job : ''),
    // A result that is at no gateway is no failure: whom it was for may have it.
    pending: asked.isLoading || document.isLoading,
    error: asked.error,
    retry: () => void asked.refetch(),
  };
}

/** What came of an evaluation, a validation, a training, an order. */
export function Outcome({ receipt, request, account }: { receipt: Receipt; request: ReceiptRequest; account: string }) {
  const { cid, result, attestation, upload, pending, error, retry } = useResult(receipt, request.role, account);
  return (
    <section aria-labelledby="outcome" className="grid gap-3">
      <h2 id="outcome" className="text-lg">What came of it</h2>
      {pending && <Loading what="what came of it"><Skeleton className="h-32 rounded-lg" /></Loading>}
      {error && <ErrorState title="What came of it could not be fetched" error={error} retry={retry} />}
      {!pending && !error && !result && (
        <p className="max-w-prose text-sm text-soft">
          {request.role !== 'payer' && cid === '' ? 'The result is shown to who asked for it. The receipt has its hash.' : <>The result is not here any more{cid !== '' && <>, or at no gateway yet: <Hash value={cid} what="the result’s CID" /></>}. The receipt has its hash.</>}
        </p>
      )}
      {result && (
        <div className="grid gap-4 rounded-lg border border-line bg-card p-5">
          <Found result={result} model={request.model} made={{ spec: specificationIn(request.input), upload, account }} />
          {cid !== '' && <p className="flex flex-wrap items-center gap-x-2 text-xs text-faint">The result’s document: <Hash value={cid} what="the result’s CID" /></p>}
        </div>
      )}
      {attestation && <Attested attestation={attestation} />}
    </section>
  );
}

interface Made {
  spec: Specification | null;
  /** '' where it is not whoever looks who publishes. */
  upload: string;
  account: string;
}

function Found({ result, model, made }: { result: Result; model: ModelOf | undefined; made: Made }) {
  switch (result.kind) {
    case 'evaluation':
      return (
        <>
          <p className="wrap-anywhere"><span className="text-xl font-semibold tabular-nums">{result.value}</span> <span className="text-soft">{result.metric.replaceAll('_', ' ')}</span></p>
          <Facts>
            <Fact name="Items">{result.matched === null ? result.count.toLocaleString('en') : `${result.matched.toLocaleString('en')} of ${result.count.toLocaleString('en')} right`}</Fact>
            <Fact name="Data set"><Hash value={result.dataset} what="the data set’s CID" /></Fact>
          </Facts>
        </>
      );
    case 'validation':
      return <Validated result={result} />;
    case 'training':
      return <Trained result={result} model={model} made={made} />;
    case 'inference':
      return <Facts><Fact name="Answer">{formatBytes(result.bytes)}</Fact><Fact name="Its SHA-256"><Hash value={result.outputs} what="the answer’s SHA-256" /></Fact></Facts>;
  }
}

const Facts = ({ children }: { children: ReactNode }) => <dl className="grid gap-1.5 text-sm">{children}</dl>;

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return <div className="grid gap-x-4 sm:grid-cols-[9rem_minmax(0,1fr)]"><dt className="text-faint">{name}</dt><dd className="min-w-0 wrap-anywhere tabular-nums">{children}</dd></div>;
}

const stageNames = { manifest: 'It is a model, with a runtime', files: 'All files are there, with their hashes', load: 'It is ONNX', operators: 'All operators are supported', compile: 'It compiles in strict mode', run: 'It runs, on zeros' } as const;

function Validated({ result }: { result: Extract<Result, { kind: 'validation' }> }) {
  return (
    <>
      <p className={cx('text-md font-semibold', result.valid ? 'text-accent' : 'text-bad')}>{result.valid ? 'It can be run' : 'It cannot be run'}</p>
      <ol aria-label="Stages" className="grid gap-1.5">
        {stages.map((stage) => {
          const ok = stageOf(result, stage);
          return (
            <li key={stage} className={cx('flex items-start gap-2.5 text-sm', ok === null && 'text-faint')}>
              {ok === null ? <span aria-hidden="true" className="w-4 text-center">–</span> : <Icon name={ok ? 'check' : 'warn'} className={cx('mt-0.5', ok ? 'text-accent' : 'text-bad')} />}
              <span className="min-w-0 wrap-anywhere">{stageNames[stage]}{ok === null && ': not reached'}{ok === false && `: no. ${result.reason}`}</span>
            </li>
          );
        })}
      </ol>
      <Facts>
        <Fact name="Verified">{counted(result.files, 'file')}, {formatBytes(result.bytes)}</Fact>
        {result.operators.length > 0 && <Fact name="Operators">{result.operators.map(({ name, count }) => `${name} × ${count}`).join(', ')}</Fact>}
      </Facts>
    </>
  );
}

/** What a training made: a version that its payer publishes. */
function Trained({ result, model, made: { spec, upload, account } }: { result: Extract<Result, { kind: 'training' }>; model: ModelOf | undefined; made: Made }) {
  const queries = useQueryClient();
  const kept = useQuery({ ...madeQuery(upload, account), enabled: upload !== '' });
  const publish = useMutation({
    mutationFn: () => finishUpload({ id: upload, body: { manifest: result.manifest } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: madeQuery(upload, account).queryKey }),
  });
  const named = publish.data ?? (kept.data?.state === 'published' && spec?.publish ? { owner: account, ...spec.publish } : undefined);
  const parents = spec?.publish?.parents ?? [];
  return (
    <>
      <p className="text-md font-semibold wrap-anywhere">
        {named
          ? <Link to="/models/$owner/$name" params={{ owner: named.owner, name: named.name }} search={{ version: named.version }} className="link">{named.name} {named.version}</Link>
          : spec?.publish ? `${spec.publish.name} ${spec.publish.version}` : 'A new version'}
      </p>
      <Facts>
        <Fact name="Size">{formatBytes(result.bytes)}</Fact>
        <Fact name="Manifest"><Hash value={result.manifest} what="the manifest’s CID" /></Fact>
        <Fact name="Release"><Hash value={result.release} what="the release’s CID" /></Fact>
        {(model !== undefined || parents.length > 0) && (
          <Fact name="Made from">
            {model ? <Link to="/models/$owner/$name" params={model} search={{ version: model.version }} className="link">{model.title || model.name} {model.version}</Link> : parents.map((parent) => shorten(parent)).join(', ')}
            {model && parents.length > 1 && ` and ${counted(parents.length - 1, 'more parent')}`}
          </Fact>
        )}
      </Facts>
      {kept.data && kept.data.state !== 'published' && !publish.isSuccess && (
        <div className="flex flex-wrap items-center gap-3">
          <Button variant="primary" size="sm" busy={publish.isPending} onClick={() => publish.mutate()}>Publish it</Button>
          <span className="min-w-0 text-xs text-faint">Until then nobody else has it. It is removed {new Date(kept.data.expires).toLocaleString('en', { dateStyle: 'medium', timeStyle: 'short' })}.</span>
        </div>
      )}
      {publish.isError && <p role="alert" className="text-sm text-bad first-letter:uppercase">{publish.error.message}</p>}
      {kept.isError && <ErrorState title="Whether it is published could not be found out" error={kept.error} retry={() => void kept.refetch()} />}
      {kept.data === null && <p className="text-sm text-soft">It was not published in time, and is not kept here any more.</p>}
    </>
  );
}

const attested = {
  asked: 'It is to be attested on chain.', due: 'It waits to be attested on chain.', sent: 'The attestation is sent to the chain.', mined: 'It is attested on chain, which may still undo it.', safe: 'It is attested on chain, for good.',
} as const;

function Attested({ attestation: { state, uid, transaction, evidence } }: { attestation: AttestationView }) {
  const done = state === 'mined' || state === 'safe';
  return (
    <div className="flex items-start gap-2.5 text-sm">
      <Icon name={done ? 'check' : 'warn'} className={cx('mt-0.5', done ? 'text-accent' : 'text-warn')} />
      <p role="status" className="min-w-0 wrap-anywhere">
        {attested[state]} {uid && <>Attestation <Hash value={uid} what="the attestation’s id" /> </>}
        {transaction && <>Transaction <Hash value={transaction} what="the transaction’s hash" /> </>}
        {evidence && <span className="text-faint">Its evidence is the digest of this result.</span>}
      </p>
    </div>
  );
}

/** How whoever wants to does the job again: by the program, since it takes more than a page has. */
export function Again({ receipt, request, account }: { receipt: Receipt; request: ReceiptRequest; account: string }) {
  const kind = kindOf(receipt.mode);
  const config = useQuery(configQuery);
  const order = useQuery({ ...orderQuery(receipt.session), enabled: kind === 'order' });
  const { cid } = useResult(receipt, request.role, account);
  const gateway = config.data?.gateways[0] ?? location.origin;
  const spec = kind === 'order' ? (order.data?.job ?? '') : (specificationIn(request.input)?.cid ?? '');
  const digest = kind === 'order' ? receipt.result.slice(2) : cid && parseCID(cid).digest;
  const { salt, input } = request;
  const known = salt !== undefined && input !== undefined;
  if (order.isLoading) return <Loading what="the order"><Skeleton className="h-24 rounded-lg" /></Loading>;
  return (
    <div className="grid gap-4">
      <p className="max-w-prose text-sm text-soft">
        Whoever does this again gets the same, byte for byte. It can take all of a data set, so that a program does it and not this page: it fetches all that the job names, verified, and nobody has to be believed.
      </p>
      {spec !== '' && kind !== 'inference' && (
        <>
          <Code title="Do the job again" text={`dehug-relay evaluate --job ${spec} --source ${gateway}`} />
          {digest !== '' && <p className="text-xs text-faint wrap-anywhere">The digest of the result, which it prints, has to be <Hash value={digest} what="the result’s digest" /></p>}
        </>
      )}
      {kind !== 'order' && (known
        ? (
          <>
            <Code title="Compare with the receipt" text={`dehug-relay verify-receipt receipt-${receipt.job}.json --request request-${receipt.job}.json --source ${gateway}`} />
            <p className="flex flex-wrap items-center gap-3">
              <Save name={`request-${receipt.job}.json`} text={() => JSON.stringify({ version: receipt.manifest, salt, input })}>Keep the request</Save>
              <span className="min-w-0 text-xs text-faint">The receipt is below, to be downloaded too.</span>
            </p>
          </>
        )
        : <p className="max-w-prose text-sm text-soft">What was asked is kept for a day, and only for who paid, or is not shared with you. With the request, as a file, it is <code className="font-mono text-xs">dehug-relay verify-receipt</code> that compares.</p>)}
      {kind === 'order' && spec === '' && <p className="max-w-prose text-sm text-soft">The chain took this order back, so what it asked is not known here any more.</p>}
    </div>
  );
}
