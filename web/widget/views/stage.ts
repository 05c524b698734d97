/** The picture, and what was found in it, drawn at the screen's own resolution. */
import type { Detection } from '../src/tasks/index.js';
import { parts } from './constants.js';
import { h, icon } from './dom.js';
import { formatScore } from './format.js';

/** Lines over a photograph are light with a dark edge: they show on any ground. */
const line = { light: '#5cf2b5', dark: 'rgb(0 0 0 / 0.6)', ink: '#04150d' } as const;

export class Stage {
  readonly canvas = h('canvas', { part: parts.picture, role: 'img', 'aria-label': 'No picture yet' });
  readonly element = h('div', { class: 'frame' }, h('p', { class: 'empty' }, icon('picture'), 'Drop a picture here, or choose one.'), this.canvas);
  private bitmap: ImageBitmap | null = null;
  private found: readonly Detection[] = [];
  private readonly observer = new ResizeObserver(() => this.draw());

  connect(): void {
    this.observer.observe(this.canvas);
  }

  disconnect(): void {
    this.observer.disconnect();
  }

  /** Shows a picture; the caller keeps owning it and closes it after the next call. */
  show(bitmap: ImageBitmap, description: string): void {
    this.bitmap = bitmap;
    this.found = [];
    this.element.style.setProperty('--ratio', String(bitmap.width / bitmap.height));
    this.element.classList.add('filled');
    this.canvas.setAttribute('aria-label', description);
    this.draw();
  }

  /** Draws what was found over the picture. */
  mark(found: readonly Detection[], description: string): void {
    this.found = found;
    this.canvas.setAttribute('aria-label', description);
    this.draw();
  }

  private draw(): void {
    const { width, height } = this.canvas.getBoundingClientRect();
    const context = this.canvas.getContext('2d');
    if (!this.bitmap || !context || width === 0) return;
    const scale = devicePixelRatio;
    this.canvas.width = Math.round(width * scale);
    this.canvas.height = Math.round(height * scale);
    context.scale(this.canvas.width / width, this.canvas.height / height);
    context.imageSmoothingQuality = 'high';
    context.drawImage(this.bitmap, 0, 0, width, height);
    for (const each of this.found) drawDetection(context, each, width, height);
  }
}

/** Draws one detection on a picture that is `width`×`height` CSS pixels large. */
function drawDetection(context: CanvasRenderingContext2D, { box, score, keypoints }: Detection, width: number, height: number): void {
  const x = box.x * width;
  const y = box.y * height;
  const w = box.width * width;
  const h = box.height * height;
  const weight = Math.min(3, Math.max(1.5, width / 240));

  context.lineJoin = 'round';
  for (const [style, extra] of [[line.dark, 2], [line.light, 0]] as const) {
    context.strokeStyle = style;
    context.lineWidth = weight + extra;
    context.beginPath();
    context.roundRect(x, y, w, h, Math.min(8, Math.abs(w) / 8));
    context.stroke();
  }
  for (const point of keypoints) {
    context.beginPath();
    context.arc(point.x * width, point.y * height, Math.max(2.2, weight * 1.4), 0, 2 * Math.PI);
    context.fillStyle = line.light;
    context.strokeStyle = line.dark;
    context.lineWidth = 1;
    context.fill();
    context.stroke();
  }

  const text = formatScore(score);
  context.font = `600 ${width < 400 ? 11 : 13}px system-ui, sans-serif`;
  const label = { width: context.measureText(text).width + 12, height: width < 400 ? 17 : 20 };
  const left = Math.min(Math.max(0, x), width - label.width);
  const top = y - label.height - weight >= 0 ? y - label.height - weight : Math.max(0, y + weight);
  context.fillStyle = line.light;
  context.beginPath();
  context.roundRect(left, top, label.width, label.height, 4);
  context.fill();
  context.fillStyle = line.ink;
  context.textBaseline = 'middle';
  context.direction = 'ltr'; // a page written from right to left would turn digits and percent sign around
  context.fillText(text, left + 6, top + label.height / 2 + 0.5);
}
