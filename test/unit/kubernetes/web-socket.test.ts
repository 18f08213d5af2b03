import { Duplex } from 'node:stream'
import { expect, test } from 'vitest'
import { acceptOf, encodeFrame, frameReader, opcodes, openMessages } from '../../../src/kubernetes/web-socket.ts'

test('acceptOf() is the example of RFC 6455', () => {
  expect(acceptOf('dGhlIHNhbXBsZSBub25jZQ==')).toBe('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=')
})

test('encodeFrame() masks as the example of RFC 6455 does', () => {
  const frame = encodeFrame(opcodes.text, Buffer.from('Hello'), Buffer.from('37fa213d', 'hex'))
  expect(frame.toString('hex')).toBe('818537fa213d7f9f4d5158')
})

test.each([0, 125, 126, 65_535, 65_536, 200_000])('a frame of %i bytes is read in pieces of any size', (length) => {
  const payload = Buffer.alloc(length, 'abc')
  const bytes = encodeFrame(opcodes.binary, payload)
  for (const size of [1 + Math.floor(bytes.length / 3), bytes.length]) {
    const read = frameReader()
    const frames = []
    for (let at = 0; at < bytes.length; at += size) frames.push(...read(bytes.subarray(at, at + size)))
    expect(frames).toMatchObject([{ opcode: opcodes.binary, isFinal: true }])
    // A comparison of buffers by the test runner takes seconds.
    expect(frames[0]?.payload.equals(payload)).toBe(true)
  }
})

test('a frame that is too large is refused before it is read', () => {
  const header = Buffer.from([0x82, 127, 0, 0, 1, 0, 0, 0, 0, 0])
  expect(() => frameReader()(header)).toThrow('a frame is larger than 1024 KiB')
})

/** A connection whose other side is this test. */
function connection() {
  const sent: Buffer[] = []
  const socket = new Duplex({
    read: () => undefined,
    write: (bytes: Buffer, _, done) => {
      sent.push(bytes)
      done()
    },
  })
  const got: string[] = []
  const ended = new Promise<void>((resolve) => {
    openMessages(socket, { onMessage: (message) => void got.push(message.toString()), onEnd: resolve })
  })
  const receive = (opcode: number, text: string, isFinal = true) => {
    const frame = encodeFrame(opcode, Buffer.from(text), undefined)
    if (!isFinal) frame[0] = opcode
    socket.push(frame)
  }
  return { socket, sent, got, ended, receive }
}

test('messages are joined from fragments, pings are answered, and a close is answered with a close', async () => {
  const { socket, sent, got, ended, receive } = connection()
  receive(opcodes.binary, 'one, ', false)
  receive(opcodes.ping, 'p')
  receive(opcodes.continuation, 'two')
  receive(opcodes.close, '')
  socket.push(null)
  await ended
  expect(got).toEqual(['one, two'])
  const read = frameReader()
  expect(sent.flatMap((bytes) => read(bytes).map(({ opcode }) => opcode))).toEqual([opcodes.pong, opcodes.close])
})

test('a message of fragments that is too large ends the connection', async () => {
  const { got, ended, receive } = connection()
  for (let part = 0; part < 20; part += 1) receive(part === 0 ? opcodes.binary : 0, 'x'.repeat(60_000), false)
  await ended
  expect(got).toEqual([])
})
