/** What the engine asks of a browser: one block, one hash, one signature. The answers are judged in Go. */
import type { BlockResponse, Host } from '../../../wasm/cmd/dehug-wasm/api.js';
import { hex, type Bytes } from '../verify/bytes.js';
import { recover as recoverAccount, toNumber } from '../verify/secp256k1.js';
import { sha256Hex } from '../verify/sha256.js';

/** {@link Host.fetch} by the browser's `fetch`. */
export const fetchBlock: Host['fetch'] = (url, limit, fresh, progress) => {
  const controller = new AbortController();
  let wanted = true;
  const get = async (): Promise<BlockResponse> => {
    const response = await fetch(url, {
      headers: { accept: 'application/vnd.ipld.raw' },
      cache: fresh ? 'reload' : 'default',
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      signal: controller.signal,
    });
    let body: Uint8Array<ArrayBuffer> | null = null;
    if (response.status === 200) {
      body = await readBody(response, limit, (bytes) => {
        if (wanted) progress(bytes);
      });
    }
    controller.abort(); // of an error page, or of a body that is too long, nothing more is read
    return {
      status: response.status,
      contentType: response.headers.get('content-type') ?? '',
      retryAfter: response.headers.get('retry-after') ?? '',
      body,
    };
  };
  return {
    response: get(),
    abort() {
      wanted = false;
      controller.abort();
    },
  };
};

/** Progress is told this many milliseconds after a byte, for all that have come: telling is a call into Go. */
const late = 30;

/** Reads at most `limit + 1` bytes. */
async function readBody(response: Response, limit: number, progress: (bytes: number) => void): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(limit);
  let n = 0;
  let timer = 0;
  const tell = (): void => {
    timer = 0;
    progress(n);
  };
  const reader = response.body?.getReader();
  try {
    while (reader !== undefined) {
      const { done, value } = await reader.read();
      if (done) break;
      if (n + value.length > limit) return new Uint8Array(limit + 1); // too long, whatever it holds
      bytes.set(value, n);
      n += value.length;
      if (timer === 0) timer = setTimeout(tell, late);
    }
  } catch (thrown) {
    tell(); // how far it came
    throw thrown;
  } finally {
    clearTimeout(timer);
  }
  return n === limit ? bytes : bytes.slice(0, n);
}

/** {@link Host.sha256} by WebCrypto. */
export const sha256: Host['sha256'] = (bytes) => {
  // The DOM's types say that `subtle` is always there; in an insecure context it is not.
  const subtle = crypto.subtle as SubtleCrypto | undefined;
  if (subtle === undefined) return null;
  return subtle.digest('SHA-256', bytes).then((digest) => new Uint8Array(digest));
};

/** The same in hex, wherever the page is. */
export async function sha256Of(bytes: Bytes): Promise<string> {
  const digest = sha256(bytes);
  return digest === null ? sha256Hex(bytes) : hex(await digest);
}

/** {@link Host.recover} */
export const recover: Host['recover'] = (hash, r, s, v) => {
  const account = recoverAccount(hash, toNumber(r), toNumber(s), v);
  if (account === null) throw new Error('it recovers to no account');
  return account;
};
