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
 * Reads the daemon's version and image store, without the Docker CLI. Does not throw if the daemon does not respond: the result says so.
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
    // A cancelled run ends with its next operation.
    return { kind: 'unreachable', endpoint, reason: messageOf(error) }
  }
}

/** Milliseconds. */
const probeTimeout = 20_000

/**
 * Returns the API version for requests. Podman and Docker 20.10 support up to 1.41; Docker 29 requires at least 1.44.
 *
 * @throws Error if there is no common version
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

/** The newest API version that this program supports. */
const newestApi = '1.51'

/** Compares two versions: negative if `a` is older. */
function compareApi(a: string, b: string): number {
  const [one, other] = [a, b].map((text) => text.split('.').map(Number))
  return (one?.[0] ?? 0) - (other?.[0] ?? 0) || (one?.[1] ?? 0) - (other?.[1] ?? 0)
}

type Answers = {
  readonly version: Version
  readonly info: Info
  /** Returns the release of the Linux kernel that this process runs on; undefined on other systems. */
  readonly kernel: string | undefined
}

/** Converts the daemon's responses to facts. Pure. */
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
    // A local socket may lead to a virtual machine (Colima, Docker Desktop), which has its own kernel.
    local:
      socketPath(endpoint) !== undefined && kernel !== undefined && info.KernelVersion === kernel
        ? { dataRoot: info.DockerRootDir ?? '' }
        : undefined,
  }
}
