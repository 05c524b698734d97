/** Sound from wherever people have it, as samples at one rate. */
import { fetchPinned } from '../../src/engine/pins.js';
import { Resampler } from '../../src/tasks/voice-activity.js';
import { InputError } from '../input-error.js';
import { t } from '../strings.js';

/** Seconds: what can be looked through in some seconds, and 38 MB of samples. */
export const longest = 600;

/** 64 MiB: ten minutes without any compression. */
const maxFileBytes = 2 ** 26;

/** Decodes a file of any kind that the browser plays; channels are mixed down. */
export async function soundFromBlob(blob: Blob, name: string, rate: number): Promise<Float32Array<ArrayBuffer>> {
  if (blob.size > maxFileBytes) throw new InputError(t`${name} is larger than 64 MiB; choose a shorter recording`);
  let sound: AudioBuffer;
  try {
    sound = await new OfflineAudioContext(1, 1, rate).decodeAudioData(await blob.arrayBuffer());
  } catch (cause) {
    throw new InputError(t`${name} is not a recording that this browser can play; choose an MP3, WAV or Ogg file`, { cause });
  }
  if (sound.duration > longest) throw new InputError(t`${name} is longer than ten minutes; choose a shorter recording`);
  if (sound.length === 0) throw new InputError(t`${name} is empty; choose another recording`);
  const mixed = new Float32Array(sound.length);
  for (let c = 0; c < sound.numberOfChannels; c++) {
    sound.getChannelData(c).forEach((value, i) => {
      mixed[i] = (mixed[i] ?? 0) + value / sound.numberOfChannels;
    });
  }
  return mixed;
}

/** What records until it is told to end. */
export interface Recording {
  end(): void;
}

/** Records from the microphone: `hear` gets samples at `rate` as they come. Throws an InputError that says what is in the way. */
export async function record(rate: number, hear: (samples: Float32Array) => void): Promise<Recording> {
  if (!('mediaDevices' in navigator)) throw new InputError(t`this page may not record, for it was not loaded over https; choose a recording instead`);
  const stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, echoCancellation: false, noiseSuppression: false } }).catch((cause: unknown) => {
    throw new InputError(refusals[cause instanceof DOMException ? cause.name : ''] ?? t`the microphone could not be used; choose a recording instead`, { cause });
  });
  const context = new AudioContext();
  const end = (): void => {
    for (const track of stream.getTracks()) track.stop();
    void context.close();
  };
  try {
    const here = import.meta.url;
    const { url } = await fetchPinned(new URL('./', here), 'recorder.js'); // a worklet's own request knows no integrity
    await context.audioWorklet.addModule(url);
    const recorder = new AudioWorkletNode(context, 'dehug-recorder', { numberOfOutputs: 0 });
    const resampler = new Resampler(context.sampleRate, rate);
    recorder.port.onmessage = ({ data }: MessageEvent<Float32Array>) => hear(resampler.push(data));
    context.createMediaStreamSource(stream).connect(recorder);
    await context.resume();
  } catch (cause) {
    end();
    throw new InputError(t`this page’s policy does not let it record; choose a recording instead`, { cause });
  }
  return { end };
}

const refusals: Readonly<Record<string, string>> = {
  NotAllowedError: t`this page was not allowed to use the microphone; allow it beside the browser’s address bar, or choose a recording`,
  NotFoundError: t`no microphone was found; plug one in, or choose a recording`,
  NotReadableError: t`the microphone is in use by another program; end that, or choose a recording`,
};
