import { useEffect, useRef, useState } from 'react';
import type { Progress as LoadProgress } from '../../engine/types.js';
import type { Receipt, ReceiptRequest, TensorJSON } from '../../relay/index.js';
import { evidenceFile, evidenceText, makeEvidence } from '../../receipt/evidence.js';
import { replay, type Replayed } from '../../receipt/replay.js';
import { tensorsFromJSON } from '../../receipt/tensors.js';
import { hex, utf8 } from '../../verify/bytes.js';
import { useQuery } from '@tanstack/react-query';
import { useWallet } from '../account/wallets.js';
import { configQuery } from '../model/queries.js';
import { Button } from '../../ui/button.js';
import { formatBytes } from '../../ui/format.js';
import { Icon } from '../../ui/icon.js';
import { Progress } from '../../ui/progress.js';
import { ErrorState } from '../../ui/states.js';
import { formatTook } from './money.js';

type At =
  | { is: 'idle' }
  | { is: 'loading'; bytes: number; of: number }
  | { is: 'running'; done: number; of: number }
  | { is: 'done'; replayed: Replayed; salt: string }
  | { is: 'failed'; error: unknown };

interface Request {
  salt: string;
  input: Record<string, TensorJSON>;
}

/** Loads the model, verified, runs it on what was asked, and says whether the provider told the truth. */
export function Replay({ receipt, request, account }: { receipt: Receipt; request: ReceiptRequest; account: string }) {
  const config = useQuery(configQuery);
  const [at, setAt] = useState<At>({ is: 'idle' });
  const file = useRef<HTMLInputElement>(null);
  const stop = useRef<AbortController>(undefined);
  useEffect(() => () => stop.current?.abort(), []);
  const given: Request | undefined = request.salt !== undefined && request.input !== undefined ? { salt: request.salt, input: request.input } : undefined;
  const busy = at.is === 'loading' || at.is === 'running';

  const go = async ({ salt, input }: Request) => {
    const control = new AbortController();
    stop.current = control;
    setAt({ is: 'loading', bytes: 0, of: 0 });
    const sizes = new Map<string, number>();
    let of = 0;
    const onProgress = (event: LoadProgress) => {
      if (event.type === 'manifest') of = event.manifest.loadBytes;
      if (event.type !== 'chunk' || event.state !== 'verified') return;
      sizes.set(`${event.index} ${event.file}`, event.size);
      const bytes = [...sizes.values()].reduce((sum, size) => sum + size, 0);
      setAt((now) => (now.is === 'loading' ? { is: 'loading', bytes, of } : now));
    };
    try {
      const replayed = await replay({
        receipt, salt, input: tensorsFromJSON(input), gateways: config.data?.gateways ?? [], signal: control.signal, onProgress,
        onStep: (done, of) => setAt({ is: 'running', done, of }),
      });
      setAt({ is: 'done', replayed, salt });
    } catch (thrown) {
      setAt(control.signal.aborted ? { is: 'idle' } : { is: 'failed', error: thrown });
    }
  };
  const open = async (chosen: File) => {
    try {
      const read = JSON.parse(await chosen.text()) as Partial<Request>;
      if (typeof read.salt !== 'string' || !/^0x[0-9a-f]{64}$/.test(read.salt) || typeof read.input !== 'object') throw new RangeError('a request has “input” and “salt”');
      await go(read as Request);
    } catch (thrown) {
      setAt({ is: 'failed', error: thrown });
    }
  };

  return (
    <div className="grid gap-4 rounded-lg border border-line bg-card p-5">
      <p className="max-w-prose text-sm text-soft">
        {given
          ? 'Your browser fetches the model, checks every byte of it, compiles it, runs it on the same input, and compares plan and result with what was signed, bit for bit. Nobody has to be believed.'
          : 'What was asked is kept for a day, and only for who paid, or is not shared with you. If you have the request, as a file with “input” and “salt”, it can be replayed.'}
      </p>
      <div className="flex flex-wrap items-center gap-3">
        {busy
          ? <Button onClick={() => stop.current?.abort()}>Cancel</Button>
          : given
            ? <Button variant="primary" disabled={!config.data} onClick={() => void go(given)}><Icon name="play" />{at.is === 'idle' ? 'Replay this' : 'Replay it again'}</Button>
            : <Button disabled={!config.data} onClick={() => file.current?.click()}><Icon name="file" />Choose the request</Button>}
        {given && !busy && request.role === 'payer' && <Save name={`request-${receipt.job}.json`} text={() => JSON.stringify({ version: receipt.manifest, ...given })}>Keep the request</Save>}
        <input
          ref={file}
          type="file"
          hidden
          accept="application/json,.json"
          aria-label="The request"
          onChange={(event) => {
            const [chosen] = event.target.files ?? [];
            event.target.value = '';
            if (chosen) void open(chosen);
          }}
        />
      </div>
      <div aria-live="polite" className="grid gap-3 empty:hidden">
        {at.is === 'loading' && (
          <div className="grid gap-2">
            <p className="text-sm text-soft">{at.of > 0 ? `Fetching and checking the model: ${formatBytes(at.bytes)} of ${formatBytes(at.of)}…` : 'Checking the manifest…'}</p>
            <Progress label="The model" {...(at.of > 0 && { value: at.bytes, max: at.of })} />
          </div>
        )}
        {at.is === 'running' && (
          <div className="grid gap-2">
            <p className="text-sm text-soft">Running it here: {at.done} of {at.of} steps…</p>
            <Progress label="Steps of the model" value={at.done} max={at.of} />
          </div>
        )}
        {at.is === 'failed' && <ErrorState title="It could not be replayed" error={at.error} />}
        {at.is === 'done' && <Verdict receipt={receipt} {...at} account={account} />}
      </div>
    </div>
  );
}

function Verdict({ receipt, replayed, salt, account }: { receipt: Receipt; replayed: Replayed; salt: string; account: string }) {
  const { same, plan, result, output, ms } = replayed;
  if (same) {
    return (
      <div className="grid gap-2 rounded-md bg-accent-wash p-4">
        <p className="flex items-center gap-2 text-md font-semibold text-accent"><Icon name="shield" />Replayed: the same, bit for bit</p>
        <p className="text-sm text-ink">All {formatBytes(output.length)} of the answer are what the provider signed. It took {formatTook(ms)} here.</p>
        <p className="font-mono text-xs text-soft wrap-anywhere">{result}</p>
      </div>
    );
  }
  return (
    <div role="alert" className="grid gap-3 rounded-md bg-bad-wash p-4">
      <p className="flex items-center gap-2 text-md font-semibold text-bad"><Icon name="warn" />{plan === receipt.plan ? 'The provider signed another answer' : 'The provider signed another plan'}</p>
      <dl className="grid gap-1.5 text-xs">
        {([['signed', plan === receipt.plan ? receipt.result : receipt.plan], ['computed here', plan === receipt.plan ? result : plan]] as const).map(([name, value]) => (
          <div key={name} className="grid gap-x-3 sm:grid-cols-[7rem_minmax(0,1fr)]"><dt className="text-soft">{name}</dt><dd className="font-mono wrap-anywhere">{value}</dd></div>
        ))}
      </dl>
      <p className="max-w-prose text-sm text-ink">
        {plan === receipt.plan
          ? 'In strict mode there is one answer, so this one is false. Evidence is a file with the receipt, the request and what was computed here, signed by you: whoever gets it can replay it.'
          : 'Another version of the engine has other plans, so this alone proves nothing: replay it with the version that the provider ran.'}
      </p>
      <EvidenceButton receipt={receipt} replayed={replayed} salt={salt} account={account} />
    </div>
  );
}

/** Has the wallet sign what was found, and gives the file. */
function EvidenceButton({ receipt, replayed: { plan, input, output }, salt, account }: { receipt: Receipt; replayed: Replayed; salt: string; account: string }) {
  const wallet = useWallet();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const sign = async () => {
    if (!wallet) return;
    setBusy(true);
    setError(undefined);
    try {
      const evidence = makeEvidence({ receipt, salt, input, plan, output, program: 'dehug runtime, in a browser', by: account });
      const text = await evidenceText(evidence);
      const signature = await wallet.provider.request({ method: 'personal_sign', params: [`0x${hex(utf8(text))}`, account] });
      download(`evidence-${receipt.job}.json`, evidenceFile(evidence, String(signature)));
    } catch (thrown) {
      const { walletError } = await import('../../wallet/errors.js');
      setError(walletError(thrown));
    } finally {
      setBusy(false);
    }
  };
  if (account === '' || !wallet) return <p className="text-sm text-soft">Sign in with a wallet to sign evidence of it.</p>;
  return (
    <>
      <div><Button variant="danger" busy={busy} onClick={() => void sign()}><Icon name="download" />Download evidence</Button></div>
      {error !== undefined && <ErrorState title="It was not signed" error={error} />}
    </>
  );
}

/** A button that gives a file. */
export function Save({ name, text, children }: { name: string; text: () => string; children: string }) {
  return <Button variant="quiet" onClick={() => download(name, text())}><Icon name="download" />{children}</Button>;
}

function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000); // browsers read it after the click
}
