import { text } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import { copyInto } from '../../../../../src/engine/embedded/layer/copy.ts'
import { makeWorkdir } from '../../../../../src/engine/embedded/layer/directory.ts'
import { layerEntries } from '../../../../../src/engine/embedded/layer/entry.ts'
import { stackLinked } from '../../../../../src/engine/embedded/layer/link.ts'
import { resolveOwner } from '../../../../../src/engine/embedded/layer/owner.ts'
import { createOverlay, type Overlay } from '../../../../../src/tree/overlay.ts'
import { joinPath } from '../../../../../src/tree/path.ts'
import {
  emptyTree,
  type FileTree,
  type Listing,
  lazyTree,
  rootNode,
  type TreeNode,
} from '../../../../../src/tree/tree.ts'
import { patterns } from '../../../../support/patterns.ts'

/** A tree of files (`name: text`), directories (`name/: mode`) and links (`name@: target`). */
async function treeOf(files: Readonly<Record<string, string>>): Promise<Overlay> {
  const tree = createOverlay(emptyTree)
  for (const [name, given] of Object.entries(files)) {
    if (name.endsWith('/'))
      await tree.put(name.slice(0, -1), { node: { ...rootNode, mode: Number.parseInt(given, 8), uid: 7, gid: 7 } })
    else if (name.endsWith('@'))
      await tree.put(name.slice(0, -1), { node: { ...rootNode, type: 'symlink', mode: 0o777, target: given } })
    else
      await tree.put(name, {
        node: { ...rootNode, type: 'file', mode: 0o644, size: given.length },
        open: async () => bytes(given),
      })
  }
  return tree
}

async function* bytes(content: string): AsyncGenerator<Buffer> {
  yield Buffer.from(content)
}

const file: TreeNode = { ...rootNode, type: 'file', mode: 0o644 }

const withoutListing = ({ lstat, list, open }: FileTree): FileTree => ({ lstat, list, open })

/** Gives a tree the compact form of its directories that a context has. */
function withListing(tree: FileTree): FileTree {
  const listing = async (folder: string): Promise<Listing> => {
    const names = await tree.list(folder)
    const nodes = await Promise.all(names.map((name) => tree.lstat(joinPath(folder, name))))
    const isFolder = (index: number): boolean => nodes[index]?.type === 'directory'
    const files = nodes.filter((node) => node?.type !== 'directory')
    return {
      folders: names.filter((_, index) => isFolder(index)),
      files: names.filter((_, index) => !isFolder(index)),
      nodeAt: (index) => files[index] ?? rootNode,
      open: ({ at }) => tree.open(joinPath(folder, String(at))),
    }
  }
  return { ...withoutListing(tree), listing }
}

/** Every path of a tree with its node, and the content of files. */
async function contents(tree: FileTree, folder = ''): Promise<readonly unknown[]> {
  const found: unknown[] = []
  for (const name of await tree.list(folder)) {
    const path = joinPath(folder, name)
    const node = await tree.lstat(path)
    const isShared = node?.inode !== undefined
    found.push([path, { ...node, inode: isShared }, node?.type === 'file' ? await text(await tree.open(path)) : ''])
    if (node?.type === 'directory') found.push(...(await contents(tree, path)))
  }
  return found
}

/** Whole numbers below `limit`, the same in each run. */
function createRandom(seed: number): (limit: number) => number {
  let state = seed * 7919 + 1
  return (limit) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    return Math.floor((state / 2 ** 31) * limit)
  }
}

const request = { workdir: '/', patterns, time: 0, temporary: '/nowhere' }

async function lines(layer: Overlay): Promise<readonly string[]> {
  const entries = await layerEntries(layer)
  return [...entries].map(
    ({ path, node, linkTo }) =>
      `${path} ${node.type} ${node.mode.toString(8)} ${node.uid}${linkTo ? ` = ${linkTo}` : ''}`,
  )
}

describe('copyInto()', () => {
  test('adds the parent directories of copied files with the attributes of the base', async () => {
    const base = await treeOf({
      'srv/': '750',
      'srv/data/': '1777',
      'bin@': 'usr/bin',
      'usr/': '755',
      'usr/bin/': '711',
    })
    const layer = createOverlay(base)
    const from = await treeOf({ a: 'a' })
    await copyInto(layer, { ...request, from, sources: ['a'], destination: '/srv/data/new/' })
    await copyInto(layer, { ...request, from, sources: ['a'], destination: '/bin/' })
    expect(await lines(layer)).toEqual([
      'srv directory 750 7',
      'srv/data directory 1777 7',
      'srv/data/new directory 755 0',
      'srv/data/new/a file 644 0',
      'usr directory 755 7',
      'usr/bin directory 711 7',
      'usr/bin/a file 644 0',
    ])
  })

  test('adds the files of a new directory together with the same result', async () => {
    const names = ['a', 'a-b', 'a.b', 'b', 'é', '\u{1f600}', '\uffee']
    for (let round = 0; round < 15; round += 1) {
      const random = createRandom(round)
      const pick = (): string => names[random(names.length)] ?? ''
      const treeOfPaths = async (): Promise<Overlay> => {
        const tree = createOverlay(emptyTree)
        for (let count = random(12); count > 0; count -= 1) {
          const parts = Array.from({ length: 1 + random(3) }, pick)
          const above = await Promise.all(parts.map((_, index) => tree.lstat(parts.slice(0, index).join('/'))))
          if (above.some((node) => node && node.type !== 'directory')) continue
          for (const index of parts.keys())
            if (index > 0) await tree.put(parts.slice(0, index).join('/'), { node: rootNode })
          const path = parts.join('/')
          if ((await tree.lstat(path))?.type === 'directory') continue
          const inode = random(4) === 0 ? { inode: 'shared' } : {}
          const open = async () => bytes(path)
          await tree.put(path, { node: { ...file, mode: random(512), size: path.length, ...inode }, open })
        }
        return tree
      }
      const [base, one, two] = [await treeOfPaths(), await treeOfPaths(), await treeOfPaths()]
      const [target, isLinked] = [random(2) === 0 ? '/' : `/${pick()}/`, random(2) === 0]
      const results: unknown[] = []
      for (const listed of [withListing, withoutListing]) {
        const layer = createOverlay(isLinked ? emptyTree : base)
        const copy = async (from: FileTree) =>
          copyInto(layer, { ...request, from: listed(from), sources: ['.'], destination: target }).catch(String)
        const errors = [await copy(one), await copy(two)]
        const tree = isLinked ? await stackLinked(base, layer) : layer
        const next = createOverlay(tree)
        errors.push(
          await copyInto(next, { ...request, from: listed(one), sources: ['.'], destination: '/' }).catch(String),
        )
        results.push([
          errors,
          await lines(layer),
          await contents(layer),
          await contents(tree),
          await contents(next),
          await lines(next),
        ])
      }
      expect(results[0]).toEqual(results[1])
    }
  })

  test('compiles a pattern once for all paths', async () => {
    let compiled = 0
    const counted = {
      ...patterns,
      glob: (pattern: string) => {
        compiled += 1
        return patterns.glob(pattern)
      },
    }
    const layer = createOverlay(emptyTree)
    const from = await treeOf({ 'a.txt': 'a', 'b.txt': 'b', 'c.log': 'c' })
    await copyInto(layer, { ...request, patterns: counted, from, sources: ['*.txt'], destination: '/x/' })
    expect([...layer.singles.keys()].sort()).toEqual(['x', 'x/a.txt', 'x/b.txt'])
    expect(compiled).toBe(1)
  })

  test('does not read the base of a stage when the layer is linked', async () => {
    const layer = createOverlay(emptyTree)
    await copyInto(layer, { ...request, from: await treeOf({ a: 'a' }), sources: ['a'], destination: '/x/' })
    expect(await lines(layer)).toEqual(['x directory 755 0', 'x/a file 644 0'])
  })

  test('reads a base once, and only on demand', async () => {
    let made = 0
    const base = lazyTree(async () => {
      made += 1
      return treeOf({ 'srv/': '700' })
    })
    const layer = createOverlay(base)
    expect(made).toBe(0)
    await makeWorkdir(layer, '/srv', { time: 0 })
    await makeWorkdir(layer, '/srv/x', { time: 0 })
    expect(made).toBe(1)
    expect(await lines(layer)).toEqual(['srv directory 700 7', 'srv/x directory 755 0'])
  })

  test('marks a directory that replaces content of the base as opaque', async () => {
    const layer = createOverlay(await treeOf({ 'd/': '755', 'd/old': 'old' }))
    await layer.put('d', { node: { ...rootNode, type: 'symlink', target: 'x' } })
    expect(await layer.lstat('d/old')).toBeUndefined()
    await layer.put('d', { node: rootNode })
    expect(await layer.lstat('d/old')).toBeUndefined()
    expect(await layer.list('d')).toEqual([])
    expect(await lines(layer)).toEqual(['d directory 755 0', 'd/.wh..wh..opq file 644 0'])
  })

  test.for(['.wh.a', '.wh..wh..opq'])('rejects %s, which a layer would interpret as a deletion', async (name) => {
    const from = await treeOf({ [name]: '' })
    const copying = copyInto(createOverlay(emptyTree), { ...request, from, sources: ['.'], destination: '/x' })
    await expect(copying).rejects.toMatchObject({ code: 'build-failed' })
  })
})

describe('resolveOwner()', () => {
  test.for([
    { text: '5', uid: 5, gid: 5 },
    { text: '5:6', uid: 5, gid: 6 },
    { text: 'app', uid: 10, gid: 20 },
    { text: 'app:wheel', uid: 10, gid: 30 },
    { text: '5:wheel', uid: 5, gid: 30 },
    { text: 'nobody:nothing', uid: 0, gid: 0 },
    { text: 'app:nothing', uid: 10, gid: 20 },
    { text: 'app:', uid: 10, gid: 0 },
    { text: '5:', uid: 5, gid: 0 },
    { text: ':wheel', uid: 0, gid: 30 },
    { text: 'root', uid: 0, gid: 0 },
    { text: '+5', uid: 5, gid: 5 },
    { text: '-5', uid: 4_294_967_291, gid: 4_294_967_291 },
    { text: '2147483647:2147483648', uid: 2_147_483_647, gid: 2_147_483_647 },
    { text: 'big', uid: 4_294_967_294, gid: 7 },
  ])('$text', async ({ text, uid, gid }) => {
    const root = await treeOf({
      'etc/': '755',
      'etc/passwd@': '../lib/passwd',
      'lib/': '755',
      'lib/passwd': 'root:x:1:1::/:\napp:x:10:20::/:\nbig:x:4294967294:7::/:\n',
      'etc/group': 'wheel:x:30:\n',
    })
    expect(await resolveOwner(text, root)).toEqual({ uid, gid })
  })
  test('needs no files for numbers, root and no owner over scratch', async () => {
    expect(await resolveOwner('root:', emptyTree)).toEqual({ uid: 0, gid: 0 })
    expect(await resolveOwner(':5', emptyTree)).toEqual({ uid: 0, gid: 5 })
  })
  test('rejects a name over scratch', async () => {
    await expect(resolveOwner('app', emptyTree)).rejects.toMatchObject({ code: 'build-failed' })
  })
})
