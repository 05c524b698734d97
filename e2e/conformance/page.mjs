// The page: hands cases to workers, a batch to each, and sends what came of them to the server. A worker ends after its
// batch: browsers keep a large address range for each WebAssembly memory until its worker is gone.

const batch = 40

const cases = await (await fetch('/index.json')).json()
const wrong = []
let done = 0
for (let i = 0; i < cases.length; i += batch) {
  await new Promise((resolve) => {
    const worker = new Worker('/worker.js')
    const ends = cases.slice(i, i + batch)
    worker.onmessage = ({ data }) => {
      if (data === null) {
        worker.terminate()
        return resolve()
      }
      done++
      ends.shift()
      if (data.wrong) wrong.push(`${data.name}: ${data.wrong}`)
    }
    worker.onerror = (event) => {
      wrong.push(`${ends[0]?.name}: the worker ended: ${event.message}`)
      worker.terminate()
      resolve()
    }
    worker.postMessage(ends)
  })
  document.title = `${done} of ${cases.length}`
}
await fetch('/result', { method: 'POST', body: JSON.stringify({ done, wrong, agent: navigator.userAgent }) })
