import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { useTitle } from '../../app/layout.js';
import { NotFound } from '../../app/not-found.js';
import { RelayError, replayReceipt, shareReceipt, type CheckView, type Receipt, type ReceiptRequest } from '../../relay/index.js';
import { checkProof, checkSignatures } from '../../receipt/receipt.js';
import { accountOptions } from '../account/account.js';
import { Badge } from '../../ui/badge.js';
import { Button, buttonClass } from '../../ui/button.js';
import { Copy } from '../../ui/copy.js';
import { cx } from '../../ui/cx.js';
import { Hash, shorten } from '../../ui/hash.js';
import { Icon } from '../../ui/icon.js';
import { Loading, Skeleton } from '../../ui/skeleton.js';
import { Empty, ErrorState } from '../../ui/states.js';
import { useToast } from '../../ui/toast.js';
import { kindOf, modeName, repeatOf, whyNot, type Kind } from './kinds.js';
import { formatMoney } from './money.js';
import { proofQuery, receiptQuery, receiptRequestQuery } from './queries.js';
import { Again, Outcome } from './outcome.js';
import { Assurance } from './receipts.js';
import { Replay } from './replay.js';

/** One receipt: what it says, who signed it, and the run, computed again here. */
export function ReceiptPage() {
  const { id } = useParams({ strict: false });
  return id === undefined ? <NotFound /> : <Page key={id} id={id} />;
}

function Page({ id }: { id: string }) {
  useTitle(`Receipt ${shorten(id)}`);
  const account = useQuery(accountOptions);
  const who = account.data?.address ?? '';
  const receipt = useQuery({ ...receiptQuery(id, who), enabled: account.isFetched });
  const request = useQuery({ ...receiptRequestQuery(id, who), enabled: receipt.isSuccess });
  if (receipt.isError) {
    const missing = receipt.error instanceof RelayError && receipt.error.status === 404;
    return (
      <div className="page max-w-4xl py-12">
        <h1 className="sr-only">Receipt</h1>
        {missing
          ? (
            <Empty icon="key" title="There is no receipt here for you to see">
              Receipts are for who paid and who ran it, unless the payer shares them. {who === '' ? 'If one of the two is you, sign in at the top of the page.' : `You are signed in as ${shorten(who)}: is that the account that paid?`}
            </Empty>
          )
          : <ErrorState title="The receipt could not be fetched" error={receipt.error} retry={() => void receipt.refetch()} />}
      </div>
    );
  }
  if (!receipt.data) return <div className="page max-w-4xl py-9"><Loading what="the receipt"><Skeleton className="mb-6 h-8 w-64" /><Skeleton className="h-96 rounded-lg" /></Loading></div>;
  const r = receipt.data;
  const { model } = request.data ?? {};
  const kind = kindOf(r.mode);
  return (
    <div className="page grid max-w-4xl gap-8 py-9">
      <header>
        <p className="text-sm text-faint"><Link to="/receipts" className="text-soft hover:text-accent hover:underline">Receipts</Link></p>
        <h1 className="text-xl wrap-anywhere">{titles[kind]} {model ? <Link to="/models/$owner/$name" params={model} search={{ version: model.version }} className="hover:text-accent hover:underline">{model.title || model.name}</Link> : 'a model'}</h1>
        <ul aria-label="What it is" className="mt-2 flex flex-wrap gap-1.5 *:flex">
          {model && <li><Badge>{model.version}</Badge></li>}
          <li><Badge>{modeName(r.mode)}</Badge></li>
          <li><Assurance of={r.assurance} /></li>
          {request.data && request.data.sharing !== 'private' && <li><Badge tone="note">shared</Badge></li>}
        </ul>
      </header>
      <Signed receipt={r} />
      {kind !== 'run' && request.data && <Outcome receipt={r} request={request.data} account={who} />}
      <ReplaySection receipt={r} request={request} account={who} />
      {request.data && <Checked id={id} account={who} receipt={r} request={request.data} />}
      {r.settleBy > 0 && <Settled receipt={r} />}
      <Fields receipt={r} />
      {request.data?.role === 'payer' && <Sharing id={id} account={who} sharing={request.data.sharing} />}
      <Take receipt={r} />
    </div>
  );
}

const titles = { run: 'A run of', inference: 'A run of', evaluation: 'An evaluation of', validation: 'A validation of', training: 'A training of', order: 'An order for' } as const;

/** Whose signatures hold: found out here, from the receipt alone. */
function Signed({ receipt }: { receipt: Receipt }) {
  const { provider, relay } = useMemo(() => checkSignatures(receipt), [receipt]);
  return (
    <section aria-labelledby="signed" className="grid gap-2.5">
      <h2 id="signed" className="text-lg">Signatures, checked in this browser</h2>
      <ul className="grid gap-2">
        <Check ok={provider}>{provider ? 'The provider signed exactly this' : 'The provider named here did not sign this'}: <Who address={receipt.provider} what="the provider’s address" /> <Link to="/providers/$address" params={{ address: receipt.provider }} className="link">What is known of it</Link></Check>
        <Check ok={relay}>{relay === null ? 'No relay countersigned it' : relay ? <>This relay countersigned it: <Who address={receipt.relay} what="the relay’s address" /></> : <>The relay named here did not sign this: <Who address={receipt.relay} what="the relay’s address" /></>}</Check>
      </ul>
    </section>
  );
}

function Check({ ok, children }: { ok: boolean | null; children: ReactNode }) {
  return (
    <li className="flex items-start gap-2.5 text-sm">
      <Icon name={ok ? 'check' : 'warn'} className={cx('mt-0.5', ok ? 'text-accent' : ok === null ? 'text-warn' : 'text-bad')} />
      <span className="min-w-0 wrap-anywhere">{children}</span>
    </li>
  );
}

const Who = ({ address, what }: { address: string; what: string }) => <Hash value={address} what={what} head={8} tail={6} />;

function ReplaySection({ receipt, request, account }: { receipt: Receipt; request: { data: ReceiptRequest | undefined; isError: boolean; error: unknown; refetch: () => unknown }; account: string }) {
  const by = repeatOf(receipt);
  return (
    <section aria-labelledby="replay" className="grid gap-3">
      <h2 id="replay" className="text-lg">{by === 'nobody' || by === 'here' ? 'Replay this' : 'Do it again'}</h2>
      {by === 'nobody'
        ? <p className="max-w-prose text-sm text-soft">{whyNot(receipt.mode)}</p>
        : request.isError
          ? <ErrorState title="What was asked could not be fetched" error={request.error} retry={() => void request.refetch()} />
          : !request.data
            ? <Loading what="what was asked"><Skeleton className="h-24 rounded-lg" /></Loading>
            : by === 'here'
              ? <Replay receipt={receipt} request={request.data} account={account} />
              : <Again receipt={receipt} request={request.data} account={account} />}
    </section>
  );
}

const founds: Record<CheckView['state'], [ok: boolean | null, says: string]> = {
  open: [null, 'Somebody else is to give this answer again'],
  agrees: [true, 'Somebody else gave this answer again, and the two agree'],
  differs: [false, 'Somebody else gave this answer again: this one was false'],
  disputed: [null, 'Somebody else gave another answer, and nobody said who is right'],
  failed: [null, 'Nobody could give this answer again'],
};

/** What became of the answer when somebody else gave it again; its payer may ask for that. */
function Checked({ id, account, receipt, request }: { id: string; account: string; receipt: Receipt; request: ReceiptRequest }) {
  const queries = useQueryClient();
  const key = receiptRequestQuery(id, account).queryKey;
  const open = request.check?.state === 'open';
  useEffect(() => {
    if (!open) return undefined;
    const again = setInterval(() => void queries.invalidateQueries({ queryKey: key, exact: true }), 2000);
    return () => clearInterval(again);
  });
  const ask = useMutation({ mutationFn: () => replayReceipt({ id }), onSuccess: (check) => queries.setQueryData(key, (old) => old && { ...old, check }) });
  const mayAsk = request.role === 'payer' && receipt.mode === 'strict' && (!request.check || request.check.state === 'failed');
  if (!request.check && !mayAsk) return null;
  const [ok, says] = founds[request.check?.state ?? 'open'];
  return (
    <section aria-labelledby="checked" className="grid gap-2.5">
      <h2 id="checked" className="text-lg">By somebody else</h2>
      {request.check && (
        <ul aria-live="polite" className="grid gap-2">
          <Check ok={ok}>
            {says}{request.check.detail && ` (${request.check.detail})`}. {request.check.kind === 'spot' ? 'It was looked at by chance.' : 'Its payer asked.'}
            {request.check.checker && <> By <Who address={request.check.checker} what="the address of who gave it again" /></>}
          </Check>
        </ul>
      )}
      {request.check?.evidence && <p><a href={`/api/v1/receipts/${encodeURIComponent(id)}/evidence`} download className="link text-sm">Download the evidence</a></p>}
      {mayAsk && (
        <div className="flex flex-wrap items-center gap-3">
          <Button size="sm" busy={ask.isPending} onClick={() => ask.mutate()}>Have it replayed for me</Button>
          <span className="min-w-0 text-xs text-faint">By another provider, or by this hub; for nothing, a few times a day. A provider whose answer was false is banned.</span>
        </div>
      )}
      {ask.isError && <p role="alert" className="text-sm text-bad first-letter:uppercase">{ask.error.message}</p>}
    </section>
  );
}

const settled = { built: 'It waits to be sent to the chain.', sent: 'It is sent to the chain.', mined: 'The chain has it, and may still undo it.', safe: 'The chain has it for good.' } as const;

/** Where its money is, and the proof, checked here. */
function Settled({ receipt }: { receipt: Receipt }) {
  const proof = useQuery(proofQuery(receipt.job));
  const holds = useMemo(() => (proof.data ? checkProof(receipt, proof.data) : null), [receipt, proof.data]);
  const due = new Date(receipt.settleBy * 1000).toLocaleString('en', { dateStyle: 'medium', timeStyle: 'short' });
  return (
    <section aria-labelledby="settled" className="grid gap-2.5">
      <h2 id="settled" className="text-lg">Settlement</h2>
      {proof.isPending && <Loading what="the settlement"><Skeleton className="h-10 rounded-md" /></Loading>}
      {proof.isError && <ErrorState title="The settlement could not be fetched" error={proof.error} retry={() => void proof.refetch()} />}
      {proof.data === null && <p className="text-sm text-soft">{receipt.settleBy * 1000 > Date.now() ? `It is in no settlement yet. It has to be by ${due}.` : `It had to be in a settlement by ${due}, and is in none: this receipt proves that it was left out.`}</p>}
      {proof.data && (
        <ul className="grid gap-2">
          <Check ok={holds}>{holds ? `It is number ${proof.data.place + 1} of the ${proof.data.settlement.receipts} in a settlement: the proof holds` : 'The proof that it is in a settlement does not hold'}: <Hash value={proof.data.settlement.root} what="the settlement’s root" /></Check>
          <Check ok={proof.data.settlement.state === 'safe' ? true : null}>
            {settled[proof.data.settlement.state]}
            {proof.data.settlement.transaction && <> Transaction <Hash value={proof.data.settlement.transaction} what="the transaction’s hash" /></>}
          </Check>
        </ul>
      )}
    </section>
  );
}

const specified = { request: 'Hash of a salt and the job’s document.', result: 'Hash of the result’s document, and of what belongs to it.' } as const;

/** Of kinds whose fields mean something else than of a run by tensors. */
const modes: Partial<Record<Kind, { mode: string; request: string; result: string }>> = {
  inference: { mode: 'A run by a document that says what is asked.', ...specified },
  evaluation: { mode: 'The model over a data set, in strict mode: a metric’s value.', ...specified },
  validation: { mode: 'Whether the model can be run.', ...specified },
  training: { mode: 'Another model, made by a command that the provider allows.', ...specified },
  order: { mode: 'Ordered on chain; the job’s document says the rest.', request: specified.request, result: 'SHA-256 of the result’s document, as the chain has it.' },
};

/** Every field, with what it means. */
function Fields({ receipt: r }: { receipt: Receipt }) {
  const moment = (seconds: number) => (seconds === 0 ? 'never' : new Date(seconds * 1000).toLocaleString('en', { dateStyle: 'medium', timeStyle: 'medium' }));
  const zero = /^0x0+$/.test(r.session);
  const kind = kindOf(r.mode);
  const fields: [name: string, value: ReactNode, says: ReactNode][] = [
    ['Job', <Hash key="job" value={r.job} what="the job’s id" />, 'The relay’s name for this run: there is one receipt for it.'],
    ['Model', <Hash key="model" value={r.manifest} what="the manifest’s CID" />, 'Hash of the manifest, which names every byte of the model.'],
    ['Mode', r.mode, modes[kind]?.mode ?? (r.mode === 'strict' ? 'The same bits on every machine, in every order of work.' : 'As quick as the machine can; the last bits may differ.')],
    ['Plan', <Hash key="plan" value={r.plan} what="the plan’s hash" />, repeatOf(r) === 'nobody' ? 'Hash of the plan, or of the name of the program that answered.' : 'Hash of the arithmetic plan: which sums are made, in which order.'],
    ['Request', <Hash key="request" value={r.request} what="the request’s hash" />, modes[kind]?.request ?? 'Hash of a salt and the input. The salt keeps others from guessing what was asked.'],
    ['Result', <Hash key="result" value={r.result} what="the result’s hash" />, modes[kind]?.result ?? 'Hash of the outputs in their one form: what a replay is compared with.'],
    ['Assurance', r.assurance, r.assurance === 'replayable' ? 'Whoever has the request can compute the answer again.' : r.assurance === 'spot-checked' ? 'The provider says so; some of its answers, by chance, are given again by others and compared.' : 'The provider says so, and is known by its signature.'],
    ['Units', String(r.units), kind === 'order' ? 'Units that were ordered.' : 'Runs that it counts for.'],
    ['Paid to the provider', formatMoney(r.pay), 'What the provider asked for; the price before the run was its upper bound.'],
    ['Paid by', <Who key="payer" address={r.payer} what="the payer’s address" />, zero ? 'Asked for it. The relay’s operator paid.' : 'Asked for it, and paid.'],
    kind === 'order' ? ['Order', <Hash key="session" value={r.session} what="the order’s id" />, <Link key="to" to="/orders/$id" params={{ id: r.session }} className="link">The order on chain, which holds the money</Link>] : ['Session', zero ? 'none' : <Hash key="session" value={r.session} what="the session’s id" />, zero ? 'No money on chain is behind it: it was free.' : 'The money on chain that it was paid from.'],
    ['Began', moment(r.started), 'By the provider’s clock.'],
    ['Ended', moment(r.ended), 'The like.'],
    ['To be settled by', moment(r.settleBy), r.settleBy === 0 ? 'There is nothing to settle.' : 'If it is in no settlement by then, this receipt proves the omission.'],
  ];
  return (
    <section aria-labelledby="fields" className="grid gap-3">
      <h2 id="fields" className="text-lg">What it says</h2>
      <dl className="overflow-hidden rounded-lg border border-line bg-card">
        {fields.map(([name, value, says]) => (
          <div key={name} className="grid gap-x-5 gap-y-0.5 border-b border-line px-4 py-2.5 text-sm last:border-0 sm:grid-cols-[9rem_13rem_minmax(0,1fr)]">
            <dt className="text-faint">{name}</dt>
            <dd className="min-w-0 font-medium wrap-anywhere tabular-nums">{value}</dd>
            <dd className="min-w-0 text-xs text-faint sm:pt-0.5">{says}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

const choices = [
  { id: 'private', name: 'The provider and you', says: 'Nobody else can open this page.' },
  { id: 'receipt', name: 'Anybody with the link: the receipt', says: 'They see and check what was signed, not what you asked.' },
  { id: 'request', name: 'Anybody with the link: the receipt and your input', says: 'They can replay it, for as long as the hub keeps the input: a day.' },
] as const;

/** Who sees this page: its payer decides. */
function Sharing({ id, account, sharing }: { id: string; account: string; sharing: ReceiptRequest['sharing'] }) {
  const queries = useQueryClient();
  const say = useToast();
  const share = useMutation({
    mutationFn: (to: ReceiptRequest['sharing']) => shareReceipt({ id, body: { sharing: to } }),
    onSuccess: (_, to) => {
      queries.setQueryData(receiptRequestQuery(id, account).queryKey, (old) => old && { ...old, sharing: to });
      say({ text: to === 'private' ? 'Only the provider and you see it now.' : 'Whoever has the link sees it now.', tone: 'good' });
    },
    onError: (error) => say({ text: error.message, tone: 'bad' }),
  });
  return (
    <section aria-labelledby="sharing" className="grid gap-3">
      <h2 id="sharing" className="text-lg">Who sees this</h2>
      <fieldset className="grid gap-2.5" disabled={share.isPending}>
        <legend className="sr-only">Who sees this receipt</legend>
        {choices.map(({ id: to, name, says }) => (
          <label key={to} className="flex cursor-pointer items-start gap-2.5 text-sm">
            <input type="radio" name="sharing" checked={(share.isPending ? share.variables : sharing) === to} onChange={() => share.mutate(to)} className="mt-0.5 size-4 shrink-0 accent-accent" />
            <span><span className="font-medium">{name}</span><span className="block text-xs text-faint">{says}</span></span>
          </label>
        ))}
      </fieldset>
      {sharing !== 'private' && <p className="flex items-center gap-1 rounded-md border border-line bg-sunken py-1 pr-1 pl-3 font-mono text-xs"><span className="min-w-0 flex-1 wrap-anywhere">{location.href}</span><Copy text={location.href} what="the link" /></p>}
    </section>
  );
}

/** The receipt itself, for other programs. */
function Take({ receipt }: { receipt: Receipt }) {
  const place = useRef<HTMLAnchorElement>(null);
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([JSON.stringify(receipt, null, 2)], { type: 'application/json' }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [receipt]);
  return (
    <p className="flex flex-wrap items-center gap-3 text-sm text-soft">
      <a ref={place} href={url} download={`receipt-${receipt.job}.json`} className={buttonClass({ size: 'sm' })}><Icon name="download" />Download the receipt</a>
      <span className="min-w-0 text-xs text-faint">Check it without this site: <code className="font-mono wrap-anywhere">dehug-relay verify-receipt receipt-{shorten(receipt.job)}.json</code></span>
    </p>
  );
}
