/**
 * Reading text in pictures in the manner of PP-OCR: a detector says for each pixel how probably it belongs to a line of
 * text (DB, arXiv 1911.08947); the lines become turned rectangles, are cut out upright, and a recogniser gives for each
 * column of a line the probabilities of the characters (CTC).
 */
import type { ImageInput, Task, Tensor } from '../engine/types.js';
import type { Size } from './image-input.js';
import type { Point } from './face-detection.js';

/** Where a line of text is: its corners in reading order (upper left, upper right, lower right, lower left). */
export type Quad = readonly [Point, Point, Point, Point];

/** A line of text that was found. Positions are fractions of the picture's sides; a line at the edge may reach outside. */
export interface TextBox {
  quad: Quad;
  /** Mean probability inside, 0 to 1. */
  score: number;
}

/** A line of text that was read. */
export interface TextLine {
  text: string;
  /** Mean probability of its characters, 0 to 1. */
  score: number;
  quad: Quad;
}

/** How to read the outputs. The manifest's `task.params` carry the same names in kebab-case. */
export interface OcrParams {
  /** Manifest path of the recogniser. */
  recognizer: string;
  /** Manifest path of its characters, one a line. */
  characters: string;
  /** Pixels that are more probable than this belong to a line. */
  threshold: number;
  /** Lines with a lower mean are left out. */
  boxThreshold: number;
  /** Lines grow on each side by this times area over perimeter: the detector is trained on shrunk ones. */
  unclip: number;
  /** Lines whose text is less certain are left out. */
  textThreshold: number;
  /** Pixels in height that lines are brought to for the recogniser. */
  lineHeight: number;
}

/** PP-OCRv4 as PaddleOCR runs it. */
export const ppocr: OcrParams = {
  recognizer: 'rec.onnx',
  characters: 'characters.txt',
  threshold: 0.3,
  boxThreshold: 0.6,
  unclip: 1.5,
  textThreshold: 0.5,
  lineHeight: 48,
};

/** The detector's input; width and height are the largest that it is given. */
export const ppocrInput: ImageInput = {
  name: 'x',
  layout: 'NCHW',
  color: 'BGR',
  width: 960,
  height: 960,
  resize: 'stretch',
  low: 0,
  high: 1,
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
};

/** Parameters of a manifest's task block; what it does not say is as in {@link ppocr}. */
export function ocrParams(task: Task | null): OcrParams {
  const params = task?.params ?? {};
  const out: OcrParams = {
    recognizer: params['recognizer'] ?? ppocr.recognizer,
    characters: params['characters'] ?? ppocr.characters,
    threshold: Number(params['threshold'] ?? ppocr.threshold),
    boxThreshold: Number(params['box-threshold'] ?? ppocr.boxThreshold),
    unclip: Number(params['unclip'] ?? ppocr.unclip),
    textThreshold: Number(params['text-threshold'] ?? ppocr.textThreshold),
    lineHeight: Number(params['line-height'] ?? ppocr.lineHeight),
  };
  const unit = (n: number) => n >= 0 && n <= 1;
  if (![out.threshold, out.boxThreshold, out.textThreshold].every(unit)) throw new RangeError('task.params: threshold, box-threshold and text-threshold lie between 0 and 1');
  if (!(out.unclip >= 0 && out.unclip <= 10)) throw new RangeError('task.params: unclip lies between 0 and 10');
  if (!(Number.isInteger(out.lineHeight) && out.lineHeight >= 8 && out.lineHeight <= 256)) throw new RangeError('task.params: line-height is a whole number from 8 to 256');
  return out;
}

/** The detector halves its input five times. */
const detectorStep = 32;

/** The size at which a picture is shown to the detector: at most `largest`, never enlarged, sides divisible by 32. */
export function detectorSize(picture: Size, largest: Size): Size {
  const scale = Math.min(1, largest.width / picture.width, largest.height / picture.height);
  const side = (n: number, limit: number) => Math.min(Math.max(detectorStep, Math.round((n * scale) / detectorStep) * detectorStep), Math.max(detectorStep, Math.floor(limit / detectorStep) * detectorStep));
  return { width: side(picture.width, largest.width), height: side(picture.height, largest.height) };
}

/* ------------------------------------------------------------------ boxes */

/** Lines of fewer pixels on their short side are noise. */
const minSide = 3;

/** More than a page of small print has; what is beyond is left out, largest first kept. */
const maxBoxes = 1000;

/**
 * The lines of text in a probability map, [1, 1, height, width], in reading order. Throws a RangeError when `map` has
 * another shape.
 */
export function findText(map: Tensor, params: OcrParams = ppocr): TextBox[] {
  const [n, c, height = 0, width = 0] = map.dims;
  const { data } = map;
  if (map.dims.length !== 4 || n !== 1 || c !== 1 || !(data instanceof Float32Array) || data.length !== width * height) {
    throw new RangeError(`the detector gives ${map.type}[${map.dims.join(', ')}], text detection needs float32[1, 1, height, width]`);
  }
  const found: { box: Rectangle; score: number }[] = [];
  for (const outline of outlines(data, width, height, params.threshold)) {
    const box = smallestRectangle(outline);
    if (Math.min(box.width, box.height) < minSide) continue;
    const score = meanInside(data, width, height, box);
    if (!(score >= params.boxThreshold)) continue;
    const grow = (box.width * box.height * params.unclip) / (2 * (box.width + box.height));
    found.push({ box: { ...box, width: box.width + 2 * grow, height: box.height + 2 * grow }, score });
  }
  return inReadingOrder(found).map(({ box, score }) => ({
    quad: corners(box).map(({ x, y }) => ({ x: x / width, y: y / height })) as unknown as Quad,
    score,
  }));
}

/**
 * For each patch of pixels above the threshold (eight neighbours count) the leftmost and rightmost pixel of each of its
 * rows: they have the patch's convex hull.
 */
function outlines(map: Float32Array, width: number, height: number, threshold: number): Point[][] {
  const seen = new Uint8Array(map.length);
  const patches: { points: Point[]; pixels: number }[] = [];
  const stack: number[] = [];
  for (let start = 0; start < map.length; start++) {
    if (seen[start] === 1 || !((map[start] ?? 0) > threshold)) continue;
    const rows = new Map<number, [left: number, right: number]>();
    let pixels = 0;
    seen[start] = 1;
    stack.push(start);
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      const x = at % width;
      const y = (at - x) / width;
      pixels++;
      const row = rows.get(y);
      if (!row) rows.set(y, [x, x]);
      else if (x < row[0]) row[0] = x;
      else if (x > row[1]) row[1] = x;
      for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++) {
        for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) {
          const next = ny * width + nx;
          if (seen[next] === 1 || !((map[next] ?? 0) > threshold)) continue;
          seen[next] = 1;
          stack.push(next);
        }
      }
    }
    const points = [...rows].flatMap(([y, [left, right]]) => (left === right ? [{ x: left, y }] : [{ x: left, y }, { x: right, y }]));
    patches.push({ points, pixels });
  }
  patches.sort((a, b) => b.pixels - a.pixels);
  return patches.slice(0, maxBoxes).map(({ points }) => points);
}

/** A rectangle that may be turned: `angle` radians from the x axis to its width, clockwise as y points down. */
export interface Rectangle {
  x: number;
  y: number;
  width: number;
  height: number;
  angle: number;
}

/** Corners of the convex hull, counter-clockwise in a plane whose y points up (Andrew's monotone chain). */
function convexHull(points: readonly Point[]): Point[] {
  const sorted = [...points].sort((a, b) => a.x - b.x || a.y - b.y);
  const half = (list: Point[]) => {
    const chain: Point[] = [];
    for (const p of list) {
      for (;;) {
        const [a, b] = chain.slice(-2);
        if (!a || !b || (b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x) > 0) break;
        chain.pop();
      }
      chain.push(p);
    }
    return chain.slice(0, -1);
  };
  return sorted.length < 3 ? sorted : [...half(sorted), ...half(sorted.reverse())];
}

/** The rectangle of least area around points. One side of it lies on a side of their convex hull. Wider than high, or its angle is within 45°. */
export function smallestRectangle(points: readonly Point[]): Rectangle {
  const hull = convexHull(points);
  let best: Rectangle = { x: hull[0]?.x ?? 0, y: hull[0]?.y ?? 0, width: 0, height: 0, angle: 0 };
  let least = Infinity;
  hull.forEach((a, i) => {
    const b = hull[(i + 1) % hull.length] ?? a;
    const angle = a === b ? 0 : Math.atan2(b.y - a.y, b.x - a.x);
    const [ux, uy] = [Math.cos(angle), Math.sin(angle)];
    let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
    for (const { x, y } of hull) {
      const along = x * ux + y * uy;
      const across = y * ux - x * uy;
      left = Math.min(left, along);
      right = Math.max(right, along);
      top = Math.min(top, across);
      bottom = Math.max(bottom, across);
    }
    const area = (right - left) * (bottom - top);
    if (area >= least) return;
    least = area;
    const [along, across] = [(left + right) / 2, (top + bottom) / 2];
    best = { x: along * ux - across * uy, y: along * uy + across * ux, width: right - left, height: bottom - top, angle };
  });
  return upright(best);
}

/** The same rectangle with its angle between −45° and 45°: text is rarely turned further, and its top is then up. */
function upright(r: Rectangle): Rectangle {
  const quarter = Math.PI / 2;
  const turns = Math.round(r.angle / quarter);
  return turns % 2 === 0 ? { ...r, angle: r.angle - turns * quarter } : { ...r, width: r.height, height: r.width, angle: r.angle - turns * quarter };
}

function corners({ x, y, width, height, angle }: Rectangle): Quad {
  const [ux, uy] = [Math.cos(angle), Math.sin(angle)];
  const at = (along: number, across: number): Point => ({ x: x + along * ux - across * uy, y: y + along * uy + across * ux });
  const [w, h] = [width / 2, height / 2];
  return [at(-w, -h), at(w, -h), at(w, h), at(-w, h)];
}

function meanInside(map: Float32Array, width: number, height: number, box: Rectangle): number {
  const [ux, uy] = [Math.cos(box.angle), Math.sin(box.angle)];
  const quad = corners(box);
  const range = (values: number[], limit: number) => [Math.max(0, Math.floor(Math.min(...values))), Math.min(limit - 1, Math.ceil(Math.max(...values)))] as const;
  const [left, right] = range(quad.map((p) => p.x), width);
  const [top, bottom] = range(quad.map((p) => p.y), height);
  const slack = 0.5; // a pixel whose centre is this near belongs to the box
  let total = 0;
  let count = 0;
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const [dx, dy] = [x - box.x, y - box.y];
      if (Math.abs(dx * ux + dy * uy) > box.width / 2 + slack || Math.abs(dy * ux - dx * uy) > box.height / 2 + slack) continue;
      total += map[y * width + x] ?? 0;
      count++;
    }
  }
  return count === 0 ? 0 : total / count;
}

/**
 * From top to bottom, square to the lines' own direction; lines of like height whose middles are less than half of it apart
 * are one row, read from left to right.
 */
function inReadingOrder<T extends { box: Rectangle }>(found: readonly T[]): T[] {
  const long = found.filter(({ box }) => box.width > box.height);
  const angle = Math.atan2(sum(long.map(({ box }) => box.width * Math.sin(box.angle))), sum(long.map(({ box }) => box.width * Math.cos(box.angle))));
  const [ux, uy] = [Math.cos(angle), Math.sin(angle)];
  const along = ({ box: { x, y } }: T) => x * ux + y * uy;
  const across = ({ box: { x, y } }: T) => y * ux - x * uy;
  const rest = [...found].sort((a, b) => across(a) - across(b));
  const ordered: T[] = [];
  for (let first = rest[0]; first; first = rest[0]) {
    const { height } = first.box;
    const limit = across(first) + height / 2;
    const row = rest.filter((each, i) => i === 0 || (across(each) <= limit && each.box.height < 2 * height && each.box.height > height / 2));
    for (const each of row) rest.splice(rest.indexOf(each), 1);
    ordered.push(...row.sort((a, b) => along(a) - along(b)));
  }
  return ordered;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}

/* ------------------------------------------------------------------ lines */

/** A line is given at least this many times its height in width: what the recogniser was trained with. */
const minAspect = 320 / 48;

/** Lines of more than this many times their height are squeezed: at 48 pixels that is a row of 4096. */
const maxAspect = 4096 / 48;

/** Widths are rounded up to this: fewer shapes, each of which costs the engine some work the first time. */
const widthStep = 64;

/** Is a line written from top to bottom? It is read turned by a quarter, as PaddleOCR does. */
const tall = 1.5;

/**
 * Cuts a line out of a picture, upright, as the recogniser's input [1, 3, height, width], BGR, bytes 0…255 as −1…1; to the
 * right of the line it is 0. `rgba` has 4 bytes for each of `size.width * size.height` pixels.
 */
export function cutLine(rgba: ArrayLike<number>, size: Size, quad: Quad, height = ppocr.lineHeight): Tensor {
  const inPixels = quad.map(({ x, y }) => ({ x: x * size.width, y: y * size.height })) as unknown as Quad;
  const long = (a: Point, b: Point) => Math.hypot(b.x - a.x, b.y - a.y);
  let [a, b, c, d] = inPixels;
  let across = Math.max(long(a, b), long(d, c), 1);
  let down = Math.max(long(a, d), long(b, c), 1);
  if (down / across >= tall) {
    [a, b, c, d] = [b, c, d, a];
    [across, down] = [down, across];
  }
  const filled = Math.max(1, Math.min(Math.ceil(height * maxAspect), Math.ceil((height * across) / down)));
  const width = Math.ceil(Math.max(filled, height * minAspect) / widthStep) * widthStep;
  const plane = width * height;
  const data = new Float32Array(3 * plane);
  const map = squareToQuad([a, b, c, d]);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < filled; x++) {
      const from = map((x + 0.5) / filled, (y + 0.5) / height);
      for (let channel = 0; channel < 3; channel++) {
        data[channel * plane + y * width + x] = sample(rgba, size, from.x - 0.5, from.y - 0.5, 2 - channel) / 127.5 - 1;
      }
    }
  }
  return { type: 'float32', dims: [1, 3, height, width], data };
}

/** The projective map that takes the unit square to a quadrilateral (Heckbert 1989, 2.2.3). */
function squareToQuad([a, b, c, d]: Quad): (u: number, v: number) => Point {
  const [sx, sy] = [a.x - b.x + c.x - d.x, a.y - b.y + c.y - d.y];
  const [dx1, dy1, dx2, dy2] = [b.x - c.x, b.y - c.y, d.x - c.x, d.y - c.y];
  const det = dx1 * dy2 - dx2 * dy1;
  const g = det === 0 ? 0 : (sx * dy2 - dx2 * sy) / det;
  const k = det === 0 ? 0 : (dx1 * sy - sx * dy1) / det;
  return (u, v) => {
    const w = g * u + k * v + 1;
    return {
      x: ((b.x - a.x + g * b.x) * u + (d.x - a.x + k * d.x) * v + a.x) / w,
      y: ((b.y - a.y + g * b.y) * u + (d.y - a.y + k * d.y) * v + a.y) / w,
    };
  };
}

/** Bilinear, with the edge's pixels repeated outside. Positions are those of pixel centres. */
function sample(rgba: ArrayLike<number>, { width, height }: Size, x: number, y: number, channel: number): number {
  const clamp = (n: number, limit: number) => Math.min(Math.max(n, 0), limit - 1);
  const [x0, y0] = [Math.floor(x), Math.floor(y)];
  const at = (px: number, py: number) => rgba[4 * (clamp(py, height) * width + clamp(px, width)) + channel] ?? 0;
  const [fx, fy] = [x - x0, y - y0];
  return (at(x0, y0) * (1 - fx) + at(x0 + 1, y0) * fx) * (1 - fy) + (at(x0, y0 + 1) * (1 - fx) + at(x0 + 1, y0 + 1) * fx) * fy;
}

/** The characters of a recogniser from its dictionary file: the blank first, a space last. */
export function readCharacters(file: Uint8Array): string[] {
  const lines = new TextDecoder().decode(file).replace(/\r/g, '').split('\n');
  if (lines.at(-1) === '') lines.pop();
  return ['', ...lines, ' '];
}

/**
 * Greedy CTC: the likeliest character of each column, repetitions and blanks taken out. `output` is [1, columns,
 * characters], probabilities. Throws a RangeError when the dictionary has another number of characters.
 */
export function readLine(output: Tensor, characters: readonly string[]): { text: string; score: number } {
  const [n, columns = 0, classes = 0] = output.dims;
  const { data } = output;
  if (output.dims.length !== 3 || n !== 1 || !(data instanceof Float32Array) || data.length !== columns * classes) {
    throw new RangeError(`the recogniser gives ${output.type}[${output.dims.join(', ')}], reading needs float32[1, columns, characters]`);
  }
  if (classes !== characters.length) throw new RangeError(`the recogniser knows ${classes} characters, its dictionary has ${characters.length}`);
  let text = '';
  let total = 0;
  let count = 0;
  let before = 0;
  for (let column = 0; column < columns; column++) {
    let best = 0;
    const row = column * classes;
    for (let i = 1; i < classes; i++) if ((data[row + i] ?? 0) > (data[row + best] ?? 0)) best = i;
    if (best !== 0 && best !== before) {
      text += characters[best] ?? '';
      total += data[row + best] ?? 0;
      count++;
    }
    before = best;
  }
  return { text, score: count === 0 ? 0 : total / count };
}
