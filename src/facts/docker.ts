import { release } from 'node:os'
import { text } from 'node:stream/consumers'
import { parseJson } from '../bounds/json.ts'
import { docker } from '../docker/docker.ts'
import type { DockerEndpoint, DockerServer, Unreachable } from '../docker/server.ts'
import { socketPath } from '../docker/server.ts'
import { messageOf } from '../errors/action-error.ts'
import type { Host } from '../host/host.ts'

/** The fields read from `GET /version` and `GET /info` of the Engine API, https://docs.docker.com/reference/api/engine/ */
type Version = { Version?: string; Os?: string; Arch?: string; Components?: { Name?: string }[] }
type Info = {
  DriverStatus?: [string, string][]
  KernelVersion?: string
  DockerRootDir?: string
  RegistryConfig?: {
    InsecureRegistryCIDRs?: string[]
    IndexConfigs?: Record<string, { Secure?: boolean }>
  }
}

/**
 * Asks the daemon for its version and image store. A local socket is asked directly, which takes a tenth of the
 * time of starting the CLI twice; SSH and TLS endpoints are left to the CLI, which knows their keys.
 * Never throws for a daemon that does not answer: that is a finding.
 */
export async function probeDocker(host: Host, endpoint: DockerEndpoint): Promise<DockerServer | Unreachable> {
  try {
    const socket = socketPath(endpoint)
    const [version, info] = await (socket === undefined ? askCli(host, endpoint) : askSocket(host, socket))
    return toServer(endpoint, { version, info, kernel: host.os === 'linux' ? release() : undefined })
  } catch (error) {
    return { kind: 'unreachable', endpoint, reason: messageOf(error) }
  }
}

type Answers = {
  readonly version: Version
  readonly info: Info
  /** Release of the Linux kernel that this process runs on; undefined on other systems. */
  readonly kernel: string | undefined
}

/** Pure half of the probe: the daemon's answers as facts. */
export function toServer(endpoint: DockerEndpoint, { version, info, kernel }: Answers): DockerServer {
  const registries = info.RegistryConfig ?? {}
  return {
    kind: 'server',
    endpoint,
    version: version.Version ?? '',
    product: version.Components?.[0]?.Name === 'Podman Engine' ? 'podman' : 'docker',
    os: version.Os ?? 'linux',
    architecture: version.Arch ?? '',
    store: info.DriverStatus?.some(([, value]) => value === 'io.containerd.snapshotter.v1') ? 'containerd' : 'classic',
    insecureRegistries: [
      ...(registries.InsecureRegistryCIDRs ?? []),
      ...Object.entries(registries.IndexConfigs ?? {})
        .filter(([, index]) => index.Secure === false)
        .map(([name]) => name),
    ],
    // Behind a local socket may be a virtual machine (Colima, Docker Desktop), which has a kernel of its own.
    local:
      socketPath(endpoint) !== undefined && kernel !== undefined && info.KernelVersion === kernel
        ? { dataRoot: info.DockerRootDir ?? '' }
        : undefined,
  }
}

async function askSocket(host: Host, socket: string): Promise<[Version, Info]> {
  const ask = async <T>(path: string): Promise<T> => {
    const response = await host.http({ method: 'GET', url: `http://docker${path}`, socket, timeout: 20_000 })
    const body = await text(response.body)
    if (response.status !== 200) throw new Error(`${path} answered ${response.status}: ${body.trim()}`)
    return parseJson(body) as T
  }
  return Promise.all([ask<Version>('/version'), ask<Info>('/info')])
}

async function askCli(host: Host, endpoint: DockerEndpoint): Promise<[Version, Info]> {
  const ask = async <T>(command: string): Promise<T> => {
    const args = [command, '--format', '{{json .}}']
    const result = await docker(host, args, { env: endpoint.env, timeout: 30_000 })
    if (!result.ok) throw new Error(result.stderr.trim() || `docker ${command} exited with ${result.status}`)
    return parseJson(result.stdout) as T
  }
  const [version, info] = await Promise.all([ask<{ Server?: Version }>('version'), ask<Info>('info')])
  return [version.Server ?? {}, info]
}
