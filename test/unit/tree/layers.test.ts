import { expect, it } from 'vitest'
import { createIndex, type LayerIndex, layersTree } from '../../../src/tree/layers.ts'
import { rootNode, type TreeNode } from '../../../src/tree/tree.ts'

const file: TreeNode = { ...rootNode, type: 'file', mode: 0o644 }

/** Returns the tree of one layer, and how often a name of the layer was read. */
async function treeOf(entries: readonly (readonly [string, TreeNode])[]) {
  const index = createIndex()
  for (const [name, node] of entries) index.add({ name, offset: 0 }, node)
  const { parts, links } = index.finish()
  let reads = 0
  const counted: LayerIndex = {
    links,
    parts: parts.map((part) => ({
      ...part,
      nameAt: (at) => {
        reads += 1
        return part.nameAt(at)
      },
    })),
  }
  const layer = { name: 'x', open: () => Promise.reject(new Error('The layer was read')) }
  const tree = await layersTree([layer], '', { index: async () => counted })
  return { tree, reads }
}

it('layersTree() reads a few names for each directory of a deep path', async () => {
  const depth = 300
  const paths = Array.from({ length: depth }, (_, level) => 'd/'.repeat(level + 1))
  const entries = paths.flatMap((path) => [[path, rootNode] as const, [`${path}file`, file] as const])
  const { tree, reads } = await treeOf(entries)
  expect(await tree.lstat(`${paths.at(-1)}file`)).toEqual(file)
  // It was the square of the depth when each directory was resolved from the root.
  expect(reads).toBeLessThan(20 * depth)
})

it('layersTree() resolves the directories of a walk through links that the layer creates', async () => {
  const link = (target: string): TreeNode => ({ ...rootNode, type: 'symlink', target })
  const { tree } = await treeOf([
    ['c/', rootNode],
    ['a/', rootNode],
    ['a/l', link('../c')],
    ['a/l/x', file],
    ['a/l/d/', rootNode],
    ['a/l/d/y', file],
    ['a/l/d/e/', rootNode],
    ['a/l/d/e/z', file],
    ['a/l/d', link('/a')],
    ['a/l/d/w', file],
  ])
  const paths = tree.select(() => true).map(([path]) => path)
  expect(paths.sort()).toEqual(['', 'a', 'a/l', 'a/w', 'c', 'c/d', 'c/x'])
})
