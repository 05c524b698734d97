/** One block by the browser's `fetch`, and its hash. The answers are judged in pool.ts. */
import { hex, type Bytes } from '../verify/bytes.js';
import { Body } from './body.js';
import { sha256Hex } from '../verify/sha256.js';

export interface BlockResponse {
  status: number;
  /** The headers, empty where they are missing. */
  contentType: string;
  retryAfter: string;
  /** Null when the status is not 200. It spans its whole ArrayBuffer. */
  body: Bytes | null;
}

export interface BlockCall {
  /** Rejects when there is no answer or it breaks off. */
  response: Promise<BlockResponse>;
  abort(): void;
}

/**
 * Gets one block, past any cache when it must be `fresh`. `progress` is called with the bytes that have come so far, but not
 * after `abort`. At most `limit + 1` bytes are read, and none when the status is not 200.
 */
export function fetchBlock(url: string, limit: number, fresh: boolean, progress: (bytes: number) => void): BlockCall {
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
    let body: Bytes | null = null;
    if (response.status === 200) {
      body = response.body === null ? new Uint8Array() : await readBody(response.body, limit, (bytes) => {
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
}

/** Progress is told this many milliseconds after a byte, for all that have come. */
const late = 30;

/** Reads at most `limit + 1` bytes. */
async function readBody(body: ReadableStream<Bytes>, limit: number, progress: (bytes: number) => void): Promise<Bytes> {
  let timer = 0;
  const tell = (): void => {
    timer = 0;
    progress(reader.read);
  };
  const reader: Body = new Body(body, () => {
    if (timer === 0) timer = setTimeout(tell, late);
  });
  try {
    const { bytes, n } = await reader.fill(new Uint8Array(limit));
    if (n < limit) return bytes.slice(0, n);
    const more = await reader.fill(new Uint8Array(1));
    return more.n === 0 ? bytes : new Uint8Array(limit + 1); // too long, whatever it holds
  } catch (thrown) {
    tell(); // how far it came
    throw thrown;
  } finally {
    clearTimeout(timer);
  }
}

/** The SHA-256 in hex: by WebCrypto, or by plain code in an insecure context, where there is none. */
export async function sha256Of(bytes: Bytes): Promise<string> {
  // The DOM's types say that `subtle` is always there.
  const subtle = crypto.subtle as SubtleCrypto | undefined;
  return subtle === undefined ? sha256Hex(bytes) : hex(new Uint8Array(await subtle.digest('SHA-256', bytes)));
}
