// Helpers of a team (threads.mjs) on node:worker_threads.

import { parentPort, Worker } from 'node:worker_threads'
import { help } from './threads.mjs'

/** Starts `count` helpers; `terminate` ends one. */
export const spawn = (count) => Array.from({ length: count }, () => new Worker(new URL(import.meta.url)))

parentPort?.on('message', help)
