import { createOverlay, type Overlay } from '../../../tree/overlay.ts'
import { compareBytes } from '../../../tree/path.ts'
import type { FileTree } from '../../../tree/tree.ts'

/**
 * A stage after `COPY --link`: `layer`, which was made over nothing, put on `stage` as an unpacker does it.
 * Folders on the way are what the layer says, also where the stage has a link or other permissions.
 */
export async function stackLinked(stage: FileTree, layer: Overlay): Promise<Overlay> {
  const stacked = createOverlay(stage)
  const added = [...layer.additions].sort(([left], [right]) => compareBytes(left, right))
  for (const [path, addition] of added) await stacked.put(path, addition)
  return stacked
}
