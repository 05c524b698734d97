import { expect, test } from 'vitest';
import type { Provider } from './discover.js';
import { mined, type Market, type Sent } from './registry.js';

const from = `0x${'a'.repeat(40)}`;
const sent = { hash: `0x${'1'.repeat(64)}`, from, to: `0x${'b'.repeat(40)}`, input: '0x01', value: '0x0', nonce: '0x5', gas: '0x1', gasPrice: '0x1', type: '0x0', blockHash: null, blockNumber: null, transactionIndex: null };
const block = { hash: `0x${'e'.repeat(64)}`, number: '0x2' };
const mine = <T extends object>(tx: T) => ({ ...tx, blockHash: block.hash, blockNumber: block.number, transactionIndex: '0x0' });

/** A wallet on a chain where, in the second block, another transaction of the same account and nonce is in the place of ours. */
function wallet(other: typeof sent, status = '0x1'): Provider {
  let height = 0;
  const answers: Record<string, (params: readonly unknown[]) => unknown> = {
    eth_chainId: () => '0x7a69',
    eth_blockNumber: () => `0x${(height += height < 2 ? 1 : 0).toString(16)}`,
    eth_getTransactionByHash: ([hash]) => (height < 2 ? sent : hash === other.hash ? mine(other) : null),
    eth_getTransactionReceipt: ([hash]) =>
      height === 2 && hash === other.hash ? { ...mine({}), transactionHash: other.hash, from, to: other.to, status, logs: [], gasUsed: '0x1', cumulativeGasUsed: '0x1', effectiveGasPrice: '0x1', type: '0x0', logsBloom: '0x', contractAddress: null } : null,
    eth_getBlockByNumber: () => ({ ...block, transactions: height < 2 ? [] : [mine(other)] }),
  };
  return { request: ({ method, params }) => Promise.resolve(answers[method]?.((params ?? []) as readonly unknown[]) ?? null) };
}

const wait = (other: typeof sent, status?: string) => {
  const said: Sent[] = [];
  return { said, end: mined({ provider: wallet(other, status) } as Market, sent.hash, (x) => said.push(x)) };
};
const hash = `0x${'2'.repeat(64)}`;

test('a transaction that was made dearer goes on under its new hash', async () => {
  const { said, end } = wait({ ...sent, hash, gasPrice: '0x9' });
  expect(await end).toEqual({ hash });
  expect(said).toEqual([{ hash }]);
});

test.each([
  ['cancelled in the wallet', { ...sent, hash, to: from, input: '0x' }, 'cancelled'],
  ['replaced by another', { ...sent, hash, input: '0x02' }, 'another transaction'],
])('Refuse to call done what was %s', async (_, other, why) => {
  await expect(wait(other).end).rejects.toMatchObject({ code: 'replaced', message: expect.stringContaining(why) as string });
});

test('Refuse to call done what the contract took back', async () => {
  await expect(wait(sent, '0x0').end).rejects.toMatchObject({ code: 'reverted' });
});
