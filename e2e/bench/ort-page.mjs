// What our page does, done with onnxruntime-web as its documentation shows: fetch the model, look at the picture.

import * as ort from '/ort/ort.wasm.bundle.min.mjs'

ort.env.wasm.numThreads = 1
ort.env.logLevel = 'error'

const session = await ort.InferenceSession.create('/model.onnx', { executionProviders: ['wasm'] })
const picture = document.querySelector('img')
await picture.decode()
const canvas = new OffscreenCanvas(128, 128)
const context = canvas.getContext('2d', { willReadFrequently: true })
context.drawImage(picture, 0, 0, 128, 128)
const { data: pixels } = context.getImageData(0, 0, 128, 128)
const input = new Float32Array(128 * 128 * 3)
for (let i = 0, j = 0; i < pixels.length; i += 4) for (let c = 0; c < 3; c++) input[j++] = pixels[i + c] / 127.5 - 1
await session.run({ 'input:0': new ort.Tensor('float32', input, [1, 128, 128, 3]) })
window.firstResult = performance.now()
