// Put in front of a worker's script: tells the site, before it happens, of every byte of the model that is copied into
// a WebAssembly memory, and of every module that is compiled: the bytes, and where in their block they say that they lie.
(() => {
  const typed = Object.getPrototypeOf(Uint8Array.prototype)
  const runner = location.pathname.endsWith('/run-worker.js')
  const memories = new WeakSet()
  const foreign = new WeakSet() // buffers with bytes that came from outside of this worker

  const buffer = Object.getOwnPropertyDescriptor(WebAssembly.Memory.prototype, 'buffer').get
  Object.defineProperty(WebAssembly.Memory.prototype, 'buffer', {
    get () {
      const it = buffer.call(this)
      memories.add(it)
      return it
    }
  })

  const tell = (query, body) => {
    const request = new XMLHttpRequest()
    request.open('POST', `/tap?${query}`, false)
    request.send(body)
    if (request.status !== 204) throw new Error('the tap is blocked')
  }

  const set = typed.set
  typed.set = function (from, at) {
    if (ArrayBuffer.isView(from) && from.length > 0) {
      if (!memories.has(this.buffer)) {
        if (foreign.has(from.buffer)) foreign.add(this.buffer)
      } else if (this instanceof Uint8Array && (runner || foreign.has(from.buffer))) {
        tell(`what=${runner ? 'runner' : 'engine'}&from=${from.byteOffset}`, from)
      }
    }
    return set.call(this, from, at)
  }
  const slice = typed.slice
  typed.slice = function (...range) {
    const part = slice.apply(this, range)
    if (foreign.has(this.buffer)) foreign.add(part.buffer)
    return part
  }
  const data = Object.getOwnPropertyDescriptor(MessageEvent.prototype, 'data')
  Object.defineProperty(MessageEvent.prototype, 'data', {
    ...data,
    get () {
      const message = data.get.call(this)
      if (ArrayBuffer.isView(message?.value)) foreign.add(message.value.buffer) // an answer of the page
      return message
    }
  })
  const read = ReadableStreamDefaultReader.prototype.read
  ReadableStreamDefaultReader.prototype.read = async function () {
    const result = await read.call(this)
    if (result.value !== undefined) foreign.add(result.value.buffer)
    return result
  }
  const arrayBuffer = Response.prototype.arrayBuffer
  Response.prototype.arrayBuffer = async function () {
    const it = await arrayBuffer.call(this)
    foreign.add(it)
    return it
  }
  const compile = WebAssembly.compile
  WebAssembly.compile = (bytes) => {
    tell('what=module', bytes)
    return compile(bytes)
  }
})();
