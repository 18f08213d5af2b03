import { resolve } from 'node:path'
import type { Port, Volume } from '../container-options.ts'
import type { ContainerSpec } from '../containers.ts'

/**
 * Returns the body of the request that creates a container. `publishOn` is the address of the daemon's machine that ports are published
 * on; undefined: all addresses. https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerCreate
 */
export function containerConfig(spec: ContainerSpec, publishOn: string | undefined): object {
  const { entrypoint, command, user, workdir, options, ports } = spec
  const { hostname, labels } = options
  return {
    Image: spec.image,
    ...given({ Entrypoint: entrypoint, Cmd: command, User: user, WorkingDir: workdir, Hostname: hostname }),
    // If the entrypoint is set, the daemon does not add the image's command.
    Env: Object.entries(spec.env).map(([key, value]) => `${key}=${value}`),
    Labels: labels,
    ExposedPorts: Object.fromEntries(ports.map((port) => [portKey(port), {}])),
    Volumes: Object.fromEntries(
      spec.volumes.flatMap(({ source, target }) => (source === undefined ? [[target, {}]] : [])),
    ),
    HostConfig: {
      Binds: spec.volumes.flatMap(bind),
      // An empty text is a free port.
      PortBindings: Object.fromEntries(
        ports.map((port) => [portKey(port), [{ HostIp: publishOn ?? '', HostPort: String(port.host ?? '') }]]),
      ),
      ExtraHosts: spec.addHosts,
      // The API can read this log driver, whatever the daemon's default is.
      LogConfig: { Type: 'json-file', Config: { 'max-size': '10m' } },
      ...hostOptions(options),
    },
  }
}

function hostOptions({ cpus, ...container }: ContainerSpec['options']): object {
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
