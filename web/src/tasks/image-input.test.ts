import { describe, expect, it } from 'vitest';
import type { ImageInput } from '../engine/types.js';
import { pixelsToTensor, placePicture } from './image-input.js';

const input: ImageInput = { name: 'x', layout: 'NHWC', color: 'RGB', width: 2, height: 1, resize: 'letterbox', low: -1, high: 1, mean: null, std: null };
const pixels = [255, 0, 51, 255, 0, 255, 102, 0]; // two pixels; alpha must not matter

describe('placePicture', () => {
  const cases: [string, { width: number; height: number }, ImageInput['resize'], object][] = [
    ['square', { width: 512, height: 512 }, 'letterbox', { x: 0, y: 0, width: 1, height: 1 }],
    ['wide, letterboxed', { width: 200, height: 100 }, 'letterbox', { x: 0, y: 0.25, width: 1, height: 0.5 }],
    ['tall, letterboxed', { width: 100, height: 400 }, 'letterbox', { x: 0.375, y: 0, width: 0.25, height: 1 }],
    ['wide, covering', { width: 200, height: 100 }, 'cover', { x: -0.5, y: 0, width: 2, height: 1 }],
    ['stretched', { width: 200, height: 100 }, 'stretch', { x: 0, y: 0, width: 1, height: 1 }],
    ['a thread', { width: 10000, height: 1 }, 'letterbox', { x: 0, y: 63 / 128, width: 1, height: 1 / 128 }],
  ];
  for (const [name, picture, resize, want] of cases) {
    it(name, () => expect(placePicture(picture, { width: 128, height: 128, resize })).toEqual(want));
  }
});

describe('pixelsToTensor', () => {
  const cases: [string, Partial<ImageInput>, number[]][] = [
    ['NHWC', {}, [1, -1, -0.6, -1, 1, -0.2]],
    ['NCHW', { layout: 'NCHW' }, [1, -1, -1, 1, -0.6, -0.2]],
    ['BGR', { color: 'BGR' }, [-0.6, -1, 1, -0.2, 1, -1]],
    ['GRAY, bytes as they are', { color: 'GRAY', low: 0, high: 255 }, [82, 161]],
    ['mean and std', { low: 0, high: 1, mean: [0.5, 0, 0], std: [0.5, 1, 2] }, [1, 0, 0.1, -1, 1, 0.2]],
  ];
  for (const [name, change, want] of cases) {
    it(name, () => {
      const got = Array.from(pixelsToTensor(pixels, { ...input, ...change }));
      expect(got.length).toBe(want.length);
      got.forEach((value, i) => expect(value).toBeCloseTo(want[i] ?? NaN, 5));
    });
  }
  it('refuses a picture of another size', () => {
    expect(() => pixelsToTensor(pixels.slice(4), input)).toThrow('4 bytes');
  });
});
