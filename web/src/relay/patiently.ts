import { RelayError } from './errors.js';

export interface PatientlyOptions {
  signal?: AbortSignal | undefined;
  /** How often it is asked again at most. */
  again?: number;
}

/** What is waited when the relay does not say, in seconds, and twice as long each time. */
const firstWait = 0.5;
const longestWait = 60;

/**
 * Asks again when the relay says that it may help, after as long as it says: `patiently(() => putBlock(block, { signal }), { signal })`.
 * Only for what may be done twice.
 */
export async function patiently<T>(ask: () => Promise<T>, { signal, again = 5 }: PatientlyOptions = {}): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await ask();
    } catch (thrown) {
      if (!(thrown instanceof RelayError) || !thrown.passing || tries >= again) throw thrown;
      await wait(Math.min(longestWait, thrown.retryAfter || firstWait * 2 ** tries), signal);
    }
  }
}

function wait(seconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, seconds * 1000);
    signal?.addEventListener('abort', stop, { once: true });
  });
}
