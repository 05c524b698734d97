// The bytes of WebAssembly modules, for what rewrites them.

/** Reads a module's bytes from a place on. Throws an Error where there are none left. */
export function reader (bytes, at = 0) {
  return {
    at,
    byte () { return bytes[this.at++] ?? early() },
    bytes (length) {
      if (this.at + length > bytes.length) early()
      this.at += length
      return bytes.subarray(this.at - length, this.at)
    },
    unsigned () {
      for (let value = 0, scale = 1; ; scale *= 128) {
        const byte = this.byte()
        value += (byte & 127) * scale
        if (byte < 128) return value
      }
    },
    /** Exact up to 53 bits: what is read beyond that is only stepped over. */
    signed () {
      for (let value = 0, scale = 1; ;) {
        const byte = this.byte()
        value += (byte & 127) * scale
        scale *= 128
        if (byte < 128) return byte & 64 ? value - scale : value
      }
    }
  }
}

function early () {
  throw new Error('the module ends too early')
}

/** A number in LEB128. */
export function unsigned (value) {
  const out = []
  for (; value > 127; value = Math.floor(value / 128)) out.push((value & 127) | 128)
  return [...out, value]
}

/** A number of 32 bits in signed LEB128. */
export function signed (value) {
  const out = []
  for (; value > 63 || value < -64; value >>= 7) out.push((value & 127) | 128)
  return [...out, value & 127]
}

export function join (parts) {
  const out = Buffer.alloc(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}
