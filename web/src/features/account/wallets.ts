/** Which wallet is used, over a reload too; and the one for newcomers, where the relay's chain is a development chain. */
import { queryOptions, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { getChain, RelayError, type ChainInfo } from '../../relay/index.js';
import { chainName } from '../../wallet/chain.js';
import { discoverWallets, type Provider, type Wallet } from '../../wallet/discover.js';
import { WalletError } from '../../wallet/errors.js';
import type { Market } from '../../wallet/registry.js';

/** Null where the relay follows no chain. */
export const chainOptions = queryOptions({
  queryKey: ['chain'],
  queryFn: ({ signal }): Promise<ChainInfo | null> =>
    getChain({}, { signal }).catch((thrown: unknown) => {
      if (thrown instanceof RelayError && thrown.code === 'not_found') return null;
      throw thrown;
    }),
  staleTime: Infinity,
});

export const useChain = (): ChainInfo | null | undefined => useQuery(chainOptions).data;

/** Announces the test wallet where the relay gives one out; true once that is settled. */
export function useTestWallet(): boolean {
  const chain = useChain();
  const [settled, setSettled] = useState(false);
  useEffect(() => {
    const { testWallet: key, rpc, id } = chain ?? {};
    if (chain === undefined) return undefined;
    if (!key || !rpc || id === undefined) {
      setSettled(true);
      return undefined;
    }
    let stop: (() => void) | undefined;
    let over = false;
    void import('../../wallet/test-wallet.js').then(({ announceTestWallet }) => {
      if (over) return;
      stop = announceTestWallet(key, rpc, id);
      setSettled(true);
    });
    return () => {
      over = true;
      stop?.();
    };
  }, [chain]);
  return settled;
}

const mark = 'dehug-wallet';
let chosen: Wallet | undefined;

export function chooseWallet(wallet: Wallet): void {
  chosen = wallet;
  try {
    localStorage.setItem(mark, wallet.info.rdns);
  } catch {
    // it is asked for again after a reload
  }
}

/** The wallet that was signed in with; after a reload the one of that name, else the only one that there is. */
export function useWallet(): Wallet | undefined {
  const test = useTestWallet();
  const [wallet, setWallet] = useState(chosen);
  useEffect(() => {
    let rdns: string | null = null;
    try {
      rdns = localStorage.getItem(mark);
    } catch {
      // nothing is kept
    }
    return discoverWallets((wallets) => setWallet(chosen ?? wallets.find(({ info }) => info.rdns === rdns) ?? (wallets.length === 1 ? wallets[0] : undefined)));
  }, [test]);
  return wallet;
}

/** All that publishing on chain takes; undefined where there is no chain. */
export function marketOf(chain: ChainInfo | null | undefined, provider: Provider, account: string): Market | undefined {
  if (!chain) return undefined;
  const { ModelRegistry: registry, ModelNFT: nft } = chain.contracts as Record<string, string | undefined>;
  if (registry === undefined || nft === undefined) throw new WalletError('unreachable', 'the relay does not say where the registry is');
  return { chain: { id: chain.id, name: chainName(chain.id), ...(chain.rpc && { rpc: chain.rpc }) }, registry, nft, provider, account };
}
