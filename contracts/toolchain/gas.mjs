// What transactions cost: gas of real receipts on anvil, calldata and all, into snapshots/gas.json.
//
//   node toolchain/gas.mjs [--check]
//
// With --check the file is only compared. It ends with 1 when a number is above its bar, or the file was another. All that is
// signed here is signed by viem, so the contracts hash typed data as viem does.
import { readFile, writeFile } from 'node:fs/promises'
import { concat, encodeAbiParameters, encodeFunctionData, keccak256, numberToHex, pad, parseSignature, size, slice, toHex, zeroAddress } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { HARDFORK, account, artifact, call, deploy, deployAll, startChain } from './chain.mjs'

/** The most that a transaction may use (EIP-7825). */
const MOST = 16_777_216

const file = new URL('../snapshots/gas.json', import.meta.url)
const chain = await startChain()
try {
  const [text, failures] = await measure(chain.client)
  const old = await readFile(file, 'utf8').catch(() => '')
  if (text !== old) {
    if (!process.argv.includes('--check')) await writeFile(file, text)
    failures.push(old ? 'gas is not as in snapshots/gas.json; make gas writes it' : 'snapshots/gas.json is new')
  }
  process.stdout.write(text)
  for (const f of failures) console.error(`gas: ${f}`)
  process.exitCode = failures.length > 0 && (process.argv.includes('--check') || failures.some((f) => f.startsWith('above'))) ? 1 : 0
} finally {
  await chain.stop()
}

/** Fields of a type of EIP-712: `uint64 seq,bytes32 result`. */
function fields(text) {
  return text.split(',').map((field) => ({ type: field.split(' ')[0], name: field.split(' ')[1] }))
}

async function measure(client) {
  const [deployer, author, payer, relay, curator, provider, , arbiter] = [0, 1, 2, 3, 4, 5, 6, 7].map(account)
  const page = privateKeyToAccount(pad('0x9a6e', { size: 32 }))
  const gpus = [5, 6].map((i) => account(i).address)
  const all = await deployAll(client, deployer)
  const { controller, pass, registry, orders, dollar } = all
  const gas = {}
  const bytes = {}

  const send = async (from, contract, functionName, args, value) => {
    const { gasUsed } = await call(client, from, contract, functionName, args, value)
    return { gas: gasUsed, bytes: size(encodeFunctionData({ ...contract, functionName, args })) }
  }
  const note = async (name, ...call) => {
    const used = await send(...call)
    gas[name] = used.gas
    return used
  }

  for (const [name, { gas: used }] of Object.entries(all)) if (used && name !== 'dollar' && name !== 'authority') gas[`deploy ${name}`] = Number(used)

  // Publishing.
  const recipients = [author.address, curator.address].sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1))
  const digest = (text) => keccak256(toHex(text))
  const release = (version) => ({ version, manifest: digest(`manifest ${version}`), root: digest(`root ${version}`), licenseHash: digest('license'), parents: [] })
  const offer = { token: dollar.address, authorFee: 600n, relayFee: 100n, computeCap: 300n, unitKind: toHex('inference', { size: 32 }), transferable: true, period: 0, quota: 0 }
  const publication = (name, version) => ({
    name, kind: 0, release: release(version), recipients, parts: [700_000, 300_000], royaltyBps: 500, recovery: zeroAddress, plans: [offer],
  })
  await note('publish a model with splitter, version, plan', author, registry, 'publish', [publication('tiny-faces', '1.0.0')])
  await note('publish another with the same splitter', author, registry, 'publish', [publication('tiny-voices', '1.0.0')])
  await note('publish by signature, brought by a relay', relay, registry, 'publishBySig', await signedPublication('tiny-hands'))
  const read = (contract, functionName, args) => client.readContract({ ...contract, functionName, args })
  const model = await read(registry, 'modelId', [author.address, 'tiny-faces'])
  const { splitter } = await read(registry, 'modelOf', [model])
  await note('publish a version', author, registry, 'publishVersion', [model, release('1.1.0')])
  const terms = { model, payee: splitter, ...offer }
  const plan = await read(pass, 'planId', [terms])

  // Buying.
  await send(payer, dollar, 'mint', [payer.address, 10n ** 15n])
  await send(payer, dollar, 'approve', [controller.address, 10n ** 15n])
  await note('buy, the first time', payer, controller, 'buy', [plan, 1000n, payer.address])
  await note('buy again', payer, controller, 'buy', [plan, 1000n, payer.address])
  await note('buy by EIP-3009', relay, controller, 'buyWithAuthorization', await authorized(1000n))
  await note('give back', payer, controller, 'refund', [plan, 10n])

  // Sessions.
  const domain = { name: 'DeHug Usage', version: '1', chainId: 31337, verifyingContract: controller.address }
  const end = 1_800_000_000 + 30 * 86_400
  const opening = (n, units) => ({
    payer: payer.address, operator: relay.address, plan, sessionKey: page.address, units, end, salt: pad(numberToHex(n), { size: 32 }),
  })
  const sessionType = {
    OpenSession: [
      { name: 'payer', type: 'address' }, { name: 'operator', type: 'address' }, { name: 'plan', type: 'bytes32' }, { name: 'sessionKey', type: 'address' },
      { name: 'units', type: 'uint32' }, { name: 'end', type: 'uint32' }, { name: 'salt', type: 'bytes32' },
    ],
  }
  await note('open a session with passes', payer, controller, 'openSession', [opening(1, 100)])
  await note('open a session by signature', relay, controller, 'openSessionBySig', [
    opening(2, 200), await payer.signTypedData({ domain, types: sessionType, primaryType: 'OpenSession', message: opening(2, 200) }),
  ])
  await note('open a session with money', payer, controller, 'openSessionPaying', [opening(3, 100)])

  // Ids as everybody can compute them.
  const number = (who, n) => slice(keccak256(encodeAbiParameters([{ type: 'address' }, { type: 'bytes32' }], [who, opening(n, 0).salt])), 0, 8)
  const sessionId = (n, who) =>
    keccak256(encodeAbiParameters([{ type: 'bytes32' }, { type: 'address' }, { type: 'uint64' }], [plan, relay.address, BigInt(number(who, n))]))
  const voucher = async (n, units, pays, who = payer.address, session = sessionId(n, who)) => {
    const transcript = digest(`transcript ${n} ${units}`)
    const signature = parseSignature(await page.signTypedData({
      domain, primaryType: 'Voucher', message: { session, units, transcript },
      types: { Voucher: [{ name: 'session', type: 'bytes32' }, { name: 'units', type: 'uint32' }, { name: 'transcript', type: 'bytes32' }] },
    }))
    const vs = numberToHex(BigInt(signature.s) | (BigInt(signature.yParity) << 255n), { size: 32 })
    return concat([
      number(who, n), numberToHex(units, { size: 4 }), transcript, signature.r, vs, numberToHex(pays.length, { size: 1 }),
      ...pays.map(([place, pay]) => concat([numberToHex(place, { size: 1 }), numberToHex(pay, { size: 8 })])),
    ])
  }
  const redeem = (vouchers) => [relay, controller, 'redeem', [[{ plan, operator: relay.address, providers: [gpus[0]], vouchers: concat(vouchers) }]]]

  const perInference = async (name, inferences, vouchers) => {
    const used = await send(...redeem(vouchers))
    gas[name] = used.gas
    gas[`${name}, per inference`] = Math.ceil(used.gas / inferences)
    bytes[`${name}, per voucher`] = Math.ceil(used.bytes / vouchers.length)
  }
  await perInference('redeem 1 session of 100, nobody has any credit yet', 100, [await voucher(1, 100, [[0, 20_000n]])])
  await perInference('redeem 1 session of 100', 100, [await voucher(2, 100, [[0, 20_000n]])])
  const opener = await deploy(client, deployer, 'Opener', [dollar.address, controller.address])
  await send(payer, dollar, 'mint', [opener.address, 10n ** 15n])
  for (let n = 0; n < 1000; n += 100) {
    await send(payer, opener, 'open', [controller.address, { ...opening(0, 100), payer: opener.address }, BigInt(n), 100n])
  }
  const some = async (from, count, units) => {
    const list = []
    for (let n = from; n < from + count; n++) list.push(await voucher(n, units, [[0, 200n]], opener.address))
    return list
  }
  await perInference('redeem batch of 100', 100, await some(0, 100, 1))
  await perInference('redeem 10 sessions of 10', 100, await some(100, 10, 10))

  // Ending and withdrawing.
  const ref = (n) => ({ plan, operator: relay.address, number: BigInt(number(payer.address, n)) })
  await note('end a session', payer, controller, 'requestClose', [ref(2)])
  await send(relay, controller, 'requestClose', [ref(2)])
  await note('close a session', payer, controller, 'close', [ref(2), false])
  await note('withdraw', relay, controller, 'withdraw', [dollar.address, relay.address, relay.address])
  await note('withdraw to a splitter', relay, controller, 'withdraw', [dollar.address, splitter, splitter])
  const splitting = { address: splitter, abi: (await artifact('RevenueSplitter')).abi }
  await note('split between two and withdraw', relay, splitting, 'withdraw', [dollar.address, author.address])

  // The largest batch there can be: as many vouchers as a call takes, each of another session.
  const most = Math.floor(100_000 / 118)
  const largest = await send(...redeem(await some(110, most, 1)))
  gas[`redeem the largest batch, ${most} vouchers`] = largest.gas

  // A subscription: a session of another plan.
  const monthly = { ...terms, transferable: false, period: 30 * 86_400, quota: 1000 }
  await note('make a plan', author, pass, 'createPlan', [monthly])
  const month = await read(pass, 'planId', [monthly])
  const subscription = { ...opening(4, monthly.quota), plan: month }
  await note('subscribe', payer, controller, 'openSessionPaying', [subscription])
  const sub = { plan: month, operator: relay.address, number: BigInt(number(payer.address, 4)) }
  const quota = await voucher(4, 1, [[0, 200n]], payer.address, await read(controller, 'sessionId', [sub]))
  await note('redeem 1 unit of a subscription', relay, controller, 'redeem', [[{ plan: month, operator: relay.address, providers: [gpus[0]], vouchers: quota }]])

  // Orders for large jobs.
  const { latest: version } = await read(registry, 'modelOf', [model])
  const order = (n) => ({
    payer: payer.address, provider: provider.address, relay: relay.address, arbiter: arbiter.address, plan, version, units: 100_000, pay: 200n,
    bond: 1_000_000n, fee: 100_000n, job: digest('job'), acceptBy: end, deliverBy: end + 86_400, review: 2 * 86_400, ruling: 7 * 86_400,
    salt: pad(numberToHex(n), { size: 32 }),
  })
  const orderDomain = { name: 'DeHug Orders', version: '1', chainId: 31337, verifyingContract: orders.address }
  const orderTypes = {
    Order: fields('address payer,address provider,address relay,address arbiter,bytes32 plan,bytes32 version,uint32 units,uint64 pay,uint96 bond,uint96 fee,bytes32 job,uint32 acceptBy,uint32 deliverBy,uint32 review,uint32 ruling,bytes32 salt'),
  }
  const receipt = async (n, result) =>
    page.signTypedData({
      domain: orderDomain, primaryType: 'Receipt', types: { Receipt: fields('bytes32 order,uint64 seq,bytes32 result') },
      message: { order: await read(orders, 'orderId', [order(n)]), seq: 7n, result },
    })
  for (const who of [payer, provider]) {
    await send(who, dollar, 'mint', [who.address, 10n ** 15n])
    await send(who, dollar, 'approve', [orders.address, 10n ** 15n])
  }
  const until = async (n, step) => {
    if (step > 0) await send(payer, orders, 'open', [order(n)])
    if (step > 1) await send(provider, orders, 'accept', [order(n), page.address])
    if (step > 2) await send(provider, orders, 'deliver', [order(n), digest('result')])
    if (step > 3) await send(payer, orders, 'dispute', [order(n), digest('reason')])
  }
  await until(1, 3) // so that nobody's first credit or balance is measured
  await send(payer, orders, 'release', [order(1)])
  await note('open an order', payer, orders, 'open', [order(2)])
  await note('open an order by signature', relay, orders, 'openBySig', [
    order(3), await payer.signTypedData({ domain: orderDomain, types: orderTypes, primaryType: 'Order', message: order(3) }),
  ])
  await note('take an order back', payer, orders, 'cancel', [order(3)])
  await note('accept an order with a bond', provider, orders, 'accept', [order(2), page.address])
  await note('deliver an order', provider, orders, 'deliver', [order(2), digest('result')])
  await note('release an order', payer, orders, 'release', [order(2)])
  await until(4, 3)
  await note('dispute an order', payer, orders, 'dispute', [order(4), digest('reason')])
  await note('decide an order', arbiter, orders, 'decide', [order(4), 60_000, 100_000n])
  await until(5, 3)
  const contradiction = ['one', 'other'].map(digest)
  await note('slash by two receipts', curator, orders, 'slash', [
    order(5), 7n, contradiction, [await receipt(5, contradiction[0]), await receipt(5, contradiction[1])],
  ])
  await until(6, 3)
  await client.setNextBlockTimestamp({ timestamp: (await client.getBlock()).timestamp + 2n * 86_400n })
  await note('settle an order whose time is over', curator, orders, 'settle', [order(6)])

  // What sessions replace.
  const perJob = await deploy(client, deployer, 'PerJob', [])
  await send(relay, perJob, 'mint', [payer.address, 1n])
  const mint = await send(relay, perJob, 'mint', [payer.address, 2n])
  const burn = await send(relay, perJob, 'burn', [payer.address, 2n])
  gas['instead: an ERC-1155 token minted and burned per job'] = mint.gas + burn.gas

  const failures = []
  const bar = (name, most) => gas[name] > most && failures.push(`above the bar: ${name}: ${gas[name]}, at most ${most}`)
  bar('redeem 1 session of 100, per inference', 1000)
  bar('redeem batch of 100, per inference', 15_000)
  bar('redeem 10 sessions of 10, per inference', 2500)
  for (const name of Object.keys(gas)) if (!name.startsWith('deploy')) bar(name, MOST - 1)
  if (bytes['redeem batch of 100, per voucher'] > 200) failures.push('above the bar: calldata of a voucher is above 200 bytes')
  return [JSON.stringify({ hardfork: HARDFORK, gas, 'bytes of calldata': bytes }, null, 2) + '\n', failures]

  /** Arguments of publishBySig, signed by the author. */
  async function signedPublication(name) {
    const message = publication(name, '1.0.0')
    const permission = { owner: author.address, relay: relay.address, feeToken: zeroAddress, fee: 0n, deadline: 2_000_000_000n }
    const signature = await author.signTypedData({
      domain: { name: 'DeHug Registry', version: '1', chainId: 31337, verifyingContract: registry.address },
      types: {
        Publish: fields('address owner,address relay,address feeToken,uint256 fee,uint256 deadline,uint256 nonce,Publication publication'),
        Publication: fields('string name,uint8 kind,Release release,address[] recipients,uint32[] parts,uint16 royaltyBps,address recovery,PlanOffer[] plans'),
        Release: fields('string version,bytes32 manifest,bytes32 root,bytes32 licenseHash,bytes32[] parents'),
        PlanOffer: fields('address token,uint96 authorFee,uint96 relayFee,uint64 computeCap,bytes32 unitKind,bool transferable,uint32 period,uint32 quota'),
      },
      primaryType: 'Publish', message: { ...permission, nonce: 0n, publication: message },
    })
    return [message, permission, signature]
  }

  /** Arguments of buyWithAuthorization, signed by the payer. */
  async function authorized(units) {
    const salt = pad('0x5a17', { size: 32 })
    const nonce = keccak256(encodeAbiParameters([{ type: 'bytes32' }, { type: 'uint256' }, { type: 'address' }, { type: 'bytes32' }], [plan, units, payer.address, salt]))
    const message = { from: payer.address, to: controller.address, value: units * 1000n, validAfter: 0n, validBefore: 2_000_000_000n, nonce }
    const type = (name) => ({ name, type: { from: 'address', to: 'address', nonce: 'bytes32' }[name] ?? 'uint256' })
    const signature = parseSignature(await payer.signTypedData({
      domain: { name: 'Test Dollar', version: '1', chainId: 31337, verifyingContract: dollar.address },
      types: { ReceiveWithAuthorization: ['from', 'to', 'value', 'validAfter', 'validBefore', 'nonce'].map(type) },
      primaryType: 'ReceiveWithAuthorization', message,
    }))
    const { from, validAfter, validBefore } = message
    return [plan, units, payer.address, salt, { from, validAfter, validBefore, v: Number(signature.v), r: signature.r, s: signature.s }]
  }
}
