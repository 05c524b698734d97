/** How the task `face-detection` looks at a picture: fetched when a model is on its way, for until then nothing is looked at. */
import type { Detection } from '../constants.js';
import { faceInput, faceParams, readFaces } from '../../src/tasks/face-detection.js';
import { pictureTensor } from '../../src/tasks/image-input.js';
import { formatScore } from '../format.js';
import type { PictureTask } from '../views/picture-view.js';
import { line } from '../views/stage.js';
import { timed } from '../views/timed.js';
import { t } from '../strings.js';

export const look: PictureTask['look'] = async ({ bitmap }, { model, task }, signal) => {
  const input = faceInput(task);
  const { tensor, place } = pictureTensor(bitmap, bitmap, input);
  const { outputs, ms } = await timed(model, { [input.name]: tensor }, signal);
  const detections: Detection[] = readFaces(outputs, input, place, faceParams(task)).map((face) => ({ label: 'face', ...face }));
  return {
    sentence: detections.length === 0 ? t`No face found.` : detections.length === 1 ? t`Found 1 face.` : t`Found ${detections.length} faces.`,
    ms,
    detail: { detections },
    lines: detections.map((each) => t`${each.label}, ${formatScore(each.score)} sure, ${whereabouts(each)}`),
    draw: (context, width, height) => {
      for (const each of detections) drawFace(context, each, width, height);
    },
  };
};

function drawFace(context: CanvasRenderingContext2D, { box, score, keypoints }: Detection, width: number, height: number): void {
  const x = box.x * width;
  const y = box.y * height;
  const w = box.width * width;
  const h = box.height * height;
  const weight = Math.min(3, Math.max(1.5, width / 240));

  context.lineJoin = 'round';
  for (const [style, extra] of [[line.dark, 2], [line.light, 0]] as const) {
    context.strokeStyle = style;
    context.lineWidth = weight + extra;
    context.beginPath();
    context.roundRect(x, y, w, h, Math.min(8, Math.abs(w) / 8));
    context.stroke();
  }
  for (const point of keypoints) {
    context.beginPath();
    context.arc(point.x * width, point.y * height, Math.max(2.2, weight * 1.4), 0, 2 * Math.PI);
    context.fillStyle = line.light;
    context.strokeStyle = line.dark;
    context.lineWidth = 1;
    context.fill();
    context.stroke();
  }

  const text = formatScore(score);
  context.font = `600 ${width < 400 ? 11 : 13}px system-ui, sans-serif`;
  const label = { width: context.measureText(text).width + 12, height: width < 400 ? 17 : 20 };
  const left = Math.min(Math.max(0, x), width - label.width);
  const top = y - label.height - weight >= 0 ? y - label.height - weight : Math.max(0, y + weight);
  context.fillStyle = line.light;
  context.beginPath();
  context.roundRect(left, top, label.width, label.height, 4);
  context.fill();
  context.fillStyle = line.ink;
  context.textBaseline = 'middle';
  context.direction = 'ltr'; // a page written from right to left would turn digits and percent sign around
  context.fillText(text, left + 6, top + label.height / 2 + 0.5);
}

/** `upper left, 18 % of the width`: where a detection is, for those who cannot see it. */
function whereabouts({ box }: Detection): string {
  const third = (at: number, names: readonly [string, string, string]) => names[at < 1 / 3 ? 0 : at < 2 / 3 ? 1 : 2];
  const down = third(box.y + box.height / 2, [t`upper`, t`middle`, t`lower`]);
  const across = third(box.x + box.width / 2, [t`left`, t`centre`, t`right`]);
  return t`${down} ${across}, ${formatScore(box.width)} of the width`;
}
