/**
 * Every way in which the engine says no. The Go side uses the same words (package wasm/stream, errors.go), and so do
 * the relay's HTTP answers where they mean the same thing.
 */
export const errorCodes = {
  /** What was given is malformed: a reference, a manifest, a model file. Giving it again will not help. */
  invalid: 'invalid',
  /** The release has no such file, or every source that answered said that it has no such block. */
  not_found: 'not_found',
  /** Over a stated limit; decided before the first byte of the model was fetched. */
  too_large: 'too_large',
  /** Bytes, digest or signature disagree: damage or a lie. The message carries each source's verdict. */
  unverified: 'unverified',
  /** Not signed, or signed by somebody else than the page asked for. */
  wrong_signer: 'wrong_signer',
  /** No source answered, or none in a usable way. */
  unreachable: 'unreachable',
  /** The model asks for something that the engine does not do: an operator, a type, an opset. */
  unsupported: 'unsupported',
  /** What was fed to the model does not fit: a name, a shape, a type. Nothing has run. */
  bad_input: 'bad_input',
  /** The caller's signal was aborted, or the model was disposed of. */
  aborted: 'aborted',
  /** Our fault, or the machine's. */
  internal: 'internal',
} as const;

export type ErrorCode = keyof typeof errorCodes;

export interface DehugErrorOptions {
  /** What the reader can do about it. */
  hint?: string;
  /** The finer reason of the manifest format, where there is one: `leaf-list`, `not-canonical`. */
  reason?: string;
  cause?: unknown;
}

/** An error with a code for machines, a sentence for people and, where we know one, what to do next. */
export class DehugError extends Error {
  override readonly name = 'DehugError';
  readonly code: ErrorCode;
  /** What to do; empty where we know of nothing. */
  readonly hint: string;
  /** The finer reason of the manifest format (`manifest/SPEC.md`), where there is one: `leaf-list`, `not-canonical`. */
  readonly reason: string;

  constructor(code: ErrorCode, message: string, { hint = '', reason = '', cause }: DehugErrorOptions = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.hint = hint;
    this.reason = reason;
  }

  /** By name: several files of the runtime have a copy of this class. */
  static override [Symbol.hasInstance](thrown: unknown): boolean {
    return thrown instanceof Error && thrown.name === 'DehugError';
  }

  /** Makes a DehugError of anything that was thrown; errors of ours pass through. */
  static from(thrown: unknown): DehugError {
    if (thrown instanceof DehugError) return thrown;
    if (thrown instanceof Error && thrown.name === 'AbortError') {
      return new DehugError('aborted', 'the work was cancelled', { cause: thrown });
    }
    return new DehugError('internal', thrown instanceof Error ? thrown.message : String(thrown), { cause: thrown });
  }
}

export function crashed(message: string): DehugError {
  return new DehugError('internal', `a worker has crashed: ${message}`, { hint: 'reload the page' });
}
