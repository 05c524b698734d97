import type { Problem } from './api.js';
import { RelayError } from './errors.js';
import { wrongShape } from './shape.js';

/** What an operation of the API is; api.ts has them all. */
export interface Operation {
  id: string;
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below /api/v1; {name} is a field of the request. */
  path: string;
  /** Fields of the request that go into the query. */
  query?: string[];
  /** Media type of the body, where it is not JSON. */
  sends?: string;
  /** Schema of the reply, where it has a body. */
  reply?: string;
}

/** A body of bytes, or a form. */
export type Body = Blob | ArrayBuffer | Uint8Array<ArrayBuffer> | FormData;

export interface CallOptions {
  signal?: AbortSignal | undefined;
  /** Origin of the relay; that of the page when left out. A relay is not asked by pages of other origins. */
  relay?: string;
  /** An API key, for programs. Pages have a cookie. */
  key?: string;
  /** Of HTTP, beside those that every request has: Idempotency-Key. */
  headers?: Record<string, string>;
  /** Is told what the relay says of how much more may be asked. */
  onRate?: (rate: Rate) => void;
  /** For tests. */
  fetch?: typeof fetch;
}

/** How much more may be asked of the relay, by the headers RateLimit and RateLimit-Policy. */
export interface Rate {
  policy: string;
  /** Requests in each window. */
  quota: number;
  remaining: number;
  /** Seconds until there are more. */
  reset: number;
}

/** Replies that came with a tag, those used last at the end. To ask again costs no body, and gives the same object. */
const tagged = new Map<string, { etag: string; value: unknown }>();
const maxTagged = 200;

/**
 * Asks the relay. Rejects with a {@link RelayError}; an aborted signal rejects with its reason, as fetch does.
 * What resolves has been checked to be as the API's document says.
 */
export async function call<T = undefined>(operation: Operation, request: object, options: CallOptions = {}): Promise<T> {
  const { relay = '', key, signal, fetch: send = fetch } = options;
  const fields = request as Record<string, unknown>;
  const url = relay + '/api/v1' + pathOf(operation, fields) + queryOf(operation, fields);
  const headers: Record<string, string> = { ...options.headers };
  if (key !== undefined) headers['Authorization'] = `Bearer ${key}`;
  const init: RequestInit = { method: operation.method, headers, signal: signal ?? null };
  if ('body' in fields) {
    if (!(fields['body'] instanceof FormData)) headers['Content-Type'] = operation.sends ?? 'application/json'; // a form's names its boundary, which fetch makes
    init.body = operation.sends === undefined ? JSON.stringify(fields['body']) : (fields['body'] as Body);
  }
  const tag = `${key ?? ''} ${url}`;
  const known = operation.method === 'GET' ? tagged.get(tag) : undefined;
  if (known) headers['If-None-Match'] = known.etag;

  let response: Response;
  let body: string;
  try {
    response = await send(url, init);
    body = await response.text();
  } catch (thrown) {
    signal?.throwIfAborted();
    throw new RelayError('unreachable', 'the relay does not answer', { hint: 'try again when there is a network', cause: thrown });
  }
  rate(response.headers, options.onRate);
  if (response.status === 304 && known) {
    keep(tag, known);
    return known.value as T;
  }
  tagged.delete(tag); // also what somebody could read who is now signed out
  if (!response.ok) throw refusal(response, body);
  if (operation.reply === undefined) return undefined as T;
  const value = parse(body);
  const wrong = wrongShape(operation.reply, value);
  if (wrong !== undefined) throw new RelayError('not_understood', `${operation.id}: ${wrong}`, { status: response.status, hint: 'reload the page' });
  const etag = response.headers.get('ETag');
  if (operation.method === 'GET' && etag !== null) keep(tag, { etag, value });
  return value as T;
}

/** The same for operations whose reply has no body. */
export async function tell(operation: Operation, request: object, options?: CallOptions): Promise<void> {
  await call(operation, request, options);
}

function pathOf({ path }: Operation, fields: Record<string, unknown>): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(text(fields[name])));
}

function queryOf({ query = [] }: Operation, fields: Record<string, unknown>): string {
  const asked = new URLSearchParams();
  for (const name of query) {
    const value = fields[name];
    if (value !== undefined && value !== '') asked.set(name, text(value));
  }
  return asked.size > 0 ? `?${asked.toString()}` : '';
}

/** Fields of paths and queries are texts, numbers and truth values: the types of api.ts see to it. */
const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

function keep(tag: string, reply: { etag: string; value: unknown }): void {
  tagged.delete(tag);
  tagged.set(tag, reply);
  const [oldest] = tagged.keys();
  if (tagged.size > maxTagged && oldest !== undefined) tagged.delete(oldest);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A reply that is no problem of ours comes from something between us and the relay. */
function refusal(response: Response, text: string): RelayError {
  const { status } = response;
  const retryAfter = Number(response.headers.get('Retry-After') ?? 0) || 0; // may be a date: then it says nothing to us
  const value = parse(text);
  if (wrongShape('Problem', value) !== undefined) {
    return new RelayError(status >= 502 ? 'unavailable' : 'not_understood', `something between here and the relay answers ${status}`, { status, retryAfter });
  }
  const { code, detail, hint = '', errors } = value as Problem;
  return new RelayError(code, detail, { hint, status, errors: errors ?? [], retryAfter });
}

const rateItem = /^"([^"]*)"((?:;\w+=\d+)*)$/;

function rate(headers: Headers, onRate: CallOptions['onRate']): void {
  const [, policy, left = ''] = rateItem.exec(headers.get('RateLimit') ?? '') ?? [];
  const [, , allowed = ''] = rateItem.exec(headers.get('RateLimit-Policy') ?? '') ?? [];
  if (policy === undefined || !onRate) return;
  const number = (text: string, name: string) => Number(new RegExp(`;${name}=(\\d+)`).exec(text)?.[1] ?? 0);
  onRate({ policy, quota: number(allowed, 'q'), remaining: number(left, 'r'), reset: number(left, 't') });
}
