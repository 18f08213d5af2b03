import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isIgnored, parseIgnore } from '../dockerfile/ignore.ts'

/**
 * Why a file that the Dockerfile copies is not in the context, as far as the folder on disk tells: a pattern of
 * `.dockerignore` leaves it out, or the folder is empty. `path` is relative to the context; undefined when it is simply not there.
 */
export function explainMissing(path: string, context: string, dockerfile: string): string | undefined {
  if (existsSync(join(context, path)))
    return explainIgnored(path, [`${dockerfile}.dockerignore`, join(context, '.dockerignore')])
  const names = existsSync(context) ? readdirSync(context).filter((name) => name !== '.git') : []
  const others = names.filter((name) => join(context, name) !== dockerfile)
  if (others.length > 0) return undefined
  return `There is nothing in the build context ${context} to copy. Put actions/checkout before this step, or set \`context\`.`
}

function explainIgnored(path: string, files: readonly string[]): string | undefined {
  const file = files.find((name) => existsSync(name))
  if (file === undefined) return undefined
  const lines = readFileSync(file, 'utf8').split('\n')
  // The last line that changes something wins: the first one up to which the path is ignored, and stays so.
  const kept = lines.findLastIndex(
    (_, index) => !isIgnored(parseIgnore(lines.slice(0, index + 1).join('\n'), file), path),
  )
  const line = lines[kept + 1]
  if (line === undefined) return undefined
  return `${path} is there, but line ${kept + 2} of ${file} leaves it out of the build context: ${line.trim()}. Take it back with a line !${path} below.`
}
