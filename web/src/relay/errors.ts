import type { codes, ErrorDetail } from './api.js';

/**
 * A code of the relay's, or what only a client can say: `unreachable`, no answer came; `not_understood`, what came is not an
 * answer of this API.
 */
export type RelayCode = (typeof codes)[number] | 'unreachable' | 'not_understood' | (string & {});

export interface RelayErrorOptions {
  /** What the reader can do about it. */
  hint?: string;
  /** Of HTTP; 0 when nothing came. */
  status?: number;
  /** Which parts of the request are not as described. */
  errors?: ErrorDetail[];
  /** After how many seconds asking again may help; 0 when the relay did not say. */
  retryAfter?: number;
  cause?: unknown;
}

/** What the relay refused, by RFC 9457: a code for machines, a sentence for people and, where there is one, what to do. */
export class RelayError extends Error {
  override readonly name = 'RelayError';
  readonly code: RelayCode;
  readonly hint: string;
  readonly status: number;
  readonly errors: ErrorDetail[];
  readonly retryAfter: number;

  constructor(code: RelayCode, message: string, { hint = '', status = 0, errors = [], retryAfter = 0, cause }: RelayErrorOptions = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.hint = hint;
    this.status = status;
    this.errors = errors;
    this.retryAfter = retryAfter;
  }

  /** Whether the same request may be answered later. */
  get passing(): boolean {
    return this.code === 'rate_limited' || this.code === 'unavailable' || this.code === 'unreachable';
  }
}
