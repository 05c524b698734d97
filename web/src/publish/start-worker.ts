/** Starts the workers that hash and make manifests: chunks of the site's own build. */
import { scriptURL } from '../engine/pins.js';
import type { HashWorker } from './hash.js';
import hashAddress from './hash-worker.ts?worker&url';
import type { ManifestWorker } from './manifest-work.js';
import manifestAddress from './manifest-worker.ts?worker&url';

const start = (address: string, name: string): Worker => new Worker(scriptURL(new URL(address, location.href).href), { type: 'module', name });

export const startHashWorker = (): HashWorker => start(hashAddress, 'dehug-hash');
export const startManifestWorker = (): ManifestWorker => start(manifestAddress, 'dehug-manifest');
