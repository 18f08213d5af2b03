import type { SilentNode } from '../../facts/probe-nodes.ts'
import type { KubeCluster } from '../../kubernetes/cluster.ts'
import type { BuildSpec } from '../../plan/plan.ts'
import type { Run } from '../../run-context.ts'
import type { BuildRetries } from '../buildkit/retry-build.ts'
import type { Assignment } from './assign-nodes.ts'
import type { BuildxSpec } from './plan.ts'

/** The buildx binary as used by one run: the first argument of every function that calls it. */
export type Buildx = {
  readonly run: Pick<Run, 'plan' | 'host' | 'access'>
  readonly spec: BuildxSpec
  /** The build spec that the builder gets: secrets are files of the step, and the Dockerfile may be one. */
  readonly build: BuildSpec
  readonly builder: string
  /** A name that is unique to this run and valid for builders, images and containers. */
  readonly name: string
  /** Environment of every docker and buildx process: the private configuration and the daemon's address. */
  readonly env: Readonly<Record<string, string>>
  readonly retries: BuildRetries
  /** The clusters whose API leads to the builder; absent for other builders. */
  readonly clusters?: readonly KubeCluster[]
  /** The node of each platform, which changes if nodes are lost; those that hung in the last call. */
  readonly nodes: { lines: readonly string[]; assignments?: readonly Assignment[]; silent?: readonly SilentNode[] }
}
