// How much of src/ the tests run, by forge coverage: a build of its own, without the optimizer. It ends with 1 below 98 % of lines or
// 95 % of branches. Branches inside of assembly are not counted; mutate.mjs has them.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(new URL('..', import.meta.url))
const forge = `${here}node_modules/@foundry-rs/forge-${process.platform}-${{ x64: 'amd64', arm64: 'arm64' }[process.arch]}/bin/forge`
const run = spawnSync(forge, ['coverage', '--report', 'summary'], {
  cwd: here, encoding: 'utf8', maxBuffer: 1 << 26,
  env: { ...process.env, FOUNDRY_DENY: 'never', FOUNDRY_FUZZ_RUNS: '32', FOUNDRY_INVARIANT_RUNS: '2', FOUNDRY_INVARIANT_DEPTH: '50' },
})
const total = { lines: [0, 0], branches: [0, 0] }
for (const row of run.stdout.matchAll(/^\| (src\/\S+) +\| .*?\((\d+)\/(\d+)\) +\| .*? +\| .*?\((\d+)\/(\d+)\) +\|/gm)) {
  const [file, ...n] = row.slice(1)
  for (const [key, at] of [['lines', 0], ['branches', 2]]) [0, 1].forEach((i) => (total[key][i] += Number(n[at + i])))
  console.log(`${file.padEnd(32)} lines ${n[0]} of ${n[1]}, branches ${n[2]} of ${n[3]}`)
}
const percent = ([have, all]) => (100 * have) / all
console.log(`coverage: ${percent(total.lines).toFixed(1)} % of lines (${total.lines.join(' of ')}), ${percent(total.branches).toFixed(1)} % of branches (${total.branches.join(' of ')})`)
if (run.status !== 0) console.error(run.stdout.slice(-4000) + run.stderr)
process.exitCode = run.status === 0 && percent(total.lines) >= 98 && percent(total.branches) >= 95 ? 0 : 1
