import { useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { amountFault, authorFile, keepUnfinished, opsetOf, pathFault, readAuthorFile, slack, type Picked } from '../../publish/index.js';
import { getModel, RelayError, type Account } from '../../relay/index.js';
import { looks } from '../../verify/manifest.js';
import { Refusal } from '../../verify/refusal.js';
import { Button } from '../../ui/button.js';
import { formatBytes } from '../../ui/format.js';
import { Progress } from '../../ui/progress.js';
import { ErrorState } from '../../ui/states.js';
import { marketOf, useChain, useWallet } from '../account/wallets.js';
import { AboutFields, TermsFields } from './fields.js';
import { draftOf, emptyForm, fieldOf, fillIn, plansOf, suggestName, type Form, type FormErrors } from './form.js';
import { modelByIdQuery } from '../model/queries.js';
import type { Job, Way } from './job.js';
import { Picker } from './picker.js';
import { Review } from './review.js';
import { useHashes } from './use-hashes.js';
import { useMade } from './use-made.js';

const steps = ['Files', 'About', 'Terms', 'Review'] as const;
const none: readonly Picked[] = [];
const aboutFields = new Set<string>(['files', 'name', 'version', 'title', 'summary', 'tags', 'card', 'license', 'licenseUri', 'entry', 'opset', 'taskId', 'params', 'parents', 'evals']);

export interface Start {
  /** Id of the model that gets one version more, and its name. */
  model: string;
  name: string;
}

/** From files to a job that can be signed: files, what they are, terms, and a last look. */
export function Wizard({ account, start, onReady }: { account: Account; start?: Start; onReady: (job: Job, files: ReadonlyMap<string, Picked>) => void }) {
  const { address } = account;
  const [step, setStep] = useState(0);
  const [picked, setPicked] = useState<readonly Picked[]>(none);
  const [form, setForm] = useState<Form>(() => ({ ...emptyForm(address), ...(start && { name: start.name }) }));
  const [errors, setErrors] = useState<FormErrors>({});
  const [way, setWay] = useState<Way>('wallet');
  const heading = useRef<HTMLHeadingElement>(null);
  const chain = useChain();
  const wallet = useWallet();

  // The card is one file more, where the picked ones have none; the authoring file is not part of the release.
  const hasCard = picked.some(({ path }) => /^readme\.md$/i.test(path));
  const release = useMemo(() => picked.filter(({ path }) => path !== authorFile), [picked]);
  const card = useMemo((): readonly Picked[] => (step < steps.length - 1 || hasCard || form.card.trim() === '' ? none : [{ path: 'README.md', file: new File([form.card], 'README.md') }]), [step, hasCard, form.card]);
  const all = useMemo(() => [...release, ...card], [release, card]);
  const hashes = useHashes(all);
  const models = useMemo(() => release.map(({ path }) => path).filter((path) => path.toLowerCase().endsWith('.onnx')), [release]);

  const pick = useCallback((files: Picked[]) => {
    setPicked(files);
    setErrors(({ files: _, ...rest }) => rest);
    const about = files.find(({ path }) => path === authorFile);
    const first = files.find(({ path }) => path.toLowerCase().endsWith('.onnx'));
    if (about && !picked.some(({ file }) => file === about.file)) readAuthorFile(about.file).then((said) => setForm((old) => fillIn(old, start ? { ...said, name: start.name } : said)), (thrown: unknown) => setErrors((old) => ({ ...old, files: message(thrown) })));
    else if (first) setForm((old) => suggestName(old, first.path));
  }, [picked, start]);
  const set = (change: Partial<Form>) => {
    setForm((old) => ({ ...old, ...change }));
    setErrors((old) => Object.fromEntries(Object.entries(old).filter(([field]) => !(field in change))));
  };

  // The file that is opened first says for which operators it was made.
  useEffect(() => {
    const entry = models.includes(form.entry) ? form.entry : (models[0] ?? '');
    if (entry !== form.entry) setForm((old) => ({ ...old, entry }));
    const file = release.find(({ path }) => path === entry)?.file;
    if (!file) return undefined;
    let over = false;
    opsetOf(file).then(
      (opset) => over || setForm((old) => ({ ...old, opset: String(opset) })),
      (thrown: unknown) => over || setErrors((old) => ({ ...old, entry: message(thrown) })),
    );
    return () => {
      over = true;
    };
  }, [models, release, form.entry]);

  // A name that this account has already means one version more of that model.
  const named = useQuery({
    queryKey: ['model-to-publish', address, form.name],
    queryFn: ({ signal }) =>
      getModel({ owner: address, name: form.name }, { signal }).catch((thrown: unknown) => {
        if (thrown instanceof RelayError && thrown.code === 'not_found') return null;
        throw thrown;
      }),
    enabled: step >= 1 && looks.slug.test(form.name),
  }).data;
  const started = useQuery({ ...modelByIdQuery(start?.model ?? ''), enabled: start !== undefined }).data;
  const model = start?.model ?? (named?.onChain?.owner === address ? named.onChain.id : '');

  const size = release.reduce((sum, { file }) => sum + file.size, 0);
  const checked = (): FormErrors => {
    const found = draftOf(form).errors;
    const bad = release.find(({ path }) => pathFault(path) !== '');
    if (release.length === 0) found.files = 'pick at least one file';
    else if (bad) found.files = `${bad.path}: rename it`;
    else if (amountFault(release) !== '') found.files = amountFault(release);
    else if (account.quota > 0 && size + slack > account.quota - account.used) found.files = `these are ${formatBytes(size)}, with ${formatBytes(slack)} set aside while they arrive, and your account has room for ${formatBytes(Math.max(0, account.quota - account.used))} here`;
    if (start === undefined ? named?.version === form.version : started?.onChain?.versions.some(({ version }) => version === form.version)) found.version ??= `there is a version ${form.version} already: give this one a higher number`;
    return found;
  };
  const go = (to: number) => {
    const found = checked();
    const before = Object.entries(found).filter(([field]) => (to <= 1 ? field === 'files' : to === 2 ? aboutFields.has(field) : true));
    if (to > step && before.length > 0) {
      setErrors(Object.fromEntries(before));
      if (to > 1 && before.some(([field]) => aboutFields.has(field))) setStep(before.some(([field]) => field === 'files') ? 0 : 1);
      return;
    }
    setErrors({});
    setStep(to);
    requestAnimationFrame(() => heading.current?.focus());
  };

  const made = useMade(form, step === steps.length - 1 ? hashes.files : undefined);

  const begin = async () => {
    if (made === undefined || made instanceof Error || !hashes.files) return;
    const by = new Map(all.map((p) => [p.path, p]));
    const texts = new Set(card.map(({ path }) => path));
    const job: Job = {
      id: crypto.randomUUID(),
      account: address,
      saved: Date.now(),
      document: made.document,
      files: hashes.files.map((file) => {
        const handle = by.get(file.path)?.handle;
        return { ...file, ...(handle && { handle }), ...(texts.has(file.path) && { text: form.card }) };
      }),
      state: {
        name: form.name, version: form.version, title: form.title, way: chain ? way : 'none', plans: plansOf(form, chain?.contracts['Dollar'] ?? ''), recovery: form.recovery.trim(), model,
        signed: false, uploaded: false, sent: '',
      },
    };
    await keepUnfinished(job).catch(() => undefined); // a private window keeps nothing
    onReady(job, by);
  };

  const market = wallet && chain ? marketOf(chain, wallet.provider, address) : undefined;
  const hashing = hashes.files === undefined && hashes.error === undefined && all.length > 0;
  return (
    <div className="grid gap-7">
      <ol className="flex flex-wrap gap-x-6 gap-y-2 text-sm" aria-label="Steps">
        {steps.map((name, i) => (
          <li key={name} aria-current={i === step ? 'step' : undefined} className={i === step ? 'font-semibold text-ink' : 'text-faint'}>
            {i < step ? <button type="button" className="underline underline-offset-3 hover:text-ink" onClick={() => go(i)}>{i + 1}. {name}</button> : <>{i + 1}. {name}</>}
          </li>
        ))}
      </ol>
      <h2 ref={heading} tabIndex={-1} className="text-lg outline-none">
        {['What do you want to publish?', 'What is it?', 'Who shares in it?', 'Look at it once more'][step]}
      </h2>
      {start && <p className="text-sm text-soft">A new version of <strong className="font-semibold text-ink">{start.name}</strong>.</p>}
      {!start && model !== '' && step > 0 && <p className="rounded-md bg-note-wash p-3 text-sm">You have a model of this name: this becomes one version more of it. Shares, royalty and plans stay as they are.</p>}

      {step === 0 && (
        <>
          <Picker picked={picked} onPick={pick} />
          <p className="text-xs text-faint">A folder with a model.json, as <code>dehug-relay publish</code> takes it, fills in the form. Nothing leaves this machine before you have signed.</p>
        </>
      )}
      {step === 1 && <AboutFields form={form} errors={errors} set={set} models={models} hasCard={hasCard} versionOnly={start !== undefined} />}
      {step === 2 && <TermsFields form={form} errors={errors} set={set} account={address} onChain={chain !== null && model === ''} />}
      {step === 3 && (
        <Review
          form={form}
          files={all}
          made={made instanceof Error ? undefined : made}
          model={model}
          market={market}
          chain={chain ?? null}
          way={way}
          setWay={setWay}
        />
      )}

      {errors.files && <p role="alert" className="text-sm font-medium text-bad">{errors.files}</p>}
      {Object.keys(errors).some((field) => field !== 'files') && <p role="alert" className="text-sm font-medium text-bad">Something above is not right yet.</p>}
      {hashes.error && <ErrorState error={hashes.error} title="A file could not be read" />}
      {made instanceof Error && (
        <ErrorState
          error={made}
          title="The release breaks a rule of the format"
          retry={() => {
            const field = made instanceof Refusal ? fieldOf(made) : 'files';
            setErrors({ [field]: made.message });
            setStep(field === 'files' ? 0 : aboutFields.has(field) ? 1 : 2);
          }}
        />
      )}
      {hashing && (
        <div className="grid gap-1.5">
          <Progress label="Hashing files" value={hashes.done} max={Math.max(1, hashes.total)} />
          <p className="text-xs text-faint" role="status">Hashing on this machine: {formatBytes(hashes.done)} of {formatBytes(hashes.total)}</p>
        </div>
      )}
      <div className="flex flex-wrap justify-between gap-3 border-t border-line pt-5">
        {step > 0 ? <Button onClick={() => go(step - 1)}>Back</Button> : <span />}
        {step < steps.length - 1 ? (
          <Button variant="primary" onClick={() => go(step + 1)}>Continue</Button>
        ) : (
          <Button variant="primary" busy={made === undefined} disabled={made instanceof Error || !wallet} onClick={() => void begin()}>Sign and publish</Button>
        )}
      </div>
    </div>
  );
}

const message = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));
