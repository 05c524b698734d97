import { describe, expect, it } from 'vitest';
import { formatBytes, formatDuration, formatScore, hostOf, plural, shorten } from './format.js';

const spaced = (text: string) => text.replaceAll('\u00a0', ' ');

describe('formatBytes', () => {
  for (const [bytes, want] of [[0, '0 B'], [32, '32 B'], [999, '999 B'], [1000, '1.00 kB'], [437_048, '437 kB'], [999_949, '1.00 MB'], [1_048_576, '1.05 MB'], [68_719_476_736, '68.7 GB']] as const) {
    it(`${bytes}`, () => expect(spaced(formatBytes(bytes))).toBe(want));
  }
});

describe('formatDuration', () => {
  for (const [ms, want] of [[0.04, '0.0 ms'], [3.25, '3.3 ms'], [41.4, '41 ms'], [999.6, '1.00 s'], [12_345, '12.3 s']] as const) {
    it(`${ms}`, () => expect(spaced(formatDuration(ms))).toBe(want));
  }
});

it('formatScore', () => expect(spaced(formatScore(0.9211))).toBe('92 %'));
it('plural', () => expect([plural(0, 'chunk'), plural(1, 'chunk'), plural(2, 'chunk')].map(spaced)).toEqual(['0 chunks', '1 chunk', '2 chunks']));
it('shorten leaves short text alone', () => expect([shorten('abcdefghijklmno'), shorten('abcdefghijklmnop')]).toEqual(['abcdefghijklmno', 'abcdefgh…klmnop']));
it('hostOf', () => expect([hostOf('http://127.0.0.1:8081/'), hostOf('nowhere')]).toEqual(['127.0.0.1:8081', 'nowhere']));
