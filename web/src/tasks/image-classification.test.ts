import { describe, expect, it } from 'vitest';
import type { Tensor } from '../engine/types.js';
import { classParams, readClasses, readLabels, softmax } from './image-classification.js';

const output = (...data: number[]): Record<string, Tensor> => ({ y: { type: 'float32', dims: [1, data.length], data: Float32Array.from(data) } });
const block = (params: Record<string, string>) => ({ id: 'image-classification', image: null, params });

describe('readClasses', () => {
  it('gives probabilities as they are, best first', () => {
    expect(readClasses(output(0.25, 0.5, 0.25), ['a', 'b', 'c'], { scores: '', logits: false }).map(({ label, score }) => [label, score])).toEqual([['b', 0.5], ['a', 0.25], ['c', 0.25]]);
  });
  it('makes probabilities of logits', () => {
    const [best] = readClasses(output(1000, 1001), ['a', 'b'], { scores: 'y', logits: true });
    expect(best?.label).toBe('b');
    expect(best?.score).toBeCloseTo(1 / (1 + Math.exp(-1)), 6);
  });
  it('Refuse another number of scores than of labels', () => {
    expect(() => readClasses(output(1, 2), ['a'], { scores: '', logits: false })).toThrow(/needs 1 float32/);
    expect(() => readClasses({}, ['a'], { scores: 'z', logits: false })).toThrow(/no output "z"/);
  });
});

it('softmax adds up to 1', () => expect([...softmax(Float32Array.of(-3, 0, 3))].reduce((a, b) => a + b)).toBeCloseTo(1, 6));
it('labels come one a line', () => expect(readLabels(new TextEncoder().encode('tabby\r\n\ntiger cat\n'))).toEqual(['tabby', 'tiger cat']));

describe('classParams', () => {
  it('reads names from the block', () => expect(classParams(block({ labels: 'a, b', logits: 'true' }))).toEqual({ scores: '', logits: true, labels: ['a', 'b'], labelsFile: '' }));
  it('Refuse a block that names no labels, or does so twice', () => {
    expect(() => classParams(null)).toThrow(RangeError);
    expect(() => classParams(block({ labels: 'a', 'labels-file': 'b.txt' }))).toThrow(RangeError);
  });
});
