// The models that tests and benchmarks run, and inputs for them. The files are fetched by tools/fetch-models; a row is
// all that a new one takes.
//
//   name        what --models of the benchmark and the tests' names call it
//   file        in .cache/models
//   kind        f32, or int8 for models whose products are of integers: their sums are exact, so one mode is measured
//   cases       inputs for the tests, each a function that returns { name: { type, dims, data } }; the first is the benchmark's
//   tolerance   of the range of an output, how far the outputs may be from onnxruntime's; 1e-4 where there is none

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PNG } from 'pngjs'
import { root } from '../subject.mjs'

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

/** Token numbers of a vocabulary, 101 at the start and 102 at the end as BERT has them; the last sentence is shorter. */
const sentences = (batch, length) => () => {
  const ids = i64([batch, length], (i) => i % length === 0 ? 101 : (i + 1) % length === 0 ? 102 : 1000 + (i * 7919) % 20000)
  const mask = i64([batch, length], (i) => batch > 1 && i >= batch * length - (length >> 1) ? 0 : 1)
  return { input_ids: ids, attention_mask: mask, token_type_ids: i64([batch, length], () => 0) }
}

const fileStart = (batch) => () => ({ bytes: { type: 'int32', dims: [batch, 2048], data: Int32Array.from({ length: batch * 2048 }, (_, i) => text.charCodeAt((i * (1 + (i / 2048 | 0))) % text.length)) } })
const text = 'package main\n\nimport "fmt"\n\nfunc main() {\n\tfor i := range 10 {\n\t\tfmt.Println(i, "hello")\n\t}\n}\n'

export const models = [
  { name: 'blazeface-front', file: 'blazeface/face_detection_front_128x128_barracuda.onnx', kind: 'f32', cases: [nhwc('input:0', 1, 128, 128, 3)] },
  { name: 'blazeface-back', file: 'blazeface-back/model.onnx', kind: 'f32', cases: [nhwc('input:0', 1, 256, 256, 3)] },
  { name: 'ppocr-det', file: 'ppocr/det.onnx', kind: 'f32', cases: [nchw('x', 1, 3, 480, 640), nchw('x', 1, 3, 320, 224), nchw('x', 2, 3, 96, 160)] },
  { name: 'ppocr-rec', file: 'ppocr/rec.onnx', kind: 'f32', cases: [nchw('x', 1, 3, 48, 320), nchw('x', 2, 3, 48, 160), nchw('x', 1, 3, 48, 100)] },
  { name: 'ppocr-cls', file: 'ppocr/cls.onnx', kind: 'f32', cases: [nchw('x', 1, 3, 48, 192), nchw('x', 6, 3, 48, 192), nchw('x', 2, 3, 48, 100)] },
  { name: 'lcnet', file: 'lcnet/model.onnx', kind: 'f32', cases: [nchw('x', 1, 3, 224, 224), nchw('x', 3, 3, 224, 224)] },
  { name: 'picodet', file: 'picodet/model.onnx', kind: 'f32', cases: [nchw('image', 1, 3, 800, 608)] },
  { name: 'yolo', file: 'yolo/model.onnx', kind: 'f32', cases: [nchw('images', 1, 3, 320, 320), nchw('images', 1, 3, 256, 320), nchw('images', 2, 3, 160, 96)] },
  { name: 'magika', file: 'magika/model.onnx', kind: 'f32', cases: [fileStart(1), fileStart(5)] },
  { name: 'minilm', file: 'minilm/model.onnx', kind: 'f32', cases: [sentences(1, 128), sentences(4, 16), sentences(3, 7)] }
]

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
