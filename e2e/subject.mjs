// What the engine's tests run: BlazeFace, inputs for it, and dehug-run.

import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PNG } from 'pngjs'

export const root = fileURLToPath(new URL('..', import.meta.url))
export const model = join(root, '.cache/models/blazeface/face_detection_front_128x128_barracuda.onnx')
const photo = join(root, '.cache/pictures/astronaut.png')

const side = 128
const dims = [1, side, side, 3]

/** Builds dehug-run (nothing to do when it is up to date) and returns its path. */
export function dehugRun () {
  for (const path of [model, photo]) {
    if (!existsSync(path)) throw new Error(`${path} is missing: go run ./tools/fetch-models blazeface astronaut`)
  }
  execFileSync('go', ['build', '-o', 'bin/', './wasm/cmd/dehug-run'], { cwd: root, stdio: 'inherit' })
  return join(root, 'bin/dehug-run')
}

/** The photograph, 512 × 512, as the model wants it: 128 × 128 by means of 4 × 4 pixels, −1 … 1, NHWC. */
export function photograph () {
  const { width, height, data: pixels } = PNG.sync.read(readFileSync(photo))
  const factor = width / side
  if (width !== height || !Number.isInteger(factor)) throw new Error(`${photo}: got ${width} × ${height}, want a multiple of ${side} × ${side}`)
  const data = new Float32Array(side * side * 3)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < 3; c++) {
        data[(Math.floor(y / factor) * side + Math.floor(x / factor)) * 3 + c] += pixels[(y * width + x) * 4 + c]
      }
    }
  }
  return { dims, data: data.map((sum) => sum / (factor * factor) / 127.5 - 1) }
}

/** A stream of numbers in [0, 1) that is the same everywhere (mulberry32). */
function randomNumbers (seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0
    let t = Math.imul(seed ^ (seed >>> 15), seed | 1)
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Uniform in −1 … 1. */
export function noise (seed) {
  const random = randomNumbers(seed)
  return { dims, data: Float32Array.from({ length: side * side * 3 }, () => random() * 2 - 1) }
}

/** Any bits at all: NaNs, infinities, subnormal and huge numbers among them. */
export function anyBits (seed) {
  const random = randomNumbers(seed)
  const bits = Uint32Array.from({ length: side * side * 3 }, () => Math.floor(random() * 2 ** 32))
  return { dims, data: new Float32Array(bits.buffer) }
}

/** Noise with a few special values in it, so that finite and special numbers meet in every layer. */
export function specials (seed) {
  const random = randomNumbers(seed)
  const { data } = noise(seed)
  const values = [NaN, Infinity, -Infinity, 0, -0, 1e-45, -1e-40, 3.4028235e38, -3.4028235e38, 1.1754942e-38]
  for (const value of values) data[Math.floor(random() * data.length)] = value
  return { dims, data }
}
