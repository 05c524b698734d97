import { describe, expect, it } from 'vitest';
import type { Tensor } from '../engine/types.js';
import { cutLine, detectorSize, findText, ocrParams, ppocr, readCharacters, readLine, smallestRectangle, type Quad } from './ocr.js';

const [width, height] = [96, 64];

/** A probability map with turned bars that fade at their edges: [centre x, y, width, height, angle]. */
function map(...bars: [number, number, number, number, number][]): Tensor {
  const data = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (const [cx, cy, w, h, angle] of bars) {
        const u = (x - cx) * Math.cos(angle) + (y - cy) * Math.sin(angle);
        const v = (y - cy) * Math.cos(angle) - (x - cx) * Math.sin(angle);
        const p = Math.min(0.95, 0.5 + 0.4 * Math.min(w / 2 - Math.abs(u), h / 2 - Math.abs(v)));
        data[y * width + x] = Math.max(data[y * width + x] ?? 0, p);
      }
    }
  }
  return { type: 'float32', dims: [1, 1, height, width], data };
}

describe('findText', () => {
  it('finds what PaddleOCR’s post-processing finds (OpenCV 5.0, pyclipper 1.4), in reading order', () => {
    const found = findText(map([60, 40, 50, 8, -0.3], [16, 48, 8, 22, 0.05], [30, 14, 44, 9, 0.12], [88, 8, 3, 2, 0]));
    const want: [score: number, corners: [number, number][]][] = [
      [0.754, [[2.7, -0.7], [58.9, 5.7], [56.3, 27.7], [0.1, 21.3]]],
      [0.719, [[7.5, 30.5], [26.4, 32.2], [23.5, 64.5], [4.6, 62.8]]],
      [0.77, [[27.2, 39.5], [86, 21.1], [91.8, 39.5], [33, 57.9]]],
    ];
    expect(found.length).toBe(want.length);
    want.forEach(([score, corners], i) => {
      expect(Math.abs((found[i]?.score ?? 0) - score)).toBeLessThan(0.05); // which pixels of the rim are inside is a matter of taste
      corners.forEach(([x, y], k) => {
        const at = found[i]?.quad[k];
        expect(Math.hypot((at?.x ?? 0) * width - x, (at?.y ?? 0) * height - y)).toBeLessThan(1.6); // pyclipper rounds to whole pixels
      });
    });
  });
  it('knows rows of a page that is turned', () => {
    const found = findText(map([24, 30, 36, 7, 0.25], [70, 42, 30, 7, 0.25], [22, 46, 36, 7, 0.25], [73, 26, 28, 7, 0.25]));
    expect(found.map(({ quad }) => Math.round(((quad[0].x + quad[2].x) / 2) * width))).toEqual([73, 24, 70, 22]);
  });
  it('finds nothing where there is nothing, and ends where everything is text', () => {
    expect(findText(map())).toEqual([]);
    const all = { type: 'float32', dims: [1, 1, height, width], data: new Float32Array(width * height).fill(1) } as const;
    expect(findText(all).length).toBe(1);
  });
  it('reads rows from left to right and from top to bottom', () => {
    const found = findText(map([70, 12, 30, 8, 0], [20, 14, 30, 8, 0], [50, 45, 60, 8, 0]));
    expect(found.map(({ quad }) => Math.round(((quad[0].x + quad[2].x) / 2) * width))).toEqual([20, 70, 50]);
  });
  it('ends on a map of noise', () => {
    let seed = 1;
    const data = Float32Array.from({ length: width * height }, () => (seed = (seed * 48271) % 2147483647) / 2147483647);
    expect(findText({ type: 'float32', dims: [1, 1, height, width], data }).length).toBeLessThanOrEqual(1000);
  });
  it('Refuse a map of another shape', () => {
    expect(() => findText({ type: 'float32', dims: [1, 2, 4, 4], data: new Float32Array(32) })).toThrow(/needs float32\[1, 1, height, width\]/);
  });
});

describe('smallestRectangle', () => {
  const turned = (angle: number) => [[-10, -2], [10, -2], [10, 2], [-10, 2], [3, 0]].map(([x = 0, y = 0]) => ({ x: 50 + x * Math.cos(angle) - y * Math.sin(angle), y: 40 + x * Math.sin(angle) + y * Math.cos(angle) }));
  for (const [name, angle, wide, high] of [['level', 0, 20, 4], ['turned', 0.5, 20, 4], ['turned back', -0.7, 20, 4], ['on its side', Math.PI / 2, 4, 20], ['upside down', Math.PI - 0.1, 20, 4]] as const) {
    it(name, () => {
      const got = smallestRectangle(turned(angle));
      expect([got.x, got.y, got.width, got.height].map((n) => Math.round(n * 1e6) / 1e6)).toEqual([50, 40, wide, high]);
      expect(Math.abs(got.angle)).toBeLessThanOrEqual(Math.PI / 4 + 1e-9);
    });
  }
  it('of a point and of nothing', () => {
    expect(smallestRectangle([{ x: 3, y: 4 }])).toMatchObject({ x: 3, y: 4, width: 0, height: 0 });
    expect(smallestRectangle([])).toMatchObject({ width: 0, height: 0 });
  });
});

describe('detectorSize', () => {
  const limit = { width: 960, height: 960 };
  for (const [name, picture, want] of [
    ['a large picture is made smaller', { width: 2048, height: 1536 }, { width: 960, height: 736 }],
    ['a small one stays', { width: 300, height: 100 }, { width: 288, height: 96 }],
    ['a sliver', { width: 2048, height: 1 }, { width: 960, height: 32 }],
  ] as const) {
    it(name, () => expect(detectorSize(picture, limit)).toEqual(want));
  }
});

describe('cutLine', () => {
  // Red grows to the right, green downwards.
  const size = { width: 64, height: 64 };
  const rgba = Uint8ClampedArray.from({ length: 64 * 64 * 4 }, (_, i) => [(i >> 2) % 64, i >> 8, 0, 255][i % 4] ?? 0);
  const at = (tensor: Tensor, channel: number, x: number, y: number) => (Number(tensor.data[(channel * (tensor.dims[2] ?? 0) + y) * (tensor.dims[3] ?? 0) + x]) + 1) * 127.5;
  const quad = (...p: [number, number][]) => p.map(([x, y]) => ({ x: x / 64, y: y / 64 })) as unknown as Quad;

  it('brings a level line to its height, and leaves the rest at 0', () => {
    const line = cutLine(rgba, size, quad([8, 16], [40, 16], [40, 24], [8, 24]), 8);
    expect(line.dims).toEqual([1, 3, 8, 64]);
    expect([at(line, 2, 0, 0), at(line, 2, 31, 0), at(line, 1, 0, 0), at(line, 1, 0, 7), at(line, 0, 5, 5)].map((v) => Math.round(v * 1e3) / 1e3)).toEqual([8, 39, 16, 23, 0]);
    expect(line.data[40]).toBe(0);
  });
  it('turns a line that is read from top to bottom', () => {
    const line = cutLine(rgba, size, quad([16, 8], [24, 8], [24, 40], [16, 40]), 8);
    expect([at(line, 1, 0, 0), at(line, 1, 31, 0), at(line, 2, 0, 0), at(line, 2, 0, 7)].map((v) => Math.round(v * 1e3) / 1e3)).toEqual([8, 39, 23, 16]);
  });
  it('is bounded for a line of any length', () => {
    const line = cutLine(rgba, size, quad([-1e6, 10], [1e6, 10], [1e6, 10.01], [-1e6, 10.01]), 8);
    expect(line.dims[3]).toBeLessThanOrEqual(1024);
  });
});

describe('readLine', () => {
  const characters = readCharacters(new TextEncoder().encode('a\nb\r\n'));
  const line = (...ids: number[]): Tensor => ({ type: 'float32', dims: [1, ids.length, 4], data: Float32Array.from(ids.flatMap((id) => [0, 1, 2, 3].map((k) => (k === id ? 0.7 : 0.1)))) });
  it('knows blank, characters and space', () => expect(characters).toEqual(['', 'a', 'b', ' ']));
  it('takes out repetitions and blanks', () => {
    const { text, score } = readLine(line(0, 1, 1, 0, 1, 3, 2, 2, 0), characters);
    expect(text).toBe('aa b');
    expect(score).toBeCloseTo(0.7, 6);
  });
  it('of nothing but blanks', () => expect(readLine(line(0, 0), characters)).toEqual({ text: '', score: 0 }));
  it('Refuse a dictionary of another size', () => expect(() => readLine(line(1), ['', 'a'])).toThrow(/knows 4 characters, its dictionary has 2/));
});

describe('ocrParams', () => {
  it('is PP-OCR without a manifest', () => expect(ocrParams(null)).toEqual(ppocr));
  it('Refuse what makes no sense', () => {
    for (const params of [{ threshold: '2' }, { unclip: 'much' }, { 'line-height': '0' }]) expect(() => ocrParams({ id: 'ocr', image: null, params })).toThrow(RangeError);
  });
});
