import { describe, expect, test } from 'vitest';
import { formatAddress } from '../../verify/address.js';
import { unhex } from '../../verify/bytes.js';
import { makeManifest } from '../../publish/index.js';
import { Refusal } from '../../verify/refusal.js';
import { draftOf, emptyForm, fieldOf, fillIn, plansOf, suggestName, units, type Form } from './form.js';

const address = (digit: string) => formatAddress(unhex(digit.repeat(40)));
const me = address('1');
const form = (change: Partial<Form> = {}): Form => ({ ...emptyForm(me), name: 'faces', entry: 'faces.onnx', opset: '17', ...change });
const authors = (...percents: string[]) => percents.map((percent, i) => ({ address: address(String(i + 1)), role: 'author', percent }));
const files = ['LICENSE', 'faces.onnx'].map((path) => ({ path, size: 1, leaves: new Uint8Array(32) }));

describe('what the form takes, the manifest takes', () => {
  const fine: Partial<Form>[] = [
    {},
    ...['a', 'a.b_c-d', '0', 'a'.repeat(64)].map((name) => ({ name })),
    ...['0.0.0', '10.20.30', '1.0.0-rc.1', '1.0.0-0a.b+build.007'].map((version) => ({ version })),
    ...['0', '0.01', '10', '10.00'].map((royalty) => ({ royalty })),
    { license: 'MIT' },
    { license: 'LicenseRef-Mine', licenseUri: 'https://a.example/terms' },
    { tags: 'one, two-three  four' },
    { authors: authors('100') },
    { authors: authors('33.3333', '33.3333', '33.3334') },
    { authors: authors('0', '100') },
    { authors: [{ address: ` ${me.toLowerCase()} `, role: 'author', percent: '100' }] },
    { recovery: address('2') },
    { parents: `0x${'ab'.repeat(32)}\n\n` },
    { evals: 'classification, set, accuracy, 0.5\ndetection, set, loss, -1' },
    { kind: 'dataset', entry: '', opset: '' },
    { sell: true, price: '0.000001', compute: '12', unit: 'inference' },
  ];
  test.each(fine)('%j', (change) => {
    const { draft, errors } = draftOf(form(change));
    expect(errors).toEqual({});
    expect(makeManifest(draft, files).manifest.authors.reduce((sum, { share }) => sum + share, 0)).toBe(1_000_000);
  });
});

describe('what is wrong is said at its field', () => {
  const wrong: [keyof Form, Partial<Form>][] = [
    ...['', 'A', 'a b', '.a', 'a.', 'a..b', 'a/b', 'ä', 'a'.repeat(65)].map((name): [keyof Form, Partial<Form>] => ['name', { name }]),
    ...['', '1', '1.0', '1.0.0.0', 'v1.0.0', '01.0.0', '1.0.0-', '1.0.0-01', '1.0.0-a..b', '1.0.0+', ' 1.0.0', `1.0.0-${'a'.repeat(64)}`].map((version): [keyof Form, Partial<Form>] => ['version', { version }]),
    ...['', '-1', '10.01', '11', '1.005', '1e0', 'x', '١'].map((royalty): [keyof Form, Partial<Form>] => ['royalty', { royalty }]),
    ['license', { license: '' }],
    ['licenseUri', { license: 'LicenseRef-Mine' }],
    ['licenseUri', { licenseUri: 'javascript:alert(1)' }],
    ['tags', { tags: 'Good' }],
    ['entry', { entry: '' }],
    ['opset', { opset: '0' }],
    ['authors', { authors: [] }],
    ['authors', { authors: authors('99.9999') }],
    ['authors', { authors: authors('100', '0.0001') }],
    ['authors', { authors: authors('33.3333', '33.3333', '33.3333') }],
    ['authors', { authors: authors('33.33333', '66.66667') }],
    ['authors', { authors: authors('-50', '150') }],
    ['authors', { authors: [...authors('50'), ...authors('50')] }],
    ['authors', { authors: [{ address: '0x123', role: 'author', percent: '100' }] }],
    ['authors', { authors: [{ address: '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359'.replace('fB', 'FB'), role: 'author', percent: '100' }] }],
    ['recovery', { recovery: 'me' }],
    ['parents', { parents: 'faces 1.0.0' }],
    ['evals', { evals: 'classification, set, accuracy, 0.50' }],
    ['params', { params: 'no sign' }],
    ['price', { sell: true, price: '0.0000001' }],
    ['compute', { sell: true, compute: '' }],
    ['unit', { sell: true, unit: 'Inference!' }],
  ];
  test.each(wrong)('%s: %j', (field, change) => expect(Object.keys(draftOf(form(change)).errors)).toEqual([field]));
});

test('the sum of shares is said as it is', () => expect(draftOf(form({ authors: authors('50', '49.5') })).errors.authors).toBe('shares add up to 99.5 %, not 100 %'));

test('a refusal of the format finds its field', () => {
  expect(fieldOf(new Refusal('value', 'authors[0].share', '2: 0 to 1'))).toBe('authors');
  expect(fieldOf(new Refusal('value', 'elsewhere'))).toBe('files');
});

test('amounts are millionths', () => {
  expect(['1', '0.02', '1.000001', '', '.5', '1.', '1e3', '-1', '1.0000001'].map(units)).toEqual([1_000_000n, 20_000n, 1_000_001n, null, null, null, null, null, null]);
  expect(plansOf(form(), me)).toEqual([]);
  expect(plansOf(form({ sell: true, price: '0.02', compute: '0.01' }), me)).toMatchObject([{ token: me, authorFee: 20_000n, computeCap: 10_000n, unitKind: 'inference' }]);
});

test('an authoring file fills in what it says; a name that was written stays', () => {
  expect(fillIn(form({ title: 'Faces' }), { version: '2.0.0', royalty: 250, tags: ['a', 'b'] })).toMatchObject({ name: 'faces', title: 'Faces', version: '2.0.0', royalty: '2.5', tags: 'a, b' });
  expect(suggestName(form({ name: '' }), 'models/Mobile Net_v2.onnx').name).not.toBe('');
  expect(suggestName(form(), 'models/other.onnx').name).toBe('faces');
});
