/**
 * Where in a recording somebody speaks, in the manner of Silero VAD: a recurrent network says for each frame of 32 ms how
 * probably it is speech, carrying a state from frame to frame; stretches of speech are made of that.
 */
import type { Task, Tensor } from '../engine/types.js';

/** How to feed the model and read its output. The manifest's `task.params` carry the same names in kebab-case. */
export interface VoiceParams {
  /** Samples in a second. */
  sampleRate: number;
  /** Samples that are new in each run. */
  frame: number;
  /** Samples of the frame before that stand ahead of them. */
  context: number;
  /** Sizes of the state that output `stateN` hands to input `state`. */
  state: readonly number[];
  /** Speech begins with a frame at least this probable… */
  threshold: number;
  /** …and ends when all are below this for `silence` seconds. */
  endThreshold: number;
  /** Seconds. Shorter pauses belong to the speech around them. */
  silence: number;
  /** Seconds. Shorter stretches of speech are left out. */
  speech: number;
  /** Seconds by which a stretch is made longer at both ends. */
  pad: number;
}

/** Silero VAD v5 and v6 at 16 kHz, with the thresholds of Silero's own `get_speech_timestamps`. */
export const silero: VoiceParams = { sampleRate: 16000, frame: 512, context: 64, state: [2, 1, 128], threshold: 0.5, endThreshold: 0.35, silence: 0.1, speech: 0.25, pad: 0.03 };

/** Parameters of a manifest's task block; what it does not say is as in {@link silero}. */
export function voiceParams(task: Task | null): VoiceParams {
  const params = task?.params ?? {};
  const number = (key: string, fallback: number) => Number(params[key] ?? fallback);
  const out: VoiceParams = {
    sampleRate: number('sample-rate', silero.sampleRate),
    frame: number('frame', silero.frame),
    context: number('context', silero.context),
    state: params['state']?.split(',').map(Number) ?? silero.state,
    threshold: number('threshold', silero.threshold),
    endThreshold: number('end-threshold', silero.endThreshold),
    silence: number('silence', silero.silence),
    speech: number('speech', silero.speech),
    pad: number('pad', silero.pad),
  };
  const whole = (n: number, least: number, most: number) => Number.isInteger(n) && n >= least && n <= most;
  if (!whole(out.sampleRate, 8000, 48000)) throw new RangeError('task.params: sample-rate is a whole number from 8000 to 48000');
  if (!whole(out.frame, 1, 48000) || !whole(out.context, 0, out.frame)) throw new RangeError('task.params: frame and context are whole numbers of samples, context at most frame');
  if (!out.state.every((n) => whole(n, 1, 4096)) || out.state.length > 4) throw new RangeError('task.params: state is a list of sizes');
  if (![out.threshold, out.endThreshold].every((n) => n >= 0 && n <= 1)) throw new RangeError('task.params: threshold and end-threshold lie between 0 and 1');
  if (![out.silence, out.speech, out.pad].every((n) => n >= 0 && n <= 60)) throw new RangeError('task.params: silence, speech and pad are seconds, at most 60');
  return out;
}

/** Feeds for one frame. `samples` are the recording so far, −1 to 1; what is missing before its begin or after its end is silence. */
export function voiceFeeds(samples: Float32Array, frame: number, state: Tensor, params: VoiceParams = silero): Record<string, Tensor> {
  const data = new Float32Array(params.context + params.frame);
  const from = frame * params.frame - params.context;
  const begin = Math.max(0, from);
  data.set(samples.subarray(begin, (frame + 1) * params.frame), begin - from);
  return {
    input: { type: 'float32', dims: [1, data.length], data },
    state,
    sr: { type: 'int64', dims: [], data: BigInt64Array.of(BigInt(params.sampleRate)) },
  };
}

/** The state before the first frame. */
export function silentState(params: VoiceParams = silero): Tensor {
  return { type: 'float32', dims: [...params.state], data: new Float32Array(params.state.reduce((a, b) => a * b, 1)) };
}

/** How probable speech is in a frame, and the state for the next. Throws a RangeError when the model gives something else. */
export function readVoice(outputs: Readonly<Record<string, Tensor>>, params: VoiceParams = silero): { probability: number; state: Tensor } {
  const { output, stateN } = outputs;
  const probability = output?.data[0];
  if (typeof probability !== 'number' || output?.data.length !== 1) throw new RangeError('the model has no output "output" of one number, which voice activity reads');
  if (!(stateN?.data instanceof Float32Array) || stateN.dims.join() !== params.state.join()) throw new RangeError(`the model has no output "stateN" of float32[${params.state.join(', ')}], which voice activity carries on`);
  return { probability, state: stateN };
}

/** A stretch of speech, in seconds from the begin of the recording. */
export interface Speech {
  start: number;
  end: number;
}

/** Stretches of speech from the probabilities of all frames, as Silero's `get_speech_timestamps` makes them. `length`: seconds in all. */
export function findSpeech(probabilities: ArrayLike<number>, length: number, params: VoiceParams = silero): Speech[] {
  const seconds = params.frame / params.sampleRate;
  const found: Speech[] = [];
  let start: number | null = null;
  let quietSince: number | null = null;
  for (let i = 0; i < probabilities.length; i++) {
    const p = probabilities[i] ?? 0;
    const at = i * seconds;
    if (p >= params.threshold) {
      quietSince = null;
      start ??= at;
    } else if (start !== null && p < params.endThreshold) {
      quietSince ??= at;
      if (at - quietSince < params.silence) continue;
      if (quietSince - start > params.speech) found.push({ start, end: quietSince });
      start = quietSince = null;
    }
  }
  if (start !== null && length - start > params.speech) found.push({ start, end: length });
  return padded(found, length, params.pad);
}

/** Makes stretches longer at both ends; two that would meet share the pause between them. */
function padded(found: readonly Speech[], length: number, pad: number): Speech[] {
  const share = (pause: number) => Math.min(pad, pause / 2);
  return found.map(({ start, end }, i) => {
    const before = found[i - 1]?.end;
    const after = found[i + 1]?.start;
    return {
      start: Math.max(0, start - (before === undefined ? pad : share(start - before))),
      end: Math.min(length, end + (after === undefined ? pad : share(after - end))),
    };
  });
}

/**
 * Brings samples that come in pieces to another rate: each new sample is the mean of the old ones in its time, or lies on
 * the line between two where the new rate is the higher one.
 */
export class Resampler {
  /** Old samples that are still needed; the first stands at time `#at` of the new ones. */
  #rest = new Float32Array();
  #at = 0;
  readonly #step: number;

  constructor(from: number, to: number) {
    this.#step = from / to;
  }

  push(samples: Float32Array): Float32Array {
    const all = new Float32Array(this.#rest.length + samples.length);
    all.set(this.#rest);
    all.set(samples, this.#rest.length);
    const out: number[] = [];
    let at = this.#at;
    for (; at + Math.max(this.#step, 1) < all.length; at += this.#step) out.push(this.#step > 1 ? mean(all, at, at + this.#step) : between(all, at));
    const used = Math.floor(at);
    this.#rest = all.slice(used);
    this.#at = at - used;
    return Float32Array.from(out);
  }
}

/** Mean over a time; samples at its edges count in part. */
function mean(samples: Float32Array, from: number, to: number): number {
  let total = 0;
  for (let i = Math.floor(from); i < to; i++) total += (samples[i] ?? 0) * (Math.min(i + 1, to) - Math.max(i, from));
  return total / (to - from);
}

function between(samples: Float32Array, at: number): number {
  const i = Math.floor(at);
  const part = at - i;
  return (samples[i] ?? 0) * (1 - part) + (samples[i + 1] ?? 0) * part;
}
