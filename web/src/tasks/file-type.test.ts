import { describe, expect, it } from 'vitest';
import { fileFeatures, readFileType, readFileTypes, readMagikaConfig, shortFile, type MagikaConfig } from './file-type.js';

const bytes = (value: unknown) => new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
const settings = {
  beg_size: 4, mid_size: 0, end_size: 4, use_inputs_at_offsets: false, medium_confidence_threshold: 0.5, min_file_size_for_dl: 3,
  padding_token: 256, block_size: 16, target_labels_space: ['go', 'jpeg', 'randomtxt'], thresholds: { go: 0.9 }, overwrite_map: { randomtxt: 'txt' },
};
const config: MagikaConfig = readMagikaConfig(bytes(settings));
const types = readFileTypes(bytes({ go: { description: 'Go source', mime_type: 'text/x-go', group: 'code', extensions: ['go'], is_text: true }, jpeg: { is_text: false } }));

describe('fileFeatures', () => {
  const of = (text: string) => {
    const all = bytes(text);
    const features = fileFeatures(all.subarray(0, 16), all.subarray(Math.max(0, all.length - 16)), config);
    return features && [...features].map((n) => (n === 256 ? '_' : String.fromCharCode(n))).join('');
  };
  // As Magika 0.6.3 cuts them.
  for (const [name, text, want] of [
    ['first and last bytes', 'abcdefgh', 'abcdefgh'],
    ['a short file is padded behind and before', 'abc', 'abc__abc'],
    ['white space at the edges is left out', ' \t\n\v\f\rabcd efgh\n ', 'abcdefgh'],
    ['a long file', `abcd${'x'.repeat(40)}wxyz`, 'abcdwxyz'],
    ['white space within the first block only', `${' '.repeat(14)}ab${'x'.repeat(40)}`, null],
  ] as const) {
    it(name, () => expect(of(text)).toBe(want));
  }
  it('too little for the model', () => expect(of('    ab')).toBeNull());
});

describe('shortFile', () => {
  for (const [name, file, want] of [['nothing', [], 'empty'], ['text', [0x68, 0xc3, 0xa9], 'txt'], ['no text', [0xff, 0xfe], 'unknown']] as const) {
    it(name, () => expect(shortFile(Uint8Array.from(file))).toBe(want));
  }
});

describe('readFileType', () => {
  const read = (...scores: number[]) => readFileType({ type: 'float32', dims: [1, scores.length], data: Float32Array.from(scores) }, config, types);
  for (const [name, scores, want] of [
    ['a sure guess', [0.95, 0.05, 0], 'go'],
    ['a text that is not sure enough', [0.8, 0.2, 0], 'txt'],
    ['bytes that are not sure enough', [0.3, 0.4, 0.3], 'unknown'],
    ['a kind that stands for another', [0, 0, 1], 'txt'],
  ] as const) {
    it(name, () => expect(read(...scores).best.label).toBe(want));
  }
  it('tells all guesses, best first', () => expect(read(0.1, 0.7, 0.2).guesses.map((g) => g.label)).toEqual(['jpeg', 'randomtxt', 'go']));
  it('Refuse another number of scores', () => expect(() => read(1)).toThrow(/not 3 float32/));
});

describe('readMagikaConfig', () => {
  it('Refuse settings of another version', () => {
    for (const other of [{ ...settings, mid_size: 512 }, { ...settings, beg_size: 99 }, { ...settings, target_labels_space: 'go' }, {}]) {
      expect(() => readMagikaConfig(bytes(other))).toThrow(RangeError);
    }
  });
});
