/** UploadApi over the relay's HTTP API, for a page of its site: the session is its cookie. */
import { PublishError } from './errors.js';
import type { UploadApi, UploadState } from './upload.js';

interface Problem {
  code?: string;
  detail?: string;
  hint?: string;
}

/** One request; an answer that is not 2xx is a PublishError with what the relay says. */
export async function ask(path: string, init: RequestInit = {}, signal?: AbortSignal): Promise<Response> {
  const response = await fetch(`/api/v1${path}`, { ...init, ...(signal !== undefined && { signal }) });
  if (response.ok) return response;
  const problem = (await response.json().catch(() => ({}))) as Problem;
  const seconds = Number(response.headers.get('retry-after') ?? 0);
  throw new PublishError('refused', problem.detail ?? `the relay answered with status ${response.status}`, {
    status: response.status,
    relayCode: problem.code ?? '',
    hint: problem.hint ?? '',
    retryAfter: Number.isFinite(seconds) ? 1000 * seconds : 0,
  });
}

export const post = (path: string, body: unknown, signal?: AbortSignal): Promise<Response> =>
  ask(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }, signal);

const json = async <T>(response: Promise<Response>): Promise<T> => (await (await response).json()) as T;

export const uploadApi: UploadApi = {
  begin: (bytes, signal) => json<UploadState>(post('/uploads', { bytes }, signal)),
  state: (id, signal) => json<UploadState>(ask(`/uploads/${id}`, {}, signal)),
  missing: async (id, cids, signal) => (await json<{ cids: string[] }>(post(`/uploads/${id}/missing`, { cids }, signal))).cids,
  async put(id, { cid, body }, signal) {
    const bytes = body();
    try {
      await ask(`/uploads/${id}/blocks/${cid}`, { method: 'PUT', headers: { 'content-type': 'application/octet-stream' }, body: bytes }, signal);
    } catch (thrown) {
      if (thrown instanceof PublishError && thrown.relayCode === 'unverified') throw changed(thrown);
      // A file that was changed or removed looks like a lost network to fetch; reading it tells the two apart.
      if (thrown instanceof TypeError && bytes instanceof Blob) await bytes.slice(0, 1).arrayBuffer().catch((cause: unknown) => Promise.reject(changed(cause)));
      throw thrown;
    }
  },
  async finish(id, ref, signal) {
    await post(`/uploads/${id}/finish`, ref, signal);
  },
  async drop(id) {
    await ask(`/uploads/${id}`, { method: 'DELETE' });
  },
};

const changed = (cause: unknown): PublishError =>
  new PublishError('changed', 'a file is no longer what it was when it was hashed', { hint: 'pick the files again: what has arrived of the others need not be sent again', cause });
