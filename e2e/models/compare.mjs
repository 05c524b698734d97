// How far two engines' outputs are apart. Runs in pages and in Node.

/**
 * As parts of the output's range (of its value, when all are equal): the largest difference, and the root of the mean
 * square. NaN where either is not a number.
 */
export function distance (got, want) {
  let low = Infinity
  let high = -Infinity
  let most = 0
  let squares = 0
  for (let i = 0; i < want.length; i++) {
    const value = Number(want[i])
    low = Math.min(low, value)
    high = Math.max(high, value)
    const d = Math.abs(value - Number(got[i]))
    if (!(d <= most)) most = d // also when d is NaN
    squares += d * d
  }
  if (most === 0) return { most: 0, rms: 0 }
  const range = high - low || Math.abs(high)
  return { most: most / range, rms: Math.sqrt(squares / want.length) / range }
}

/**
 * The largest distances of all outputs, each { dims, data } by name. Throws when names or shapes differ, or an output is
 * further away than `tolerance` allows: { most, rms }, or one number for both.
 */
export function compare (got, want, tolerance) {
  const allowed = typeof tolerance === 'number' ? { most: tolerance, rms: tolerance } : tolerance
  const worst = { most: 0, rms: 0 }
  const names = (outputs) => Object.keys(outputs).sort().join(', ')
  if (names(got) !== names(want)) throw new Error(`outputs are ${names(got)}, want ${names(want)}`)
  for (const [name, { data, dims }] of Object.entries(want)) {
    if (String(got[name].dims) !== String(dims)) throw new Error(`${name}: the shape is [${got[name].dims}], want [${dims}]`)
    const d = distance(got[name].data, data)
    if (!(d.most <= allowed.most && d.rms <= allowed.rms)) {
      throw new Error(`${name} [${dims}]: differs by ${d.most.toExponential(1)} of its range, ${d.rms.toExponential(1)} on average; allowed are ${allowed.most} and ${allowed.rms}`)
    }
    worst.most = Math.max(worst.most, d.most)
    worst.rms = Math.max(worst.rms, d.rms)
  }
  return worst
}
