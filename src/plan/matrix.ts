import { ActionError } from '../errors/action-error.ts'
import type { Inputs, RunnerRule } from '../inputs/inputs.ts'
import { formatPlatform, parsePlatform, runsNatively } from '../oci/platform.ts'
import type { Platform } from '../oci/types.ts'

/** A job of the matrix. */
export type MatrixJob = {
  /** `os/arch[/variant]`. */
  readonly platform: string
  /** The value of `runs-on`: a label, or several that the runner must have. */
  readonly runner: string | readonly string[]
  /** The platform with `-` for `/`, for names of artifacts and caches. */
  readonly slug: string
  /** Whether the runner is of another architecture; false if that is not known. */
  readonly emulated: boolean
  /** Whether the image may lack the platform. */
  readonly optional: boolean
}

/** The value of `strategy.matrix`. */
export type Matrix = { readonly include: readonly MatrixJob[] }

/** https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstrategymatrix */
const mostJobs = 256

const [amd, arm] = ['ubuntu-24.04', 'ubuntu-24.04-arm']

/** The default runners. */
const defaults: readonly RunnerRule[] = [
  { platform: 'linux/arm', isPrefix: true, labels: [arm] },
  { platform: '', isPrefix: true, labels: [amd] },
]

/**
 * Returns one job per platform, each with its runner: of the rule with the exact platform, otherwise of the one with
 * the longest beginning.
 *
 * @throws ActionError `input-invalid` for more jobs than GitHub accepts
 */
export function planMatrix({
  platforms,
  optionalPlatforms,
  runners,
}: Pick<Inputs, 'platforms' | 'optionalPlatforms' | 'runners'>): Matrix {
  if (platforms.length > mostJobs) {
    throw new ActionError(
      'input-invalid',
      `Cannot make a matrix of ${platforms.length} platforms: GitHub accepts ${mostJobs} jobs`,
      { hint: 'Build several platforms in one job, without a matrix.' },
    )
  }
  return {
    include: platforms.map((platform) => {
      const labels = labelsFor(platform, runners)
      const [first = amd] = labels
      const name = formatPlatform(platform)
      return {
        platform: name,
        runner: labels.length === 1 ? first : labels,
        slug: name.replaceAll('/', '-'),
        emulated: isEmulated(platform, labels),
        optional: optionalPlatforms.includes(platform),
      }
    }),
  }
}

function labelsFor(platform: Platform, runners: readonly RunnerRule[]): readonly string[] {
  const name = formatPlatform(platform)
  const exact = runners.find((rule) => !rule.isPrefix && rule.platform === name)
  const longest = (rules: readonly RunnerRule[]) =>
    rules
      .filter((rule) => rule.isPrefix && name.startsWith(rule.platform))
      .toSorted((a, b) => b.platform.length - a.platform.length)[0]
  return (exact ?? longest(runners) ?? longest(defaults))?.labels ?? [amd]
}

/** The architecture is known only for GitHub's own Linux runners. */
function isEmulated(platform: Platform, labels: readonly string[]): boolean {
  const [label = ''] = labels
  if (labels.length !== 1 || !/^ubuntu-(?:latest|[0-9]{2}\.[0-9]{2})(?:-arm)?$/.test(label)) return false
  return !runsNatively(platform, parsePlatform(label.endsWith('-arm') ? 'linux/arm64' : 'linux/amd64'))
}
