// What the demo does on its chain, in one process for the whole of it: reads requests from stdin, one JSON object a line, and answers
// each with one line. Money is that of the devnet: worth nothing.
//
//	{"publish": {"account": 1, "manifest": CID, "gateway": URL, "plan": "20000"}}   → {"version": id}
//	{"use": {"payer": 6, "version": id, "units": 40}}                               → {"redeemed": 40}
//	{"evaluate": {"version": id, "manifest": CID, "gateway": URL, "task", "dataset", "metric"}} → {"value": bytes of the ONNX files}
//	{"run": {"payer": 9, "version": id, "manifest": CID, "site": URL}}              → {"prediction", "request", "receipt", "steps"}
//	{"withdraw": {"version": id, "site": URL, "prediction", "accounts": [7, 8]}}    → {"steps"}: once it is settled
//
//	node tools/demo/market.mjs DEVNET-LINE: what `dehug-relay devnet --json` printed
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import {
  bytesToHex, concat, createPublicClient, createWalletClient, decodeEventLog, encodeAbiParameters, hexToBytes, http, keccak256, numberToBytes, numberToHex, stringToHex, zeroAddress, zeroHash
} from '../../web/node_modules/viem/_esm/index.js'
import { createSiweMessage } from '../../web/node_modules/viem/_esm/siwe/index.js'
import { generatePrivateKey, privateKeyToAccount } from '../../web/node_modules/viem/_esm/accounts/index.js'

const { url, accounts, deployment } = JSON.parse(process.argv[2])
const abi = (name) => JSON.parse(readFileSync(new URL(`../../contracts/abi/${name}.json`, import.meta.url), 'utf8'))
const contract = (name) => ({ address: deployment.contracts[name].address, abi: abi(name) })
const [registry, controller, dollar, pass, eas] = ['ModelRegistry', 'UsageController', 'Dollar', 'UsagePass', 'EAS'].map(contract)
const node = createPublicClient({ transport: http(url), pollingInterval: 50 })
const wallet = (i) => createWalletClient({ account: privateKeyToAccount(accounts[i].key), transport: http(url) })
const operator = 7 // stands for another relay that sells use, and runs it; and for who evaluates for the challenge

/** Sends a call and returns its receipt; a refusal says why. */
async function send (from, to, functionName, args) {
  const { request } = await node.simulateContract({ ...to, functionName, args, account: from.account })
  const receipt = await node.waitForTransactionReceipt({ hash: await from.writeContract(request) })
  if (receipt.status !== 'success') throw new Error(`${functionName}: reverted`)
  return receipt
}

const hex = (digest) => `0x${digest.replace(/^0x/, '')}`

/** A manifest and its digest. */
async function read (manifest, gateway) {
  const bytes = new Uint8Array(await (await fetch(`${gateway}/ipfs/${manifest}?format=raw`)).arrayBuffer())
  return { digest: hex(Buffer.from(await crypto.subtle.digest('SHA-256', bytes)).toString('hex')), m: JSON.parse(new TextDecoder().decode(bytes)) }
}

/** Publishes what a manifest says: a model, or one version more of one that is there. */
async function publish ({ account, manifest, gateway, plan }) {
  const { digest, m } = await read(manifest, gateway)
  const by = wallet(account)
  const release = {
    version: m.version, manifest: digest, root: hex(m.root), licenseHash: m.license.sha256 ? hex(m.license.sha256) : zeroHash,
    parents: (m.parents ?? []).flatMap(({ versionId }) => versionId ? [hex(versionId)] : [])
  }
  const ask = (functionName, args) => node.readContract({ ...registry, functionName, args })
  const model = await ask('modelId', [by.account.address, m.name])
  if ((await ask('modelOf', [model])).splitter !== zeroAddress) {
    await send(by, registry, 'publishVersion', [model, release])
  } else {
    const sharers = m.authors.filter(({ share }) => share !== '0').sort((a, b) => a.address.toLowerCase() < b.address.toLowerCase() ? -1 : 1)
    const offer = { token: dollar.address, authorFee: BigInt(plan ?? 0), relayFee: 1000n, computeCap: 4000n, unitKind: stringToHex('inference', { size: 32 }), transferable: true, period: 0, quota: 0 }
    await send(by, registry, 'publish', [{
      name: m.name, kind: m.kind === 'model' ? 0 : 1, release, recipients: sharers.map(({ address }) => address), parts: sharers.map(({ share }) => Number(share)),
      royaltyBps: Number(m.royalty), recovery: zeroAddress, plans: plan ? [offer] : []
    }])
  }
  return { version: await ask('versionNamed', [model, m.version]) }
}

/** Attests how many bytes of ONNX files a version has. The evidence is its manifest, in which anybody can count them again. */
async function evaluate ({ version, manifest, gateway, task, dataset, metric }) {
  const { digest, m } = await read(manifest, gateway)
  const value = m.files.filter(({ path }) => path.endsWith('.onnx')).reduce((sum, { size }) => sum + BigInt(size), 0n).toString()
  const said = encodeAbiParameters(
    ['bytes32', 'string', 'string', 'string', 'string', 'bytes32'].map((type) => ({ type })), [version, task, dataset, metric, value, digest]
  )
  await send(wallet(operator), eas, 'attest', [{
    schema: deployment.schemas.evaluation.uid, data: { recipient: zeroAddress, expirationTime: 0n, revocable: true, refUID: zeroHash, data: said, value: 0n }
  }])
  return { value }
}

/** The plan of a version's model. */
async function planOf (version) {
  const { model } = await node.readContract({ ...registry, functionName: 'versionOf', args: [version] })
  const created = await node.getContractEvents({ ...pass, eventName: 'PlanCreated', fromBlock: 0n })
  const plan = created.find(({ args }) => [args.model, args.terms?.model].includes(model))?.args.plan
  if (plan === undefined) throw new Error('it has no plan')
  return plan
}

/** Buys units of a plan and locks them for an operator, with a key that a page would have made. */
async function lock ({ by, to, plan, version, units }) {
  const [, , ...parts] = await node.readContract({ ...pass, functionName: 'priceOf', args: [plan] })
  const price = parts.reduce((sum, part) => sum + part, 0n)
  await send(by, dollar, 'approve', [controller.address, price * BigInt(units)])
  await send(by, controller, 'buy', [plan, BigInt(units), by.account.address])
  const page = privateKeyToAccount(generatePrivateKey())
  const salt = keccak256(encodeAbiParameters([{ type: 'address' }, { type: 'bytes32' }], [page.address, version]))
  const end = Number((await node.getBlock()).timestamp) + 30 * 86400
  const receipt = await send(by, controller, 'openSession', [{ payer: by.account.address, operator: to, plan, sessionKey: page.address, units, end, salt }])
  const opened = receipt.logs.filter(({ address }) => address.toLowerCase() === controller.address.toLowerCase())
    .map((log) => decodeEventLog({ ...controller, ...log })).find(({ eventName }) => eventName === 'SessionOpened').args
  return { page, opened, price }
}

const sign = (page, message) => page.signTypedData({
  domain: { name: 'DeHug Usage', version: '1', chainId: deployment.chainId, verifyingContract: controller.address },
  types: { Voucher: [{ name: 'session', type: 'bytes32' }, { name: 'units', type: 'uint32' }, { name: 'transcript', type: 'bytes32' }] },
  primaryType: 'Voucher', message
})

/** Buys units of a model's plan, uses some in a session, and has them paid out. */
async function use ({ payer, version, units }) {
  const plan = await planOf(version)
  const [by, seller] = [wallet(payer), wallet(operator)]
  const { page, opened } = await lock({ by, to: seller.account.address, plan, version, units: 2 * units })
  const transcript = keccak256(stringToHex('a demo'))
  const signature = await sign(page, { session: opened.session, units, transcript })
  const [r, s, v] = [signature.slice(2, 66), signature.slice(66, 130), parseInt(signature.slice(130), 16)]
  const vs = BigInt(`0x${s}`) | (BigInt(v - 27) << 255n) // ERC-2098
  const voucher = concat([numberToHex(opened.number, { size: 8 }), numberToHex(units, { size: 4 }), transcript, hex(r), numberToHex(vs, { size: 32 }), '0x01', '0x00', numberToHex(3000n * BigInt(units), { size: 8 })])
  await send(seller, controller, 'redeem', [[{ plan, operator: seller.account.address, providers: [seller.account.address], vouchers: voucher }]])
  return { redeemed: units }
}

/** Signs in at a site, and returns what asks its API. */
async function signIn (site, account) {
  let cookie = ''
  const ask = async (path, body) => {
    const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
    const response = await fetch(`${site}/api/v1${path}`, { ...init, headers: { 'Content-Type': 'application/json', Cookie: cookie, Prefer: 'wait' } })
    cookie = response.headers.get('Set-Cookie')?.split(';')[0] ?? cookie
    const said = await response.json()
    if (!response.ok) throw Object.assign(new Error(`${path}: ${said.detail}`), { status: response.status })
    return said
  }
  const { nonce, domain, uri, chainId } = await ask('/nonces', {})
  const message = createSiweMessage({ address: account.address, chainId, domain, nonce, uri, version: '1', issuedAt: new Date() })
  await ask('/sessions', { message, signature: await account.signMessage({ message }) })
  return ask
}

/** Asks until there is an answer that will do. */
async function until (ask, will = () => true) {
  for (const end = Date.now() + 60_000; ; await new Promise((resolve) => setTimeout(resolve, 200))) {
    const answer = await ask().catch((error) => { if (error.status !== 404 && error.status !== 503) throw error })
    if (answer !== undefined && will(answer)) return answer
    if (Date.now() > end) throw new Error('the relay does not come to it')
  }
}

const sha256 = async (...parts) => new Uint8Array(await crypto.subtle.digest('SHA-256', concat(parts.map((part) => typeof part === 'string' ? new TextEncoder().encode(part) : part))))

/** One input of floats in the canonical form that request hashes are of. */
const tensors = (name, shape, bytes) => concat([
  new TextEncoder().encode('dehug/tensors/v0'), numberToBytes(1, { size: 2 }), numberToBytes(name.length, { size: 2 }), new TextEncoder().encode(name),
  Uint8Array.of(1, shape.length), ...shape.map((n) => numberToBytes(n, { size: 8 })), bytes
])

/** Buys, opens a session for the relay, and has a provider run the model on a gray picture, as a page does. */
async function run ({ payer, version, manifest, site }) {
  const by = wallet(payer)
  const ask = await signIn(site, by.account)
  const terms = await ask('/usage/terms')
  const { page, opened, price } = await lock({ by, to: terms.operator, plan: await planOf(version), version, units: 5 })
  const steps = [`bought 5 passes for ${dollars(5n * price)}, locked them in session ${opened.session.slice(0, 10)}…`]
  const session = await until(() => ask(`/usage/sessions/${opened.session}`))
  const [name, shape] = ['input:0', [1, 128, 128, 3]]
  const pixels = new Uint8Array(4 * shape.reduce((product, n) => product * n, 1))
  const salt = crypto.getRandomValues(new Uint8Array(32))
  const requestHash = await sha256('dehug/request/v0', salt, tensors(name, shape, pixels))
  const transcript = bytesToHex(await sha256('dehug/transcript/v0', hexToBytes(session.next.after), requestHash, numberToBytes(1, { size: 4 })))
  const request = {
    version: manifest, salt: bytesToHex(salt), input: { [name]: { datatype: 'FP32', shape, base64: Buffer.from(pixels).toString('base64') } },
    voucher: { session: session.id, units: session.next.units, transcript, signature: await sign(page, { session: session.id, units: session.next.units, transcript }) }
  }
  const made = await until(() => ask('/predictions', request))
  const done = await until(() => ask(`/predictions/${made.id}`), ({ status }) => !['starting', 'processing'].includes(status))
  if (done.status !== 'succeeded') throw new Error(`the run ${done.status}: ${done.code} ${done.error}`)
  const receipt = await ask(`/receipts/${made.id}`)
  steps.push(`ran: receipt ${made.id.slice(0, 8)}… by provider ${receipt.provider}, who asked for ${dollars(BigInt(receipt.pay))}`)
  return { prediction: made.id, request, receipt, steps }
}

const dollars = (amount) => `$${(Number(amount) / 1e6).toFixed(6)}`

/** Waits until a run is settled, and has everybody withdraw what is theirs: the model's authors and curators, and providers. */
async function withdraw ({ payer, version, site, prediction, accounts: workers }) {
  const ask = await signIn(site, wallet(payer).account)
  const { settlement } = await until(() => ask(`/receipts/${prediction}/proof`), ({ settlement }) => settlement.state === 'safe')
  const steps = [`settled: ${settlement.receipts} receipt under root ${settlement.root.slice(0, 10)}…, transaction ${settlement.transaction.slice(0, 10)}…`]
  const { model } = await node.readContract({ ...registry, functionName: 'versionOf', args: [version] })
  const { splitter } = await node.readContract({ ...registry, functionName: 'modelOf', args: [model] })
  const anybody = wallet(payer)
  const credit = (who) => node.readContract({ ...controller, functionName: 'creditOf', args: [dollar.address, who] })
  for (const who of [splitter, ...workers.map((i) => accounts[i].address)]) {
    const amount = await credit(who)
    if (amount === 0n) continue
    await send(anybody, controller, 'withdraw', [dollar.address, who, who])
    if (who !== splitter) steps.push(`provider ${who} withdrew ${dollars(amount)}`)
  }
  const split = { address: splitter, abi: abi('RevenueSplitter') }
  const [recipients] = await node.readContract({ ...split, functionName: 'shares' })
  const balance = (who) => node.readContract({ ...dollar, functionName: 'balanceOf', args: [who] })
  for (const who of recipients) {
    const before = await balance(who)
    await send(anybody, split, 'withdraw', [dollar.address, who])
    steps.push(`author or curator ${who} withdrew ${dollars(await balance(who) - before)}`)
  }
  return { steps }
}

for await (const line of createInterface({ input: process.stdin })) {
  const [[what, request]] = Object.entries(JSON.parse(line))
  const answer = await { publish, use, evaluate, run, withdraw }[what](request).catch((error) => ({ error: error.shortMessage ?? error.message }))
  console.log(JSON.stringify(answer))
}
