/** Every name by which a page and `<dehug-model>` know each other. */
import type { DehugError, Progress, VerifiedManifest } from '../src/engine/index.js';
import type { Class, FileGuess, Point, Speech, TextLine } from '../src/tasks/index.js';
import type { TaskId } from './task.js';

/** Attributes, which go down. */
export const attributes = {
  src: 'src',
  task: 'task',
  sources: 'sources',
  integrity: 'integrity',
  signer: 'signer',
  poster: 'poster',
  autoload: 'autoload',
  askAbove: 'ask-above',
  mode: 'mode',
  maxBytes: 'max-bytes',
  modelBytes: 'model-bytes',
  maxWork: 'max-work',
  maxSeconds: 'max-seconds',
  /** Reflected; written by the element only. */
  state: 'state',
} as const;

/** The attributes as typed templates have them; what each is for is said at the element. */
export interface DehugModelAttributes {
  src?: string;
  task?: TaskId;
  sources?: string;
  integrity?: string;
  signer?: string;
  poster?: string;
  autoload?: boolean;
  'ask-above'?: number | string;
  mode?: 'strict' | 'fast';
  'max-bytes'?: number | string;
  'model-bytes'?: number | string;
  'max-work'?: number | string;
  'max-seconds'?: number | string;
}

/**
 * `idle`: nothing has been fetched. `verifying`: manifest, signature and leaf lists are being checked. `loading`: the
 * model arrives, each chunk checked, and is compiled. `paused`: it was, and what was checked is kept. `ready`: waits for something to run on. `running`, `done`: runs on
 * it, has run. `error`: see the last `error` event.
 */
export const states = ['idle', 'verifying', 'loading', 'paused', 'ready', 'running', 'done', 'error'] as const;
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
  /** …the model has run on what the visitor gave it. */
  result: CustomEvent<Result>;
  /** …loading or running ended without success, or an input is of no use (code `bad_input`; then the model stays ready). */
  error: CustomEvent<DehugError>;
}

/** What was proven about the model. */
export interface Verified {
  manifest: VerifiedManifest;
  /** SHA-256 of the arithmetic plan, 64 hex digits. */
  planHash: string;
  /** The same for further models that the task takes, by manifest path. */
  planHashes: Record<string, string>;
  mode: 'strict' | 'fast';
  /** Base URLs that were caught sending bytes with a wrong hash. */
  lying: string[];
}

/** Something seen in a picture. Positions are fractions of the picture's sides, x to the right, y down. */
export interface Detection {
  label: string;
  /** 0 to 1. */
  score: number;
  box: { x: number; y: number; width: number; height: number };
  keypoints: Point[];
}

/** A picture that was looked at. */
export interface PictureInfo {
  /** File name, or what the page calls a sample. */
  name: string;
  /** Pixels. */
  width: number;
  height: number;
}

/** What each task finds. */
export interface Findings {
  /** Best first. */
  'face-detection': { detections: Detection[]; picture: PictureInfo };
  /** In reading order. `text`: the lines, with line feeds between. */
  ocr: { lines: TextLine[]; text: string; picture: PictureInfo };
  /** All classes, best first. */
  'image-classification': { classes: Class[]; picture: PictureInfo };
  /** `type`: the answer; `guesses`: what the model took it for, best first, empty for a file too short for it. */
  'file-type': { type: FileGuess; guesses: FileGuess[]; file: { name: string; size: number } };
  /** Times in seconds. `probabilities`: of speech, one for each frame of the recording. */
  'voice-activity': { speech: Speech[]; probabilities: Float32Array; seconds: number; name: string };
  /** `ranked`: the others beside `text`, most similar first. `embeddings`: one vector of length 1 for each of `texts`. */
  'text-embedding': { text: string; ranked: { text: string; similarity: number }[]; texts: string[]; embeddings: Float32Array[] };
}

/** What was found. `task` says which of {@link Findings} the rest is. `live`: in a picture of the camera, which goes on. */
export type Result = { [Id in TaskId]: { task: Id; ms: number; live?: true } & Findings[Id] }[TaskId];

/** Names for `::part()`. */
export const parts = {
  card: 'card',
  header: 'header',
  stage: 'stage',
  picture: 'picture',
  button: 'button',
  cancel: 'cancel',
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
