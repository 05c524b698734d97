// A WebSocket client (RFC 6455), as far as WebDriver BiDi needs one: text frames, no extensions. Node 20 has none.

import { randomBytes } from 'node:crypto'
import { request } from 'node:http'

const text = 1
const close = 8
const ping = 9
const pong = 10

/** Connects; `onMessage` gets each text. Resolves to { send(text), close() }. */
export function connect (url, onMessage) {
  const { hostname, port, pathname } = new URL(url)
  const headers = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13', 'sec-websocket-key': randomBytes(16).toString('base64') }
  return new Promise((resolve, reject) => {
    request({ hostname, port, path: pathname, headers })
      .on('error', reject)
      .on('response', (response) => reject(new Error(`${url}: HTTP ${response.statusCode}, not a WebSocket`)))
      .on('upgrade', (_, socket, head) => {
        const send = (opcode, body) => socket.write(frame(opcode, body))
        let buffer = head
        let message = []
        const read = () => {
          for (let f; (f = take(buffer)) !== null;) {
            buffer = buffer.subarray(f.size)
            if (f.opcode === ping) send(pong, f.body)
            if (f.opcode > text) continue
            message.push(f.body) // opcode 0 continues a message
            if (!f.last) continue
            onMessage(Buffer.concat(message).toString('utf8'))
            message = []
          }
        }
        socket.on('error', () => {}).on('data', (chunk) => { buffer = Buffer.concat([buffer, chunk]); read() })
        read()
        resolve({ send: (message) => send(text, Buffer.from(message)), close: () => { send(close, Buffer.alloc(0)); socket.end() } })
      })
      .end()
  })
}

/** A client's frames are masked. */
function frame (opcode, body) {
  const mask = randomBytes(4)
  const head = body.length < 126 ? Buffer.alloc(2) : body.length < 65536 ? Buffer.alloc(4) : Buffer.alloc(10)
  head[0] = 0x80 | opcode
  head[1] = 0x80 | (body.length < 126 ? body.length : body.length < 65536 ? 126 : 127)
  if (head.length === 4) head.writeUInt16BE(body.length, 2)
  if (head.length === 10) head.writeBigUInt64BE(BigInt(body.length), 2)
  return Buffer.concat([head, mask, body.map((byte, i) => byte ^ mask[i % 4])])
}

/** The first frame of a buffer, or null when it is not all there. A server's frames are not masked. */
function take (buffer) {
  if (buffer.length < 2) return null
  const short = buffer[1] & 127
  const start = short < 126 ? 2 : short === 126 ? 4 : 10
  if (buffer.length < start) return null
  const length = short < 126 ? short : short === 126 ? buffer.readUInt16BE(2) : Number(buffer.readBigUInt64BE(2))
  if (buffer.length < start + length) return null
  return { opcode: buffer[0] & 15, last: (buffer[0] & 0x80) !== 0, body: buffer.subarray(start, start + length), size: start + length }
}
