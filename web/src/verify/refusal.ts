/** Why outside bytes are refused: the codes of `manifest/SPEC.md`, with what was wrong and what to do about it. */
export const reasons = {
  'too-large': ['larger than the format allows', 'split the release, or shard the data set'],
  syntax: ['not JSON of this format', 'write the document with a DeHug tool, not by hand'],
  'not-canonical': ['not in canonical form (RFC 8785)', 'sort keys, drop white space and empty fields, or re-encode with a DeHug tool'],
  'json-number': ['JSON number where the format has only strings', 'quote it: "128", not 128'],
  'duplicate-key': ['key given twice', 'keep one of them'],
  'unknown-field': ['field this schema does not have', 'remove it; a new field needs a new schema id'],
  'missing-field': ['required field is missing', 'add it'],
  schema: ['schema this program does not know', 'upgrade the program that reads it'],
  integer: ['not an integer of the form 0 or [1-9][0-9]* in range', 'write it without sign, leading zeros or spaces'],
  value: ['value not allowed here', "see the field's rule in manifest/SPEC.md"],
  text: ['text with characters not allowed here', 'remove control, bidirectional and surrogate characters'],
  path: ['path not allowed', 'use segments of A-Z a-z 0-9 . _ + - joined by /, safe on every system'],
  'path-collision': ['path collides with another', 'make paths differ in more than upper and lower case'],
  order: ['list not sorted or has a repeated entry', 'sort it by bytes and drop repeats'],
  'no-files': ['manifest without files', 'list at least one file'],
  root: ['root does not match the files', 'the manifest was changed after it was made: publish again'],
  cid: ['not a CID of this format', 'use CIDv1, base32, raw or dag-pb, sha2-256'],
  'hash-mismatch': ['hash does not match', 'the source sent other bytes than were asked for: use another source'],
  length: ['wrong length', 'the source sent other bytes than were asked for: use another source'],
  'leaf-list': ['leaf list is not that of this file', 'use another source; if all agree, the manifest is wrong'],
  'derived-cid': ['cid is not the one derived from the leaves', 'the manifest is wrong: ask the author to publish again'],
  proof: ['proof does not lead to the root', 'ask for the proof again from another source'],
  directory: ['not a release directory of this format', 'pin the directory that dehug-relay publish printed'],
  envelope: ['envelope does not belong to this manifest', 'use the envelope published with it'],
  signature: ['signature is not valid', 'sign again, or drop it from the envelope'],
  'malleable-signature': ['signature is not in its one canonical form (low s, v 27 or 28)', 'normalise it: s below half the group order'],
  'wrong-signer': ['signed by somebody else than it says', 'do not trust it: the author named did not sign this'],
  'not-author': ['signer is not an author of the manifest', 'drop the signature, or list the author'],
  entry: ['no single entry file', 'give exactly one file the media type application/onnx'],
} as const satisfies Record<string, readonly [what: string, hint: string]>;

export type Reason = keyof typeof reasons;

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
    super([place, reasons[reason][0], detail].filter(Boolean).join(': '));
    this.hint = reasons[reason][1];
  }
}

export function refuse(reason: Reason, place = '', detail = ''): never {
  throw new Refusal(reason, place, detail);
}

/** Shows outside text, cut short. */
export function quote(text: string): string {
  return JSON.stringify(text.slice(0, 80)) + (text.length > 80 ? '…' : '');
}
