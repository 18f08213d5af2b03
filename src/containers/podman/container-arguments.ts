import { resolve } from 'node:path'
import { formatPlatform } from '../../oci/platform.ts'
import type { ContainerOptions, Port, Volume } from '../container-options.ts'
import type { ContainerSpec } from '../containers.ts'
import type { PodmanProgram } from './plan-podman-containers.ts'

export type ArgumentOptions = {
  readonly program: PodmanProgram['name']
  readonly name: string
  /** A file with the variables of one line each; the values of all others are in the environment of podman. */
  readonly envFile: string | undefined
  /** The address of this machine for `host-gateway`, which Podman before 5.5 does not know. */
  readonly gateway: string
}

/**
 * Returns the arguments of podman or nerdctl that start a container in the background. Values of variables are not among them: other users of the machine
 * can read arguments. https://docs.podman.io/en/stable/markdown/podman-run.1.html
 */
export function containerArguments(
  spec: ContainerSpec,
  { program, name, envFile, gateway }: ArgumentOptions,
): readonly string[] {
  const { entrypoint, command, user, workdir, options, platform } = spec
  return [
    ...['run', '--detach', '--name', name, '--pull', 'never'],
    // These drivers can be read by `logs`, whatever the machine's default is.
    ...(program === 'podman'
      ? ['--log-driver', 'k8s-file', '--log-opt', 'max-size=10mb']
      : ['--log-driver', 'json-file', '--log-opt', 'max-size=10m', '--platform', formatPlatform(platform)]),
    ...given('--user', user),
    ...given('--workdir', workdir),
    ...given('--env-file', envFile),
    ...each(
      '--env',
      Object.keys(spec.env).filter((key) => spec.env[key]?.includes('\n')),
    ),
    ...each(
      '--add-host',
      spec.addHosts.map((host) => host.replace(/:host-gateway$/, `:${gateway}`)),
    ),
    ...each('--publish', spec.ports.map(publish)),
    ...each('--volume', spec.volumes.map(volume)),
    ...optionArguments(options),
    ...entrypointArguments(entrypoint, program),
    spec.image,
    ...(command ?? []),
  ]
}

/** An empty text clears the entrypoint. Podman reads a list as JSON, nerdctl as one option for each word. */
function entrypointArguments(words: ContainerSpec['entrypoint'], program: PodmanProgram['name']): readonly string[] {
  if (program === 'nerdctl') return each('--entrypoint', words?.length === 0 ? [''] : (words ?? []))
  return given('--entrypoint', words && (words.length === 0 ? '' : JSON.stringify(words)))
}

function optionArguments(options: ContainerOptions): readonly string[] {
  return [
    ...given('--network', options.network),
    ...given('--hostname', options.hostname),
    ...each(
      '--label',
      Object.entries(options.labels).map(([key, value]) => `${key}=${value}`),
    ),
    ...given('--memory', options.memory),
    ...given('--cpus', options.cpus),
    ...given('--pids-limit', options.pidsLimit),
    ...given('--shm-size', options.shmSize),
    ...given('--read-only', options.readOnly),
    ...given('--privileged', options.privileged),
    ...given('--init', options.init),
    ...each('--cap-add', options.capAdd),
    ...each('--cap-drop', options.capDrop),
    ...each('--security-opt', options.securityOpt),
    ...each(
      '--tmpfs',
      Object.entries(options.tmpfs).map(([path, how]) => (how === '' ? path : `${path}:${how}`)),
    ),
    ...each(
      '--ulimit',
      options.ulimits.map(({ name, soft, hard }) => `${name}=${soft}:${hard}`),
    ),
    ...each(
      '--device',
      options.devices.map(({ source, target, access }) => `${source}:${target}:${access}`),
    ),
  ]
}

/** Returns the variables that a file can hold: podman reads one per line, and takes the value literally. */
export function envFileOf(env: ContainerSpec['env']): string | undefined {
  const lines = Object.entries(env).filter(([, value]) => !value.includes('\n'))
  return lines.length === 0 ? undefined : lines.map(([key, value]) => `${key}=${value}\n`).join('')
}

function publish({ host, container, protocol }: Port): string {
  return `127.0.0.1:${host ?? ''}:${container}/${protocol}`
}

function volume({ source, target, readOnly }: Volume): string {
  return source === undefined ? target : `${resolve(source)}:${target}${readOnly ? ':ro' : ''}`
}

function given(flag: string, value: string | number | boolean | undefined): readonly string[] {
  return value === undefined ? [] : [`${flag}=${value}`]
}

function each(flag: string, values: readonly string[]): readonly string[] {
  return values.map((value) => `${flag}=${value}`)
}
