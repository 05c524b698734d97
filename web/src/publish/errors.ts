/** What is wrong with files on their way to a release, for people. What the relay refuses is a RelayError. */
export type PublishCode =
  /** A file is no longer what it was when it was picked. */
  | 'changed'
  /** What was picked cannot become a release. */
  | 'files';

export class PublishError extends Error {
  override readonly name = 'PublishError';
  /** What to do about it. */
  readonly hint: string;

  constructor(
    readonly code: PublishCode,
    message: string,
    { hint = '', cause }: { hint?: string; cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.hint = hint;
  }
}
