import { entryAt } from '../../../tree/file-entry.ts'
import { createOverlay, type Overlay } from '../../../tree/overlay.ts'
import { compareBytes } from '../../../tree/path.ts'
import type { FileTree } from '../../../tree/tree.ts'

/**
 * Returns a stage after `COPY --link`: applies `layer`, which was created without a base, to `stage` like an unpacker.
 * Parent directories have the attributes of the layer, also if the stage has a link or other permissions there.
 */
export async function stackLinked(stage: FileTree, layer: Overlay): Promise<Overlay> {
  const stacked = createOverlay(stage)
  const byPath = <T>([left]: readonly [string, T], [right]: readonly [string, T]) => compareBytes(left, right)
  for (const [path, addition] of [...layer.singles].sort(byPath)) await stacked.put(path, addition)
  for (const [folder, files] of layer.groups) {
    if ((await stacked.list(folder)).length === 0) {
      stacked.putFiles(folder, files)
      continue
    }
    for (const index of files.names.keys()) {
      const { path, ...addition } = entryAt(folder, files, index)
      await stacked.put(path, addition)
    }
  }
  return stacked
}
