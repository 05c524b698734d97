/** Sentences as vectors, in the manner of Sentence-BERT (arXiv 1908.10084): the mean over a transformer's last layer. */
import type { Task, Tensor } from '../engine/types.js';

/** Where the release keeps its tokenizer, and how much text the model takes. */
export interface TextParams {
  /** Manifest path of the tokenizer, in the form of Hugging Face's `tokenizer.json`. */
  tokenizer: string;
  /**
   * Manifest path of the vocabulary when `tokenizer` has none: a JSON list in the order of ids. Words begin with ▁, what
   * goes on in a word does not. Empty when the tokenizer has its own.
   */
  vocabulary: string;
  /** Longer texts are cut off after this many tokens, the special ones included. */
  maxTokens: number;
  /** Name of the output [batch, tokens, size]; empty for the first. */
  hidden: string;
}

export function textParams(task: Task | null): TextParams {
  const params = task?.params ?? {};
  const out = {
    tokenizer: params['tokenizer'] ?? 'tokenizer.json',
    vocabulary: params['vocabulary'] ?? '',
    maxTokens: Number(params['max-tokens'] ?? 256),
    hidden: params['hidden'] ?? '',
  };
  if (!(Number.isInteger(out.maxTokens) && out.maxTokens >= 3 && out.maxTokens <= 8192)) throw new RangeError('task.params: max-tokens is a whole number from 3 to 8192');
  return out;
}

/** The tokenizer's settings, with its vocabulary put in if it lies in a file of its own. Throws a RangeError when there is none. */
export function readTokenizer(tokenizer: Uint8Array, vocabulary: Uint8Array | undefined): object {
  const settings: unknown = JSON.parse(new TextDecoder().decode(tokenizer));
  if (!hasModel(settings)) throw new RangeError('the tokenizer has no model');
  if (!vocabulary) return settings;
  const words: unknown = JSON.parse(new TextDecoder().decode(vocabulary));
  if (!Array.isArray(words) || !words.every((word) => typeof word === 'string')) throw new RangeError('the vocabulary is not a list of texts');
  const prefix = settings.model.continuing_subword_prefix ?? '##';
  return { ...settings, model: { ...settings.model, vocab: Object.fromEntries(words.map((word, id) => [piece(word, prefix), id])) } };
}

function hasModel(settings: unknown): settings is { model: { continuing_subword_prefix?: string } } {
  return typeof settings === 'object' && settings !== null && 'model' in settings && typeof settings.model === 'object' && settings.model !== null;
}

/** A word of the list in the tokenizer's way: what goes on has a prefix, what begins has none, `[CLS]` stays. */
function piece(word: string, prefix: string): string {
  if (/^\[[A-Za-z0-9]+\]$/.test(word)) return word;
  return word.startsWith('▁') && word.length > 1 ? word.slice(1) : prefix + word;
}

/** Cuts a row of token ids to `most`; the last one, which ends the text, stays. */
export function cutTokens(ids: readonly number[], most: number): number[] {
  return ids.length <= most ? [...ids] : [...ids.slice(0, most - 1), ids[ids.length - 1] ?? 0];
}

/** Feeds for one text: those of `input_ids`, `attention_mask` and `token_type_ids` that the model has. */
export function textFeeds(ids: readonly number[], inputs: readonly { name: string }[]): Record<string, Tensor> {
  const row = (value: (id: number) => number): Tensor => ({ type: 'int64', dims: [1, ids.length], data: BigInt64Array.from(ids, (id) => BigInt(value(id))) });
  const all: Record<string, Tensor> = { input_ids: row((id) => id), attention_mask: row(() => 1), token_type_ids: row(() => 0) };
  return Object.fromEntries(Object.entries(all).filter(([name]) => inputs.some((input) => input.name === name)));
}

/** The mean over all tokens of one text, brought to length 1. `hidden` is [1, tokens, size]; another shape is a RangeError. */
export function meanPool(hidden: Tensor | undefined): Float32Array {
  const [n, tokens = 0, size = 0] = hidden?.dims ?? [];
  if (hidden?.dims.length !== 3 || n !== 1 || tokens === 0 || !(hidden.data instanceof Float32Array)) {
    throw new RangeError(`the model gives ${hidden ? `${hidden.type}[${hidden.dims.join(', ')}]` : 'nothing'}, text embedding needs float32[1, tokens, size]`);
  }
  const { data } = hidden;
  const mean = Float32Array.from({ length: size }, (_, i) => {
    let sum = 0;
    for (let t = 0; t < tokens; t++) sum += data[t * size + i] ?? 0;
    return sum / tokens;
  });
  const length = Math.hypot(...mean) || 1;
  return mean.map((x) => x / length);
}

/** Cosine of the angle between two vectors of length 1: 1 for the same direction, 0 for nothing in common. */
export function similarity(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);
}
