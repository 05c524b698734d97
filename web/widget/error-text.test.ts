import { describe, expect, it } from 'vitest';
import { DehugError, errorCodes, type ErrorCode } from '../src/engine/errors.js';
import { errorText } from './error-text.js';

describe('errorText', () => {
  for (const code of Object.keys(errorCodes) as ErrorCode[]) {
    it(`says what happened and what to do: ${code}`, () => {
      const { title, advice } = errorText(new DehugError(code, 'the manifest: broken'));
      for (const text of [title, advice]) expect(text).toMatch(/^[A-Z].*\.$/);
    });
  }
  it('prefers the engine’s advice', () => {
    const got = errorText(new DehugError('unreachable', 'chunk 1 of m.onnx: no source sent it', { hint: 'add another source' }));
    expect(got).toEqual({ title: 'No source answered.', advice: 'Add another source.', detail: 'chunk 1 of m.onnx: no source sent it', code: 'unreachable' });
  });
});
