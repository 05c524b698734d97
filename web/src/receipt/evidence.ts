/** What somebody says who replayed a run and got something else: `dehug-relay verify-receipt` reads it, and replays it in turn. */
import type { Receipt } from '../relay/index.js';
import { sha256Of } from '../engine/block.js';
import { utf8, type Bytes } from '../verify/bytes.js';
import { toBase64 } from './tensors.js';

/** In the order that is signed. */
export interface Evidence {
  receipt: Receipt;
  salt: string;
  /** Tensors in their one form, base64. */
  input: string;
  /** Found. */
  plan: string;
  /** Found, the like. */
  output: string;
  /** That found it. */
  program: string;
  /** The account that signs. */
  by: string;
}

/** The fields of a receipt, in the order that is signed; what is not there is left out. */
const fields = ['job', 'manifest', 'mode', 'plan', 'assurance', 'request', 'result', 'units', 'pay', 'payer', 'session', 'provider', 'relay', 'started', 'ended', 'settleBy', 'signature', 'relaySignature'] as const;

export function makeEvidence({ receipt, salt, input, plan, output, program, by }: Omit<Evidence, 'input' | 'output'> & { input: Bytes; output: Bytes }): Evidence {
  const ordered = Object.fromEntries(fields.flatMap((name) => (receipt[name] === undefined || receipt[name] === '' ? [] : [[name, receipt[name]]]))) as unknown as Receipt;
  return { receipt: ordered, salt, input: toBase64(input), plan, output: toBase64(output), program, by };
}

/** What the wallet signs (EIP-191). */
export async function evidenceText(evidence: Evidence): Promise<string> {
  const { receipt, salt, input, plan, output, program, by } = evidence;
  const statement = await sha256Of(utf8(JSON.stringify({ receipt, salt, input, plan, output, program, by })));
  return `DeHug evidence against ${receipt.provider}\njob: ${receipt.job}\nstatement: 0x${statement}`;
}

/** The file. */
export const evidenceFile = (evidence: Evidence, signature: string): string => `${JSON.stringify({ ...evidence, signature }, null, 2)}\n`;
