import { describe, expect, it } from 'vitest';
import type { Task, Tensor } from '../engine/types.js';
import { blazeFaceFront, blazeFaceInput, faceParams, makeAnchors, mergeFaces, overlap, readFaces, sigmoid, type Face } from './face-detection.js';
import { placePicture } from './image-input.js';

const square = { x: 0, y: 0, width: 1, height: 1 };

/** What onnxruntime 1.32 gives for the astronaut's portrait: the rows above a score of 0.75 of the first pair of outputs. */
const astronaut: [anchor: number, logit: number, row: number[]][] = [
  [108, 1.228, [3.908, 3.301, 23.518, 23.518, -1.278, -3.162, 9.307, -1.625, 3.099, 2.662, 2.704, 7.784, -6.986, -0.605, 15.497, 2.285]],
  [109, 2.079, [3.924, 3.443, 23.397, 23.397, -1.228, -3.222, 9.239, -1.645, 3.007, 2.418, 2.587, 7.786, -7.072, -0.506, 15.444, 2.432]],
  [110, 1.172, [-3.841, 3.746, 24.436, 24.436, -9.432, -3.008, 1.668, -0.866, -5.127, 3.673, -5.983, 8.715, -15.973, -1.754, 7.649, 2.911]],
  [111, 2.1054, [-3.809, 3.845, 23.696, 23.695, -9.339, -2.809, 1.72, -0.705, -4.961, 3.434, -5.892, 8.451, -16.096, -1.489, 7.477, 3.172]],
  [140, 1.4059, [4.487, -3.581, 23.293, 23.294, -0.82, -10.393, 10.053, -8.612, 3.804, -4.632, 2.992, 0.644, -7.337, -8.182, 15.773, -4.477]],
  [141, 2.4576, [4.696, -3.691, 23.609, 23.609, -0.901, -10.412, 10.383, -8.535, 3.754, -4.544, 3.025, 0.677, -7.496, -8.362, 16.242, -4.513]],
  [142, 1.3196, [-3.703, -3.599, 23.195, 23.196, -8.61, -10.876, 2.697, -8.572, -3.855, -4.756, -4.973, 0.617, -15.643, -8.71, 7.83, -4.137]],
  [143, 2.4135, [-3.993, -3.769, 23.821, 23.821, -8.651, -10.912, 2.672, -8.515, -3.794, -4.571, -4.913, 0.699, -16.039, -8.83, 7.715, -4.245]],
];

function outputs(rows: typeof astronaut = []): Record<string, Tensor> {
  const tensor = (data: Float32Array, width: number): Tensor => ({ type: 'float32', dims: [1, data.length / width, width], data });
  const scores = new Float32Array(512).fill(-20);
  const boxes = new Float32Array(512 * 16);
  for (const [anchor, logit, row] of rows) {
    scores[anchor] = logit;
    boxes.set(row, anchor * 16);
  }
  return {
    'Identity:0': tensor(scores, 1),
    'Identity_1:0': tensor(new Float32Array(384).fill(-20), 1),
    'Identity_2:0': tensor(boxes, 16),
    'Identity_3:0': tensor(new Float32Array(384 * 16), 16),
  };
}

describe('anchors', () => {
  it('makes 896 of them for BlazeFace', () => {
    const all = [...makeAnchors(8, 2, blazeFaceInput), ...makeAnchors(16, 6, blazeFaceInput)];
    expect(all.length).toBe(896);
    expect([all[0], all[1], all[2], all[512], all[895]]).toEqual([
      { x: 0.5 / 16, y: 0.5 / 16 },
      { x: 0.5 / 16, y: 0.5 / 16 },
      { x: 1.5 / 16, y: 0.5 / 16 },
      { x: 0.5 / 8, y: 0.5 / 8 },
      { x: 7.5 / 8, y: 7.5 / 8 },
    ]);
  });
});

describe('sigmoid', () => {
  for (const [logit, want] of [[0, 0.5], [1e30, 1], [-Infinity, 0], [2.4576, 0.92112]] as const) {
    it(`of ${logit}`, () => expect(sigmoid(logit)).toBeCloseTo(want, 4));
  }
});

describe('overlap', () => {
  const a = { x: 0, y: 0, width: 2, height: 2 };
  const cases: [string, Face['box'], number][] = [
    ['itself', a, 1],
    ['half', { x: 1, y: 0, width: 2, height: 2 }, 1 / 3],
    ['touching', { x: 2, y: 0, width: 2, height: 2 }, 0],
    ['apart', { x: 5, y: 5, width: 1, height: 1 }, 0],
    ['turned inside out', { x: 1, y: 1, width: -1, height: -1 }, 0],
  ];
  for (const [name, b, want] of cases) it(name, () => expect(overlap(a, b)).toBeCloseTo(want, 12));
});

describe('mergeFaces', () => {
  const face = (x: number, score: number): Face => ({ score, box: { x, y: 0, width: 1, height: 1 }, keypoints: Array.from({ length: 6 }, () => ({ x, y: 0 })) });
  it('averages what overlaps, weighted by score, and keeps the best score', () => {
    const [got, more] = mergeFaces([face(0.1, 0.8), face(0, 0.9)], 0.3);
    expect(more).toBeUndefined();
    expect(got?.score).toBe(0.9);
    expect(got?.box.x).toBeCloseTo(0.08 / 1.7, 12);
    expect(got?.keypoints[5]?.x).toBeCloseTo(0.08 / 1.7, 12);
  });
  it('keeps apart what does not', () => {
    expect(mergeFaces([face(0, 0.8), face(3, 0.9)], 0.3).map((f) => f.box.x)).toEqual([3, 0]);
  });
  it('ends on boxes without an area', () => {
    const flat = { ...face(0, 0.8), box: { x: 0, y: 0, width: 0, height: 0 } };
    expect(mergeFaces([flat, { ...flat }], 0.3).length).toBe(2);
  });
});

describe('readFaces', () => {
  it('finds the astronaut where MediaPipe does', () => {
    const faces = readFaces(outputs(astronaut), blazeFaceInput, square);
    expect(faces.length).toBe(1);
    expect(faces[0]?.score).toBeCloseTo(0.921, 3);
    const { x, y, width, height } = faces[0]?.box ?? { x: 0, y: 0, width: 0, height: 0 };
    [x, y, x + width, y + height].forEach((got, i) => expect(got).toBeCloseTo([0.347, 0.157, 0.531, 0.342][i] ?? 0, 2));
    expect(faces[0]?.keypoints[0]?.x).toBeCloseTo(0.398, 2); // the eye on the picture's left
  });
  it('maps a letterboxed picture back to its own sides', () => {
    const place = placePicture({ width: 1280, height: 640 }, blazeFaceInput);
    const inInput = readFaces(outputs(astronaut), blazeFaceInput, square)[0]?.box;
    const inPicture = readFaces(outputs(astronaut), blazeFaceInput, place)[0]?.box;
    expect(inPicture?.x).toBeCloseTo(inInput?.x ?? 0, 6);
    expect(inPicture?.y).toBeCloseTo(((inInput?.y ?? 0) - 0.25) * 2, 6);
    expect(inPicture?.height).toBeCloseTo((inInput?.height ?? 0) * 2, 6);
  });
  it('finds nobody where no score is high enough', () => {
    expect(readFaces(outputs(), blazeFaceInput, square)).toEqual([]);
  });
  it('refuses outputs that are not there', () => {
    const { 'Identity_2:0': _, ...rest } = outputs(astronaut);
    expect(() => readFaces(rest, blazeFaceInput, square)).toThrow('"Identity_2:0"');
  });
  it('refuses outputs of another shape', () => {
    const odd = { ...outputs(), 'Identity:0': { type: 'float32', dims: [1, 3, 1], data: new Float32Array(3) } satisfies Tensor };
    expect(() => readFaces(odd, blazeFaceInput, square)).toThrow('float32[1, 3, 1]');
  });
});

describe('faceParams', () => {
  const task = (params: Record<string, string>): Task => ({ id: 'face-detection', image: null, params });
  it('is BlazeFace where the manifest is silent', () => expect(faceParams(null)).toEqual(blazeFaceFront));
  it('follows the manifest', () => {
    const got = faceParams(task({ 'score-threshold': '0.5', strides: '4', 'anchors-per-cell': '1', scores: 's', boxes: 'b' }));
    expect(got).toEqual({ strides: [4], anchorsPerCell: [1], scores: ['s'], boxes: ['b'], scoreThreshold: 0.5, iouThreshold: 0.3 });
  });
  const refused: [string, Record<string, string>][] = [
    ['a threshold above 1', { 'score-threshold': '75' }],
    ['a threshold in words', { 'iou-threshold': 'some' }],
    ['a stride of 0', { strides: '0,16' }],
    ['lists of unequal length', { strides: '8' }],
  ];
  for (const [name, params] of refused) it(`refuses ${name}`, () => expect(() => faceParams(task(params))).toThrow('task.params'));
});
