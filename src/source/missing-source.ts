import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { limits } from '../bounds/limits.ts'
import { readFileLimitedSync } from '../bounds/read-limited.ts'
import { ignoringLine, parseIgnore } from '../dockerfile/ignore/ignore.ts'

/**
 * Explains why a file that the Dockerfile copies is missing from the context, judging by the directory on disk: a
 * pattern of `.dockerignore` excludes it, or the directory is empty. `path` is relative to the context. Returns
 * undefined if it does not exist.
 */
export function explainMissing(path: string, context: string, dockerfile: string): string | undefined {
  if (existsSync(join(context, path)))
    return explainIgnored(path, [`${dockerfile}.dockerignore`, join(context, '.dockerignore')])
  const names = existsSync(context) ? readdirSync(context).filter((name) => name !== '.git') : []
  const others = names.filter((name) => join(context, name) !== dockerfile)
  if (others.length > 0) return undefined
  return `The build context ${context} is empty. Run actions/checkout before this step, or set \`context\`.`
}

function explainIgnored(path: string, files: readonly string[]): string | undefined {
  const file = files.find((name) => existsSync(name))
  if (file === undefined) return undefined
  const text = readFileLimitedSync(file, limits.configFile)
  const line = ignoringLine(parseIgnore(text, file), path)
  if (line === undefined) return undefined
  const pattern = text.split('\n')[line - 1]?.trim()
  return `${path} exists, but line ${line} of ${file} excludes it from the build context: ${pattern}. Add a line !${path} below it to include the file.`
}
