import { join } from 'node:path'
import type { DockerEndpoint } from '../docker/server.ts'
import { traitsOf } from '../engine/drivers.ts'
import type { Host } from '../host/host.ts'
import { readBuilderFile, readDocument } from './builder-file.ts'
import type { Builder, BuilderNode, Missing } from './facts.ts'
import { probeNodes } from './probe-nodes.ts'

export type BuilderQuery = {
  /** The selected builder: input `builder`, else `BUILDX_BUILDER`; empty for the current one. */
  readonly asked: string
  readonly buildx: { readonly path: string } | Missing
  readonly endpoint: DockerEndpoint
  readonly configDir: string
}

/**
 * Returns a builder whose nodes are asked at the same time: `buildx inspect` waits 20 s for one that hangs. Undefined if the builder is not
 * stored in a file, or if it has one node that is not a remote buildkitd.
 */
export async function probeBuilderNodes(
  host: Host,
  stateDir: string,
  { asked, endpoint, program }: Pick<BuilderQuery, 'asked' | 'endpoint'> & { readonly program: string },
): Promise<Omit<Builder, 'kind' | 'because'> | undefined> {
  const name = asked === '' ? selectedName(stateDir, endpoint.host) : asked
  if (name === undefined || !/^[\w.-]+$/.test(name)) return undefined
  const file = readBuilderFile(join(stateDir, 'instances', name))
  if (file === undefined) return undefined
  const { runs, inCluster } = traitsOf(file.driver)
  if (inCluster || (runs !== 'elsewhere' && file.nodes.length < 2)) return undefined
  const probed = await probeNodes(file, { program, env: endpoint.env }, host)
  const nodes = probed.map(({ declared, reported, problem, isSilent, ...node }): BuilderNode => {
    const [native] = reported ?? []
    return {
      ...node,
      status: reported === undefined ? 'inactive' : 'running',
      error: '',
      declared,
      reported: (reported ?? []).filter((platform) => !declared.includes(platform)),
      ...(native === undefined ? {} : { native }),
      ...(isSilent && problem !== undefined ? { silence: problem } : {}),
    }
  })
  return {
    name,
    driver: file.driver,
    platforms: [...new Set(nodes.flatMap(({ declared, reported }) => [...declared, ...reported]))],
    natives: [...new Set(nodes.flatMap(({ native, declared: [first] }) => native ?? first ?? []))],
    nodes,
  }
}

/** Returns the name of the builder that is selected for an endpoint; undefined if buildx has to resolve it. */
function selectedName(stateDir: string, host: string): string | undefined {
  const { Name: name, Key: key, Global: isGlobal } = readDocument(join(stateDir, 'current')) ?? {}
  return typeof name === 'string' && name !== '' && (isGlobal === true || key === host) ? name : undefined
}
