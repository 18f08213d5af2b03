import { buffer } from 'node:stream/consumers'
import { pack } from 'tar-stream'
import { expect, it } from 'vitest'
import { resolveOwner } from '../../../../../src/engine/embedded/layer/owner.ts'
import { unpack } from '../../../../../src/engine/embedded/layer/unpack.ts'
import { createOverlay } from '../../../../../src/tree/overlay.ts'
import { emptyTree } from '../../../../../src/tree/tree.ts'

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
