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
const J = 'JobOrders'
const T = 'base/Till'
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
  [C, 'if (longest == 0) longest = MAX_SESSION;', 'if (longest == 0) longest = 2 * MAX_SESSION;'],
  // Paying in and out.
  [T, 'if (msg.value != amount) revert', 'if (msg.value < amount) revert'],
  [T, 'if (msg.value != 0) revert', 'if (false) revert'],
  [T, 'token == address(0) || amount == 0', 'token == address(0)'],
  [T, 'now_ < before || now_ - before != amount', 'now_ < before'],
  [C, 'if (!isAllowed[token]) revert', 'if (false) revert'],
  [T, 'creditOf[token][account] = 0;', ''],
  [T, 'if (to != account && msg.sender != account) revert', 'if (false) revert'],
  [C, 'keccak256(abi.encode(plan, units, to, salt))', 'keccak256(abi.encode(plan, units, salt))'],
  [C, 'pass.burn(msg.sender, plan, units);', ''],
  [T, 'creditOf[token][account] += amount;', 'creditOf[token][account] = amount;'],
  // Subscriptions.
  [C, '_byTheUnit(ref.plan);\n        uint256 end', 'uint256 end'],
  [C, '_byTheUnit(plan);\n        emit', 'emit'],
  [C, 'if (asPasses) _byTheUnit(ref.plan);', ''],
  [C, 'else if (terms.units != quota) revert', 'else if (false) revert'],
  [C, 'block.timestamp + longest', 'block.timestamp + MAX_SESSION'],
  [C, 'saved + Accounting.most(unused, computeCap)', 'saved'],
  [C, '_credit(token, ref.operator, relay);', '_credit(token, payer, relay);'],
  ['UsagePass', 'terms.quota > 0 && !terms.transferable', 'terms.quota > 0'],
  // Orders.
  [J, '        order = orderId(terms);\n        _only(order, terms.payer);', '        order = orderId(terms);'],
  [J, 'if (authorization.from != terms.payer) revert', 'if (false) revert'],
  [J, 'if (state != State.Open) revert', 'if (state == State.Ended) revert'],
  [J, '_inTime(order, State.Open);', ''],
  [J, '_collect(token, terms.provider, terms.bond);', ''],
  [J, 'if (msg.sender != orders[order].receiptKey) _only(order, terms.provider);', ''],
  [J, '_inTime(order, State.Accepted);', ''],
  [J, 'if (state != State.Delivered && state != State.Disputed) revert', 'if (state == State.Ended) revert'],
  [J, '_collect(token, terms.payer, terms.fee);', ''],
  [J, 'if (terms.arbiter == address(0)) revert JobOrders_ZeroAddress();', ''],
  [J, '_only(order, terms.arbiter);', ''],
  [J, '_inTime(order, State.Disputed);', ''],
  [J, 'lost >= terms.fee && lost <= terms.bond', 'lost <= terms.bond'],
  [J, 'lost >= terms.fee && lost <= terms.bond', 'lost >= terms.fee'],
  [J, 'done == terms.units ? lost == 0 : done < terms.units', 'done <= terms.units'],
  [J, 'done < terms.units && lost', 'lost'],
  [J, 'if (block.timestamp < o.due) revert', 'if (block.timestamp + 1 < o.due) revert'],
  [J, 'Outcome.Undelivered, 0, terms.bond', 'Outcome.Undelivered, 0, 0'],
  [J, 'Outcome.Unruled, terms.units, 0', 'Outcome.Unruled, 0, 0'],
  [J, 'if (results[0] == results[1]) revert', 'if (false) revert'],
  [J, 'signer != o.receiptKey', 'false'],
  [J, 'err != ECDSA.RecoverError.NoError || ', ''],
  [J, 'for (uint256 i; i < 2; ++i)', 'for (uint256 i; i < 1; ++i)'],
  [J, 'receiptHash(order, seq, results[i])', 'receiptHash(order, 7, results[i])'],
  [J, 'if (block.timestamp >= o.due) revert', 'if (block.timestamp > o.due) revert'],
  [J, 'if (orders[order].state != State.None) revert', 'if (orders[order].state == State.Open) revert'],
  [J, 'if (terms.pay > plan.computeCap) revert', 'if (false) revert'],
  [J, 'if (!controller.isAllowed(plan.token)) revert', 'if (false) revert'],
  [J, 'if (plan.period > 0) revert', 'if (false) revert'],
  [J, 'if (registry.versionOf(terms.version).model != plan.model)', 'if (false)'],
  [J, 'orders[order] = Order(State.Ended, 0, address(0));', ''],
  [J, 'state == State.Open ? 0 : terms.bond', 'terms.bond'],
  [J, 'outcome == Outcome.Ruled ? terms.arbiter : terms.payer', 'terms.arbiter'],
  [J, 'if (state == State.Disputed) _credit', '_credit'],
  [J, 'if (terms.fee > terms.bond) revert', 'if (false) revert'],
  [J, 'if (newOrdersPaused) revert', 'if (false) revert'],
  [J, 'uint32(block.timestamp) + window', 'uint32(block.timestamp) + window + 1'],
  [A, 'most(done, pay) + bond - lost', 'most(done, pay) + bond'],
  [A, 'cost(units - done, authorFee, relayFee, pay) + lost', 'cost(units - done, authorFee, relayFee, pay)'],
  // Passes and splitters.
  ['UsagePass', 'supplyOf[plan] += units;', ''],
  ['UsagePass', 'if (!plans[plan].transferable) revert', 'if (false) revert'],
  ['RevenueSplitter', 'amount = held - promised;', 'amount = held;'],
  ['RevenueSplitter', 'owed[token][recipients[last]] += left;', 'owed[token][recipients[last]] += Accounting.part(amount, parts[last]);'],
  ['RevenueSplitter', 'owed[token][recipient] = 0;', ''],
  ['RevenueSplitter', 'totalOwed[token] -= amount;', ''],
  ['RevenueSplitterFactory', 'if (recipients[i] <= before)', 'if (recipients[i] < before)'],
  ['RevenueSplitterFactory', 'if (sum != Accounting.WHOLE)', 'if (sum > Accounting.WHOLE)'],
]

// Whose tests are to notice.
const tests = {
  [J]: '^JobOrders|^OrderMoney', RevenueSplitter: '^Revenue', RevenueSplitterFactory: '^Revenue',
  [C]: '^UsageController|^Subscriptions|^Money', UsagePass: '^Usage|^Subscriptions|^Money',
  all: '^Usage|^Subscriptions|^JobOrders|^Revenue|Money',
}

// A copy with the compiler's cache, so that only what a mutant touches is compiled again.
const [first, last] = [Number(process.argv[2] ?? 1), Number(process.argv[3] ?? mutants.length)]
const copy = `${here}.build/mutant/${first}`
rmSync(copy, { recursive: true, force: true })
mkdirSync(`${copy}/.build`, { recursive: true })
for (const part of ['src', 'test', 'toolchain', 'foundry.toml', '.build/out', '.build/cache']) cpSync(here + part, `${copy}/${part}`, { recursive: true })
symlinkSync(`${here}node_modules`, `${copy}/node_modules`)

let noticed = 0
const missed = []
for (const [i, [name, from, to]] of mutants.entries()) {
  if (i + 1 < first || i + 1 > last) continue
  const path = `${copy}/src/${name}.sol`
  const source = readFileSync(path, 'utf8')
  if (source.split(from).length !== 2) throw new Error(`mutant ${i + 1}: ${name} has not one place ${JSON.stringify(from)}`)
  writeFileSync(path, source.replace(from, () => to))
  const run = spawnSync(forge, ['test', '--fail-fast', '--match-contract', tests[name] ?? tests.all], {
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
