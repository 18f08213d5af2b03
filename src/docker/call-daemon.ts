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

/** The parts of a daemon that a request needs. Default of `api`: the daemon's newest API version. */
export type DaemonAddress = Pick<DockerServer, 'endpoint'> & Partial<Pick<DockerServer, 'api'>>

export type DaemonRequest = Pick<HttpRequest, 'method' | 'headers' | 'body' | 'timeout'> & {
  /** Path and query, without the API version: `/images/json`. */
  readonly path: string
}

export type DaemonHost = Pick<Host, 'http' | 'exec' | 'signal' | 'clock'>

/**
 * Sends one Engine API request to a daemon over a socket, a pipe, TCP with or without TLS, or SSH. It is aborted when the run ends.
 * https://docs.docker.com/reference/api/engine/
 *
 * @throws Error if the daemon does not respond, with Node's `code` if known
 */
export async function callDaemon(
  { endpoint, api }: DaemonAddress,
  { path, ...request }: DaemonRequest,
  { http, exec, signal, clock }: DaemonHost,
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
    return await call(tcpAddress(endpoint.host, 'https'), { tls: await readTls(endpoint.tls, clock.now()) })
  } catch (error) {
    throw explainTls(error, endpoint.tls)
  }
}

export type DaemonAnswer = { readonly status: number; readonly text: string }

/** As `callDaemon`, but reads the whole response. Throws also if the response is too large. */
export async function askDaemon(
  daemon: DaemonAddress,
  request: DaemonRequest,
  host: DaemonHost,
): Promise<DaemonAnswer> {
  const response = await callDaemon(daemon, request, host)
  try {
    return { status: response.status, text: (await readLimited(response.body, limits.answer)).toString('utf8') }
  } catch (error) {
    // With TLS 1.3, a daemon rejects a client after the handshake.
    throw daemon.endpoint.tls === undefined ? error : explainTls(error, daemon.endpoint.tls)
  }
}

/** Returns a daemon's error message: the `message` of its JSON, else the response body. */
export function messageIn({ status, text }: DaemonAnswer): string {
  try {
    const { message } = parseJson(text) as { readonly message?: unknown }
    if (typeof message === 'string' && message !== '') return message.trim()
  } catch {
    // A proxy may answer with an HTML page.
  }
  return text.trim() || `it answered ${status}`
}

/** Returns an image reference or container name, encoded for a URL path. */
export function pathOf(name: string): string {
  return name.split('/').map(encodeURIComponent).join('/')
}

/** Returns `tcp://host:port/path` as a URL. Defaults: Docker's ports, and localhost. */
export function tcpAddress(host: string, scheme: 'http' | 'https'): string {
  const [, name = '', port = scheme === 'http' ? '2375' : '2376', path = ''] =
    /^(?:tcp:\/\/)?(\[[^\]]*\]|[^:/]*)(?::(\d+))?(\/.*)?$/.exec(host) ?? []
  return `${scheme}://${name || 'localhost'}:${port}${trimEnd(path, '/')}`
}

/**
 * Connects to the daemon of another machine through its Docker CLI over SSH. Non-interactive: keys and known hosts must be set up.
 * https://docs.docker.com/engine/security/protect-access/#use-ssh-to-protect-the-docker-daemon-socket
 */
function connectBySsh(exec: Exec, host: string): ProgramConnection {
  return connectProgram(exec, 'ssh', sshArguments(host))
}

/** Returns the arguments of `ssh` for `ssh://[user@]host[:port][/path/of/the.sock]`. */
export function sshArguments(host: string): readonly string[] {
  const [, user, name = '', port, path] =
    /^ssh:\/\/(?:([^@/]*)@)?(\[[^\]]*\]|[^:/]*)(?::(\d+))?(\/.*)?$/.exec(host) ?? []
  return [
    ...['-T', '-o', 'BatchMode=yes', '-o', 'ConnectTimeout=30'],
    ...(user === undefined ? [] : ['-l', user]),
    ...(port === undefined ? [] : ['-p', port]),
    ...['--', name.replace(/^\[(.*)\]$/, '$1')],
    // ssh joins the following arguments into one line for the remote shell.
    ...dialCommand(path === '/' ? undefined : path),
  ]
}
