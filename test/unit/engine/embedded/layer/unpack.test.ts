import { buffer } from 'node:stream/consumers'
import { pack } from 'tar-stream'
import { expect, it } from 'vitest'
import { resolveOwner } from '../../../../../src/engine/embedded/layer/owner.ts'
import { unpack } from '../../../../../src/engine/embedded/layer/unpack.ts'
import { tarHeader } from '../../../../../src/tree/archive/tar-header.ts'
import { createOverlay, type Overlay } from '../../../../../src/tree/overlay.ts'
import { emptyTree, rootNode } from '../../../../../src/tree/tree.ts'

// Both as in BuildKit 0.25: `ADD` of an archive with a link of mode 0600, and `COPY --chown=-1:-2`.

it('unpack() sets all permission bits of symbolic links, whatever the archive contains', async () => {
  const archive = pack()
  archive.entry({ name: 'f', mode: 0o600 }, 'f')
  archive.entry({ name: 'link', type: 'symlink', linkname: 'f', mode: 0o600 })
  archive.finalize()
  const bytes = await buffer(archive)
  const open = async function* () {
    yield bytes
  }
  const into = createOverlay(emptyTree)
  await unpack({ open: async () => open(), name: 'a.tar' }, '', { into, time: 0, temporary: '/nonexistent' })
  expect((await into.lstat('link'))?.mode).toBe(0o777)
  expect((await into.lstat('f'))?.mode).toBe(0o600)
})

it.each([
  { text: '-1:-2', owner: { uid: 0, gid: 4_294_967_294 } },
  { text: '-2:-1', owner: { uid: 4_294_967_294, gid: 0 } },
  { text: '-1', owner: { uid: 0, gid: 0 } },
  { text: '7', owner: { uid: 7, gid: 7 } },
])('resolveOwner() resolves $text to $owner.uid:$owner.gid', async ({ text, owner }) => {
  expect(await resolveOwner(text, emptyTree)).toEqual(owner)
})

it('unpack() gives all names of a file the attributes of the last one, and changes each name once', async () => {
  const count = 300
  const node = { ...rootNode, type: 'file', mode: 0o644 } as const
  const open = async function* () {
    yield tarHeader({ path: 'first', node }, 0)
    for (let index = 0; index < count; index += 1) {
      yield tarHeader({ path: `name-${index}`, node, linkTo: 'first' }, 1000 + index)
      // Another file with this name afterwards.
      if (index === 5) yield tarHeader({ path: 'name-5', node }, 7)
    }
    yield Buffer.alloc(1024)
  }
  const overlay = createOverlay(emptyTree)
  let puts = 0
  const into: Overlay = {
    ...overlay,
    put: async (path, addition) => {
      puts += 1
      await overlay.put(path, addition)
    },
  }
  await unpack({ open: async () => open(), name: 'a.tar' }, '', { into, time: 0, temporary: '/nonexistent' })
  const found = [...overlay.additions()].map(({ path, node: { mtime, inode } }) => ({ path, mtime, inode }))
  expect(found).toHaveLength(count + 1)
  const others = found.filter(({ path }) => path !== 'name-5')
  expect(new Set(others.map(({ mtime }) => mtime))).toEqual(new Set([(1000 + count - 1) * 1000]))
  expect(new Set(others.map(({ inode }) => inode)).size).toBe(1)
  expect(found.find(({ path }) => path === 'name-5')).toMatchObject({ mtime: 7000, inode: undefined })
  // It was the square of the number of names.
  expect(puts).toBeLessThan(5 * count)
})
