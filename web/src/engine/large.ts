/** What only large files take: fetched with the first of them. */
export { Hasher } from './hasher.js';
export { fetchRun } from './run.js';
