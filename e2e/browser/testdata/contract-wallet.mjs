// Writes contract-wallet.json, what contract-wallet.sol compiles to, by solc out of contracts/node_modules:
//
//   node e2e/browser/testdata/contract-wallet.mjs
//
// It is committed, so that browser tests need no compiler.

import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const solc = createRequire(new URL('../../../contracts/package.json', import.meta.url))('solc')

const out = JSON.parse(solc.compile(JSON.stringify({
  language: 'Solidity',
  sources: { 'wallet.sol': { content: readFileSync(new URL('contract-wallet.sol', import.meta.url), 'utf8') } },
  settings: { evmVersion: 'prague', optimizer: { enabled: true, runs: 200 }, metadata: { bytecodeHash: 'none' }, outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object'] } } }
})))
if (!out.contracts) throw new Error(JSON.stringify(out.errors))
const artifacts = Object.fromEntries(Object.entries(out.contracts['wallet.sol']).map(([name, { abi, evm }]) => [name, { abi, bytecode: `0x${evm.bytecode.object}` }]))
writeFileSync(new URL('contract-wallet.json', import.meta.url), `${JSON.stringify(artifacts)}\n`)
