/** Has a provider run a model: asks the relay once, however often the network breaks, and follows the job to its end. No framework. */
import type { Tensor } from '../../engine/types.js';
import { cancelPrediction, createPrediction, getPrediction, patiently, RelayError, type Prediction, type Voucher, type Wishes } from '../../relay/index.js';
import { tensorsFromJSON, tensorsToJSON, type Tensors } from '../../receipt/tensors.js';
import { hex } from '../../verify/bytes.js';

export interface PredictParameters {
  /** CID of the manifest. */
  version: string;
  mode: 'strict' | 'fast';
  input: Tensors;
  /** The most that it may cost, in millionths of a dollar. */
  maxPrice: number;
  /** Who may run it, and whom to ask first. Anybody where it is left out. */
  routing?: Wishes | undefined;
  /** Pays for it out of a session: makes the voucher, and has the job asked for with it. The operator pays where it is left out. */
  pay?: ((salt: string, input: Tensors, create: (voucher: Voucher) => Promise<Prediction>) => Promise<Prediction>) | undefined;
  /** Ends the job. */
  signal: AbortSignal;
  /** Told whenever the job is in another state, and how many of the model's steps have run. */
  onState: (prediction: Prediction) => void;
  onProgress: (done: number, of: number) => void;
}

/** The job failed or was canceled, as the relay or a provider says. */
export class JobEnded extends Error {
  override name = 'JobEnded';
  constructor(
    readonly prediction: Prediction,
    message: string,
    readonly hint: string,
  ) {
    super(message);
  }
}

/** What a code of a failed job means for whoever asked. */
const hints: Record<string, string> = {
  invalid_input: 'the model does not take this input; change it',
  unsupported: 'this provider cannot run the model in this mode',
  too_large: 'take a smaller input',
  deadline: 'no provider did it in time; it cost nothing, try again later',
  provider_lost: 'the provider was lost; it cost nothing, try again',
  provider_failed: 'the provider failed; it cost nothing, try again',
  bad_result: 'what the provider answered does not hold; it cost nothing',
};

/** Resolves with the prediction and its outputs once it has succeeded. Rejects with a {@link RelayError} or {@link JobEnded}; with the signal's reason when that ended it. */
export async function predict({ version, mode, input, maxPrice, routing, pay, signal, onState, onProgress }: PredictParameters): Promise<{ prediction: Prediction; outputs: Record<string, Tensor> }> {
  const random = (bytes: number) => hex(crypto.getRandomValues(new Uint8Array(bytes)));
  const salt = `0x${random(32)}`;
  const body = { version, mode, input: tensorsToJSON(input), salt, max_price: maxPrice, ...(routing && { routing }) };
  const headers = { 'Idempotency-Key': random(16) }; // the same for each try: there is one job, whatever is lost on the way
  // Not ended with the signal: then nobody would know whether there is a job.
  const create = (voucher?: Voucher) => patiently(() => createPrediction({ encoding: 'base64', body: voucher ? { ...body, voucher } : body }, { headers }));
  const created = await (pay ? pay(salt, input, create) : create());
  const cancel = () => {
    cancelPrediction({ id: created.id }).catch(() => undefined); // it ends by its deadline
  };
  if (signal.aborted) cancel();
  signal.throwIfAborted();
  onState(created);
  signal.addEventListener('abort', cancel, { once: true });
  try {
    const prediction = ended(created) ? created : await follow(created.id, signal, onState, onProgress);
    signal.throwIfAborted();
    if (prediction.status !== 'succeeded' || !prediction.output) {
      const { code = '', error = '' } = prediction;
      throw new JobEnded(prediction, prediction.status === 'canceled' ? 'the job was canceled' : error || 'the job failed', hints[code] ?? '');
    }
    return { prediction, outputs: tensorsFromJSON(prediction.output) };
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

const ended = ({ status }: Prediction): boolean => status === 'succeeded' || status === 'failed' || status === 'canceled';

/** Follows the stream of a job; the browser takes it up again after a break, where it was. */
function follow(id: string, signal: AbortSignal, onState: (prediction: Prediction) => void, onProgress: (done: number, of: number) => void): Promise<Prediction> {
  return new Promise((resolve, reject) => {
    const events = new EventSource(`/api/v1/predictions/${encodeURIComponent(id)}/stream?encoding=base64`);
    const stop = (): void => {
      events.close();
      signal.removeEventListener('abort', aborted);
    };
    const aborted = (): void => {
      stop();
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', aborted);
    events.addEventListener('state', ({ data }: MessageEvent<string>) => {
      const prediction = JSON.parse(data) as Prediction;
      onState(prediction);
      if (!ended(prediction)) return;
      stop();
      resolve(prediction);
    });
    events.addEventListener('progress', ({ data }: MessageEvent<string>) => {
      const { done, of } = JSON.parse(data) as { done: number; of: number };
      onProgress(done, of);
    });
    events.addEventListener('error', () => {
      if (events.readyState !== EventSource.CLOSED) return; // it comes back by itself
      stop();
      patiently(() => getPrediction({ id, encoding: 'base64' }, { signal }), { signal }).then(
        (prediction) => (ended(prediction) ? resolve(prediction) : follow(id, signal, onState, onProgress).then(resolve, reject)),
        reject,
      );
    });
  });
}

/** Why running cannot begin, told apart for whoever can do something about it. */
export function reasonOf(thrown: unknown): 'signed-out' | 'not-now' | 'no-money' | 'session-spent' | 'session-over' | 'session-pending' | 'other' {
  if (!(thrown instanceof RelayError)) return 'other';
  switch (thrown.code) {
    case 'unauthorized':
      return 'signed-out';
    case 'quota':
      return 'no-money';
    case 'session_spent':
      return 'session-spent';
    case 'session_ended':
      return 'session-over';
    case 'session_pending':
      return 'session-pending';
    case 'unavailable':
      return 'not-now';
    default:
      return 'other';
  }
}
