import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { copyInto } from '../../src/engine/embedded/layer/copy.ts'
import { layerEntries } from '../../src/engine/embedded/layer/entry.ts'
import { unpack } from '../../src/engine/embedded/layer/unpack.ts'
import { tarHeader } from '../../src/tree/archive/tar-header.ts'
import { contextTree } from '../../src/tree/context.ts'
import { layersTree } from '../../src/tree/layers.ts'
import { createOverlay } from '../../src/tree/overlay.ts'
import { emptyTree, rootNode, type TreeNode } from '../../src/tree/tree.ts'
import { createScan } from '../../src/verify/scan.ts'
import { patterns } from './patterns.ts'
import { sizeOf } from './seeded-part.ts'

// Prints, with --expose-gc, the bytes of memory of one entry of a copied context, of an archive that ADD has unpacked, of a base layer, and of one
// that was verified.

const count = sizeOf(50_000, 20_000)
const file: TreeNode = { ...rootNode, type: 'file', mode: 0o644 }

async function* archive(): AsyncGenerator<Buffer> {
  for (let index = 0; index < count; index += 1) {
    const folder = `node_modules/package-${Math.floor(index / 100)}`
    if (index % 100 === 0) yield tarHeader({ path: folder, node: rootNode }, 1_600_000_000)
    yield tarHeader({ path: `${folder}/file-${index}.js`, node: file }, 1_600_000_000 + index)
  }
}

const source = { name: 'x', open: async () => archive() }

/** Files of the context on disk, which take longer to make. */
const onDisk = sizeOf(10_000, 5_000)

function writeContext(): string {
  const folder = mkdtempSync(join(tmpdir(), 'polyarch-entries-'))
  for (let index = 0; index < onDisk; index += 1) {
    const dir = join(folder, `node_modules/package-${Math.floor(index / 100)}`)
    if (index % 100 === 0) mkdirSync(dir, { recursive: true })
    writeFileSync(join(dir, `file-${index}.js`), '')
  }
  return folder
}

/** Bytes of memory in use. What a finished promise held is freed some turns later. */
async function memoryInUse(): Promise<number> {
  const seen: number[] = []
  for (let turn = 0; turn < 8; turn += 1) {
    await new Promise((done) => setImmediate(done))
    globalThis.gc?.()
    seen.push(process.memoryUsage().heapUsed)
    const [before = 0, now = 0] = seen.slice(-2)
    if (turn > 1 && Math.abs(before - now) < 10_000) break
  }
  return seen.at(-1) ?? 0
}

/** Bytes of memory for each of the `entries` of the result of `make`. */
async function measure(make: () => Promise<unknown>, entries = count): Promise<number> {
  const before = await memoryInUse()
  const made = [await make()]
  const after = await memoryInUse()
  // Cleared: otherwise what is measured next may still count it as in use at first.
  return made.splice(0).length && Math.round((after - before) / entries)
}

const context = writeContext()

async function copied(): Promise<unknown> {
  const from = contextTree(context)
  const overlay = createOverlay(emptyTree)
  const request = { sources: ['.'], destination: '/srv/app', workdir: '/', patterns, time: 0, temporary: '' }
  await copyInto(overlay, { from, ...request })
  return [from, overlay, await layerEntries(overlay)]
}

// The first time, code is compiled.
await copied()
const sizes = {
  copied: await measure(copied, onDisk),
  unpacked: await measure(async () => {
    const overlay = createOverlay(emptyTree)
    await unpack(source, 'x', { into: overlay, time: 0, temporary: '' })
    return [overlay, await layerEntries(overlay)]
  }),
  layer: await measure(() => layersTree([source], '')),
  proven: await measure(() => createScan().treeOf([source])),
}
rmSync(context, { recursive: true })
console.log(JSON.stringify(sizes))
