/** Image classification: one score for each of a list of names. */
import type { ImageInput, Task, Tensor } from '../engine/types.js';

/** One of the names, and how sure the model is of it. */
export interface Class {
  label: string;
  /** 0 to 1; all scores of a picture add up to 1. */
  score: number;
}

/** How to read the output. The manifest's `task.params` carry the same names in kebab-case. */
export interface ClassParams {
  /** Name of the output, [1, classes]; empty for the first one. */
  scores: string;
  /** True when the output holds logits, false when it holds probabilities. */
  logits: boolean;
  /** Names in order; empty when they are in a file. */
  labels: readonly string[];
  /** Manifest path of the names, one a line; empty when they are in `labels`. */
  labelsFile: string;
}

/** Parameters of a manifest's task block. Throws a RangeError when it names no labels. */
export function classParams(task: Task | null): ClassParams {
  const params = task?.params ?? {};
  const labels = params['labels']?.split(',').map((label) => label.trim()) ?? [];
  const labelsFile = params['labels-file'] ?? '';
  if ((labels.length > 0) === (labelsFile !== '')) throw new RangeError('task.params: either labels or labels-file says what the classes are called');
  return { scores: params['scores'] ?? '', logits: params['logits'] === 'true', labels, labelsFile };
}

/** How a picture goes in. Throws a RangeError when the manifest does not say. */
export function classInput(task: Task | null): ImageInput {
  if (!task?.image) throw new RangeError('task.image: the manifest does not say how a picture goes in');
  return task.image;
}

/** Names from a file, one a line. */
export function readLabels(file: Uint8Array): string[] {
  return new TextDecoder().decode(file).split('\n').map((line) => line.trim()).filter(Boolean);
}

/** The classes, best first. Throws a RangeError when the output is not one score for each label. */
export function readClasses(outputs: Readonly<Record<string, Tensor>>, labels: readonly string[], { scores, logits }: Pick<ClassParams, 'scores' | 'logits'>): Class[] {
  const name = scores === '' ? Object.keys(outputs)[0] : scores;
  const output = name === undefined ? undefined : outputs[name];
  if (!output) throw new RangeError(`the model has no output ${JSON.stringify(name)}, which classification reads`);
  if (!(output.data instanceof Float32Array) || output.data.length !== labels.length) {
    throw new RangeError(`output ${JSON.stringify(name)} is ${output.type}[${output.dims.join(', ')}], classification needs ${labels.length} float32`);
  }
  const values = logits ? softmax(output.data) : output.data;
  return labels.map((label, i) => ({ label, score: values[i] ?? 0 })).sort((a, b) => b.score - a.score);
}

export function softmax(logits: Float32Array): Float32Array {
  const most = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  const powers = logits.map((x) => Math.exp(x - most));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((x) => x / sum);
}
