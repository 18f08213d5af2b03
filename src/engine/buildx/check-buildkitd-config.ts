import { limits } from '../../bounds/limits.ts'
import { LimitError, readFileLimited } from '../../bounds/read-limited.ts'
import { ActionError } from '../../errors/action-error.ts'
import type { BuildxSpec } from './plan.ts'

/**
 * Checks that the configuration of a builder that this step creates is a regular file of at most `limits.configFile`
 * bytes, because buildx reads the whole file.
 *
 * @throws ActionError `input-invalid`
 */
export async function checkBuildkitdConfig({ builder }: Pick<BuildxSpec, 'builder'>): Promise<void> {
  if (builder.kind !== 'create' || builder.config?.kind !== 'file') return
  const { path } = builder.config
  try {
    await readFileLimited(path, limits.configFile)
  } catch (cause) {
    throw new ActionError('input-invalid', `Cannot read buildkitd-config ${path}: ${found(cause)}`, {
      hint: 'Set `buildkitd-config` to the path of a TOML file, or pass its text in `buildkitd-config-inline`.',
      cause,
    })
  }
}

function found(cause: unknown): string {
  if (cause instanceof LimitError) return cause.message
  return (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'it does not exist' : 'this user cannot read it'
}
