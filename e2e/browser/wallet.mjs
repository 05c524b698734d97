// Wallets for tests: providers that announce themselves in a page (EIP-6963) and sign in this process, with viem's local accounts.

import { readFile } from 'node:fs/promises'
import { createWalletClient, encodeDeployData, encodeFunctionData, getContractAddress, http, publicActions, serializeErc6492Signature, zeroHash } from '../../web/node_modules/viem/_esm/index.js'
import { privateKeyToAccount } from '../../web/node_modules/viem/_esm/accounts/index.js'

export { privateKeyToAccount }

export class TestWallet {
  /** What to do with a request before it is answered: throw to refuse, as a person does. */
  ask = () => {}
  asked = []

  constructor (key, rpc, { name = 'Pocket', chain = 31337 } = {}) {
    this.account = privateKeyToAccount(key)
    this.address = this.account.address
    this.name = name
    this.chain = chain
    this.client = createWalletClient({ account: this.account, transport: http(rpc) }).extend(publicActions)
  }

  /** Announces the wallet in every document that the page will have. */
  async install (page) {
    const call = `wallet${Math.random().toString(36).slice(2)}`
    await page.exposeFunction(call, (text) => this.request(JSON.parse(text)).then((result) => ({ result }), ({ code = -32603, message, data }) => ({ error: { code, message, data } })))
    await page.addInitScript(([call, name]) => {
      const request = async (what) => {
        const { result, error } = await window[call](JSON.stringify(what))
        if (error) throw Object.assign(new Error(error.message), error)
        return result
      }
      const detail = Object.freeze({ info: { uuid: call, name, icon: 'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg"/>', rdns: `test.${name}` }, provider: { request } })
      const announce = () => window.dispatchEvent(new CustomEvent('eip6963:announceProvider', { detail }))
      window.addEventListener('eip6963:requestProvider', announce)
      announce()
    }, [call, this.name])
    return this
  }

  async request ({ method, params = [] }) {
    this.asked.push(method)
    await this.ask(method, params)
    switch (method) {
      case 'eth_requestAccounts':
      case 'eth_accounts': return [this.address.toLowerCase()]
      case 'eth_chainId': return `0x${this.chain.toString(16)}`
      case 'wallet_switchEthereumChain': this.chain = Number(params[0].chainId); return null
      case 'personal_sign': return this.account.signMessage({ message: { raw: params[0] } })
      case 'eth_signTypedData_v4': return this.account.signTypedData(JSON.parse(params[1]))
      case 'eth_sendTransaction': return this.client.sendTransaction({ chain: null, to: params[0].to, data: params[0].data, value: BigInt(params[0].value ?? 0) })
      default: return this.client.request({ method, params })
    }
  }
}

/**
 * A wallet that is a contract: `address` is the contract's, whose one owner has the key, signs for it and pays for gas. It is deployed
 * with its first transaction; until then its signatures say how that is done (ERC-6492), from then on the contract is asked (ERC-1271).
 */
export class ContractWallet extends TestWallet {
  /** Deploys what deploys such wallets. */
  static async open (key, rpc, options) {
    const wallet = new ContractWallet(key, rpc, { name: 'Safe', ...options })
    const { Factory, Wallet } = JSON.parse(await readFile(new URL('testdata/contract-wallet.json', import.meta.url), 'utf8'))
    const { client, account } = wallet
    const { contractAddress: factory } = await client.waitForTransactionReceipt({ hash: await client.deployContract({ chain: null, ...Factory }) })
    const owner = account.address
    wallet.abi = Wallet.abi
    wallet.factory = { address: factory, data: encodeFunctionData({ abi: Factory.abi, functionName: 'deploy', args: [owner] }) }
    wallet.address = getContractAddress({ opcode: 'CREATE2', from: factory, salt: zeroHash, bytecode: encodeDeployData({ ...Wallet, args: [owner] }) })
    return wallet
  }

  async deployed () {
    return await this.client.getCode({ address: this.address }) !== undefined
  }

  async request (what) {
    const { method, params = [] } = what
    if (method === 'eth_sendTransaction') {
      this.asked.push(method)
      await this.ask(method, params)
      if (!await this.deployed()) await this.client.waitForTransactionReceipt({ hash: await this.client.sendTransaction({ chain: null, to: this.factory.address, data: this.factory.data }) })
      return this.client.writeContract({ chain: null, address: this.address, abi: this.abi, functionName: 'execute', args: [params[0].to, BigInt(params[0].value ?? 0), params[0].data] })
    }
    const said = await super.request(what)
    if (!/sign/i.test(method) || await this.deployed()) return said
    return serializeErc6492Signature({ ...this.factory, signature: said })
  }
}
