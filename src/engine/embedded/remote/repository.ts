import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { Add } from '../../../dockerfile/read/instruction.ts'
import { ActionError } from '../../../errors/action-error.ts'
import type { Host } from '../../../host/host.ts'
import { type FetchGitOptions, fetchGit } from '../../../source/git/fetch-git.ts'
import { withGitModes } from '../../../source/git/git-modes.ts'
import { type GitSource, parseGitSource, redactUrl } from '../../../source/git/git-source.ts'
import { contextTree, diskOf } from '../../../tree/context.ts'
import type { FileTree } from '../../../tree/tree.ts'

type Reached = FetchGitOptions['host'] & Pick<Host, 'tempDir' | 'os'> & Pick<FetchGitOptions, 'logins' | 'retries'>
type RepositoryFlags = Pick<Add, 'checksum' | 'keepGitDir'>

/**
 * Returns a function that fetches a Git URL of ADD, each once, and returns its files. `--checksum` is the commit or its
 * prefix, like `checksum` in the URL.
 *
 * The function throws the errors of `parseGitSource` and `fetchGit`, and ActionError `dockerfile-invalid` for flags
 * that contradict the URL.
 */
export function createFetchRepository(reached: Reached): (source: string, flags: RepositoryFlags) => Promise<FileTree> {
  const begun = new Map<string, Promise<FileTree>>()
  return async (source, flags) => {
    const key = JSON.stringify([source, flags.checksum, flags.keepGitDir])
    const known = begun.get(key)
    if (known) return await known
    const started = fetchRepository(source, flags, reached)
    begun.set(key, started)
    return await started
  }
}

async function fetchRepository(
  text: string,
  flags: RepositoryFlags,
  { logins, retries, ...host }: Reached,
): Promise<FileTree> {
  const source = parseGitSource(text)
  if (source === undefined) throw new ActionError('internal', `Cannot ADD ${redactUrl(text)}: it is not a Git URL`)
  const asked = withFlags(source, flags)
  const { dir } = await fetchGit(asked, {
    host,
    logins,
    retries,
    dir: join(host.tempDir, `repository-${randomUUID()}`),
  })
  return withGitModes(contextTree(dir, diskOf(host)), { dir, host })
}

function withFlags(source: GitSource, { checksum, keepGitDir }: RepositoryFlags): GitSource {
  if (checksum !== undefined && !/^[0-9a-f]{7,64}$/.test(checksum)) {
    throw new ActionError('dockerfile-invalid', `Cannot compare with --checksum=${checksum}`, {
      hint: 'For a Git repository it is the commit, or its first seven digits or more.',
    })
  }
  const commit = agreed('--checksum', source.commit, checksum)
  const kept = agreed('--keep-git-dir', source.keepGitDir, keepGitDir)
  return { ...source, commit, keepGitDir: kept }
}

/** The value of the URL or the flag. */
function agreed<T>(flag: string, inUrl: T | undefined, given: T | undefined): T | undefined {
  if (inUrl === undefined || given === undefined || inUrl === given) return given ?? inUrl
  throw new ActionError('dockerfile-invalid', `Cannot ADD a repository: its URL says ${inUrl}, and ${flag}=${given}`, {
    hint: 'Leave one of the two out.',
  })
}
