/** What those who fetch and compile tell the page: types.ts in records that can be sent in a message. */

/** The events of `web/src/engine/types.ts`, without the time, and with null where there is no evidence. */
export type JobEvent =
  | { type: 'phase'; phase: 'skimming' | 'compiling' | 'filling' }
  | { type: 'manifest'; manifest: ManifestRecord }
  | {
      type: 'chunk';
      file: string;
      index: number;
      count: number;
      size: number;
      state: 'requested' | 'arriving' | 'verified' | 'rejected';
      /** Empty for what was in the store. */
      source: string;
      bytes: number;
      evidence: EvidenceRecord | null;
    }
  | {
      type: 'source';
      source: string;
      label: string;
      state: 'ok' | 'slow' | 'unusable' | 'lying' | 'banned';
      evidence: EvidenceRecord | null;
    };

export interface EvidenceRecord {
  source: string;
  label: string;
  verdict: 'lying' | 'unusable' | 'slow';
  what: string;
  reason: string;
  cid: string;
  expected: string;
  got: string;
  bytes: number;
  expectedBytes: number;
  status: number;
}

export interface ManifestRecord {
  digest: string;
  cid: string;
  release: string | null;
  kind: 'model' | 'dataset';
  name: string;
  title: string;
  version: string;
  summary: string;
  tags: string[];
  license: { spdx: string; uri: string };
  authors: { address: string; role: string; share: number }[];
  created: string;
  signer: string | null;
  signers: string[];
  files: { path: string; size: number; chunks: number; mediaType: string; needed: boolean }[];
  totalBytes: number;
  loadBytes: number;
  entry: string | null;
  task: {
    id: string;
    params: Record<string, string>;
    image: {
      name: string;
      layout: 'NHWC' | 'NCHW';
      color: 'RGB' | 'BGR' | 'GRAY';
      width: number;
      height: number;
      resize: 'letterbox' | 'stretch' | 'cover';
      /** Decimals in text; `mean` and `std` are empty when the manifest has none. */
      low: string;
      high: string;
      mean: string[];
      std: string[];
    } | null;
  } | null;
}
