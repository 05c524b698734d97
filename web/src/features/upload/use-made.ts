import { useEffect, useState } from 'react';
import { manifestOf, startManifestWorker, type HashedFile, type Made } from '../../publish/index.js';
import { draftOf, type Form } from './form.js';

/** The manifest of a form and its files, or why there is none; undefined while it is made, or where there is nothing yet to make it of. */
export function useMade(form: Form, files: readonly HashedFile[] | undefined): Made | Error | undefined {
  const [last, setLast] = useState<{ form: Form; files: readonly HashedFile[]; made: Made | Error }>();
  useEffect(() => {
    if (files === undefined) return undefined;
    const stop = new AbortController();
    const is = (made: Made | Error) => stop.signal.aborted || setLast({ form, files, made });
    manifestOf(draftOf(form).draft, files, { startWorker: startManifestWorker, signal: stop.signal }).then(is, (thrown: unknown) => is(thrown instanceof Error ? thrown : new Error(String(thrown))));
    return () => stop.abort();
  }, [form, files]);
  return last?.form === form && last.files === files ? last.made : undefined;
}
