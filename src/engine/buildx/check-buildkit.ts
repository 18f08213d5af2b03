import { ActionError } from '../../errors/action-error.ts'
import { positional } from '../../host/exec/positional.ts'
import type { Host } from '../../host/host.ts'
import { requireVersion } from './require-buildx.ts'

export type AskedBuildkit = {
  /** Path of the buildx binary. */
  readonly program: string
  readonly builder: string
  readonly env: Readonly<Record<string, string>>
  /** `major.minor.patch`; undefined: no minimum. */
  readonly minimum: string | undefined
}

/** Timeout for the nodes to respond (milliseconds). Nodes that are not running are started. */
const timeout = 120_000

/**
 * Checks the version of BuildKit on each node of a builder, if a minimum is set.
 *
 * @throws ActionError `engine-too-old`, `builder-not-found`
 */
export async function checkBuildkit(
  { program, builder, env, minimum }: AskedBuildkit,
  host: Pick<Host, 'exec'>,
): Promise<void> {
  if (minimum === undefined) return
  const result = await host.exec(program, ['inspect', '--bootstrap', ...positional(builder)], { env, timeout })
  if (!result.ok) {
    const found = result.stderr.trim().split('\n').at(-1) ?? ''
    throw new ActionError(
      'builder-not-found',
      `Cannot read the version of BuildKit in the builder ${builder}: ${found}`,
    )
  }
  const versions = buildkitVersions(result.stdout)
  for (const version of versions.length === 0 ? [''] : versions) requireVersion('buildkit', version, minimum)
}

/**
 * Returns the version of each node in the output of `buildx inspect`, "" if unknown: buildx before 0.13 prints
 * `Buildkit:`, and Debian's BuildKit reports `v0.0.0+unknown`.
 */
export function buildkitVersions(output: string): readonly string[] {
  return [...output.matchAll(/^Build[kK]it(?: version)?:[ \t]*(\S{1,64})/gm)].map(([, version = '']) =>
    /^v?0\.0\.0\b/.test(version) ? '' : version,
  )
}
