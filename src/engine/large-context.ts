import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { BuildSpec } from '../plan/plan.ts'
import { formatBytes } from '../text/bytes.ts'

/** Bytes from which a context is worth a remark. */
const large = 50 * 1000 * 1000
/** Directories that hardly any image needs from a context. */
const unneeded = ['node_modules', '.git']

/**
 * What to tell of a context that is a large directory without a .dockerignore; undefined of any other. `what` says what has `bytes`.
 * Only names at its top are looked up.
 */
export function largeContextNotice(
  bytes: number,
  what: string,
  { context, contextIsFolder, file }: Pick<BuildSpec, 'context' | 'contextIsFolder' | 'file'>,
): string | undefined {
  if (bytes < large || !contextIsFolder) return undefined
  const dockerfile = file ?? join(context, 'Dockerfile')
  if (existsSync(join(context, '.dockerignore')) || existsSync(`${dockerfile}.dockerignore`)) return undefined
  const found = unneeded.filter((name) => existsSync(join(context, name))).map((name) => `\`${name}\``)
  const advice = found.length === 0 ? 'what the build does not need' : found.join(' and ')
  return `${what} ${formatBytes(bytes)}, and there is no .dockerignore in ${context}. Add one that lists ${advice}.`
}
