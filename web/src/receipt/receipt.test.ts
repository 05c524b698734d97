import { hashTypedData, verifyMessage, type Hex } from 'viem';
import { describe, expect, test } from 'vitest';
import type { Tensor, TensorType } from '../engine/types.js';
import type { Receipt } from '../relay/index.js';
import { hex } from '../verify/bytes.js';
import { sha256Hex } from '../verify/sha256.js';
import { evidenceFile, evidenceText, makeEvidence, type Evidence } from './evidence.js';
import { checkProof, checkSignatures, receiptDigest } from './receipt.js';
import { encodeTensors, requestBytes, tensorFromJSON, tensorToJSON, toBase64 } from './tensors.js';

/** Written by the tests of relay/receipt: a lie, with tensors of every type. */
const [vector] = Object.values(import.meta.glob<Evidence & { signature: Hex }>('../../../relay/receipt/testdata/evidence.json', { eager: true, import: 'default' })) as [Evidence & { signature: Hex }];
const { receipt } = vector;
const unbase64 = (text: string) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

describe('a receipt', () => {
  test('has the hash that viem gives it', () => {
    const field = (list: string) => list.split(',').map((each) => { const [type = '', name = ''] = each.split(' '); return { type, name }; });
    const { signature, relaySignature, manifest, ...message } = receipt;
    expect([signature, relaySignature].every(Boolean)).toBe(true);
    const want = hashTypedData({
      domain: { name: 'DeHug Receipt', version: '0' },
      types: {
        JobReceipt: field('string job,bytes32 manifest,string mode,bytes32 plan,string assurance,bytes32 request,bytes32 result,uint64 units,uint64 pay,address payer,bytes32 session,address provider,address relay,uint64 started,uint64 ended,uint64 settleBy'),
      },
      primaryType: 'JobReceipt',
      message: { ...message, manifest: `0x${sha256Hex(new TextEncoder().encode('model'))}`, units: 1n, pay: 250n, started: BigInt(message.started), ended: BigInt(message.ended), settleBy: BigInt(message.settleBy) },
    });
    expect(manifest).toMatch(/^bafkrei/);
    expect(`0x${hex(receiptDigest(receipt))}`).toBe(want);
  });

  test('is signed by whom it says, and by nobody when a field is another', () => {
    expect(checkSignatures(receipt)).toEqual({ provider: true, relay: true });
    const other: Partial<Record<keyof Receipt, string | number>> = { job: 'x', mode: 'fast', plan: receipt.request, assurance: 'signed', request: receipt.plan, result: receipt.plan, units: 2, pay: 251, payer: receipt.relay, session: receipt.plan, provider: receipt.relay, relay: receipt.payer, started: 1, ended: 2, settleBy: 3 };
    for (const [name, value] of Object.entries(other)) expect(hex(receiptDigest({ ...receipt, [name]: value })), name).not.toBe(hex(receiptDigest(receipt)));
    expect(checkSignatures({ ...receipt, pay: 251 })).toEqual({ provider: false, relay: false });
    expect(checkSignatures({ ...receipt, provider: receipt.payer }).provider).toBe(false);
    expect(checkSignatures({ ...receipt, manifest: 'no CID' })).toEqual({ provider: false, relay: false });
    const alone = { ...receipt };
    delete alone.relaySignature;
    expect(checkSignatures(alone)).toEqual({ provider: true, relay: null });
    const half = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;
    const n = 2n * half + 1n;
    const s = BigInt(`0x${receipt.signature.slice(66, 130)}`);
    const flipped = `0x${receipt.signature.slice(2, 66)}${(n - s).toString(16).padStart(64, '0')}${receipt.signature.endsWith('1b') ? '1c' : '1b'}`;
    expect(checkSignatures({ ...receipt, signature: flipped }).provider, 'the other s that fits').toBe(false);
  });
});

test('a receipt is where its proof says, and nowhere else', () => {
  const [proofs] = Object.values(import.meta.glob<{ receipts: number; place: number; path: string[]; root: string }[]>('../../../relay/receipt/testdata/proofs.json', { eager: true, import: 'default' }));
  expect(proofs).toHaveLength(45);
  for (const { receipts, place, path, root } of proofs ?? []) {
    const proof = { place, path, settlement: { receipts, root } };
    const at = `${place} of ${receipts}`;
    expect(checkProof(receipt, proof), at).toBe(true);
    expect(checkProof({ ...receipt, pay: 0 }, proof), at).toBe(false);
    expect(checkProof(receipt, { ...proof, place: place === 0 ? receipts : place - 1 }), at).toBe(false);
    expect(checkProof(receipt, { ...proof, path: [...path, root] }), at).toBe(false);
    expect(checkProof(receipt, { ...proof, settlement: { receipts, root: receipt.plan } }), at).toBe(false);
  }
});

describe('tensors', () => {
  const all: Record<string, Tensor> = {};
  const buffers: Record<string, { type: TensorType; make: (b: ArrayBuffer) => Tensor['data']; size: number }> = {
    f32: { type: 'float32', make: (b) => new Float32Array(b), size: 4 },
    u8: { type: 'uint8', make: (b) => new Uint8Array(b), size: 1 },
    i8: { type: 'int8', make: (b) => new Int8Array(b), size: 1 },
    u16: { type: 'uint16', make: (b) => new Uint16Array(b), size: 2 },
    i16: { type: 'int16', make: (b) => new Int16Array(b), size: 2 },
    i32: { type: 'int32', make: (b) => new Int32Array(b), size: 4 },
    i64: { type: 'int64', make: (b) => new BigInt64Array(b), size: 8 },
    bool: { type: 'bool', make: (b) => new Uint8Array(b), size: 1 },
    f16: { type: 'float16', make: (b) => new Uint16Array(b), size: 2 },
    f64: { type: 'float64', make: (b) => new Float64Array(b), size: 8 },
    u32: { type: 'uint32', make: (b) => new Uint32Array(b), size: 4 },
    u64: { type: 'uint64', make: (b) => new BigUint64Array(b), size: 8 },
    bf16: { type: 'bfloat16', make: (b) => new Uint16Array(b), size: 2 },
  };
  Object.entries(buffers).forEach(([name, { type, make, size }], i) => {
    const bytes = name === 'bool' ? Uint8Array.of(0, 1, 1) : Uint8Array.from({ length: 3 * size }, (_, k) => 7 * k + i);
    all[`in/${name}`] = { type, dims: [3, 1], data: make(bytes.buffer) };
  });
  const odd = (type: TensorType, dims: number[], bytes: number[]) => tensorFromJSON('odd', { datatype: ({ float32: 'FP32', float64: 'FP64', float16: 'FP16', bfloat16: 'BF16' } as const)[type as 'float32'], shape: dims, base64: toBase64(Uint8Array.from(bytes)) });
  all['Ünïcode'] = odd('float32', [], [1, 0, 0xc0, 0xff]);
  all['a'] = odd('float64', [1], [1, 0, 0, 0, 0, 0, 0xf0, 0x7f]);
  all['b'] = odd('float16', [1], [1, 0xfc]);
  all['c'] = odd('bfloat16', [0], []);

  test('have the form that the relay gives them, and the hash that was signed', () => {
    const body = encodeTensors(all);
    expect(toBase64(body)).toBe(vector.input);
    expect(`0x${sha256Hex(requestBytes(vector.salt, body))}`).toBe(receipt.request);
  });

  test('go through JSON and back', () => {
    for (const [name, tensor] of Object.entries(all)) expect(tensorFromJSON(name, tensorToJSON(tensor)), name).toEqual(tensor);
  });

  test('are read from numbers, flat or in lists; what does not fit is refused by name', () => {
    expect(tensorFromJSON('x', { datatype: 'FP32', shape: [2, 2], data: [[1, 'NaN'], ['-Infinity', 0.5]] }).data).toEqual(Float32Array.of(1, NaN, -Infinity, 0.5));
    expect(tensorFromJSON('x', { datatype: 'INT64', shape: [1], data: [-5] }).data).toEqual(BigInt64Array.of(-5n));
    expect(tensorFromJSON('x', { datatype: 'BOOL', shape: [2], data: [true, 0] }).data).toEqual(Uint8Array.of(1, 0));
    const bad: Parameters<typeof tensorFromJSON>[1][] = [
      { datatype: 'FP32', shape: [3], data: [1, 2] }, { datatype: 'UINT8', shape: [1], data: [256] }, { datatype: 'INT32', shape: [1], data: [0.5] }, { datatype: 'FP32', shape: [1], data: ['one'] },
      { datatype: 'FP16', shape: [1], data: [1] }, { datatype: 'FP32', shape: [-1], data: [] }, { datatype: 'FP32', shape: [1], base64: '?' }, { datatype: 'FP8' as 'FP32', shape: [1], data: [1] },
      { datatype: 'FP32', shape: [1], data: 1 }, { datatype: 'INT64', shape: [1], data: [2 ** 60] },
    ];
    for (const each of bad) expect(() => tensorFromJSON('the one', each), JSON.stringify(each)).toThrow(/^“the one”: /);
  });
});

test('evidence that is made here is what the relay makes, and the same text is signed', async () => {
  const { signature, ...rest } = vector;
  const made = makeEvidence({ ...rest, input: unbase64(vector.input), output: unbase64(vector.output) });
  expect(made).toEqual(rest);
  expect(await verifyMessage({ address: vector.by as Hex, message: await evidenceText(made), signature })).toBe(true);
  expect(JSON.parse(evidenceFile(made, signature))).toEqual(vector);
});
