import { describe, expect, it } from 'vitest';
import { findSpeech, readVoice, Resampler, silentState, silero, voiceFeeds, voiceParams } from './voice-activity.js';

/** Probabilities, one for each letter: # speech, - neither, . silence. A frame is 32 ms. */
const frames = (text: string) => Array.from(text, (c) => ({ '#': 0.9, '-': 0.4, '.': 0.05 })[c] ?? 0);
const rounded = (list: { start: number; end: number }[]) => list.map(({ start, end }) => [start, end].map((n) => Math.round(n * 1000) / 1000));

describe('findSpeech', () => {
  // By Silero's get_speech_timestamps with its defaults, on the same probabilities.
  const cases: [string, string, [number, number][]][] = [
    ['nothing', '..........', []],
    ['one stretch', '....##########.........', [[0.098, 0.478]]],
    ['to the end', '....##########', [[0.098, 0.448]]],
    ['too short', '....#####.........', []],
    ['a pause that is too short', '##########..##########.......', [[0, 0.734]]],
    ['what is neither does not end it', '##########------##########.......', [[0, 0.862]]],
    ['two, with a pause', '##########.....##########.......', [[0, 0.35], [0.45, 0.83]]],
  ];
  for (const [name, text, want] of cases) {
    it(name, () => expect(rounded(findSpeech(frames(text), text.length * 0.032))).toEqual(want));
  }
  it('shares a pause that two would overlap in', () => {
    expect(rounded(findSpeech(frames('##########.....##########'), 0.8, { ...silero, pad: 1 }))).toEqual([[0, 0.4], [0.4, 0.8]]);
  });
});

describe('voiceFeeds', () => {
  const samples = Float32Array.from({ length: 1200 }, (_, i) => i + 1);
  const input = (frame: number) => voiceFeeds(samples, frame, silentState())['input']?.data;
  it('puts silence before the first frame', () => {
    const data = input(0);
    expect([data?.length, data?.[63], data?.[64], data?.[575]]).toEqual([576, 0, 1, 512]);
  });
  it('puts the end of a frame before the next, and silence behind the last', () => {
    const data = input(2);
    expect([data?.[0], data?.[64], data?.[64 + 175], data?.[64 + 176]]).toEqual([961, 1025, 1200, 0]);
  });
});

describe('readVoice', () => {
  const output = { type: 'float32', dims: [1, 1], data: Float32Array.of(0.25) } as const;
  it('gives probability and state', () => expect(readVoice({ output, stateN: silentState() })).toEqual({ probability: 0.25, state: silentState() }));
  it('Refuse a model that carries no state', () => {
    expect(() => readVoice({ output })).toThrow(/no output "stateN"/);
    expect(() => readVoice({ stateN: silentState() })).toThrow(/no output "output"/);
  });
});

describe('Resampler', () => {
  const tone = (rate: number, seconds: number) => Float32Array.from({ length: rate * seconds }, (_, i) => Math.sin((2 * Math.PI * 200 * i) / rate));
  for (const rate of [48000, 44100, 16000, 11025]) {
    it(`from ${rate} Hz, in pieces of any length`, () => {
      const resampler = new Resampler(rate, 16000);
      const from = tone(rate, 0.5);
      const out: number[] = [];
      for (let at = 0, piece = 1; at < from.length; at += piece, piece = (piece * 7) % 509 || 3) out.push(...resampler.push(from.subarray(at, at + piece)));
      expect(Math.abs(out.length - 8000)).toBeLessThan(8);
      // The mean over a sample's time stands for its middle.
      const shift = rate > 16000 ? 0.5 - 0.5 * (16000 / rate) : 0;
      const worst = Math.max(...out.map((v, i) => Math.abs(v - Math.sin((2 * Math.PI * 200 * (i + shift)) / 16000))));
      expect(worst).toBeLessThan(0.01);
    });
  }
});

describe('voiceParams', () => {
  it('is Silero without a manifest', () => expect(voiceParams(null)).toEqual(silero));
  it('Refuse what makes no sense', () => {
    for (const params of [{ frame: '0' }, { context: '1000' }, { state: '2,x' }, { threshold: '-1' }, { 'sample-rate': '1' }, { pad: 'long' }]) {
      expect(() => voiceParams({ id: 'voice-activity', image: null, params })).toThrow(RangeError);
    }
  });
});
