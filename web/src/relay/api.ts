// Written by scripts/relay-api.mjs from relay/httpapi/testdata/openapi.json. Do not edit.
import { call, tell, type Body, type CallOptions, type Operation } from './call.js';

/** What each code means is at /api/docs. A newer relay may have more of them. */
export const codes = ['invalid', 'unauthorized', 'payment_required', 'forbidden', 'voucher_forged', 'session_foreign', 'not_found', 'conflict', 'no_route', 'quota', 'voucher_replayed', 'voucher_stale', 'session_spent', 'session_ended', 'session_pending', 'too_large', 'rate_limited', 'denied', 'internal', 'unverified', 'unavailable', 'no_space'] as const;

export interface Account {
  /** In the letter case of EIP-55. */
  address: string;
  /** Whether it decides what this relay serves. */
  admin?: boolean;
  /** Since when it is known here. */
  created: string;
  /** How many there may be; 0 where the relay takes no uploads. */
  quota: number;
  /** What may be done by who asks. */
  scopes: string[];
  /** The id of this session; not there when a key asks. */
  session?: string;
  /** Bytes published, or reserved by uploads. */
  used: number;
}

export interface Allowance {
  /** A day (UTC), in the smallest unit of a dollar. 0 where nothing is free. */
  daily: number;
  /** What may still be used today: less than the rest where others of this network, of this model, or everybody used up what there is for them. */
  left: number;
  /** When there is a new one. */
  until: string;
  /** Of today's, by predictions that succeeded or are under way. */
  used: number;
}

export interface AttestationView {
  /** Digest of the result's document. */
  evidence?: string;
  /** asked: once the job has succeeded. safe: the chain will not undo it. */
  state: 'asked' | 'due' | 'sent' | 'mined' | 'safe';
  transaction?: string;
  /** As EAS calls it. */
  uid?: string;
  /** What it is about, as the registry calls it. */
  version: string;
}

export interface AuditConsistency {
  checkpoint: string;
  /** Of RFC 6962, in base64. */
  proof: string[] | null;
}

export interface AuditView {
  /** What it signed last: name, size and root, as C2SP's tlog-checkpoint has it. */
  checkpoint: string;
  key: string;
  origin: string;
  /** Entries. */
  size: number;
}

export interface AuditedReceipt {
  checkpoint: string;
  /** As it is hashed: JSON whose commit is the SHA-256 of "dehug/audit/v0", NUL, kind, NUL, the salt's bytes and the leaf in hexadecimal digits. */
  entry: string;
  index: number;
  /** Of RFC 6962, in base64, from the entry to the root that the checkpoint has. */
  proof: string[] | null;
  salt: string;
}

export interface AuthorBoard {
  items: AuthorRank[];
}

export interface AuthorRank {
  author: string;
  badges: Badge[];
  /** That are used. */
  models: number;
  /** Of all of them; who pays for two counts twice. */
  payers: number;
  rank: number;
  /** The sum of the scores of models that it published and of which a version is verified. */
  score: number;
}

export interface Badge {
  id: 'verified' | 'used' | 'evaluated';
  /** What it says, for people. */
  rule: string;
}

export interface BanInfo {
  at: string;
  /** Where the evidence is, on this relay: the answer, what was asked, and what another machine answers. */
  evidence: string;
  /** Whose answer showed it: its payer and whoever it is shared with see the evidence. */
  job: string;
  provider: string;
  reason: string;
}

export interface BatchPayment {
  salt: string;
  voucher: Voucher;
}

export interface BatchRequestBody {
  /** Each by name of the model's input. */
  inputs: (Record<string, TensorJSON>)[];
  /** Of each, in the smallest unit of a dollar. What providers ask now when not given. */
  max_price?: number;
  mode?: 'strict' | 'fast' | 'served';
  /** Have a session pay: one for each input, in their order, each continuing the one before. */
  payments?: BatchPayment[] | null;
  /** Who may do each, as of a prediction. */
  routing?: Wishes;
  /** Seconds, of each. Ten minutes when not given. */
  timeout?: number;
  /** CID of the model's manifest. */
  version: string;
}

export interface Batched {
  /** Why there is no prediction of it, for programs. */
  code?: string;
  /** Why there is no prediction of it, for people. */
  error?: string;
  prediction?: Prediction;
}

export interface BeginRequestBody {
  /** How many bytes all its blocks have together, at most. */
  bytes: number;
}

export interface BringRequestBody {
  /** The input of publishBySig or publishVersionBySig of the registry, in hex. */
  call: string;
}

export interface Brought {
  /** Its hash. */
  transaction: string;
}

export interface ChainInfo {
  /** Number of the last block that was read; 0 while none was. */
  block: number;
  /** Addresses by name. */
  contracts: Record<string, string>;
  /** Its hash; empty while none was. */
  hash: string;
  /** Chain id. */
  id: number;
  network: string;
  /** Of a development chain: a node that pages may ask. */
  rpc?: string;
  /** Ids of EAS schemas by what they attest. */
  schemas: Record<string, string>;
  /** Of a development chain: the key of an account with worthless money, which everybody has. */
  testWallet?: string;
}

export interface ChainMark {
  /** Model id: as a number, that of its NFT. */
  id: string;
  /** Of the version that is shown: whether its manifest is what the chain says. Absent: this version is not on chain. */
  state: 'pending' | 'verified' | 'unavailable' | 'mismatch' | 'absent';
}

export interface ChainVersion {
  /** Names that stand for it now. */
  aliases: string[];
  at: string;
  block: number;
  /** What was made from it. */
  children: VersionRef[];
  /** SHA-256 of the manifest, as the chain has it. */
  digest: string;
  /** As others attest (EAS): their word. */
  evaluations: Evaluation[];
  /** No version with the same files was published before it. */
  first: boolean;
  /** Version id. */
  id: string;
  /** SHA-256 of the license's text. */
  licenseHash: string;
  /** CID of the manifest. */
  manifest: string;
  /** Who owned the model when it was published. */
  owner: string;
  /** What it was made from, as its owner says. */
  parents: VersionRef[];
  /** Why it is not verified. */
  reason?: string;
  /** Digest over the files. */
  root: string;
  /** Versions with the same files, in the order of the chain: the first one was there first. */
  sameContent: VersionRef[];
  /** Verified: the manifest was fetched and is what the chain says, and its owner is among the authors. */
  state: 'pending' | 'verified' | 'unavailable' | 'mismatch';
  tx: string;
  version: string;
  yankReason?: string;
  /** The owner advises against it. */
  yanked: boolean;
}

export interface ChallengeEntry {
  at: string;
  /** Digest of what the evaluator has to show for it. */
  evidence: string;
  /** Who owns the model now. */
  owner: string;
  rank: number;
  tx: string;
  /** Of the attestation. */
  uid: string;
  value: string;
  version: VersionRef;
}

export interface ChallengeInfo {
  begins: string;
  better: 'higher' | 'lower';
  dataset: string;
  /** What is attested before counts. */
  ends: string;
  /** The best version of each model, the best first; of equal ones that which was attested first. */
  entries: ChallengeEntry[];
  /** Whose attestations count (EAS, schema evaluation). */
  evaluator: string;
  id: string;
  metric: string;
  /** How many win. */
  places: number;
  prize: string;
  state: 'upcoming' | 'open' | 'ended';
  /** As the evaluator attests it, like dataset and metric. */
  task: string;
  /** What it is about, in plain text. */
  text: string;
  title: string;
  /** Once it has ended: the first of them. */
  winners: ChallengeEntry[];
}

export interface ChallengeList {
  items: ChallengeInfo[];
}

export interface CheckSums {
  agrees: number;
  differs: number;
  /** Two differ, and nobody said who is right. */
  disputed: number;
}

export interface CheckView {
  /** Who gave the other answer: a provider, or this relay. */
  checker?: string;
  created: string;
  /** How they were compared, and where they differ. */
  detail?: string;
  ended?: string;
  /** Whether there is evidence. */
  evidence?: boolean;
  /** spot: by chance. replay: its payer asked. */
  kind: 'spot' | 'replay';
  /** open: somebody is to give the answer again. agrees: the two agree, bit for bit in strict mode, else within a tolerance. differs: this answer was false. disputed: they differ, and nobody said who is right. failed: nobody could. */
  state: 'open' | 'agrees' | 'differs' | 'disputed' | 'failed';
}

export interface Choice {
  /** How many lines of providers offered the model when it was chosen. */
  considered: number;
  /** How many of these were not, by reason. */
  excluded?: Record<string, number>;
  /** Its address. */
  provider: string;
  /** order: the first of those that you named. sort: the best by what you sort by. best: by success, time and price as remembered. explore: one in ten goes to anybody, so that more is known. last: nobody else was free. quoted: its price was agreed on before. */
  why: 'order' | 'sort' | 'best' | 'explore' | 'last' | 'quoted';
}

export interface DeedInfo {
  /** denied, allowed, resolved, unbanned; more may come. */
  action: string;
  admin: string;
  at: string;
  id: string;
  note: string;
  subject: string;
}

export interface DenialInfo {
  admin: string;
  created: string;
  kind: 'cid' | 'version' | 'account';
  reason: string;
  /** A CID; owner/name/version; an address. */
  what: string;
}

export interface DenyRequestBody {
  kind: 'cid' | 'version' | 'account';
  reason: string;
  /** A CID; owner/name/version; an address. */
  what: string;
}

export interface Earnings {
  credited: string;
  token: TokenInfo;
  /** What it can withdraw. */
  waiting: string;
  withdrawn: string;
}

export interface ErrorDetail {
  /** Where the error occurred, e.g. 'body.items[3].tags' or 'path.thing-id' */
  location?: string;
  /** Error message text */
  message?: string;
  /** The value at the given location */
  value?: unknown;
}

export interface Evaluation {
  at: string;
  attester: string;
  dataset: string;
  /** Digest of what the attester has to show for it. */
  evidence: string;
  metric: string;
  task: string;
  tx: string;
  uid: string;
  value: string;
}

export interface EventInfo {
  /** sign_in, sign_out, signed_out_everywhere, key_created, key_revoked, published; more may come. */
  action: string;
  at: string;
  detail: string;
  id: string;
}

export interface FacetInfo {
  count: number;
  field: 'kind' | 'task' | 'license' | 'format' | 'size';
  value: string;
}

export interface FieldDiff {
  /** As JSON; not there when it is not any more. */
  after?: string;
  /** As JSON; not there when it was not. */
  before?: string;
  field: string;
}

export interface FileDiff {
  /** Its size in bytes; 0 when it is not there any more. */
  after: number;
  /** Its size in bytes; 0 when it was not there. */
  before: number;
  change: 'added' | 'removed' | 'changed';
  path: string;
  /** Bytes of it in chunks that the first version has. */
  shared: number;
  /** Path of a file of the first version with the same content, where it has another name. */
  was?: string;
}

export interface FileInfo {
  cid: string;
  /** CID of the list of its chunks' hashes. */
  leaves: string;
  mediaType: string;
  path: string;
  /** Of the whole file, in hex, where the author says it. */
  sha256?: string;
  size: number;
  /** What is risky in it. That there is none proves nothing. */
  warnings?: WarningInfo[] | null;
}

export interface FinishRequestBody {
  /** The CID of the envelope, where somebody signed. */
  envelope?: string;
  /** The CID of the manifest. */
  manifest: string;
}

export interface InferOutput {
  name: string;
  /** Ignored. */
  parameters?: Record<string, unknown>;
}

export interface InferReply {
  /** What the request had. */
  id?: string;
  model_name: string;
  model_version?: string;
  outputs: InferTensor[];
  parameters: InferReplyParametersStruct;
}

export interface InferReplyParametersStruct {
  /** Its receipt is under /api/v1/receipts. */
  prediction: string;
}

export interface InferRequestBody {
  id?: string;
  inputs: InferTensor[];
  /** Those that are wanted; all when not given. */
  outputs?: InferOutput[] | null;
  /** routing: who may do it, as of a prediction, as an object or its JSON. Others are ignored. */
  parameters?: Record<string, unknown>;
}

export interface InferServer {
  extensions: string[];
  name: string;
  version: string;
}

export interface InferTensor {
  /** Instead of data: the elements' bytes, little-endian. FP16 and BF16 have only this. */
  base64?: string;
  /** Numbers, flat in row-major order, or nested. NaN and infinities are strings. */
  data?: unknown;
  datatype: 'BOOL' | 'UINT8' | 'UINT16' | 'UINT32' | 'UINT64' | 'INT8' | 'INT16' | 'INT32' | 'INT64' | 'FP16' | 'FP32' | 'FP64' | 'BF16';
  name: string;
  /** Ignored. */
  parameters?: Record<string, unknown>;
  shape: number[];
}

export interface JobRequestBody {
  /** Of an evaluation of a version that is on chain: once it has succeeded, the relay attests the result there (EAS), where it does that. */
  attest?: boolean;
  /** In the smallest unit of a dollar. What providers ask now when not given. */
  max_price?: number;
  /** Chosen by the relay when not given. */
  salt?: string;
  /** The specification, dehug/job/v0: an object of strings, lists and objects. White space and order of keys do not matter. */
  spec: unknown;
  /** Has a session of the model's pay for it. The salt has to be given then. */
  voucher?: Voucher;
  /** As of a prediction. */
  webhook?: string;
  /** As of a prediction. */
  webhook_events_filter?: ('start' | 'output' | 'completed')[] | null;
}

export interface KeyInfo {
  created: string;
  /** Not there when it does not expire. */
  expires?: string;
  id: string;
  name: string;
  scopes: string[];
  /** When it was last used, to ten minutes; not there when it never was. */
  used?: string;
}

export interface Lineage {
  edges: LineageEdge[];
  /** There is more than is told. */
  more: boolean;
  /** The version itself first, then the nearest. */
  versions: LineageVersion[];
}

export interface LineageEdge {
  /** Version id. */
  child: string;
  /** The like. */
  parent: string;
  /** As an attestation says it; empty when it was said at publishing. */
  relation: string;
  /** Of the attestation (EAS) that says so. */
  uid?: string;
}

export interface LineageVersion {
  /** When it was published, of the same content. */
  at?: string;
  /** Version id. */
  id: string;
  /** Steps away: negative for what the version was made from, 0 for itself. */
  layer: number;
  model: ModelRef;
  /** As an attestation says it; empty when it was said at publishing. */
  relation?: string;
  /** Of the attestation (EAS) that says so. */
  uid?: string;
  version: string;
}

export interface ListBanInfo {
  items: BanInfo[];
  /** Give this as cursor to read on. Not there at the end. */
  next?: string;
}

export interface ListBatched {
  items: Batched[];
  /** Give this as cursor to read on. Not there at the end. */
  next?: string;
}

export interface ListDeedInfo {
  items: DeedInfo[];
  /** Give this as cursor to read on. Not there at the end. */
  next?: string;
}

export interface ListDenialInfo {
  items: DenialInfo[];
  /** Give this as cursor to read on. Not there at the end. */
  next?: string;
}

export interface ListEventInfo {
  items: EventInfo[];
  /** Give this as cursor to read on. Not there at the end. */
  next?: string;
}

export interface ListKeyInfo {
  items: KeyInfo[];
  /** Give this as cursor to read on. Not there at the end. */
  next?: string;
}

export interface ListListedReceipt {
  items: ListedReceipt[];
  /** Give this as cursor to read on. Not there at the end. */
  next?: string;
}

export interface ListModelOffer {
  items: ModelOffer[];
  /** Give this as cursor to read on. Not there at the end. */
  next?: string;
}

export interface ListOrderView {
  items: OrderView[];
  /** Give this as cursor to read on. Not there at the end. */
  next?: string;
}

export interface ListPrediction {
  items: Prediction[];
  /** Give this as cursor to read on. Not there at the end. */
  next?: string;
}

export interface ListProviderAttempt {
  items: ProviderAttempt[];
  /** Give this as cursor to read on. Not there at the end. */
  next?: string;
}

export interface ListReportInfo {
  items: ReportInfo[];
  /** Give this as cursor to read on. Not there at the end. */
  next?: string;
}

export interface ListSessionInfo {
  items: SessionInfo[];
  /** Give this as cursor to read on. Not there at the end. */
  next?: string;
}

export interface ListSettlementView {
  items: SettlementView[];
  /** Give this as cursor to read on. Not there at the end. */
  next?: string;
}

export interface ListUploadInfo {
  items: UploadInfo[];
  /** Give this as cursor to read on. Not there at the end. */
  next?: string;
}

export interface ListUsagePlan {
  items: UsagePlan[];
  /** Give this as cursor to read on. Not there at the end. */
  next?: string;
}

export interface ListUsageSession {
  items: UsageSession[];
  /** Give this as cursor to read on. Not there at the end. */
  next?: string;
}

export interface ListVersionInfo {
  items: VersionInfo[];
  /** Give this as cursor to read on. Not there at the end. */
  next?: string;
}

export interface ListedReceipt {
  /** Not there for a model that was never published here. */
  model?: ModelOf;
  receipt: Receipt;
  /** private: payer and provider see it. receipt: whoever has its address does. request: and what was asked. */
  sharing: 'private' | 'receipt' | 'request';
}

export interface Missing {
  /** Those that are not here, in the order of the question. */
  cids: string[];
}

export interface MissingRequestBody {
  /** CIDs of blocks, as the gateway names them. */
  cids: string[];
}

export interface ModelDetail {
  /** Of all files together. */
  bytes: number;
  /** Not there when the model is not on chain. */
  chain?: ChainMark;
  /** When its first version was published here. */
  created: string;
  format: string;
  /** An older model, used by at least 20 payers who have nothing to do with it, that this one may be taken for by its name or its owner's address. */
  imitates?: ModelRef;
  /** model or dataset */
  kind: string;
  /** SPDX id. */
  license: string;
  /** CID of the manifest. */
  manifest: string;
  name: string;
  /** Not there when the model is not on chain, or this relay follows none. */
  onChain?: OnChain;
  /** The account that published it. */
  owner: string;
  /** How often its manifests were read from this relay's gateway. It ranks nothing. */
  pulls: number;
  /** CID of the release directory; empty where only the manifest is known. */
  release: string;
  /** What trending sorts by. Not there when nobody from outside paid for it lately. */
  score?: number;
  summary: string;
  tags: string[];
  task: string;
  title: string;
  /** When a version was published here last. */
  updated: string;
  /** The highest one. */
  version: string;
}

export interface ModelInfo {
  /** Of all files together. */
  bytes: number;
  /** Not there when the model is not on chain. */
  chain?: ChainMark;
  /** When its first version was published here. */
  created: string;
  format: string;
  /** An older model, used by at least 20 payers who have nothing to do with it, that this one may be taken for by its name or its owner's address. */
  imitates?: ModelRef;
  /** model or dataset */
  kind: string;
  /** SPDX id. */
  license: string;
  /** CID of the manifest. */
  manifest: string;
  name: string;
  /** The account that published it. */
  owner: string;
  /** CID of the release directory; empty where only the manifest is known. */
  release: string;
  /** What trending sorts by. Not there when nobody from outside paid for it lately. */
  score?: number;
  summary: string;
  tags: string[];
  task: string;
  title: string;
  /** When a version was published here last. */
  updated: string;
  /** The highest one. */
  version: string;
}

export interface ModelList {
  /** Of what was found, when they were asked for. */
  facets?: FacetInfo[] | null;
  items: ModelInfo[];
  /** Give this as cursor to read on. Not there at the end. */
  next?: string;
}

export interface ModelOf {
  name: string;
  owner: string;
  /** CID. */
  release: string;
  title: string;
  version: string;
}

export interface ModelOffer {
  /** How those are asked, beside by tensors: openai at /v1. */
  api?: 'open-inference' | 'openai';
  /** What the operator pays the author beside, where the operator pays. Given with version alone. */
  author?: number;
  /** In mode served: what the servers are called. A receipt's plan is the SHA-256 of one of these. */
  backends?: string[] | null;
  /** How many jobs they take at once. */
  capacity: number;
  /** What the cheapest asks for an inference, in the smallest unit of a dollar. */
  cheapest: number;
  /** What the dearest asks. */
  costly: number;
  /** The providers one by one, 64 at most. */
  each: OfferProvider[];
  /** How many of these places are free. */
  free: number;
  /** As the providers say. */
  hardware: string[];
  /** Milliseconds that half of the jobs lately took at most, from being given to a provider to its answer. Not there while none was done. */
  median_ms?: number;
  mode: string;
  providers: number;
  /** CID of the model's manifest. */
  version: string;
}

export interface ModelRef {
  id: string;
  name: string;
  /** Who first published it: /models/{owner}/{name}. */
  owner: string;
}

export interface NewKey {
  created: string;
  /** Not there when it does not expire. */
  expires?: string;
  id: string;
  /** The secret. It is shown now and never again. */
  key: string;
  name: string;
  scopes: string[];
  /** When it was last used, to ten minutes; not there when it never was. */
  used?: string;
}

export interface NewKeyRequestBody {
  /** After how many days it expires. Left out: never. */
  days?: number;
  /** What its owner will know it by. */
  name: string;
  /** What it may do: read, upload. */
  scopes: string[];
}

export interface Newest {
  prediction: string;
  signature: string;
  transcript: string;
  units: number;
}

export interface Next {
  /** The transcript that it continues. */
  after: string;
  /** Never sign more than one above the results that you have and the requests that you wait for. */
  units: number;
}

export interface Nonce {
  /** The message's chain. */
  chainId: number;
  /** The message's domain. */
  domain: string;
  /** The message has to arrive before. */
  expires: string;
  nonce: string;
  /** The message's URI. */
  uri: string;
}

export interface OfferProvider {
  capacity: number;
  /** What was found of its answers that were looked at a second time. */
  checked: CheckSums;
  /** Of the processor. */
  cores?: number;
  /** What it says that it does with what it is asked: nothing is kept, it is kept for a while, or it may become part of a model. Not there where it does not say. */
  data_policy?: 'none' | 'logs' | 'trains';
  free: number;
  /** Of the largest GPU, in units of 2^30 bytes; 0 is for none. */
  gpu_memory_gb?: number;
  /** Milliseconds that a job of this model took it lately. */
  mean_ms?: number;
  /** In units of 2^30 bytes. */
  memory_gb?: number;
  /** What it asks for an inference, in the smallest unit of a dollar. */
  pay: number;
  /** Its address. */
  provider: string;
  /** Where it says that it is. */
  region?: string;
  /** Part of the jobs lately that it did, the newest counting most. Not there while it had none. */
  success?: number;
  /** Whether it has the model in memory. */
  warm: boolean;
}

export interface OnChain {
  at: string;
  badges: Badge[];
  block: number;
  /** Model id: as a number, that of its NFT. */
  id: string;
  kind: 'model' | 'dataset';
  /** Who owns its NFT now, and decides about it. */
  owner: string;
  plans: PlanInfo[];
  /** Who first published it; part of its id. */
  publisher: string;
  /** Who may ask for the NFT when its owner's key is lost. */
  recovery?: Recovery;
  /** Part of a resale that is asked for, in basis points. Marketplaces may ignore it. */
  royaltyBps: number;
  /** What was paid for use, by token. */
  sales: Sales[];
  split: Share[];
  /** Who gets what it earns: divided by split. */
  splitter: string;
  /** Of the NFT, newest first; its making is the last one. */
  transfers: TransferInfo[];
  tx: string;
  use: Use;
  /** Newest first; 1000 at most. */
  versions: ChainVersion[];
}

export interface OpenAIError {
  code: string;
  message: string;
  type: string;
}

export interface OpenAIModel {
  created: number;
  /** CID of the model's manifest. */
  id: string;
  object: 'model';
  owned_by: string;
}

export interface OpenAIModels {
  data: OpenAIModel[];
  object: 'list';
}

export interface OpenUsageRequestBody {
  /** The input of openSessionBySig or openSessionWithAuthorization of the controller, in hex. */
  call: string;
}

export interface OrderChange {
  block: number;
  /** SHA-256 of the result, or of the reason of a dispute. */
  digest?: string;
  state: string;
}

export interface OrderRun {
  /** Why it waits or is refused, for programs. */
  code?: string;
  /** Why the prediction failed, for programs. */
  failure?: string;
  /** The payer's, who signs in to see it. */
  prediction?: string;
  /** The same for people. */
  reason?: string;
  /** waiting: it will be looked at again. begun: there is a prediction. refused: it is not run here. undone: the chain took it back. closed: it ended for good. */
  state: 'waiting' | 'begun' | 'refused' | 'undone' | 'closed';
  /** Of the prediction. */
  status?: 'starting' | 'processing' | 'succeeded' | 'failed' | 'canceled';
}

export interface OrderView {
  acceptBy: string;
  /** Who decides disputes; there are none without one. */
  arbiter?: string;
  /** That opened it. */
  block: number;
  bond: string;
  /** Of a single order: what became of it, in the order of the chain. */
  changes?: OrderChange[] | null;
  deliverBy: string;
  /** Units that were paid, of one that ended. */
  done: number;
  /** When that state ends by time. */
  due?: string;
  /** Of the arbiter. */
  fee: string;
  /** As on chain: the hash of its terms. */
  id: string;
  /** CID of the specification (dehug/job/v0). */
  job: string;
  /** What of the bond went to the payer. */
  lost: string;
  /** CID of the version's. */
  manifest: string;
  opened: string;
  /** Of the provider, for a unit. */
  pay: string;
  payer: string;
  plan: string;
  /** Of all, for the payer. Not there for amounts that this relay does not count. */
  price?: string;
  /** Who alone may do it. */
  provider: string;
  relay: string;
  /** CID of the result (dehug/job-result/v0), once it was delivered. */
  result?: string;
  /** Seconds that the payer has to look at the result. */
  review: number;
  /** Seconds that the arbiter has. */
  ruling: number;
  /** What this relay does about it. Not there for another relay's, and before it looked at it. */
  run?: OrderRun;
  salt: string;
  /** On chain. The last six are how it ended. */
  state: 'open' | 'accepted' | 'delivered' | 'disputed' | 'withdrawn' | 'undelivered' | 'paid' | 'ruled' | 'unruled' | 'slashed';
  token: string;
  tx: string;
  units: number;
  version: string;
}

export interface OwnedModel {
  at: string;
  block: number;
  /** Who owns its NFT now. */
  currentOwner: string;
  id: string;
  kind: 'model' | 'dataset';
  name: string;
  /** Who first published it: /models/{owner}/{name}. */
  owner: string;
  tx: string;
}

export interface OwnerInfo {
  address: string;
  badges: Badge[];
  /** Credits of the contracts, by token: what plans, sessions and orders gave this very account; what its splitters got is theirs. */
  earnings: Earnings[];
  /** Newest first; 1000 at most. */
  owns: OwnedModel[];
  /** What its models were paid. */
  sales: Sales[];
  /** Published by it, and owned by others now. */
  sold: OwnedModel[];
}

export interface PaymentView {
  /** In the smallest unit of a dollar. */
  amount: number;
  /** The splitter of author, relay and provider. */
  pay_to: string;
  /** held: the prediction is under way. due: it has succeeded, and the chain has not paid yet: the relay goes on, and the same request with the same payment has the output once it has. paid, safe: it has. void: the prediction failed, and nothing is paid. lost: the authorization ran out, or was taken back. */
  state: 'held' | 'due' | 'paid' | 'safe' | 'void' | 'lost';
  transaction?: string;
}

export interface PinInfo {
  /** What the service said. */
  detail?: string;
  service: string;
  state: 'waiting' | 'queued' | 'pinning' | 'pinned' | 'failed' | 'dropped';
}

export interface PlanInfo {
  at: string;
  authorFee: string;
  block: number;
  /** The most that a provider gets; what it does not ask for comes back. */
  computeCap: string;
  /** Plan id: as a number, that of its passes. */
  id: string;
  /** Who gets the author's part. */
  payee: string;
  /** Seconds of a subscription; 0 for a plan that is paid by the unit. */
  period: number;
  /** Of a unit: the three together. */
  price: string;
  /** Units of a subscription. */
  quota: number;
  relayFee: string;
  token: TokenInfo;
  transferable: boolean;
  tx: string;
  unitKind: string;
}

export interface Prediction {
  /** How often it was tried. */
  attempts: number;
  /** Why it failed, for programs. */
  code?: string;
  completed_at?: string;
  created_at: string;
  /** When it fails if nobody has done it. */
  deadline: string;
  /** Why it failed, for people. */
  error?: string;
  id: string;
  /** Of one that was created by a specification (createJob). */
  job?: SpecifiedJob;
  /** strict, fast, served; of a job by specification its kind, of a training training/COMMAND; order: it was ordered on chain, and its specification says the rest. */
  mode: string;
  /** Of one that was ordered on chain: how far that is. */
  order?: OrderView;
  /** Once it has succeeded, for a day. */
  output?: Record<string, TensorJSON>;
  /** Of one that was paid by x402, when it is created. */
  payment?: PaymentView;
  /** Who does it, or did, and why; once somebody does. Not in lists and events. */
  routing?: Choice;
  /** What the receipt's request hash is salted with. Whoever is to replay the run needs it. */
  salt?: string;
  /** Which one pays. */
  session?: string;
  started_at?: string;
  status: 'starting' | 'processing' | 'succeeded' | 'failed' | 'canceled';
  urls: PredictionURLs;
  /** CID of the model's manifest. */
  version: string;
  /** That is told of it. */
  webhook?: string;
}

export interface PredictionRequestBody {
  /** By name of the model's input. */
  input: Record<string, TensorJSON>;
  /** Of the provider's part, in the smallest unit of a dollar. What providers ask now when not given. */
  max_price?: number;
  /** strict can be replayed, bit for bit; served is run by another server that the provider has, and is signed only. */
  mode?: 'strict' | 'fast' | 'served';
  /** Who may do it. Where nobody who is there may, it is refused (no_route), and the refusal says why; where those who may have no time, it waits for them. */
  routing?: Wishes;
  /** Chosen by the relay when not given. */
  salt?: string;
  /** Seconds. Ten minutes when not given. */
  timeout?: number;
  /** CID of the model's manifest. */
  version: string;
  /** Has a session pay for it. The salt has to be given then. max_price bounds the provider's part, which the plan does too. */
  voucher?: Voucher;
  /** An address that is told of it, by Standard Webhooks: the prediction, signed with your secret (/api/v1/webhooks/secret). */
  webhook?: string;
  /** Of what it is told; of all when not given. output: once there is one. */
  webhook_events_filter?: ('start' | 'output' | 'completed')[] | null;
}

export interface PredictionURLs {
  cancel: string;
  get: string;
  /** Once it has succeeded. */
  receipt?: string;
  /** Server-sent events. */
  stream: string;
}

export interface Problem {
  /** For programs: stays the same. */
  code: string;
  /** What happened, for people. */
  detail: string;
  /** The same, under /v1. */
  error?: OpenAIError;
  /** Which parts of the request are not as described. */
  errors?: ErrorDetail[] | null;
  /** What to do about it. */
  hint?: string;
  /** The HTTP status. */
  status: number;
  /** What the status means. */
  title: string;
  /** Where the code is explained. */
  type: string;
}

export interface ProviderAbout {
  /** Of the processor. */
  cores?: number;
  data_policy?: 'none' | 'logs' | 'trains';
  /** Of the largest GPU, in units of 2^30 bytes; 0 is for none. */
  gpu_memory_gb?: number;
  /** In units of 2^30 bytes. */
  memory_gb?: number;
  region?: string;
}

export interface ProviderAttempt {
  /** The job's first is 1. */
  attempt: number;
  /** Why it failed, for programs. */
  code?: string;
  detail?: string;
  ended?: string;
  job: string;
  mode: string;
  pay: number;
  started: string;
  state: 'running' | 'done' | 'failed' | 'canceled';
  version: string;
}

export interface ProviderBan {
  at: string;
  /** Whose answer showed it: its payer and whoever it is shared with see the evidence. */
  job: string;
  reason: string;
}

export interface ProviderDay {
  day: string;
  done: number;
  /** For what was done, in the smallest unit of a dollar. */
  earned: number;
  failed: number;
  /** Milliseconds that what was done took, on average. */
  mean_ms: number;
  /** Canceled, or under way. */
  other: number;
}

export interface ProviderInfo {
  /** What it says of itself, on its lines. */
  about: ProviderAbout[];
  address: string;
  /** How many of these places are taken. */
  busy: number;
  /** How many jobs it takes at once. */
  capacity: number;
  /** What was found of its answers that were looked at a second time. */
  checked: CheckSums;
  /** The last 30 (UTC), oldest first; days on which nothing was done are left out. */
  days: ProviderDay[];
  /** All that it was paid here so far, in the smallest unit of a dollar. */
  earned: string;
  hardware: string[];
  /** Whether it is connected to this relay now. */
  here: boolean;
  offers: ProviderOffer[];
  /** When it was last heard of: now, or at its last attempt. Not there for one that never was. */
  seen?: string;
}

export interface ProviderOffer {
  mode: string;
  model?: ModelOf;
  /** For an inference, in the smallest unit of a dollar. */
  pay: number;
  /** CID of the model's manifest. */
  version: string;
}

export interface ProviderRecord {
  at: string;
  checker: string;
  detail: string;
  job: string;
  kind: 'spot' | 'replay';
  mode: string;
  state: 'differs' | 'disputed';
  version: string;
}

export interface ProviderView {
  /** What it says of itself, on its lines. */
  about: ProviderAbout[];
  address: string;
  banned?: ProviderBan;
  checked: CheckSums;
  /** Whether it is connected to this relay now. */
  here: boolean;
  offers: ProviderOffer[];
  /** Its answers that were false, or are disputed: the newest 20. */
  records: ProviderRecord[];
}

export interface Receipt {
  assurance: string;
  ended: number;
  job: string;
  manifest: string;
  mode: string;
  orderSignature?: string;
  pay: number;
  payer: string;
  plan: string;
  provider: string;
  relay: string;
  relaySignature?: string;
  request: string;
  result: string;
  session: string;
  settleBy: number;
  signature: string;
  started: number;
  units: number;
}

export interface ReceiptProof {
  leaf: string;
  /** What to hash it with, from the bottom up. */
  path: string[];
  /** Of the receipt's leaf, from 0. */
  place: number;
  settlement: SettlementView;
}

export interface ReceiptRequest {
  /** What became of it when it was looked at a second time. Not there for an answer that was not. */
  check?: CheckView;
  /** In base64. */
  input?: Record<string, TensorJSON>;
  model?: ModelOf;
  /** What whoever asks is to this receipt. */
  role: 'payer' | 'provider' | 'other';
  /** For a day, like the input; for its payer, and for others where it is shared. */
  salt?: string;
  sharing: 'private' | 'receipt' | 'request';
}

export interface Recovery {
  address: string;
  /** From when on. */
  readyAt?: string;
  /** Who would get it, while it is asked for. */
  to?: string;
}

export interface ReleaseInfo {
  /** Of all files together. */
  bytes: number;
  /** As its author says. */
  created: string;
  /** CID of the signatures; not there when nobody signed. */
  envelope?: string;
  kind: string;
  /** CID of the manifest: what a page names. */
  manifest: string;
  name: string;
  /** The account that published it. */
  owner: string;
  /** CID of the release directory: what is pinned. */
  release: string;
  /** Whose signature holds; empty when nobody signed. Not checked on chain. */
  signer: string;
  task: string;
  title: string;
  version: string;
}

export interface ReportInfo {
  created: string;
  detail: string;
  id: string;
  name: string;
  /** What the admin says who resolved it. */
  note?: string;
  owner: string;
  reason: 'malware' | 'illegal' | 'license' | 'impersonation' | 'spam' | 'broken' | 'other';
  /** The account that reports; not there when nobody was signed in. */
  reporter?: string;
  resolved?: string;
  resolver?: string;
  state: 'open' | 'resolved';
  /** Not there when it is about the whole model. */
  version?: string;
}

export interface ReportReceipt {
  id: string;
}

export interface ReportRequestBody {
  /** In the reporter's words. */
  detail?: string;
  name: string;
  owner: string;
  reason: 'malware' | 'illegal' | 'license' | 'impersonation' | 'spam' | 'broken' | 'other';
  /** Left out: all of the model. */
  version?: string;
}

export interface Require {
  /** Of the processor. */
  cores?: number;
  /** What it does with what it is asked, at most. none: nothing is kept. logs: it is kept for a while. A provider that says nothing counts as trains. */
  data_policy?: 'none' | 'logs' | 'trains';
  /** Of the largest GPU, in units of 2^30 bytes; 0 is for none. */
  gpu_memory_gb?: number;
  /** In units of 2^30 bytes. */
  memory_gb?: number;
  /** One of these, or a part of one: eu is also eu-de. */
  region?: string[] | null;
  /** It has the model in memory. */
  warm?: boolean;
}

export interface ResolutionBody {
  /** What was done about it. */
  note: string;
}

export interface Sales {
  /** What the plans' payees got. */
  author: string;
  /** What providers got. */
  compute: string;
  payers: number;
  relay: string;
  token: TokenInfo;
  total: string;
  units: number;
}

export interface SessionInfo {
  /** What the browser calls itself. */
  agent: string;
  created: string;
  /** Whether this is the one that asks. */
  current: boolean;
  expires: string;
  id: string;
  /** When it was last used, to ten minutes. */
  seen: string;
}

export interface SettlementView {
  block?: number;
  created: string;
  id: string;
  /** CID of the list of leaves, 32 bytes each. */
  leaves: string;
  /** How many it is for. */
  receipts: number;
  /** Of the Merkle tree over their leaves: SHA-256, the shape of RFC 6962; a leaf is SHA-256 of a zero byte, "dehug/receipt/v0" and what was signed. */
  root: string;
  /** safe: the chain will not undo it. */
  state: 'built' | 'sent' | 'mined' | 'safe';
  /** Once it is mined. */
  transaction?: string;
}

export interface Share {
  /** Where the recipient is a splitter: the models whose money goes there. */
  models?: ModelRef[] | null;
  /** Parts per million. */
  parts: number;
  recipient: string;
}

export interface SharingRequestBody {
  sharing: 'private' | 'receipt' | 'request';
}

export interface SignInRequestBody {
  /** The text that was signed, byte by byte. */
  message: string;
  /** What the wallet answered, in hex. */
  signature: string;
}

export interface SpecifiedJob {
  /** Of an evaluation for which one was asked. */
  attestation?: AttestationView;
  kind: 'inference' | 'evaluation' | 'validation' | 'training';
  /** The result's document, dehug/job-result/v0, once it has succeeded. */
  result?: unknown;
  /** CID of these bytes. Those of evaluations, validations and trainings are at the gateway. */
  result_cid?: string;
  /** CID of the specification, a raw block: its digest is what an order's terms name. */
  spec: string;
  /** Of a training: the upload of yours that has the new release. Finish it, with the manifest that the result names, and it is published. */
  upload?: string;
}

export interface Stats {
  datasets: number;
  models: number;
  /** Accounts that paid for use. */
  payers: number;
  plans: number;
  publishers: number;
  sessions: number;
  /** Of use that was paid. */
  units: number;
  /** Versions whose manifest is what the chain says. */
  verified: number;
  versions: number;
}

export interface TensorJSON {
  /** Instead of data: the elements' bytes, little-endian. FP16 and BF16 have only this. */
  base64?: string;
  /** Numbers, flat in row-major order, or nested. NaN and infinities are strings. */
  data?: unknown;
  datatype: 'BOOL' | 'UINT8' | 'UINT16' | 'UINT32' | 'UINT64' | 'INT8' | 'INT16' | 'INT32' | 'INT64' | 'FP16' | 'FP32' | 'FP64' | 'BF16';
  shape: number[];
}

export interface Terms {
  chainId: number;
  /** What is signed has to say this or earlier. */
  deadline: string;
  /** How much, in the token's smallest unit; 0 for nothing. */
  fee: string;
  /** What the owner pays the relay with, out of an allowance to the registry. */
  feeToken: string;
  /** The registry's, of this owner. */
  nonce: number;
  /** The contract that is called. */
  registry: string;
  /** The account that will bring it, and pay for gas. */
  relay: string;
}

export interface TokenInfo {
  /** Zero for ETH. */
  address: string;
  /** Amounts are in 10^-decimals. */
  decimals: number;
  /** As the token calls itself; empty while that is not known. */
  symbol: string;
}

export interface TransferInfo {
  at: string;
  block: number;
  /** Zero: it was made. */
  from: string;
  to: string;
  tx: string;
}

export interface UploadInfo {
  /** In how many blocks. */
  blocks: number;
  /** How many have arrived. */
  bytes: number;
  created: string;
  /** When it is removed if nobody touches it. */
  expires: string;
  id: string;
  /** The CID of what was published. */
  release?: string;
  /** How many bytes it may have. */
  reserved: number;
  state: 'open' | 'publishing' | 'published';
}

export interface UsagePlan {
  authorFee: string;
  computeCap: string;
  id: string;
  /** Its id on chain. */
  model: string;
  /** Of a subscription, in seconds. */
  period?: number;
  /** Units of a subscription: its session has just so many. */
  quota?: number;
  relayFee: string;
}

export interface UsageSession {
  /** Of a unit, to the plan's payee. */
  authorFee: number;
  /** Of a unit, to the provider at most. The rest is given back. */
  computeCap: number;
  /** What the used ones cost, and what may be asked for those under way. */
  cost: number;
  ends: string;
  /** By those that are under way. */
  held: number;
  id: string;
  /** Who signs its vouchers. */
  key: string;
  left: number;
  /** Its id on chain. */
  model: string;
  /** The voucher that came last. */
  newest?: Newest;
  next: Next;
  /** Tells the payer's sessions apart, for the contract. */
  number: string;
  operator: string;
  payer: string;
  /** Of a subscription, in seconds. */
  period?: number;
  plan: string;
  /** How many of the used ones were paid on chain. */
  redeemed: number;
  /** Of a unit, to this relay. */
  relayFee: number;
  /** pending: the chain may still undo its opening, and it is worth too much for that. */
  state: 'open' | 'pending' | 'ended' | 'closed';
  token: string;
  /** How many are locked. */
  units: number;
  /** By predictions that succeeded. */
  used: number;
}

export interface UsageTerms {
  chainId: number;
  /** The contract that sessions are opened at. */
  controller: string;
  /** Seconds before a session's end by which its last job has to be over. */
  margin: number;
  /** Whether the relay brings what a payer signed, and pays for gas: openUsageSession. */
  opens: boolean;
  /** Whom a session has to be for. */
  operator: string;
  /** A session that is worth more pays once the chain can no longer undo it; in the token's smallest unit. */
  safeAbove: string;
  /** That its plan has to be in. */
  token: string;
}

export interface Use {
  /** Accounts outside of the cluster that attest evaluations of versions that are not yanked. */
  evaluators: number;
  /** Outside of the model's cluster: its owners, recipients, relays and providers, and accounts that these funded. */
  payers: number;
  /** What trending sorts by: the sum over payers of the root of what they paid in dollars, halved every 30 days, none above 5 % of the sum. */
  score: number;
}

export interface VersionDetail {
  /** When it was published here. */
  added: string;
  /** Of all files together. */
  bytes: number;
  /** As its author says. */
  created: string;
  /** CID of the signatures; not there when nobody signed. */
  envelope?: string;
  files: FileInfo[];
  /** CID of the manifest. */
  manifest: string;
  /** Services that keep it too. */
  pins?: PinInfo[] | null;
  /** CID of the release directory. */
  release: string;
  /** Whose signature holds; empty when nobody signed. Not checked on chain. */
  signer: string;
  version: string;
}

export interface VersionDiff {
  /** Of the other version's files. */
  bytes: number;
  /** Of the manifest, without its files. */
  fields: FieldDiff[];
  /** Those that are not the same, by path. */
  files: FileDiff[];
  from: string;
  /** How many files did not change. */
  same: number;
  /** How many of these are in chunks that the first version has too: who has it need not fetch them. */
  shared: number;
  to: string;
}

export interface VersionInfo {
  /** When it was published here. */
  added: string;
  /** Of all files together. */
  bytes: number;
  /** As its author says. */
  created: string;
  /** CID of the signatures; not there when nobody signed. */
  envelope?: string;
  /** CID of the manifest. */
  manifest: string;
  /** CID of the release directory. */
  release: string;
  /** Whose signature holds; empty when nobody signed. Not checked on chain. */
  signer: string;
  version: string;
}

export interface VersionRef {
  /** When it was published, of the same content. */
  at?: string;
  /** Version id. */
  id: string;
  model: ModelRef;
  /** As an attestation says it; empty when it was said at publishing. */
  relation?: string;
  /** Of the attestation (EAS) that says so. */
  uid?: string;
  version: string;
}

export interface Voucher {
  /** Its id on chain. */
  session: string;
  /** Of the session's key: EIP-712, Voucher(bytes32 session,uint32 units,bytes32 transcript), domain DeHug Usage, version 1, the chain, the controller. With the lower s. */
  signature: string;
  /** SHA-256 of "dehug/transcript/v0", next.after of the session, the request hash (SHA-256 of "dehug/request/v0", salt, tensors in their canonical form), and how many units this may use: 1, in four bytes, the highest first. */
  transcript: string;
  /** All that the session has used once this is done: next.units of the session. */
  units: number;
}

export interface WarningInfo {
  /** pickle, executable, script, active, unreadable; more may come. */
  kind: string;
  /** For people. */
  reason: string;
}

export interface WebhookSecret {
  /** whsec_ and base64, for a library of Standard Webhooks. */
  key: string;
}

export interface Wishes {
  /** Whether others than those of order may do it when none of these can; true when not given. */
  allow_fallbacks?: boolean;
  /** CIDs of manifests of other models, or versions: the first one for which somebody may do it, when nobody may for the one that is asked. Decided once, when it is asked. */
  fallbacks?: string[] | null;
  /** Providers by address: not these. */
  ignore?: string[] | null;
  /** What a provider may ask for a unit, in the smallest unit of a dollar. */
  max_price?: number;
  /** Providers by address: nobody else. */
  only?: string[] | null;
  /** Providers by address: the first of these that is free and did not just fail. */
  order?: string[] | null;
  /** What providers have to say of themselves. */
  require?: Require;
  /** The best by this alone: by all of it, and a few at random, when not given. */
  sort?: 'price' | 'latency' | 'success';
}

/** What fields a reply has: name, ? where it may be absent, type. */
export const shapes: Record<string, string> = {
  Account: 'address:string admin?:boolean created:string quota:number scopes:string[] session?:string used:number',
  Allowance: 'daily:number left:number until:string used:number',
  AttestationView: 'evidence?:string state:string transaction?:string uid?:string version:string',
  AuditConsistency: 'checkpoint:string proof:string[]|null',
  AuditView: 'checkpoint:string key:string origin:string size:number',
  AuditedReceipt: 'checkpoint:string entry:string index:number proof:string[]|null salt:string',
  AuthorBoard: 'items:AuthorRank[]',
  AuthorRank: 'author:string badges:Badge[] models:number payers:number rank:number score:number',
  Badge: 'id:string rule:string',
  BanInfo: 'at:string evidence:string job:string provider:string reason:string',
  Batched: 'code?:string error?:string prediction?:Prediction',
  Brought: 'transaction:string',
  ChainInfo: 'block:number contracts:object hash:string id:number network:string rpc?:string schemas:object testWallet?:string',
  ChainMark: 'id:string state:string',
  ChainVersion: 'aliases:string[] at:string block:number children:VersionRef[] digest:string evaluations:Evaluation[] first:boolean id:string licenseHash:string manifest:string owner:string parents:VersionRef[] reason?:string root:string sameContent:VersionRef[] state:string tx:string version:string yankReason?:string yanked:boolean',
  ChallengeEntry: 'at:string evidence:string owner:string rank:number tx:string uid:string value:string version:VersionRef',
  ChallengeInfo: 'begins:string better:string dataset:string ends:string entries:ChallengeEntry[] evaluator:string id:string metric:string places:number prize:string state:string task:string text:string title:string winners:ChallengeEntry[]',
  ChallengeList: 'items:ChallengeInfo[]',
  CheckSums: 'agrees:number differs:number disputed:number',
  CheckView: 'checker?:string created:string detail?:string ended?:string evidence?:boolean kind:string state:string',
  Choice: 'considered:number excluded?:object provider:string why:string',
  DeedInfo: 'action:string admin:string at:string id:string note:string subject:string',
  DenialInfo: 'admin:string created:string kind:string reason:string what:string',
  Earnings: 'credited:string token:TokenInfo waiting:string withdrawn:string',
  ErrorDetail: 'location?:string message?:string value?:unknown',
  Evaluation: 'at:string attester:string dataset:string evidence:string metric:string task:string tx:string uid:string value:string',
  EventInfo: 'action:string at:string detail:string id:string',
  FacetInfo: 'count:number field:string value:string',
  FieldDiff: 'after?:string before?:string field:string',
  FileDiff: 'after:number before:number change:string path:string shared:number was?:string',
  FileInfo: 'cid:string leaves:string mediaType:string path:string sha256?:string size:number warnings?:WarningInfo[]|null',
  KeyInfo: 'created:string expires?:string id:string name:string scopes:string[] used?:string',
  Lineage: 'edges:LineageEdge[] more:boolean versions:LineageVersion[]',
  LineageEdge: 'child:string parent:string relation:string uid?:string',
  LineageVersion: 'at?:string id:string layer:number model:ModelRef relation?:string uid?:string version:string',
  ListBanInfo: 'items:BanInfo[] next?:string',
  ListBatched: 'items:Batched[] next?:string',
  ListDeedInfo: 'items:DeedInfo[] next?:string',
  ListDenialInfo: 'items:DenialInfo[] next?:string',
  ListEventInfo: 'items:EventInfo[] next?:string',
  ListKeyInfo: 'items:KeyInfo[] next?:string',
  ListListedReceipt: 'items:ListedReceipt[] next?:string',
  ListModelOffer: 'items:ModelOffer[] next?:string',
  ListOrderView: 'items:OrderView[] next?:string',
  ListPrediction: 'items:Prediction[] next?:string',
  ListProviderAttempt: 'items:ProviderAttempt[] next?:string',
  ListReportInfo: 'items:ReportInfo[] next?:string',
  ListSessionInfo: 'items:SessionInfo[] next?:string',
  ListSettlementView: 'items:SettlementView[] next?:string',
  ListUploadInfo: 'items:UploadInfo[] next?:string',
  ListUsagePlan: 'items:UsagePlan[] next?:string',
  ListUsageSession: 'items:UsageSession[] next?:string',
  ListVersionInfo: 'items:VersionInfo[] next?:string',
  ListedReceipt: 'model?:ModelOf receipt:Receipt sharing:string',
  Missing: 'cids:string[]',
  ModelDetail: 'bytes:number chain?:ChainMark created:string format:string imitates?:ModelRef kind:string license:string manifest:string name:string onChain?:OnChain owner:string pulls:number release:string score?:number summary:string tags:string[] task:string title:string updated:string version:string',
  ModelInfo: 'bytes:number chain?:ChainMark created:string format:string imitates?:ModelRef kind:string license:string manifest:string name:string owner:string release:string score?:number summary:string tags:string[] task:string title:string updated:string version:string',
  ModelList: 'facets?:FacetInfo[]|null items:ModelInfo[] next?:string',
  ModelOf: 'name:string owner:string release:string title:string version:string',
  ModelOffer: 'api?:string author?:number backends?:string[]|null capacity:number cheapest:number costly:number each:OfferProvider[] free:number hardware:string[] median_ms?:number mode:string providers:number version:string',
  ModelRef: 'id:string name:string owner:string',
  NewKey: 'created:string expires?:string id:string key:string name:string scopes:string[] used?:string',
  Newest: 'prediction:string signature:string transcript:string units:number',
  Next: 'after:string units:number',
  Nonce: 'chainId:number domain:string expires:string nonce:string uri:string',
  OfferProvider: 'capacity:number checked:CheckSums cores?:number data_policy?:string free:number gpu_memory_gb?:number mean_ms?:number memory_gb?:number pay:number provider:string region?:string success?:number warm:boolean',
  OnChain: 'at:string badges:Badge[] block:number id:string kind:string owner:string plans:PlanInfo[] publisher:string recovery?:Recovery royaltyBps:number sales:Sales[] split:Share[] splitter:string transfers:TransferInfo[] tx:string use:Use versions:ChainVersion[]',
  OpenAIError: 'code:string message:string type:string',
  OrderChange: 'block:number digest?:string state:string',
  OrderRun: 'code?:string failure?:string prediction?:string reason?:string state:string status?:string',
  OrderView: 'acceptBy:string arbiter?:string block:number bond:string changes?:OrderChange[]|null deliverBy:string done:number due?:string fee:string id:string job:string lost:string manifest:string opened:string pay:string payer:string plan:string price?:string provider:string relay:string result?:string review:number ruling:number run?:OrderRun salt:string state:string token:string tx:string units:number version:string',
  OwnedModel: 'at:string block:number currentOwner:string id:string kind:string name:string owner:string tx:string',
  OwnerInfo: 'address:string badges:Badge[] earnings:Earnings[] owns:OwnedModel[] sales:Sales[] sold:OwnedModel[]',
  PaymentView: 'amount:number pay_to:string state:string transaction?:string',
  PinInfo: 'detail?:string service:string state:string',
  PlanInfo: 'at:string authorFee:string block:number computeCap:string id:string payee:string period:number price:string quota:number relayFee:string token:TokenInfo transferable:boolean tx:string unitKind:string',
  Prediction: 'attempts:number code?:string completed_at?:string created_at:string deadline:string error?:string id:string job?:SpecifiedJob mode:string order?:OrderView output?:object payment?:PaymentView routing?:Choice salt?:string session?:string started_at?:string status:string urls:PredictionURLs version:string webhook?:string',
  PredictionURLs: 'cancel:string get:string receipt?:string stream:string',
  Problem: 'code:string detail:string error?:OpenAIError errors?:ErrorDetail[]|null hint?:string status:number title:string type:string',
  ProviderAbout: 'cores?:number data_policy?:string gpu_memory_gb?:number memory_gb?:number region?:string',
  ProviderAttempt: 'attempt:number code?:string detail?:string ended?:string job:string mode:string pay:number started:string state:string version:string',
  ProviderBan: 'at:string job:string reason:string',
  ProviderDay: 'day:string done:number earned:number failed:number mean_ms:number other:number',
  ProviderInfo: 'about:ProviderAbout[] address:string busy:number capacity:number checked:CheckSums days:ProviderDay[] earned:string hardware:string[] here:boolean offers:ProviderOffer[] seen?:string',
  ProviderOffer: 'mode:string model?:ModelOf pay:number version:string',
  ProviderRecord: 'at:string checker:string detail:string job:string kind:string mode:string state:string version:string',
  ProviderView: 'about:ProviderAbout[] address:string banned?:ProviderBan checked:CheckSums here:boolean offers:ProviderOffer[] records:ProviderRecord[]',
  Receipt: 'assurance:string ended:number job:string manifest:string mode:string orderSignature?:string pay:number payer:string plan:string provider:string relay:string relaySignature?:string request:string result:string session:string settleBy:number signature:string started:number units:number',
  ReceiptProof: 'leaf:string path:string[] place:number settlement:SettlementView',
  ReceiptRequest: 'check?:CheckView input?:object model?:ModelOf role:string salt?:string sharing:string',
  Recovery: 'address:string readyAt?:string to?:string',
  ReleaseInfo: 'bytes:number created:string envelope?:string kind:string manifest:string name:string owner:string release:string signer:string task:string title:string version:string',
  ReportInfo: 'created:string detail:string id:string name:string note?:string owner:string reason:string reporter?:string resolved?:string resolver?:string state:string version?:string',
  ReportReceipt: 'id:string',
  Sales: 'author:string compute:string payers:number relay:string token:TokenInfo total:string units:number',
  SessionInfo: 'agent:string created:string current:boolean expires:string id:string seen:string',
  SettlementView: 'block?:number created:string id:string leaves:string receipts:number root:string state:string transaction?:string',
  Share: 'models?:ModelRef[]|null parts:number recipient:string',
  SpecifiedJob: 'attestation?:AttestationView kind:string result?:unknown result_cid?:string spec:string upload?:string',
  Stats: 'datasets:number models:number payers:number plans:number publishers:number sessions:number units:number verified:number versions:number',
  TensorJSON: 'base64?:string data?:unknown datatype:string shape:number[]',
  Terms: 'chainId:number deadline:string fee:string feeToken:string nonce:number registry:string relay:string',
  TokenInfo: 'address:string decimals:number symbol:string',
  TransferInfo: 'at:string block:number from:string to:string tx:string',
  UploadInfo: 'blocks:number bytes:number created:string expires:string id:string release?:string reserved:number state:string',
  UsagePlan: 'authorFee:string computeCap:string id:string model:string period?:number quota?:number relayFee:string',
  UsageSession: 'authorFee:number computeCap:number cost:number ends:string held:number id:string key:string left:number model:string newest?:Newest next:Next number:string operator:string payer:string period?:number plan:string redeemed:number relayFee:number state:string token:string units:number used:number',
  UsageTerms: 'chainId:number controller:string margin:number opens:boolean operator:string safeAbove:string token:string',
  Use: 'evaluators:number payers:number score:number',
  VersionDetail: 'added:string bytes:number created:string envelope?:string files:FileInfo[] manifest:string pins?:PinInfo[]|null release:string signer:string version:string',
  VersionDiff: 'bytes:number fields:FieldDiff[] files:FileDiff[] from:string same:number shared:number to:string',
  VersionInfo: 'added:string bytes:number created:string envelope?:string manifest:string release:string signer:string version:string',
  VersionRef: 'at?:string id:string model:ModelRef relation?:string uid?:string version:string',
  WarningInfo: 'kind:string reason:string',
  WebhookSecret: 'key:string',
};

export interface AllowRequest {
  kind: 'cid' | 'version' | 'account';
  what: string;
  /** Why. */
  note?: string | undefined;
}

const allowOperation: Operation = { id: 'allow', method: 'DELETE', path: '/admin/denials', query: ['kind', 'what', 'note'] };

/** Serve it again. */
export function allow(request: AllowRequest, options?: CallOptions): Promise<void> {
  return tell(allowOperation, request, options);
}

export interface BeginUploadRequest {
  body: BeginRequestBody;
}

const beginUploadOperation: Operation = { id: 'beginUpload', method: 'POST', path: '/uploads', reply: 'UploadInfo' };

/**
 * Begin an upload, or be told why not.
 * Then ask which blocks are missing, send those, one or many at a time, in parallel if you like, and finish. After a break, ask again. Nothing of it is served before the end.
 */
export function beginUpload(request: BeginUploadRequest, options?: CallOptions): Promise<UploadInfo> {
  return call<UploadInfo>(beginUploadOperation, request, options);
}

export interface BringPublicationRequest {
  body: BringRequestBody;
}

const bringPublicationOperation: Operation = { id: 'bringPublication', method: 'POST', path: '/publications', reply: 'Brought' };

/**
 * Have a signed publication brought to the chain.
 * For an account without ETH: it signs (EIP-712), the relay sends the transaction. The release has to be here, and is simulated first.
 */
export function bringPublication(request: BringPublicationRequest, options?: CallOptions): Promise<Brought> {
  return call<Brought>(bringPublicationOperation, request, options);
}

export interface CancelPredictionRequest {
  /** How tensors of the reply are written. */
  encoding?: 'numbers' | 'base64' | undefined;
  id: string;
}

const cancelPredictionOperation: Operation = { id: 'cancelPrediction', method: 'POST', path: '/predictions/{id}/cancel', query: ['encoding'], reply: 'Prediction' };

/** End a prediction. */
export function cancelPrediction(request: CancelPredictionRequest, options?: CallOptions): Promise<Prediction> {
  return call<Prediction>(cancelPredictionOperation, request, options);
}

const changeWebhookSecretOperation: Operation = { id: 'changeWebhookSecret', method: 'POST', path: '/webhooks/secret', reply: 'WebhookSecret' };

/** Have another one from now on. */
export function changeWebhookSecret(request: object = {}, options?: CallOptions): Promise<WebhookSecret> {
  return call<WebhookSecret>(changeWebhookSecretOperation, request, options);
}

export interface CreateJobRequest {
  /** How tensors of the reply are written. */
  encoding?: 'numbers' | 'base64' | undefined;
  body: JobRequestBody;
}

const createJobOperation: Operation = { id: 'createJob', method: 'POST', path: '/jobs', query: ['encoding'], reply: 'Prediction' };

/**
 * Have a job done that a specification describes.
 * An inference, an evaluation of a model over a data set, a validation, or a training by a command that providers allow. It becomes a prediction: watch, get and cancel it as one. Its receipt is about the specification and the result's document; whoever does an evaluation or validation again has the same result.
 */
export function createJob(request: CreateJobRequest, options?: CallOptions): Promise<Prediction> {
  return call<Prediction>(createJobOperation, request, options);
}

export interface CreateKeyRequest {
  body: NewKeyRequestBody;
}

const createKeyOperation: Operation = { id: 'createKey', method: 'POST', path: '/keys', reply: 'NewKey' };

/** Make a key for a program. */
export function createKey(request: CreateKeyRequest, options?: CallOptions): Promise<NewKey> {
  return call<NewKey>(createKeyOperation, request, options);
}

const createNonceOperation: Operation = { id: 'createNonce', method: 'POST', path: '/nonces', reply: 'Nonce' };

/** What a sign-in message has to say. */
export function createNonce(request: object = {}, options?: CallOptions): Promise<Nonce> {
  return call<Nonce>(createNonceOperation, request, options);
}

export interface CreatePredictionRequest {
  /** How tensors of the reply are written. */
  encoding?: 'numbers' | 'base64' | undefined;
  body: PredictionRequestBody;
}

const createPredictionOperation: Operation = { id: 'createPrediction', method: 'POST', path: '/predictions', query: ['encoding'], reply: 'Prediction' };

/**
 * Have a model run by a provider.
 * It is kept when this is answered: it will end, be it in failure. 201 with its state, which is the last one when Prefer: wait was sent and it took no longer.
 */
export function createPrediction(request: CreatePredictionRequest, options?: CallOptions): Promise<Prediction> {
  return call<Prediction>(createPredictionOperation, request, options);
}

export interface CreatePredictionsRequest {
  /** How tensors of the reply are written. */
  encoding?: 'numbers' | 'base64' | undefined;
  body: BatchRequestBody;
}

const createPredictionsOperation: Operation = { id: 'createPredictions', method: 'POST', path: '/predictions/batch', query: ['encoding'], reply: 'ListBatched' };

/**
 * Have a model run on many inputs.
 * One prediction for each input, in their order, as if each had been asked for alone: some may be refused and others not. They run as providers have room. Vouchers pay for all of them together; x402 does not, for it pays one provider for one answer.
 */
export function createPredictions(request: CreatePredictionsRequest, options?: CallOptions): Promise<ListBatched> {
  return call<ListBatched>(createPredictionsOperation, request, options);
}

export interface DeleteUploadRequest {
  id: string;
}

const deleteUploadOperation: Operation = { id: 'deleteUpload', method: 'DELETE', path: '/uploads/{id}' };

/** Throw an upload away. */
export function deleteUpload(request: DeleteUploadRequest, options?: CallOptions): Promise<void> {
  return tell(deleteUploadOperation, request, options);
}

export interface DenyRequest {
  body: DenyRequestBody;
}

const denyOperation: Operation = { id: 'deny', method: 'POST', path: '/admin/denials', reply: 'DenialInfo' };

/**
 * Do not serve a CID, a version or what an account published.
 * Counts for the gateway, the lists, searches, uploads and pins. Of a version or an account the manifests, envelopes and release directories are kept back; chunks that others may have too are denied by their own CIDs. The operator's deny-list files stay as they are.
 */
export function deny(request: DenyRequest, options?: CallOptions): Promise<DenialInfo> {
  return call<DenialInfo>(denyOperation, request, options);
}

export interface DiffVersionsRequest {
  owner: string;
  name: string;
  version: string;
  other: string;
}

const diffVersionsOperation: Operation = { id: 'diffVersions', method: 'GET', path: '/models/{owner}/{name}/versions/{version}/diff/{other}', reply: 'VersionDiff' };

/** What changed from one version to another. */
export function diffVersions(request: DiffVersionsRequest, options?: CallOptions): Promise<VersionDiff> {
  return call<VersionDiff>(diffVersionsOperation, request, options);
}

export interface FinishUploadRequest {
  id: string;
  body: FinishRequestBody;
}

const finishUploadOperation: Operation = { id: 'finishUpload', method: 'POST', path: '/uploads/{id}/finish', reply: 'ReleaseInfo' };

/**
 * Check and publish the release.
 * Every byte is hashed again, so it takes a while. When something is missing, the problem says what, and the upload stays open.
 */
export function finishUpload(request: FinishUploadRequest, options?: CallOptions): Promise<ReleaseInfo> {
  return call<ReleaseInfo>(finishUploadOperation, request, options);
}

const getAccountOperation: Operation = { id: 'getAccount', method: 'GET', path: '/account', reply: 'Account' };

/** Who is signed in. */
export function getAccount(request: object = {}, options?: CallOptions): Promise<Account> {
  return call<Account>(getAccountOperation, request, options);
}

export interface GetAllowanceRequest {
  /** CID of a model's manifest: what is left for that. */
  version?: string | undefined;
}

const getAllowanceOperation: Operation = { id: 'getAllowance', method: 'GET', path: '/allowance', query: ['version'], reply: 'Allowance' };

/** What the operator pays today for this account's predictions. */
export function getAllowance(request: GetAllowanceRequest, options?: CallOptions): Promise<Allowance> {
  return call<Allowance>(getAllowanceOperation, request, options);
}

const getAuditOperation: Operation = { id: 'getAudit', method: 'GET', path: '/audit', reply: 'AuditView' };

/**
 * The log of what this relay decided.
 * A log of RFC 6962. Below this address are checkpoint, tile/L/N and tile/entries/N, as C2SP's tlog-tiles has them.
 */
export function getAudit(request: object = {}, options?: CallOptions): Promise<AuditView> {
  return call<AuditView>(getAuditOperation, request, options);
}

export interface GetAuditConsistencyRequest {
  /** How many entries the log had. */
  from: number;
}

const getAuditConsistencyOperation: Operation = { id: 'getAuditConsistency', method: 'GET', path: '/audit/consistency', query: ['from'], reply: 'AuditConsistency' };

/** That the audit log has what it had, and entries after that. */
export function getAuditConsistency(request: GetAuditConsistencyRequest, options?: CallOptions): Promise<AuditConsistency> {
  return call<AuditConsistency>(getAuditConsistencyOperation, request, options);
}

export interface GetAuditedReceiptRequest {
  /** SHA-256 of a NUL, "dehug/receipt/v0" and the hash that was signed, in hexadecimal digits. */
  leaf: string;
}

const getAuditedReceiptOperation: Operation = { id: 'getAuditedReceipt', method: 'GET', path: '/audit/receipts/{leaf}', reply: 'AuditedReceipt' };

/** Where a receipt is in the audit log. */
export function getAuditedReceipt(request: GetAuditedReceiptRequest, options?: CallOptions): Promise<AuditedReceipt> {
  return call<AuditedReceipt>(getAuditedReceiptOperation, request, options);
}

const getChainOperation: Operation = { id: 'getChain', method: 'GET', path: '/chain', reply: 'ChainInfo' };

/** Which contracts are followed, and how far. */
export function getChain(request: object = {}, options?: CallOptions): Promise<ChainInfo> {
  return call<ChainInfo>(getChainOperation, request, options);
}

export interface GetChallengeRequest {
  id: string;
}

const getChallengeOperation: Operation = { id: 'getChallenge', method: 'GET', path: '/challenges/{id}', reply: 'ChallengeInfo' };

/** One challenge. */
export function getChallenge(request: GetChallengeRequest, options?: CallOptions): Promise<ChallengeInfo> {
  return call<ChallengeInfo>(getChallengeOperation, request, options);
}

export interface GetEvidenceRequest {
  id: string;
}

const getEvidenceOperation: Operation = { id: 'getEvidence', method: 'GET', path: '/receipts/{id}/evidence' };

/**
 * What convinces others that an answer was false.
 * For payer and provider, and for others where the payer shares what was asked, which is in it: `dehug-relay verify-receipt` replays it.
 */
export function getEvidence(request: GetEvidenceRequest, options?: CallOptions): Promise<void> {
  return tell(getEvidenceOperation, request, options);
}

export interface GetLineageRequest {
  /** Of a version. */
  id: string;
  /** In each direction. */
  steps?: number | undefined;
  /** Of versions in all. */
  limit?: number | undefined;
}

const getLineageOperation: Operation = { id: 'getLineage', method: 'GET', path: '/lineage/{id}', query: ['steps', 'limit'], reply: 'Lineage' };

/** What a version was made from and what was made from it, through others. */
export function getLineage(request: GetLineageRequest, options?: CallOptions): Promise<Lineage> {
  return call<Lineage>(getLineageOperation, request, options);
}

export interface GetModelRequest {
  owner: string;
  name: string;
}

const getModelOperation: Operation = { id: 'getModel', method: 'GET', path: '/models/{owner}/{name}', reply: 'ModelDetail' };

/** One model. */
export function getModel(request: GetModelRequest, options?: CallOptions): Promise<ModelDetail> {
  return call<ModelDetail>(getModelOperation, request, options);
}

export interface GetModelByIDRequest {
  id: string;
}

const getModelByIDOperation: Operation = { id: 'getModelByID', method: 'GET', path: '/models/{id}', reply: 'ModelDetail' };

/** One model, by its id on chain. */
export function getModelByID(request: GetModelByIDRequest, options?: CallOptions): Promise<ModelDetail> {
  return call<ModelDetail>(getModelByIDOperation, request, options);
}

export interface GetOrderRequest {
  id: string;
}

const getOrderOperation: Operation = { id: 'getOrder', method: 'GET', path: '/orders/{id}', reply: 'OrderView' };

/** How far a job is that was ordered on chain. */
export function getOrder(request: GetOrderRequest, options?: CallOptions): Promise<OrderView> {
  return call<OrderView>(getOrderOperation, request, options);
}

export interface GetOwnerRequest {
  /** In the letter case of EIP-55, or in one case. */
  address: string;
}

const getOwnerOperation: Operation = { id: 'getOwner', method: 'GET', path: '/owners/{address}', reply: 'OwnerInfo' };

/** What an account has on chain. */
export function getOwner(request: GetOwnerRequest, options?: CallOptions): Promise<OwnerInfo> {
  return call<OwnerInfo>(getOwnerOperation, request, options);
}

export interface GetPredictionRequest {
  /** How tensors of the reply are written. */
  encoding?: 'numbers' | 'base64' | undefined;
  id: string;
}

const getPredictionOperation: Operation = { id: 'getPrediction', method: 'GET', path: '/predictions/{id}', query: ['encoding'], reply: 'Prediction' };

/** How far a prediction is, and what came of it. */
export function getPrediction(request: GetPredictionRequest, options?: CallOptions): Promise<Prediction> {
  return call<Prediction>(getPredictionOperation, request, options);
}

const getProviderOperation: Operation = { id: 'getProvider', method: 'GET', path: '/provider', reply: 'ProviderInfo' };

/** This account as a provider. */
export function getProvider(request: object = {}, options?: CallOptions): Promise<ProviderInfo> {
  return call<ProviderInfo>(getProviderOperation, request, options);
}

export interface GetProviderViewRequest {
  address: string;
}

const getProviderViewOperation: Operation = { id: 'getProviderView', method: 'GET', path: '/providers/{address}', reply: 'ProviderView' };

/** What anybody sees of a provider: what it says of itself, and what was found of its answers. */
export function getProviderView(request: GetProviderViewRequest, options?: CallOptions): Promise<ProviderView> {
  return call<ProviderView>(getProviderViewOperation, request, options);
}

export interface GetReceiptRequest {
  id: string;
}

const getReceiptOperation: Operation = { id: 'getReceipt', method: 'GET', path: '/receipts/{id}', reply: 'Receipt' };

/**
 * What the provider of a prediction signed, and the relay after it.
 * For payer and provider, and for whoever has its address where the payer shares it.
 */
export function getReceipt(request: GetReceiptRequest, options?: CallOptions): Promise<Receipt> {
  return call<Receipt>(getReceiptOperation, request, options);
}

export interface GetReceiptProofRequest {
  id: string;
}

const getReceiptProofOperation: Operation = { id: 'getReceiptProof', method: 'GET', path: '/receipts/{id}/proof', reply: 'ReceiptProof' };

/**
 * That a receipt is in a settlement.
 * For whom the receipt is. A receipt says until when it is to be in one (settleBy): who has it and finds it in none after that has the relay's signature under a promise that it did not keep.
 */
export function getReceiptProof(request: GetReceiptProofRequest, options?: CallOptions): Promise<ReceiptProof> {
  return call<ReceiptProof>(getReceiptProofOperation, request, options);
}

export interface GetReceiptRequestRequest {
  id: string;
}

const getReceiptRequestOperation: Operation = { id: 'getReceiptRequest', method: 'GET', path: '/receipts/{id}/request', reply: 'ReceiptRequest' };

/** What it takes to replay the run that a receipt is about. */
export function getReceiptRequest(request: GetReceiptRequestRequest, options?: CallOptions): Promise<ReceiptRequest> {
  return call<ReceiptRequest>(getReceiptRequestOperation, request, options);
}

const getStatsOperation: Operation = { id: 'getStats', method: 'GET', path: '/stats', reply: 'Stats' };

/** What is on chain, counted. */
export function getStats(request: object = {}, options?: CallOptions): Promise<Stats> {
  return call<Stats>(getStatsOperation, request, options);
}

const getTermsOperation: Operation = { id: 'getTerms', method: 'GET', path: '/publications/terms', reply: 'Terms' };

/** Under which terms the relay publishes on chain for this account. */
export function getTerms(request: object = {}, options?: CallOptions): Promise<Terms> {
  return call<Terms>(getTermsOperation, request, options);
}

export interface GetUploadRequest {
  id: string;
}

const getUploadOperation: Operation = { id: 'getUpload', method: 'GET', path: '/uploads/{id}', reply: 'UploadInfo' };

/** How far an upload is. */
export function getUpload(request: GetUploadRequest, options?: CallOptions): Promise<UploadInfo> {
  return call<UploadInfo>(getUploadOperation, request, options);
}

export interface GetUsageSessionRequest {
  /** Its id on chain. */
  id: string;
}

const getUsageSessionOperation: Operation = { id: 'getUsageSession', method: 'GET', path: '/usage/sessions/{id}', reply: 'UsageSession' };

/**
 * What of a session is used, and what its next voucher has to say.
 * A voucher is cumulative: it says how many units the session has used once its job is done, and the relay may redeem that many, never more than were used. After a job that failed or was canceled the units are free again, so the next voucher says the same number as the one before, and continues its transcript: who signs never is bound to more than was used and one job. A page that was closed goes on with next.
 */
export function getUsageSession(request: GetUsageSessionRequest, options?: CallOptions): Promise<UsageSession> {
  return call<UsageSession>(getUsageSessionOperation, request, options);
}

const getUsageTermsOperation: Operation = { id: 'getUsageTerms', method: 'GET', path: '/usage/terms', reply: 'UsageTerms' };

/** What a session for this relay has to be like. */
export function getUsageTerms(request: object = {}, options?: CallOptions): Promise<UsageTerms> {
  return call<UsageTerms>(getUsageTermsOperation, request, options);
}

export interface GetVersionRequest {
  owner: string;
  name: string;
  version: string;
}

const getVersionOperation: Operation = { id: 'getVersion', method: 'GET', path: '/models/{owner}/{name}/versions/{version}', reply: 'VersionDetail' };

/** One version and its files. */
export function getVersion(request: GetVersionRequest, options?: CallOptions): Promise<VersionDetail> {
  return call<VersionDetail>(getVersionOperation, request, options);
}

const getWebhookSecretOperation: Operation = { id: 'getWebhookSecret', method: 'GET', path: '/webhooks/secret', reply: 'WebhookSecret' };

/** What webhooks to you are signed with. */
export function getWebhookSecret(request: object = {}, options?: CallOptions): Promise<WebhookSecret> {
  return call<WebhookSecret>(getWebhookSecretOperation, request, options);
}

export interface ListAttemptsRequest {
  /** What next was in the page before. */
  cursor?: string | undefined;
  /** How many at most. */
  limit?: number | undefined;
}

const listAttemptsOperation: Operation = { id: 'listAttempts', method: 'GET', path: '/provider/attempts', query: ['cursor', 'limit'], reply: 'ListProviderAttempt' };

/** What this account tried as a provider, newest first. */
export function listAttempts(request: ListAttemptsRequest, options?: CallOptions): Promise<ListProviderAttempt> {
  return call<ListProviderAttempt>(listAttemptsOperation, request, options);
}

export interface ListAuthorsRequest {
  /** How many at most. */
  limit?: number | undefined;
}

const listAuthorsOperation: Operation = { id: 'listAuthors', method: 'GET', path: '/leaderboards/authors', query: ['limit'], reply: 'AuthorBoard' };

/** Authors by how much their models are used by others. */
export function listAuthors(request: ListAuthorsRequest, options?: CallOptions): Promise<AuthorBoard> {
  return call<AuthorBoard>(listAuthorsOperation, request, options);
}

const listBansOperation: Operation = { id: 'listBans', method: 'GET', path: '/admin/bans', reply: 'ListBanInfo' };

/** Which providers are given nothing because an answer of theirs was false, newest first. */
export function listBans(request: object = {}, options?: CallOptions): Promise<ListBanInfo> {
  return call<ListBanInfo>(listBansOperation, request, options);
}

const listChallengesOperation: Operation = { id: 'listChallenges', method: 'GET', path: '/challenges', reply: 'ChallengeList' };

/** Challenges, those that end last first. */
export function listChallenges(request: object = {}, options?: CallOptions): Promise<ChallengeList> {
  return call<ChallengeList>(listChallengesOperation, request, options);
}

export interface ListDeedsRequest {
  /** What next was in the page before. */
  cursor?: string | undefined;
  /** How many at most. */
  limit?: number | undefined;
}

const listDeedsOperation: Operation = { id: 'listDeeds', method: 'GET', path: '/admin/deeds', query: ['cursor', 'limit'], reply: 'ListDeedInfo' };

/** What admins did, newest first. */
export function listDeeds(request: ListDeedsRequest, options?: CallOptions): Promise<ListDeedInfo> {
  return call<ListDeedInfo>(listDeedsOperation, request, options);
}

const listDenialsOperation: Operation = { id: 'listDenials', method: 'GET', path: '/admin/denials', reply: 'ListDenialInfo' };

/** What is not served, newest first. */
export function listDenials(request: object = {}, options?: CallOptions): Promise<ListDenialInfo> {
  return call<ListDenialInfo>(listDenialsOperation, request, options);
}

export interface ListEventsRequest {
  /** What next was in the page before. */
  cursor?: string | undefined;
  /** How many at most. */
  limit?: number | undefined;
}

const listEventsOperation: Operation = { id: 'listEvents', method: 'GET', path: '/account/events', query: ['cursor', 'limit'], reply: 'ListEventInfo' };

/** What happened to the account, newest first. */
export function listEvents(request: ListEventsRequest, options?: CallOptions): Promise<ListEventInfo> {
  return call<ListEventInfo>(listEventsOperation, request, options);
}

const listKeysOperation: Operation = { id: 'listKeys', method: 'GET', path: '/keys', reply: 'ListKeyInfo' };

/** Keys, without their secrets. */
export function listKeys(request: object = {}, options?: CallOptions): Promise<ListKeyInfo> {
  return call<ListKeyInfo>(listKeysOperation, request, options);
}

export interface ListOffersRequest {
  /** CID of a model's manifest: only what is offered for that. */
  version?: string | undefined;
}

const listOffersOperation: Operation = { id: 'listOffers', method: 'GET', path: '/offers', query: ['version'], reply: 'ListModelOffer' };

/** What providers run now, and for how much. */
export function listOffers(request: ListOffersRequest, options?: CallOptions): Promise<ListModelOffer> {
  return call<ListModelOffer>(listOffersOperation, request, options);
}

export interface ListOrdersRequest {
  /** What next was in the page before. */
  cursor?: string | undefined;
  /** How many at most. */
  limit?: number | undefined;
  /** Only this account's. */
  payer?: string | undefined;
  /** Only those for this account to do. */
  provider?: string | undefined;
}

const listOrdersOperation: Operation = { id: 'listOrders', method: 'GET', path: '/orders', query: ['cursor', 'limit', 'payer', 'provider'], reply: 'ListOrderView' };

/** Jobs that were ordered on chain, newest first. */
export function listOrders(request: ListOrdersRequest, options?: CallOptions): Promise<ListOrderView> {
  return call<ListOrderView>(listOrdersOperation, request, options);
}

export interface ListPredictionsRequest {
  /** What next was in the page before. */
  cursor?: string | undefined;
  /** How many at most. */
  limit?: number | undefined;
}

const listPredictionsOperation: Operation = { id: 'listPredictions', method: 'GET', path: '/predictions', query: ['cursor', 'limit'], reply: 'ListPrediction' };

/** Predictions of this account, newest first. */
export function listPredictions(request: ListPredictionsRequest, options?: CallOptions): Promise<ListPrediction> {
  return call<ListPrediction>(listPredictionsOperation, request, options);
}

export interface ListReceiptsRequest {
  /** What next was in the page before. */
  cursor?: string | undefined;
  /** How many at most. */
  limit?: number | undefined;
  /** Receipts that this account paid for, or that it signed as provider. */
  as?: 'payer' | 'provider' | undefined;
  /** CID of a model's manifest: only those about it. */
  version?: string | undefined;
  /** Only this provider's. */
  provider?: string | undefined;
}

const listReceiptsOperation: Operation = { id: 'listReceipts', method: 'GET', path: '/receipts', query: ['cursor', 'limit', 'as', 'version', 'provider'], reply: 'ListListedReceipt' };

/** Receipts of this account, newest first. */
export function listReceipts(request: ListReceiptsRequest, options?: CallOptions): Promise<ListListedReceipt> {
  return call<ListListedReceipt>(listReceiptsOperation, request, options);
}

export interface ListReportsRequest {
  /** What next was in the page before. */
  cursor?: string | undefined;
  /** How many at most. */
  limit?: number | undefined;
  state?: 'open' | 'resolved' | undefined;
}

const listReportsOperation: Operation = { id: 'listReports', method: 'GET', path: '/admin/reports', query: ['cursor', 'limit', 'state'], reply: 'ListReportInfo' };

/** What people reported, newest first. */
export function listReports(request: ListReportsRequest, options?: CallOptions): Promise<ListReportInfo> {
  return call<ListReportInfo>(listReportsOperation, request, options);
}

const listSessionsOperation: Operation = { id: 'listSessions', method: 'GET', path: '/sessions', reply: 'ListSessionInfo' };

/** Browsers that are signed in. */
export function listSessions(request: object = {}, options?: CallOptions): Promise<ListSessionInfo> {
  return call<ListSessionInfo>(listSessionsOperation, request, options);
}

export interface ListSettlementsRequest {
  /** What next was in the page before. */
  cursor?: string | undefined;
  /** How many at most. */
  limit?: number | undefined;
}

const listSettlementsOperation: Operation = { id: 'listSettlements', method: 'GET', path: '/settlements', query: ['cursor', 'limit'], reply: 'ListSettlementView' };

/** Batches of vouchers that this relay redeemed, newest first. */
export function listSettlements(request: ListSettlementsRequest, options?: CallOptions): Promise<ListSettlementView> {
  return call<ListSettlementView>(listSettlementsOperation, request, options);
}

export interface ListUploadsRequest {
  /** What next was in the page before. */
  cursor?: string | undefined;
  /** How many at most. */
  limit?: number | undefined;
}

const listUploadsOperation: Operation = { id: 'listUploads', method: 'GET', path: '/uploads', query: ['cursor', 'limit'], reply: 'ListUploadInfo' };

/** Uploads of this account, newest first. */
export function listUploads(request: ListUploadsRequest, options?: CallOptions): Promise<ListUploadInfo> {
  return call<ListUploadInfo>(listUploadsOperation, request, options);
}

export interface ListUsagePlansRequest {
  /** CID of the model's manifest. */
  version: string;
}

const listUsagePlansOperation: Operation = { id: 'listUsagePlans', method: 'GET', path: '/usage/plans', query: ['version'], reply: 'ListUsagePlan' };

/** By what plans sessions for a model may be opened. */
export function listUsagePlans(request: ListUsagePlansRequest, options?: CallOptions): Promise<ListUsagePlan> {
  return call<ListUsagePlan>(listUsagePlansOperation, request, options);
}

const listUsageSessionsOperation: Operation = { id: 'listUsageSessions', method: 'GET', path: '/usage/sessions', reply: 'ListUsageSession' };

/** Sessions on chain of this account with this relay, newest first. */
export function listUsageSessions(request: object = {}, options?: CallOptions): Promise<ListUsageSession> {
  return call<ListUsageSession>(listUsageSessionsOperation, request, options);
}

export interface ListVersionsRequest {
  /** What next was in the page before. */
  cursor?: string | undefined;
  /** How many at most. */
  limit?: number | undefined;
  owner: string;
  name: string;
}

const listVersionsOperation: Operation = { id: 'listVersions', method: 'GET', path: '/models/{owner}/{name}/versions', query: ['cursor', 'limit'], reply: 'ListVersionInfo' };

/** Its versions, those published last first. */
export function listVersions(request: ListVersionsRequest, options?: CallOptions): Promise<ListVersionInfo> {
  return call<ListVersionInfo>(listVersionsOperation, request, options);
}

export interface MissingBlocksRequest {
  id: string;
  body: MissingRequestBody;
}

const missingBlocksOperation: Operation = { id: 'missingBlocks', method: 'POST', path: '/uploads/{id}/missing', reply: 'Missing' };

/** Which blocks are missing. */
export function missingBlocks(request: MissingBlocksRequest, options?: CallOptions): Promise<Missing> {
  return call<Missing>(missingBlocksOperation, request, options);
}

export interface OpenUsageSessionRequest {
  body: OpenUsageRequestBody;
}

const openUsageSessionOperation: Operation = { id: 'openUsageSession', method: 'POST', path: '/usage/sessions', reply: 'Brought' };

/**
 * Have a signed opening of a session brought to the chain.
 * For an account without ETH: it signs (EIP-712), the relay sends the transaction. A wallet may as well send its own.
 */
export function openUsageSession(request: OpenUsageSessionRequest, options?: CallOptions): Promise<Brought> {
  return call<Brought>(openUsageSessionOperation, request, options);
}

export interface PutBlockRequest {
  id: string;
  cid: string;
  body: Body;
}

const putBlockOperation: Operation = { id: 'putBlock', method: 'PUT', path: '/uploads/{id}/blocks/{cid}', sends: 'application/octet-stream' };

/**
 * Send a block.
 * Chunks of files, lists of leaves, the manifest, the envelope: raw blocks of at most 2 MiB. What the relay can make itself it makes. The same block again changes nothing.
 */
export function putBlock(request: PutBlockRequest, options?: CallOptions): Promise<void> {
  return tell(putBlockOperation, request, options);
}

export interface PutOrderBlockRequest {
  id: string;
  cid: string;
  body: Body;
}

const putOrderBlockOperation: Operation = { id: 'putOrderBlock', method: 'PUT', path: '/orders/{id}/blocks/{cid}', sends: 'application/octet-stream' };

/**
 * Send a block of an order's specification.
 * The specification itself, whose digest is in the order on chain, then the blocks that it names. Nobody has to be signed in: what may be sent, the order's payer has fixed on chain. A relay also looks for them at its gateway's sources, so this is not needed where these have them.
 */
export function putOrderBlock(request: PutOrderBlockRequest, options?: CallOptions): Promise<void> {
  return tell(putOrderBlockOperation, request, options);
}

export interface ReplayReceiptRequest {
  id: string;
}

const replayReceiptOperation: Operation = { id: 'replayReceipt', method: 'POST', path: '/receipts/{id}/replay', reply: 'CheckView' };

/**
 * Have a run in strict mode replayed by another provider, for nothing.
 * For its payer, some a day; the relay does it where nobody else may. The answers are compared bit for bit: whose is false is banned, and there is evidence against it. Sent again it says how far that is.
 */
export function replayReceipt(request: ReplayReceiptRequest, options?: CallOptions): Promise<CheckView> {
  return call<CheckView>(replayReceiptOperation, request, options);
}

export interface ReportModelRequest {
  body: ReportRequestBody;
}

const reportModelOperation: Operation = { id: 'reportModel', method: 'POST', path: '/reports', reply: 'ReportReceipt' };

/**
 * Say what is wrong with a model.
 * The relay's admins read it. Nobody has to be signed in.
 */
export function reportModel(request: ReportModelRequest, options?: CallOptions): Promise<ReportReceipt> {
  return call<ReportReceipt>(reportModelOperation, request, options);
}

export interface ResolveReportRequest {
  id: string;
  body: ResolutionBody;
}

const resolveReportOperation: Operation = { id: 'resolveReport', method: 'POST', path: '/admin/reports/{id}/resolution', reply: 'ReportInfo' };

/** Resolve a report. */
export function resolveReport(request: ResolveReportRequest, options?: CallOptions): Promise<ReportInfo> {
  return call<ReportInfo>(resolveReportOperation, request, options);
}

export interface RevokeKeyRequest {
  id: string;
}

const revokeKeyOperation: Operation = { id: 'revokeKey', method: 'DELETE', path: '/keys/{id}' };

/** Revoke a key. */
export function revokeKey(request: RevokeKeyRequest, options?: CallOptions): Promise<void> {
  return tell(revokeKeyOperation, request, options);
}

export interface SearchModelsRequest {
  /** What next was in the page before. */
  cursor?: string | undefined;
  /** How many at most. */
  limit?: number | undefined;
  /** Words that all have to be there; the last one may be the beginning of one. */
  q?: string | undefined;
  /** In the letter case of EIP-55. */
  owner?: string | undefined;
  kind?: 'model' | 'dataset' | undefined;
  task?: string | undefined;
  license?: string | undefined;
  format?: string | undefined;
  /** Below 10 MB, 100 MB, 1 GB, and above. */
  size?: 'small' | 'medium' | 'large' | 'huge' | undefined;
  /** Where there is no text: updated last first, or most used first by people who have nothing to do with a model. updated when not given. */
  sort?: 'updated' | 'trending' | undefined;
  /** Count what is found by kind, task, license, format and size. */
  facets?: boolean | undefined;
}

const searchModelsOperation: Operation = { id: 'searchModels', method: 'GET', path: '/models', query: ['cursor', 'limit', 'q', 'owner', 'kind', 'task', 'license', 'format', 'size', 'sort', 'facets'], reply: 'ModelList' };

/**
 * Find models.
 * By how well they fit the text, or those updated last first when there is none. Words are searched in name, title, summary, tags, authors and README.
 */
export function searchModels(request: SearchModelsRequest, options?: CallOptions): Promise<ModelList> {
  return call<ModelList>(searchModelsOperation, request, options);
}

export interface SendBlocksRequest {
  id: string;
  body: Body;
}

const sendBlocksOperation: Operation = { id: 'sendBlocks', method: 'POST', path: '/uploads/{id}/blocks', sends: 'multipart/form-data' };

/**
 * Send many blocks.
 * A form: its part hashes has the SHA-256 of each block, end to end; the parts after it, files or pieces of files, are cut after each 1 MiB, and that are the blocks. Each is kept when it has arrived, whatever comes after it: how many have, getUpload says meanwhile.
 */
export function sendBlocks(request: SendBlocksRequest, options?: CallOptions): Promise<void> {
  return tell(sendBlocksOperation, request, options);
}

export interface ShareReceiptRequest {
  id: string;
  body: SharingRequestBody;
}

const shareReceiptOperation: Operation = { id: 'shareReceipt', method: 'PUT', path: '/receipts/{id}/sharing' };

/** Say what others see of a receipt. */
export function shareReceipt(request: ShareReceiptRequest, options?: CallOptions): Promise<void> {
  return tell(shareReceiptOperation, request, options);
}

export interface SignInRequest {
  body: SignInRequestBody;
}

const signInOperation: Operation = { id: 'signIn', method: 'POST', path: '/sessions', reply: 'Account' };

/**
 * Sign in with a message of EIP-4361.
 * The signature may be a key's, or that of a wallet that is a contract (ERC-1271), deployed or not (ERC-6492). The session comes as a cookie.
 */
export function signIn(request: SignInRequest, options?: CallOptions): Promise<Account> {
  return call<Account>(signInOperation, request, options);
}

export interface SignOutRequest {
  id: string;
}

const signOutOperation: Operation = { id: 'signOut', method: 'DELETE', path: '/sessions/{id}' };

/**
 * Sign one browser out.
 * The id current stands for the one that asks.
 */
export function signOut(request: SignOutRequest, options?: CallOptions): Promise<void> {
  return tell(signOutOperation, request, options);
}

export interface SignOutEverywhereRequest {
  /** Revoke all keys as well. */
  keys?: boolean | undefined;
}

const signOutEverywhereOperation: Operation = { id: 'signOutEverywhere', method: 'DELETE', path: '/sessions', query: ['keys'] };

/** Sign all browsers out. */
export function signOutEverywhere(request: SignOutEverywhereRequest, options?: CallOptions): Promise<void> {
  return tell(signOutEverywhereOperation, request, options);
}

export interface UnbanRequest {
  /** Its address. */
  provider: string;
  /** Why. */
  note: string;
}

const unbanOperation: Operation = { id: 'unban', method: 'DELETE', path: '/admin/bans', query: ['provider', 'note'] };

/**
 * Give a banned provider jobs again.
 * For one that was banned by mistake, or has mended what was wrong. What was found of its answers stays, with the evidence, and the next false answer bans it anew. Other relays of the same database know within seconds. A provider that was refused has to be started again.
 */
export function unban(request: UnbanRequest, options?: CallOptions): Promise<void> {
  return tell(unbanOperation, request, options);
}

export interface UploadTarRequest {
  body: Body;
}

const uploadTarOperation: Operation = { id: 'uploadTar', method: 'POST', path: '/uploads/tar', sends: 'application/x-tar', reply: 'ReleaseInfo' };

/**
 * Publish a whole release as one archive.
 * manifest.json first, then envelope.json where somebody signed, leaves/, files/: tar -c manifest.json envelope.json leaves files | curl -T - -X POST. It is checked while it arrives.
 */
export function uploadTar(request: UploadTarRequest, options?: CallOptions): Promise<ReleaseInfo> {
  return call<ReleaseInfo>(uploadTarOperation, request, options);
}
