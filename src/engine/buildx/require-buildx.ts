import type { SemVer } from 'semver'
import coerce from 'semver/functions/coerce.js'
import lt from 'semver/functions/lt.js'
import type { DockerServer } from '../../docker/server.ts'
import { ActionError } from '../../errors/action-error.ts'
import type { Builder, Facts } from '../../facts/facts.ts'
import type { Inputs } from '../../inputs/inputs.ts'
import { reachHint } from '../../plan/unreachable.ts'
import type { Driver } from '../drivers.ts'
import { traitsOf } from '../drivers.ts'
import { isPodmanAtSocket, socketHint } from '../podman-at-socket.ts'

/** What the buildx engine requires. */
export type BuildxBase = {
  readonly buildx: string
  readonly builder: Builder
  /** Undefined only for drivers that need no daemon here. */
  readonly server: DockerServer | undefined
}

/**
 * Returns what a build requires from the facts.
 *
 * @throws ActionError `buildx-missing`, `builder-not-found`, `daemon-unreachable`, `engine-too-old`, `feature-missing`
 */
export function requireBuildx(inputs: Inputs, facts: Facts): BuildxBase {
  if ('kind' in facts.buildx) {
    throw new ActionError('buildx-missing', `Cannot build: ${facts.buildx.reason}`, {
      hint: 'Set `buildx-version`, or install the package docker-buildx-plugin on the runner.',
    })
  }
  if (facts.builder.kind === 'missing') {
    const asked = inputs.builder ?? 'the current one'
    throw new ActionError(
      'builder-not-found',
      `Cannot use the builder ${asked}: ${facts.builder.reason.replace(/^ERROR: /, '')}`,
      {
        hint: 'List the builders of this machine with `docker buildx ls`, or leave `builder` empty to use the default.',
      },
    )
  }
  const driver = inputs.driver ?? facts.builder.driver
  const server = requireServer(driver, facts.docker)
  const { docker, buildx } = inputs.minimumVersions
  if (docker !== undefined) requireVersion('docker', server?.version ?? '', docker)
  if (buildx !== undefined) requireVersion('buildx', facts.buildx.version ?? '', buildx)
  return { buildx: facts.buildx.path, builder: facts.builder, server }
}

function requireServer(driver: Driver, docker: Facts['docker']): DockerServer | undefined {
  if (docker.kind === 'unreachable') {
    if (traitsOf(driver).runs === 'elsewhere') return undefined
    throw new ActionError(
      'daemon-unreachable',
      `Cannot reach Docker at ${docker.endpoint.host} (from ${docker.endpoint.because}): ${docker.reason}`,
      { hint: reachHint(docker) },
    )
  }
  if (isPodmanAtSocket(docker) && traitsOf(driver).runs === 'in-daemon') {
    throw new ActionError(
      'feature-missing',
      `Cannot build with buildx: Podman answers at ${docker.endpoint.host}, which is not supported yet`,
      { hint: socketHint },
    )
  }
  return docker
}

/**
 * Compares versions as distributions write them (`20.10.24+dfsg1`, `19.03.15-ce`, `3.0.11+azure-2`) by their three
 * numbers: the suffix names a package, and is not a pre-release as in semver.
 */
export function isOlder(version: string, minimum: string): boolean | undefined {
  const [found, wanted] = [numbersOf(version), numbersOf(minimum)]
  return found && wanted ? lt(found, wanted) : undefined
}

/**
 * semver does not accept leading zeros, which Docker's versions had until 20.10. A version has 64 characters at most.
 */
function numbersOf(version: string): SemVer | null {
  return coerce(version.slice(0, 64).replace(/(?<=\.)0+(?=\d)/g, ''))
}

/** The programs that `minimum-engine-version` can name: title, and how to update. */
const programs = {
  docker: { title: 'Docker', update: 'Update Docker (https://docs.docker.com/engine/install/)' },
  buildx: {
    title: 'buildx',
    update: 'Set `buildx-version: latest`, update buildx (https://github.com/docker/buildx/releases)',
  },
  buildkit: {
    title: 'BuildKit',
    update:
      'Update the builder: Docker for its own, the image (`image=…` in `driver-opts`) for one in a container (https://github.com/moby/buildkit/releases)',
  },
} as const

/**
 * Checks the version of a program against the required minimum; "" is unknown.
 *
 * @throws ActionError `engine-too-old`, with both versions
 */
export function requireVersion(program: keyof typeof programs, version: string, minimum: string): void {
  const older = isOlder(version, minimum)
  if (older === false) return
  const { title, update } = programs[program]
  const found =
    older === undefined
      ? `Cannot use ${title}: its version is unknown (${version || 'none given'})`
      : `Cannot use ${title} ${version}: it is too old`
  throw new ActionError('engine-too-old', `${found}, ${minimum} or newer is required`, {
    hint: `${update} or lower \`minimum-engine-version\`.`,
  })
}
