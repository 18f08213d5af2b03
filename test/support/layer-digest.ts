import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeLayer } from '../../src/engine/embedded/layer/write.ts'

// Prints the digest of a layer of 5 MB, to be run with thread pools of several sizes.

const size = 5_000_000
const dir = mkdtempSync(join(tmpdir(), 'polyarch-layer-'))

async function* content(): AsyncGenerator<Buffer> {
  for (let done = 0; done < size; done += 50_000) yield Buffer.from(`${done}|`.repeat(50_000).slice(0, 50_000))
}

const node = { type: 'file', mode: 0o644, uid: 0, gid: 0, mtime: 0, size } as const
const layer = await writeLayer(dir, [{ path: 'f', node, open: async () => content() }], {
  compression: { kind: 'gzip', level: 6 },
  threads: Number(process.env['UV_THREADPOOL_SIZE']),
})
console.log(layer.descriptor.digest)
rmSync(dir, { recursive: true })
