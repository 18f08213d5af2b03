import { createHash } from 'node:crypto'
import { limits } from '../bounds/limits.ts'
import { createPause } from '../bounds/pause.ts'
import type { Run } from '../run-context.ts'
import { formatBytes } from '../text/bytes.ts'
import { joinPath } from '../tree/path.ts'
import type { FileTree } from '../tree/tree.ts'

/**
 * Returns the number of files of the context, their size and a digest, without ignored files: `3 files, 1.2 kB, sha256:…`. Undefined for
 * a context that is not a directory, or that cannot be read, which the build reports.
 */
export async function measureContext({ plan, host, source }: Run): Promise<string | undefined> {
  if (plan.mode !== 'build' || !plan.build.contextIsFolder) return undefined
  try {
    const { tree } = (await source.own()).context
    return await measure(tree, host.signal)
  } catch (error) {
    if (host.signal.aborted) throw error
    host.log.debug(`Cannot measure the context: ${error}`)
    return undefined
  }
}

/** Files that are read between two turns of the event loop: some milliseconds. */
const filesAtOnce = 256

/**
 * The digest covers names, types, permissions, link targets and contents, but neither times nor owners, which differ between
 * checkouts of the same commit.
 */
async function measure(tree: FileTree, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256')
  let [files, entries, bytes] = [0, 0, 0]
  const pause = createPause({ every: filesAtOnce, signal, stopped: 'reading the build context' })
  const open = ['']
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    for (const name of await tree.list(folder)) {
      await pause()
      const path = joinPath(folder, name)
      const node = await tree.lstat(path)
      if (node === undefined) continue
      entries += 1
      if (entries > limits.contextFiles) return `more than ${limits.contextFiles} files`
      hash.update(`${JSON.stringify([path, node.type, node.mode, node.target])}\n`)
      if (node.type === 'directory') open.push(path)
      if (node.type !== 'file') continue
      files += 1
      bytes += node.size
      if (bytes > limits.contextDigest) return `more than ${formatBytes(limits.contextDigest)}`
      hash.update(await digestOf(tree, path, signal))
    }
  }
  return `${files} ${files === 1 ? 'file' : 'files'}, ${formatBytes(bytes)}, sha256:${hash.digest('hex')}`
}

/** Of fixed length, so that no content reads like the name of another file. */
async function digestOf(tree: FileTree, path: string, signal: AbortSignal): Promise<Buffer> {
  const hash = createHash('sha256')
  for await (const piece of await tree.open(path)) {
    signal.throwIfAborted()
    hash.update(piece)
  }
  return hash.digest()
}
