/**
 * The camera: a file of its own, which is fetched when somebody asks for it. One picture is looked at at a time, and the next is
 * the newest that there is by then: those in between are dropped, so what is seen is never older than one look takes.
 */
import { icon } from '../dom.js';
import { formatDuration } from '../format.js';
import * as icons from '../icons.js';
import { InputError } from '../input-error.js';
import { t } from '../strings.js';
import type { Finding, TaskHost } from '../task.js';

/** What a view has the camera do. */
export interface CameraOptions {
  /** Which of several cameras is meant: the one towards the person, or away from them. */
  facing: 'user' | 'environment';
  host: TaskHost;
  /** Must be seen by somebody, or the camera is turned off. */
  place: Element;
  /** Turned the camera on, and turns it off. */
  button: HTMLElement | null;
  /** Aborted by `stop`, and by whatever else ends this. */
  signal: AbortSignal;
  stop: () => void;
  /** Looks at a picture, which it owns, and shows it. Null when that was not to be any more. */
  look: (picture: ImageBitmap, name: string) => Promise<Finding | null>;
  /** Whether the last picture stays: no other was chosen. */
  stays: () => boolean;
}

/** What this file exports as `camera`. */
export interface CameraModule {
  /** Asks for the camera and looks through it until it is stopped or nobody sees it. Rejects with an InputError that says what is in the way. */
  watch(options: CameraOptions): Promise<void>;
}

/** Milliseconds between two announcements of what the camera sees. */
const announcing = 3000;

async function watch(options: CameraOptions): Promise<void> {
  const { host, button, signal, stop, stays } = options;
  const label = button ? [...button.childNodes] : [];
  const over = (): void => {
    button?.replaceChildren(...label);
    button?.classList.remove('recording');
    host.busy(null);
  };
  signal.addEventListener('abort', over);
  button?.replaceChildren(icon(icons.stop), t`Stop the camera`);
  button?.classList.add('recording');
  host.busy(stop);
  host.say(t`Waiting for the camera…`);
  const seen: { last: Finding | null; sentence: string; at: number } = { last: null, sentence: '', at: -Infinity };
  const look = async (bitmap: ImageBitmap, rate: number): Promise<void> => {
    const finding = await options.look(bitmap, t`Camera`);
    if (finding === null) return;
    const { sentence, ms } = (seen.last = finding);
    host.found(finding, true);
    host.say(t`${sentence} ${formatDuration(ms)} in the model, ${rate.toFixed(rate < 9.95 ? 1 : 0)} pictures a second.`);
    const now = performance.now();
    if (sentence === seen.sentence || now - seen.at < announcing) return;
    Object.assign(seen, { sentence, at: now });
    host.announce(sentence);
  };
  const why = await film(options, look).finally(() => {
    if (!signal.aborted) stop();
  });
  const { last } = seen;
  if (last !== null && stays() && host.loaded) host.found({ ...last, sentence: [why, last.sentence].filter(Boolean).join(' ') });
  else if (why !== '') host.announce(why);
}

/** Pixels: what is looked at is scaled down further, and what is shown need not be sharper. */
const width = 640;

/** Milliseconds over which pictures are counted. */
const counted = 2000;

/** Milliseconds between pictures for visitors who have asked for less movement: a row of stills. */
const calm = 1000;

/** Has the camera's pictures looked at, one at a time. Gives why that has ended, for people; empty when it was stopped. */
async function film({ facing, place, signal }: CameraOptions, look: (picture: ImageBitmap, rate: number) => Promise<void>): Promise<string> {
  const stream = await open(facing);
  const tracks = stream.getTracks();
  const end = new AbortController();
  let why = '';
  const stop = (reason: string): void => {
    if (end.signal.aborted) return;
    why = reason;
    for (const track of tracks) track.stop(); // at once, whatever is being looked at
    end.abort();
  };
  const quit = (): void => stop('');
  const hidden = (): void => {
    if (document.hidden) stop(t`The camera was turned off, for this page is hidden.`);
  };
  const seen = new IntersectionObserver((entries) => {
    if (entries.at(-1)?.isIntersecting === false) stop(t`The camera was turned off, for its picture is out of view.`);
  });
  const video = document.createElement('video');
  try {
    signal.addEventListener('abort', quit);
    document.addEventListener('visibilitychange', hidden);
    seen.observe(place);
    for (const track of tracks) track.onended = () => stop(t`The camera has been taken away.`);
    if (signal.aborted) quit();
    hidden();
    video.muted = true;
    video.playsInline = true;
    video.srcObject = stream;
    place.scrollIntoView({ block: 'nearest' }); // the button may be all that is in view
    await until(video.play(), end.signal);
    const times: number[] = [];
    while (!end.signal.aborted) {
      const next = frame(video); // may come while this one is looked at; then there is nothing to wait for
      await look(await createImageBitmap(video), rateOf(times));
      times.push(performance.now());
      const stills = matchMedia('(prefers-reduced-motion: reduce)').matches;
      await until(stills ? pause(calm) : next, end.signal);
    }
  } finally {
    stop('');
    signal.removeEventListener('abort', quit);
    document.removeEventListener('visibilitychange', hidden);
    seen.disconnect();
    video.srcObject = null;
  }
  return why;
}

async function open(facing: CameraOptions['facing']): Promise<MediaStream> {
  if (!('mediaDevices' in navigator)) throw new InputError(t`this page may not use a camera, for it was not loaded over https; choose a picture instead`);
  return navigator.mediaDevices.getUserMedia({ video: { facingMode: facing, width: { ideal: width } } }).catch((cause: unknown) => {
    throw new InputError(refusals[cause instanceof DOMException ? cause.name : ''] ?? t`the camera could not be used; choose a picture instead`, { cause });
  });
}

const refusals: Readonly<Record<string, string>> = {
  NotAllowedError: t`this page was not allowed to use the camera; allow it beside the browser’s address bar, or choose a picture`,
  NotFoundError: t`no camera was found; plug one in, or choose a picture`,
  NotReadableError: t`the camera is in use by another program; end that, or choose a picture`,
};

/** Pictures a second over the last of them, from the times at which they had been looked at; 0 while that is not known. */
function rateOf(times: number[]): number {
  const last = times.at(-1) ?? 0;
  while (times.length > 2 && last - (times[0] ?? 0) > counted) times.shift();
  return times.length < 2 ? 0 : ((times.length - 1) * 1000) / (last - (times[0] ?? 0));
}

/** The video shows a picture that it has not shown yet. */
function frame(video: HTMLVideoElement): Promise<void> {
  return new Promise((resolve) => {
    if ('requestVideoFrameCallback' in video) video.requestVideoFrameCallback(() => resolve());
    else requestAnimationFrame(() => resolve());
  });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Waits no longer than until `signal` is aborted. Only one waits by a signal at a time. */
function until(work: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.onabort = () => resolve();
    if (signal.aborted) resolve();
    work.then(resolve, reject);
  });
}

export const camera: CameraModule = { watch };
