import { release } from 'node:os'
import { parseJson } from '../bounds/json.ts'
import { askDaemon, messageIn } from '../docker/call-daemon.ts'
import type { DockerEndpoint, DockerServer, Unreachable } from '../docker/server.ts'
import { socketPath } from '../docker/server.ts'
import { messageOf } from '../errors/action-error.ts'
import type { Host } from '../host/host.ts'

/** The fields read from `GET /version` and `GET /info` of the Engine API, https://docs.docker.com/reference/api/engine/ */
type Version = {
  ApiVersion?: string
  MinAPIVersion?: string
  Version?: string
  Os?: string
  Arch?: string
  Components?: { Name?: string }[]
}
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
 * Asks the daemon for its version and image store, without the Docker CLI. Never throws for a daemon that does not answer: that is a finding.
 */
export async function probeDocker(host: Host, endpoint: DockerEndpoint): Promise<DockerServer | Unreachable> {
  const ask = async <T>(path: string): Promise<T> => {
    const answer = await askDaemon({ endpoint }, { method: 'GET', path, timeout: probeTimeout }, host)
    if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}: ${messageIn(answer)}`)
    return parseJson(answer.text) as T
  }
  try {
    const [version, info] = await Promise.all([ask<Version>('/version'), ask<Info>('/info')])
    return toServer(endpoint, { version, info, kernel: host.os === 'linux' ? release() : undefined })
  } catch (error) {
    // A run that is cancelled ends with the next thing that it does.
    return { kind: 'unreachable', endpoint, reason: messageOf(error) }
  }
}

/** Milliseconds. */
const probeTimeout = 20_000

/**
 * The version of the API that requests carry. Podman speaks 1.41, Docker 20.10 too; Docker 29 takes nothing below 1.44.
 *
 * @throws Error when there is none that both sides know
 */
export function apiVersion(
  { ApiVersion: newest = '1.41', MinAPIVersion: oldest = '1.12' }: Version,
  asked: string | undefined,
): string {
  const ours = asked ?? newestApi
  const both = compareApi(ours, newest) <= 0 || asked !== undefined ? ours : newest
  if (compareApi(both, oldest) >= 0 && compareApi(both, newest) <= 0) return both
  const whose = asked === undefined ? 'this program speaks it up to' : 'DOCKER_API_VERSION is'
  throw new Error(`the daemon speaks version ${oldest} to ${newest} of the API, and ${whose} ${ours}`)
}

/** The newest version of which this program knows the answers. */
const newestApi = '1.51'

/** Negative where `a` is the older version. */
function compareApi(a: string, b: string): number {
  const [one, other] = [a, b].map((text) => text.split('.').map(Number))
  return (one?.[0] ?? 0) - (other?.[0] ?? 0) || (one?.[1] ?? 0) - (other?.[1] ?? 0)
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
    api: apiVersion(version, endpoint.api),
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
