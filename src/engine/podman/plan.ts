import { planPodmanContainers } from '../../containers/podman/plan-podman-containers.ts'
import { ActionError } from '../../errors/action-error.ts'
import type { Facts, Missing, Podman } from '../../facts/facts.ts'
import type { Inputs } from '../../inputs/inputs.ts'
import { wantsLoad } from '../../plan/load.ts'
import { type EnginePlan, type Traits, whyUsed } from '../traits.ts'
import { buildxFeatures, otherFeatures } from '../unsupported-features.ts'
import { whoReads } from '../who-reads.ts'
import { startProblem } from './start-problem.ts'

/** What the podman engine alone needs to know besides what is to be built. */
export type PodmanSpec = {
  readonly program: Podman
  readonly mirrors: Inputs['mirrors']
}

/**
 * Decides how Podman or Buildah builds here.
 *
 * @throws ActionError `feature-missing` with what the engine does not support, if no program was found or if the user has no ranges of IDs,
 * `daemon-unreachable` if it does not start
 */
export function planPodman(inputs: Inputs, { podman }: Facts, because: string): EnginePlan<PodmanSpec> {
  const unable = unsupported(inputs)
  if (unable.length > 0) {
    throw new ActionError('feature-missing', `The engine podman does not support ${listOf(unable)}`, {
      hint: `Use the engine buildx, which requires Docker and its buildx plugin. ${whyUsed('podman', because)}`,
    })
  }
  if (podman?.kind !== 'podman') {
    const reason = podman?.reason ?? 'not searched'
    const { code, hint } = startProblem(reason) ?? {
      code: isStopped(podman) ? ('daemon-unreachable' as const) : ('feature-missing' as const),
      hint: isStopped(podman)
        ? 'Run `podman version` on this machine to see why it fails, or leave `engine` empty.'
        : 'Install podman (`apt-get install podman`), or leave `engine` empty.',
    }
    throw new ActionError(code, `Cannot use the engine podman: ${reason}`, { hint })
  }
  const load = wantsLoad(inputs, podman)
  const { path, version, rootless, name } = podman
  const own = `${name} ${version} at ${path}, ${rootless ? 'rootless' : 'rootful'}`
  return {
    engine: {
      name: 'podman',
      because: because === '' ? own : `${own}; ${because}`,
      traits: {
        ...traits,
        readsSource: whoReads(inputs),
        natives: podman.native === '' ? [] : [podman.native],
        kernel: podman.remote ? 'elsewhere' : 'here',
        containers: name === 'podman' ? planPodmanContainers({ ...podman, name }) : undefined,
      },
      options: [],
      spec: { program: podman, mirrors: inputs.mirrors },
    },
    load,
    insecureRegistries: [],
  }
}

/** Why `engine: auto` does not select Podman; undefined if it does, "" if Podman is not installed or was not searched. */
export function whyNoPodman(inputs: Inputs, { podman }: Facts): string | undefined {
  if (podman?.kind !== 'podman') return isStopped(podman) ? podman.reason : ''
  const unable = unsupported(inputs)
  return unable.length === 0 ? undefined : `Podman does not support ${listOf(unable)}`
}

const traits: Omit<Traits, 'natives' | 'kernel' | 'containers' | 'readsSource'> = {
  runsSteps: true,
  bases: 'advisory',
  baseStore: undefined,
  bringsEmulators: false,
  caches: 'whole',
  dataRoot: undefined,
  loadsInto: undefined,
  env: {},
}

/** The inputs that Podman cannot fulfill. */
function unsupported(inputs: Inputs): readonly string[] {
  const caches = [...inputs.cacheFrom, ...inputs.cacheTo]
  const types = new Set(caches.map(({ type }) => type).filter((type) => type !== 'registry'))
  const tagged = caches.find(({ type, attributes }) => type === 'registry' && hasTag(attributes['ref'] ?? ''))
  const images = inputs.buildContexts.filter(({ source }) => source.kind === 'layout' || source.kind === 'archive')
  return [
    ...[...types].map((type) => `caches of type=${type} (\`cache-from\`, \`cache-to\`)`),
    tagged && `a cache under a tag (${tagged.attributes['ref']}): \`ref\` must be a repository without a tag`,
    inputs.cache.kind === 'gha' || inputs.cache.kind === 'local' ? `\`cache: ${inputs.cache.kind}\`` : undefined,
    ...buildxFeatures(inputs),
    inputs.noCacheFilters.length === 0 ? undefined : '`no-cache-filters`',
    inputs.allow.some((entitlement) => entitlement.startsWith('security.')) ? '`allow: security.insecure`' : undefined,
    ...otherFeatures(inputs),
    images.length === 0 ? undefined : `archives and OCI layouts as \`build-contexts\` (${images[0]?.name})`,
  ].filter((what) => what !== undefined)
}

/** Returns how to start a Podman that exists and does not start; undefined if that is not known. */
export function howToStartPodman({ podman }: Facts): ReturnType<typeof startProblem> {
  return isStopped(podman) ? startProblem(podman.reason) : undefined
}

/** Whether a program exists and fails, as the client of a stopped machine does. */
function isStopped(podman: Facts['podman']): podman is Missing {
  return podman?.kind === 'missing' && podman.reason.includes('does not start')
}

function hasTag(ref: string): boolean {
  return ref.includes('@') || ref.lastIndexOf(':') > ref.lastIndexOf('/')
}

function listOf(all: readonly string[]): string {
  return all.join(', ')
}
