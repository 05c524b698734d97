/** Starts the worker that hashes: a chunk of the site's own build. */
import { scriptURL } from '../engine/pins.js';
import type { HashWorker } from './hash.js';
import address from './hash-worker.ts?worker&url';

export const startHashWorker = (): HashWorker => new Worker(scriptURL(new URL(address, location.href).href), { type: 'module', name: 'dehug-hash' });
