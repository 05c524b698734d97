// The few statistics that a comparison by turns needs.

export function median (values) {
  const sorted = [...values].sort((a, b) => a - b)
  const half = sorted.length >> 1
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
}

/**
 * How many times `slow` is of `quick`, turn by turn: the median of the ratios and its 95 % interval. The interval is
 * that of order statistics (a binomial), which asks nothing of the distribution.
 */
export function ratio (slow, quick) {
  const ratios = slow.map((value, i) => value / quick[i]).sort((a, b) => a - b)
  const n = ratios.length
  // The largest k for which fewer than k of n coins show heads with probability ≤ 2.5 %.
  let probability = 0.5 ** n
  let below = 0
  let k = 0
  while (below + probability <= 0.025) {
    below += probability
    probability *= (n - k) / (k + 1)
    k++
  }
  return { middle: median(ratios), low: ratios[Math.max(0, k - 1)], high: ratios[Math.min(n - 1, n - k)] }
}
