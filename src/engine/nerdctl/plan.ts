import { planPodmanContainers } from '../../containers/podman/plan-podman-containers.ts'
import { ActionError } from '../../errors/action-error.ts'
import type { Facts, Nerdctl } from '../../facts/facts.ts'
import type { Inputs } from '../../inputs/inputs.ts'
import { wantsLoad } from '../../plan/load.ts'
import { type EnginePlan, type PlannedEngine, type Traits, whyUsed } from '../traits.ts'
import { buildxFeatures, otherFeatures } from '../unsupported-features.ts'
import { unusedMirrors } from '../unused-mirrors.ts'
import { whoReads } from '../who-reads.ts'

/**
 * Plans the build with nerdctl.
 *
 * @throws ActionError `feature-missing` with what the engine does not support or if it is not installed, `daemon-unreachable` if containerd or
 * buildkitd does not respond
 */
export function planNerdctl(inputs: Inputs, facts: Facts, because: string): EnginePlan<Nerdctl> {
  const { nerdctl } = facts
  const unable = unsupported(inputs)
  if (unable.length > 0) {
    throw new ActionError('feature-missing', `The engine nerdctl does not support ${unable.join(', ')}`, {
      hint: `Use the engine buildx with \`driver: remote\`, which can use the same buildkitd. ${whyUsed('nerdctl', because)}`,
    })
  }
  if (nerdctl?.kind !== 'nerdctl') {
    const { code, hint } = howToStartNerdctl(facts) ?? {
      code: 'feature-missing',
      hint: 'Install nerdctl with containerd and BuildKit (the archive nerdctl-full contains all three), or leave `engine` empty.',
    }
    throw new ActionError(code, `Cannot use the engine nerdctl: ${nerdctl?.reason ?? 'it was not searched'}`, { hint })
  }
  const { version, path, buildkit, native } = nerdctl
  const own = `nerdctl ${version} at ${path}, BuildKit at ${buildkit}`
  const isHere = buildkit.startsWith('unix://')
  return {
    engine: {
      name: 'nerdctl',
      because: because === '' ? own : `${own}; ${because}`,
      traits: {
        ...traits,
        readsSource: whoReads(inputs),
        natives: native === '' ? [] : [native],
        kernel: isHere ? 'here' : 'elsewhere',
        containers: planPodmanContainers({ name: 'nerdctl', path, version, native, remote: !isHere }),
      },
      options: [],
      spec: nerdctl,
    },
    load: wantsLoad(inputs, nerdctl),
    insecureRegistries: [],
    warnings: unusedMirrors(
      inputs,
      `BuildKit at ${buildkit} pulls them with its own configuration. Add the mirrors there.`,
    ),
  }
}

/** Why `engine: auto` does not select nerdctl; undefined if it does, "" if it is not installed or was not searched. */
export function whyNoNerdctl(inputs: Inputs, { nerdctl }: Facts): string | undefined {
  if (nerdctl?.kind !== 'nerdctl') return nerdctl?.isInstalled === true ? nerdctl.reason : ''
  const unable = unsupported(inputs)
  return unable.length === 0 ? undefined : `nerdctl does not support ${unable.join(', ')}`
}

/** How to start containerd and buildkitd if nerdctl is installed and does not reach one of them. */
export function howToStartNerdctl({ nerdctl }: Pick<Facts, 'nerdctl'>): PlannedEngine['otherwise'] {
  if (nerdctl?.kind !== 'missing' || nerdctl.isInstalled !== true) return undefined
  return {
    code: 'daemon-unreachable',
    hint: 'Start containerd and buildkitd: `systemctl start containerd buildkit`, or `containerd-rootless-setuptool.sh install-buildkit` without root. Set BUILDKIT_HOST and CONTAINERD_ADDRESS if they use other sockets.',
  }
}

const traits: Omit<Traits, 'natives' | 'kernel' | 'containers' | 'readsSource'> = {
  runsSteps: true,
  bases: 'advisory',
  baseStore: undefined,
  // The image of BuildKit has emulators.
  bringsEmulators: true,
  caches: 'whole',
  dataRoot: undefined,
  loadsInto: undefined,
  env: {},
}

/** The options of `nerdctl build` are a part of those of buildx. */
function unsupported(inputs: Inputs): readonly string[] {
  const caches = [...inputs.cacheFrom, ...inputs.cacheTo].map(({ type }) => type)
  const types = new Set(caches.filter((type) => !['registry', 'local', 'inline'].includes(type)))
  const context = inputs.buildContexts.find(({ source }) => source.kind !== 'path' && source.kind !== 'image')
  return [
    inputs.context.kind === 'path' ? undefined : 'a context that is not a directory',
    /^https?:/.test(inputs.file ?? '') ? 'a Dockerfile at a URL' : undefined,
    context && `\`build-contexts\` other than directories and images (${context.name})`,
    ...[...types].map((type) => `caches of type=${type} (\`cache-from\`, \`cache-to\`)`),
    inputs.cache.kind === 'gha' || inputs.cache.kind === 'local' ? `\`cache: ${inputs.cache.kind}\`` : undefined,
    inputs.cgroupParent === undefined ? undefined : '`cgroup-parent`',
    inputs.noCacheFilters.length === 0 ? undefined : '`no-cache-filters`',
    inputs.shmSize === undefined ? undefined : '`shm-size`',
    inputs.ulimit.length === 0 ? undefined : '`ulimit`',
    ...buildxFeatures(inputs),
    ...otherFeatures(inputs),
  ].filter((what) => what !== undefined)
}
