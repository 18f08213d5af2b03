import { createReadStream } from 'node:fs'
import type { Add } from '../../../dockerfile/instruction.ts'
import { sourceKind } from '../../../dockerfile/source-kind.ts'
import { ActionError } from '../../../errors.ts'
import type { Host } from '../../../host/host.ts'
import { createOverlay } from '../../../tree/overlay.ts'
import { emptyTree, rootNode } from '../../../tree/tree.ts'
import type { Fetched } from '../layer/copy.ts'
import { createDownload, type Downloaded } from './download.ts'
import { urlName } from './url-name.ts'

/** Gets a source of ADD that is not in the build context. */
export type Fetch = (source: string, add: Pick<Add, 'checksum' | 'unpack'>) => Promise<Fetched>

/**
 * How the sources of one build are got: a URL is downloaded once for all its platforms and stages. `--checksum` is compared
 * with the SHA-256 of the file.
 *
 * @throws ActionError of `createDownload`; `content-mismatch` for another checksum, `dockerfile-invalid` for one that is none
 */
export function createFetch(host: Pick<Host, 'http' | 'clock' | 'log' | 'signal' | 'tempDir'>): Fetch {
  const download = createDownload(host)
  return async (source, { checksum, unpack = false }) => {
    if (sourceKind(source) === 'git') {
      throw new ActionError('feature-missing', `The embedded engine cannot ADD ${source} yet`, {
        hint: 'Fetch it in a step before this one, or take the engine buildx.',
      })
    }
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
    return { tree: await fileTree(name, downloaded), path: name, unpack }
  }
}

/** BuildKit calls a file `download` that would be called `..`, and then copies the folder it is in. */
async function fileTree(name: string, { file, size, mtime }: Downloaded): Promise<Fetched['tree']> {
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
