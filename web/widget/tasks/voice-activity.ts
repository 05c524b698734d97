/** The task `voice-activity`. */
import { findSpeech, readVoice, silentState, voiceFeeds, voiceParams, type Speech, type VoiceParams } from '../../src/tasks/voice-activity.js';
import type { Tensor } from '../../src/engine/index.js';
import { parts as partNames } from '../constants.js';
import { h, icon } from '../dom.js';
import * as icons from '../icons.js';
import { plural } from '../format.js';
import { InputError } from '../input-error.js';
import type { Finding, Parts, TaskHost, TaskModule, TaskView } from '../task.js';
import { Samples } from '../views/samples.js';
import css from '../views/sound.css?inline';
import { longest, record, soundFromBlob } from '../views/sound.js';
import { timed } from '../views/timed.js';
import { Wave } from '../views/wave.js';
import { t } from '../strings.js';

/** Frames between two looks at how far it is: some five times a second of sound. */
const framesPerLook = 6;

/** A recording ends by its own means. */
const unending = new AbortController().signal;

interface Sound {
  name: string;
  samples: Float32Array<ArrayBuffer>;
}

/** A model's walk over a recording, frame by frame. */
class Listener {
  readonly probabilities: number[] = [];
  ms = 0;
  #state: Tensor;

  constructor(
    private readonly parts: Parts,
    readonly params: VoiceParams,
  ) {
    this.#state = silentState(params);
  }

  async hear(samples: Float32Array, signal: AbortSignal): Promise<void> {
    const { outputs, ms } = await timed(this.parts.model, voiceFeeds(samples, this.probabilities.length, this.#state, this.params), signal);
    const { probability, state } = readVoice(outputs, this.params);
    this.ms += ms;
    this.#state = state;
    this.probabilities.push(probability);
  }

  get known(): number {
    return (this.probabilities.length * this.params.frame) / this.params.sampleRate;
  }

  speech(length: number): Speech[] {
    return findSpeech(this.probabilities, Math.min(length, this.known), this.params);
  }
}

class SoundView implements TaskView {
  readonly label = t`Recording`;
  readonly busy = t`Listening…`;
  readonly choose = t`Choose a recording`;
  readonly #wave = new Wave();
  readonly screen = h('div', { class: 'hearing' }, this.#wave.canvas, h('p', { class: 'empty' }, icon(icons.sound), t`Record something, or choose a recording.`));
  readonly #file = h('input', { type: 'file', accept: 'audio/*,video/*', hidden: true, change: () => this.#chosen() });
  readonly #samples = new Samples(t`Sample recordings`, (i) => void this.#useSample(i, this.host.loaded));
  readonly #recordButton = h('button', { type: 'button', class: 'quiet', click: () => void this.#toggleRecording() }, icon(icons.microphone), t`Record`);
  readonly #playButton = h('button', { type: 'button', class: 'quiet', hidden: true, click: () => this.#togglePlaying() }, icon(icons.play), t`Play`);
  readonly choices = h(
    'div',
    { class: 'choices' },
    this.#recordButton,
    this.#playButton,
    this.#samples.element,
    h('button', { type: 'button', class: 'quiet', click: () => this.ask() }, icon(icons.sound), t`Choose a recording`),
    h('p', { class: 'hint' }, t`or drop one, up to ten minutes. It stays on this page.`),
    this.#file,
  );
  readonly #list = h('ol', {});
  readonly findings = h('details', { class: 'findings', part: partNames.result, hidden: true }, h('summary', {}, t`The result in words`), this.#list);
  #links: readonly HTMLElement[] = [];
  #sound: Sound | null = null;
  #speech: readonly Speech[] = [];
  #known = 0;
  #turn = 0;
  #player: { context: AudioContext; begun: number } | null = null;
  #stopRecording: (() => void) | null = null;
  #rate = voiceParams(null).sampleRate;

  constructor(private readonly host: TaskHost) {}

  get ready(): boolean {
    return this.#sound !== null;
  }

  ask(): void {
    this.#file.click();
  }

  async use(input: Blob | string, name: string): Promise<void> {
    const turn = ++this.#turn;
    const blob = typeof input === 'string' ? await (await fetch(input)).blob() : input;
    const samples = await soundFromBlob(blob, name, this.#rate);
    if (turn === this.#turn) this.#set({ name, samples });
  }

  take(data: DataTransfer | null): boolean {
    const file = data?.files[0];
    if (file) void this.#open(file, file.name, true);
    return file !== undefined;
  }

  async offer(elements: readonly Element[], show: boolean): Promise<void> {
    this.#links = elements.filter((element) => element instanceof HTMLAnchorElement || element instanceof HTMLAudioElement);
    this.#samples.show(this.#links.map((link) => ({ name: t`Sample: ${sampleName(link)}`, look: sampleName(link) })));
    if (show && !this.#sound && this.#links.length > 0) await this.#useSample(0, false);
  }

  async run(parts: Parts, signal: AbortSignal): Promise<Finding> {
    const params = this.#paramsOf(parts);
    for (;;) {
      const sound = this.#sound;
      if (!sound) throw new Error('there is no recording'); // the element runs a view that is ready
      const listener = new Listener(parts, params);
      const { samples } = sound;
      const length = samples.length / params.sampleRate;
      while (listener.known < length && sound === this.#sound) {
        await listener.hear(samples, signal);
        if (listener.probabilities.length % framesPerLook === 0) this.#show(listener, length);
      }
      if (sound === this.#sound) return this.#finish(listener, sound); // else another one was chosen meanwhile
    }
  }

  clear(): void {
    this.findings.hidden = true;
    this.#speech = [];
    this.#known = 0;
    this.#draw(t`Not listened to yet.`);
  }

  connect(): void {
    this.#wave.connect();
  }

  disconnect(): void {
    this.#wave.disconnect();
    this.#stopRecording?.();
    this.#stopPlaying();
  }

  #paramsOf(parts: Parts): VoiceParams {
    const params = voiceParams(parts.task);
    if (params.sampleRate !== this.#rate) {
      this.#rate = params.sampleRate;
      this.#sound = null; // it was read at another rate
      throw new InputError(t`this model listens at ${params.sampleRate} samples a second; choose the recording again`);
    }
    return params;
  }

  #set(sound: Sound): void {
    this.#stopPlaying();
    this.#sound = sound;
    this.#playButton.hidden = false;
    this.#samples.press(-1);
    this.screen.classList.add('filled');
    this.clear();
  }

  #show(listener: Listener, length: number): void {
    this.#speech = listener.speech(length);
    this.#known = listener.known;
    this.#draw(t`Being listened to.`);
  }

  #finish(listener: Listener, { name, samples }: Sound): Finding {
    const seconds = samples.length / this.#rate;
    this.#show(listener, seconds);
    const segments = [...this.#speech];
    const spoken = segments.reduce((sum, { start, end }) => sum + end - start, 0);
    const lines = segments.map(({ start, end }) => t`from ${time(start)} to ${time(end)}`);
    const sentence = segments.length === 0 ? t`Nobody speaks.` : t`Speech in ${plural(segments.length, 'stretch', 'stretches')}, ${spoken.toFixed(1)} of ${seconds.toFixed(1)} seconds.`;
    this.#draw([sentence, ...lines.map((line) => t`Speech ${line}.`)].join(' '));
    this.#list.replaceChildren(...lines.map((line) => h('li', {}, line)));
    this.findings.hidden = segments.length === 0;
    return { sentence, ms: listener.ms, detail: { speech: segments, probabilities: Float32Array.from(listener.probabilities), seconds, name } };
  }

  #draw(description: string, live = false): void {
    const sound = this.#sound;
    const player = this.#player;
    if (!sound) return;
    const played = player ? player.context.currentTime - player.begun : null;
    this.#wave.show({ samples: sound.samples, rate: this.#rate, speech: this.#speech, known: this.#known, played, live }, `${sound.name}. ${description}`);
  }

  /* ---------------------------------------------------------------- ways in */

  #chosen(): void {
    const file = this.#file.files?.[0];
    this.#file.value = ''; // choosing the same file again is a change again
    if (file) void this.#open(file, file.name, true);
  }

  async #open(input: Blob | string, name: string, run: boolean): Promise<boolean> {
    const turn = this.#turn + 1;
    try {
      await this.use(input, name);
    } catch (thrown) {
      if (turn === this.#turn) this.host.refuse(thrown);
      return false;
    }
    if (turn !== this.#turn) return false;
    this.host.changed(run);
    return true;
  }

  async #useSample(index: number, run: boolean): Promise<void> {
    const link = this.#links[index];
    if (!link) return;
    const url = link instanceof HTMLAnchorElement ? link.href : link instanceof HTMLAudioElement ? link.src : '';
    if (await this.#open(url, sampleName(link), run)) this.#samples.press(index);
  }

  /* ---------------------------------------------------------------- playing */

  #togglePlaying(): void {
    if (this.#player) this.#stopPlaying();
    else this.#play();
  }

  #play(): void {
    const sound = this.#sound;
    if (!sound) return;
    const context = new AudioContext();
    const source = context.createBufferSource();
    const buffer = context.createBuffer(1, sound.samples.length, this.#rate);
    buffer.copyToChannel(sound.samples, 0);
    source.buffer = buffer;
    source.connect(context.destination);
    source.onended = () => this.#stopPlaying();
    source.start();
    const player = { context, begun: context.currentTime };
    this.#player = player;
    this.#playButton.replaceChildren(icon(icons.stop), t`Stop`);
    const description = this.#wave.canvas.getAttribute('aria-label')?.slice(sound.name.length + 2) ?? '';
    const move = () => {
      if (this.#player !== player) return;
      this.#draw(description);
      requestAnimationFrame(move);
    };
    move();
  }

  #stopPlaying(): void {
    const player = this.#player;
    const sound = this.#sound;
    if (!player) return;
    this.#player = null;
    void player.context.close();
    this.#playButton.replaceChildren(icon(icons.play), t`Play`);
    this.#draw(this.#wave.canvas.getAttribute('aria-label')?.slice((sound?.name.length ?? 0) + 2) ?? '');
  }

  /* ---------------------------------------------------------------- recording */

  async #toggleRecording(): Promise<void> {
    if (this.#stopRecording) {
      this.#stopRecording();
      return;
    }
    const parts = await this.host.load();
    if (!parts || this.#isRecording()) return;
    try {
      await this.#record(parts);
    } catch (thrown) {
      if (!this.host.loaded) return; // the model was taken away meanwhile
      this.host.busy(null);
      this.host.failed(thrown);
    }
  }

  #isRecording(): boolean {
    return this.#stopRecording !== null;
  }

  /** Records and listens at the same time, until it is stopped or too long. */
  async #record(parts: Parts): Promise<void> {
    const params = this.#paramsOf(parts);
    const listener = new Listener(parts, params);
    const most = longest * params.sampleRate;
    let all = new Float32Array(params.sampleRate * 60); // grows by doubling
    let length = 0;
    let wake: () => void = () => undefined;
    const ended = new AbortController();
    const recording = await record(params.sampleRate, (samples) => {
      const fitting = samples.subarray(0, most - length);
      if (length + fitting.length > all.length) {
        const larger = new Float32Array(Math.min(most, 2 * all.length));
        larger.set(all);
        all = larger;
      }
      all.set(fitting, length);
      length += fitting.length;
      if (length >= most) stop();
      wake();
    });
    const stop = () => {
      ended.abort();
      recording.end();
      this.#stopRecording = null;
      this.#recordButton.classList.remove('recording');
      this.#recordButton.replaceChildren(icon(icons.microphone), t`Record`);
      wake();
    };
    this.#turn++;
    this.#set({ name: t`Recording`, samples: new Float32Array() });
    this.host.changed(false);
    this.#stopRecording = stop;
    this.#recordButton.classList.add('recording');
    this.#recordButton.replaceChildren(icon(icons.stop), t`Stop recording`);
    this.host.busy(stop);
    this.host.announce(t`Recording.`);
    try {
      for (;;) {
        while ((listener.probabilities.length + 1) * params.frame <= length) await listener.hear(all.subarray(0, length), unending);
        this.#sound = { name: t`Recording`, samples: all.subarray(0, length) };
        this.#speech = listener.speech(length / params.sampleRate);
        this.#known = listener.known;
        this.host.say(t`${(length / params.sampleRate).toFixed(1)} s recorded. ${(listener.probabilities.at(-1) ?? 0) >= params.threshold ? t`Somebody speaks.` : t`Quiet.`}`);
        this.#draw(t`Being recorded.`, true);
        if (ended.signal.aborted) break;
        await new Promise<void>((resolve) => (wake = resolve));
      }
    } catch (thrown) {
      stop();
      throw thrown;
    }
    if (length === 0) throw new InputError('nothing was recorded; check that the microphone is not muted');
    const sound = { name: t`Recording`, samples: all.slice(0, length) };
    this.#set(sound);
    this.host.busy(null);
    if (this.host.loaded) this.host.found(this.#finish(listener, sound));
  }
}

function sampleName(link: HTMLElement): string {
  return (link.title || link.textContent.trim()) || 'sample';
}

/** `1:02.3`. */
function time(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  const rest = (seconds - 60 * minutes).toFixed(1);
  return minutes > 0 ? `${minutes}:${rest.padStart(4, '0')}` : `${rest} s`;
}

export const task: TaskModule = {
  css,
  files: () => ({}),
  view: (host) => new SoundView(host),
};
