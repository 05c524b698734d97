import { expect, test } from 'vitest';
import { higherFirst } from './semver.js';

test('versions, the highest first, as semver.org orders them', () => {
  const ordered = ['10.0.0', '2.0.0', '1.10.0', '1.9.0', '1.0.0', '1.0.0-rc.1', '1.0.0-beta.11', '1.0.0-beta.2', '1.0.0-beta', '1.0.0-alpha.beta', '1.0.0-alpha.1', '1.0.0-alpha'];
  expect(ordered.toReversed().sort(higherFirst)).toEqual(ordered);
  expect(higherFirst('1.0.0+a', '1.0.0+b')).toBe(0);
  expect(higherFirst('1.0.0', '1.0.0')).toBe(0);
});
