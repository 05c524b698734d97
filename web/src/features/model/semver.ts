/**
 * Order of version numbers, as semver.org has it: the higher one comes first. What follows a plus sign does not count, and a
 * pre-release (1.0.0-beta.2) comes after its release.
 */
export function higherFirst(a: string, b: string): number {
  const [x, y] = [partsOf(a), partsOf(b)];
  for (let i = 0; i < 3; i++) {
    const order = compare(y.core[i] ?? '', x.core[i] ?? '');
    if (order !== 0) return order;
  }
  if (x.pre.length === 0 || y.pre.length === 0) return x.pre.length - y.pre.length;
  for (let i = 0; i < Math.min(x.pre.length, y.pre.length); i++) {
    const order = compare(y.pre[i] ?? '', x.pre[i] ?? '');
    if (order !== 0) return order;
  }
  return y.pre.length - x.pre.length;
}

function partsOf(version: string): { core: string[]; pre: string[] } {
  const [, core = '', pre = ''] = /^([^-+]*)(?:-([^+]*))?/.exec(version) ?? [];
  return { core: core.split('.'), pre: pre === '' ? [] : pre.split('.') };
}

/** Numbers by value, of any length; words after them, by letters. */
function compare(a: string, b: string): number {
  const [x, y] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (x !== y) return x ? -1 : 1;
  if (x && a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : a > b ? 1 : 0;
}
