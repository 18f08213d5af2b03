import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Host } from '../host/host.ts'
import type { BuildSpec } from '../plan/plan.ts'
import { formatBytes } from '../text/bytes.ts'

/** Bytes from which a context is worth a remark. */
const large = 50 * 1000 * 1000
/** Directories of tools that hardly any image needs from a context: history, caches, dependencies and results of builds on the host. */
const unneeded = [
  ...['node_modules', '.git', 'target', '.venv', 'venv', '__pycache__', '.tox', '.gradle', '.next', '.nuxt', '.cache'],
  ...['.terraform', 'coverage'],
]

/** Tells how many bytes of the context were read, and gives a hint where a .dockerignore would save much. `what` says what has `bytes`. */
export function tellContext(
  { log, runner }: Pick<Host, 'log' | 'runner'>,
  bytes: number,
  { what, spec }: { readonly what: string; readonly spec: ContextSpec },
): void {
  if (bytes > 0) log.info(`${what}: ${formatBytes(bytes)}`)
  const notice = largeContextNotice(bytes, what, spec)
  if (notice !== undefined) runner.notice(notice)
}

type ContextSpec = Pick<BuildSpec, 'context' | 'contextIsFolder' | 'file'>

/**
 * What to tell of a context that is a large directory without a .dockerignore; undefined of any other. `what` says what has `bytes`.
 * Only names at its top are looked up.
 */
export function largeContextNotice(
  bytes: number,
  what: string,
  { context, contextIsFolder, file }: ContextSpec,
): string | undefined {
  if (bytes < large || !contextIsFolder) return undefined
  const dockerfile = file ?? join(context, 'Dockerfile')
  if (existsSync(join(context, '.dockerignore')) || existsSync(`${dockerfile}.dockerignore`)) return undefined
  const found = unneeded.filter((name) => existsSync(join(context, name))).map((name) => `\`${name}\``)
  const advice = found.length === 0 ? 'what the build does not need' : found.join(', ')
  return `${what}: ${formatBytes(bytes)}, and there is no .dockerignore in ${context}. Add one that lists ${advice}.`
}
