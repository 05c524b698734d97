/** `@dehug/runtime`: loads models that check themselves, and runs them. {@link load} is the way in. */
export { DehugError, errorCodes, type DehugErrorOptions, type ErrorCode } from './errors.js';
export * from './types.js';
export { load, loadFile, read, verify } from './load.js';
export { forget, persist, storage } from './storage.js';
