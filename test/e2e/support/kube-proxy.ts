import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { part } from './rig.ts'

/** A proxy in front of the API of the rig's cluster. */
export type KubeProxy = {
  /** Closes all connections, and accepts no others. */
  readonly die: () => Promise<void>
  /** Forwards again, at the same address. */
  readonly revive: () => Promise<void>
}

/** Starts a proxy, and writes a kubeconfig that leads to it. */
export async function startKubeProxy(kubeconfig: string): Promise<KubeProxy> {
  const text = readFileSync(part('kube').kubeconfig, 'utf8')
  const { hostname, port } = new URL(/server: "([^"]*)"/.exec(text)?.[1] ?? '')
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname)
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => undefined).once('close', () => sockets.delete(socket))
    }
    client.pipe(upstream).pipe(client)
  })
  const listen = async (at: number): Promise<number> => {
    server.listen(at, '127.0.0.1')
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  }
  const own = await listen(0)
  writeFileSync(kubeconfig, text.replace(/server: "[^"]*"/, `server: "https://127.0.0.1:${own}"`))
  const die = async (): Promise<void> => {
    const closed = server.listening ? once(server, 'close') : undefined
    if (server.listening) server.close()
    for (const socket of sockets) socket.destroy()
    await closed
  }
  return { die, revive: async () => void (await listen(own)) }
}
