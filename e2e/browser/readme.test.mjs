// The examples of web/README.md run as they stand, in real Chromium: only the names of release and gateways are filled in.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Lab, root } from './harness.mjs'

const text = await readFile(join(root, 'web/README.md'), 'utf8')
const examples = [...text.matchAll(/```js\n(.*?)```/gs)].map(([, code]) => code)

/** What each example writes to the console, one pattern a line. */
const writes = [
  [/^\[?1,? 512,? 1\]? .*|^Array\(3\) Float32Array\(512\)$/],
  [/^[1-9][\d.]*$/], // a logit above 0: there is a face
  [/^1 .*width/],
  [/^opfs blazeface.* [1-9]\d+ true bafk/],
  [/^[0-9a-f]{64} \d{5}$/],
  [/^face-detection /]
]

let lab, release, gateways

before(async () => {
  lab = await Lab.open()
  release = await lab.publish(await lab.blazeface())
  gateways = [await lab.gateway(), await lab.gateway()]
})

after(() => lab?.close())

test('every example has something that it should write', () => assert.equal(examples.length, writes.length))

for (const [i, code] of examples.entries()) {
  test(`example ${i + 1}`, async () => {
    const body = code
      .replaceAll("'@dehug/runtime'", "'/runtime/runtime.js'").replaceAll("'@dehug/runtime/tasks'", "'/runtime/tasks.js'")
      .replaceAll('bafybei…', release.release)
      .replaceAll('https://gateway-a.example', gateways[0]).replaceAll('https://gateway-b.example', gateways[1])
    const picture = await readFile(join(root, 'web/public/samples/astronaut.jpg'))
    const page = await lab.page(await lab.runtimeSite({ files: { '/example.js': body, '/picture.jpg': picture } }))
    await page.evaluate(async ({ src, sources }) => {
      const image = Object.assign(new Image(), { src: '/picture.jpg', alt: '' })
      const element = document.createElement('dehug-model')
      element.setAttribute('src', src)
      element.setAttribute('sources', sources)
      document.body.append(image, element)
      await Promise.all([image.decode(), import('/runtime/widget.js')])
    }, { src: release.release, sources: gateways.join(' ') })
    const before = page.lines.length
    await page.evaluate(() => import('/example.js'))
    const lines = page.lines.slice(before)
    assert.deepEqual(lines.filter(({ type }) => type === 'error' || type === 'warning'), [])
    const said = lines.filter(({ type }) => type === 'log').map(({ text }) => text)
    assert.equal(said.length, writes[i].length, said.join('\n'))
    said.forEach((line, k) => assert.match(line, writes[i][k]))
    assert.deepEqual(page.problems, [])
  })
}
