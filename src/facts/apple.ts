import { join } from 'node:path'
import { excerptOf } from '../bounds/excerpt.ts'
import type { AppleContainer } from '../containers/apple/plan-apple-containers.ts'
import { isExecutable, searchPath } from '../host/exec/search-path.ts'
import type { Host } from '../host/host.ts'
import type { Missing } from './facts.ts'

const program = 'container'

/** Where Homebrew links programs on Apple silicon, for a runner whose PATH does not contain it. */
const homebrew = ['/opt/homebrew/bin', '/opt/homebrew/opt/container/bin']

/** Whether `findApple` can return the path. */
export function isAppleProgram(path: string, { env }: Pick<Host, 'env'>): boolean {
  return foldersOf(env).some((folder) => join(folder, program) === path)
}

/**
 * Finds Apple's `container` on PATH, else where Homebrew installs it, and its version.
 * https://github.com/apple/container/blob/1.2.2/docs/command-reference.md
 */
export async function findApple({
  env,
  exec,
  os,
}: Pick<Host, 'env' | 'exec' | 'os'>): Promise<AppleContainer | Missing> {
  if (os !== 'darwin') return missing('it requires macOS 26 or newer')
  for (const folder of foldersOf(env)) {
    const path = join(folder, program)
    if (!(await isExecutable(path))) continue
    const { ok, stdout, stderr, status } = await exec(path, ['--version'], { timeout: 20_000 })
    if (!ok) {
      const found = excerptOf(stderr.trim(), 300) || `exit status ${status}`
      return missing(`${path} does not start: ${found}`)
    }
    // Other programs have this name, too.
    const [, version] = /^container CLI version (\d+\.\d+[\w.+-]{0,40})/.exec(excerptOf(stdout, 300)) ?? []
    if (version !== undefined) return { kind: 'apple', path, version }
  }
  return missing(`\`${program}\` is not on PATH and not installed with Homebrew`)
}

function missing(reason: string): Missing {
  return { kind: 'missing', reason }
}

function foldersOf(env: Host['env']): readonly string[] {
  return [...searchPath(env), ...homebrew]
}
