/**
 * A wallet in the page, for development chains, whose keys everybody has: so that a newcomer can publish without installing one. It
 * signs whatever it is asked. It exists only where the relay says that its chain is such a one and gives out a key.
 */
import { privateKeyToAccount } from 'viem/accounts';
import type { Hex } from 'viem';
import type { Provider } from './discover.js';

export const testWalletRdns = 'dev.dehug.test-wallet';

/** Announces it like any wallet (EIP-6963). Call what it returns to take it away. */
export function announceTestWallet(key: string, rpc: string, chain: number): () => void {
  const detail = Object.freeze({
    info: Object.freeze({ uuid: 'd3405f51-6c6f-4b0c-9f36-64d3ab0d5a11', name: 'Test wallet: worthless money', icon, rdns: testWalletRdns }),
    provider: testProvider(key as Hex, rpc, chain),
  });
  const announce = (): void => void window.dispatchEvent(new CustomEvent('eip6963:announceProvider', { detail }));
  window.addEventListener('eip6963:requestProvider', announce);
  announce();
  return () => window.removeEventListener('eip6963:requestProvider', announce);
}

const icon = `data:image/svg+xml,${encodeURIComponent('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><rect width="24" height="24" rx="6" fill="#b45309"/><path d="M9 5h6M10 5v5l-4 8h12l-4-8V5" fill="none" stroke="#fff" stroke-width="2"/></svg>')}`;

interface Transaction {
  to?: Hex;
  data?: Hex;
  value?: Hex;
  gas?: Hex;
}

export function testProvider(key: Hex, rpc: string, chain: number): Provider {
  const account = privateKeyToAccount(key);
  const node = async (method: string, params: unknown): Promise<unknown> => {
    const response = await fetch(rpc, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: params ?? [] }) });
    const { result, error } = (await response.json()) as { result?: unknown; error?: { code: number; message: string; data?: unknown } };
    if (error !== undefined) throw Object.assign(new Error(error.message), error);
    return result;
  };
  const send = async (tx: Transaction): Promise<unknown> => {
    const call = { from: account.address, ...(tx.to !== undefined && { to: tx.to }), ...(tx.data !== undefined && { data: tx.data }), ...(tx.value !== undefined && { value: tx.value }) };
    const [nonce, gas, fee] = await Promise.all([node('eth_getTransactionCount', [account.address, 'pending']), tx.gas ?? node('eth_estimateGas', [call]), node('eth_gasPrice', [])]);
    const signed = await account.signTransaction({
      type: 'eip1559',
      chainId: chain,
      nonce: Number(nonce),
      gas: (BigInt(gas as Hex) * 12n) / 10n,
      maxFeePerGas: 2n * BigInt(fee as Hex),
      maxPriorityFeePerGas: BigInt(fee as Hex) > 10n ** 9n ? 10n ** 9n : BigInt(fee as Hex),
      ...(tx.to !== undefined && { to: tx.to }),
      ...(tx.data !== undefined && { data: tx.data }),
      value: BigInt(tx.value ?? '0x0'),
    });
    return node('eth_sendRawTransaction', [signed]);
  };
  return {
    request({ method, params }) {
      const [first, second] = Array.isArray(params) ? (params as unknown[]) : [];
      switch (method) {
        case 'eth_requestAccounts':
        case 'eth_accounts':
          return Promise.resolve([account.address]);
        case 'eth_chainId':
          return Promise.resolve(`0x${chain.toString(16)}`);
        case 'wallet_switchEthereumChain':
        case 'wallet_addEthereumChain':
          return Promise.resolve(null);
        case 'personal_sign':
          return account.signMessage({ message: { raw: first as Hex } });
        case 'eth_signTypedData_v4':
          return account.signTypedData(JSON.parse(second as string) as Parameters<typeof account.signTypedData>[0]);
        case 'eth_sendTransaction':
          return send(first as Transaction);
        default:
          return node(method, params);
      }
    },
  };
}
