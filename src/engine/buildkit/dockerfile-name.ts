import { join } from 'node:path'
import { inlineDockerfile } from '../../dockerfile/read/inline.ts'
import type { BuildSpec } from '../../plan/plan.ts'

/** Returns the path of the Dockerfile as the user writes it. */
export function dockerfileName({ file, dockerfileInline, contextIsFolder, context }: BuildSpec): string {
  if (dockerfileInline !== undefined) return inlineDockerfile
  return file ?? (contextIsFolder ? join(context, 'Dockerfile') : 'Dockerfile')
}
