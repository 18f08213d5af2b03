import { layerEntries } from '../../src/engine/embedded/layer/entry.ts'
import { unpack } from '../../src/engine/embedded/layer/unpack.ts'
import { createScan } from '../../src/prove/scan.ts'
import { layersTree } from '../../src/tree/layers.ts'
import { createOverlay } from '../../src/tree/overlay.ts'
import { tarHeader } from '../../src/tree/tar-header.ts'
import { emptyTree, rootNode, type TreeNode } from '../../src/tree/tree.ts'

// Prints, for --expose-gc, the bytes of memory that one entry takes of an archive that ADD has unpacked, of a layer of a base, and of one
// that was proven.

const count = 50_000
const file: TreeNode = { ...rootNode, type: 'file', mode: 0o644 }

async function* archive(): AsyncGenerator<Buffer> {
  for (let index = 0; index < count; index += 1) {
    const folder = `node_modules/package-${Math.floor(index / 100)}`
    if (index % 100 === 0) yield tarHeader({ path: folder, node: rootNode }, 1_600_000_000)
    yield tarHeader({ path: `${folder}/file-${index}.js`, node: file }, 1_600_000_000 + index)
  }
}

const source = { name: 'x', open: async () => archive() }

/** Bytes of memory for each entry of what `make` gives. */
async function measure(make: () => Promise<unknown>): Promise<number> {
  globalThis.gc?.()
  const before = process.memoryUsage().heapUsed
  const made = [await make()]
  globalThis.gc?.()
  return made.length && Math.round((process.memoryUsage().heapUsed - before) / count)
}

const sizes = {
  unpacked: await measure(async () => {
    const overlay = createOverlay(emptyTree)
    await unpack(source, 'x', { into: overlay, time: 0, temporary: '' })
    return [overlay, await layerEntries(overlay)]
  }),
  layer: await measure(() => layersTree([source], '')),
  proven: await measure(() => createScan().treeOf([source])),
}
console.log(JSON.stringify(sizes))
