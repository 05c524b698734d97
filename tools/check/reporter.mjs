// A reporter for `node --test`: one line of JSON a test, for tools/check. Suites and tests with subtests are left
// out; what is inside them is counted.

export default async function * reporter (events) {
  const path = [] // names of the tests around the current one, by nesting
  let deepest = 0 // nesting of the test that ended last: a test that ends above it has subtests
  for await (const { type, data } of events) {
    if (type === 'test:start') path[data.nesting] = data.name
    if (type !== 'test:pass' && type !== 'test:fail') continue
    const parent = data.nesting < deepest
    deepest = data.nesting
    const failed = type === 'test:fail'
    if ((parent || data.details?.type === 'suite') && !failed) continue
    const left = data.skip ?? data.todo
    yield JSON.stringify({
      file: data.file ?? '',
      name: [...path.slice(0, data.nesting), data.name].join(' › '),
      outcome: failed ? 'FAIL' : left !== undefined ? 'skip' : 'pass',
      reason: typeof left === 'string' ? `(${left})` : ''
    }) + '\n'
  }
}
