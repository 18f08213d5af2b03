import { createHash } from 'node:crypto'
import { existsSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { ActionError } from '../../../errors/action-error.ts'
import type { Host } from '../../../host/host.ts'
import type { KubeCluster } from '../../../kubernetes/cluster.ts'
import {
  flattenKubeconfig,
  type KubeconfigOptions,
  kubeconfigPaths,
  readKubeconfig,
} from '../../../kubernetes/kubeconfig.ts'
import { formatPlatform } from '../../../oci/platform.ts'
import type { Platform } from '../../../oci/types.ts'
import type { PlannedBuilder } from '../choose-builder.ts'
import { namespaceIn } from './namespace-in.ts'

/** Where the pods of one node of a builder run. */
export type PodPlace = {
  /** Undefined if its kubeconfig has settings that only buildx supports, such as `proxy-url`. */
  readonly cluster: KubeCluster | undefined
  /** Undefined: that of a context which is not known here. */
  readonly namespace: string | undefined
  /** Name of the Deployment. */
  readonly deployment: string
  /** As in `BootPool`. */
  readonly pool?: string | undefined
}

/** A node as the user describes it. */
export type PodNode = {
  /** Default: the name of the builder and the number of the node. */
  readonly name: string | undefined
  /** The context of the kubeconfig. Default: the current context. */
  readonly endpoint: string | undefined
  readonly platforms: readonly Platform[]
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
    nodes.map(async ({ name, endpoint, platforms, options }, number) => {
      const cluster = await findCluster(host, endpoint)
      return {
        cluster,
        namespace: namespaceIn(options) ?? cluster?.namespace,
        deployment: name ?? `${builder}${number}`,
        pool: nodes.length === 1 ? undefined : poolOf(platforms, options),
      }
    }),
  )
}

/** Returns the clusters that the nodes of a new builder are in; none for a builder that is elsewhere. */
export async function clustersOf(
  { driver, endpoint, append }: Extract<PlannedBuilder, { kind: 'create' }>,
  host: Pick<Host, 'env' | 'log'>,
): Promise<readonly KubeCluster[]> {
  if (driver !== 'kubernetes') return []
  const endpoints = new Set([endpoint, ...append.map((node) => node.endpoint)])
  return distinct(await Promise.all([...endpoints].map(async (context) => await findCluster(host, context))))
}

/**
 * Returns the clusters that the nodes of an existing builder are in. buildx has stored the path of the kubeconfig with each node, and uses the current context of
 * that file: `kubernetes:///name?deployment=name0&kubeconfig=%2Fpath`. Without a path, it uses KUBECONFIG. A file that cannot be read is left to buildx.
 */
export async function clustersAt(
  endpoints: readonly string[],
  host: Pick<Host, 'env' | 'log'>,
): Promise<readonly KubeCluster[]> {
  const urls = endpoints.filter((endpoint) => endpoint.startsWith('kubernetes:') && URL.canParse(endpoint))
  const files = new Set(urls.map((endpoint) => new URL(endpoint).searchParams.get('kubeconfig') || undefined))
  const clusters = [...files].map(async (paths) => {
    try {
      return await readKubeconfig(host, { files: paths })
    } catch (error) {
      if (!(error instanceof ActionError)) throw error
      host.log.debug(`The Kubernetes API of the builder is not watched: ${error.message}`)
      return undefined
    }
  })
  return distinct(await Promise.all(clusters))
}

/** Returns the clusters that are known, one for each server. */
function distinct(clusters: readonly (KubeCluster | undefined)[]): readonly KubeCluster[] {
  return [...new Map(clusters.flatMap((cluster) => (cluster ? [[cluster.server, cluster] as const] : []))).values()]
}

function poolOf(platforms: readonly Platform[], options: readonly string[]): string | undefined {
  const built = platforms.map(formatPlatform).join(', ')
  const selector = options.findLast((option) => option.startsWith('nodeselector='))?.replace('=', ' ')
  return built === '' ? selector : `${built}${selector === undefined ? '' : ` (${selector})`}`
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
 * Returns the environment in which buildx creates a node in a context of the kubeconfig. buildx takes KUBECONFIG for the path of one file and uses its current
 * context (0.36), so a context, or one of several files, is written to a file of the step. buildx stores the path with the node: later calls do not need it.
 * In a pod without a kubeconfig, the file names the token and the certificate of the service account.
 *
 * @throws ActionError `builder-not-found` if there is no such context
 */
export async function contextEnvironment(
  context: string | undefined,
  host: Pick<Host, 'env' | 'tempDir'>,
  inPod: Pick<KubeconfigOptions, 'serviceAccount'> = {},
): Promise<Readonly<Record<string, string>>> {
  const isList = (host.env['KUBECONFIG'] ?? '').includes(delimiter)
  const exists = kubeconfigPaths(host.env).some((path) => existsSync(path))
  if (context === undefined && !isList && exists) return {}
  const path = join(host.tempDir, `kubeconfig-${context === undefined ? '' : digestOf(context)}`)
  writeFileSync(path, JSON.stringify(await flattenKubeconfig(host, { context, ...inPod })), { mode: 0o600 })
  return { KUBECONFIG: path }
}

function digestOf(context: string): string {
  return createHash('sha256').update(context).digest('hex').slice(0, 16)
}
