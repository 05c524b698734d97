// Wallets for tests: providers that announce themselves in a page (EIP-6963) and sign in this process, with viem's local accounts.

import { createWalletClient, http, publicActions } from '../../web/node_modules/viem/_esm/index.js'
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
