/**
 * Publishing on chain: what the registry is told of a release, by a transaction of the wallet's or by a signature that the relay
 * brings. viem is in here, so this is fetched when somebody publishes.
 */
import { createPublicClient, createWalletClient, custom, decodeErrorResult, encodeFunctionData, stringToHex, zeroAddress, zeroHash, type Abi, type Address, type Hex } from 'viem';
import nftABI from '../../../contracts/abi/ModelNFT.json' with { type: 'json' };
import registryABI from '../../../contracts/abi/ModelRegistry.json' with { type: 'json' };
import { bringPublication, getTerms } from '../relay/index.js';
import type { Manifest } from '../verify/manifest.js';
import { chainOf, ensureChain, type ChainSpec } from './chain.js';
import { accountOf, type Provider } from './discover.js';
import { walletError, WalletError } from './errors.js';

/** A plan to sell use by. Amounts are in the token's smallest unit. */
export interface PlanOffer {
  token: string;
  authorFee: bigint;
  relayFee: bigint;
  computeCap: bigint;
  /** Up to 32 ASCII letters, such as `inference`. */
  unitKind: string;
  transferable: boolean;
  /** Seconds; 0 for a plan that is paid by the unit. */
  period: number;
  quota: number;
}

export interface Market {
  chain: ChainSpec;
  registry: string;
  nft: string;
  provider: Provider;
  /** The account that is signed in; the wallet has to give this one. */
  account: string;
}

/** What happened to a transaction, as it goes on. */
export interface Sent {
  hash: string;
}

const releaseTypes = {
  Release: [
    { name: 'version', type: 'string' },
    { name: 'manifest', type: 'bytes32' },
    { name: 'root', type: 'bytes32' },
    { name: 'licenseHash', type: 'bytes32' },
    { name: 'parents', type: 'bytes32[]' },
  ],
} as const;
const permissionFields = [
  { name: 'owner', type: 'address' },
  { name: 'relay', type: 'address' },
  { name: 'feeToken', type: 'address' },
  { name: 'fee', type: 'uint256' },
  { name: 'deadline', type: 'uint256' },
  { name: 'nonce', type: 'uint256' },
] as const;
const publishTypes = {
  ...releaseTypes,
  Publish: [...permissionFields, { name: 'publication', type: 'Publication' }],
  Publication: [
    { name: 'name', type: 'string' },
    { name: 'kind', type: 'uint8' },
    { name: 'release', type: 'Release' },
    { name: 'recipients', type: 'address[]' },
    { name: 'parts', type: 'uint32[]' },
    { name: 'royaltyBps', type: 'uint16' },
    { name: 'recovery', type: 'address' },
    { name: 'plans', type: 'PlanOffer[]' },
  ],
  PlanOffer: [
    { name: 'token', type: 'address' },
    { name: 'authorFee', type: 'uint96' },
    { name: 'relayFee', type: 'uint96' },
    { name: 'computeCap', type: 'uint64' },
    { name: 'unitKind', type: 'bytes32' },
    { name: 'transferable', type: 'bool' },
    { name: 'period', type: 'uint32' },
    { name: 'quota', type: 'uint32' },
  ],
} as const;
const versionTypes = { ...releaseTypes, PublishVersion: [...permissionFields, { name: 'model', type: 'bytes32' }, { name: 'release', type: 'Release' }] } as const;
/** EIP-712's own type, of contracts' signatures. */
export const domainType = [
  { name: 'name', type: 'string' },
  { name: 'version', type: 'string' },
  { name: 'chainId', type: 'uint256' },
  { name: 'verifyingContract', type: 'address' },
] as const;

const hash32 = (digest: string): Hex => `0x${digest.replace(/^0x/, '')}`;

export function releaseOf(m: Manifest, digest: string) {
  const parents = (m.parents ?? []).flatMap(({ versionId }) => (versionId === undefined ? [] : [hash32(versionId)]));
  return { version: m.version, manifest: hash32(digest), root: hash32(m.root), licenseHash: m.license.sha256 === undefined ? zeroHash : hash32(m.license.sha256), parents };
}

/** The registry's view of a first version: the authors' shares become the splitter's. */
export function publicationOf(m: Manifest, digest: string, { plans, recovery = zeroAddress }: { plans: readonly PlanOffer[]; recovery?: string }) {
  const sharers = m.authors.filter(({ share }) => share > 0).sort((a, b) => (a.address.toLowerCase() < b.address.toLowerCase() ? -1 : 1));
  return {
    name: m.name,
    kind: m.kind === 'model' ? 0 : 1,
    release: releaseOf(m, digest),
    recipients: sharers.map(({ address }) => address as Address),
    parts: sharers.map(({ share }) => share),
    royaltyBps: m.royalty,
    recovery: recovery as Address,
    plans: plans.map((plan) => ({ ...plan, token: plan.token as Address, unitKind: stringToHex(plan.unitKind, { size: 32 }) })),
  };
}

/** A first version, or one more of a model that is there: by its id. */
export type Act =
  | { is: 'publish'; publication: ReturnType<typeof publicationOf> }
  | { is: 'version'; model: string; release: ReturnType<typeof releaseOf> }
  | { is: 'yank'; version: string; reason: string }
  | { is: 'transfer'; model: string; to: string };

function callOf(market: Market, act: Act): Call {
  const registry = (functionName: string, args: readonly unknown[]) => ({ to: market.registry as Address, data: encodeFunctionData({ abi: registryABI as Abi, functionName, args }) });
  switch (act.is) {
    case 'publish':
      return registry('publish', [act.publication]);
    case 'version':
      return registry('publishVersion', [hash32(act.model), act.release]);
    case 'yank':
      return registry('yank', [hash32(act.version), act.reason]);
    case 'transfer':
      return { to: market.nft as Address, data: encodeFunctionData({ abi: nftABI as Abi, functionName: 'safeTransferFrom', args: [market.account, act.to, BigInt(hash32(act.model))] }) };
  }
}

/** What a transaction calls. */
export interface Call {
  to: Address;
  data: Hex;
}

/** The wallet on the right chain with the account that is signed in. */
export async function ready({ provider, chain, account }: Market): Promise<void> {
  await ensureChain(provider, chain);
  const given = await accountOf(provider, { ask: true }).catch((thrown: unknown) => Promise.reject(walletError(thrown)));
  if (given !== account) throw new WalletError('other-account', `the wallet shows ${given ?? 'no account'}, and ${account} is signed in`, { hint: 'choose that account in the wallet, or sign in with the other one' });
}

/** Asks the chain through the wallet. */
export const publicClient = ({ provider }: Market) => createPublicClient({ transport: custom(provider as Parameters<typeof custom>[0], { retryCount: 1 }), pollingInterval: 500 });

/** In wei. */
export interface Quote {
  /** For gas, at most. */
  cost: bigint;
  /** What the account has. */
  balance: bigint;
  /** The account is a contract: who pays is between the wallet and its keys. */
  contract: boolean;
}

/** What an act costs, asking the wallet for nothing that it would ask the person about: null where it is on another chain. Refuses with the contract's reason what would revert. */
export async function quote(market: Market, act: Act): Promise<Quote | null> {
  if ((await chainOf(market.provider)) !== market.chain.id) return null;
  const account = market.account as Address;
  const client = publicClient(market);
  try {
    const [gas, price, balance, code] = await Promise.all([client.estimateGas({ account, ...callOf(market, act) }), client.getGasPrice(), client.getBalance({ address: account }), client.getCode({ address: account })]);
    return { cost: (gas * price * 12n) / 10n, balance, contract: code !== undefined };
  } catch (thrown) {
    throw refusal(thrown);
  }
}

/** Has the wallet send a transaction, and waits until it is in a block. */
export const send = (market: Market, act: Act, onSent?: (sent: Sent) => void): Promise<Sent> => transact(market, callOf(market, act), onSent);

/** The same for any call; `why` reads what its contract says when it refuses. */
export async function transact(market: Market, call: Call, onSent?: (sent: Sent) => void, why: (thrown: unknown) => WalletError = refusal): Promise<Sent> {
  await ready(market);
  const client = publicClient(market);
  try {
    await client.call({ account: market.account as Address, ...call }); // a wallet says less about why
  } catch (thrown) {
    throw why(thrown);
  }
  const wallet = createWalletClient({ account: market.account as Address, transport: custom(market.provider as Parameters<typeof custom>[0], { retryCount: 0 }) });
  let hash: Hex;
  try {
    hash = await wallet.sendTransaction({ chain: null, ...call });
  } catch (thrown) {
    throw walletError(thrown);
  }
  onSent?.({ hash });
  return await mined(market, hash, onSent);
}

/** Waits until a transaction is in a block. One that its sender made dearer goes on under another hash. */
export async function mined(market: Market, hash: string, onSent?: (sent: Sent) => void): Promise<Sent> {
  let replaced: 'replaced' | 'repriced' | 'cancelled' | undefined;
  const receipt = await publicClient(market)
    .waitForTransactionReceipt({
      hash: hash as Hex,
      timeout: 0,
      onReplaced: ({ reason, transaction }) => {
        replaced = reason;
        onSent?.({ hash: transaction.hash });
      },
    })
    .catch((thrown: unknown) => Promise.reject(walletError(thrown)));
  if (replaced === 'cancelled' || replaced === 'replaced') throw new WalletError('replaced', replaced === 'cancelled' ? 'the transaction was cancelled in the wallet' : 'another transaction took its place in the wallet', { hint: 'nothing was done by it; send it again' });
  if (receipt.status !== 'success') throw new WalletError('reverted', 'the contract refused the transaction', { hint: 'what it depends on changed meanwhile; try again' });
  return { hash: receipt.transactionHash };
}

/** Has the wallet sign, and the relay send: for an account without ETH. */
export async function bring(market: Market, act: Extract<Act, { is: 'publish' | 'version' }>, onSent?: (sent: Sent) => void): Promise<Sent> {
  await ready(market);
  const terms = await getTerms();
  const permission = { owner: market.account as Address, relay: terms.relay as Address, feeToken: terms.feeToken as Address, fee: BigInt(terms.fee), deadline: BigInt(Math.floor(new Date(terms.deadline).getTime() / 1000)) };
  if (terms.registry.toLowerCase() !== market.registry.toLowerCase() || terms.chainId !== market.chain.id) throw new WalletError('wrong-chain', 'the relay would publish to another registry');
  const said = { ...permission, nonce: BigInt(terms.nonce) };
  const primaryType = act.is === 'publish' ? 'Publish' : 'PublishVersion';
  const message = act.is === 'publish' ? { ...said, publication: act.publication } : { ...said, model: hash32(act.model), release: act.release };
  const types = { EIP712Domain: domainType, ...(act.is === 'publish' ? publishTypes : versionTypes) };
  const data = { domain: { name: 'DeHug Registry', version: '1', chainId: terms.chainId, verifyingContract: terms.registry }, types, primaryType, message };
  const signature = await signTypedData(market.provider, market.account, data);
  const call =
    act.is === 'publish'
      ? encodeFunctionData({ abi: registryABI as Abi, functionName: 'publishBySig', args: [act.publication, permission, signature] })
      : encodeFunctionData({ abi: registryABI as Abi, functionName: 'publishVersionBySig', args: [hash32(act.model), act.release, permission, signature] });
  const { transaction } = await bringPublication({ body: { call } });
  onSent?.({ hash: transaction });
  return await mined(market, transaction);
}

/** `eth_signTypedData_v4`: numbers go as decimal text. */
export async function signTypedData(provider: Provider, account: string, data: object): Promise<string> {
  const text = JSON.stringify(data, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
  try {
    return String(await provider.request({ method: 'eth_signTypedData_v4', params: [account, text] }));
  } catch (thrown) {
    throw walletError(thrown);
  }
}

/** What the contracts say, for people. */
const reasons: Readonly<Record<string, string>> = {
  ModelRegistry_NameTaken: 'you have a model of this name already: publish a further version, or choose another name',
  ModelRegistry_VersionTaken: 'the model has a version of this number already: give this one a higher number',
  ModelRegistry_NotOwner: 'the model belongs to somebody else',
  ModelRegistry_UnknownParent: 'a parent is not on this chain',
  ModelRegistry_BadName: 'the registry does not take this name',
};

const registryRefusals = { abi: [...registryABI, ...nftABI] as Abi, reasons };

/** What a contract's error means: by its name in `reasons`, else the name itself. */
export function refusal(thrown: unknown, { abi, reasons }: { abi: Abi; reasons: Readonly<Record<string, string>> } = registryRefusals): WalletError {
  const seen: unknown[] = [];
  for (let at = thrown; typeof at === 'object' && at !== null && !seen.includes(at); at = (at as { cause?: unknown }).cause) {
    seen.push(at);
    const { data } = at as { data?: unknown };
    const raw = typeof data === 'string' ? data : typeof data === 'object' && data !== null && 'data' in data ? data.data : undefined;
    if (typeof raw !== 'string' || !/^0x[0-9a-f]{8,}$/i.test(raw)) continue;
    try {
      const { errorName } = decodeErrorResult({ abi, data: raw as Hex });
      return new WalletError('reverted', reasons[errorName] ?? `the contract refuses: ${errorName.replace(/^.*_/, '')}`, { cause: thrown });
    } catch {
      // of another contract: the wallet's words will have to do
    }
  }
  return walletError(thrown);
}
