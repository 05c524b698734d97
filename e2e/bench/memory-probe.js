// Runs first in a page, and first in each of its workers: counts what all WebAssembly memories and ArrayBuffers hold.
// `memoryProbe()` on the page answers [{ at, realm, bytes }], one for every change; a worker that was ended has 0.

(() => {
  const least = 4096 // bytes: smaller buffers are not worth their bookkeeping
  const realm = `${self.name || 'page'} ${Math.random()}`
  const isPage = typeof document !== 'undefined'
  const channel = new BroadcastChannel('memory-probe')
  const events = []
  const kept = new Set() // of weak references to buffers and memories
  const seen = new WeakSet()
  let reported = 0

  function look () {
    let bytes = 0
    for (const reference of kept) {
      const thing = reference.deref()
      if (thing === undefined) kept.delete(reference)
      else bytes += thing instanceof WebAssembly.Memory ? thing.buffer.byteLength : thing.byteLength // 0 once it was transferred
    }
    if (bytes === reported) return
    reported = bytes
    const event = { at: performance.timeOrigin + performance.now(), realm, bytes }
    if (isPage) events.push(event)
    else channel.postMessage(event)
  }

  function note (thing) {
    const is = thing instanceof WebAssembly.Memory || (thing instanceof ArrayBuffer && thing.byteLength >= least) || (typeof SharedArrayBuffer !== 'undefined' && thing instanceof SharedArrayBuffer)
    if (!is || seen.has(thing)) return
    // The buffer of a memory is counted with its memory.
    for (const reference of kept) { const m = reference.deref(); if (m instanceof WebAssembly.Memory && m.buffer === thing) return }
    seen.add(thing)
    kept.add(new WeakRef(thing))
    look()
  }

  for (const name of ['ArrayBuffer', 'Int8Array', 'Uint8Array', 'Uint8ClampedArray', 'Int16Array', 'Uint16Array', 'Int32Array', 'Uint32Array', 'Float32Array', 'Float64Array', 'BigInt64Array', 'BigUint64Array']) {
    const original = self[name]
    const proxy = self[name] = new Proxy(original, {
      construct (target, args, newTarget) {
        const made = Reflect.construct(target, args, newTarget === proxy ? target : newTarget)
        note(made instanceof original && name !== 'ArrayBuffer' ? made.buffer : made)
        return made
      }
    })
    original.prototype.constructor = proxy
  }
  after(ArrayBuffer.prototype, 'slice', note)
  for (const type of [Response, Blob]) after(type.prototype, 'arrayBuffer', (promise) => promise.then(note))
  after(WebAssembly, 'instantiate', (promise) => promise.then(notePossible, () => undefined))
  after(WebAssembly, 'instantiateStreaming', (promise) => promise.then(notePossible, () => undefined))
  WebAssembly.Memory = new Proxy(WebAssembly.Memory, { construct (target, args) { const made = Reflect.construct(target, args); note(made); return made } })

  const data = Object.getOwnPropertyDescriptor(MessageEvent.prototype, 'data')
  Object.defineProperty(MessageEvent.prototype, 'data', { ...data, get () { const value = data.get.call(this); walk(value, 4); return value } })

  function after (object, name, then) {
    const original = object[name]
    object[name] = function (...args) {
      const result = original.apply(this, args)
      then(result)
      return result
    }
  }

  function notePossible (made) {
    for (const value of Object.values((made.instance ?? made).exports)) note(value)
  }

  function walk (value, depth) {
    if (value === null || typeof value !== 'object' || depth === 0) return
    if (ArrayBuffer.isView(value)) note(value.buffer)
    else if (value instanceof ArrayBuffer) note(value)
    else if (Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype) for (const key in value) walk(value[key], depth - 1)
  }

  setInterval(() => { globalThis.gc?.(); look() }, 10) // with --js-flags=--expose-gc garbage is not counted for long
  if (!isPage) return

  channel.onmessage = ({ data }) => events.push(data)
  const { terminate } = Worker.prototype
  const names = new WeakMap()
  self.Worker = new Proxy(Worker, { construct (target, [url, options]) { const made = new target(url, options); names.set(made, options?.name); return made } })
  Worker.prototype.terminate = function () {
    events.push({ at: performance.timeOrigin + performance.now(), ended: names.get(this) })
    terminate.call(this)
  }
  self.memoryProbe = () => events
})();
