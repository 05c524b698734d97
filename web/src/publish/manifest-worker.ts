/** Makes and reads manifests beside the page: one of 2500 files takes half a second, on slow machines two, in which the page would not answer. */
import type { Bytes } from '../verify/bytes.js';
import { Refusal, type Reason } from '../verify/refusal.js';
import { makeManifest, readManifest, type Draft, type HashedFile, type Made } from './draft.js';

export type ManifestAsk = { draft: Draft; files: readonly HashedFile[] } | { document: Bytes };
/** A Refusal does not get through postMessage as what it is; its parts do. */
export type ManifestAnswer = { made: Made } | { reason?: Reason; message: string };

const self_ = self as unknown as { onmessage: (event: MessageEvent<ManifestAsk>) => void; postMessage(message: ManifestAnswer): void };

self_.onmessage = ({ data }) => self_.postMessage(answer(data));

function answer(ask: ManifestAsk): ManifestAnswer {
  try {
    return { made: 'document' in ask ? readManifest(ask.document) : makeManifest(ask.draft, ask.files) };
  } catch (thrown) {
    if (thrown instanceof Refusal) return { reason: thrown.reason, message: thrown.message };
    return { message: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}
