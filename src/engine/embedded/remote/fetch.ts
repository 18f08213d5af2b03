import { createReadStream } from 'node:fs'
import { sourceKind } from '../../../dockerfile/instructions/source-kind.ts'
import type { Add } from '../../../dockerfile/read/instruction.ts'
import { ActionError } from '../../../errors/action-error.ts'
import type { Host } from '../../../host/host.ts'
import type { Access } from '../../../login/login.ts'
import type { UrlLogin } from '../../../plan/url-logins.ts'
import { createOverlay } from '../../../tree/overlay.ts'
import { emptyTree, type FileTree, rootNode } from '../../../tree/tree.ts'
import type { Fetched } from '../layer/copy.ts'
import { createDownload, type Downloaded } from './download.ts'
import { createFetchRepository } from './repository.ts'
import { urlName } from './url-name.ts'

/** The attributes of an ADD source that is not in the build context. */
export type FetchFlags = Pick<Add, 'checksum' | 'unpack' | 'keepGitDir'>

/** Fetches an ADD source that is not in the build context. */
export type Fetch = (source: string, flags: FetchFlags) => Promise<Fetched>

/**
 * Returns how the sources of one build are fetched, each once for all its platforms and stages. Of a repository all
 * files are copied; of a URL its one file, whose SHA-256 is compared with `--checksum`.
 *
 * @throws ActionError of `createDownload` and `fetchGit`; `content-mismatch` for another checksum, `dockerfile-invalid`
 * for an invalid one
 */
export function createFetch(
  host: Pick<Host, 'http' | 'exec' | 'env' | 'clock' | 'log' | 'signal' | 'tempDir' | 'os'> & Pick<Access, 'retries'>,
  logins: readonly UrlLogin[] = [],
): Fetch {
  const download = createDownload(host, logins)
  const fetchRepository = createFetchRepository({ ...host, logins })
  return async (source, flags) => {
    if (sourceKind(source) === 'git') return { tree: await fetchRepository(source, flags), path: '', unpack: false }
    const { checksum, unpack = false } = flags
    if (checksum !== undefined) assertChecksum(checksum)
    const name = urlName(source)
    const downloaded = await download(source)
    if (checksum !== undefined && downloaded.digest !== checksum) {
      throw new ActionError(
        'content-mismatch',
        `Cannot ADD ${name}: its digest is ${downloaded.digest} where --checksum expects ${checksum}`,
        { hint: 'See whether the file was meant to change before the new digest goes into the Dockerfile.' },
      )
    }
    return { tree: await urlTree(name, downloaded), path: name, unpack }
  }
}

/**
 * Returns a downloaded file like BuildKit: readable and writable only by its owner. BuildKit names it `download` if its
 * name would be `..`, and then copies its directory.
 */
async function urlTree(name: string, { file, size, mtime }: Downloaded): Promise<FileTree> {
  const tree = createOverlay(emptyTree)
  const node = { ...rootNode, type: 'file', mode: 0o600, size, mtime } as const
  await tree.put(name === '..' ? 'download' : name, { node, open: async () => createReadStream(file) })
  return tree
}

function assertChecksum(checksum: string): void {
  if (/^sha256:[0-9a-f]{64}$/.test(checksum)) return
  throw new ActionError('dockerfile-invalid', `Cannot compare with --checksum=${checksum}`, {
    hint: 'For a URL it is "sha256:" and 64 lower-case hexadecimal digits.',
  })
}
