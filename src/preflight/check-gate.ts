import { accessSync, constants, readdirSync, statSync } from 'node:fs'
import { basename, delimiter, dirname, join } from 'node:path'
import { ActionError } from '../errors/action-error.ts'
import { gather } from '../errors/gather.ts'
import type { Host } from '../host/host.ts'
import type { Command } from '../inputs/read/command-line.ts'
import type { Run } from '../run-context.ts'
import { nearest } from '../text/nearest.ts'

/** Number of programs that are searched for a similar name. */
const mostNames = 20_000

/**
 * Checks that the program of each command of `before-tags` exists and is executable: the commands run only after the content was pushed.
 *
 * @throws ActionError `gate-failed`, with all programs that cannot be run
 */
export async function checkGate({ plan, host }: Pick<Run, 'plan' | 'host'>): Promise<void> {
  const commands = plan.beforeTags?.commands ?? []
  await gather(
    'Preflight',
    commands.map(async (command) => checkProgram(command, host)),
  )
}

function checkProgram({ words: [program = ''], line }: Command, { env, os }: Pick<Host, 'env' | 'os'>): void {
  const fault = (found: string, hint: string): ActionError =>
    new ActionError('gate-failed', `Cannot run ${program} (before-tags, line ${line}): ${found}`, { hint })
  const isPath = program.includes('/') || (os === 'win32' && program.includes('\\'))
  // An empty entry of PATH is the working directory.
  const folders = isPath ? [dirname(program)] : pathOf(env).map((folder) => folder || '.')
  const suffixes = os === 'win32' ? ['', '.exe', '.com'] : ['']
  const candidates = folders.flatMap((folder) =>
    suffixes.map((suffix) => join(folder, `${basename(program)}${suffix}`)),
  )
  const found = candidates.map(stateOf)
  if (found.includes('executable')) return
  if (isPath && found.includes('directory')) throw fault('it is a directory', 'Name a program in it.')
  if (found.includes('file')) {
    throw fault(
      'it is not executable',
      `Add a step with \`chmod +x ${program}\` before this one, or commit the file with mode 755.`,
    )
  }
  const near = nearest(basename(program), namesIn(folders))
  const advice = isPath
    ? 'Its path starts from the workspace: is actions/checkout missing before this step?'
    : 'Install it in a step before this one. If a command of `before-tags` installs it, write both into one script.'
  const known = near === undefined ? '' : `Did you mean ${isPath ? join(dirname(program), near) : near}? `
  throw fault(isPath ? 'it does not exist' : 'it is not in PATH', `${known}${advice}`)
}

function pathOf(env: Host['env']): readonly string[] {
  // On Windows, the name is `Path`, and it is case-insensitive.
  const [, path = ''] = Object.entries(env).find(([name]) => name.toUpperCase() === 'PATH') ?? []
  return path.split(delimiter)
}

function stateOf(path: string): 'executable' | 'file' | 'directory' | 'missing' {
  try {
    if (statSync(path).isDirectory()) return 'directory'
  } catch {
    return 'missing'
  }
  try {
    accessSync(path, constants.X_OK)
    return 'executable'
  } catch {
    return 'file'
  }
}

function* namesIn(folders: readonly string[]): Generator<string> {
  let left = mostNames
  for (const folder of folders) {
    const names = readNames(folder).slice(0, left)
    left -= names.length
    yield* names
  }
}

function readNames(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
