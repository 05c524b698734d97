#!/usr/bin/env node
// Makes the quantised variants that are not there yet: `variant` of a row in models.mjs says how. The ranges of
// activations are taken from the inputs of the model that it is made from. Beside a file lies a hash of all that it was
// made from, so that it is made again when any of that changes.

import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { writeNpy } from '../node-host/npy.mjs'
import { root } from '../subject.mjs'
import { folder, modelNamed, models } from './models.mjs'

const python = join(root, '.venv/bin/python')
const script = join(root, 'e2e/models/quantise.py')
const requirements = join(root, 'tools/requirements.txt')

for (const { name, file, variant } of models) {
  if (!variant) continue
  const out = join(folder, file)
  const from = modelNamed(variant.of)
  const inputs = variant.kind === 'qdq' ? from.cases.map((make) => Object.values(make()).map(writeNpy)) : []
  const hash = createHash('sha256').update(JSON.stringify(variant))
  for (const bytes of [...[script, requirements, join(folder, from.file)].map((path) => readFileSync(path)), ...inputs.flat()]) hash.update(createHash('sha256').update(bytes).digest())
  const key = hash.digest('hex')
  if (existsSync(out) && existsSync(`${out}.from`) && readFileSync(`${out}.from`, 'utf8') === key) continue

  console.error(`making ${name}`)
  mkdirSync(dirname(out), { recursive: true })
  const dir = mkdtempSync(join(dirname(out), '.making-')) // moved from there when it is whole
  try {
    const folders = inputs.map((arrays, i) => {
      mkdirSync(join(dir, String(i)))
      arrays.forEach((bytes, k) => writeFileSync(join(dir, String(i), `${k}.npy`), bytes))
      return join(dir, String(i))
    })
    execFileSync(python, [script, variant.kind, join(folder, from.file), join(dir, 'model.onnx'), ...folders], { stdio: ['ignore', 'ignore', 'inherit'] })
    renameSync(join(dir, 'model.onnx'), out)
    writeFileSync(`${out}.from`, key)
  } finally {
    rmSync(dir, { recursive: true })
  }
}
