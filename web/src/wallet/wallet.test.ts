import { describe, expect, test } from 'vitest';
import { ensureChain } from './chain.js';
import type { Provider } from './discover.js';
import { walletError } from './errors.js';
import { signInMessage } from './sign-in.js';
import { testProvider } from './test-wallet.js';

const rejection = (code: unknown, message = 'x') => Object.assign(new Error(message), { code });

test.each([
  ['rejected', rejection(4001)],
  ['rejected', { code: -32603, message: 'Internal', cause: { code: 4001 } }],
  ['busy', rejection(-32002)],
  ['wrong-chain', rejection(4902)],
  ['other-account', rejection(4100)],
  ['no-funds', rejection(-32000, 'insufficient funds for gas * price + value')],
  ['unreachable', rejection(-32603, 'HTTP request failed')],
  ['unreachable', 'text'],
])('%s is what a wallet means', (code, thrown) => expect(walletError(thrown)).toMatchObject({ code, cause: thrown }));

describe('the chain', () => {
  /** A wallet that knows some chains, and takes or refuses what it is asked. */
  const wallet = (at: number, known: number[], refuse = false): Provider & { asked: string[] } => {
    const asked: string[] = [];
    return {
      asked,
      request({ method, params }) {
        asked.push(method);
        if (method === 'eth_chainId') return Promise.resolve(`0x${at.toString(16)}`);
        if (refuse) return Promise.reject(rejection(4001));
        const id = Number((params as [{ chainId: string }])[0].chainId);
        if (method === 'wallet_addEthereumChain') known.push(id);
        else if (!known.includes(id)) return Promise.reject(rejection(4902));
        at = id;
        return Promise.resolve(null);
      },
    };
  };
  const spec = { id: 31337, name: 'dev', rpc: 'http://127.0.0.1:1' };
  test('is left when it is right, changed when it is known, added when it is not', async () => {
    const calls = async (w: ReturnType<typeof wallet>) => (await ensureChain(w, spec), w.asked.filter((method) => method !== 'eth_chainId'));
    expect(await calls(wallet(31337, []))).toEqual([]);
    expect(await calls(wallet(1, [31337]))).toEqual(['wallet_switchEthereumChain']);
    expect(await calls(wallet(1, []))).toEqual(['wallet_switchEthereumChain', 'wallet_addEthereumChain']);
  });
  test('stays when the person says no, and nothing is added then', async () => {
    const w = wallet(1, [], true);
    await expect(ensureChain(w, spec)).rejects.toMatchObject({ code: 'rejected' });
    expect(w.asked).not.toContain('wallet_addEthereumChain');
  });
});

test('the sign-in message is for the page where it is one of the relay’s own names', () => {
  const nonce = { domain: '127.0.0.1:8080', uri: 'http://127.0.0.1:8080', chainId: 31337, nonce: 'abcdefgh', expires: '' };
  const at = new Date('2026-01-02T03:04:05Z');
  expect(signInMessage('0xA', nonce, at, { host: 'localhost:8080', origin: 'http://localhost:8080' })).toContain('localhost:8080 wants');
  expect(signInMessage('0xA', { ...nonce, domain: 'hub.example', uri: 'https://hub.example' }, at, { host: 'evil.example', origin: 'https://evil.example' })).toBe(
    'hub.example wants you to sign in with your Ethereum account:\n0xA\n\nSign in to DeHug. This costs nothing and moves nothing.\n\nURI: https://hub.example\nVersion: 1\nChain ID: 31337\nNonce: abcdefgh\nIssued At: 2026-01-02T03:04:05.000Z',
  );
});

test('the test wallet signs with its key', async () => {
  const wallet = testProvider(`0x${'11'.repeat(32)}`, 'http://127.0.0.1:1', 31337);
  expect(await wallet.request({ method: 'eth_accounts' })).toEqual(['0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A']);
  expect(await wallet.request({ method: 'personal_sign', params: ['0x68', ''] })).toMatch(/^0x[0-9a-f]{130}$/);
});
