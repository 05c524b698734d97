/** Why outside bytes are refused: the codes of `manifest/SPEC.md`, with what was wrong. */
export const reasons = {
  'too-large': 'larger than the format allows',
  syntax: 'not JSON of this format',
  'not-canonical': 'not in canonical form (RFC 8785)',
  'json-number': 'JSON number where the format has only strings',
  'duplicate-key': 'key given twice',
  'unknown-field': 'field this schema does not have',
  'missing-field': 'required field is missing',
  schema: 'schema this program does not know',
  integer: 'not an integer of the form 0 or [1-9][0-9]* in range',
  value: 'value not allowed here',
  text: 'text with characters not allowed here',
  path: 'path not allowed',
  'path-collision': 'path collides with another',
  order: 'list not sorted or has a repeated entry',
  'no-files': 'manifest without files',
  root: 'root does not match the files',
  cid: 'not a CID of this format',
  'hash-mismatch': 'hash does not match',
  length: 'wrong length',
  'leaf-list': 'leaf list is not that of this file',
  'derived-cid': 'cid is not the one derived from the leaves',
  proof: 'proof does not lead to the root',
  directory: 'not a release directory of this format',
  envelope: 'envelope does not belong to this manifest',
  signature: 'signature is not valid',
  'malleable-signature': 'signature is not in its one canonical form (low s, v 27 or 28)',
  'wrong-signer': 'signed by somebody else than it says',
  'not-author': 'signer is not an author of the manifest',
  entry: 'no single entry file',
} as const satisfies Record<string, string>;

export type Reason = keyof typeof reasons;

/** What a visitor can do, where it is more than to tell the author. */
const hints: Partial<Record<Reason, string>> = {
  schema: 'use a newer version of the program that reads it',
  'hash-mismatch': 'the source sent other bytes than were asked for: use another source',
  length: 'the source sent other bytes than were asked for: use another source',
  'leaf-list': 'use another source; if all agree, the manifest is wrong',
  'wrong-signer': 'do not trust it: the author named did not sign this',
};

/** Thrown by everything in this folder when bytes are not what they should be, and by nothing else. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly hint: string;

  constructor(
    readonly reason: Reason,
    /** Where in a document: `files[3].path`; may be empty. */
    place: string,
    detail = '',
  ) {
    super([place, reasons[reason], detail].filter(Boolean).join(': '));
    this.hint = hints[reason] ?? 'ask its author to publish it again, with a DeHug tool';
  }
}

export function refuse(reason: Reason, place = '', detail = ''): never {
  throw new Refusal(reason, place, detail);
}

/** Shows outside text, cut short. */
export function quote(text: string): string {
  return JSON.stringify(text.slice(0, 80)) + (text.length > 80 ? '…' : '');
}
