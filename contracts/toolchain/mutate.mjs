// Breaks the money paths on purpose, one way at a time, and sees whether the tests notice.
//
//   node toolchain/mutate.mjs [FIRST [LAST]]
//
// Each mutant is a change of one place in a copy of the sources. It ends with 1 when fewer than 95 % are noticed, or when a
// place is not there any more. Two are known to stay: their comments say why.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(new URL('..', import.meta.url))
const forge = `${here}node_modules/@foundry-rs/forge-${process.platform}-${{ x64: 'amd64', arm64: 'arm64' }[process.arch]}/bin/forge`

const C = 'UsageController'
const A = 'libraries/Accounting'
const mutants = [
  // Redeeming.
  [C, 'lt(timestamp(), and(shr(160, second), 0xffffffff))', 'lt(timestamp(), add(1, and(shr(160, second), 0xffffffff)))'],
  [C, 'iszero(gt(pay, most))', 'iszero(gt(pay, add(most, 1)))'],
  [C, 'iszero(gt(units, shr(192, second)))', 'iszero(gt(units, add(1, shr(192, second))))'],
  [C, 'gt(units, and(shr(160, first), 0xffffffff))', 'iszero(lt(units, and(shr(160, first), 0xffffffff)))'],
  [C, '_signer(tally, id, units, voucher) != address(uint160(first))', 'false'],
  [A, 'return saved + most_ - pay;', 'return saved + most_;'],
  [A, 'return saved + most_ - pay;', 'return most_ - pay;'],
  [C, 'tally.units += units - uint32(first >> 160);', 'tally.units += units;'],
  [C, '| units << 160 | uint160(first)', '| (units - 1) << 160 | uint160(first)'],
  // Stays: the compact form has 255 bits for s, so of high ones only 1 in 2^127 fits; nobody can make such a signature to test with.
  [C, 'iszero(gt(s, HALF_ORDER))', '1'],
  // Stays: without it, what is no signature is by the last 20 bytes of the session's id, an address that is nobody's key.
  [C, 'mstore(0, 0)\n                pop(staticcall', 'pop(staticcall'],
  [A, '(units * authorFee, units * relayFee)', '(units * relayFee, units * relayFee)'],
  [C, '_credit(token, operator, relay);', '_credit(token, msg.sender, relay);'],
  [C, 'if (highest >= pays.length && length > VOUCHER)', 'if (highest > pays.length && length > VOUCHER)'],
  [C, 'if (msg.sender != operator && !isSigner[operator][msg.sender])', 'if (!isSigner[operator][msg.sender] && false)'],
  [C, 'if (left < length) revert', 'if (left + 1 < length) revert'],
  [C, 'abi.encode(plan, operator, uint256(0))', 'abi.encode(plan, msg.sender, uint256(0))'],
  // Opening and closing.
  [C, 'if (newSessionsPaused) revert UsageController_Paused();', ''],
  [C, 'if (compute > type(uint64).max)', 'if (compute > type(uint128).max)'],
  [C, 'if (sessions[id].payer != address(0)) revert', 'if (sessions[id].sessionKey != address(0)) revert'],
  [C, 'if (block.timestamp < session.end) revert', 'if (block.timestamp + 1 < session.end) revert'],
  [C, 'if (asPasses && msg.sender != session.payer)', 'if (false)'],
  [C, 'session.saved + (asPasses ? 0 : worth)', 'session.saved + worth'],
  [C, 'uint32 unused = session.units - session.redeemed;', 'uint32 unused = session.units;'],
  [C, 'sessions[id] = Session(address(0), 0, 0, session.payer, 0, 0);', ''],
  [C, 'if (msg.sender == session.payer) end += NOTICE;', 'if (msg.sender == session.payer) {}'],
  [C, 'if (end >= session.end) return;', ''],
  [C, 'else if (msg.sender != ref.operator) revert', 'else if (msg.sender != ref.operator && !isSigner[ref.operator][msg.sender]) revert'],
  [C, 'terms.end > block.timestamp + MAX_SESSION', 'terms.end > block.timestamp + 2 * MAX_SESSION'],
  // Paying in and out.
  [C, 'if (msg.value != cost) revert', 'if (msg.value < cost) revert'],
  [C, 'if (msg.value != 0) revert', 'if (false) revert'],
  [C, 'now_ < before || now_ - before != cost', 'now_ < before'],
  [C, 'if (!isAllowed[token]) revert', 'if (false) revert'],
  [C, 'creditOf[token][account] = 0;', ''],
  [C, 'if (to != account && msg.sender != account) revert', 'if (false) revert'],
  [C, 'keccak256(abi.encode(plan, units, to, salt))', 'keccak256(abi.encode(plan, units, salt))'],
  [C, 'pass.burn(msg.sender, plan, units);', ''],
  [C, 'creditOf[token][account] += amount;', 'creditOf[token][account] = amount;'],
  ['UsagePass', 'supplyOf[plan] += units;', ''],
  ['UsagePass', 'if (!plans[plan].transferable) revert', 'if (false) revert'],
  ['RevenueSplitter', 'amount = held - promised;', 'amount = held;'],
  ['RevenueSplitter', 'owed[token][recipients[last]] += left;', 'owed[token][recipients[last]] += Accounting.part(amount, parts[last]);'],
  ['RevenueSplitter', 'owed[token][recipient] = 0;', ''],
  ['RevenueSplitter', 'totalOwed[token] -= amount;', ''],
  ['RevenueSplitterFactory', 'if (recipients[i] <= before)', 'if (recipients[i] < before)'],
  ['RevenueSplitterFactory', 'if (sum != Accounting.WHOLE)', 'if (sum > Accounting.WHOLE)'],
]

// A copy with the compiler's cache, so that only what a mutant touches is compiled again.
const copy = `${here}.build/mutant`
rmSync(copy, { recursive: true, force: true })
mkdirSync(`${copy}/.build`, { recursive: true })
for (const part of ['src', 'test', 'toolchain', 'foundry.toml', '.build/out', '.build/cache']) cpSync(here + part, `${copy}/${part}`, { recursive: true })
symlinkSync(`${here}node_modules`, `${copy}/node_modules`)

const [first, last] = [Number(process.argv[2] ?? 1), Number(process.argv[3] ?? mutants.length)]
let noticed = 0
const missed = []
for (const [i, [name, from, to]] of mutants.entries()) {
  if (i + 1 < first || i + 1 > last) continue
  const path = `${copy}/src/${name}.sol`
  const source = readFileSync(path, 'utf8')
  if (source.split(from).length !== 2) throw new Error(`mutant ${i + 1}: ${name} has not one place ${JSON.stringify(from)}`)
  writeFileSync(path, source.replace(from, () => to))
  const run = spawnSync(forge, ['test', '--fail-fast', '--match-contract', 'UsageController|UsagePass|Money|RevenueSplitter'], {
    cwd: copy, encoding: 'utf8', env: { ...process.env, FOUNDRY_DENY: 'never', FOUNDRY_INVARIANT_RUNS: '4', FOUNDRY_INVARIANT_SHRINK_RUN_LIMIT: '0' },
  })
  writeFileSync(path, source)
  // A mutant that does not compile is no mutant.
  if (!/\[(PASS|FAIL)/.test(run.stdout)) throw new Error(`mutant ${i + 1}: no test ran\n${run.stdout}${run.stderr}`)
  const seen = run.status !== 0
  if (seen) noticed++
  else missed.push(i + 1)
  const by = seen ? ` (${run.stdout.match(/\b(test_|testFuzz_|invariant_)\w+(?=\()/g)?.at(-1)})` : ''
  console.log(`${seen ? 'noticed' : 'MISSED '} ${i + 1} ${name}: ${from.replace(/\s+/g, ' ')}  →  ${to}${by}`)
}
const all = noticed + missed.length
console.log(`mutants: ${noticed} of ${all} noticed${missed.length > 0 ? `; missed: ${missed.join(', ')}` : ''}`)
process.exitCode = noticed >= 0.95 * all ? 0 : 1
