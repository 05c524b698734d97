/**
 * One publication on its way: sign → upload → publish on chain. How far it is lies in the browser's database, so that it goes on
 * after a reload; each step that was done is not done again.
 */
import {
  authorshipTypedData, blocksOf, envelopeOf, forgetUnfinished, keepUnfinished, manifestIn, startManifestWorker, upload, uploadApi, type Picked, type Unfinished, type UploadProgress,
} from '../../publish/index.js';
import type { Manifest } from '../../verify/manifest.js';
import { rawCID } from '../../verify/cid.js';
import type { Provider } from '../../wallet/discover.js';
import { WalletError } from '../../wallet/errors.js';
import type { Act, Market, PlanOffer } from '../../wallet/registry.js';

/** How it gets to the chain: by a transaction of the wallet's, by the relay, or not at all. */
export type Way = 'wallet' | 'relay' | 'none';

/** What is kept of a job beside files and documents. */
export interface JobState {
  name: string;
  version: string;
  title: string;
  way: Way;
  plans: PlanOffer[];
  recovery: string;
  /** Id of the model that gets one version more; empty for a first one. */
  model: string;
  /** What the author's wallet answered: an envelope, or nothing that an envelope can hold (a contract's signature). */
  signed: boolean;
  uploaded: boolean;
  /** Hash of the transaction that is under way. */
  sent: string;
}

export type Job = Unfinished<JobState>;

export type Stage = 'sign' | 'upload' | 'chain' | 'done';

export interface Progress {
  stage: Stage;
  upload?: UploadProgress;
  /** Hash of the transaction that is waited for. */
  sent?: string;
  /** What the wallet is asked for right now. */
  asking?: string;
}

export interface RunOptions {
  job: Job;
  /** The files, by path; not needed once all of them are uploaded. */
  files: ReadonlyMap<string, Picked>;
  provider: Provider;
  /** Where there is a chain to publish on. */
  market?: Market;
  signal: AbortSignal;
  onProgress: (progress: Progress) => void;
}

export interface Published {
  manifest: Manifest;
  /** CID of the manifest: what pages name it by. */
  cid: string;
  transaction: string;
}

/** What the registry is asked for. */
export function actOf({ publicationOf, releaseOf }: typeof import('../../wallet/registry.js'), manifest: Manifest, digest: string, { model, plans, recovery }: Pick<JobState, 'model' | 'plans' | 'recovery'>): Extract<Act, { is: 'publish' | 'version' }> {
  if (model !== '') return { is: 'version', model, release: releaseOf(manifest, digest) };
  return { is: 'publish', publication: publicationOf(manifest, digest, { plans, ...(recovery !== '' && { recovery }) }) };
}

export async function runJob({ job, files, provider, market, signal, onProgress }: RunOptions): Promise<Published> {
  const { document } = job;
  if (document === undefined) throw new Error('a job without a manifest');
  const { manifest, digest, cid } = await manifestIn(document, { startWorker: startManifestWorker, signal });
  const { state } = job;
  const keep = (): Promise<void> => keepUnfinished({ ...job, saved: Date.now() }).catch(() => undefined); // a private window keeps nothing; the upload goes on
  const registry = await import('../../wallet/registry.js');
  const { signTypedData, send, bring, mined } = registry;

  if (!state.signed) {
    onProgress({ stage: 'sign', asking: 'Sign in your wallet that you are the author' });
    const signature = await signTypedData(provider, job.account, authorshipTypedData(manifest, digest));
    signal.throwIfAborted();
    const envelope = envelopeOf(manifest, digest, job.account, signature);
    if (envelope !== null) job.envelope = envelope;
    state.signed = true;
    await keep();
  }

  if (!state.uploaded) {
    onProgress({ stage: 'upload' });
    const open = (path: string): Blob => files.get(path)?.file ?? new Blob();
    const documents = [document, ...(job.envelope === undefined ? [] : [job.envelope])];
    await upload({
      api: uploadApi,
      blocks: blocksOf(job.files, open, documents),
      ref: { manifest: cid, ...(job.envelope !== undefined && { envelope: rawCID(job.envelope) }) },
      ...(job.uploadId !== undefined && { id: job.uploadId }),
      onBegin: (id) => {
        job.uploadId = id;
        return keep();
      },
      signal,
      onProgress: (progress) => onProgress({ stage: 'upload', upload: progress }),
    });
    state.uploaded = true;
    await keep();
  }

  if (state.way !== 'none' && market !== undefined) {
    const onSent = ({ hash }: { hash: string }): void => {
      state.sent = hash;
      void keep();
      onProgress({ stage: 'chain', sent: hash });
    };
    signal.throwIfAborted();
    if (state.sent !== '') {
      onSent({ hash: state.sent });
      state.sent = (await mined(market, state.sent, onSent)).hash;
    } else {
      const act = actOf(registry, manifest, digest, state);
      onProgress({ stage: 'chain', asking: state.way === 'relay' ? 'Sign the publication in your wallet; the relay sends it' : 'Confirm the transaction in your wallet' });
      try {
        state.sent = (await (state.way === 'relay' ? bring(market, act, onSent) : send(market, act, onSent))).hash;
      } catch (thrown) {
        // Refused, cancelled or replaced: it may be sent again. Of one that nobody can say anything about, the end is waited for.
        if (!(thrown instanceof WalletError && thrown.code === 'unreachable')) state.sent = '';
        await keep();
        throw thrown;
      }
    }
  }
  await forgetUnfinished(job.id).catch(() => undefined);
  onProgress({ stage: 'done' });
  return { manifest, cid, transaction: state.sent };
}

/** Throws away what was begun, here and at the relay. */
export async function dropJob(job: Job): Promise<void> {
  await forgetUnfinished(job.id).catch(() => undefined);
  if (job.uploadId !== undefined && !job.state.uploaded) await uploadApi.drop(job.uploadId).catch(() => undefined); // the relay forgets it by itself in three days
}
