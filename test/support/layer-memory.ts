import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeLayer } from '../../src/engine/embedded/layer/write.ts'
import { sizeOf } from './seeded-part.ts'

// Prints the most memory, in bytes, that this process had while it wrote a layer with one large file.

const size = sizeOf(600_000_000, 312_000_000)
const dir = mkdtempSync(join(tmpdir(), 'polyarch-layer-'))
const chunk = Buffer.from(Array.from({ length: 240_000 }, (_, index) => (index * index * 7) & 0xff))

async function* content(): AsyncGenerator<Buffer> {
  for (let done = 0; done < size; done += chunk.length) yield chunk
}

const node = { type: 'file', mode: 0o644, uid: 0, gid: 0, mtime: 0, size } as const
await writeLayer(dir, [{ path: 'f', node, open: async () => content() }], {
  compression: { kind: 'gzip', level: 1 },
  threads: 4,
})
console.log(process.resourceUsage().maxRSS * 1024)
rmSync(dir, { recursive: true })
