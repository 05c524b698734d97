/** What kind of file something is, by its bytes, in the manner of Magika (arXiv 2409.13768), model version 3. */
import type { Task, Tensor } from '../engine/types.js';

/** A kind of file. */
export interface FileType {
  /** `python`. */
  label: string;
  /** `Python source`. */
  description: string;
  /** `text/x-python`. */
  mime: string;
  /** `code`, `image`, … */
  group: string;
  /** Usual endings of names, without the dot. */
  extensions: readonly string[];
  isText: boolean;
}

export interface FileGuess extends FileType {
  /** 0 to 1. */
  score: number;
}

/** The model's settings: Magika's `config.min.json`. */
export interface MagikaConfig {
  begin: number;
  end: number;
  block: number;
  padding: number;
  /** Files of fewer bytes, white space at the edges left out, are too short for the model. */
  minSize: number;
  labels: readonly string[];
  threshold: number;
  thresholds: Readonly<Record<string, number>>;
  overwrite: Readonly<Record<string, string>>;
}

/** Where the release keeps what the model needs, and what its input is called. */
export interface FileTypeParams {
  /** Manifest path of {@link MagikaConfig}. */
  config: string;
  /** Manifest path of descriptions of kinds. */
  types: string;
  input: string;
}

export function fileTypeParams(task: Task | null): FileTypeParams {
  const params = task?.params ?? {};
  return { config: params['config'] ?? 'config.min.json', types: params['types'] ?? 'content_types_kb.min.json', input: params['input'] ?? 'bytes' };
}

/** Reads Magika's settings. Throws a RangeError for those of another version, which look at a file in another way. */
export function readMagikaConfig(file: Uint8Array): MagikaConfig {
  const json = object(JSON.parse(new TextDecoder().decode(file)));
  const number = (key: string) => {
    const value = json[key];
    if (typeof value !== 'number') throw new RangeError(`the model's settings have no number ${key}`);
    return value;
  };
  const labels = json['target_labels_space'];
  if (!Array.isArray(labels) || !labels.every((label) => typeof label === 'string')) throw new RangeError("the model's settings have no list target_labels_space");
  if (number('mid_size') !== 0 || json['use_inputs_at_offsets'] !== false) throw new RangeError("the model's settings ask for bytes from the middle of a file, which is another version's way");
  const [begin, end, block] = [number('beg_size'), number('end_size'), number('block_size')];
  if (![begin, end, block].every((n) => Number.isInteger(n) && n >= 0 && n <= 1 << 20) || begin >= block || end >= block) throw new RangeError("the model's settings have sizes that do not fit together");
  return {
    begin,
    end,
    block,
    padding: number('padding_token'),
    minSize: number('min_file_size_for_dl'),
    labels,
    threshold: number('medium_confidence_threshold'),
    thresholds: Object.fromEntries(Object.entries(object(json['thresholds'])).filter((pair): pair is [string, number] => typeof pair[1] === 'number')),
    overwrite: Object.fromEntries(Object.entries(object(json['overwrite_map'])).filter((pair): pair is [string, string] => typeof pair[1] === 'string')),
  };
}

/** Reads Magika's table of kinds, `content_types_kb.min.json`. */
export function readFileTypes(file: Uint8Array): Map<string, FileType> {
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  return new Map(
    Object.entries(object(JSON.parse(new TextDecoder().decode(file)))).map(([label, value]) => {
      const { description, mime_type, group, extensions, is_text } = object(value);
      return [
        label,
        {
          label,
          description: text(description),
          mime: text(mime_type),
          group: text(group),
          extensions: Array.isArray(extensions) ? extensions.filter((each) => typeof each === 'string') : [],
          isText: is_text === true,
        },
      ];
    }),
  );
}

function object(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** Python's `bytes.strip()`: space, \t, \n, \r, \v, \f. */
function isSpace(byte: number | undefined): boolean {
  return byte === 32 || (byte !== undefined && byte >= 9 && byte <= 13);
}

/**
 * What the model sees of a file: `first` and `last` are its first and last {@link MagikaConfig.block} bytes (all of them
 * when there are fewer). Null when there is too little for the model: see {@link shortFile}.
 */
export function fileFeatures(first: Uint8Array, last: Uint8Array, { begin, end, padding, minSize }: MagikaConfig): Int32Array | null {
  let from = 0;
  while (isSpace(first[from])) from++;
  let to = last.length;
  while (to > 0 && isSpace(last[to - 1])) to--;
  const features = new Int32Array(begin + end).fill(padding);
  const head = first.subarray(from, from + begin);
  const tail = last.subarray(Math.max(0, to - end), to);
  if (head.length < minSize) return null;
  features.set(head);
  features.set(tail, begin + end - tail.length);
  return features;
}

/** The label of a file of which there is too little for the model: `empty`, `txt` when it is valid UTF-8, else `unknown`. */
export function shortFile(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'empty';
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return 'txt';
  } catch {
    return 'unknown';
  }
}

/**
 * What the scores mean: `best` is Magika's answer, which is `txt` or `unknown` when the model is not sure enough;
 * `guesses` is what it took it for, best first. Throws a RangeError when the output is not one score for each label.
 */
export function readFileType(output: Tensor | undefined, config: MagikaConfig, types: ReadonlyMap<string, FileType>): { best: FileGuess; guesses: FileGuess[] } {
  const { labels, overwrite, thresholds, threshold } = config;
  if (!(output?.data instanceof Float32Array) || output.data.length !== labels.length) {
    throw new RangeError(`the model's output is not ${labels.length} float32, one for each kind of file in its settings`);
  }
  const { data } = output;
  const guesses = labels.map((label, i) => ({ ...typeOf(label, types), score: data[i] ?? 0 })).sort((a, b) => b.score - a.score);
  const top = guesses[0];
  if (!top) throw new RangeError("the model's settings name no kind of file");
  const label = overwrite[top.label] ?? top.label;
  const sure = top.score >= (thresholds[top.label] ?? threshold);
  const answer = sure ? label : typeOf(label, types).isText ? 'txt' : 'unknown';
  return { best: { ...typeOf(answer, types), score: top.score }, guesses };
}

/** A kind that the table lacks is known by its label alone. */
export function typeOf(label: string, types: ReadonlyMap<string, FileType>): FileType {
  return types.get(label) ?? { label, description: label, mime: 'application/octet-stream', group: 'unknown', extensions: [], isText: false };
}
