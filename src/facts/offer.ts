import { ActionError } from '../errors/action-error.ts'
import type { Host } from '../host/host.ts'
import { describeOffer } from './builder.ts'
import { findBuildx } from './buildx.ts'
import { dockerConfigDirOf } from './docker-endpoint.ts'

/**
 * Runs `parse`; adds the platforms of the builder to an error about platforms. The builder is queried only then:
 * valid inputs cost no time, and invalid ones are reported before anything runs.
 */
export async function withOffer<T>(host: Host, builder: string, parse: () => T): Promise<T> {
  try {
    return parse()
  } catch (error) {
    if (!(error instanceof ActionError) || !/\bplatforms\b/.test(error.message)) throw error
    const buildx = await findBuildx(host, dockerConfigDirOf(host.env))
    const offer = 'kind' in buildx ? undefined : await describeOffer(host, { buildx: buildx.path, builder, env: {} })
    throw offer === undefined ? error : error.with({ hint: offer })
  }
}
