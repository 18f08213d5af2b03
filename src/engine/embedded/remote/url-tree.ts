import { createReadStream } from 'node:fs'
import { createOverlay } from '../../../tree/overlay.ts'
import { emptyTree, type FileTree, rootNode } from '../../../tree/tree.ts'
import type { Downloaded } from './download.ts'

/**
 * What was downloaded as BuildKit shows it: a file that only its owner may read and write. It calls `download` what would be called
 * `..`, and then copies the folder it is in.
 */
export async function urlTree(name: string, { file, size, mtime }: Downloaded): Promise<FileTree> {
  const tree = createOverlay(emptyTree)
  const node = { ...rootNode, type: 'file', mode: 0o600, size, mtime } as const
  await tree.put(name === '..' ? 'download' : name, { node, open: async () => createReadStream(file) })
  return tree
}
