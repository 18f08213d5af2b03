import { type AddressInfo, createServer } from 'node:net'
import type { Duplex } from 'node:stream'

/**
 * Listens on a free port of 127.0.0.1 until `signal` is aborted, which also ends all its connections. Returns the port.
 *
 * @throws the error of the system if it cannot listen
 */
export async function listenLocally(onConnection: (socket: Duplex) => void, signal: AbortSignal): Promise<number> {
  signal.throwIfAborted()
  const sockets = new Set<Duplex>()
  // A client may end its request and wait for the answer.
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    onConnection(socket)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  signal.addEventListener(
    'abort',
    () => {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
    { once: true },
  )
  return (server.address() as AddressInfo).port
}
