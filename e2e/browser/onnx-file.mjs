// Small ONNX files, written field by field (onnx.proto), for tests that need a model which nobody publishes.

/** A protobuf field: a varint, a text, bytes, or a message given as the list of its fields. */
export function field (number, value) {
  if (typeof value === 'number') return Buffer.concat([varint(number << 3), varint(value)])
  const body = Array.isArray(value) ? Buffer.concat(value) : Buffer.from(value)
  return Buffer.concat([varint(number << 3 | 2), varint(body.length), body])
}

function varint (n) {
  const bytes = []
  for (; n > 127; n = Math.floor(n / 128)) bytes.push(n % 128 + 128)
  return Buffer.from([...bytes, n])
}

/** The file of a graph, given as its fields: opset 13. */
export const onnx = (graph) => Buffer.concat([field(1, 8), field(7, graph), field(8, [field(1, ''), field(2, 13)])])

/** The fields of a node. It is named after its operator. */
export const node = (op, inputs, outputs) => field(1, [...inputs.map((name) => field(1, name)), ...outputs.map((name) => field(2, name)), field(3, op), field(4, op)])

/** The fields of a ValueInfoProto: an extent is a number or a name. */
export const value = (name, type, dims) => [field(1, name), field(2, [field(1, [field(1, type), field(2, dims.map((d) => field(1, [typeof d === 'number' ? field(1, d) : field(2, d)])))])])]

const float = 1
const tensor = (name, dims, data) => [...dims.map((d) => field(1, d)), field(2, float), field(8, name), field(9, Buffer.from(data.buffer))]

export const pointwiseWeight = (i) => ((i * 7919) % 257) / 256 - 0.5

/** An ONNX file of 4·inChannels·outChannels bytes and some more: y = Conv(x[N, inChannels, H, W], w, b), 1×1. The bias of channel i is i / 128. */
export function pointwise (inChannels, outChannels) {
  const w = Float32Array.from({ length: outChannels * inChannels }, (_, i) => pointwiseWeight(i))
  const b = Float32Array.from({ length: outChannels }, (_, i) => i / 128)
  return onnx([
    node('Conv', ['x', 'w', 'b'], ['y']),
    field(2, 'conv'),
    field(5, tensor('w', [outChannels, inChannels, 1, 1], w)),
    field(5, tensor('b', [outChannels], b)),
    field(11, value('x', float, ['N', inChannels, 'H', 'W'])),
    field(12, value('y', float, ['N', outChannels, 'H', 'W']))
  ])
}
