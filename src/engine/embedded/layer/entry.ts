import { type FileEntry, linkNames } from '../../../tree/file-entry.ts'
import type { Overlay } from '../../../tree/overlay.ts'
import { ancestorsOf, compareBytes, joinPath } from '../../../tree/path.ts'
import { rootNode, type TreeNode } from '../../../tree/tree.ts'

/**
 * Returns the changes of `overlay` to its base as the entries of a layer, ordered by the bytes of their paths, so that
 * directories precede their content. Parent directories of a change are included with their attributes in the base:
 * every tested unpacker (Docker 20 to 28, containerd) recreates a directory that a layer omits, replacing a link of the
 * same name, and the classic store resets its mode to 0755.
 */
export async function layerEntries(overlay: Overlay): Promise<readonly FileEntry[]> {
  const { additions, cut, base } = overlay
  const entries: FileEntry[] = []
  const folders = new Set<string>()
  for (const [path, addition] of additions) {
    const node = layerNode(addition.node)
    if (path !== '') entries.push(node === addition.node ? addition : { ...addition, node })
    for (const folder of ancestorsOf(path)) if (!additions.has(folder)) folders.add(folder)
  }
  for (const path of folders) entries.push({ path, node: layerNode((await base.lstat(path)) ?? rootNode) })
  for (const path of cut) {
    if (additions.get(path)?.node.type === 'directory') entries.push(opaqueMarker(path))
  }
  return linkNames(entries.sort((left, right) => compareBytes(left.path, right.path)))
}

/**
 * BuildKit writes one extended attribute into layers, the capabilities of files; it keeps all others in its own store
 * only.
 */
function layerNode(full: TreeNode): TreeNode {
  if (full.xattrs === undefined) return full
  const { xattrs, ...node } = full
  const capability = xattrs.get('security.capability')
  return capability === undefined ? node : { ...node, xattrs: new Map([['security.capability', capability]]) }
}

/**
 * Hides the content of lower layers in a directory.
 * https://github.com/opencontainers/image-spec/blob/v1.1.1/layer.md#opaque-whiteout
 */
function opaqueMarker(folder: string): FileEntry {
  return {
    path: joinPath(folder, '.wh..wh..opq'),
    node: { ...rootNode, type: 'file', mode: 0o644 },
    open: async () => nothing(),
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
