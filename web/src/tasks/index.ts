/**
 * What a page does with a model: one entry per task id of the manifest. Shown to people by `<dehug-model>`.
 *
 * A task turns a picture into the model's input and the model's outputs into things seen in the picture.
 */
import type { ImageInput, Task, Tensor, TypedArray } from '../engine/types.js';
import { blazeFaceInput, faceParams, readFaces, type Point } from './face-detection.js';
import { drawPicture, pixelsToTensor, placePicture, type Placement, type Size } from './image-input.js';

/** Something seen in a picture. Positions are fractions of the picture's sides, x to the right, y down. */
export interface Detection {
  label: string;
  /** 0 to 1. */
  score: number;
  box: { x: number; y: number; width: number; height: number };
  keypoints: Point[];
}

/** Words and steps of a task over pictures. */
export interface PictureTask {
  /** The button that starts it. */
  action: string;
  /** What was found, in one sentence. */
  describe(found: readonly Detection[]): string;
  prepare(picture: CanvasImageSource, size: Size, task: Task | null): PreparedInput;
  read(outputs: Readonly<Record<string, Tensor>>, prepared: PreparedInput, task: Task | null): Detection[];
}

export interface PreparedInput {
  feeds: Record<string, TypedArray | Tensor>;
  input: ImageInput;
  place: Placement;
}

const faceDetection: PictureTask = {
  action: 'Find the faces',
  describe: (found) => (found.length === 0 ? 'No face found.' : found.length === 1 ? 'Found 1 face.' : `Found ${found.length} faces.`),
  prepare(picture, size, task) {
    const input = task?.image ?? blazeFaceInput;
    const place = placePicture(size, input);
    const data = pixelsToTensor(drawPicture(picture, place, input), input);
    return { feeds: { [input.name]: { type: 'float32', dims: inputDims(input), data } }, input, place };
  },
  read: (outputs, { input, place }, task) =>
    readFaces(outputs, input, place, faceParams(task)).map((face) => ({ label: 'face', ...face })),
};

function inputDims({ layout, color, width, height }: ImageInput): number[] {
  const channels = color === 'GRAY' ? 1 : 3;
  return layout === 'NHWC' ? [1, height, width, channels] : [1, channels, height, width];
}

/** Tasks by their id in the manifest. */
export const tasks: Readonly<Record<string, PictureTask>> = { 'face-detection': faceDetection };
