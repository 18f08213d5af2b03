import { readdirSync, realpathSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { limits } from '../bounds/limits.ts'
import { LimitError, readBytesLimited } from '../bounds/read-limited.ts'
import { ActionError, messageOf } from '../errors/action-error.ts'
import { combine } from '../errors/gather.ts'
import { replaceFile } from '../tree/replace-file.ts'

/** The workflow directories of GitHub, Gitea and Forgejo. */
const directories = ['.github/workflows', '.gitea/workflows', '.forgejo/workflows']

export type WorkflowFile = { readonly path: string; readonly text: string }

/**
 * Reads the workflow files at the given paths, which are files or directories. Default: those of the repository in the working directory. A
 * link without a target in a directory is skipped, with a warning: GitHub does not read it either.
 *
 * @throws ActionError that lists all files that cannot be read
 */
export async function readWorkflowFiles(
  paths: readonly string[],
  warn: (message: string) => void,
): Promise<readonly WorkflowFile[]> {
  const errors: ActionError[] = []
  // A file is read once, whatever the number of paths and links to it.
  const found = new Map<string, string>()
  for (const path of paths.length > 0 ? paths : directories.filter(isDirectory)) {
    try {
      for (const one of isDirectory(path) ? filesOf(path, warn) : [path]) {
        const real = realpathSync(one)
        if (!found.has(real)) found.set(real, one)
      }
    } catch (error) {
      errors.push(unreadable(path, error))
    }
  }
  if (found.size === 0 && errors.length === 0) {
    throw new ActionError(
      'context-not-found',
      `Cannot find workflow files in ${(paths.length > 0 ? paths : directories).join(', ')}`,
      {
        hint: 'Run the command in the root of the repository, or name the files.',
      },
    )
  }
  if (found.size > limits.workflowFiles) {
    throw new ActionError(
      'context-unreadable',
      `Cannot migrate more than ${limits.workflowFiles} files at once, found ${found.size}`,
      {
        hint: 'Name fewer files.',
      },
    )
  }
  const files: WorkflowFile[] = []
  for (const path of found.values()) {
    try {
      files.push({ path, text: await readText(path) })
    } catch (error) {
      errors.push(unreadable(path, error))
    }
  }
  if (errors.length > 0) throw combine('Reading the workflow files', errors)
  return files
}

/**
 * Replaces a workflow file atomically. Its permissions are kept.
 *
 * @throws ActionError if it has changed since it was read, or cannot be written
 */
export async function writeWorkflowFile({ path, text }: WorkflowFile, now: string): Promise<void> {
  try {
    if ((await readText(path)) !== text) {
      throw new ActionError('context-changed', `Cannot write ${path}: it was changed in the meantime`, {
        hint: 'Run the command again.',
      })
    }
    replaceFile(path, now, { suffix: `.polyarch-${process.pid}`, mode: 0o644 })
  } catch (error) {
    if (error instanceof ActionError) throw error
    throw new ActionError('output-unwritable', `Cannot write ${path}: ${messageOf(error)}`, { cause: error })
  }
}

async function readText(path: string): Promise<string> {
  // A character has at most four bytes.
  const bytes = await readBytesLimited(path, limits.workflow * 4)
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}

function filesOf(directory: string, warn: (message: string) => void): readonly string[] {
  const names = readdirSync(directory).filter((name) => /\.ya?ml$/i.test(name))
  return names
    .toSorted()
    .map((name) => join(directory, name))
    .filter((path) => {
      if (hasTarget(path)) return !isDirectory(path)
      warn(`Skipped ${path}: it is a link to a file that does not exist`)
      return false
    })
}

/** Whether a path of a directory is not a dangling link or a link to itself. */
function hasTarget(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined
  } catch (error) {
    if (Object(error).code === 'ELOOP') return false
    throw error
  }
}

function unreadable(path: string, error: unknown): ActionError {
  const { code } = Object(error) as NodeJS.ErrnoException
  if (code === 'ENOENT') {
    return new ActionError('context-not-found', `Cannot read ${path}: it does not exist`, {
      hint:
        path === '-'
          ? 'Name a file: workflows are not read from standard input.'
          : 'Paths are relative to the working directory.',
    })
  }
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') {
    return new ActionError('context-unreadable', `Cannot read ${path}: it is not UTF-8 text`, {
      hint: 'Save the file as UTF-8.',
      cause: error,
    })
  }
  const reason = error instanceof LimitError ? error.message : messageOf(error)
  return new ActionError('context-unreadable', `Cannot read ${path}: ${reason}`, { cause: error })
}
