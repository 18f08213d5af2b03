import { resolve } from 'node:path'
import type { Port, SmokeTest, Volume } from '../inputs/inputs.ts'

export type ContainerGiven = {
  /** The image's name in the daemon. */
  readonly image: string
  /** The address of the daemon's machine on which ports are published; undefined: all addresses. */
  readonly publishOn: string | undefined
  /** The environment for variables without a value. */
  readonly env: Readonly<Record<string, string | undefined>>
}

/**
 * Returns the body of the request that creates the container of a smoke test. Paths of volumes are relative to the
 * working directory.
 * https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerCreate
 */
export function containerConfig(test: SmokeTest, { image, publishOn, env }: ContainerGiven): object {
  const { entrypoint, command, user, workdir, container } = test
  const ports = publishedPorts(test)
  const { hostname, labels } = container
  return {
    Image: image,
    ...given({ Entrypoint: entrypoint, Cmd: command, User: user, WorkingDir: workdir, Hostname: hostname }),
    // If the test sets an entrypoint, the daemon does not add the image's command either.
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
      // An empty text means a free port.
      PortBindings: Object.fromEntries(
        ports.map((port) => [portKey(port), [{ HostIp: publishOn ?? '', HostPort: String(port.host ?? '') }]]),
      ),
      ExtraHosts: test.addHosts,
      // The API can read this log, whatever logging driver the daemon is configured with.
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

/** Returns the fields that are not undefined. */
function given(fields: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

function bind({ source, target, readOnly }: Volume): readonly string[] {
  return source === undefined ? [] : [`${resolve(source)}:${target}${readOnly ? ':ro' : ''}`]
}

function portKey({ container, protocol }: Port): string {
  return `${container}/${protocol}`
}

/**
 * Returns the ports of the test, and the HTTP port, which need not be among them. A container without its own network
 * publishes none.
 */
function publishedPorts({ ports, http, container: { network } }: SmokeTest): readonly Port[] {
  if (network === 'host') return []
  const has = ports.some(({ container, protocol }) => container === http?.port && protocol === 'tcp')
  return http === undefined || has ? ports : [...ports, { host: undefined, container: http.port, protocol: 'tcp' }]
}
