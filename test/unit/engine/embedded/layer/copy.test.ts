import { describe, expect, test } from 'vitest'
import { copyInto } from '../../../../../src/engine/embedded/layer/copy.ts'
import { makeWorkdir } from '../../../../../src/engine/embedded/layer/directory.ts'
import { layerEntries } from '../../../../../src/engine/embedded/layer/entry.ts'
import { resolveOwner } from '../../../../../src/engine/embedded/layer/owner.ts'
import { createOverlay, type Overlay } from '../../../../../src/tree/overlay.ts'
import { emptyTree, lazyTree, rootNode } from '../../../../../src/tree/tree.ts'
import { patterns } from '../../../../support/patterns.ts'

/** A tree of files (`name: text`), directories (`name/: mode`) and links (`name@: target`). */
async function treeOf(files: Readonly<Record<string, string>>): Promise<Overlay> {
  const tree = createOverlay(emptyTree)
  for (const [name, text] of Object.entries(files)) {
    if (name.endsWith('/'))
      await tree.put(name.slice(0, -1), { node: { ...rootNode, mode: Number.parseInt(text, 8), uid: 7, gid: 7 } })
    else if (name.endsWith('@'))
      await tree.put(name.slice(0, -1), { node: { ...rootNode, type: 'symlink', mode: 0o777, target: text } })
    else
      await tree.put(name, {
        node: { ...rootNode, type: 'file', mode: 0o644, size: text.length },
        open: async () => bytes(text),
      })
  }
  return tree
}

async function* bytes(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text)
}

const request = { workdir: '/', patterns, time: 0, temporary: '/nowhere' }

async function lines(layer: Overlay): Promise<readonly string[]> {
  const entries = await layerEntries(layer)
  return entries.map(
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
    expect([...layer.additions.keys()].sort()).toEqual(['x', 'x/a.txt', 'x/b.txt'])
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
