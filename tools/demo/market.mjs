// What the demo does on its chain, in one process for the whole of it: reads requests from stdin, one JSON object a line, and answers
// each with one line. Money is that of the devnet: worth nothing.
//
//	{"publish": {"account": 1, "manifest": CID, "gateway": URL, "plan": "20000"}}   → {"version": id}
//	{"use": {"payer": 6, "version": id, "units": 40}}                               → {"redeemed": 40}
//
//	node tools/demo/market.mjs DEVNET-LINE: what `dehug-relay devnet --json` printed
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import {
  concat, createPublicClient, createWalletClient, decodeEventLog, encodeAbiParameters, http, keccak256, numberToHex, stringToHex, zeroAddress, zeroHash
} from '../../web/node_modules/viem/_esm/index.js'
import { generatePrivateKey, privateKeyToAccount } from '../../web/node_modules/viem/_esm/accounts/index.js'

const { url, accounts, deployment } = JSON.parse(process.argv[2])
const abi = (name) => JSON.parse(readFileSync(new URL(`../../contracts/abi/${name}.json`, import.meta.url), 'utf8'))
const contract = (name) => ({ address: deployment.contracts[name].address, abi: abi(name) })
const [registry, controller, dollar, pass] = ['ModelRegistry', 'UsageController', 'Dollar', 'UsagePass'].map(contract)
const node = createPublicClient({ transport: http(url), pollingInterval: 50 })
const wallet = (i) => createWalletClient({ account: privateKeyToAccount(accounts[i].key), transport: http(url) })
const operator = 7 // stands for a relay that sells use

/** Sends a call and returns its receipt; a refusal says why. */
async function send (from, to, functionName, args) {
  const { request } = await node.simulateContract({ ...to, functionName, args, account: from.account })
  const receipt = await node.waitForTransactionReceipt({ hash: await from.writeContract(request) })
  if (receipt.status !== 'success') throw new Error(`${functionName}: reverted`)
  return receipt
}

const hex = (digest) => `0x${digest.replace(/^0x/, '')}`

/** Publishes what a manifest says: a model, or one version more of one that is there. */
async function publish ({ account, manifest, gateway, plan }) {
  const bytes = new Uint8Array(await (await fetch(`${gateway}/ipfs/${manifest}?format=raw`)).arrayBuffer())
  const digest = hex(Buffer.from(await crypto.subtle.digest('SHA-256', bytes)).toString('hex'))
  const m = JSON.parse(new TextDecoder().decode(bytes))
  const by = wallet(account)
  const release = {
    version: m.version, manifest: digest, root: hex(m.root), licenseHash: m.license.sha256 ? hex(m.license.sha256) : zeroHash,
    parents: (m.parents ?? []).flatMap(({ versionId }) => versionId ? [hex(versionId)] : [])
  }
  const read = (functionName, args) => node.readContract({ ...registry, functionName, args })
  const model = await read('modelId', [by.account.address, m.name])
  if ((await read('modelOf', [model])).splitter !== zeroAddress) {
    await send(by, registry, 'publishVersion', [model, release])
  } else {
    const sharers = m.authors.filter(({ share }) => share !== '0').sort((a, b) => a.address.toLowerCase() < b.address.toLowerCase() ? -1 : 1)
    const offer = { token: dollar.address, authorFee: BigInt(plan ?? 0), relayFee: 1000n, computeCap: 4000n, unitKind: stringToHex('inference', { size: 32 }), transferable: true, period: 0, quota: 0 }
    await send(by, registry, 'publish', [{
      name: m.name, kind: m.kind === 'model' ? 0 : 1, release, recipients: sharers.map(({ address }) => address), parts: sharers.map(({ share }) => Number(share)),
      royaltyBps: Number(m.royalty), recovery: zeroAddress, plans: plan ? [offer] : []
    }])
  }
  return { version: await read('versionNamed', [model, m.version]) }
}

/** Buys units of a model's plan, uses some in a session, and has them paid out. */
async function use ({ payer, version, units }) {
  const { model } = await node.readContract({ ...registry, functionName: 'versionOf', args: [version] })
  const created = await node.getContractEvents({ ...pass, eventName: 'PlanCreated', fromBlock: 0n })
  const plan = created.find(({ args }) => [args.model, args.terms?.model].includes(model))?.args.plan
  if (plan === undefined) throw new Error('it has no plan')
  const [by, seller] = [wallet(payer), wallet(operator)]
  const [, , ...parts] = await node.readContract({ ...pass, functionName: 'priceOf', args: [plan] })
  const price = parts.reduce((sum, part) => sum + part, 0n)
  const bought = BigInt(2 * units)
  await send(by, dollar, 'approve', [controller.address, price * bought])
  await send(by, controller, 'buy', [plan, bought, by.account.address])
  const page = privateKeyToAccount(generatePrivateKey())
  const salt = keccak256(encodeAbiParameters([{ type: 'address' }, { type: 'bytes32' }], [page.address, version]))
  const end = Number((await node.getBlock()).timestamp) + 30 * 86400
  const receipt = await send(by, controller, 'openSession', [{ payer: by.account.address, operator: seller.account.address, plan, sessionKey: page.address, units: 2 * units, end, salt }])
  const opened = receipt.logs.filter(({ address }) => address.toLowerCase() === controller.address.toLowerCase())
    .map((log) => decodeEventLog({ ...controller, ...log })).find(({ eventName }) => eventName === 'SessionOpened').args
  const transcript = keccak256(stringToHex('a demo'))
  const signature = await page.signTypedData({
    domain: { name: 'DeHug Usage', version: '1', chainId: deployment.chainId, verifyingContract: controller.address },
    types: { Voucher: [{ name: 'session', type: 'bytes32' }, { name: 'units', type: 'uint32' }, { name: 'transcript', type: 'bytes32' }] },
    primaryType: 'Voucher', message: { session: opened.session, units, transcript }
  })
  const [r, s, v] = [signature.slice(2, 66), signature.slice(66, 130), parseInt(signature.slice(130), 16)]
  const vs = BigInt(`0x${s}`) | (BigInt(v - 27) << 255n) // ERC-2098
  const voucher = concat([numberToHex(opened.number, { size: 8 }), numberToHex(units, { size: 4 }), transcript, hex(r), numberToHex(vs, { size: 32 }), '0x01', '0x00', numberToHex(3000n * BigInt(units), { size: 8 })])
  await send(seller, controller, 'redeem', [[{ plan, operator: seller.account.address, providers: [accounts[8].address], vouchers: voucher }]])
  return { redeemed: units }
}

for await (const line of createInterface({ input: process.stdin })) {
  const [[what, request]] = Object.entries(JSON.parse(line))
  const answer = await { publish, use }[what](request).catch((error) => ({ error: error.shortMessage ?? error.message }))
  console.log(JSON.stringify(answer))
}
