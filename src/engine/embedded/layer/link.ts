import { createOverlay, type Overlay } from '../../../tree/overlay.ts'
import { compareBytes } from '../../../tree/path.ts'
import type { FileTree } from '../../../tree/tree.ts'

/**
 * Returns a stage after `COPY --link`: applies `layer`, which was created without a base, to `stage` like an unpacker.
 * Parent directories have the attributes of the layer, also if the stage has a link or other permissions there.
 */
export async function stackLinked(stage: FileTree, layer: Overlay): Promise<Overlay> {
  const stacked = createOverlay(stage)
  const added = [...layer.additions].sort(([left], [right]) => compareBytes(left, right))
  for (const [path, addition] of added) await stacked.put(path, addition)
  return stacked
}
