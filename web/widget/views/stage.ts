/** The picture, and what was found in it, drawn at the screen's own resolution. */
import { parts } from '../constants.js';
import { h, icon } from '../dom.js';
import * as icons from '../icons.js';
import { t } from '../strings.js';

/** Draws on a picture that is `width`×`height` CSS pixels large. */
export type Draw = (context: CanvasRenderingContext2D, width: number, height: number) => void;

/** Lines over a photograph are light with a dark edge: they show on any ground. */
export const line = { light: '#5cf2b5', dark: 'rgb(0 0 0 / 0.6)', ink: '#04150d' } as const;

export class Stage {
  readonly canvas = h('canvas', { part: parts.picture, role: 'img', 'aria-label': t`No picture yet` });
  readonly element = h('div', { class: 'frame' }, h('p', { class: 'empty' }, icon(icons.picture), t`Drop a picture here, or choose one.`), this.canvas);
  #bitmap: ImageBitmap | null = null;
  #drawFound: Draw | null = null;
  #overlay: Element | null = null;
  readonly #observer = new ResizeObserver(() => this.#draw());

  connect(): void {
    this.#observer.observe(this.canvas);
  }

  disconnect(): void {
    this.#observer.disconnect();
  }

  /** Keeps the place of a picture that is about to be shown, whose size in pixels its element says; null ends that, where none came. */
  expect(image: Element | null): void {
    const [width, height] = ['width', 'height'].map((name) => Number(image?.getAttribute(name)));
    if (this.#bitmap) return;
    this.element.classList.toggle('filled', !!width && !!height);
    if (width && height) this.element.style.setProperty('--ratio', String(width / height));
  }

  /** Shows a picture with what was found in it, if that is known; the caller keeps owning it and closes it after the next call. */
  show(bitmap: ImageBitmap, description: string, draw: Draw | null = null): void {
    this.#bitmap = bitmap;
    this.element.style.setProperty('--ratio', String(bitmap.width / bitmap.height));
    this.element.classList.add('filled');
    this.mark(draw, description);
  }

  /** Draws what was found over the picture, and lays `overlay` on it. */
  mark(draw: Draw | null, description: string, overlay: Element | null = null): void {
    this.#drawFound = draw;
    this.#overlay?.remove();
    this.#overlay = overlay;
    if (overlay) this.element.append(overlay);
    this.canvas.setAttribute('aria-label', description);
    this.#draw();
  }

  #draw(): void {
    const { width, height } = this.canvas.getBoundingClientRect();
    const context = this.canvas.getContext('2d');
    if (!this.#bitmap || !context || width === 0) return;
    const scale = devicePixelRatio;
    const pixels = { width: Math.round(width * scale), height: Math.round(height * scale) };
    if (this.canvas.width !== pixels.width || this.canvas.height !== pixels.height) Object.assign(this.canvas, pixels); // which takes long, for a camera
    context.setTransform(pixels.width / width, 0, 0, pixels.height / height, 0, 0);
    context.imageSmoothingQuality = 'high';
    context.drawImage(this.#bitmap, 0, 0, width, height);
    this.#drawFound?.(context, width, height);
  }
}
