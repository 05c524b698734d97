/** UploadApi over the relay's API, for a page of its site: the session is its cookie. */
import { beginUpload, deleteUpload, finishUpload, getUpload, missingBlocks, RelayError, sendBlocks } from '../relay/index.js';
import { formOf } from './blocks.js';
import { PublishError } from './errors.js';
import type { UploadApi } from './upload.js';

export const uploadApi: UploadApi = {
  begin: (bytes, signal) => beginUpload({ body: { bytes } }, { signal }),
  state: (id, signal) => getUpload({ id }, { signal }),
  missing: async (id, cids, signal) => (await missingBlocks({ id, body: { cids } }, { signal })).cids,
  async send(id, parcel, signal) {
    try {
      await sendBlocks({ id, body: formOf(parcel) }, { signal });
    } catch (thrown) {
      if (!(thrown instanceof RelayError)) throw thrown;
      if (thrown.code === 'unverified' || thrown.code === 'invalid') throw changed(thrown); // invalid: longer or shorter
      // A file that was changed or removed looks like a lost network to fetch; reading it tells the two apart.
      if (thrown.code === 'unreachable') for (const of of new Set(parcel.blocks.map(({ of }) => of))) await of.slice(0, 1).arrayBuffer().catch((cause: unknown) => Promise.reject(changed(cause)));
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
