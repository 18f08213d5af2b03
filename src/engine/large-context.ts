import { type Dirent, existsSync, lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { limits } from '../bounds/limits.ts'
import type { Host } from '../host/host.ts'
import type { BuildSpec } from '../plan/plan.ts'
import { formatBytes } from '../text/bytes.ts'

/** Bytes from which a context is reported as large. */
const large = 50 * 1000 * 1000
/**
 * Directories of tools that images rarely need from a context: history, caches, dependencies and build results of the
 * host.
 */
const unneeded = [
  ...['node_modules', '.git', 'target', '.venv', 'venv', '__pycache__', '.tox', '.gradle', '.next', '.nuxt', '.cache'],
  ...['.terraform', 'coverage'],
]

/**
 * Logs the size of the context that was read, and returns advice if a .dockerignore would reduce it substantially, which the
 * report shows. `what` names what has `bytes`.
 */
export function tellContext(
  { log }: Pick<Host, 'log'>,
  bytes: number,
  { what, spec }: { readonly what: string; readonly spec: ContextSpec },
): { readonly contextAdvice?: string } {
  if (bytes > 0) log.info(`${what}: ${formatBytes(bytes)}`)
  const notice = largeContextNotice(bytes, what, spec)
  if (notice === undefined) return {}
  return { contextAdvice: notice }
}

type ContextSpec = Pick<BuildSpec, 'context' | 'contextIsFolder' | 'file'>

/**
 * Returns the hint for a context that is a large directory without a .dockerignore; undefined for any other. `what`
 * names what has `bytes`. Only top-level directories are searched.
 */
export function largeContextNotice(
  bytes: number,
  what: string,
  { context, contextIsFolder, file }: ContextSpec,
): string | undefined {
  if (bytes < large || !contextIsFolder) return undefined
  const dockerfile = file ?? join(context, 'Dockerfile')
  if (existsSync(join(context, '.dockerignore')) || existsSync(`${dockerfile}.dockerignore`)) return undefined
  const found = measure(context, unneeded)
  const advice =
    found.length === 0
      ? 'what the build does not need'
      : found
          .map(({ name, size, isWhole }) => `\`${name}\` (${isWhole ? '' : 'more than '}${formatBytes(size)})`)
          .join(', ')
  return `${what}: ${formatBytes(bytes)}, and there is no .dockerignore in \`${context}\`. Add one that lists ${advice}.`
}

type Measured = { readonly name: string; readonly size: number; readonly isWhole: boolean }

/**
 * Returns the sizes of those of the directories that exist, the largest first; counts as many files as the limit
 * allows.
 */
function measure(context: string, names: readonly string[]): readonly Measured[] {
  let room: number = limits.contextFiles
  const found = names.flatMap((name): readonly Measured[] => {
    const open = [join(context, name)]
    if (!existsSync(join(context, name))) return []
    let size = 0
    for (let folder = open.pop(); folder !== undefined && room > 0; folder = open.pop()) {
      for (const entry of entriesOf(folder)) {
        room -= 1
        if (entry.isDirectory()) open.push(join(folder, entry.name))
        else size += lstatSync(join(folder, entry.name), { throwIfNoEntry: false })?.size ?? 0
      }
    }
    return [{ name, size, isWhole: open.length === 0 && room > 0 }]
  })
  return found.sort((a, b) => b.size - a.size)
}

/** Zero for a directory that cannot be read. */
function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).slice(0, limits.contextFiles)
  } catch {
    return []
  }
}
