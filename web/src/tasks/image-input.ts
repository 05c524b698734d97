/**
 * Pictures as tensors: the manifest's `task.image` block carried out.
 *
 * Pure arithmetic, but for {@link drawPicture}, which needs a canvas to resample.
 */
import type { ImageInput, Tensor } from '../engine/types.js';

/** A size in pixels. */
export interface Size {
  width: number;
  height: number;
}

/** Where the whole picture lies in the model's input, in fractions of the input's sides. Parts may lie outside (`cover`). */
export interface Placement {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Places a picture of `picture` pixels in the model's input, centred, as `input.resize` says. */
export function placePicture(picture: Size, input: Size & Pick<ImageInput, 'resize'>): Placement {
  if (input.resize === 'stretch') return { x: 0, y: 0, width: 1, height: 1 };
  const across = input.width / picture.width;
  const down = input.height / picture.height;
  const scale = input.resize === 'letterbox' ? Math.min(across, down) : Math.max(across, down);
  // Whole pixels, as a resampler would lay them; a sliver of a picture still gets one.
  const width = Math.max(1, Math.round(picture.width * scale));
  const height = Math.max(1, Math.round(picture.height * scale));
  return {
    x: Math.floor((input.width - width) / 2) / input.width,
    y: Math.floor((input.height - height) / 2) / input.height,
    width: width / input.width,
    height: height / input.height,
  };
}

/**
 * Turns pixels into the input tensor, row-major in `input.layout`, without the batch axis (which is 1).
 *
 * `rgba` has 4 bytes for each of `input.width * input.height` pixels; alpha is ignored.
 */
export function pixelsToTensor(rgba: ArrayLike<number>, input: ImageInput): Float32Array {
  const pixels = input.width * input.height;
  if (rgba.length !== pixels * 4) {
    throw new RangeError(`picture has ${rgba.length} bytes, ${input.width}×${input.height} pixels need ${pixels * 4}`);
  }
  const channels = input.color === 'GRAY' ? 1 : 3;
  const out = new Float32Array(pixels * channels);
  const pixelStep = input.layout === 'NHWC' ? channels : 1;
  const channelStep = input.layout === 'NHWC' ? 1 : pixels;
  for (let c = 0; c < channels; c++) {
    const table = toneTable(input, c);
    const from = input.color === 'BGR' ? 2 - c : c;
    for (let p = 0; p < pixels; p++) {
      const at = 4 * p;
      const byte = channels === 1 ? luma(rgba[at] ?? 0, rgba[at + 1] ?? 0, rgba[at + 2] ?? 0) : (rgba[at + from] ?? 0);
      out[p * pixelStep + c * channelStep] = table[byte] ?? 0;
    }
  }
  return out;
}

/** What each of the 256 byte values becomes in channel `c`. */
function toneTable(input: ImageInput, c: number): Float32Array {
  const mean = input.mean?.[c] ?? 0;
  const std = input.std?.[c] ?? 1;
  return Float32Array.from({ length: 256 }, (_, b) => (input.low + ((input.high - input.low) * b) / 255 - mean) / std);
}

/** Rec. 601 luma, rounded, as Pillow's `L` mode: what models for grey pictures are trained on. */
function luma(r: number, g: number, b: number): number {
  return (r * 299 + g * 587 + b * 114 + 500) / 1000 | 0;
}

/** Draws `picture` at its place on a black ground and returns the pixels, 4 bytes each, sRGB. */
export function drawPicture(picture: CanvasImageSource, place: Placement, input: Size): Uint8ClampedArray {
  const canvas = document.createElement('canvas');
  canvas.width = input.width;
  canvas.height = input.height;
  const context = canvas.getContext('2d', { alpha: false, willReadFrequently: true });
  if (!context) throw new Error('the browser gave no 2d canvas to resize the picture on');
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = 'high';
  context.drawImage(
    picture,
    place.x * input.width,
    place.y * input.height,
    place.width * input.width,
    place.height * input.height,
  );
  return context.getImageData(0, 0, input.width, input.height).data;
}

/** A picture as the tensor that `input` describes, and where in it the picture lies. */
export function pictureTensor(picture: CanvasImageSource, size: Size, input: ImageInput): { tensor: Tensor; place: Placement } {
  const place = placePicture(size, input);
  const data = pixelsToTensor(drawPicture(picture, place, input), input);
  const { layout, color, width, height } = input;
  const channels = color === 'GRAY' ? 1 : 3;
  return { tensor: { type: 'float32', dims: layout === 'NHWC' ? [1, height, width, channels] : [1, channels, height, width], data }, place };
}
