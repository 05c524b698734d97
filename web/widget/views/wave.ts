/** A recording as a wave, with speech marked. */
import type { Speech } from '../../src/tasks/voice-activity.js';
import { h } from '../dom.js';
import { t } from '../strings.js';

/** What there is to draw. Times are seconds. */
export interface WaveState {
  samples: Float32Array;
  rate: number;
  speech: readonly Speech[];
  /** Up to where it has been looked at. */
  known: number;
  /** Where it is being played; null when it is not. */
  played: number | null;
  /** While recording, the end of it is shown. */
  live: boolean;
}

/** Seconds in view while recording. */
const liveSpan = 8;

export class Wave {
  readonly canvas = h('canvas', { class: 'wave', role: 'img', 'aria-label': t`No recording yet` });
  #state: WaveState | null = null;
  #queued = false;
  readonly #observer = new ResizeObserver(() => this.#draw());

  connect(): void {
    this.#observer.observe(this.canvas);
  }

  disconnect(): void {
    this.#observer.disconnect();
  }

  show(state: WaveState, description: string): void {
    this.#state = state;
    this.canvas.setAttribute('aria-label', description);
    if (this.#queued) return;
    this.#queued = true;
    requestAnimationFrame(() => {
      this.#queued = false;
      this.#draw();
    });
  }

  #draw(): void {
    const { width, height } = this.canvas.getBoundingClientRect();
    const context = this.canvas.getContext('2d');
    if (!this.#state || !context || width === 0) return;
    this.canvas.width = Math.round(width * devicePixelRatio);
    this.canvas.height = Math.round(height * devicePixelRatio);
    context.scale(this.canvas.width / width, this.canvas.height / height);
    const { samples, rate, speech, known, played, live } = this.#state;
    const { color: spokenColor, caretColor: quietColor, columnRuleColor: unknownColor, outlineColor: speechColor, textDecorationColor: playedColor } = getComputedStyle(this.canvas);
    const length = samples.length / rate;
    const from = live ? Math.max(0, length - liveSpan) : 0;
    const span = live ? liveSpan : Math.max(length, 1e-3);
    const x = (seconds: number) => ((seconds - from) / span) * width;

    for (const { start, end } of speech) {
      context.fillStyle = speechColor;
      context.beginPath();
      context.roundRect(x(start), 2, Math.max(2, x(end) - x(start)), height - 4, 5);
      context.fill();
    }
    const columns = Math.floor(width / 3);
    const spoken = (at: number) => speech.some(({ start, end }) => at >= start && at <= end);
    for (let i = 0; i < columns; i++) {
      const begin = from + (i / columns) * span;
      const loud = peak(samples, begin * rate, (begin + span / columns) * rate);
      const at = begin + span / columns / 2;
      if (at > length) break;
      context.fillStyle = at > known ? unknownColor : spoken(at) ? spokenColor : quietColor;
      const tall = Math.max(2, Math.min(1, loud) * (height - 24));
      context.fillRect((i / columns) * width, (height - tall) / 2, 2, tall);
    }
    if (played !== null) {
      context.fillStyle = playedColor;
      context.fillRect(x(played), 0, 2, height);
    }
  }
}

function peak(samples: Float32Array, from: number, to: number): number {
  let most = 0;
  for (let i = Math.max(0, Math.floor(from)); i < Math.min(samples.length, to); i++) most = Math.max(most, Math.abs(samples[i] ?? 0));
  return most;
}
