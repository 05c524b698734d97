import { expect, test } from 'vitest';
import { pageOf, targetsOf } from './targets.js';

const owner = '0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A';
const versions = ['1.1.0', '1.0.0'].map((version) => ({ version, manifest: `manifest-${version}`, release: `release-${version}` }));

test('a report about a model offers all of it first, then the rest', () => {
  const targets = targetsOf({ owner, name: 'faces' }, versions);
  expect(targets[0]).toEqual({ text: 'All of faces: its 2 versions', denials: [{ kind: 'version', what: `${owner}/faces/1.1.0` }, { kind: 'version', what: `${owner}/faces/1.0.0` }] });
  expect(targets.slice(1).map(({ denials }) => denials)).toEqual([
    [{ kind: 'version', what: `${owner}/faces/1.1.0` }],
    [{ kind: 'version', what: `${owner}/faces/1.0.0` }],
    [{ kind: 'account', what: owner }],
    [{ kind: 'cid', what: 'manifest-1.1.0' }],
    [{ kind: 'cid', what: 'release-1.1.0' }],
  ]);
});

test('a report about a version offers that one first, and its CIDs', () => {
  const targets = targetsOf({ owner, name: 'faces', version: '1.0.0' }, versions);
  expect(targets.map(({ text }) => text)).toEqual(['Version 1.0.0', 'All of faces: its 2 versions', 'Version 1.1.0', 'All that the account published', 'The manifest of 1.0.0, by its CID', 'The release directory of 1.0.0, by its CID']);
});

test('what is not here any more can still be denied by its name', () => {
  expect(targetsOf({ owner, name: 'faces', version: '1.0.0' }, []).map(({ denials }) => denials)).toEqual([[{ kind: 'version', what: `${owner}/faces/1.0.0` }], [{ kind: 'account', what: owner }]]);
  expect(targetsOf({ owner, name: 'faces' }, []).map(({ denials }) => denials)).toEqual([[{ kind: 'account', what: owner }]]);
});

test('versions and accounts have pages, CIDs have none', () => {
  expect(pageOf({ kind: 'version', what: `${owner}/faces/1.0.0` })).toEqual({ owner, name: 'faces', version: '1.0.0' });
  expect(pageOf({ kind: 'account', what: owner })).toEqual({ owner });
  expect(pageOf({ kind: 'cid', what: 'bafy' })).toBeUndefined();
});
