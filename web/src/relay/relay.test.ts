import { afterEach, describe, expect, it, vi } from 'vitest';
import { apiSource } from '../../scripts/relay-api.mjs';
import * as api from './index.js';
import { each, getModel, patiently, putBlock, RelayError, searchModels, signIn, type CallOptions, type ModelInfo, type Rate } from './index.js';

const texts = import.meta.glob<string>(['../../../relay/httpapi/testdata/{api-*,openapi,replies}.json', './api.ts'], { eager: true, query: '?raw', import: 'default' });
const files = new Map(Object.entries(texts).map(([path, text]) => [path.replace(/^.*\//, ''), text]));
const read = (name: string) => files.get(name) ?? '';
const json = (name: string) => JSON.parse(read(name)) as Record<string, unknown>;

interface Answer {
  status?: number;
  body?: string;
  headers?: Record<string, string>;
}

/** A relay that gives prepared answers, and what it was asked. */
function relay(...answers: (Answer | Error)[]): { fetch: typeof fetch; asked: { url: string; init: RequestInit }[] } {
  const asked: { url: string; init: RequestInit }[] = [];
  return {
    asked,
    fetch: (url, init = {}) => {
      asked.push({ url: url as string, init });
      const answer = answers.shift() ?? new Error('asked too often');
      if (answer instanceof Error) return Promise.reject(answer);
      const { status = 200, body = '', headers = {} } = answer;
      return Promise.resolve(new Response(status === 204 || status === 304 ? null : body, { status, headers }));
    },
  };
}

const header = (init: RequestInit, name: string) => new Headers(init.headers).get(name);

/** What a call throws. */
async function refusal(promise: Promise<unknown>): Promise<RelayError> {
  const thrown: unknown = await promise.then(() => undefined, (error: unknown) => error);
  expect(thrown).toBeInstanceOf(RelayError);
  return thrown as RelayError;
}

it('api.ts is what the document says (node web/scripts/relay-api.mjs writes it)', () => {
  expect(read('api.ts')).toBe(apiSource(json('openapi.json')));
});

describe('golden replies', () => {
  const replies = json('replies.json') as Record<string, string>;
  const names = [...files.keys()].filter((name) => name.startsWith('api-')).map((name) => name.replace('.json', ''));
  it('are all here', () => {
    expect(names.filter((name) => !(name in replies))).toEqual([]);
  });
  for (const [name, what] of Object.entries(replies)) {
    it(`${name}: ${what}`, async () => {
      const [operation = '', status] = what.split(' ');
      const body = read(`${name}.json`);
      const { fetch } = relay({ status: Number(status), body });
      const ask = (api as unknown as Record<string, (request: object, options: CallOptions) => Promise<unknown>>)[operation];
      const reply = ask?.({ owner: 'o', name: 'n', version: 'v', id: 'i', cid: 'c', body: {} }, { fetch });
      const want = JSON.parse(body) as Record<string, unknown>;
      if (Number(status) < 300) {
        expect(await reply).toEqual(want);
        return;
      }
      const error = await refusal(Promise.resolve(reply));
      expect({ code: error.code, message: error.message, hint: error.hint, status: error.status, errors: error.errors }).toEqual({
        code: want['code'], message: want['detail'], hint: want['hint'] ?? '', status: want['status'], errors: want['errors'] ?? [],
      });
      expect(api.codes).toContain(error.code);
    });
  }
});

const empty = { body: '{"items":[]}' };
const model = read('api-model.json');

describe('requests', () => {
  it('have fields in path and query, each escaped', async () => {
    const { fetch, asked } = relay(empty, { body: model });
    await searchModels({ q: 'a&b c', limit: 2, facets: true, task: '' }, { fetch, relay: 'https://hub.example' });
    await getModel({ owner: '0x1', name: 'a/../b' }, { fetch });
    expect(asked.map(({ url }) => url)).toEqual(['https://hub.example/api/v1/models?limit=2&q=a%26b+c&facets=true', '/api/v1/models/0x1/a%2F..%2Fb']);
    expect(asked[0]?.init.body).toBeUndefined();
  });
  it('have bodies of JSON or of bytes, and a key', async () => {
    const { fetch, asked } = relay({ status: 201, body: read('api-session.json') }, { status: 204 });
    await signIn({ body: { message: 'm', signature: '0x' } }, { fetch });
    const bytes = new Uint8Array([1, 2]);
    await putBlock({ id: 'i', cid: 'c', body: bytes }, { fetch, key: 'dhk_k' });
    expect(asked.map(({ init }) => [init.method, header(init, 'Content-Type'), header(init, 'Authorization'), init.body])).toEqual([
      ['POST', 'application/json', null, '{"message":"m","signature":"0x"}'],
      ['PUT', 'application/octet-stream', 'Bearer dhk_k', bytes],
    ]);
  });
});

describe('tags', () => {
  it('save a body, until nobody is signed in', async () => {
    const nobody = { status: 401, body: read('api-nobody.json') };
    const { fetch, asked } = relay({ body: model, headers: { ETag: '"1"' } }, { status: 304 }, nobody, { body: model });
    const request = { owner: 'tags', name: 'n' };
    const one = await getModel(request, { fetch });
    expect(await getModel(request, { fetch })).toBe(one);
    await refusal(getModel(request, { fetch }));
    expect(await getModel(request, { fetch })).not.toBe(one);
    expect(asked.map(({ init }) => header(init, 'If-None-Match'))).toEqual([null, '"1"', '"1"', null]);
  });
  it('of one key are not those of another, and there are not too many', async () => {
    const answer = { body: model, headers: { ETag: '"1"' } };
    const { fetch, asked } = relay(...Array<Answer>(202).fill(answer));
    await getModel({ owner: 'keys', name: 'n' }, { fetch, key: 'a' });
    await getModel({ owner: 'keys', name: 'n' }, { fetch, key: 'b' });
    for (let i = 0; i < 199; i++) await getModel({ owner: 'many', name: String(i) }, { fetch });
    await getModel({ owner: 'keys', name: 'n' }, { fetch, key: 'a' }); // the oldest of 201
    expect(asked.map(({ init }) => header(init, 'If-None-Match')).filter(Boolean)).toEqual([]);
  });
});

describe('failures', () => {
  const cases: [string, Answer | Error, object][] = [
    ['no network', new TypeError('fetch failed'), { code: 'unreachable', status: 0, passing: true }],
    ['a proxy', { status: 502, body: '<html>' }, { code: 'unavailable', status: 502, passing: true }],
    ['a proxy that says when', { status: 503, body: '', headers: { 'Retry-After': '7' } }, { code: 'unavailable', retryAfter: 7 }],
    ['a proxy that says when by date', { status: 503, headers: { 'Retry-After': 'Fri, 02 Jan 2026 03:04:05 GMT' } }, { retryAfter: 0 }],
    ['a wall in front of the network', { status: 403, body: '<html>' }, { code: 'not_understood', status: 403, passing: false }],
    ['a page where a reply should be', { body: '<html>' }, { code: 'not_understood', message: 'getModel: the reply is not a ModelDetail' }],
    ['null', { body: 'null' }, { code: 'not_understood' }],
    ['a field that is missing', { body: '{}' }, { message: 'getModel: the reply has no bytes' }],
    ['a field of another type', { body: model.replace('"greeter"', '7') }, { message: 'getModel: the reply.name is not a string' }],
    ['an item of another type', { body: model.replace('"tiny"', 'null') }, { message: 'getModel: the reply.tags[0] is not a string' }],
    ['a list that is none', { body: model.replace(/"tags": \[[^\]]*\]/, '"tags": {}') }, { message: 'getModel: the reply.tags is not a list' }],
    ['too many requests', { status: 429, body: read('api-rate-limited.json'), headers: { 'Retry-After': '40' } }, { code: 'rate_limited', retryAfter: 40, passing: true }],
    ['a code that is new', { status: 400, body: read('api-nobody.json').replace('"unauthorized"', '"new"') }, { code: 'new', passing: false }],
  ];
  for (const [name, answer, want] of cases) {
    it(name, async () => {
      const { fetch } = relay(answer);
      expect(await refusal(getModel({ owner: 'failures', name }, { fetch }))).toMatchObject(want);
    });
  }
  it('takes what a newer relay sends', async () => {
    const { fetch } = relay({ body: model.replace('{', '{"new": [1],') });
    expect(await getModel({ owner: 'newer', name: 'n' }, { fetch })).toMatchObject({ name: 'greeter', new: [1] });
  });
  it('an aborted signal rejects with its reason', async () => {
    const reason = new Error('left the page');
    const { fetch } = relay(new DOMException('aborted', 'AbortError'));
    await expect(getModel({ owner: 'o', name: 'n' }, { fetch, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

it('tells how much more may be asked', async () => {
  const { fetch } = relay({ ...empty, headers: { RateLimit: '"requests";r=1;t=60', 'RateLimit-Policy': '"requests";q=1200;w=60' } }, { ...empty, headers: { RateLimit: 'what?' } });
  const rates: Rate[] = [];
  const options = { fetch, onRate: (rate: Rate) => rates.push(rate) };
  await searchModels({}, options);
  await searchModels({}, options);
  expect(rates).toEqual([{ policy: 'requests', quota: 1200, remaining: 1, reset: 60 }]);
});

it('goes through a list page by page, and no further than is read', async () => {
  const page = (names: string[], next?: string): Answer => ({
    body: JSON.stringify({ items: names.map((name) => ({ ...(JSON.parse(model) as ModelInfo), name })), next }),
  });
  const { fetch, asked } = relay(page(['a', 'b'], 'n1'), page([], 'n2'), page(['c']), page(['a', 'b'], 'n1'));
  const names: string[] = [];
  for await (const { name } of each(searchModels, { q: 'x' }, { fetch })) names.push(name);
  expect(names).toEqual(['a', 'b', 'c']);
  expect(asked.map(({ url }) => url)).toEqual(['/api/v1/models?q=x', '/api/v1/models?cursor=n1&q=x', '/api/v1/models?cursor=n2&q=x']);
  for await (const { name } of each(searchModels, { q: 'x' }, { fetch })) if (name === 'a') break;
  expect(asked.length).toBe(4);
});

describe('patiently', () => {
  afterEach(() => vi.useRealTimers());
  const later = { status: 429, body: read('api-rate-limited.json'), headers: { 'Retry-After': '40' } };
  it('asks again after as long as the relay says', async () => {
    vi.useFakeTimers();
    const { fetch, asked } = relay(later, new TypeError('no network'), { status: 204 });
    const done = patiently(() => putBlock({ id: 'i', cid: 'c', body: new Uint8Array() }, { fetch }));
    await vi.advanceTimersByTimeAsync(39_999);
    expect(asked.length).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(asked.length).toBe(2);
    await vi.advanceTimersByTimeAsync(1000);
    await done;
    expect(asked.length).toBe(3);
  });
  it('gives up, and not only when it was told to', async () => {
    vi.useFakeTimers();
    const { fetch, asked } = relay(later, later, { status: 404, body: read('api-model-unknown.json') });
    const ask = () => putBlock({ id: 'i', cid: 'c', body: new Uint8Array() }, { fetch });
    const tired = refusal(patiently(ask, { again: 1 }));
    await vi.advanceTimersByTimeAsync(40_000);
    expect((await tired).code).toBe('rate_limited');
    expect((await refusal(patiently(ask))).code).toBe('not_found');
    expect(asked.length).toBe(3);
  });
  it('ends with its signal', async () => {
    vi.useFakeTimers();
    const { fetch, asked } = relay(later);
    const leave = new AbortController();
    const done = patiently(() => putBlock({ id: 'i', cid: 'c', body: new Uint8Array() }, { fetch }), { signal: leave.signal });
    const ended = expect(done).rejects.toThrow('left');
    await vi.advanceTimersByTimeAsync(1);
    leave.abort(new Error('left'));
    await ended;
    expect(asked.length).toBe(1);
  });
});
