// Hashes of typed data (EIP-712) as viem makes them, into relay/chain/testdata/typed-data.json, for the Go side to be held against.
//
//	node toolchain/typed-data.mjs [--check]
//
// With --check the file is only compared, and it ends with 1 when it was another. (That the contracts hash as viem does, gas.mjs
// shows: what viem signs there, they take.)
import { readFile, writeFile } from 'node:fs/promises'
import { hashTypedData, keccak256, toHex, zeroAddress } from 'viem'

const file = new URL('../../relay/chain/testdata/typed-data.json', import.meta.url)

/** Words and addresses that are different from each other and from zero in every byte. */
const word = (text) => keccak256(toHex(text))
const address = (text) => `0x${word(text).slice(26)}`
const fields = (text) => text.split(',').map((field) => ({ type: field.split(' ')[0], name: field.split(' ')[1] }))
const most = (bits) => String(2n ** BigInt(bits) - 1n)

const permissionFields = 'address owner,address relay,address feeToken,uint256 fee,uint256 deadline,uint256 nonce,'
const types = {
  OpenSession: 'address payer,address operator,bytes32 plan,address sessionKey,uint32 units,uint32 end,bytes32 salt',
  Voucher: 'bytes32 session,uint32 units,bytes32 transcript',
  Order:
    'address payer,address provider,address relay,address arbiter,bytes32 plan,bytes32 version,uint32 units,uint64 pay,uint96 bond,uint96 fee,' +
    'bytes32 job,uint32 acceptBy,uint32 deliverBy,uint32 review,uint32 ruling,bytes32 salt',
  Receipt: 'bytes32 order,uint64 seq,bytes32 result',
  PlanOffer: 'address token,uint96 authorFee,uint96 relayFee,uint64 computeCap,bytes32 unitKind,bool transferable,uint32 period,uint32 quota',
  Release: 'string version,bytes32 manifest,bytes32 root,bytes32 licenseHash,bytes32[] parents',
  Publication: 'string name,uint8 kind,Release release,address[] recipients,uint32[] parts,uint16 royaltyBps,address recovery,PlanOffer[] plans',
  Publish: `${permissionFields}Publication publication`,
  PublishVersion: `${permissionFields}bytes32 model,Release release`,
  Deployment: 'bytes32 document',
  JobReceipt:
    'string job,bytes32 manifest,string mode,bytes32 plan,string assurance,bytes32 request,bytes32 result,uint64 units,uint64 pay,' +
    'address payer,bytes32 session,address provider,address relay,uint64 started,uint64 ended,uint64 settleBy',
}

const domains = {
  usage: { name: 'DeHug Usage', version: '1', chainId: 8453, verifyingContract: address('controller') },
  orders: { name: 'DeHug Orders', version: '1', chainId: 84532, verifyingContract: address('orders') },
  registry: { name: 'DeHug Registry', version: '1', chainId: 31337, verifyingContract: address('registry') },
  deployment: { name: 'DeHug Deployment', version: '0', chainId: 8453, verifyingContract: address('registry') },
  receipt: { name: 'DeHug Receipt', version: '0' },
}

const session = {
  payer: address('payer'), operator: address('operator'), plan: word('plan'), sessionKey: address('key'), units: '100', end: '1800000000', salt: word('salt'),
}
const order = {
  payer: address('payer'), provider: address('provider'), relay: address('relay'), arbiter: address('arbiter'), plan: word('plan'), version: word('version'),
  units: '7', pay: '300', bond: '5000', fee: '400', job: word('job'), acceptBy: '1800000000', deliverBy: '1800086400', review: '86400', ruling: '172800', salt: word('salt'),
}
const permission = { owner: address('owner'), relay: address('relay'), feeToken: address('token'), fee: '12', deadline: '1900000000', nonce: '3' }
const release = { version: '1.0.0-rc.1+build', manifest: word('manifest'), root: word('root'), licenseHash: word('license'), parents: [word('one'), word('two')] }
const offer = {
  token: address('token'), authorFee: '600', relayFee: '100', computeCap: '300', unitKind: toHex('inference', { size: 32 }), transferable: true, period: '0', quota: '0',
}
const publication = {
  name: 'tiny-faces', kind: '1', release, recipients: [address('author'), address('curator')], parts: ['700000', '300000'], royaltyBps: '500',
  recovery: address('recovery'), plans: [offer, { ...offer, transferable: false, period: '2592000', quota: '1000' }],
}
const bare = { ...publication, kind: '0', release: { ...release, parents: [] }, recipients: [], parts: [], royaltyBps: '0', recovery: zeroAddress, plans: [] }

const cases = [
  ['a session', 'usage', 'OpenSession', session],
  ['a session with the largest numbers', 'usage', 'OpenSession', { ...session, units: most(32), end: most(32) }],
  ['a voucher', 'usage', 'Voucher', { session: word('session'), units: '17', transcript: word('transcript') }],
  ['an order', 'orders', 'Order', order],
  ['an order with the largest numbers and nobody else', 'orders', 'Order', {
    ...order, relay: zeroAddress, arbiter: zeroAddress, units: most(32), pay: most(64), bond: most(96), fee: most(96),
  }],
  ['a receipt', 'orders', 'Receipt', { order: word('order'), seq: most(64), result: word('result') }],
  ['a publication', 'registry', 'Publish', { ...permission, publication }],
  ['a publication with empty lists, for no fee, by anybody', 'registry', 'Publish', {
    ...permission, relay: zeroAddress, feeToken: zeroAddress, fee: '0', deadline: most(256), publication: bare,
  }],
  ['a version', 'registry', 'PublishVersion', { ...permission, model: word('model'), release }],
  ['a receipt of a job', 'receipt', 'JobReceipt', {
    job: '01a2175cd9f311cc1925fc13d91064d3', manifest: word('manifest'), mode: 'strict', plan: word('plan'), assurance: 'replayable', request: word('request'),
    result: word('result'), units: '1', pay: '250', payer: address('payer'), session: word('session'), provider: address('provider'), relay: address('relay'),
    started: '1800000000', ended: '1800000007', settleBy: String(2n ** 63n - 1n),
  }],
  ['a deployment', 'deployment', 'Deployment', { document: word('document') }],
]

/** A type and those that it mentions. */
const needed = (name) =>
  fields(types[name]).reduce((all, { type }) => {
    const inner = type.replace('[]', '')
    return types[inner] ? { ...all, ...needed(inner) } : all
  }, { [name]: fields(types[name]) })

const vectors = cases.map(([lesson, domain, primaryType, message]) => ({
  lesson, primaryType, domain: domains[domain], message,
  hash: hashTypedData({ domain: domains[domain], types: needed(primaryType), primaryType, message }),
}))
const text = JSON.stringify(vectors, null, 2) + '\n'
const old = await readFile(file, 'utf8').catch(() => '')
if (text !== old && !process.argv.includes('--check')) await writeFile(file, text)
console.log(`typed data: ${vectors.length} hashes by viem`)
if (text !== old) {
  console.error('typed data: relay/chain/testdata/typed-data.json was another: node toolchain/typed-data.mjs writes it')
  process.exitCode = 1
}
