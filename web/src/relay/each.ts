import type { CallOptions } from './call.js';

interface Page<T> {
  items: T[];
  next?: string;
}

/**
 * Goes through all of a list, a page at a time: `for await (const model of each(searchModels, { q: 'face' }))`.
 * The next page is fetched when the last one has been read.
 */
export async function* each<T, R extends { cursor?: string | undefined }>(
  list: (request: R, options?: CallOptions) => Promise<Page<T>>,
  request: R,
  options?: CallOptions,
): AsyncGenerator<T, void, undefined> {
  let page = await list(request, options);
  for (;;) {
    yield* page.items;
    if (page.next === undefined) return;
    page = await list({ ...request, cursor: page.next }, options);
  }
}
