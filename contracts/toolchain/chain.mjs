// A local chain by the anvil binary of this platform, everything deployed on it, and accounts with money.
import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { createTestClient, encodeDeployData, encodeFunctionData, getAddress, getContractAddress, http, publicActions } from 'viem'
import { mnemonicToAccount } from 'viem/accounts'
import { foundry } from 'viem/chains'

const here = new URL('..', import.meta.url)

/** The rules of the chain: Base's since Isthmus. (gas.mjs holds transactions to Osaka's limit of 2^24 gas as well.) */
export const HARDFORK = 'prague'

/** A compiled contract: contracts/src and contracts/test/mocks, by name. */
export async function artifact(name, file = name) {
  const { abi, bytecode } = JSON.parse(await readFile(new URL(`.build/out/${file}.sol/${name}.json`, here), 'utf8'))
  return { abi, bytecode: bytecode.object }
}

/** Starts anvil. Blocks come with transactions, one second apart, so that every run gives the same numbers. */
export async function startChain() {
  const os = process.platform
  const arch = { x64: 'amd64', arm64: 'arm64' }[process.arch]
  const port = await freePort()
  const anvil = spawn(
    new URL(`node_modules/@foundry-rs/anvil-${os}-${arch}/bin/anvil`, here).pathname,
    ['--port', String(port), '--hardfork', HARDFORK, '--timestamp', '1800000000', '--gas-limit', '400000000', '--silent'],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  )
  const ended = new Promise((resolve) => anvil.once('exit', resolve))
  const client = createTestClient({ mode: 'anvil', chain: foundry, transport: http(`http://127.0.0.1:${port}`, { retryCount: 0 }) }).extend(publicActions)
  for (;;) {
    const up = await Promise.race([client.getChainId().then(() => 'up', () => 'not yet'), ended.then(() => 'ended')])
    if (up === 'ended') throw new Error('anvil ended before it answered')
    if (up === 'up') break
  }
  await client.setBlockTimestampInterval({ interval: 1 })
  return {
    client,
    stop: async () => {
      anvil.kill()
      await ended
    },
  }
}

/** Accounts of anvil: they have ETH from the start. */
export const account = (index) => mnemonicToAccount('test test test test test test test test test test test junk', { addressIndex: index })

/** Sends a transaction and returns its receipt, in which gas and block are numbers. One that reverts is an error. */
export async function send(client, from, { to, data, value = 0n }) {
  const nonce = await client.getTransactionCount({ address: from.address })
  const raw = await from.signTransaction({
    type: 'eip1559', chainId: foundry.id, nonce, to, data, value, gas: 30_000_000n, maxFeePerGas: 10n ** 10n, maxPriorityFeePerGas: 0n,
  })
  const hash = await client.request({ method: 'eth_sendRawTransaction', params: [raw] })
  for (;;) {
    const receipt = await client.request({ method: 'eth_getTransactionReceipt', params: [hash] })
    if (receipt === null) continue // not in its block yet
    if (receipt.status !== '0x1') throw new Error(`a transaction to ${to} reverted`)
    return { ...receipt, gasUsed: Number(receipt.gasUsed), blockNumber: Number(receipt.blockNumber) }
  }
}

/** Calls a function of a contract in a transaction. */
export function call(client, from, { address, abi }, functionName, args, value) {
  return send(client, from, { to: address, data: encodeFunctionData({ abi, functionName, args }), value })
}

/** Deploys a contract. */
export async function deploy(client, from, name, args, file) {
  const { abi, bytecode } = await artifact(name, file)
  const receipt = await send(client, from, { data: encodeDeployData({ abi, bytecode, args }) })
  return { address: getAddress(receipt.contractAddress), abi, gas: receipt.gasUsed }
}

/** Deploys everything, with a test dollar allowed. Contracts that know each other know where the next ones will be. */
export async function deployAll(client, from) {
  const authority = await deploy(client, from, 'AccessManager', [from.address])
  const splitters = await deploy(client, from, 'RevenueSplitterFactory', [])
  const nonce = await client.getTransactionCount({ address: from.address })
  const there = (ahead) => getContractAddress({ from: from.address, nonce: BigInt(nonce + ahead) })
  const controller = await deploy(client, from, 'UsageController', [there(1), authority.address])
  const pass = await deploy(client, from, 'UsagePass', [there(3), controller.address])
  const nft = await deploy(client, from, 'ModelNFT', [there(3), authority.address])
  const registry = await deploy(client, from, 'ModelRegistry', [nft.address, pass.address, splitters.address])
  if (pass.address !== there(1) || registry.address !== there(3)) throw new Error('contracts are not where they were expected')
  const orders = await deploy(client, from, 'JobOrders', [registry.address, pass.address, controller.address, authority.address])
  const dollar = await deploy(client, from, 'Dollar', [], 'Tokens')
  await call(client, from, controller, 'setToken', [dollar.address, true])
  return { authority, splitters, controller, pass, nft, registry, orders, dollar }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}
