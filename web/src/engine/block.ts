/** One block by the browser's `fetch`, and its hash. The answers are judged in pool.ts. */
import { hex, type Bytes } from '../verify/bytes.js';
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
}

/** Progress is told this many milliseconds after a byte, for all that have come. */
const late = 30;

/** Reads at most `limit + 1` bytes. */
async function readBody(response: Response, limit: number, progress: (bytes: number) => void): Promise<Bytes> {
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

/** The SHA-256 in hex: by WebCrypto, or by plain code in an insecure context, where there is none. */
export async function sha256Of(bytes: Bytes): Promise<string> {
  // The DOM's types say that `subtle` is always there.
  const subtle = crypto.subtle as SubtleCrypto | undefined;
  return subtle === undefined ? sha256Hex(bytes) : hex(new Uint8Array(await subtle.digest('SHA-256', bytes)));
}
