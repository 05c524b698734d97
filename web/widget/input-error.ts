/** An input is of no use to the task; the message is for people and says what to do. */
export class InputError extends Error {
  override readonly name = 'InputError';
}

/** By name: the files of tasks have a class of their own of that name. */
export function isInputError(thrown: unknown): thrown is Error {
  return thrown instanceof Error && thrown.name === 'InputError';
}
