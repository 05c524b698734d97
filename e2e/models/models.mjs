// The models that tests and benchmarks run, and inputs for them. The files are fetched by tools/fetch-models; a row is
// all that a new one takes.
//
//   name        what --models of the benchmark and the tests' names call it
//   file        in .cache/models
//   kind        f32, or int8 for models whose products are of integers: their sums are exact, so one mode is measured
//   cases       inputs for the tests, each a function that returns { name: { type, dims, data } }; the first is the benchmark's
//   variant     how variants.mjs makes the file: { of: another row's name, kind: dynamic, qdq or nbits }
//   tolerance   how far outputs may be from onnxruntime's, as parts of the output's range: { most, rms }
//   refused     what the engine says when it cannot run the model yet; the test fails as soon as it can
//   slow        true where the test takes more than a few seconds: only make test-all runs it
//
// Tolerances: floats agree to 1e-3 of the range, and 2e-5 on average. A quantised model rounds at every layer, and one unit in the last place
// decides which way: onnxruntime itself, with and without its graph optimisations, differs by up to 19 % of the range
// (PP-OCR's detector with Q/DQ pairs) and 0.5 % on average (MiniLM with them). So those agree to 1.5 % on average, and
// must be as near to the float model that they were made from as onnxruntime's outputs are.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PNG } from 'pngjs'
import { root } from '../subject.mjs'

const close = { most: 1e-3, rms: 2e-5 }
const quantised = { most: 0.3, rms: 0.015 }

/** Where the models' files are. */
export const folder = join(root, '.cache/models')

/** The photograph in the model's size, for each picture of the batch a little further to the right. */
const nchw = (name, ...dims) => () => {
  const [n, c, h, w] = dims
  return { [name]: f32(dims, (i) => pixel((i / (c * h * w)) | 0, ((i / w) | 0) % h / h, i % w / w, ((i / (h * w)) | 0) % c)) }
}
const nhwc = (name, ...dims) => () => {
  const [, h, w, c] = dims
  return { [name]: f32(dims, (i) => pixel((i / (c * h * w)) | 0, ((i / (w * c)) | 0) % h / h, ((i / c) | 0) % w / w, i % c)) }
}

/** White paper with lines of words on it, for those who look for text: the lines are `height` pixels apart. */
const paper = (name, height, ...dims) => () => {
  const [, c, h, w] = dims
  const size = height / 12 // of a dot of a letter
  return { [name]: f32(dims, (i) => ink((i / (c * h * w)) | 0, (((i / w) | 0) % h / size) - 2, (i % w / size) - 2) ? -0.9 : 0.95) }
}

/** Whether a dot of a page is black. A line is 12 dots high, a letter 7 of these and 6 wide. */
function ink (n, y, x) {
  const line = Math.floor(y / 12)
  const letter = letters[words[(n + line + words.length) % words.length][Math.floor(x / 6)]]
  return letter?.[Math.floor(y - 12 * line)]?.[Math.floor(x % 6)] === '#'
}

const words = ['HELLO DEHUG', 'GOOD RULE', 'HUGE HOLE']
const letters = {
  D: ['####.', '#...#', '#...#', '#...#', '#...#', '#...#', '####.'],
  E: ['#####', '#....', '#....', '####.', '#....', '#....', '#####'],
  G: ['.###.', '#...#', '#....', '#.###', '#...#', '#...#', '.###.'],
  H: ['#...#', '#...#', '#...#', '#####', '#...#', '#...#', '#...#'],
  L: ['#....', '#....', '#....', '#....', '#....', '#....', '#####'],
  O: ['.###.', '#...#', '#...#', '#...#', '#...#', '#...#', '.###.'],
  R: ['####.', '#...#', '#...#', '####.', '#.#..', '#..#.', '#...#'],
  U: ['#...#', '#...#', '#...#', '#...#', '#...#', '#...#', '.###.']
}

/** Token numbers of a vocabulary, 101 at the start and 102 at the end as BERT has them; the last sentence is shorter. */
const sentences = (batch, length) => () => {
  const ids = i64([batch, length], (i) => i % length === 0 ? 101 : (i + 1) % length === 0 ? 102 : 1000 + (i * 7919) % 20000)
  const mask = i64([batch, length], (i) => batch > 1 && i >= batch * length - (length >> 1) ? 0 : 1)
  return { input_ids: ids, attention_mask: mask, token_type_ids: i64([batch, length], () => 0) }
}

const fileStart = (batch) => () => ({ bytes: { type: 'int32', dims: [batch, 2048], data: Int32Array.from({ length: batch * 2048 }, (_, i) => text.charCodeAt((i * (1 + (i / 2048 | 0))) % text.length)) } })
const text = 'package main\n\nimport "fmt"\n\nfunc main() {\n\tfor i := range 10 {\n\t\tfmt.Println(i, "hello")\n\t}\n}\n'

/**
 * A rising tone with a quiet start, at `rate` samples a second, and a hiss: the models take logarithms of spectra, and
 * where there is nothing at all these magnify the last bit. The state is not all zeros.
 */
const hiss = (i) => (Math.imul(i + 1, 0x9e3779b1) >> 16) / 2 ** 20
const tone = (batch, samples, rate) => f32([batch, samples], (i) => hiss(i) + Math.sin(2 * Math.PI * (150 + i % samples / 4) * (i % samples) / rate) * Math.min(1, i % samples / 200) * (0.3 + 0.2 * (i / samples | 0)))
const state = (...dims) => f32(dims, (i) => Math.sin(i) / 8)
const scalar = (value) => ({ type: 'int64', dims: [], data: BigInt64Array.of(BigInt(value)) })
const speech = (batch, samples, rate, layers, width) => () => ({ input: tone(batch, samples + rate / 250, rate), state: state(layers, batch, width), sr: scalar(rate) })
const legacySpeech = (batch, samples, rate) => () => ({ input: tone(batch, samples, rate), sr: scalar(rate), h: state(2, batch, 64), c: state(2, batch, 64) })

export const models = [
  { name: 'blazeface-front', file: 'blazeface/face_detection_front_128x128_barracuda.onnx', kind: 'f32', tolerance: close, cases: [nhwc('input:0', 1, 128, 128, 3)] },
  { name: 'blazeface-back', file: 'blazeface-back/model.onnx', kind: 'f32', tolerance: close, cases: [nhwc('input:0', 1, 256, 256, 3)] },
  { name: 'ppocr-det', file: 'ppocr/det.onnx', kind: 'f32', tolerance: close, cases: [paper('x', 48, 1, 3, 480, 640), paper('x', 40, 1, 3, 320, 224), paper('x', 32, 2, 3, 96, 160)] },
  { name: 'ppocr-rec', file: 'ppocr/rec.onnx', kind: 'f32', tolerance: close, cases: [paper('x', 54, 1, 3, 48, 320), paper('x', 54, 2, 3, 48, 160), paper('x', 54, 1, 3, 48, 100)] },
  { name: 'ppocr-cls', file: 'ppocr/cls.onnx', kind: 'f32', tolerance: close, cases: [paper('x', 54, 1, 3, 48, 192), paper('x', 54, 6, 3, 48, 192), paper('x', 54, 2, 3, 48, 100)] },
  { name: 'lcnet', file: 'lcnet/model.onnx', kind: 'f32', tolerance: close, cases: [paper('x', 40, 1, 3, 224, 224), paper('x', 40, 3, 3, 224, 224)] },
  { name: 'picodet', file: 'picodet/model.onnx', kind: 'f32', tolerance: close, cases: [nchw('image', 1, 3, 800, 608)] },
  { name: 'yolo', file: 'yolo/model.onnx', kind: 'f32', tolerance: close, cases: [nchw('images', 1, 3, 320, 320), nchw('images', 1, 3, 256, 320), nchw('images', 2, 3, 160, 96)] },
  { name: 'magika', file: 'magika/model.onnx', kind: 'f32', tolerance: close, cases: [fileStart(1), fileStart(5)] },
  { name: 'minilm', file: 'minilm/model.onnx', kind: 'f32', tolerance: close, cases: [sentences(1, 128), sentences(4, 16), sentences(3, 7)] },
  { name: 'silero-v6', file: 'silero/v6.onnx', kind: 'f32', tolerance: close, cases: [speech(1, 512, 16000, 2, 128), speech(3, 512, 16000, 2, 128), speech(1, 256, 8000, 2, 128)] },
  { name: 'silero-v5', file: 'silero/v5.onnx', kind: 'f32', tolerance: close, cases: [speech(1, 512, 16000, 2, 128), speech(1, 256, 8000, 2, 128)] },
  { name: 'silero-legacy', file: 'silero/legacy.onnx', kind: 'f32', tolerance: close, cases: [legacySpeech(1, 1536, 16000), legacySpeech(2, 512, 16000), legacySpeech(1, 768, 8000)] }
]

for (const [of, kind, more] of [
  ['lcnet', 'qdq'], ['lcnet', 'dynamic'],
  ['ppocr-rec', 'qdq', { slow: true }], ['ppocr-rec', 'dynamic', { slow: true }],
  ['ppocr-det', 'qdq', { slow: true, tolerance: { most: 1, rms: 0.03 } }], // all but black and white: at an edge a pixel flips
  ['minilm', 'qdq'], ['minilm', 'dynamic'],
  ['minilm', 'nbits', { kind: 'f32', tolerance: close }]
]) {
  const name = `${of}-${kind}`
  models.push({ name, file: `variants/${name}.onnx`, kind: 'int8', tolerance: quantised, cases: modelNamed(of).cases, variant: { of, kind }, ...more })
}

/** The row with this name. */
export function modelNamed (name) {
  const found = models.find((m) => m.name === name)
  if (!found) throw new Error(`no model is called ${name}; there are: ${models.map((m) => m.name).join(', ')}`)
  return found
}

function f32 (dims, at) {
  return { type: 'float32', dims, data: Float32Array.from({ length: product(dims) }, (_, i) => at(i)) }
}

function i64 (dims, at) {
  return { type: 'int64', dims, data: BigInt64Array.from({ length: product(dims) }, (_, i) => BigInt(at(i))) }
}

const product = (dims) => dims.reduce((a, b) => a * b, 1)

let photo

/** Channel c of the photograph at y, x (0 … 1), between −1 and 1. */
function pixel (n, y, x, c) {
  photo ??= PNG.sync.read(readFileSync(join(root, '.cache/pictures/astronaut.png')))
  const column = ((x * photo.width | 0) + 40 * n) % photo.width
  return photo.data[((y * photo.height | 0) * photo.width + column) * 4 + c] / 127.5 - 1
}
