/** The chain that a wallet is on. */
import type { Provider } from './discover.js';
import { walletError, WalletError } from './errors.js';

export interface ChainSpec {
  id: number;
  name: string;
  /** For wallets that do not know the chain yet. */
  rpc?: string;
}

/** Chains that wallets may have to be told of. */
const known: Readonly<Record<number, { name: string; rpc: string; explorer?: string }>> = {
  8453: { name: 'Base', rpc: 'https://mainnet.base.org', explorer: 'https://basescan.org' },
  84532: { name: 'Base Sepolia', rpc: 'https://sepolia.base.org', explorer: 'https://sepolia.basescan.org' },
};

export const chainName = (id: number): string => known[id]?.name ?? (id === 31337 ? 'the development chain' : `chain ${id}`);

/** Where people look at a transaction; empty on chains that nobody shows. */
export function transactionLink(chain: number, hash: string): string {
  const explorer = known[chain]?.explorer;
  return explorer === undefined ? '' : `${explorer}/tx/${hash}`;
}

export async function chainOf(provider: Provider): Promise<number> {
  return Number(await provider.request({ method: 'eth_chainId' }));
}

/** Has the wallet change to a chain, which it asks the person about. */
export async function ensureChain(provider: Provider, { id, name, rpc }: ChainSpec): Promise<void> {
  try {
    if ((await chainOf(provider)) === id) return;
    const chainId = `0x${id.toString(16)}`;
    try {
      await provider.request({ method: 'wallet_switchEthereumChain', params: [{ chainId }] });
    } catch (thrown) {
      const rpcUrl = rpc ?? known[id]?.rpc;
      if (walletError(thrown).code === 'rejected' || rpcUrl === undefined) throw thrown;
      await provider.request({
        method: 'wallet_addEthereumChain',
        params: [{ chainId, chainName: name, rpcUrls: [rpcUrl], nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 } }],
      });
    }
  } catch (thrown) {
    throw walletError(thrown);
  }
  if ((await chainOf(provider)) !== id) throw new WalletError('wrong-chain', `the wallet is not on ${name}`, { hint: `choose ${name} in the wallet` });
}
