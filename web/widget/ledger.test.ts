import { describe, expect, it } from 'vitest';
import type { ChunkEvent, Evidence, VerifiedManifest } from '../src/engine/index.js';
import { groupCells, Ledger, rowState, type Row } from './ledger.js';

const MiB = 2 ** 20;
const a = 'http://127.0.0.1:1';
const b = 'http://127.0.0.1:2';

const manifest: VerifiedManifest = {
  digest: '00', cid: 'bafkrei', release: null, kind: 'model', name: 'm', title: '', version: '1.0.0', summary: '', tags: [],
  license: { spdx: 'MIT', uri: '' }, authors: [], created: '', signer: '0x', signers: ['0x'], signature: 'valid', signerPinned: false,
  files: [
    { path: 'LICENSE', size: 10, chunks: 1, mediaType: 'text/plain', needed: false },
    { path: 'model.onnx', size: 2 * MiB + 5, chunks: 3, mediaType: 'application/onnx', needed: true },
  ],
  totalBytes: 2 * MiB + 15, loadBytes: 2 * MiB + 5, entry: 'model.onnx', task: null,
};

const lie: Evidence = { source: b, label: 'B', verdict: 'lying', what: 'chunk 1 of model.onnx', reason: '', cid: 'bafk', expected: '0a', got: '0b', bytes: MiB, expectedBytes: MiB, status: 200 };

function chunk(index: number, state: ChunkEvent['state'], more: Partial<ChunkEvent> = {}): ChunkEvent {
  return { type: 'chunk', file: 'model.onnx', index, count: 3, size: index === 2 ? 5 : MiB, state, at: 0, ...more };
}

function opened(): Ledger {
  const ledger = new Ledger([a, b]);
  ledger.apply({ type: 'phase', phase: 'verifying', at: 0 });
  ledger.apply({ type: 'manifest', manifest, at: 1 });
  return ledger;
}

const states = (ledger: Ledger) => ledger.rows.map((row) => `${row.label}: ${rowState(row)}`);

describe('Ledger', () => {
  it('begins with what every release has', () => {
    expect(states(new Ledger([]))).toEqual(['Manifest: waiting', 'Signature: waiting', 'Leaf list: waiting', 'Model: waiting']);
  });
  it('shows a row for each file that is needed, once the manifest is known', () => {
    expect(states(opened())).toEqual(['Manifest: verified', 'Signature: verified', 'Leaf list: requested', 'model.onnx: waiting']);
  });
  it('counts 32 bytes of leaf list for each chunk', () => expect(opened().rows[2]?.size).toBe(96));
  it('says so when there is no signature', () => {
    const ledger = new Ledger([a]);
    ledger.apply({ type: 'manifest', manifest: { ...manifest, signature: 'absent' }, at: 1 });
    expect(ledger.rows[1]?.note).toBe('none');
  });
  it('takes the leaf lists for checked when the model is read', () => {
    const ledger = opened();
    ledger.apply({ type: 'phase', phase: 'skimming', at: 2 });
    expect(states(ledger)[2]).toBe('Leaf list: verified');
  });
  it('counts a verified chunk once, for the source that sent it', () => {
    const ledger = opened();
    ledger.apply(chunk(2, 'requested', { source: a }));
    ledger.apply(chunk(2, 'verified', { source: a, bytes: 5 }));
    ledger.apply(chunk(2, 'verified', { source: a, bytes: 5 }));
    expect([ledger.sources[0]?.chunks, ledger.sources[0]?.bytes]).toEqual([1, 5]);
  });
  it('counts what is here, verified or not, until it is thrown away', () => {
    const ledger = opened();
    ledger.apply(chunk(2, 'verified', { source: a, bytes: 5 }));
    ledger.apply(chunk(1, 'arriving', { source: b, bytes: 100 }));
    expect(ledger.arrivedBytes).toBe(105);
    ledger.apply(chunk(1, 'rejected', { source: b, bytes: 100, evidence: lie }));
    expect(ledger.arrivedBytes).toBe(5);
  });
  it('keeps what was rejected after the chunk came from elsewhere', () => {
    const ledger = opened();
    ledger.apply(chunk(0, 'rejected', { source: b, evidence: lie }));
    expect(states(ledger)[3]).toBe('model.onnx: rejected');
    ledger.apply(chunk(0, 'verified', { source: a }));
    expect(ledger.rows[3]?.rejected).toEqual([lie]);
    expect(states(ledger)[3]).toBe('model.onnx: arriving');
  });
  it('never forgets a lie', () => {
    const ledger = opened();
    const event = { type: 'source', source: b, label: 'second', at: 0 } as const;
    ledger.apply({ ...event, state: 'lying', evidence: lie });
    ledger.apply({ ...event, state: 'banned', evidence: lie });
    ledger.apply({ ...event, state: 'ok' });
    expect(ledger.sources[1]).toMatchObject({ label: 'second', state: 'lying', evidence: [lie] });
  });
  it('shows a lie about a document in its row, until another source tells the truth', () => {
    const ledger = new Ledger([a, b]);
    ledger.apply({ type: 'phase', phase: 'verifying', at: 0 });
    const evidence = { ...lie, what: 'the release directory' };
    ledger.apply({ type: 'source', source: b, label: 'B', state: 'lying', evidence, at: 0 });
    expect(states(ledger)[0]).toBe('Manifest: rejected');
    ledger.apply({ type: 'manifest', manifest, at: 1 });
    expect(states(ledger)[0]).toBe('Manifest: verified');
    expect(ledger.rows[0]?.rejected).toEqual([evidence]);
  });
  it('shows the lie for which a source was banned before', () => {
    const ledger = opened();
    ledger.apply({ type: 'source', source: b, label: 'B', state: 'banned', evidence: lie, at: 0 });
    expect(ledger.sources[1]).toMatchObject({ state: 'lying', evidence: [lie] });
  });
  it('leaves nothing on its way when it is stopped', () => {
    const ledger = opened();
    ledger.apply(chunk(0, 'verified', { source: a }));
    ledger.apply(chunk(1, 'arriving', { source: a, bytes: 9 }));
    ledger.stop();
    expect(states(ledger).slice(2)).toEqual(['Leaf list: waiting', 'model.onnx: arriving']);
    expect(ledger.rows[3]?.cells.map((cell) => cell.state)).toEqual(['verified', 'waiting', 'waiting']);
  });
  it('ignores chunks of files that it does not know', () => {
    const ledger = opened();
    ledger.apply(chunk(0, 'verified', { file: 'other.onnx' }));
    ledger.apply(chunk(7, 'verified'));
    expect(ledger.arrivedBytes).toBe(0);
  });
  it('adds sources that it was not told of', () => {
    const ledger = opened();
    ledger.apply(chunk(0, 'requested', { source: 'https://gateway.example/' }));
    expect(ledger.sources[2]?.label).toBe('gateway.example');
  });
});

describe('groupCells', () => {
  const row: Row = {
    kind: 'file', label: '', size: 5, rejected: [], note: '',
    cells: [0, 1, 2, 3, 4].map((i) => ({ state: i < 3 ? 'verified' : 'waiting', source: i < 3 ? 1 : -1, bytes: 0, size: 1 })),
  };
  it('leaves short rows alone', () => expect(groupCells(row, 5)).toBe(row.cells));
  it('joins neighbours', () => {
    expect(groupCells(row, 3)).toEqual([
      { state: 'verified', source: 1, bytes: 2, size: 2 },
      { state: 'arriving', source: 1, bytes: 1, size: 2 },
      { state: 'waiting', source: -1, bytes: 0, size: 1 },
    ]);
  });
});
