// Has solc's SMTChecker (CHC, with the z3 inside solc-js) prove every assert of proofs/Accounting.sol, and sees it fail to when
// a fault is planted in the library. It ends with 1 when either is not so.
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'

const solc = createRequire(import.meta.url)('solc')
const paths = ['proofs/Accounting.sol', 'src/libraries/Accounting.sol']
const sources = Object.fromEntries(
  await Promise.all(paths.map(async (path) => [path, { content: await readFile(new URL(`../${path}`, import.meta.url), 'utf8') }])),
)
const count = (text) => text.match(/^\s+assert\(/gm).length
const proofs = sources['proofs/Accounting.sol'].content
const asserts = count(proofs)

/** How many asserts are proven. There is no timeout: with one, solc-js has no solver. */
function proven(library, contracts) {
  const input = {
    language: 'Solidity',
    sources: { ...sources, 'src/libraries/Accounting.sol': { content: library } },
    settings: {
      modelChecker: { engine: 'chc', targets: ['assert'], showProvedSafe: true, contracts: { 'proofs/Accounting.sol': contracts } },
      outputSelection: { '*': { '*': ['abi'] } },
    },
  }
  const { errors = [] } = JSON.parse(solc.compile(JSON.stringify(input)))
  const broken = errors.filter((e) => e.severity === 'error')
  if (broken.length > 0) throw new Error(broken.map((e) => e.formattedMessage).join('\n'))
  return errors.filter((e) => /CHC: Assertion violation check is safe/.test(e.message)).length
}

const library = sources['src/libraries/Accounting.sol'].content
const all = proven(library, ['Redeeming', 'Savings', 'Closing', 'Lapsing', 'Settling'])
const [from, to] = ['return saved + most_ - pay;', 'return saved + most_;']
if (!library.includes(from)) throw new Error(`there is no ${from} to plant a fault in`)
const [withFault, without] = [proven(library.replace(from, to), ['Redeeming']), count(proofs.match(/^contract Redeeming .*?^}/ms)[0])]
console.log(`proof: ${all} of ${asserts} asserts hold for all numbers; ${withFault} of ${without} with a fault planted`)
process.exitCode = all === asserts && withFault < without ? 0 : 1
