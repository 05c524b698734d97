/** Every name by which a page and `<dehug-model>` know each other. */
import type { DehugError, Progress, VerifiedManifest } from '../src/engine/index.js';
import type { Detection } from '../src/tasks/index.js';

/** Attributes, which go down. */
export const attributes = {
  src: 'src',
  task: 'task',
  sources: 'sources',
  signer: 'signer',
  poster: 'poster',
  reveal: 'reveal',
  mode: 'mode',
  maxBytes: 'max-bytes',
  modelBytes: 'model-bytes',
  /** Reflected; written by the element only. */
  state: 'state',
} as const;

/**
 * `idle`: nothing has been fetched. `verifying`: manifest, signature and leaf lists are being checked. `loading`: the
 * model arrives, each chunk checked, and is compiled. `ready`: waits for a picture. `running`, `done`: looks at it, has
 * looked. `error`: see the last `error` event.
 */
export const states = ['idle', 'verifying', 'loading', 'ready', 'running', 'done', 'error'] as const;
export type State = (typeof states)[number];

/** Events, which come up. None bubbles: `progress` and `error` of a page's media and forms would be taken for ours. */
export const events = {
  progress: 'progress',
  verified: 'verified',
  result: 'result',
  error: 'error',
} as const;

/** All events with their `detail`, each fired when… */
export interface DehugModelEventMap {
  /** …anything happens while loading: a phase begins, a chunk changes, a source misbehaves. */
  progress: CustomEvent<Progress>;
  /** …every byte that will be used has matched its hash, and the model is compiled. Nothing has run yet. */
  verified: CustomEvent<Verified>;
  /** …a picture has been looked at. */
  result: CustomEvent<Result>;
  /** …loading or running ended without success, or a picture could not be read (then the model stays ready). */
  error: CustomEvent<DehugError>;
}

/** What was proven about the model. */
export interface Verified {
  manifest: VerifiedManifest;
  /** SHA-256 of the arithmetic plan, 64 hex digits. */
  planHash: string;
  mode: 'strict' | 'fast';
  /** Base URLs that were caught sending bytes with a wrong hash. */
  lying: string[];
}

/** What was found in a picture. */
export interface Result {
  task: string;
  /** Best first; positions are fractions of the picture's sides. */
  detections: Detection[];
  picture: { name: string; width: number; height: number };
  /** Milliseconds in the model, without decoding and drawing the picture. */
  ms: number;
}

/** Names for `::part()`. */
export const parts = {
  card: 'card',
  header: 'header',
  stage: 'stage',
  picture: 'picture',
  button: 'button',
  ledger: 'ledger',
  map: 'map',
  sources: 'sources',
  proof: 'proof',
  result: 'result',
  error: 'error',
} as const;

/** Set by the build: bytes of the engine as a browser fetches it, compressed. */
declare const __ENGINE_BYTES__: number | undefined;

/** What the first model on a page costs beside its own bytes; 0 in a build that did not measure it. */
export const engineBytes: number = typeof __ENGINE_BYTES__ === 'undefined' ? 0 : __ENGINE_BYTES__;
