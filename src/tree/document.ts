import { createOverlay, type Overlay } from './overlay.ts'
import { cleanPath } from './path.ts'
import { emptyTree, rootNode } from './tree.ts'

/** Creates a tree of one file with mode 0644 that holds `data`, as BuildKit does for a here-document. */
export async function documentTree(name: string, data: Uint8Array, mtime: number): Promise<Overlay> {
  const tree = createOverlay(emptyTree)
  await tree.put(cleanPath(name), {
    node: { ...rootNode, type: 'file', mode: 0o644, mtime, size: data.length },
    open: async () => once(data),
  })
  return tree
}

async function* once(data: Uint8Array): AsyncGenerator<Uint8Array> {
  yield data
}
