// What a Go program built for WebAssembly is made of: bytes of code by package, read from its name section.

/** Splits bytes of a module that was linked without -s into { code: Map(package → bytes), data, names, other }. */
export function sections (bytes, importPaths) {
  const text = new TextDecoder()
  let at = 8 // after magic and version
  const u32 = () => {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++]
      value += (byte & 127) * 2 ** shift
      if (byte < 128) return value
    }
  }
  const name = () => { const length = u32(); at += length; return text.decode(bytes.subarray(at - length, at)) }

  let imported = 0
  const bodies = [] // bytes, by function
  const names = new Map()
  const sizes = { data: 0, names: 0, other: 8 }
  while (at < bytes.length) {
    const start = at
    const id = bytes[at++]
    const length = u32()
    const end = at + length
    if (id === 2) {
      for (let count = u32(); count > 0; count--) { // Go imports functions only
        name()
        name()
        if (bytes[at++] !== 0) throw new Error('an import that is not a function')
        u32()
        imported++
      }
    } else if (id === 10) {
      for (let count = u32(); count > 0; count--) {
        const from = at
        const size = u32()
        at += size
        bodies.push(at - from)
      }
    } else if (id === 0 && name() === 'name') {
      while (at < end) {
        const kind = bytes[at++]
        const after = u32() + at
        if (kind === 1) {
          for (let count = u32(); count > 0; count--) {
            const index = u32()
            names.set(index, name())
          }
        }
        at = after
      }
      sizes.names += end - start
    }
    if (id === 11) sizes.data += end - start
    else if (id !== 10 && !(id === 0 && names.size > 0)) sizes.other += end - start
    at = end
  }
  if (names.size === 0) throw new Error('the module has no name section: link it without -s')

  // The linker writes every character of a symbol that is not a letter, digit, dot or underscore as an underscore.
  const packages = new Map(importPaths.map((path) => [path.replace(/[^\w.]/g, '_'), path]))
  const code = new Map()
  bodies.forEach((size, i) => {
    const owner = packageOf(names.get(imported + i) ?? '', packages)
    code.set(owner, (code.get(owner) ?? 0) + size)
  })
  return { code, ...sizes }
}

/** The longest import path that a symbol starts with. Symbols without one are made by compiler and linker. */
function packageOf (symbol, packages) {
  for (let dot = symbol.lastIndexOf('.'); dot > 0; dot = symbol.lastIndexOf('.', dot - 1)) {
    const path = packages.get(symbol.slice(0, dot))
    if (path) return path
  }
  return 'compiler and linker'
}
