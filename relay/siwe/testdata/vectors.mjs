// Writes vectors.json beside it, and ../validator.hex: messages made and signed by viem, wallets compiled by solc, both out of
// contracts/node_modules. Run it by `node relay/siwe/testdata/vectors.mjs`; it writes the same bytes each time.
import { createRequire } from 'node:module'
import { writeFileSync } from 'node:fs'

const require = createRequire(new URL('../../../contracts/package.json', import.meta.url))
const { concatHex, encodeAbiParameters, encodeDeployData, encodeFunctionData, getContractAddress, hashMessage, keccak256, serializeErc6492Signature, zeroHash } = require('viem')
const { privateKeyToAccount } = require('viem/accounts')
const { createSiweMessage } = require('viem/siwe')
const { erc6492SignatureValidatorByteCode } = await import(new URL('../../../contracts/node_modules/viem/_esm/constants/contracts.js', import.meta.url))
const solc = require('solc')

const write = (name, text) => writeFileSync(new URL(name, import.meta.url), text)
write('../validator.hex', erc6492SignatureValidatorByteCode.slice(2) + '\n')

// A wallet that one key owns, and what deploys it where its owner and salt say.
const source = `// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;
contract Wallet {
  address immutable owner;
  constructor(address o) { owner = o; }
  function isValidSignature(bytes32 hash, bytes calldata sig) external view returns (bytes4) {
    if (sig.length != 65) revert("not a key's");
    bool ok = ecrecover(hash, uint8(sig[64]), bytes32(sig[:32]), bytes32(sig[32:64])) == owner;
    return ok ? bytes4(0x1626ba7e) : bytes4(0xffffffff);
  }
}
contract Factory {
  function deploy(address owner, bytes32 salt) external returns (address) { return address(new Wallet{salt: salt}(owner)); }
}`.replace('0.8.30', solc.version().match(/^\d+\.\d+\.\d+/)[0])
const input = {
  language: 'Solidity',
  sources: { 'Wallet.sol': { content: source } },
  settings: { evmVersion: 'paris', optimizer: { enabled: true, runs: 200 }, metadata: { bytecodeHash: 'none' }, outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object'] } } },
}
const out = JSON.parse(solc.compile(JSON.stringify(input)))
if (!out.contracts) throw new Error(JSON.stringify(out.errors))
const artifact = (name) => ({ abi: out.contracts['Wallet.sol'][name].abi, bytecode: '0x' + out.contracts['Wallet.sol'][name].evm.bytecode.object })
const wallet = artifact('Wallet')
const factory = artifact('Factory')

const owner = privateKeyToAccount('0x' + '11'.repeat(32))
const other = privateKeyToAccount('0x' + '22'.repeat(32))
const deployer = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266' // anvil's first account; the factory is its first transaction
const factoryAddress = getContractAddress({ from: deployer, nonce: 0n })
const walletOf = (salt) =>
  getContractAddress({ opcode: 'CREATE2', from: factoryAddress, salt, bytecode: encodeDeployData({ ...wallet, args: [owner.address] }) })
const deployCall = (salt) => encodeFunctionData({ abi: factory.abi, functionName: 'deploy', args: [owner.address, salt] })
const deployed = { address: walletOf(zeroHash), call: deployCall(zeroHash) }
const salt = keccak256('0x01')
const undeployed = { address: walletOf(salt), call: deployCall(salt) }

const usual = {
  domain: 'hub.example', address: owner.address, uri: 'https://hub.example', version: '1', chainId: 31337,
  nonce: '0123456789abcdef', issuedAt: new Date('2026-01-02T03:04:05.678Z'),
}
const text = createSiweMessage(usual)
const full = createSiweMessage({
  ...usual, scheme: 'https', statement: 'Sign in to DeHug: (no cost).', uri: 'https://hub.example/settings?a=b#c',
  expirationTime: new Date('2026-01-02T03:14:05Z'), notBefore: new Date('2026-01-02T03:04:05Z'), requestId: 'request-1',
  resources: ['https://hub.example/terms', 'ipfs://bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi'],
})
const highS = (signature) => { // the same signature, in the form that is not canonical
  const n = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
  const s = (n - BigInt('0x' + signature.slice(66, 130))).toString(16).padStart(64, '0')
  return signature.slice(0, 66) + s + (signature.endsWith('1b') ? '1c' : '1b')
}
const as = (address) => createSiweMessage({ ...usual, address })
const sign = (message, key = owner) => key.signMessage({ message })
const wrap = (w, signature) => serializeErc6492Signature({ address: factoryAddress, data: w.call, signature })

// expect: ok, invalid (refused by the grammar), unwanted (not for this site, chain or time), unsigned (the signature does not hold).
const vectors = []
const add = (name, expect, message, signature) => vectors.push({ name, expect, text: message, ...(signature ? { signature } : {}) })

add('a key', 'ok', text, await sign(text))
add('all fields', 'ok', full, await sign(full))
add('a key whose wallet writes v as 0 or 1', 'ok', text, (await sign(text)).replace(/(1b|1c)$/, (v) => (v === '1b' ? '00' : '01')))
add('no fraction of a second', 'ok', text.replace('.678', ''), await sign(text.replace('.678', '')))
add('empty list of resources', 'ok', text + '\nResources:', await sign(text + '\nResources:'))
add('empty request id', 'ok', text + '\nRequest ID: ', await sign(text + '\nRequest ID: '))
add('a wallet that is deployed', 'ok', as(deployed.address), await sign(as(deployed.address)))
add('a wallet that is deployed, signature wrapped', 'ok', as(deployed.address), wrap(deployed, await sign(as(deployed.address))))
add('a wallet that is not deployed', 'ok', as(undeployed.address), wrap(undeployed, await sign(as(undeployed.address))))

add('signed by another key', 'unsigned', text, await sign(text, other))
add('another text was signed', 'unsigned', text, await sign(full))
add('signature with a high s', 'unsigned', text, highS(await sign(text)))
add('signature cut short', 'unsigned', text, (await sign(text)).slice(0, -2))
add('no signature', 'unsigned', text, '0x')
add('v is 2', 'unsigned', text, (await sign(text)).slice(0, -2) + '02')
add("a deployed wallet, another's key", 'unsigned', as(deployed.address), await sign(as(deployed.address), other))
add('a deployed wallet that reverts', 'unsigned', as(deployed.address), '0x1234')
add("an undeployed wallet, another's key", 'unsigned', as(undeployed.address), wrap(undeployed, await sign(as(undeployed.address), other)))
add('an undeployed wallet, not wrapped', 'unsigned', as(undeployed.address), await sign(as(undeployed.address)))
add('a wrapping that deploys elsewhere', 'unsigned', as(undeployed.address), wrap(deployed, await sign(as(undeployed.address))))
add("a wrapping around a key's signature for another address", 'unsigned', as(other.address), wrap(undeployed, await sign(as(other.address))))
add('a wrapping that is no encoding', 'unsigned', as(undeployed.address), concatHex(['0x1234', '0x' + '6492'.repeat(16)]))
add('a wrapping whose lengths lie', 'unsigned', as(undeployed.address),
  concatHex([encodeAbiParameters([{ type: 'address' }, { type: 'uint256' }, { type: 'uint256' }], [factoryAddress, 2n ** 255n, 2n ** 64n]), '0x' + '6492'.repeat(16)]))

add('another domain', 'unwanted', text.replace('hub.example wants', 'hub.example.evil.example wants'))
add('domain with another port', 'unwanted', text.replace('hub.example wants', 'hub.example:8443 wants'))
add('domain in other letter case', 'unwanted', text.replace('hub.example wants', 'Hub.example wants'))
add('another scheme', 'unwanted', 'http://' + text)
add('URI of another site', 'unwanted', text.replace('https://hub.example', 'https://evil.example'))
add('URI with a user', 'unwanted', text.replace('https://hub.example', 'https://hub.example@evil.example'))
add('URI with our name as the user', 'unwanted', text.replace('https://hub.example', 'https://user@hub.example'))
add('URI by http', 'unwanted', text.replace('https://hub.example', 'http://hub.example'))
add('another chain', 'unwanted', text.replace('Chain ID: 31337', 'Chain ID: 1'))
add('issued an hour ago', 'unwanted', text.replace('T03:04', 'T02:04'))
add('issued in an hour', 'unwanted', text.replace('T03:04', 'T04:04'))
add('expired', 'unwanted', text + '\nExpiration Time: 2026-01-02T03:04:06Z')
add('not valid yet', 'unwanted', text + '\nNot Before: 2026-01-02T03:05:07Z')
add('issued in another time zone, an hour ago', 'unwanted', text.replace('678Z', '678+01:00'))

const bad = (name, change) => add(name, 'invalid', change(text))
bad('empty', () => '')
bad('address in lower case', (t) => t.replace(owner.address, owner.address.toLowerCase()))
bad('address with one letter in the wrong case', (t) => t.replace(owner.address, owner.address.replace(/[a-f]/, (c) => c.toUpperCase())))
bad('address cut short', (t) => t.replace(owner.address, owner.address.slice(0, -1)))
bad('no address', (t) => t.replace(owner.address + '\n', ''))
bad('no domain', (t) => t.replace('hub.example ', ' '))
bad('domain with a user', (t) => t.replace('hub.example wants', 'hub.example@evil.example wants'))
bad('domain with a path', (t) => t.replace('hub.example wants', 'hub.example/login wants'))
bad('domain in other letters', (t) => t.replace('hub.example wants', 'hub.examp1é wants'))
bad('scheme that begins with a digit', (t) => '1http://' + t)
bad('another first line', (t) => t.replace('Ethereum', 'ethereum'))
bad('line ends of Windows', (t) => t.replaceAll('\n', '\r\n'))
bad('line feed at the end', (t) => t + '\n')
bad('space at the end', (t) => t + ' ')
bad('one blank line less', (t) => t.replace('\n\n\n', '\n\n'))
bad('one blank line more', (t) => t.replace('\n\n\n', '\n\n\n\n'))
bad('statement of two lines', (t) => t.replace('\n\n\n', '\n\none\ntwo\n\n'))
bad('statement with characters that are not allowed', (t) => t.replace('\n\n\n', '\n\n<b>one</b>\n\n'))
bad('statement that looks like a field', (t) => t.replace('\n\n\n', '\n\none\nURI: https://evil.example\n'))
bad('no URI', (t) => t.replace('URI: https://hub.example\n', ''))
bad('URI without scheme', (t) => t.replace('URI: https://hub.example', 'URI: hub.example'))
bad('URI with a space', (t) => t.replace('URI: https://hub.example', 'URI: https://hub.example/a b'))
bad('version 2', (t) => t.replace('Version: 1', 'Version: 2'))
bad('no version', (t) => t.replace('Version: 1\n', ''))
bad('version and URI swapped', (t) => t.replace('URI: https://hub.example\nVersion: 1', 'Version: 1\nURI: https://hub.example'))
bad('field given twice', (t) => t.replace('Version: 1', 'Version: 1\nVersion: 1'))
bad('field that is not in the standard', (t) => t.replace('Version: 1', 'Version: 1\nAudience: me'))
bad('field name in other letter case', (t) => t.replace('Nonce:', 'nonce:'))
bad('two spaces after a field name', (t) => t.replace('Nonce: ', 'Nonce:  '))
bad('chain id in hex', (t) => t.replace('31337', '0x7a69'))
bad('chain id with a leading zero', (t) => t.replace('31337', '031337'))
bad('chain id that is negative', (t) => t.replace('31337', '-1'))
bad('chain id over 64 bits', (t) => t.replace('31337', '18446744073709551616'))
bad('nonce of 7', (t) => t.replace('0123456789abcdef', '0123456'))
bad('nonce with a dash', (t) => t.replace('0123456789abcdef', '0123-4567'))
bad('no nonce', (t) => t.replace('Nonce: 0123456789abcdef\n', ''))
bad('no time of issue', (t) => t.replace(/\nIssued At: .*/, ''))
bad('time without zone', (t) => t.replace('678Z', '678'))
bad('time with a comma', (t) => t.replace('.678Z', ',678Z'))
bad('time with a space', (t) => t.replace('02T03', '02 03'))
bad('time of a 30th of February', (t) => t.replace('2026-01-02', '2026-02-30'))
bad('time in seconds', (t) => t.replace(/Issued At: .*/, 'Issued At: 1767323045'))
bad('expiration that is no time', (t) => t + '\nExpiration Time: never')
bad('not before, then expiration', (t) => t + '\nNot Before: 2026-01-02T03:04:05Z\nExpiration Time: 2026-01-02T03:14:05Z')
bad('request id with a space', (t) => t + '\nRequest ID: a b')
bad('resources, then a request id', (t) => t + '\nResources:\n- https://a.example\nRequest ID: a')
bad('resource without dash', (t) => t + '\nResources:\nhttps://a.example')
bad('resource that is no URI', (t) => t + '\nResources:\n- a')
bad('resource that is empty', (t) => t + '\nResources:\n- ')
bad('33 resources', (t) => t + '\nResources:' + '\n- https://a.example'.repeat(33))
bad('byte order mark', (t) => '\ufeff' + t)
bad('zero byte', (t) => t.replace('\n\n\n', '\n\na\u0000b\n\n'))

write('vectors.json', JSON.stringify({
  note: 'written by vectors.mjs', now: '2026-01-02T03:04:10Z', origin: 'https://hub.example', chainId: 31337,
  deployer, factory: factory.bytecode, factoryAddress, deploy: deployed.call, undeployed: undeployed.address, hash: hashMessage(text), vectors,
}, null, 1) + '\n')
