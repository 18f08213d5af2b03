import { resolve } from 'node:path'
import type { ContainerSpec } from '../containers.ts'

/** The address of the host in the default network: there is no name for it. https://github.com/apple/container/blob/1.2.2/docs/how-to.md */
const gateway = '192.168.64.1'
const mebibyte = 1024 * 1024

/** The files of one container. */
export type ContainerFiles = {
  /** The file with its environment. */
  readonly envFile: string
  /** Host directories in place of anonymous volumes, by their target. */
  readonly folders: Readonly<Record<string, string>>
}

/**
 * Returns the arguments of `container create`. Pure. Ports without a number of the host are not published, because the
 * container's address is reachable. https://github.com/apple/container/blob/1.2.2/docs/command-reference.md#container-create
 */
export function createArguments(
  name: string,
  spec: ContainerSpec,
  { envFile, folders }: ContainerFiles,
): readonly string[] {
  const { entrypoint, command = [], user, workdir, options, ports, volumes, platform } = spec
  const [program, ...rest] = entrypoint ?? []
  return [
    'create',
    ...['--progress', 'none'],
    ...['--name', name],
    ...['--platform', [platform.os, platform.architecture, platform.variant].filter(Boolean).join('/')],
    ...['--env-file', envFile],
    ...(program === undefined ? [] : ['--entrypoint', program]),
    ...(user === undefined ? [] : ['--user', user]),
    ...(workdir === undefined ? [] : ['--workdir', workdir]),
    ...ports.flatMap(({ host, container, protocol }) =>
      // TCP is the default.
      host === undefined ? [] : ['--publish', `127.0.0.1:${host}:${container}${protocol === 'udp' ? '/udp' : ''}`],
    ),
    ...volumes.flatMap(({ source, target, readOnly }) => {
      const from = source === undefined ? folders[target] : resolve(source)
      return from === undefined ? [] : ['--volume', `${from}:${target}${readOnly ? ':ro' : ''}`]
    }),
    ...optionArguments(options),
    spec.image,
    ...rest,
    ...command,
  ]
}

function optionArguments(options: ContainerSpec['options']): readonly string[] {
  const { network, labels, memory, cpus, shmSize, ulimits, readOnly, init, capAdd, capDrop, tmpfs } = options
  return [
    ...(network === undefined || network === 'bridge' ? [] : ['--network', network]),
    ...Object.entries(labels).flatMap(([key, value]) => ['--label', `${key}=${value}`]),
    ...(memory === undefined ? [] : ['--memory', `${Math.ceil(memory / mebibyte)}M`]),
    ...(cpus === undefined ? [] : ['--cpus', String(cpus)]),
    ...(shmSize === undefined ? [] : ['--shm-size', `${Math.ceil(shmSize / mebibyte)}M`]),
    ...ulimits.flatMap(({ name, soft, hard }) => ['--ulimit', `${name}=${soft}:${hard}`]),
    ...(readOnly ? ['--read-only'] : []),
    ...(init ? ['--init'] : []),
    ...capAdd.flatMap((capability) => ['--cap-add', capability]),
    ...capDrop.flatMap((capability) => ['--cap-drop', capability]),
    ...Object.keys(tmpfs).flatMap((target) => ['--tmpfs', target]),
  ]
}

/**
 * Returns the environment with the address of the host in place of its names: `host.docker.internal`, and those that
 * are mapped to `host-gateway`. Extra hosts are not supported.
 */
export function withGateway({
  env,
  addHosts,
}: Pick<ContainerSpec, 'env' | 'addHosts'>): Readonly<Record<string, string>> {
  const mapped = addHosts.flatMap((entry) => /^([^:=]+)[:=]host-gateway$/.exec(entry)?.[1] ?? [])
  const names = new Set(['host.docker.internal', ...mapped])
  return Object.fromEntries(
    Object.entries(env).map(([key, value]) => [
      key,
      value.replaceAll(/[\w.-]+/g, (word) => (names.has(word) ? gateway : word)),
    ]),
  )
}
