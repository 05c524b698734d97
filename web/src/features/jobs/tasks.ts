/**
 * What the widget does for a task, for a model that runs elsewhere: an input becomes tensors here, and here the answer is read. The picture
 * or file itself stays in the page; what is sent is what the model takes. Tasks that ask a model many times for one input, and those
 * that take several models, are not here.
 */
import type { Task } from '../../engine/types.js';
import type { Tensors } from '../../receipt/tensors.js';
import type { Manifest } from '../../verify/manifest.js';

/** What is seen of an answer. */
export interface Found {
  /** With a full stop. */
  sentence: string;
  /** Best first; scores from 0 to 1. */
  rows: { label: string; note?: string; score: number }[];
  /** In fractions of the picture's sides. */
  boxes: { x: number; y: number; width: number; height: number; score: number }[];
}

export interface Prepared {
  input: Tensors;
  read: (outputs: Tensors) => Found;
}

export interface RemoteTask {
  takes: 'picture' | 'file';
  samples: readonly { url: string; name: string }[];
  prepare: (input: Blob, task: Task | null, file: (path: string) => Promise<Uint8Array<ArrayBuffer>>) => Promise<Prepared>;
}

/** The input cannot be used; says what would do. */
export class BadInput extends Error {
  override name = 'BadInput';
}

async function bitmapOf(input: Blob): Promise<ImageBitmap> {
  try {
    return await createImageBitmap(input);
  } catch (cause) {
    throw new BadInput('this is no picture that the browser can read; choose a PNG, JPEG or WebP', { cause });
  }
}

const percent = (score: number) => `${Math.round(score * 100)} %`;
const most = 5;

const known: Record<string, RemoteTask> = {
  'face-detection': {
    takes: 'picture',
    samples: [{ url: '/samples/astronaut.jpg', name: 'Portrait of astronaut Eileen Collins' }, { url: '/samples/four-portraits.jpg', name: 'Four portraits in one picture' }],
    prepare: async (blob, task) => {
      const [{ faceInput, faceParams, readFaces }, { pictureTensor }, bitmap] = await Promise.all([import('../../tasks/face-detection.js'), import('../../tasks/image-input.js'), bitmapOf(blob)]);
      const input = faceInput(task);
      const { tensor, place } = pictureTensor(bitmap, bitmap, input);
      bitmap.close();
      return {
        input: { [input.name]: tensor },
        read: (outputs) => {
          const faces = readFaces(outputs, input, place, faceParams(task));
          return {
            sentence: faces.length === 0 ? 'No face found.' : faces.length === 1 ? 'Found 1 face.' : `Found ${faces.length} faces.`,
            rows: faces.map(({ score }, i) => ({ label: `Face ${i + 1}`, score })),
            boxes: faces.map(({ box, score }) => ({ ...box, score })),
          };
        },
      };
    },
  },
  'image-classification': {
    takes: 'picture',
    samples: [{ url: '/samples/page-turned.jpg', name: 'A page that lies on its side' }, { url: '/samples/page-upright.jpg', name: 'A page that stands upright' }],
    prepare: async (blob, task, file) => {
      const [{ classInput, classParams, readClasses, readLabels }, { pictureTensor }, bitmap] = await Promise.all([import('../../tasks/image-classification.js'), import('../../tasks/image-input.js'), bitmapOf(blob)]);
      const [input, params] = [classInput(task), classParams(task)];
      const labels = params.labelsFile === '' ? params.labels : readLabels(await file(params.labelsFile));
      const { tensor } = pictureTensor(bitmap, bitmap, input);
      bitmap.close();
      return {
        input: { [input.name]: tensor },
        read: (outputs) => {
          const classes = readClasses(outputs, labels, params).slice(0, most);
          const [best] = classes;
          return { sentence: best ? `${best.label}: ${percent(best.score)} sure.` : 'The model knows no classes.', rows: classes, boxes: [] };
        },
      };
    },
  },
  'file-type': {
    takes: 'file',
    samples: [{ url: '/samples/astronaut.jpg', name: 'holiday.txt' }, { url: '/runtime/run-worker.js', name: 'run-worker.js' }],
    prepare: async (blob, task, file) => {
      const { fileFeatures, fileTypeParams, readFileType, readFileTypes, readMagikaConfig } = await import('../../tasks/file-type.js');
      const params = fileTypeParams(task);
      const [config, types] = await Promise.all([file(params.config).then(readMagikaConfig), file(params.types).then(readFileTypes)]);
      const bytes = async (part: Blob) => new Uint8Array(await part.arrayBuffer());
      const features = fileFeatures(await bytes(blob.slice(0, config.block)), await bytes(blob.slice(Math.max(0, blob.size - config.block))), config);
      if (!features) throw new BadInput('this file is too short for the model; choose a longer one');
      return {
        input: { [params.input]: { type: 'int32', dims: [1, features.length], data: features } },
        read: (outputs) => {
          const { best, guesses } = readFileType(Object.values(outputs)[0], config, types);
          return { sentence: `${best.description}, ${percent(best.score)} sure.`, rows: guesses.slice(0, most).map(({ description, mime, score }) => ({ label: description, note: mime, score })), boxes: [] };
        },
      };
    },
  },
};

/** Null for tasks whose input is given as tensors. */
export const remoteTask = (id: string): RemoteTask | null => (Object.hasOwn(known, id) ? (known[id] ?? null) : null);

/** A manifest's task block as tasks take it: decimals in text become numbers. */
export function taskOf({ task }: Manifest): Task | null {
  if (!task) return null;
  const { image } = task;
  return {
    id: task.id,
    params: Object.fromEntries((task.params ?? []).map(({ key, value }) => [key, value])),
    image: image
      ? { ...image, low: Number(image.low), high: Number(image.high), mean: image.mean?.map(Number) ?? null, std: image.std?.map(Number) ?? null }
      : null,
  };
}
