/**
 * Face detection in the manner of BlazeFace (arXiv 1907.05047): what its outputs mean.
 *
 * The network looks at a grid of anchor points. For each it gives a score (a logit) and a row of numbers in input
 * pixels: the box's centre relative to the anchor, its width and height, and then x, y of each key point relative to the
 * anchor. Several anchors answer for one face; their boxes are averaged, weighted by score.
 */
import type { ImageInput, Task, Tensor } from '../engine/types.js';
import type { Placement } from './image-input.js';

export interface Point {
  x: number;
  y: number;
}

/** A face. Positions are fractions of the picture's sides, x to the right, y down; a face at the edge may reach outside. */
export interface Face {
  /** 0 to 1. */
  score: number;
  box: { x: number; y: number; width: number; height: number };
  /** In the order of {@link keypointNames}. */
  keypoints: Point[];
}

/** Left and right are the viewer's: the picture's own sides. */
export const keypointNames = ['left eye', 'right eye', 'nose', 'mouth', 'left ear', 'right ear'] as const;

/** How to read the outputs. The manifest's `task.params` carry the same names in kebab-case. */
export interface FaceParams {
  /** Input pixels from one anchor cell to the next, for each pair of outputs. */
  strides: readonly number[];
  /** Anchors in each cell, for each pair of outputs. */
  anchorsPerCell: readonly number[];
  /** Names of the outputs that hold logits, [1, anchors, 1]. */
  scores: readonly string[];
  /** Names of the outputs that hold boxes, [1, anchors, 4 + 2 * keypoints]. */
  boxes: readonly string[];
  /** Faces with a lower score are left out. */
  scoreThreshold: number;
  /** Boxes whose intersection over union is above this are one face. */
  iouThreshold: number;
}

/** BlazeFace, front camera, 128×128, as MediaPipe runs it. */
export const blazeFaceFront: FaceParams = {
  strides: [8, 16],
  anchorsPerCell: [2, 6],
  scores: ['Identity:0', 'Identity_1:0'],
  boxes: ['Identity_2:0', 'Identity_3:0'],
  scoreThreshold: 0.75,
  iouThreshold: 0.3,
};

/** The input of the same network; bytes 0…255 become −1…1. */
export const blazeFaceInput: ImageInput = {
  name: 'input:0',
  layout: 'NHWC',
  color: 'RGB',
  width: 128,
  height: 128,
  resize: 'letterbox',
  low: -1,
  high: 1,
  mean: null,
  std: null,
};

/** How a picture goes in, by the manifest's task block; without one as in {@link blazeFaceInput}. */
export function faceInput(task: Task | null): ImageInput {
  return task?.image ?? blazeFaceInput;
}

/** Parameters of a manifest's task block; what it does not say is as in {@link blazeFaceFront}. */
export function faceParams(task: Task | null): FaceParams {
  const params = task?.params ?? {};
  const list = (key: string) => params[key]?.split(',').map((item) => item.trim());
  const fallback = blazeFaceFront;
  const out: FaceParams = {
    strides: list('strides')?.map(Number) ?? fallback.strides,
    anchorsPerCell: list('anchors-per-cell')?.map(Number) ?? fallback.anchorsPerCell,
    scores: list('scores') ?? fallback.scores,
    boxes: list('boxes') ?? fallback.boxes,
    scoreThreshold: Number(params['score-threshold'] ?? fallback.scoreThreshold),
    iouThreshold: Number(params['iou-threshold'] ?? fallback.iouThreshold),
  };
  const whole = (n: number) => Number.isInteger(n) && n > 0;
  const unit = (n: number) => n >= 0 && n <= 1;
  if (![...out.strides, ...out.anchorsPerCell].every(whole)) throw new RangeError('task.params: strides and anchors-per-cell are whole numbers above 0');
  if (!unit(out.scoreThreshold) || !unit(out.iouThreshold)) throw new RangeError('task.params: score-threshold and iou-threshold lie between 0 and 1');
  const levels = out.strides.length;
  if ([out.anchorsPerCell, out.scores, out.boxes].some((each) => each.length !== levels)) {
    throw new RangeError('task.params: strides, anchors-per-cell, scores and boxes have the same number of items');
  }
  return out;
}

/** Anchor points in fractions of the input's sides: cells in row-major order, a cell's anchors one after the other. */
export function makeAnchors(stride: number, perCell: number, input: { width: number; height: number }): Point[] {
  const columns = Math.ceil(input.width / stride);
  const rows = Math.ceil(input.height / stride);
  const anchors: Point[] = [];
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      for (let i = 0; i < perCell; i++) anchors.push({ x: (x + 0.5) / columns, y: (y + 0.5) / rows });
    }
  }
  return anchors;
}

/** Logits beyond ±100 add nothing to a score and overflow exp; MediaPipe clips at the same place. */
const maxLogit = 100;

export function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-Math.min(maxLogit, Math.max(-maxLogit, logit))));
}

/**
 * Reads the faces out of the model's outputs, best first.
 *
 * `place` is where the picture lies in the input (see `placePicture`). Throws a RangeError that names the output when
 * one is missing or has another shape than its anchors ask for.
 */
export function readFaces(
  outputs: Readonly<Record<string, Tensor>>,
  input: { width: number; height: number },
  place: Placement,
  params: FaceParams = blazeFaceFront,
): Face[] {
  const found: Face[] = [];
  params.strides.forEach((stride, level) => {
    const anchors = makeAnchors(stride, params.anchorsPerCell[level] ?? 0, input);
    const scores = floats(outputs, params.scores[level] ?? '', anchors.length);
    const boxes = floats(outputs, params.boxes[level] ?? '', anchors.length * rowLength);
    anchors.forEach((anchor, i) => {
      const score = sigmoid(scores[i] ?? 0);
      if (score >= params.scoreThreshold) found.push(readRow(boxes.subarray(i * rowLength, (i + 1) * rowLength), anchor, score, input));
    });
  });
  return mergeFaces(found, params.iouThreshold).map((face) => toPicture(face, place));
}

/** Centre x, y, width, height, then x, y of each key point. */
const rowLength = 4 + 2 * keypointNames.length;

function floats(outputs: Readonly<Record<string, Tensor>>, name: string, length: number): Float32Array {
  const tensor = outputs[name];
  if (!tensor) throw new RangeError(`the model has no output ${JSON.stringify(name)}, which face detection reads`);
  if (!(tensor.data instanceof Float32Array) || tensor.data.length !== length) {
    throw new RangeError(`output ${JSON.stringify(name)} is ${tensor.type}[${tensor.dims.join(', ')}], face detection needs ${length} float32`);
  }
  return tensor.data;
}

/** A face in fractions of the input, from one anchor's row. */
function readRow(row: Float32Array, anchor: Point, score: number, input: { width: number; height: number }): Face {
  const x = (i: number) => (row[i] ?? 0) / input.width;
  const y = (i: number) => (row[i] ?? 0) / input.height;
  const width = x(2);
  const height = y(3);
  return {
    score,
    box: { x: anchor.x + x(0) - width / 2, y: anchor.y + y(1) - height / 2, width, height },
    keypoints: keypointNames.map((_, k) => ({ x: anchor.x + x(4 + 2 * k), y: anchor.y + y(5 + 2 * k) })),
  };
}

/** Intersection over union of two boxes, 0 to 1. */
export function overlap(a: Face['box'], b: Face['box']): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (!(width > 0 && height > 0)) return 0;
  const both = width * height;
  return both / (a.width * a.height + b.width * b.height - both);
}

/**
 * Weighted non-maximum suppression: the best face takes in all that overlap it by more than `iouThreshold`, becomes their
 * mean weighted by score, and keeps its own score.
 */
export function mergeFaces(faces: readonly Face[], iouThreshold: number): Face[] {
  let rest = [...faces].sort((a, b) => b.score - a.score);
  const merged: Face[] = [];
  for (let best = rest[0]; best; best = rest[0]) {
    const { box, score } = best;
    const near = rest.filter((face, i) => i === 0 || overlap(box, face.box) > iouThreshold);
    merged.push({ ...weightedMean(near), score });
    rest = rest.filter((face) => !near.includes(face));
  }
  return merged;
}

function weightedMean(faces: readonly Face[]): Omit<Face, 'score'> {
  const total = faces.reduce((sum, face) => sum + face.score, 0);
  const mean = (value: (face: Face) => number) => faces.reduce((sum, face) => sum + face.score * value(face), 0) / total;
  return {
    box: {
      x: mean((f) => f.box.x),
      y: mean((f) => f.box.y),
      width: mean((f) => f.box.width),
      height: mean((f) => f.box.height),
    },
    keypoints: keypointNames.map((_, k) => ({
      x: mean((f) => f.keypoints[k]?.x ?? 0),
      y: mean((f) => f.keypoints[k]?.y ?? 0),
    })),
  };
}

/** From fractions of the input to fractions of the picture. */
function toPicture(face: Face, place: Placement): Face {
  const point = ({ x, y }: Point): Point => ({ x: (x - place.x) / place.width, y: (y - place.y) / place.height });
  return {
    score: face.score,
    box: { ...point(face.box), width: face.box.width / place.width, height: face.box.height / place.height },
    keypoints: face.keypoints.map(point),
  };
}
