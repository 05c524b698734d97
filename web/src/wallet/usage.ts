/**
 * Sessions on chain, as their payer's wallet has to do with them: opened by one signature, ended, and what is left taken back. viem is in
 * here, so this is fetched when somebody pays.
 */
import { encodeFunctionData, hashTypedData, parseAbi, parseSignature, type Abi, type Address, type Hex } from 'viem';
import usageABI from '../../../contracts/abi/UsageController.json' with { type: 'json' };
import { openUsageSession, type UsageSession, type UsageTerms } from '../relay/index.js';
import { chainOf } from './chain.js';
import { accountOf } from './discover.js';
import { walletError, WalletError } from './errors.js';
import { domainType, mined, publicClient, ready, refusal, signTypedData, transact, type Market, type Sent } from './registry.js';

/** What is bought, and for how long. */
export interface Opening {
  plan: string;
  units: number;
  /** In the dollar's smallest unit: what the units cost together, exactly. */
  cost: bigint;
  /** Unix time. */
  end: number;
  /** Address of the key that will sign vouchers. */
  key: string;
}

const tokenABI = parseAbi([
  'function balanceOf(address) view returns (uint256)',
  'function approve(address, uint256) returns (bool)',
  'function name() view returns (string)',
  'function version() view returns (string)',
  'function eip712Domain() view returns (bytes1 fields, string name, string version, uint256 chainId, address verifyingContract, bytes32 salt, uint256[] extensions)',
]);

const termsFields = [
  { name: 'payer', type: 'address' },
  { name: 'operator', type: 'address' },
  { name: 'plan', type: 'bytes32' },
  { name: 'sessionKey', type: 'address' },
  { name: 'units', type: 'uint32' },
  { name: 'end', type: 'uint32' },
  { name: 'salt', type: 'bytes32' },
] as const;
const authorizationTypes = {
  EIP712Domain: domainType,
  ReceiveWithAuthorization: [
    { name: 'from', type: 'address' },
    { name: 'to', type: 'address' },
    { name: 'value', type: 'uint256' },
    { name: 'validAfter', type: 'uint256' },
    { name: 'validBefore', type: 'uint256' },
    { name: 'nonce', type: 'bytes32' },
  ],
} as const;

/** Seconds in which a signed opening has to come to the chain. */
const openWithin = 3600n;

/**
 * Opens a session with one signature: of the payment (EIP-3009), whose nonce is the hash of the session's terms, so that it buys that session
 * and nothing else. The relay brings it; where it does not, the wallet sends a transaction besides. A wallet that is a contract sends two.
 */
export async function openSession(market: Market, terms: UsageTerms, { plan, units, cost, end, key }: Opening, onSent?: (sent: Sent) => void): Promise<Sent> {
  if (terms.chainId !== market.chain.id) throw new WalletError('wrong-chain', `this hub takes sessions of chain ${terms.chainId}, and follows chain ${market.chain.id}`);
  await ready(market);
  const [payer, token, controller] = [market.account, terms.token, terms.controller] as Address[] as [Address, Address, Address];
  const client = publicClient(market);
  const [has, code, domain] = await Promise.all([
    client.readContract({ address: token, abi: tokenABI, functionName: 'balanceOf', args: [payer] }),
    client.getCode({ address: payer }),
    tokenDomain(market, token),
  ]).catch((thrown: unknown) => Promise.reject(walletError(thrown)));
  if (has < cost) throw new WalletError('no-dollars', `it costs $${dollars(cost)}, and the account has $${dollars(has)}`, { hint: 'choose fewer runs, or add dollars to the account' });
  const opening = { payer, operator: terms.operator as Address, plan: plan as Hex, sessionKey: key as Address, units, end, salt: `0x${'0'.repeat(24)}${key.slice(2).toLowerCase()}` as Hex };
  // A contract signs for no payment (EIP-3009 wants a key): it pays by transactions.
  const byTransactions = async () => {
    await transact(market, { to: token, data: encodeFunctionData({ abi: tokenABI, functionName: 'approve', args: [controller, cost] }) }, undefined, why);
    return transact(market, { to: controller, data: encodeFunctionData({ abi: usageABI as Abi, functionName: 'openSessionPaying', args: [opening] }) }, onSent, why);
  };
  if (code !== undefined && !code.startsWith('0xef0100')) return byTransactions();
  const nonce = hashTypedData({ domain: { name: 'DeHug Usage', version: '1', chainId: terms.chainId, verifyingContract: controller }, types: { OpenSession: termsFields }, primaryType: 'OpenSession', message: opening });
  const validBefore = BigInt(Math.floor(Date.now() / 1000)) + openWithin;
  const signature = await signTypedData(market.provider, market.account, {
    domain, types: authorizationTypes, primaryType: 'ReceiveWithAuthorization',
    message: { from: payer, to: controller, value: cost, validAfter: 0n, validBefore, nonce },
  });
  if (!/^0x[0-9a-f]{130}$/i.test(signature)) return byTransactions(); // of a contract that is not there yet
  const { r, s, yParity } = parseSignature(signature as Hex);
  const authorization = { from: payer, validAfter: 0n, validBefore, v: 27 + yParity, r, s };
  const data = encodeFunctionData({ abi: usageABI as Abi, functionName: 'openSessionWithAuthorization', args: [opening, authorization] });
  if (!terms.opens) return transact(market, { to: controller, data }, onSent, why);
  const { transaction } = await openUsageSession({ body: { call: data } });
  onSent?.({ hash: transaction });
  return mined(market, transaction);
}

const dollars = (micros: bigint): string => `${micros / 1_000_000n}.${(micros % 1_000_000n).toString().padStart(6, '0')}`.replace(/\.?0+$/, '');

/** What signatures for a token are for. It says so itself (ERC-5267), or is named and numbered as USDC is. */
async function tokenDomain(market: Market, token: Address) {
  const client = publicClient(market);
  const read = (functionName: 'name' | 'version') => client.readContract({ address: token, abi: tokenABI, functionName });
  const [name, version] = await client
    .readContract({ address: token, abi: tokenABI, functionName: 'eip712Domain' })
    .then(([, name, version]) => [name, version] as const, async () => Promise.all([read('name'), read('version')]));
  return { name, version, chainId: market.chain.id, verifyingContract: token };
}

/** What an account has: in its own hands, and with the controller, to be withdrawn. Null where the wallet is on another chain, or shows another account. */
export async function balancesOf(market: Market, { controller, token }: Pick<UsageTerms, 'controller' | 'token'>): Promise<{ wallet: bigint; credit: bigint } | null> {
  if ((await chainOf(market.provider)) !== market.chain.id || (await accountOf(market.provider, { ask: false })) !== market.account) return null;
  const client = publicClient(market);
  const [wallet, credit] = await Promise.all([
    client.readContract({ address: token as Address, abi: tokenABI, functionName: 'balanceOf', args: [market.account as Address] }),
    client.readContract({ address: controller as Address, abi: usageABI as Abi, functionName: 'creditOf', args: [token, market.account] }) as Promise<bigint>,
  ]).catch((thrown: unknown) => Promise.reject(walletError(thrown)));
  return { wallet, credit };
}

/** What can be done with a session that is open, one that is over, and with what came back of it. */
export type UsageAct = { is: 'end' | 'close'; session: UsageSession } | { is: 'withdraw'; token: string };

/** Has the wallet send it, and waits until it is in a block. */
export function act(market: Market, { controller }: Pick<UsageTerms, 'controller'>, what: UsageAct, onSent?: (sent: Sent) => void): Promise<Sent> {
  const call = (functionName: string, args: readonly unknown[]) => transact(market, { to: controller as Address, data: encodeFunctionData({ abi: usageABI as Abi, functionName, args }) }, onSent, why);
  if (what.is === 'withdraw') return call('withdraw', [what.token, market.account, market.account]);
  const { plan, operator, number } = what.session;
  const reference = { plan, operator, number: BigInt(number) };
  return what.is === 'end' ? call('requestClose', [reference]) : call('close', [reference, false]);
}

const reasons: Readonly<Record<string, string>> = {
  UsageController_Paused: 'new sessions are paused',
  UsageController_TokenNotAllowed: 'the plan’s token is not taken any more',
  UsageController_BadEnd: 'the session would end too late, or in the past: is this machine’s clock right?',
  UsageController_NoSession: 'the session is closed already',
  UsageController_StillOpen: 'the session is not over yet on the chain; try again in a minute',
  UsageController_Subscription: 'a subscription lasts its time',
  Till_NothingToWithdraw: 'there is nothing to withdraw',
};

const why = (thrown: unknown): WalletError => refusal(thrown, { abi: usageABI as Abi, reasons });
