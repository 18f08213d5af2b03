import { writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { ActionError } from '../../../errors/action-error.ts'
import type { Host } from '../../../host/host.ts'
import type { KubeCluster } from '../../../kubernetes/cluster.ts'
import { kubeconfigPaths, readKubeconfig } from '../../../kubernetes/kubeconfig.ts'

/** Where the pods of one node of a builder run. */
export type PodPlace = {
  /** Undefined if its kubeconfig has settings that only buildx supports, such as `proxy-url`. */
  readonly cluster: KubeCluster | undefined
  /** Undefined: that of a context which is not known here. */
  readonly namespace: string | undefined
  /** Name of the Deployment. */
  readonly deployment: string
}

/** A node as the user describes it. */
export type PodNode = {
  /** Default: the name of the builder and the number of the node. */
  readonly name: string | undefined
  /** The context of the kubeconfig. Default: the current context. */
  readonly endpoint: string | undefined
  readonly options: readonly string[]
}

/**
 * Returns where the pods of each node run.
 *
 * @throws ActionError `builder-not-found` if there is no kubeconfig, or if it does not have the context
 */
export async function placePods(
  nodes: readonly PodNode[],
  { builder, host }: { readonly builder: string; readonly host: Pick<Host, 'env' | 'log'> },
): Promise<readonly PodPlace[]> {
  return await Promise.all(
    nodes.map(async ({ name, endpoint, options }, number) => {
      const cluster = await findCluster(host, endpoint)
      return {
        cluster,
        namespace: namespaceIn(options) ?? cluster?.namespace,
        deployment: name ?? `${builder}${number}`,
      }
    }),
  )
}

/** Returns the namespace that options of the driver name. */
export function namespaceIn(options: readonly string[]): string | undefined {
  return options.findLast((option) => option.startsWith('namespace='))?.slice('namespace='.length)
}

async function findCluster(
  host: Pick<Host, 'env' | 'log'>,
  context: string | undefined,
): Promise<KubeCluster | undefined> {
  try {
    return await readKubeconfig(host, { context })
  } catch (error) {
    if (!(error instanceof ActionError) || error.code !== 'feature-missing') throw error
    host.log.info(`The cluster is not checked before the build: ${error.message}`)
    return undefined
  }
}

/**
 * Returns the environment in which buildx uses a context of the kubeconfig: the first of several files with a current context counts.
 * buildx stores the value of KUBECONFIG with the node, so that later calls do not need it.
 */
export function contextEnvironment(
  context: string | undefined,
  { env, tempDir }: Pick<Host, 'env' | 'tempDir'>,
): Readonly<Record<string, string>> {
  if (context === undefined) return {}
  const path = join(tempDir, `context-${Buffer.from(context).toString('hex').slice(0, 100)}.yaml`)
  const document = { apiVersion: 'v1', kind: 'Config', 'current-context': context }
  writeFileSync(path, JSON.stringify(document), { mode: 0o600 })
  return { KUBECONFIG: [path, ...kubeconfigPaths(env)].join(delimiter) }
}
