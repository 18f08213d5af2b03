import type { BuildSpec } from '../../plan/plan.ts'
import type { Run } from '../../run-context.ts'
import type { BuildRetries } from '../buildkit/retry-build.ts'
import type { BuildxSpec } from './plan.ts'

/** The program buildx as one run uses it: what each of its calls takes first. */
export type Buildx = {
  readonly run: Pick<Run, 'plan' | 'host' | 'access'>
  readonly spec: BuildxSpec
  /** What is to be built, as the builder is given it: secrets are files of the step, and the Dockerfile may be one. */
  readonly build: BuildSpec
  readonly builder: string
  /** A name of this run alone, fit for builders, images and containers. */
  readonly name: string
  /** Environment of every docker and buildx process: the private configuration and the way to the daemon. */
  readonly env: Readonly<Record<string, string>>
  readonly retries: BuildRetries
}
