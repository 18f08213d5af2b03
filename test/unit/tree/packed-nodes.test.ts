import { expect, it } from 'vitest'
import { packNodes } from '../../../src/tree/packed-nodes.ts'
import { rootNode, type TreeNode } from '../../../src/tree/tree.ts'

it('packNodes() returns each node as it was added', () => {
  const nodes: readonly TreeNode[] = [
    rootNode,
    { ...rootNode, type: 'file', mode: 0o7777, mtime: -1, size: Number.MAX_SAFE_INTEGER },
    { ...rootNode, type: 'file', uid: 4_294_967_294, gid: 65_534, mtime: 1_795_000_000_123, inode: '1:2' },
    { ...rootNode, type: 'symlink', mode: 0o777, target: '' },
    { ...rootNode, type: 'character-device', device: { major: 1, minor: 3 } },
    { ...rootNode, type: 'file', xattrs: new Map([['security.capability', Buffer.from('x')]]) },
  ]
  const packed = packNodes()
  // More than once the first size of the columns.
  const all = Array.from({ length: 1000 }, (_, index) => nodes[index % nodes.length] as TreeNode)
  expect(all.map(packed.add)).toEqual([...all.keys()])
  expect(all.map((_, index) => packed.get(index))).toEqual(all)
})
