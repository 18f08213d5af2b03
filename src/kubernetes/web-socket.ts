import { createHash, randomBytes } from 'node:crypto'
import type { Duplex } from 'node:stream'
import { limits } from '../bounds/limits.ts'
import { LimitError } from '../bounds/read-limited.ts'

// Node's own WebSocket takes no certificates.

/** The kind of a frame. https://www.rfc-editor.org/rfc/rfc6455#section-5.2 */
export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const

export type Frame = { readonly opcode: number; readonly isFinal: boolean; readonly payload: Buffer }

/** Returns the headers of a request that opens a WebSocket, and what the header `sec-websocket-accept` of its answer must be. */
export function webSocketRequest(protocol: string): {
  readonly headers: Readonly<Record<string, string>>
  readonly accept: string
} {
  const key = randomBytes(16).toString('base64')
  return {
    headers: {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': key,
      'sec-websocket-protocol': protocol,
    },
    accept: acceptOf(key),
  }
}

/** https://www.rfc-editor.org/rfc/rfc6455#section-4.2.2 */
export function acceptOf(key: string): string {
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
}

/** Returns a frame of a client, which is masked; a server's is not. */
export function encodeFrame(opcode: number, payload: Buffer, mask: Buffer | undefined = randomBytes(4)): Buffer {
  const { length } = payload
  const size = length < 126 ? 0 : length < 65_536 ? 2 : 8
  const header = Buffer.alloc(2 + size)
  header[0] = 0x80 | opcode
  header[1] = (mask === undefined ? 0 : 0x80) | (size === 0 ? length : size === 2 ? 126 : 127)
  if (size === 2) header.writeUInt16BE(length, 2)
  if (size === 8) header.writeBigUInt64BE(BigInt(length), 2)
  if (mask === undefined) return Buffer.concat([header, payload])
  return Buffer.concat([header, mask, masked(payload, mask)])
}

function masked(payload: Buffer, mask: Buffer): Buffer {
  const result = Buffer.from(payload)
  for (let at = 0; at < result.length; at += 1) result[at] = (result[at] ?? 0) ^ (mask[at % 4] ?? 0)
  return result
}

/**
 * Returns a function that takes the bytes of a connection as they come and returns the frames that are complete.
 *
 * @throws LimitError for a frame of more than `limits.frame` bytes
 */
export function frameReader(): (bytes: Buffer) => readonly Frame[] {
  let open: Buffer = Buffer.alloc(0)
  return (bytes) => {
    open = open.length === 0 ? bytes : Buffer.concat([open, bytes])
    const frames: Frame[] = []
    for (let next = readFrame(open); next !== undefined; next = readFrame(open)) {
      frames.push(next.frame)
      open = open.subarray(next.size)
    }
    return frames
  }
}

function readFrame(bytes: Buffer): { readonly frame: Frame; readonly size: number } | undefined {
  if (bytes.length < 2) return undefined
  const [first = 0, second = 0] = bytes
  const short = second & 0x7f
  const extended = short === 126 ? 2 : short === 127 ? 8 : 0
  const isMasked = (second & 0x80) !== 0
  const start = 2 + extended + (isMasked ? 4 : 0)
  if (bytes.length < start) return undefined
  const length = extended === 0 ? short : extended === 2 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2))
  if (length > limits.frame) throw new LimitError(`a frame is larger than ${limits.frame / 1024} KiB`)
  if (bytes.length < start + length) return undefined
  const payload = bytes.subarray(start, start + length)
  return {
    frame: {
      opcode: first & 0x0f,
      isFinal: (first & 0x80) !== 0,
      payload: isMasked ? masked(payload, bytes.subarray(start - 4, start)) : payload,
    },
    size: start + length,
  }
}

/** Messages over a WebSocket. */
export type Messages = {
  /** Sends one message; false if the connection's buffer is full until `drain`. */
  readonly send: (payload: Buffer) => boolean
  readonly end: () => void
}

/** Exchanges binary messages over an open connection: answers pings, joins fragments, and calls `onEnd` once, when the connection ends. */
export function openMessages(
  socket: Duplex,
  { onMessage, onEnd }: { readonly onMessage: (payload: Buffer) => void; readonly onEnd: () => void },
): Messages {
  const read = frameReader()
  let parts: readonly Buffer[] = []
  const take = ({ opcode, isFinal, payload }: Frame): void => {
    if (opcode === opcodes.ping) socket.write(encodeFrame(opcodes.pong, payload))
    else if (opcode === opcodes.close) socket.end(encodeFrame(opcodes.close, payload))
    else if (opcode !== opcodes.pong) {
      parts = [...parts, payload]
      if (parts.reduce((sum, { length }) => sum + length, 0) > limits.frame) {
        throw new LimitError('a message is too large')
      }
      if (!isFinal) return
      const whole = Buffer.concat(parts)
      parts = []
      onMessage(whole)
    }
  }
  socket.on('data', (bytes: Buffer) => {
    try {
      for (const frame of read(bytes)) take(frame)
    } catch {
      socket.destroy()
    }
  })
  socket.on('error', () => socket.destroy())
  socket.once('end', () => socket.end())
  socket.once('close', onEnd)
  return {
    send: (payload) => socket.write(encodeFrame(opcodes.binary, payload)),
    end: () => void socket.end(encodeFrame(opcodes.close, Buffer.from([0x03, 0xe8]))),
  }
}
