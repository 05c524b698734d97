/** UploadApi over the relay's API, for a page of its site: the session is its cookie. */
import { beginUpload, deleteUpload, finishUpload, getUpload, missingBlocks, putBlock, RelayError } from '../relay/index.js';
import { PublishError } from './errors.js';
import type { UploadApi } from './upload.js';

export const uploadApi: UploadApi = {
  begin: (bytes, signal) => beginUpload({ body: { bytes } }, { signal }),
  state: (id, signal) => getUpload({ id }, { signal }),
  missing: async (id, cids, signal) => (await missingBlocks({ id, body: { cids } }, { signal })).cids,
  async put(id, { cid, body }, signal) {
    const bytes = body();
    try {
      await putBlock({ id, cid, body: bytes }, { signal });
    } catch (thrown) {
      if (!(thrown instanceof RelayError)) throw thrown;
      if (thrown.code === 'unverified') throw changed(thrown);
      // A file that was changed or removed looks like a lost network to fetch; reading it tells the two apart.
      if (thrown.code === 'unreachable' && bytes instanceof Blob) await bytes.slice(0, 1).arrayBuffer().catch((cause: unknown) => Promise.reject(changed(cause)));
      throw thrown;
    }
  },
  async finish(id, ref, signal) {
    await finishUpload({ id, body: ref }, { signal });
  },
  drop: (id) => deleteUpload({ id }),
};

const changed = (cause: unknown): PublishError =>
  new PublishError('changed', 'a file is no longer what it was when it was hashed', { hint: 'pick the files again: what has arrived of the others need not be sent again', cause });
