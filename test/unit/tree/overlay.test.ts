import { expect, it, vi } from 'vitest'
import { createOverlay, type Overlay } from '../../../src/tree/overlay.ts'
import { joinPath } from '../../../src/tree/path.ts'
import { emptyTree, type FileTree, rootNode, type TreeNode } from '../../../src/tree/tree.ts'

const file: TreeNode = { ...rootNode, type: 'file', mode: 0o644 }

it('looks up in thousands of overlays as fast as in a few', async () => {
  let tree: FileTree = emptyTree
  for (let index = 0; index < 2000; index += 1) {
    const layer: Overlay = createOverlay(tree)
    await layer.put(`f${index}`, { node: file })
    tree = layer
  }
  const get = vi.spyOn(Map.prototype, 'get')
  await tree.lstat('f0')
  await tree.lstat('absent')
  const lookups = get.mock.calls.length
  get.mockRestore()
  expect(await tree.lstat('f0')).toEqual(file)
  expect(await tree.list('')).toHaveLength(2000)
  expect(lookups).toBeGreaterThan(0)
  // Through each of them, it would be 4000.
  expect(lookups).toBeLessThan(100)
})

it('shows for thousands of changes the same as stacked overlays', async () => {
  // A tree that is not an overlay is queried level by level.
  const opaque = ({ lstat, list, open }: FileTree): FileTree => ({ lstat, list, open })
  const random = createRandom(1)
  const pick = <T>(from: readonly T[]): T => from[random(from.length)] as T
  const names = ['a', 'b', 'c']
  const paths = names.flatMap((one) => [one, ...names.flatMap((two) => [`${one}/${two}`, `${one}/${two}/d`])])
  for (let round = 0; round < 40; round += 1) {
    let merged: FileTree = emptyTree
    let plain: FileTree = emptyTree
    for (let level = 0; level < 12; level += 1) {
      const layers = [createOverlay(merged), createOverlay(opaque(plain))] as const
      for (let change = random(4); change > 0; change -= 1) {
        const path = pick(paths)
        const node = { ...pick([file, rootNode]), mtime: level }
        const parent = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : ''
        if ((await layers[1].lstat(parent))?.type !== 'directory') continue
        for (const layer of layers) await layer.put(path, { node })
      }
      ;[merged, plain] = layers
    }
    expect(await everything(merged)).toEqual(await everything(plain))
    for (const path of paths) expect(await merged.lstat(path)).toEqual(await plain.lstat(path))
  }
})

it('checks the parents of a directory once for all lookups in it', async () => {
  const overlay = createOverlay(emptyTree)
  await overlay.put('other', { node: file })
  const folder = Array.from({ length: 50 }, () => 'd').join('/')
  const get = vi.spyOn(Map.prototype, 'get')
  for (let index = 0; index < 100; index += 1) await overlay.lstat(`${folder}/f${index}`)
  const lookups = get.mock.calls.length
  get.mockRestore()
  // For each file, it would be 5000.
  expect(lookups).toBeLessThan(500)
})

it('has after each change the entries of a plain map', async () => {
  const random = createRandom(2)
  const pick = <T>(from: readonly T[]): T => from[random(from.length)] as T
  const names = ['a', 'b']
  const paths = names.flatMap((one) => [one, ...names.flatMap((two) => [`${one}/${two}`, `${one}/${two}/d`])])
  const different: unknown[] = []
  for (let round = 0; round < 100; round += 1) {
    const expected = new Map<string, TreeNode>([['', rootNode]])
    const change = async (overlay: Overlay, mtime: number): Promise<void> => {
      const path = pick(paths)
      const parent = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : ''
      if (expected.get(parent)?.type !== 'directory') return
      const node = { ...pick([file, rootNode]), mtime }
      await overlay.put(path, { node })
      if (node.type === 'file') {
        for (const below of [...expected.keys()]) if (below.startsWith(`${path}/`)) expected.delete(below)
      }
      expected.set(path, node)
    }
    const base = createOverlay(emptyTree)
    for (let count = 0; count < 20; count += 1) await change(base, count)
    const overlay = createOverlay(base)
    for (let count = 0; count < 25; count += 1) {
      // The last lookup before a change is the first after it.
      const order = [...paths.slice(random(paths.length)), ...paths]
      for (const path of order.toReversed()) await overlay.lstat(path)
      await change(overlay, 100 + count)
      for (const path of order) {
        if ((await overlay.lstat(path)) !== expected.get(path)) different.push({ round, count, path })
      }
    }
  }
  expect(different).toEqual([])
})

async function everything(tree: FileTree, folder = ''): Promise<readonly unknown[]> {
  const found: unknown[] = []
  for (const name of await tree.list(folder)) {
    const path = joinPath(folder, name)
    found.push([path, await tree.lstat(path)], ...(await everything(tree, path)))
  }
  return found
}

/** Whole numbers below `limit`, the same in each run. */
function createRandom(seed: number): (limit: number) => number {
  let state = seed
  return (limit) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    return Math.floor((state / 2 ** 31) * limit)
  }
}
