// The devnet beside viem, a client that we did not write: over HTTP and WebSocket, with the node's accounts and with its own.
//
//	node toolchain/devnet.mjs DEHUG-RELAY
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { createPublicClient, createWalletClient, decodeEventLog, encodeEventTopics, http, parseEther, webSocket } from 'viem'
import { mnemonicToAccount } from 'viem/accounts'
import { foundry } from 'viem/chains'

const devnet = spawn(process.argv[2], ['devnet', '--json', '--listen', '127.0.0.1:0', '--start-time', '2000000000'], { stdio: ['ignore', 'pipe', 'inherit'] })
const ended = once(devnet, 'exit')
try {
  const [line] = await Promise.race([once(createInterface(devnet.stdout), 'line'), ended.then(() => Promise.reject(new Error('devnet ended')))])
  await check(JSON.parse(line))
} finally {
  devnet.kill('SIGINT')
}
const [status] = await ended
assert.equal(status, 0, 'devnet ends in good order')
console.log('devnet: viem sends, reads, subscribes and sees blocks taken back')

async function check({ url, webSocket: socket, accounts, deployment }) {
  const own = accounts.map((_, addressIndex) => mnemonicToAccount('test test test test test test test test test test test junk', { addressIndex }))
  assert.deepEqual(accounts.map((a) => a.address), own.map((a) => a.address.toLowerCase()), 'accounts are those that everybody has')
  const client = createPublicClient({ chain: foundry, transport: http(url), pollingInterval: 20 })
  const ws = createPublicClient({ chain: foundry, transport: webSocket(socket) })
  assert.equal(await client.getChainId(), foundry.id)
  const dollar = { address: deployment.contracts.Dollar.address, abi: JSON.parse(await readFile(new URL('../abi/Dollar.json', import.meta.url), 'utf8')) }
  const [, alice, bob] = own

  // What is heard over WebSocket, in order.
  const heard = []
  let news = withResolvers()
  const topics = encodeEventTopics({ ...dollar, eventName: 'Transfer', args: { from: alice.address } })
  const { unsubscribe } = await ws.transport.subscribe({
    params: ['logs', { address: dollar.address, topics }],
    onError: (error) => news.reject(error),
    onData: ({ result: log }) => {
      heard.push({ removed: log.removed, ...decodeEventLog({ ...dollar, ...log }) })
      news.resolve()
      news = withResolvers()
    },
  })
  const until = async (what, condition) => {
    const late = setTimeout(() => news.reject(new Error(`not heard within a minute: ${what}`)), 60_000)
    while (!condition()) await news.promise
    clearTimeout(late)
  }

  // By an account of the node's (eth_sendTransaction), and by one of viem's (eth_sendRawTransaction).
  const before = await client.readContract({ ...dollar, functionName: 'balanceOf', args: [bob.address] })
  const byNode = createWalletClient({ account: alice.address, chain: foundry, transport: http(url) })
  const bySelf = createWalletClient({ account: alice, chain: foundry, transport: http(url) })
  for (const [wallet, amount] of [[byNode, 1n], [bySelf, 2n]]) {
    const hash = await wallet.writeContract({ ...dollar, functionName: 'transfer', args: [bob.address, amount] })
    const receipt = await client.waitForTransactionReceipt({ hash })
    assert.equal(receipt.status, 'success')
  }
  assert.equal(await client.readContract({ ...dollar, functionName: 'balanceOf', args: [bob.address] }), before + 3n)
  const logs = await client.getContractEvents({ ...dollar, eventName: 'Transfer', args: { from: alice.address }, fromBlock: 0n })
  assert.deepEqual(logs.map((l) => l.args.value), [1n, 2n])
  await until('two transfers', () => heard.length >= 2)
  assert.deepEqual(heard.map((l) => [l.args.value, l.removed]), [[1n, false], [2n, false]])

  // What reverts says why.
  const tooMuch = client.simulateContract({ ...dollar, account: bob, functionName: 'transfer', args: [alice.address, 2n ** 255n] })
  await assert.rejects(tooMuch, /ERC20InsufficientBalance/)

  // A block is taken back for good: subscribers hear that its log is removed, and the money is where it was.
  await client.request({ method: 'devnet_reorg', params: [1, true] })
  await until('a removed log', () => heard.some((l) => l.removed))
  assert.deepEqual(heard.filter((l) => l.removed).map((l) => l.args.value), [2n])
  assert.equal(await client.readContract({ ...dollar, functionName: 'balanceOf', args: [bob.address] }), before + 1n)
  await unsubscribe()

  // The clock.
  const { timestamp } = await client.getBlock()
  await client.request({ method: 'devnet_increaseTime', params: [86_400] })
  assert.equal((await client.getBlock()).timestamp, timestamp + 86_400n)

  // Ether, and blocks only when asked.
  await client.request({ method: 'devnet_setAutomine', params: [false] })
  const had = await client.getBalance({ address: bob.address })
  const hash = await bySelf.sendTransaction({ to: bob.address, value: parseEther('1') })
  assert.equal((await client.getTransaction({ hash })).blockNumber, null, 'it waits')
  await client.request({ method: 'devnet_mine', params: [1] })
  assert.equal((await client.getTransactionReceipt({ hash })).status, 'success')
  assert.equal(await client.getBalance({ address: bob.address }), had + parseEther('1'))
  const there = await client.request({ method: 'devnet_deployment' })
  assert.equal(there.contracts.ModelRegistry.address, deployment.contracts.ModelRegistry.address)
  ;(await ws.transport.getRpcClient()).close()
}

function withResolvers() {
  let resolve, reject
  const promise = new Promise((yes, no) => ([resolve, reject] = [yes, no]))
  promise.catch(() => {}) // who waits hears of it
  return { promise, resolve, reject }
}
