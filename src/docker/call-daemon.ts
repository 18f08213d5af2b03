import { parseJson } from '../bounds/json.ts'
import { limits } from '../bounds/limits.ts'
import { readLimited } from '../bounds/read-limited.ts'
import { connectProgram, type ProgramConnection } from '../host/exec/connect-program.ts'
import type { Exec, Host, HttpRequest, HttpResponse } from '../host/host.ts'
import { trimEnd } from '../text/trim-end.ts'
import { dialCommand } from './docker.ts'
import { shortCall } from './hanging-daemon.ts'
import { type DockerServer, socketPath } from './server.ts'
import { explainTls, readTls } from './tls.ts'

/** A daemon, as far as a request needs it. Without `api` its newest version of the API is spoken. */
export type DaemonAddress = Pick<DockerServer, 'endpoint'> & Partial<Pick<DockerServer, 'api'>>

export type DaemonRequest = Pick<HttpRequest, 'method' | 'headers' | 'body' | 'timeout'> & {
  /** With its query, without the version: `/images/json`. */
  readonly path: string
}

export type DaemonHost = Pick<Host, 'http' | 'exec' | 'signal'>

/**
 * One request to a daemon over the Engine API, on whatever way leads to it: a socket, a pipe, TCP with or without TLS, SSH. It ends with the run.
 * https://docs.docker.com/reference/api/engine/
 *
 * @throws Error when there is no answer, with Node's `code` where there is one
 */
export async function callDaemon(
  { endpoint, api }: DaemonAddress,
  { path, ...request }: DaemonRequest,
  { http, exec, signal }: DaemonHost,
): Promise<HttpResponse> {
  const versioned = api === undefined ? path : `/v${api}${path}`
  const call = (base: string, way: Pick<HttpRequest, 'socket' | 'connect' | 'tls'>): Promise<HttpResponse> =>
    http({ timeout: shortCall, ...request, url: `${base}${versioned}`, signal, ...way })
  const socket = socketPath(endpoint)
  if (socket !== undefined) return call('http://docker', { socket })
  if (endpoint.host.startsWith('ssh://')) {
    return call('http://docker', { connect: () => connectBySsh(exec, endpoint.host) })
  }
  if (endpoint.tls === undefined) return call(tcpAddress(endpoint.host, 'http'), {})
  try {
    return await call(tcpAddress(endpoint.host, 'https'), { tls: await readTls(endpoint.tls) })
  } catch (error) {
    throw explainTls(error, endpoint.tls)
  }
}

export type DaemonAnswer = { readonly status: number; readonly text: string }

/** As `callDaemon`, for an answer that is read whole. Throws what `callDaemon` throws, and for an answer that is too large. */
export async function askDaemon(
  daemon: DaemonAddress,
  request: DaemonRequest,
  host: DaemonHost,
): Promise<DaemonAnswer> {
  const response = await callDaemon(daemon, request, host)
  try {
    return { status: response.status, text: (await readLimited(response.body, limits.answer)).toString('utf8') }
  } catch (error) {
    // With TLS 1.3 a daemon refuses a client after the handshake.
    throw daemon.endpoint.tls === undefined ? error : explainTls(error, daemon.endpoint.tls)
  }
}

/** What a daemon says for a request that failed: the message of its JSON, else its answer. */
export function messageIn({ status, text }: DaemonAnswer): string {
  try {
    const { message } = parseJson(text) as { readonly message?: unknown }
    if (typeof message === 'string' && message !== '') return message.trim()
  } catch {
    // A proxy in between answers with a page.
  }
  return text.trim() || `it answered ${status}`
}

/** The reference of an image, or the name of a container, as a part of a path. */
export function pathOf(name: string): string {
  return name.split('/').map(encodeURIComponent).join('/')
}

/** `tcp://host:port/path` as a URL; Docker's ports where there is none, and this machine where there is no host. */
export function tcpAddress(host: string, scheme: 'http' | 'https'): string {
  const [, name = '', port = scheme === 'http' ? '2375' : '2376', path = ''] =
    /^(?:tcp:\/\/)?(\[[^\]]*\]|[^:/]*)(?::(\d+))?(\/.*)?$/.exec(host) ?? []
  return `${scheme}://${name || 'localhost'}:${port}${trimEnd(path, '/')}`
}

/**
 * A connection to the daemon of another machine, which the Docker CLI there makes. It asks no question: keys and known hosts must do.
 * https://docs.docker.com/engine/security/protect-access/#use-ssh-to-protect-the-docker-daemon-socket
 */
function connectBySsh(exec: Exec, host: string): ProgramConnection {
  return connectProgram(exec, 'ssh', sshArguments(host))
}

/** The arguments of `ssh` for `ssh://[user@]host[:port][/path/of/the.sock]`. */
export function sshArguments(host: string): readonly string[] {
  const [, user, name = '', port, path] =
    /^ssh:\/\/(?:([^@/]*)@)?(\[[^\]]*\]|[^:/]*)(?::(\d+))?(\/.*)?$/.exec(host) ?? []
  return [
    ...['-T', '-o', 'BatchMode=yes', '-o', 'ConnectTimeout=30'],
    ...(user === undefined ? [] : ['-l', user]),
    ...(port === undefined ? [] : ['-p', port]),
    ...['--', name.replace(/^\[(.*)\]$/, '$1')],
    // ssh joins what follows to one line for the shell there.
    ...dialCommand(path === '/' ? undefined : path),
  ]
}
