import { describe, expect, test } from 'vitest';
import { DehugError } from './errors.js';
import { checkFeeds } from './feeds.js';
import type { Tensor, TensorInfo, TypedArray } from './types.js';

const image: TensorInfo = { name: 'x', type: 'float32', dims: ['N', 3, 'H', 'W'] };
const row: TensorInfo = { name: 'x', type: 'float32', dims: ['N', 4] };
const mask: TensorInfo = { name: 'mask', type: 'bool', dims: ['N'] };
const scalar: TensorInfo = { name: 's', type: 'int64', dims: [] };
const doubled: TensorInfo = { name: 'y', type: 'float32', dims: ['2*N'] };

const f32 = (...dims: number[]): Tensor => ({ type: 'float32', dims, data: new Float32Array(dims.reduce((n, d) => n * d, 1)) });

describe('checkFeeds settles symbols', () => {
  const cases: [string, TensorInfo[], string[], Record<string, TypedArray | Tensor>, number[]][] = [
    ['from a tensor', [image], ['N', 'H', 'W'], { x: f32(2, 3, 5, 7) }, [2, 5, 7]],
    ['from the length of an array', [row], ['N'], { x: new Float32Array(12) }, [3]],
    ['from two inputs that agree', [row, mask], ['N'], { x: f32(2, 4), mask: new Uint8Array(2) }, [2]],
    ['of which there are none', [scalar], [], { s: new BigInt64Array(1) }, []],
    ['and leaves expressions to the module', [row, doubled], ['N'], { x: f32(2, 4), y: f32(4) }, [2]],
  ];
  test.each(cases)('%s', (_, inputs, symbols, feeds, want) => {
    const got = checkFeeds(inputs, symbols, feeds);
    expect(got.symbols).toEqual(want);
    expect(got.tensors.map((t) => t.type)).toEqual(inputs.map((i) => i.type));
  });
});

describe('checkFeeds refuses', () => {
  const cases: [string, TensorInfo[], Record<string, unknown>, RegExp][] = [
    ['an input that is missing', [row], {}, /^input "x" is missing$/],
    ['an input that the model does not have', [row], { x: f32(1, 4), z: f32(1) }, /^the model has no input "z"$/],
    ['an array for two open extents', [image], { x: new Float32Array(12) }, /an array alone does not say its shape$/],
    ['an array that fits no whole extent', [row], { x: new Float32Array(7) }, /has 7 elements, it is float32\[N, 4\]$/],
    ['an empty array for an open extent', [row], { x: new Float32Array(0) }, /has 0 elements/],
    ['a rank', [row], { x: f32(4) }, /it has 1 dimensions, not 2$/],
    ['an extent', [row], { x: f32(2, 5) }, /dimension 1 is 5, not 4$/],
    ['an extent of zero for a symbol', [row], { x: f32(0, 4) }, /"N" is at least 1$/],
    ['an extent that is no integer', [row], { x: { type: 'float32', dims: [1.5, 4], data: new Float32Array(6) } }, /1.5 is not an extent$/],
    ['inputs that disagree about a symbol', [row, mask], { x: f32(2, 4), mask: new Uint8Array(3) }, /"N" is 2 in input "x"$/],
    ['a shape that its array does not fill', [row], { x: { type: 'float32', dims: [2, 4], data: new Float32Array(7) } }, /the array has 7 elements, not 8$/],
    ['a type', [row], { x: { type: 'float64', dims: [1, 4], data: new Float64Array(4) } }, /^input "x" is float64, it must be float32$/],
    ['an array of another type', [row], { x: new Float64Array(4) }, /is a Float64Array, for float32 it must be a Float32Array$/],
    ['what is no tensor', [row], { x: [1, 2, 3, 4] }, /is neither a typed array nor a tensor$/],
    ['null', [row], { x: null }, /is neither a typed array nor a tensor$/],
    ['a symbol that no input gives', [scalar], { s: new BigInt64Array(1) }, /^no input says what "N" is$/],
  ];
  test.each(cases)('refuses %s', (_, inputs, feeds, message) => {
    let thrown: unknown;
    try {
      checkFeeds(inputs, ['N'], feeds as Record<string, Tensor>);
    } catch (e) {
      thrown = e;
    }
    expect(thrown).toBeInstanceOf(DehugError);
    expect(thrown).toMatchObject({ code: 'bad_input', message: expect.stringMatching(message) as string });
    expect((thrown as DehugError).hint).not.toBe('');
  });
});
