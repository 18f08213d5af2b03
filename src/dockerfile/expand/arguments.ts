import { formatPlatform } from '../../oci/platform.ts'
import type { Platform } from '../../oci/types.ts'
import { attempt, dockerfileError, type Problem } from '../problem.ts'
import type { Dockerfile } from '../read/parse.ts'
import { expandWord } from './expand.ts'

/** Variables and their values. */
export type Values = ReadonlyMap<string, string>

export type BuildInputs = {
  /** The build platform, the value of BUILDPLATFORM. */
  readonly buildPlatform: Platform
  readonly targetPlatform: Platform
  /** The values of `build-args`. */
  readonly buildArguments: Values
  /** The target stage. Default: the last one. */
  readonly target?: string
}

/**
 * Returns the given build arguments: one without a value takes that of the environment variable with the same name, if
 * set. SOURCE_DATE_EPOCH of the environment is always included, as in buildx.
 */
export function givenArguments(
  given: Readonly<Record<string, string | null>>,
  env: Readonly<Record<string, string | undefined>>,
): Values {
  const epoch = env['SOURCE_DATE_EPOCH'] ? { SOURCE_DATE_EPOCH: null } : {}
  return new Map(
    Object.entries({ ...epoch, ...given }).flatMap(([name, written]) => {
      const value = written ?? env[name]
      return value === undefined ? [] : [[name, value] as const]
    }),
  )
}

/**
 * Returns the variables that FROM can use, and that ARG without a value in a stage takes: those of the platforms,
 * TARGETSTAGE, and ARG before the first FROM, each overridden by a given value.
 * https://docs.docker.com/reference/dockerfile/#automatic-platform-args-in-the-global-scope
 *
 * @throws ActionError `dockerfile-invalid`
 */
export function globalValues(dockerfile: Dockerfile, inputs: BuildInputs): Values {
  const { file, directives, globalArguments, stages } = dockerfile
  const { buildArguments } = inputs
  const target = inputs.target || stages.at(-1)?.name || 'default'
  const values = new Map<string, string>()
  for (const [name, value] of [...platformValues(inputs), ['TARGETSTAGE', target] as const]) {
    values.set(name, buildArguments.get(name) ?? value)
  }
  const problems: Problem[] = []
  for (const { line, arguments: given } of globalArguments) {
    for (const { name, value: written } of given) {
      const value = attempt(
        line,
        (at, message, cause) => problems.push({ line: at, message, cause }),
        () =>
          buildArguments.get(name) ??
          (written === undefined
            ? undefined
            : expandWord(written, (other) => values.get(other), { escapeMark: directives.escape })),
      )
      if (value !== undefined) values.set(name, value)
    }
  }
  if (problems.length > 0) throw dockerfileError(file, problems)
  return values
}

// Available without ARG, or read by the builder itself: https://docs.docker.com/reference/dockerfile/#predefined-args
// and #buildkit-built-in-build-args
const predefined =
  /^(?:(?:https?|ftp|no|all)_proxy|SOURCE_DATE_EPOCH|BUILDKIT_.*|(?:BUILD|TARGET)(?:PLATFORM|OS|OSVERSION|ARCH|VARIANT)|TARGETSTAGE)$/

/** Returns the given names that no ARG of the Dockerfile declares and that are not predefined: most likely a typo. */
export function unusedBuildArguments(
  { globalArguments, stages }: Dockerfile,
  buildArguments: Values,
): readonly string[] {
  const instructions = [...globalArguments, ...stages.flatMap((stage) => stage.instructions)]
  const declared = new Set(
    instructions.flatMap((one) => (one.kind === 'arg' ? one.arguments.map(({ name }) => name) : [])),
  )
  return [...buildArguments.keys()].filter((name) => {
    // Proxy variables are accepted in uppercase and lowercase.
    return !declared.has(name) && !predefined.test(name) && !/^[A-Z]+_PROXY$/.test(name.toUpperCase())
  })
}

const defaultPath = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** Returns the `Env` of a base image's configuration with a PATH, which BuildKit adds except on Windows. */
export function completeEnvironment(environment: readonly string[], os: string): readonly string[] {
  if (os === 'windows' || environment.some((entry) => entry.startsWith('PATH='))) return environment
  return [...environment, defaultPath]
}

/**
 * Returns the variables for the first instruction of a stage: those at the end of its base stage, including ARG,
 * overridden by the completed `Env` of its configuration.
 */
export function stageValues(ofBase: Values | undefined, environment: readonly string[]): Values {
  const entries = environment.map((entry) => {
    const equals = entry.indexOf('=')
    return equals < 0 ? ([entry, ''] as const) : ([entry.slice(0, equals), entry.slice(equals + 1)] as const)
  })
  return new Map([...(ofBase ?? []), ...entries])
}

function platformValues({ buildPlatform, targetPlatform }: BuildInputs): readonly (readonly [string, string])[] {
  const describe = (prefix: string, platform: Platform, formatted: string) =>
    [
      [`${prefix}PLATFORM`, formatted],
      [`${prefix}OS`, platform.os],
      [`${prefix}OSVERSION`, platform['os.version'] ?? ''],
      [`${prefix}ARCH`, platform.architecture],
      [`${prefix}VARIANT`, platform.variant ?? ''],
    ] as const
  const version = targetPlatform['os.version']
  const target = formatPlatform(targetPlatform)
  return [
    ...describe('BUILD', buildPlatform, formatPlatform(buildPlatform)),
    ...describe('TARGET', targetPlatform, version ? target.replace('/', `(${version})/`) : target),
  ]
}
