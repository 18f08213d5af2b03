import { type AppleContainer, planAppleContainers } from '../../containers/apple/plan-apple-containers.ts'
import { ActionError } from '../../errors/action-error.ts'
import type { Facts } from '../../facts/facts.ts'
import type { Inputs, SmokeTest } from '../../inputs/inputs.ts'
import { wantsLoad } from '../../plan/load.ts'
import { type EnginePlan, type Traits, whyUsed } from '../traits.ts'
import { buildxFeatures, otherFeatures } from '../unsupported-features.ts'
import { unusedMirrors } from '../unused-mirrors.ts'
import { whoReads } from '../who-reads.ts'

/**
 * Plans the build with Apple's `container`.
 *
 * @throws ActionError `feature-missing` with what the engine does not support, or if the program is not installed
 */
export function planApple(inputs: Inputs, { apple }: Facts, because: string): EnginePlan<AppleContainer> {
  if (apple?.kind !== 'apple') {
    throw new ActionError('feature-missing', `Cannot use the engine apple: ${apple?.reason ?? 'it was not searched'}`, {
      hint: 'Install it with `brew install container` on macOS 26 or newer, or leave `engine` empty.',
    })
  }
  const unable = [
    ...unsupported(inputs),
    ...(inputs.smokeTest === undefined ? [] : unsupportedInTest(inputs.smokeTest)),
  ]
  if (unable.length > 0) {
    throw new ActionError('feature-missing', `The engine apple does not support ${unable.join(', ')}`, {
      hint: `Use the engine buildx, which requires Docker and its buildx plugin. ${whyUsed('apple', because)}`,
    })
  }
  return {
    engine: {
      name: 'apple',
      because,
      traits: { ...traits, readsSource: whoReads(inputs), containers: planAppleContainers(apple) },
      options: [],
      spec: apple,
    },
    load: wantsLoad(inputs, apple),
    insecureRegistries: [],
    warnings: unusedMirrors(inputs, 'the builder of Apple container pulls them from their registries.'),
  }
}

/** Why `engine: auto` does not select it; undefined if it does, "" if it is not installed or was not searched. */
export function whyNoApple(inputs: Inputs, { apple }: Facts): string | undefined {
  if (apple?.kind !== 'apple') return ''
  const unable = unsupported(inputs)
  return unable.length === 0 ? undefined : `Apple's container does not support ${unable.join(', ')}`
}

const traits: Omit<Traits, 'containers' | 'readsSource'> = {
  runsSteps: true,
  // Its builder has the credentials of `container registry login`.
  bases: 'advisory',
  baseStore: undefined,
  // Rosetta executes binaries for amd64.
  natives: ['linux/arm64', 'linux/amd64'],
  kernel: 'elsewhere',
  bringsEmulators: true,
  caches: 'none',
  dataRoot: undefined,
  loadsInto: undefined,
  env: {},
}

/** The options of `container build` are a part of those of buildx. */
function unsupported(inputs: Inputs): readonly string[] {
  const agent = inputs.ssh.find(({ id, paths }) => id !== 'default' || paths.length > 0)
  return [
    inputs.context.kind === 'path' ? undefined : 'a context that is not a directory',
    /^https?:/.test(inputs.file ?? '') ? 'a Dockerfile at a URL' : undefined,
    inputs.buildContexts.length === 0 ? undefined : '`build-contexts`',
    inputs.addHosts.length === 0 ? undefined : '`add-hosts`',
    inputs.allow.length === 0 ? undefined : '`allow`',
    inputs.cacheFrom.length + inputs.cacheTo.length === 0 ? undefined : '`cache-from` and `cache-to`',
    inputs.cgroupParent === undefined ? undefined : '`cgroup-parent`',
    inputs.compression === 'gzip' ? undefined : `\`compression: ${inputs.compression}\``,
    inputs.network === undefined || inputs.network === 'default' ? undefined : '`network`',
    inputs.noCacheFilters.length === 0 ? undefined : '`no-cache-filters`',
    inputs.shmSize === undefined ? undefined : '`shm-size`',
    inputs.ulimit.length === 0 ? undefined : '`ulimit`',
    agent === undefined ? undefined : `\`ssh: ${agent.id}\` (only \`default\`, without a path)`,
    ...buildxFeatures(inputs),
    ...otherFeatures(inputs),
  ].filter((what) => what !== undefined)
}

function unsupportedInTest({ addHosts, container }: SmokeTest): readonly string[] {
  const { network, hostname, cpus, pidsLimit, privileged, securityOpt, tmpfs, devices } = container
  const host = addHosts.find((entry) => !/[:=]host-gateway$/.test(entry))
  return [
    host === undefined ? undefined : `extra hosts other than \`host-gateway\` (${host})`,
    network === 'host' ? 'the network of the host' : undefined,
    hostname === undefined ? undefined : '`hostname`',
    cpus === undefined || Number.isInteger(cpus) ? undefined : 'a fraction of a processor',
    pidsLimit === undefined ? undefined : '`pids-limit`',
    privileged === true ? '`privileged`' : undefined,
    securityOpt.length === 0 ? undefined : '`security-opt`',
    Object.values(tmpfs).every((options) => options === '') ? undefined : 'mount options of `tmpfs`',
    devices.length === 0 ? undefined : 'devices',
  ].flatMap((what) => (what === undefined ? [] : [`${what} in \`smoke-test\``]))
}
