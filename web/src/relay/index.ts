/**
 * The one door to the relay's API: one function for each operation, as its document at /api/docs names them.
 *
 *     const { items } = await searchModels({ q: 'face', limit: 20 }, { signal });
 *     for await (const version of each(listVersions, { owner, name })) …
 *
 * Rejections are {@link RelayError}s.
 */
export * from './api.js';
export type { Body, CallOptions, Rate } from './call.js';
export { each } from './each.js';
export { RelayError, type RelayCode } from './errors.js';
export { patiently } from './patiently.js';
