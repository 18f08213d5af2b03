import type { DockerServer } from '../../docker/server.ts'
import { sourceKind } from '../../dockerfile/instructions/source-kind.ts'
import { ActionError } from '../../errors/action-error.ts'
import type { Facts } from '../../facts/facts.ts'
import type { Inputs } from '../../inputs/inputs.ts'
import { cannotLoadSeveral, wantsLoad } from '../../plan/load.ts'
import { reachHint } from '../../plan/unreachable.ts'
import { isPodmanAtSocket, socketHint } from '../podman-at-socket.ts'
import { type EnginePlan, type PlannedEngine, type Traits, whyUsed } from '../traits.ts'
import { unusedMirrors } from '../unused-mirrors.ts'

/**
 * Plans the build with the embedded engine.
 *
 * @throws ActionError `feature-missing` with what it does not support, `daemon-unreachable` if the image is to be
 * loaded
 */
export function planEmbedded(inputs: Inputs, { docker }: Facts, because: string): EnginePlan<undefined> {
  const archives = [inputs.context, ...inputs.buildContexts.map(({ source }) => source)].filter(
    (source) => source.kind === 'git' && !source.url.startsWith('github.com/') && sourceKind(source.url) !== 'git',
  )
  const unable = [
    archives.length === 0 ? undefined : 'take an archive at a URL as a context, only Git repositories (….git)',
    /^https?:/.test(inputs.file ?? '') ? 'fetch the Dockerfile from a URL' : undefined,
    inputs.platforms.some(({ os }) => os === 'windows') ? 'put images for Windows together' : undefined,
    inputs.provenance || inputs.sbom ? 'make attestations' : undefined,
    inputs.builder === undefined && inputs.driver === undefined ? undefined : 'use a builder',
    inputs.buildxRelease === undefined ? undefined : 'use a version of buildx',
    Object.keys(inputs.minimumVersions).length === 0 ? undefined : 'have a version to compare',
    // Inputs that only affect RUN steps (network, shm-size, …) are not checked: a RUN is rejected.
    inputs.extraArgs.length === 0 ? undefined : 'take options of buildx (extra-args)',
  ].filter((what) => what !== undefined)
  if (unable.length > 0) {
    throw new ActionError('feature-missing', `The embedded engine cannot ${unable.join(', ')}`, {
      hint: isPodmanAtSocket(docker)
        ? `${whyUsed('embedded', because)} The engine buildx can, but not with Podman. ${socketHint}`
        : `${whyUsed('embedded', because)} The engine buildx can: it needs Docker and its buildx plugin.`,
    })
  }
  const loadsInto = wantsLoad(inputs, docker.kind === 'server' ? docker : undefined)
    ? requireStore(docker, inputs.platforms.length)
    : undefined
  return {
    engine: {
      name: 'embedded',
      because,
      traits: { ...traits, loadsInto },
      ...(inputs.engine === 'embedded' ? {} : whatElse(docker)),
      options: [],
      spec: undefined,
    },
    load: loadsInto !== undefined,
    insecureRegistries: [],
    warnings: unusedMirrors(inputs, 'the embedded engine reads them from their registries.'),
  }
}

const traits: Traits = {
  runsSteps: false,
  readsSource: 'us',
  bases: 'must-resolve',
  baseStore: undefined,
  natives: [],
  kernel: 'none',
  bringsEmulators: false,
  caches: 'images',
  startsEarly: true,
  dataRoot: undefined,
  loadsInto: undefined,
  containers: undefined,
  env: {},
}

/**
 * Returns the alternatives for a Dockerfile with RUN. If the socket does not exist, Docker is not installed; any other
 * daemon may respond when the step is run again.
 */
function whatElse(docker: Facts['docker']): Pick<PlannedEngine, 'otherwise'> {
  if (isPodmanAtSocket(docker)) return { otherwise: { code: 'feature-missing', hint: socketHint } }
  if (docker.kind !== 'unreachable' || docker.reason.includes('ENOENT')) return {}
  return { otherwise: { code: 'daemon-unreachable', hint: reachHint(docker) } }
}

function requireStore(docker: Facts['docker'], platforms: number): DockerServer {
  if (docker.kind === 'unreachable') {
    throw new ActionError(
      'daemon-unreachable',
      `Cannot load the image: no Docker daemon answers at ${docker.endpoint.host} (from ${docker.endpoint.because}): ${docker.reason}`,
      {
        hint: `${reachHint(docker)} Without a daemon, set \`load: false\`, and \`outputs\` to write the image to a file.`,
      },
    )
  }
  if (platforms > 1 && docker.store === 'classic') throw cannotLoadSeveral(platforms)
  return docker
}
