/** Wallets that are there: those that announce themselves (EIP-6963), and the one that only stands in the window. */
import { parsePastedAddress } from '../verify/address.js';

/** EIP-1193. */
export interface Provider {
  request(call: { method: string; params?: unknown }): Promise<unknown>;
  on?(event: string, listener: (value: never) => void): void;
  removeListener?(event: string, listener: (value: never) => void): void;
}

export interface Wallet {
  info: {
    uuid: string;
    name: string;
    /** A data URL; from elsewhere it is not shown. */
    icon: string;
    /** Reverse domain name: the same in each visit. */
    rdns: string;
  };
  provider: Provider;
}

/** Tells which wallets there are, at once and whenever one more announces itself. Call what it returns to stop. */
export function discoverWallets(onChange: (wallets: readonly Wallet[]) => void): () => void {
  const found = new Map<string, Wallet>();
  const tell = (): void => {
    const { ethereum } = window as { ethereum?: Provider };
    const injected: Wallet[] = found.size > 0 || ethereum === undefined ? [] : [{ info: { uuid: 'injected', name: 'Browser wallet', icon: '', rdns: 'injected' }, provider: ethereum }];
    onChange([...found.values(), ...injected]);
  };
  const heard = (event: Event): void => {
    const { info, provider } = (event as CustomEvent<Partial<Wallet> | null>).detail ?? {};
    if (info === undefined || provider === undefined || typeof info.uuid !== 'string' || found.has(info.uuid)) return;
    found.set(info.uuid, { info: { uuid: info.uuid, name: info.name.slice(0, 60), icon: info.icon.startsWith('data:image/') ? info.icon : '', rdns: info.rdns }, provider });
    tell();
  };
  window.addEventListener('eip6963:announceProvider', heard);
  window.dispatchEvent(new Event('eip6963:requestProvider'));
  tell();
  return () => window.removeEventListener('eip6963:announceProvider', heard);
}

/** The account that a wallet gives this page, in the letter case of EIP-55. With `ask`, the wallet may open and ask the person. */
export async function accountOf(provider: Provider, { ask }: { ask: boolean }): Promise<string | undefined> {
  const accounts = await provider.request({ method: ask ? 'eth_requestAccounts' : 'eth_accounts' });
  const [first] = Array.isArray(accounts) ? (accounts as unknown[]) : [];
  return typeof first === 'string' ? parsePastedAddress(first.toLowerCase()) : undefined;
}
