import { resolve } from 'node:path'
import type { Port, SmokeTest, Volume } from '../inputs/inputs.ts'

export type ContainerGiven = {
  /** As the daemon knows it. */
  readonly image: string
  /** Address of the daemon's machine that ports are published on; undefined: all of them. */
  readonly publishOn: string | undefined
  /** Where variables that have a name alone take their values from. */
  readonly env: Readonly<Record<string, string | undefined>>
}

/**
 * The body of the request that makes the container of a smoke test. Paths of volumes start from the working folder.
 * https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerCreate
 */
export function containerConfig(test: SmokeTest, { image, publishOn, env }: ContainerGiven): object {
  const { entrypoint, command, user, workdir, container } = test
  const ports = publishedPorts(test)
  const { hostname, labels } = container
  return {
    Image: image,
    ...given({ Entrypoint: entrypoint, Cmd: command, User: user, WorkingDir: workdir, Hostname: hostname }),
    // With an entrypoint of the test's own the image's command is not added by the daemon either.
    Env: Object.entries(test.env).flatMap(([key, value]) => {
      const text = value ?? env[key]
      return text === undefined ? [] : [`${key}=${text}`]
    }),
    Labels: labels,
    ExposedPorts: Object.fromEntries(ports.map((port) => [portKey(port), {}])),
    Volumes: Object.fromEntries(
      test.volumes.flatMap(({ source, target }) => (source === undefined ? [[target, {}]] : [])),
    ),
    HostConfig: {
      Binds: test.volumes.flatMap(bind),
      // An empty text is a free port.
      PortBindings: Object.fromEntries(
        ports.map((port) => [portKey(port), [{ HostIp: publishOn ?? '', HostPort: String(port.host ?? '') }]]),
      ),
      ExtraHosts: test.addHosts,
      // Whatever the daemon logs to, its API can read this.
      LogConfig: { Type: 'json-file', Config: { 'max-size': '10m' } },
      ...hostOptions(container),
    },
  }
}

function hostOptions({ cpus, ...container }: SmokeTest['container']): object {
  return {
    ...given({
      NetworkMode: container.network,
      Memory: container.memory,
      NanoCpus: cpus === undefined ? undefined : Math.round(cpus * 1e9),
      PidsLimit: container.pidsLimit,
      ShmSize: container.shmSize,
      ReadonlyRootfs: container.readOnly,
      Privileged: container.privileged,
      Init: container.init,
    }),
    CapAdd: container.capAdd,
    CapDrop: container.capDrop,
    SecurityOpt: container.securityOpt,
    Tmpfs: container.tmpfs,
    Ulimits: container.ulimits.map(({ name, soft, hard }) => ({ Name: name, Soft: soft, Hard: hard })),
    Devices: container.devices.map(({ source, target, access }) => ({
      PathOnHost: source,
      PathInContainer: target,
      CgroupPermissions: access,
    })),
  }
}

/** What is not undefined. */
function given(fields: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

function bind({ source, target, readOnly }: Volume): readonly string[] {
  return source === undefined ? [] : [`${resolve(source)}:${target}${readOnly ? ':ro' : ''}`]
}

function portKey({ container, protocol }: Port): string {
  return `${container}/${protocol}`
}

/** The ports of the test, and the one that is asked over HTTP, which need not be among them. Without a network of its own it has none. */
function publishedPorts({ ports, http, container: { network } }: SmokeTest): readonly Port[] {
  if (network === 'host') return []
  const has = ports.some(({ container, protocol }) => container === http?.port && protocol === 'tcp')
  return http === undefined || has ? ports : [...ports, { host: undefined, container: http.port, protocol: 'tcp' }]
}
