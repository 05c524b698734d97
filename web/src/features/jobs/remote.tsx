import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { RelayError, type ModelDetail, type ModelOffer, type Prediction, type UsageSession, type VersionInfo } from '../../relay/index.js';
import { tensorsFromJSON, tensorsToJSON, type Tensors } from '../../receipt/tensors.js';
import { accountOptions } from '../account/account.js';
import { useRelease } from '../model/release-query.js';
import { Badge } from '../../ui/badge.js';
import { Button, buttonClass } from '../../ui/button.js';
import { Textarea } from '../../ui/field.js';
import { counted, formatBytes, formatDay } from '../../ui/format.js';
import { Facts, type Fact } from '../../ui/facts.js';
import { Icon } from '../../ui/icon.js';
import { Progress } from '../../ui/progress.js';
import { Loading, Skeleton } from '../../ui/skeleton.js';
import { Empty, ErrorState } from '../../ui/states.js';
import { Chosen } from './chosen.js';
import { formatMoney, formatTook } from './money.js';
import { JobEnded, predict, reasonOf } from './predict.js';
import { payFrom, PurseError } from './purse.js';
import { allowanceQuery, offersQuery } from './queries.js';
import { anybody, ChooseProvider, limitOf, wishesOf, within } from './routing.js';
import { useSessions, type Sessions } from './use-sessions.js';
import { remoteTask, taskOf, type Found, type Prepared } from './tasks.js';

const SignIn = lazy(() => import('../account/sign-in.js').then(({ SignIn }) => ({ default: SignIn })));
const OpenSession = lazy(() => import('./open-session.js').then(({ OpenSession }) => ({ default: OpenSession })));

type At =
  | { is: 'idle' }
  | { is: 'preparing' }
  | { is: 'running'; prediction?: Prediction; done: number; of: number }
  | { is: 'done'; prediction: Prediction; outputs: Tensors; found: Found | null; ms: number }
  | { is: 'failed'; error: unknown };

/** The model, run by somebody else: what it costs is said before, who answers signs for it. */
export function Remote({ model, version }: { model: ModelDetail; version: VersionInfo }) {
  const offers = useQuery(offersQuery(version.manifest));
  if (offers.isPending) return <Loading what="offers"><Skeleton className="h-72 rounded-lg" /></Loading>;
  if (offers.isError) return <ErrorState title="What providers offer could not be fetched" error={offers.error} retry={() => void offers.refetch()} />;
  if (offers.data.length === 0) {
    return (
      <Empty icon="play" title="No provider runs this version now">
        Providers come and go; the model still runs in your browser. Whoever has a machine can offer it: <code className="font-mono text-xs">dehug-relay provider --model {version.manifest.slice(0, 12)}…=250</code>
      </Empty>
    );
  }
  return <Panel key={version.manifest} model={model} version={version} offers={[...offers.data].sort((a, b) => (a.mode < b.mode ? 1 : -1))} />; // strict first
}

function Panel({ model, version, offers }: { model: ModelDetail; version: VersionInfo; offers: ModelOffer[] }) {
  const account = useQuery(accountOptions);
  const allowance = useQuery({ ...allowanceQuery(account.data?.address ?? '', version.manifest), enabled: Boolean(account.data) });
  const { release, gateways } = useRelease(version);
  const queries = useQueryClient();
  const [mode, setMode] = useState(offers.some((offer) => offer.mode === 'strict') ? 'strict' : 'fast');
  const [at, setAt] = useState<At>({ is: 'idle' });
  const [input, setInput] = useState<{ blob: Blob; name: string }>();
  const [raw, setRaw] = useState('');
  const [asking, setAsking] = useState(false);
  const [opening, setOpening] = useState(false);
  const [free, setFree] = useState<boolean>();
  const [who, setWho] = useState(anybody);
  const stop = useRef<AbortController>(undefined);
  useEffect(() => () => stop.current?.abort(), []);
  const limit = limitOf(who);
  const found = offers.find((each) => each.mode === mode) ?? offers[0];
  const offer = found && within(found, limit);
  const sessions = useSessions(model, account.data?.address, offer?.cheapest ?? 0);
  const session = free === true ? undefined : sessions.usable;
  const task = remoteTask(model.task);
  const busy = at.is === 'preparing' || at.is === 'running';
  if (!offer) return null;

  const prepare = async (): Promise<Pick<Prepared, 'input'> & Partial<Prepared>> => {
    if (task === null) return { input: readRaw(raw) };
    if (!release.data || !input) throw new RangeError('there is nothing to run on yet');
    const { manifest } = release.data;
    return task.prepare(input.blob, taskOf(manifest), async (path) => {
      const file = manifest.files.find((each) => each.path === path);
      if (!file) throw new RangeError(`the release has no file ${path}`);
      const { readFile } = await import('../model/verified.js');
      return readFile(file, { gateways });
    });
  };

  const run = async () => {
    const control = new AbortController();
    stop.current = control;
    setAt({ is: 'preparing' });
    try {
      const { input: tensors, read } = await prepare();
      setAt({ is: 'running', done: 0, of: 0 });
      const began = performance.now();
      const { prediction, outputs } = await predict({
        version: version.manifest, mode: mode as 'strict', input: tensors, maxPrice: session ? Math.min(offer.costly, session.computeCap) : offer.costly, signal: control.signal, routing: wishesOf(who, offer.each),
        ...(session && sessions.terms && { pay: payFrom(session, sessions.terms) }),
        onState: (prediction) => setAt((now) => (now.is === 'running' ? { ...now, prediction } : now)),
        onProgress: (done, of) => setAt((now) => (now.is === 'running' ? { ...now, done, of } : now)),
      });
      setAt({ is: 'done', prediction, outputs, found: read?.(outputs) ?? null, ms: performance.now() - began });
    } catch (thrown) {
      setAt(control.signal.aborted ? { is: 'idle' } : { is: 'failed', error: thrown });
      if (reasonOf(thrown) === 'signed-out') void queries.invalidateQueries({ queryKey: accountOptions.queryKey });
    } finally {
      void queries.invalidateQueries({ queryKey: ['jobs'] });
    }
  };

  const missing = Number.isNaN(limit) ? 'Say how much it may cost.' : task === null ? (raw.trim() === '' ? 'Write the input first.' : null) : !input ? `Choose a ${task.takes} first.` : !release.data && !release.isError ? 'The manifest is being checked.' : null;
  const most = offer.costly + (offer.author ?? 0);
  const short = !session && allowance.data !== undefined && allowance.data.left < most;
  return (
    <div className="overflow-hidden rounded-lg border border-line bg-card">
      <Offer offer={offer} offers={offers} mode={mode} setMode={setMode} busy={busy} />
      <ChooseProvider each={offer.each} who={who} setWho={setWho} busy={busy} />
      <div className="grid gap-5 p-5">
        {task === null
          ? <Raw value={raw} onChange={(text) => { setRaw(text); if (!busy) setAt({ is: 'idle' }); }} />
          : <Chooser takes={task.takes} samples={task.samples} input={input} boxes={at.is === 'done' ? (at.found?.boxes ?? []) : []} busy={busy} choose={(chosen) => { setInput(chosen); setAt({ is: 'idle' }); }} />}
        {release.isError && task !== null && <ErrorState title="The manifest could not be checked" error={release.error} retry={() => void release.refetch()} />}
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2.5">
          {account.data === null
            ? <Button variant="primary" onClick={() => setAsking(true)}>Sign in to run</Button>
            : busy
              ? <Button onClick={() => stop.current?.abort()}>Cancel</Button>
              : <Button variant="primary" disabled={missing !== null || short || !account.data} onClick={() => void run()}><Icon name="play" />Run for {session ? formatMoney(session.authorFee + session.relayFee + Math.min(offer.costly, session.computeCap)) : price(offer)}</Button>}
          <p className="min-w-0 grow basis-60 text-xs text-faint">
            {short ? '' : account.data && missing ? missing : task === null ? 'The relay and the provider see the input; the relay keeps it for a day.' : `Only what the model takes of the ${task.takes} is sent. The relay and the provider see that; the relay keeps it for a day.`}
          </p>
        </div>
        {sessions.usable && allowance.data && allowance.data.left >= most && (
          <fieldset className="flex flex-wrap gap-x-5 gap-y-1.5 text-sm" disabled={busy}>
            <legend className="sr-only">Who pays</legend>
            {[['Your session pays', false], ['The operator pays', true]].map(([text, value]) => (
              <label key={String(value)} className="flex cursor-pointer items-center gap-2">
                <input type="radio" name="payer" checked={(free ?? false) === value} onChange={() => setFree(value === true)} className="size-4 accent-accent" />{text}
              </label>
            ))}
          </fieldset>
        )}
        {account.data && (session ? <Spend session={session} /> : allowance.data && <Money {...allowance.data} most={most} />)}
        {account.data && !session && <Lock sessions={sessions} open={() => setOpening(true)} />}
        <div aria-live="polite" className="grid gap-3 empty:hidden">
          {at.is === 'preparing' && <Doing text="Preparing the input…" />}
          {at.is === 'running' && <Running prediction={at.prediction} done={at.done} of={at.of} />}
          {at.is === 'failed' && <Failure error={at.error} signIn={() => setAsking(true)} retry={() => void run()} />}
          {at.is === 'done' && <Answer {...at} />}
        </div>
      </div>
      {asking && <Suspense><SignIn onClose={() => setAsking(false)} /></Suspense>}
      {opening && account.data && sessions.terms && <Suspense><OpenSession plans={sessions.plans} terms={sessions.terms} account={account.data.address} onClose={() => setOpening(false)} /></Suspense>}
    </div>
  );
}

/** What the session that pays has left. */
function Spend({ session: { units, used, held, left, state, ends, period } }: { session: UsageSession }) {
  return (
    <p role="status" className="text-xs text-faint">
      Paid from your {period ? 'subscription' : 'session'}: <span className="tabular-nums">{left.toLocaleString('en')} of {counted(units, 'run')}</span> left{period ? ' in this period' : ''}, {used.toLocaleString('en')} used{held > 0 && `, ${held.toLocaleString('en')} under way`}; until {formatDay(new Date(ends))}.
      {state === 'pending' && ' The chain may still undo its opening, so it pays some minutes from now.'} <Link to="/sessions" className="link">Your sessions</Link>
    </p>
  );
}

/** The way to a session, and what became of those that there are. */
function Lock({ sessions: { terms, plans, elsewhere }, open }: { sessions: Sessions; open: () => void }) {
  if (!terms) return null;
  return (
    <div className="grid gap-3 empty:hidden">
      {elsewhere && (
        <p className="rounded-md border border-line p-3 text-sm text-soft">
          A session of yours for this model has {counted(elsewhere.left, 'run')} left, and its key is not in this browser. Run where you opened it{elsewhere.period ? '' : <>, or <Link to="/sessions" className="link">close it</Link>: what is left comes back</>}.
        </p>
      )}
      {plans.length > 0 && (
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2 rounded-md bg-sunken p-3 text-sm">
          <span className="min-w-0 grow basis-60 text-soft">Or pay yourself, {formatMoney(plans[0]?.price ?? 0)} a run at most: lock some runs once, and only those that you use are paid.</span>
          <Button size="sm" onClick={open}><Icon name="key" />Open a session</Button>
        </div>
      )}
    </div>
  );
}

const price = ({ cheapest, costly }: ModelOffer) => (cheapest === costly ? formatMoney(costly) : `${formatMoney(cheapest)} – ${formatMoney(costly)}`);

const modes = {
  strict: { name: 'Strict', says: 'The same bits everywhere: you, or anybody whom you let, can run it again and compare.' },
  fast: { name: 'Fast', says: 'Quicker, but not the same to the last bit on every machine: the answer is signed, and cannot be replayed.' },
} as const;

/** What is offered, before anything is asked. */
function Offer({ offer, offers, mode, setMode, busy }: { offer: ModelOffer; offers: ModelOffer[]; mode: string; setMode: (mode: string) => void; busy: boolean }) {
  const facts: Fact[] = [
    ['A run', price(offer)],
    ['Providers', `${offer.providers}${offer.free === 0 ? ', all busy' : ''}`],
    ['Takes', offer.median_ms === undefined ? 'not known yet' : `about ${formatTook(offer.median_ms)}`],
    ['On', offer.hardware.join(' · ') || 'they do not say'],
  ];
  return (
    <div className="grid gap-4 border-b border-line p-5">
      <Facts label="What is offered" facts={facts} columns="grid-cols-2 gap-x-6 md:grid-cols-[auto_auto_auto_minmax(0,1fr)]" />
      {offers.length > 1 && (
        <fieldset className="flex flex-wrap gap-x-5 gap-y-1.5 text-sm" disabled={busy}>
          <legend className="sr-only">Mode</legend>
          {offers.map((each) => (
            <label key={each.mode} className="flex cursor-pointer items-center gap-2">
              <input type="radio" name="mode" value={each.mode} checked={each.mode === mode} onChange={() => setMode(each.mode)} className="size-4 accent-accent" />
              {modes[each.mode as 'strict'].name}, {price(each)}
            </label>
          ))}
        </fieldset>
      )}
      <p className="text-sm text-soft">{modes[mode as 'strict'].says}</p>
    </div>
  );
}

function Money({ used, left, daily, until, most }: { used: number; left: number; daily: number; until: string; most: number }) {
  const when = new Date(until).toLocaleTimeString('en', { hour: '2-digit', minute: '2-digit' });
  if (left >= most) return <p className="text-xs text-faint">Paid by this hub’s operator: {formatMoney(left)} of {formatMoney(daily)} are left for you today{most > 0 && `, ${counted(Math.floor(left / most), 'run')} of this`}. There is more at {when}.</p>;
  return (
    <div role="status" className="flex items-start gap-2.5 rounded-md bg-warn-wash p-3 text-sm text-warn">
      <Icon name="warn" className="mt-0.5" />
      {daily === 0
        ? <span>This hub’s operator pays for nobody. The model still runs in your browser, for nothing.</span>
        : <span>What the operator pays {used + left < daily ? 'today for this model, or for your network,' : 'for you today'} is used up: {formatMoney(left)} of {formatMoney(daily)} are left, and a run may cost {formatMoney(most)}. There is more at {when}; the model still runs in your browser, for nothing.</span>}
    </div>
  );
}

/** A picture or a file, by hand or from the samples. What was found is drawn over the picture. */
function Chooser({ takes, samples, input, boxes, busy, choose }: {
  takes: 'picture' | 'file';
  samples: readonly { url: string; name: string }[];
  input: { blob: Blob; name: string } | undefined;
  boxes: Found['boxes'];
  busy: boolean;
  choose: (input: { blob: Blob; name: string }) => void;
}) {
  const file = useRef<HTMLInputElement>(null);
  const [url, setUrl] = useState<string>();
  const [over, setOver] = useState(false);
  useEffect(() => {
    if (!input || takes !== 'picture') return undefined;
    const made = URL.createObjectURL(input.blob);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [input, takes]);
  const sample = async ({ url, name }: { url: string; name: string }) => {
    const reply = await fetch(url);
    if (reply.ok) choose({ blob: await reply.blob(), name });
  };
  return (
    <div
      className="grid gap-3"
      onDragOver={(event) => { event.preventDefault(); setOver(true); }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        const [dropped] = event.dataTransfer.files;
        if (dropped && !busy) choose({ blob: dropped, name: dropped.name });
      }}
    >
      <div className={`grid min-h-40 place-items-center overflow-hidden rounded-md border bg-sunken ${over ? 'border-accent' : 'border-line'}`}>
        {input && takes === 'picture' && url
          ? (
            <div className="relative">
              <img src={url} alt={input.name} className="block max-h-96 max-w-full" />
              <svg viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true" className="absolute inset-0 size-full">
                {boxes.map((box, i) => (
                  <g key={i} fill="none" vectorEffect="non-scaling-stroke">
                    <rect x={box.x} y={box.y} width={box.width} height={box.height} stroke="#000" strokeWidth="5" vectorEffect="non-scaling-stroke" />
                    <rect x={box.x} y={box.y} width={box.width} height={box.height} stroke="#7ff7c0" strokeWidth="2.5" vectorEffect="non-scaling-stroke" />
                  </g>
                ))}
              </svg>
            </div>
          )
          : <p className="flex items-center gap-2 p-6 text-sm text-soft wrap-anywhere">{input ? <><Icon name="file" />{input.name}, {formatBytes(input.blob.size)}</> : `Drop a ${takes} here, or choose one.`}</p>}
      </div>
      <div className="flex flex-wrap items-center gap-2">
        <Button size="sm" disabled={busy} onClick={() => file.current?.click()}><Icon name="file" />Choose a {takes}</Button>
        {samples.map((each, i) => (
          <Button key={each.url} size="sm" variant="quiet" disabled={busy} title={each.name} onClick={() => void sample(each)}>{takes === 'file' ? each.name : `Sample ${i + 1}`}<span className="sr-only">{takes === 'picture' && `: ${each.name}`}</span></Button>
        ))}
        <input
          ref={file}
          type="file"
          hidden
          aria-label={`A ${takes}`}
          {...(takes === 'picture' && { accept: 'image/*' })}
          onChange={(event) => {
            const [chosen] = event.target.files ?? [];
            event.target.value = ''; // choosing the same again is a change again
            if (chosen) choose({ blob: chosen, name: chosen.name });
          }}
        />
      </div>
    </div>
  );
}

const example = `{
  "x": { "datatype": "FP32", "shape": [1, 4], "data": [1, 2, 3, 4] }
}`;

/** Tensors as the API takes them, for models whose task has no view. */
function Raw({ value, onChange }: { value: string; onChange: (text: string) => void }) {
  let error: string | undefined;
  if (value.trim() !== '') {
    try {
      readRaw(value);
    } catch (thrown) {
      error = thrown instanceof Error ? thrown.message : String(thrown);
    }
  }
  return (
    <Textarea
      label="Input tensors"
      rows={7}
      spellCheck={false}
      className="font-mono text-xs"
      value={value}
      placeholder={example}
      onChange={(event) => onChange(event.target.value)}
      hint="In JSON, by the names of the model’s inputs: type and shape as in the Open Inference Protocol, numbers as “data” or little-endian bytes as “base64”."
      {...(error !== undefined && { error })}
    />
  );
}

function readRaw(text: string): Tensors {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new RangeError('this is no JSON', { cause });
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json) || !Object.values(json).every((each) => typeof each === 'object' && each !== null)) throw new RangeError('the input is an object with a tensor for each name');
  return tensorsFromJSON(json as Parameters<typeof tensorsFromJSON>[0]);
}

function Doing({ text }: { text: string }) {
  return <div className="grid gap-2"><p className="text-sm text-soft">{text}</p><Progress label={text} /></div>;
}

function Running({ prediction, done, of }: { prediction: Prediction | undefined; done: number; of: number }) {
  if (!prediction) return <Doing text="Asking the relay…" />;
  if (prediction.status === 'starting') return <Doing text={prediction.attempts > 0 ? 'A provider was lost; another is looked for…' : 'Waiting for a free provider…'} />;
  return (
    <>
      {of === 0 ? <Doing text="A provider runs it…" /> : <div className="grid gap-2"><p className="text-sm text-soft">A provider runs it: {done} of {counted(of, 'step')}…</p><Progress label="Steps of the model" value={done} max={of} /></div>}
      <Chosen id={prediction.id} attempts={prediction.attempts} />
    </>
  );
}

const sessionTitles: Partial<Record<ReturnType<typeof reasonOf>, string>> = { 'session-spent': 'The session is used up', 'session-over': 'The session is over', 'session-pending': 'The session is not certain yet' };

function Failure({ error, signIn, retry }: { error: unknown; signIn: () => void; retry: () => void }) {
  const reason = reasonOf(error);
  if (reason === 'signed-out') {
    return (
      <div role="alert" className="flex flex-wrap items-center gap-3 rounded-md border border-line p-4 text-sm">
        <span className="flex-1">You are signed out. Sign in again, and nothing that you chose is lost.</span>
        <Button size="sm" onClick={signIn}>Sign in</Button>
      </div>
    );
  }
  const title = sessionTitles[reason] ?? (error instanceof PurseError ? 'Nothing was signed' : reason === 'no-money' ? 'There is not enough left to pay for it' : reason === 'not-now' ? 'It cannot be done now' : error instanceof JobEnded ? 'The job failed' : error instanceof RelayError ? 'The relay refused' : 'This input does not do');
  return <ErrorState title={title} error={error} retry={retry} />;
}

/** What came back, and the way to what was signed about it. */
function Answer({ prediction, outputs, found, ms }: { prediction: Prediction; outputs: Tensors; found: Found | null; ms: number }) {
  return (
    <>
      {found
        ? (
          <section aria-label="Result" className="grid gap-2.5">
            <p className="text-md font-semibold">{found.sentence}</p>
            {found.rows.length > 0 && (
              <ul className="grid gap-2">
                {found.rows.map(({ label, note, score }, i) => (
                  <li key={i} className="grid gap-1 text-sm">
                    <span className="flex justify-between gap-3"><span className="min-w-0 wrap-anywhere">{label}{note && <span className="ml-2 text-xs text-faint">{note}</span>}</span><span className="tabular-nums">{Math.round(score * 100)} %</span></span>
                    <span aria-hidden="true" className="h-1.5 overflow-hidden rounded-full bg-sunken"><span className="block h-full rounded-full bg-accent" style={{ width: `${score * 100}%` }} /></span>
                  </li>
                ))}
              </ul>
            )}
          </section>
        )
        : (
          <section aria-label="Result">
            <ul className="grid gap-2">
              {Object.entries(outputs).map(([name, { type, dims, data }]) => (
                <li key={name} className="rounded-md bg-sunken p-3 font-mono text-xs wrap-anywhere">
                  <span className="font-semibold">{name}</span> {type} [{dims.join(', ')}]
                  <span className="mt-1 block text-soft">{Array.from(data as ArrayLike<number | bigint>, String).slice(0, 64).join(', ')}{data.length > 64 && ' …'}</span>
                </li>
              ))}
            </ul>
            <a className="link mt-2 inline-block text-sm" download={`${prediction.id}.json`} href={`data:application/json,${encodeURIComponent(JSON.stringify(tensorsToJSON(outputs)))}`}>Download all of it</a>
          </section>
        )}
      <Chosen id={prediction.id} attempts={prediction.attempts} />
      <p className="flex flex-wrap items-center gap-x-3 gap-y-2 border-t border-line pt-3.5 text-sm">
        <Badge tone="good">signed</Badge>
        <span className="text-soft">{formatTook(ms)}, the way there and back included.</span>
        <Link to="/receipts/$id" params={{ id: prediction.id }} className={buttonClass({ size: 'sm' }, 'ml-auto')}><Icon name="shield" />{prediction.mode === 'strict' ? 'Receipt and replay' : 'Receipt'}</Link>
      </p>
    </>
  );
}
