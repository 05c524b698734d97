// NumPy's .npy files, as far as dense little-endian tensors need them.

const TYPES = { '<f4': Float32Array, '<f8': Float64Array, '|i1': Int8Array, '|u1': Uint8Array, '|b1': Uint8Array, '<i2': Int16Array, '<u2': Uint16Array, '<i4': Int32Array, '<u4': Uint32Array, '<i8': BigInt64Array, '<u8': BigUint64Array }

/** Bytes of a .npy file → { dims, data }. */
export function readNpy (bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < 12 || String.fromCharCode(...bytes.subarray(1, 6)) !== 'NUMPY') throw new Error('not a .npy file')
  const [start, length] = bytes[6] === 1 ? [10, view.getUint16(8, true)] : [12, view.getUint32(8, true)]
  const header = new TextDecoder('latin1').decode(bytes.subarray(start, start + length))
  const [, descr, fortran, shape] = /'descr': '(\S+)', 'fortran_order': (\w+), 'shape': \(([^)]*)\)/.exec(header) ?? []
  const Type = TYPES[descr]
  if (!Type || fortran !== 'False') throw new Error(`a .npy file of type ${descr}, Fortran order ${fortran}: neither is read here`)
  const dims = shape.split(',').filter((s) => s.trim() !== '').map(Number)
  const data = Uint8Array.from(bytes.subarray(start + length)) // a copy, at an address that fits the type
  return { dims, data: new Type(data.buffer, 0, dims.reduce((a, b) => a * b, 1)) }
}

/** { dims, data } → bytes of a .npy file. */
export function writeNpy ({ dims, data }) {
  const descr = Object.keys(TYPES).find((key) => TYPES[key] === data.constructor)
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${dims.map((d) => d + ',').join(' ')}), }`
  const padded = header.padEnd(Math.ceil((header.length + 11) / 64) * 64 - 11) + '\n' // data starts at a multiple of 64
  const out = new Uint8Array(10 + padded.length + data.byteLength)
  out.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, padded.length & 255, padded.length >> 8])
  out.set(new TextEncoder().encode(padded), 10)
  out.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), 10 + padded.length)
  return out
}
