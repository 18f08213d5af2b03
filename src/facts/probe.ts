import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Host } from '../host/host.ts'
import { probeBuilder } from './builder.ts'
import { findBuildx } from './buildx.ts'
import { probeDocker } from './docker.ts'
import { dockerConfigDirOf, findDockerEndpoint } from './docker-endpoint.ts'
import { readEvent } from './event.ts'
import type { Facts } from './facts.ts'

/**
 * Gathers the facts, side by side where they do not depend on each other. Reads only.
 *
 * @param asked the builder asked for, or undefined for the current one
 */
export async function probe(host: Host, asked: string | undefined): Promise<Facts> {
  const { env } = host
  const dockerConfigDir = dockerConfigDirOf(env)
  const endpoint = findDockerEndpoint(host, dockerConfigDir)
  const [docker, [buildx, builder]] = await Promise.all([
    probeDocker(host, endpoint),
    findBuildx(host, dockerConfigDir).then(async (found) => {
      const query = { asked: asked ?? env['BUILDX_BUILDER'] ?? '', buildx: found, endpoint, configDir: dockerConfigDir }
      return [found, await probeBuilder(host, query)] as const
    }),
  ])
  return {
    event: readEvent(env, readPayload(env['GITHUB_EVENT_PATH'])),
    actor: env['GITHUB_ACTOR'] || 'token',
    dockerConfigDir,
    buildxConfigDir: env['BUILDX_CONFIG'] || join(dockerConfigDir, 'buildx'),
    docker,
    buildx,
    builder,
  }
}

/** The event's JSON; an unreadable one counts as none, since runners other than GitHub's may give none. */
function readPayload(path: string | undefined): unknown {
  if (!path) return undefined
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}
