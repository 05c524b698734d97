import { Tokenizer } from '@huggingface/tokenizers';
import { describe, expect, it } from 'vitest';
import authored from '../../../models/text-embedding/tokenizer.json?raw';
import type { Tensor } from '../engine/types.js';
import { cutTokens, meanPool, readTokenizer, similarity, textFeeds, textParams } from './text-embedding.js';

const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

describe('readTokenizer', () => {
  const settings = new TextEncoder().encode(authored);
  // A vocabulary with the words of the test at the ids that BERT's has.
  const words = Array.from({ length: 1000 }, (_, i) => `[unused${i}]`);
  Object.assign(words, { 0: '[PAD]', 100: '[UNK]', 101: '[CLS]', 102: '[SEP]', 300: '▁hello', 301: '▁world', 302: '▁!', 303: '▁inter', 304: 'national', 305: 'ization', 306: '▁creme', 307: '▁東' });
  const tokenizer = new Tokenizer(readTokenizer(settings, bytes(words)), {});
  for (const [text, want] of [
    ['Hello world!', [101, 300, 301, 302, 102]],
    ['internationalization', [101, 303, 304, 305, 102]],
    ['Crème', [101, 306, 102]],
    ['東hello', [101, 307, 300, 102]],
    ['xyzzy', [101, 100, 102]],
    ['', [101, 102]],
  ] as const) {
    it(`“${text}”`, () => expect(tokenizer.encode(text).ids).toEqual(want));
  }
  it('Refuse what is none', () => {
    expect(() => readTokenizer(bytes({}), undefined)).toThrow(RangeError);
    expect(() => readTokenizer(settings, bytes({ a: 1 }))).toThrow(RangeError);
  });
});

describe('cutTokens', () => {
  it('keeps what fits', () => expect(cutTokens([1, 2, 3], 3)).toEqual([1, 2, 3]));
  it('keeps the token that ends the text', () => expect(cutTokens([1, 2, 3, 4, 9], 3)).toEqual([1, 2, 9]));
});

it('textFeeds gives what the model has inputs for', () => {
  const feeds = textFeeds([101, 102], [{ name: 'input_ids' }, { name: 'attention_mask' }]);
  expect(Object.keys(feeds)).toEqual(['input_ids', 'attention_mask']);
  expect(feeds['input_ids']).toEqual({ type: 'int64', dims: [1, 2], data: BigInt64Array.of(101n, 102n) });
});

describe('meanPool', () => {
  const hidden = (dims: number[], ...data: number[]): Tensor => ({ type: 'float32', dims, data: Float32Array.from(data) });
  it('is the mean, of length 1', () => {
    const got = meanPool(hidden([1, 2, 2], 1, 4, 5, 4));
    expect([...got].map((x) => Math.round(x * 1e6) / 1e6)).toEqual([0.6, 0.8]);
    expect(similarity(got, got)).toBeCloseTo(1, 6);
  });
  it('of nothing but zeros is no NaN', () => expect([...meanPool(hidden([1, 1, 2], 0, 0))]).toEqual([0, 0]));
  it('Refuse another shape', () => {
    expect(() => meanPool(hidden([2, 2], 1, 2, 3, 4))).toThrow(/needs float32\[1, tokens, size\]/);
    expect(() => meanPool(undefined)).toThrow(RangeError);
  });
});

it('textParams: Refuse a length that is none', () => expect(() => textParams({ id: 'text-embedding', image: null, params: { 'max-tokens': '-1' } })).toThrow(RangeError));
