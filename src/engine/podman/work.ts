import type { BuildSpec } from '../../plan/plan.ts'
import type { Run } from '../../run-context.ts'
import type { BuildRetries } from '../buildkit/retry-build.ts'
import type { PodmanSpec } from './plan.ts'

/** Podman or Buildah as one run uses it. */
export type PodmanWork = {
  readonly run: Run
  readonly spec: PodmanSpec
  /** What is to be built, with secrets in files and Git contexts in folders. */
  readonly build: BuildSpec
  /** Environment of every process of the engine: the private credentials, the registries, and a temporary folder of the step. */
  readonly env: Readonly<Record<string, string>>
  readonly retries: BuildRetries
  /** A name of this run alone. */
  readonly session: string
}
