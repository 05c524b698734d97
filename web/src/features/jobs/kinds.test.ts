import { describe, expect, it } from 'vitest';
import asked from '../../../../relay/httpapi/testdata/api-job-evaluation.json';
import { tensorToJSON } from '../../receipt/tensors.js';
import { utf8 } from '../../verify/bytes.js';
import { kindOf, modeName, repeatOf, resultOf, specificationIn, stageOf, stages } from './kinds.js';

describe('kinds of jobs', () => {
  it('are told by the mode', () => {
    const modes = ['strict', 'fast', 'served', 'inference', 'inference/fast', 'evaluation', 'validation', 'training/finetune', 'order'];
    expect(modes.map(kindOf)).toEqual(['run', 'run', 'run', 'inference', 'inference', 'evaluation', 'validation', 'training', 'order']);
    expect(modes.map(modeName)).toEqual(['strict mode', 'fast mode', 'served mode', 'inference', 'inference, fast', 'evaluation', 'validation', 'training, finetune', 'order']);
  });

  it('are repeated only where the same has to come out', () => {
    const by = (assurance: string) => ['strict', 'inference', 'evaluation', 'validation', 'order', 'inference/fast', 'fast', 'served', 'training/finetune'].map((mode) => repeatOf({ mode, assurance }));
    expect(by('replayable')).toEqual(['here', 'program', 'program', 'program', 'program', 'nobody', 'nobody', 'nobody', 'nobody']);
    for (const assurance of ['signed', 'spot-checked']) expect(new Set(by(assurance))).toEqual(new Set(['nobody']));
  });

  it('have a document, which a CID names', () => {
    const document = utf8('{"kind":"training","training":{"publish":{"name":"iris","parents":[{"manifestDigest":"ab"}],"version":"1.1.0"}}}');
    const input = { spec: tensorToJSON({ type: 'uint8', dims: [document.length], data: document }) };
    expect(specificationIn(input)).toEqual({ cid: expect.stringMatching(/^bafkrei/) as string, publish: { name: 'iris', version: '1.1.0', parents: ['ab'] } });
    const broken = utf8('{"kind"');
    for (const other of [undefined, {}, { x: input.spec }, { spec: tensorToJSON({ type: 'uint8', dims: [broken.length], data: broken }) }]) expect(specificationIn(other)).toBeNull();
  });
});

describe('results', () => {
  it('are read as the relay writes them', () => {
    expect(resultOf(asked.job.result)).toEqual({ kind: 'evaluation', dataset: asked.job.result.evaluation.dataset, metric: 'accuracy', value: '0.25', count: 8, matched: 2 });
    const head = { schema: 'dehug/job-result/v0', model: 'm', plan: 'p', spec: 's' };
    expect(resultOf({ ...head, kind: 'evaluation', evaluation: { count: '50', metric: 'cosine', value: '0.5' } })).toMatchObject({ matched: null });
    expect(resultOf({ ...head, kind: 'evaluation', evaluation: { count: '50', metric: 'accuracy', value: '0' } })).toMatchObject({ matched: 0 });
    expect(resultOf({ ...head, kind: 'training', training: { manifest: 'a', release: 'b', bytes: '12' } })).toEqual({ kind: 'training', manifest: 'a', release: 'b', bytes: 12 });
    for (const none of [null, 1, {}, { ...head, kind: 'training' }, { kind: 'training', training: {} }, { ...head, kind: 'constructor' }, { ...head, kind: 'other', other: {} }]) expect(resultOf(none)).toBeNull();
  });

  it('of a validation say how far it came', () => {
    const read = resultOf({ schema: 'dehug/job-result/v0', kind: 'validation', validation: { bytes: '1', files: '2', operators: [{ name: 'Relu', count: '3' }], verdict: 'invalid', stage: 'operators', reason: 'no such operator' } });
    if (read?.kind !== 'validation') throw new Error('it is not read');
    expect(read).toMatchObject({ valid: false, files: 2, operators: [{ name: 'Relu', count: 3 }], reason: 'no such operator' });
    expect(stages.map((stage) => stageOf(read, stage))).toEqual([true, true, true, false, null, null]);
    expect(stages.map((stage) => stageOf({ valid: true, stage: '' }, stage))).toEqual([true, true, true, true, true, true]);
  });
});
