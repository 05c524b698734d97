/** What went wrong on the way to a published release, for people. */
export type PublishCode =
  /** A file is no longer what it was when it was picked. */
  | 'changed'
  /** What was picked cannot become a release. */
  | 'files'
  /** The relay refuses; its own code is in `relayCode`. */
  | 'refused'
  /** The relay has not answered for as long as was waited. */
  | 'unreachable';

export class PublishError extends Error {
  override readonly name = 'PublishError';
  /** What to do about it. */
  readonly hint: string;
  /** The code of the relay's problem document, and its status. */
  readonly relayCode: string;
  readonly status: number;
  /** Milliseconds after which the relay wants to be asked again, where it said so. */
  readonly retryAfter: number;

  constructor(
    readonly code: PublishCode,
    message: string,
    { hint = '', cause, relayCode = '', status = 0, retryAfter = 0 }: { hint?: string; cause?: unknown; relayCode?: string; status?: number; retryAfter?: number } = {},
  ) {
    super(message, { cause });
    this.hint = hint;
    this.relayCode = relayCode;
    this.status = status;
    this.retryAfter = retryAfter;
  }
}
