// Written by scripts/relay-api.mjs from relay/httpapi/testdata/openapi.json. Do not edit.
import { call, tell, type Body, type CallOptions, type Operation } from './call.js';

/** What each code means is at /api/docs. A newer relay may have more of them. */
export const codes = ['invalid', 'unauthorized', 'forbidden', 'not_found', 'conflict', 'quota', 'too_large', 'rate_limited', 'denied', 'internal', 'unverified', 'unavailable', 'no_space'] as const;

export interface Account {
  /** In the letter case of EIP-55. */
  address: string;
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

export interface ErrorDetail {
  /** Where the error occurred, e.g. 'body.items[3].tags' or 'path.thing-id' */
  location?: string;
  /** Error message text */
  message?: string;
  /** The value at the given location */
  value?: unknown;
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

export interface FileInfo {
  cid: string;
  /** CID of the list of its chunks' hashes. */
  leaves: string;
  mediaType: string;
  path: string;
  /** Of the whole file, in hex, where the author says it. */
  sha256?: string;
  size: number;
}

export interface FinishRequestBody {
  /** The CID of the envelope, where somebody signed. */
  envelope?: string;
  /** The CID of the manifest. */
  manifest: string;
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

export interface ListSessionInfo {
  items: SessionInfo[];
  /** Give this as cursor to read on. Not there at the end. */
  next?: string;
}

export interface ListUploadInfo {
  items: UploadInfo[];
  /** Give this as cursor to read on. Not there at the end. */
  next?: string;
}

export interface ListVersionInfo {
  items: VersionInfo[];
  /** Give this as cursor to read on. Not there at the end. */
  next?: string;
}

export interface Missing {
  /** Those that are not here, in the order of the question. */
  cids: string[];
}

export interface MissingRequestBody {
  /** CIDs of blocks, as the gateway names them. */
  cids: string[];
}

export interface ModelInfo {
  /** Of all files together. */
  bytes: number;
  /** When its first version was published here. */
  created: string;
  format: string;
  /** model or dataset */
  kind: string;
  /** SPDX id. */
  license: string;
  /** CID of the manifest. */
  manifest: string;
  name: string;
  /** The account that published it. */
  owner: string;
  /** CID of the release directory. */
  release: string;
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
  /** Of what was found, when they were asked for: of the 10 000 made or updated last at most. */
  facets?: FacetInfo[] | null;
  items: ModelInfo[];
  /** Give this as cursor to read on. Not there at the end. */
  next?: string;
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

export interface Problem {
  /** For programs: stays the same. */
  code: string;
  /** What happened, for people. */
  detail: string;
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

export interface SignInRequestBody {
  /** The text that was signed, byte by byte. */
  message: string;
  /** What the wallet answered, in hex. */
  signature: string;
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
  /** CID of the release directory. */
  release: string;
  /** Whose signature holds; empty when nobody signed. Not checked on chain. */
  signer: string;
  version: string;
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

/** What fields a reply has: name, ? where it may be absent, type. */
export const shapes: Record<string, string> = {
  Account: 'address:string created:string quota:number scopes:string[] session?:string used:number',
  Brought: 'transaction:string',
  ErrorDetail: 'location?:string message?:string value?:unknown',
  EventInfo: 'action:string at:string detail:string id:string',
  FacetInfo: 'count:number field:string value:string',
  FileInfo: 'cid:string leaves:string mediaType:string path:string sha256?:string size:number',
  KeyInfo: 'created:string expires?:string id:string name:string scopes:string[] used?:string',
  ListEventInfo: 'items:EventInfo[] next?:string',
  ListKeyInfo: 'items:KeyInfo[] next?:string',
  ListSessionInfo: 'items:SessionInfo[] next?:string',
  ListUploadInfo: 'items:UploadInfo[] next?:string',
  ListVersionInfo: 'items:VersionInfo[] next?:string',
  Missing: 'cids:string[]',
  ModelInfo: 'bytes:number created:string format:string kind:string license:string manifest:string name:string owner:string release:string summary:string tags:string[] task:string title:string updated:string version:string',
  ModelList: 'facets?:FacetInfo[]|null items:ModelInfo[] next?:string',
  NewKey: 'created:string expires?:string id:string key:string name:string scopes:string[] used?:string',
  Nonce: 'chainId:number domain:string expires:string nonce:string uri:string',
  Problem: 'code:string detail:string errors?:ErrorDetail[]|null hint?:string status:number title:string type:string',
  ReleaseInfo: 'bytes:number created:string envelope?:string kind:string manifest:string name:string owner:string release:string signer:string task:string title:string version:string',
  SessionInfo: 'agent:string created:string current:boolean expires:string id:string seen:string',
  Terms: 'chainId:number deadline:string fee:string feeToken:string nonce:number registry:string relay:string',
  UploadInfo: 'blocks:number bytes:number created:string expires:string id:string release?:string reserved:number state:string',
  VersionDetail: 'added:string bytes:number created:string envelope?:string files:FileInfo[] manifest:string release:string signer:string version:string',
  VersionInfo: 'added:string bytes:number created:string envelope?:string manifest:string release:string signer:string version:string',
};

export interface BeginUploadRequest {
  body: BeginRequestBody;
}

const beginUploadOperation: Operation = { id: 'beginUpload', method: 'POST', path: '/uploads', reply: 'UploadInfo' };

/**
 * Begin an upload, or be told why not.
 * Then ask which blocks are missing, send those, in parallel if you like, and finish. After a break, ask again. Nothing of it is served before the end.
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

export interface DeleteUploadRequest {
  id: string;
}

const deleteUploadOperation: Operation = { id: 'deleteUpload', method: 'DELETE', path: '/uploads/{id}' };

/** Throw an upload away. */
export function deleteUpload(request: DeleteUploadRequest, options?: CallOptions): Promise<void> {
  return tell(deleteUploadOperation, request, options);
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

export interface GetModelRequest {
  owner: string;
  name: string;
}

const getModelOperation: Operation = { id: 'getModel', method: 'GET', path: '/models/{owner}/{name}', reply: 'ModelInfo' };

/** One model. */
export function getModel(request: GetModelRequest, options?: CallOptions): Promise<ModelInfo> {
  return call<ModelInfo>(getModelOperation, request, options);
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

const listSessionsOperation: Operation = { id: 'listSessions', method: 'GET', path: '/sessions', reply: 'ListSessionInfo' };

/** Browsers that are signed in. */
export function listSessions(request: object = {}, options?: CallOptions): Promise<ListSessionInfo> {
  return call<ListSessionInfo>(listSessionsOperation, request, options);
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
  /** Count what is found by kind, task, license, format and size. */
  facets?: boolean | undefined;
}

const searchModelsOperation: Operation = { id: 'searchModels', method: 'GET', path: '/models', query: ['cursor', 'limit', 'q', 'owner', 'kind', 'task', 'license', 'format', 'size', 'facets'], reply: 'ModelList' };

/**
 * Find models.
 * By how well they fit the text, or those updated last first when there is none. Words are searched in name, title, summary, tags, authors and README.
 */
export function searchModels(request: SearchModelsRequest, options?: CallOptions): Promise<ModelList> {
  return call<ModelList>(searchModelsOperation, request, options);
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
