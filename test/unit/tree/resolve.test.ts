import { describe, expect, test } from 'vitest'
import { follow, resolvePath } from '../../../src/tree/resolve.ts'
import { rootNode, type TreeNode } from '../../../src/tree/tree.ts'

const links: Readonly<Record<string, string>> = {
  bin: 'usr/bin',
  'usr/lib': '../lib',
  up: '../../../../etc',
  abs: '/usr/bin',
  a: 'b',
  b: 'a',
  deep: 'bin/../lib/x',
}
const tree = {
  lstat: async (path: string): Promise<TreeNode | undefined> => {
    const target = links[path]
    if (target !== undefined) return { ...rootNode, type: 'symlink', target }
    return path === 'none' ? undefined : rootNode
  },
}

describe('resolvePath()', () => {
  test.for([
    ['a relative link', 'bin/sh', 'usr/bin/sh'],
    ['a link in the middle', 'usr/lib/x', 'lib/x'],
    ['a link that climbs above the root', 'up/passwd', 'etc/passwd'],
    ['an absolute link', 'abs/sh', 'usr/bin/sh'],
    ['links through links', 'deep/y', 'lib/x/y'],
    ['parents of what a link leads to', 'bin/../x', 'usr/x'],
    ['parents above the root', '../../x', 'x'],
  ])('follows %s inside the root', async ([, path, resolved]) => {
    expect(await resolvePath(tree, path ?? '')).toBe(resolved)
  })
  test('rejects links in a circle', async () => {
    await expect(resolvePath(tree, 'a/x')).rejects.toMatchObject({ code: 'path-invalid' })
  })
})

test('follow() returns undefined for a path that does not exist', async () => {
  expect(await follow(tree, 'none')).toBeUndefined()
  expect(await follow(tree, 'bin')).toMatchObject({ path: 'usr/bin' })
})
