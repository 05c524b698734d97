/** Kinds of jobs by the modes that receipts have, who can repeat one, and the documents that come of them (relay/spec/SPEC.md). No framework. */
import type { Receipt, TensorJSON } from '../../relay/index.js';
import { tensorFromJSON } from '../../receipt/tensors.js';
import { rawCID } from '../../verify/cid.js';

export type Kind = 'run' | 'inference' | 'evaluation' | 'validation' | 'training' | 'order';

const specified: readonly string[] = ['inference', 'evaluation', 'validation', 'training', 'order'] satisfies Kind[];

/** `run` for a model asked by tensors: strict, fast, served. */
export function kindOf(mode: string): Kind {
  const [kind = ''] = mode.split('/');
  return specified.includes(kind) ? (kind as Kind) : 'run';
}

/** A mode in a word or two. */
export function modeName(mode: string): string {
  const [kind, of] = mode.split('/');
  if (kindOf(mode) === 'run') return `${mode} mode`;
  return of ? `${kind ?? ''}, ${of}` : (kind ?? '');
}

/** Who can have the same answer again: this browser, the program, or nobody. */
export function repeatOf({ mode, assurance }: Pick<Receipt, 'mode' | 'assurance'>): 'here' | 'program' | 'nobody' {
  if (assurance !== 'replayable') return 'nobody';
  if (mode === 'strict') return 'here';
  return ['inference', 'evaluation', 'validation', 'order'].includes(mode) ? 'program' : 'nobody';
}

/** Why nobody can. */
export function whyNot(mode: string): string {
  switch (kindOf(mode)) {
    case 'training':
      return 'A training cannot be repeated: it is a command of the provider’s, and no two machines learn the same bits. The provider’s signature names what came out by its hash; have that evaluated to see what it is worth.';
    case 'order':
      return 'What was ordered cannot be repeated bit for bit: it is a training, or in fast mode. The provider’s signature says what came of it.';
    default:
      return mode === 'served'
        ? 'This answer cannot be replayed: a server of the provider’s gave it, and what runs there nobody else has. The provider’s signature says who answered and what; that it is right, you believe, or you ask again in strict mode.'
        : 'This answer cannot be replayed: in fast mode machines differ in the last bits. The provider’s signature says who answered and what; that it is right, you believe, or you ask again in strict mode.';
  }
}

/** What a job's document says, as far as pages tell of it. */
export interface Specification {
  /** CID of its bytes. */
  cid: string;
  /** Of a training: what is published. */
  publish?: { name: string; version: string; parents: string[] };
}

/** The specification in what was asked; null where there is none. */
export function specificationIn(input: Readonly<Record<string, TensorJSON>> | undefined): Specification | null {
  if (!input?.['spec']) return null;
  try {
    const { data } = tensorFromJSON('spec', input['spec']);
    if (!(data instanceof Uint8Array)) return null;
    const publish = at(at(JSON.parse(new TextDecoder().decode(data)), 'training'), 'publish');
    const parents = at(publish, 'parents');
    return {
      cid: rawCID(data),
      ...(publish !== undefined && { publish: { name: text(publish, 'name'), version: text(publish, 'version'), parents: Array.isArray(parents) ? parents.map((each) => text(each, 'manifestDigest')) : [] } }),
    };
  } catch {
    return null; // what a receipt's hash does not name is none
  }
}

/** Stages of a validation, in their order. */
export const stages = ['manifest', 'files', 'load', 'operators', 'compile', 'run'] as const;

/** What came of a job. */
export type Result =
  | { kind: 'inference'; bytes: number; outputs: string }
  | { kind: 'evaluation'; dataset: string; metric: string; value: string; count: number; matched: number | null }
  | { kind: 'validation'; valid: boolean; stage: string; reason: string; files: number; bytes: number; operators: { name: string; count: number }[] }
  | { kind: 'training'; manifest: string; release: string; bytes: number };

/** Reads a result's document, dehug/job-result/v0; null for what is none. */
export function resultOf(document: unknown): Result | null {
  const kind = text(document, 'kind');
  const own = at(document, kind);
  if (text(document, 'schema') !== 'dehug/job-result/v0' || own === undefined) return null;
  switch (kind) {
    case 'inference':
      return { kind, bytes: whole(own, 'bytes'), outputs: text(own, 'outputs') };
    case 'evaluation': {
      const metric = text(own, 'metric');
      const counts = metric === 'accuracy' || metric === 'exact_match'; // none right is left out
      return { kind, dataset: text(own, 'dataset'), metric, value: text(own, 'value'), count: whole(own, 'count'), matched: counts ? whole(own, 'matched') : null };
    }
    case 'validation': {
      const operators = at(own, 'operators');
      return {
        kind, valid: text(own, 'verdict') === 'valid', stage: text(own, 'stage'), reason: text(own, 'reason'), files: whole(own, 'files'), bytes: whole(own, 'bytes'),
        operators: Array.isArray(operators) ? operators.map((each) => ({ name: text(each, 'name'), count: whole(each, 'count') })) : [],
      };
    }
    case 'training':
      return { kind, manifest: text(own, 'manifest'), release: text(own, 'release'), bytes: whole(own, 'bytes') };
    default:
      return null;
  }
}

/** How a stage of a validation ended; null for one that was not reached. */
export function stageOf({ valid, stage }: { valid: boolean; stage: string }, name: (typeof stages)[number]): boolean | null {
  const [ended, asked] = [stages.indexOf(stage as 'run'), stages.indexOf(name)];
  return valid || asked < ended ? true : asked === ended ? false : null;
}

function at(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
}

function text(value: unknown, key: string): string {
  const found = at(value, key);
  return typeof found === 'string' ? found : '';
}

/** These documents have no JSON numbers: decimal text, 0 where it is left out. */
const whole = (value: unknown, key: string): number => Number(/^\d{1,15}$/.exec(text(value, key))?.[0] ?? 0);
