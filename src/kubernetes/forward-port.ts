import type { Duplex } from 'node:stream'
import { limits } from '../bounds/limits.ts'
import { messageOf } from '../errors/action-error.ts'
import type { Host } from '../host/host.ts'
import { listenLocally } from '../host/listen.ts'
import { callApi, readAnswer } from './api.ts'
import type { KubeCluster } from './cluster.ts'
import { openMessages, webSocketRequest } from './web-socket.ts'

/** A port of a pod. */
export type PodPort = { readonly namespace: string; readonly pod: string; readonly port: number }

/** The oldest protocol of `portforward` over WebSockets, which all versions of Kubernetes since 1.6 have. */
const protocol = 'v4.channel.k8s.io'

/** The first byte of each message. The first message of each channel is the port, in two bytes. */
const channels = { data: 0, error: 1 } as const

type Forwarded = Pick<Host, 'http' | 'exec' | 'log' | 'signal'>

/**
 * Forwards a free port of 127.0.0.1 to a TCP port of a pod, through the Kubernetes API, until `host.signal` is aborted. Each connection has a
 * WebSocket of its own; a connection that the pod refuses is closed. Returns the local port.
 * https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#get-connect-portforward-pod
 */
export async function forwardPort(cluster: KubeCluster, target: PodPort, host: Forwarded): Promise<number> {
  return await listenLocally((client) => void connect(client, { cluster, target, host }), host.signal)
}

type Connection = { readonly cluster: KubeCluster; readonly target: PodPort; readonly host: Forwarded }

async function connect(client: Duplex, { cluster, target, host }: Connection): Promise<void> {
  const { namespace, pod, port } = target
  const { log } = host
  const say = (found: string) => log.debug(`Port ${port} of the pod ${pod}: ${found.slice(0, limits.outputLine)}`)
  try {
    const { headers, accept } = webSocketRequest(protocol)
    const path = `/api/v1/namespaces/${namespace}/pods/${pod}/portforward?ports=${port}`
    const response = await callApi(cluster, { method: 'GET', path, headers }, host)
    const { upgraded } = response
    if (upgraded === undefined) {
      say((await readAnswer(response)).message || `the Kubernetes API answered ${response.status}`)
      client.destroy()
    } else if (response.headers['sec-websocket-accept'] !== accept || client.destroyed) {
      upgraded.destroy()
      client.destroy()
    } else join(client, upgraded, say)
  } catch (error) {
    if (!host.signal.aborted) say(messageOf(error))
    client.destroy()
  }
}

/** Copies in both directions until one side ends. */
function join(client: Duplex, upgraded: Duplex, say: (found: string) => void): void {
  const begun = new Set<number>()
  const messages = openMessages(upgraded, {
    onMessage: (message) => {
      const [channel = -1] = message
      const content = message.subarray(1)
      if (!begun.has(channel)) begun.add(channel)
      else if (channel === channels.data) {
        if (client.write(content)) return
        upgraded.pause()
        client.once('drain', () => upgraded.resume())
      } else if (channel === channels.error) say(content.toString('utf8'))
    },
    onEnd: () => client.end(),
  })
  client.on('data', (bytes: Buffer) => {
    if (messages.send(Buffer.concat([Buffer.from([channels.data]), bytes]))) return
    client.pause()
    upgraded.once('drain', () => client.resume())
  })
  // The protocol has no end of one direction only: a client that has sent all of its request waits for the answer.
  client.once('close', () => messages.end())
}
