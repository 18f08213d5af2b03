import { sourceKind } from '../dockerfile/instructions/source-kind.ts'
import { ActionError } from '../errors/action-error.ts'
import type { DockerServer, Facts } from '../facts/facts.ts'
import type { Inputs } from '../inputs/inputs.ts'
import { type BuildxEngine, planBuildx } from './buildx.ts'
import { podmanHint } from './engine.ts'
import { cannotLoadSeveral, wantsLoad } from './load.ts'
import { reachHint } from './unreachable.ts'

/** The engine that needs nothing but this program. */
export type EmbeddedEngine = {
  readonly name: 'embedded'
  readonly because: string
  /** Why an engine that executes RUN was not selected: the code of an error about RUN, and what makes that engine possible here. */
  readonly otherwise?: { readonly code: 'feature-missing' | 'daemon-unreachable'; readonly hint: string }
  /** The daemon that gets the image, when it is to be loaded. */
  readonly loadInto: DockerServer | undefined
}

export type PlannedEngine = {
  readonly engine: BuildxEngine | EmbeddedEngine
  readonly server: DockerServer | undefined
  /** Whether the image goes into the engine's own store. */
  readonly load: boolean
}

/**
 * The engine asked for; without one, buildx where it and a daemon (or a builder elsewhere) are there, else the embedded
 * engine. What only buildx can do is never left out in silence: it is an error that says so.
 *
 * @throws ActionError when the engine cannot do what was asked for, or is not there
 */
export function planEngine(inputs: Inputs, facts: Facts): PlannedEngine {
  if (inputs.engine === 'embedded') return planEmbedded(inputs, facts, 'selected by the `engine` input')
  if (inputs.dropLayers > 0) {
    if (inputs.engine === 'buildx') throw cannotDropLayers()
    return planEmbedded(inputs, facts, 'because only it supports `drop-layers`')
  }
  if (inputs.engine === 'buildx' || needsBuildx(inputs)) return planBuildx(inputs, facts)
  const missing = whyNoBuildx(facts)
  return missing === undefined ? planBuildx(inputs, facts) : planEmbedded(inputs, facts, missing)
}

/** Inputs that name what only buildx has. */
function needsBuildx({ builder, driver, minimumEngineVersion }: Inputs): boolean {
  return builder !== undefined || driver !== undefined || minimumEngineVersion !== undefined
}

/** What to do about a Dockerfile with RUN. A daemon without a socket is not installed; any other may answer when the step is run again. */
function whatElse(docker: Facts['docker']): Pick<EmbeddedEngine, 'otherwise'> {
  if (isPodman(docker)) return { otherwise: { code: 'feature-missing', hint: podmanHint } }
  if (docker.kind !== 'unreachable' || docker.reason.includes('ENOENT')) return {}
  return { otherwise: { code: 'daemon-unreachable', hint: reachHint(docker) } }
}

function cannotDropLayers(): ActionError {
  return new ActionError('feature-missing', 'The engine buildx cannot leave out layers of a base (drop-layers)', {
    hint: 'The engine embedded can: leave `engine` empty, or set it to embedded.',
  })
}

function whyNoBuildx({ buildx, docker, builder }: Facts): string | undefined {
  if ('kind' in buildx) return 'because buildx is not installed'
  if (builder.kind === 'builder' && builder.driver !== 'docker') return undefined
  if (isPodman(docker)) return `because Podman answers at ${docker.endpoint.host}, which is not supported yet`
  if (docker.kind === 'unreachable')
    return `because no Docker daemon answers at ${docker.endpoint.host} (${docker.reason})`
  return undefined
}

function isPodman(docker: Facts['docker']): docker is DockerServer {
  return docker.kind === 'server' && docker.product === 'podman'
}

function planEmbedded(inputs: Inputs, { docker }: Facts, because: string): PlannedEngine {
  const archives = [inputs.context, ...inputs.buildContexts.map(({ source }) => source)].filter(
    (source) => source.kind === 'git' && !source.url.startsWith('github.com/') && sourceKind(source.url) !== 'git',
  )
  const unable = [
    archives.length === 0 ? undefined : 'take an archive at a URL as a context, only Git repositories (….git)',
    /^https?:/.test(inputs.file ?? '') ? 'fetch the Dockerfile from a URL' : undefined,
    inputs.platforms.some(({ os }) => os === 'windows') ? 'put images for Windows together' : undefined,
    inputs.provenance || inputs.sbom ? 'make attestations' : undefined,
    inputs.builder === undefined && inputs.driver === undefined ? undefined : 'use a builder',
    inputs.minimumEngineVersion === undefined ? undefined : 'have a version to compare',
  ].filter((what) => what !== undefined)
  if (unable.length > 0) {
    throw new ActionError('feature-missing', `The embedded engine (${because}) cannot ${unable.join(', ')}`, {
      hint: isPodman(docker)
        ? `The engine buildx can, but not with Podman. ${podmanHint}`
        : 'The engine buildx can: it needs Docker and its buildx plugin.',
    })
  }
  const loadInto = wantsLoad(inputs, docker.kind === 'server' ? docker : undefined)
    ? requireStore(docker, inputs.platforms.length)
    : undefined
  return {
    engine: {
      name: 'embedded',
      because,
      ...(inputs.engine === 'embedded' ? {} : whatElse(docker)),
      loadInto,
    },
    server: undefined,
    load: loadInto !== undefined,
  }
}

function requireStore(docker: Facts['docker'], platforms: number): DockerServer {
  if (docker.kind === 'unreachable') {
    throw new ActionError(
      'daemon-unreachable',
      `Cannot load the image: no Docker daemon answers at ${docker.endpoint.host} (chosen because ${docker.endpoint.because}): ${docker.reason}`,
      { hint: `${reachHint(docker)} Without a daemon, set \`load: false\`; \`outputs\` writes the image to a file.` },
    )
  }
  if (platforms > 1 && docker.store === 'classic') throw cannotLoadSeveral(platforms)
  return docker
}
