/** Runs again what a receipt is about, in this browser, and compares: strict mode gives the same bits everywhere. */
import type { Load, Progress } from '../engine/types.js';
import { sha256Of } from '../engine/block.js';
import type { Receipt } from '../relay/index.js';
import { encodeTensors, requestBytes, type Tensors } from './tensors.js';
import type { Bytes } from '../verify/bytes.js';

/** The runtime, as every other page takes it. */
const runtimeUrl = '/runtime/runtime.js';

export interface Replayed {
  /** Whether plan and result are, bit for bit, what the provider signed. */
  same: boolean;
  /** Found here; 0x and hexadecimal digits. */
  plan: string;
  result: string;
  /** In their one form. */
  input: Bytes;
  output: Bytes;
  /** Milliseconds in the model. */
  ms: number;
}

/** What was given is not what the receipt is about. */
export class OtherRequest extends Error {
  override name = 'OtherRequest';
  readonly hint = 'was it this input, and this salt? the receipt commits to both';
  constructor() {
    super('the receipt is about another request');
  }
}

export interface ReplayParameters {
  receipt: Receipt;
  salt: string;
  input: Tensors;
  gateways: readonly string[];
  signal: AbortSignal;
  onProgress?: (event: Progress) => void;
  /** Steps of the model that have run. */
  onStep?: (done: number, of: number) => void;
}

export async function replay({ receipt, salt, input, gateways, signal, onProgress, onStep }: ReplayParameters): Promise<Replayed> {
  const body = encodeTensors(input);
  if (`0x${await sha256Of(requestBytes(salt, body))}` !== receipt.request) throw new OtherRequest();
  const { load } = (await import(/* @vite-ignore */ runtimeUrl)) as { load: Load };
  // What an author compiled is the author's word, so it is compiled here.
  const model = await load(receipt.manifest, { sources: gateways, mode: 'strict', precompiled: false, signal, ...(onProgress && { onProgress }) });
  try {
    const began = performance.now();
    const outputs = await model.run(input, { signal, ...(onStep && { onStep: ({ index, count }) => onStep(index + 1, count) }) });
    const ms = performance.now() - began;
    const output = encodeTensors(outputs);
    const plan = `0x${model.planHash}`;
    const result = `0x${await sha256Of(output)}`;
    return { same: plan === receipt.plan && result === receipt.result, plan, result, input: body, output, ms };
  } finally {
    model.dispose();
  }
}
