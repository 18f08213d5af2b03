import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { createPause } from '../../../src/bounds/pause.ts'
import { copyInto } from '../../../src/engine/embedded/layer/copy.ts'
import { createLayerWriter } from '../../../src/engine/embedded/layer-writer.ts'
import { writeTar } from '../../../src/tree/archive/write-tar.ts'
import { contextTree } from '../../../src/tree/context.ts'
import type { FileEntry } from '../../../src/tree/file-entry.ts'
import { layersTree } from '../../../src/tree/layers.ts'
import { createOverlay } from '../../../src/tree/overlay.ts'
import { emptyTree, rootNode, type TreeNode } from '../../../src/tree/tree.ts'
import { createScan } from '../../../src/verify/scan.ts'
import { createTestHost } from '../../support/host.ts'
import { patterns } from '../../support/patterns.ts'
import { tempFolder } from '../../support/temp.ts'

// Work on many files lets the event loop turn, so that a cancelled run ends, and that timers and connections are served. Not measured
// in milliseconds, which depend on the machine, but in turns.

/** Files in a directory on disk, and entries in memory. */
const [onDisk, inMemory] = [1_300, 12_000]
/** The most files between two turns: they take some milliseconds. */
const most = { onDisk: 600, inMemory: 4096 }

/** Returns the result of `work`, and the turns of the event loop meanwhile. */
async function turnsOf<T>(work: () => Promise<T>): Promise<{ readonly turns: number; readonly result: T }> {
  let turns = 0
  let timer: NodeJS.Immediate | undefined
  const turn = (): void => {
    turns += 1
    timer = setImmediate(turn)
  }
  turn()
  try {
    const result = await work()
    return { turns, result }
  } finally {
    clearImmediate(timer)
  }
}

const file: TreeNode = { ...rootNode, type: 'file', mode: 0o644 }

/** Entries in memory, which are read without a wait. */
function* entries(total: number): Generator<FileEntry> {
  const content = Object.assign((async function* () {})(), { readInto: () => {} })
  for (let index = 0; index < total; index += 1) yield { path: `file-${index}`, node: file, open: async () => content }
}

async function drain(content: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  for await (const piece of content) pieces.push(piece)
  return Buffer.concat(pieces)
}

describe.each(['in one directory', 'in many directories', 'of which an exception keeps some'])(
  'a context of many files %s',
  (kind) => {
    let root = ''
    beforeAll(() => {
      root = mkdtempSync(join(tmpdir(), 'polyarch-test-'))
      const perFolder = kind === 'in one directory' ? onDisk : 100
      for (let index = 0; index < onDisk; index += 1) {
        const folder = join(root, `files/f${Math.floor(index / perFolder)}`)
        if (index % perFolder === 0) mkdirSync(folder, { recursive: true })
        writeFileSync(join(folder, `module-${index}`), '')
      }
    })
    afterAll(() => rmSync(root, { recursive: true, force: true }))
    const isKept = (path: string): boolean => path.endsWith('7')
    const treeOf = (signal?: AbortSignal) =>
      contextTree(root, {
        ...(signal && { signal }),
        ...(kind.startsWith('of which') && { ignore: (path) => (isKept(path) ? 'keep' : 'drop') }),
      })

    test('lets the event loop turn while it is copied', async () => {
      const from = treeOf()
      const pause = createPause({ every: 512 })
      const request = { sources: ['files'], destination: '/x/', workdir: '/', patterns, time: 0, temporary: '', pause }
      const { turns } = await turnsOf(() => copyInto(createOverlay(emptyTree), { from, ...request }))
      expect(turns).toBeGreaterThanOrEqual(Math.floor(onDisk / most.onDisk))
    })

    test('is not copied to its end after the run was cancelled', async () => {
      const cancel = new AbortController()
      const from = treeOf(cancel.signal)
      setImmediate(() => cancel.abort())
      const request = { sources: ['files'], destination: '/x/', workdir: '/', patterns, time: 0, temporary: '' }
      const copying = copyInto(createOverlay(emptyTree), { from, ...request })
      await expect(copying).rejects.toMatchObject({ code: 'cancelled' })
    })
  },
)

describe('files that are copied from a tree in memory', () => {
  test('let the event loop turn, also with a pattern, and end when the run is cancelled', async () => {
    const from = await layersTree([{ name: 'x', open: async () => writeTar(entries(inMemory)) }], '')
    const request = { destination: '/x/', workdir: '/', patterns, time: 0, temporary: '' }
    for (const sources of [['.'], ['file-*']]) {
      const pause = createPause({ every: 512 })
      const { turns } = await turnsOf(() => copyInto(createOverlay(emptyTree), { from, sources, pause, ...request }))
      expect(turns).toBeGreaterThanOrEqual(Math.floor(inMemory / most.inMemory))
      const signal = AbortSignal.abort()
      const cancelled = createPause({ every: 512, signal, stopped: 'copying files' })
      const copying = copyInto(createOverlay(emptyTree), { from, sources, pause: cancelled, ...request })
      await expect(copying).rejects.toMatchObject({
        code: 'cancelled',
        message: expect.stringContaining('copying files'),
      })
    }
  })
})

describe('an archive of many files', () => {
  test('lets the event loop turn while it is written, and while it is verified', async () => {
    const { turns, result } = await turnsOf(() => drain(writeTar(entries(inMemory))))
    expect(turns).toBeGreaterThanOrEqual(Math.floor(inMemory / most.inMemory))
    const source = {
      name: 'x',
      open: async () =>
        (async function* () {
          yield result
        })(),
    }
    // Reading it in one piece takes one turn; merging the layers and looking through them takes more.
    const verified = await turnsOf(() => createScan().treeOf([source]))
    expect(verified.turns).toBeGreaterThan(Math.floor(inMemory / most.inMemory))
  })
})

describe('hashing many files for a layer of a previous image', () => {
  test('ends when the registry answers that it has no image', async () => {
    const host = createTestHost()
    onTestFinished(host.close)
    let read = 0
    // Together over the 16 MB from which on a layer is looked up.
    const [total, size] = [5_000, 4096]
    const overlay = createOverlay(emptyTree)
    const readInto = (): void => {
      read += 1
    }
    const content = Object.assign((async function* () {})(), { readInto })
    const names = Array.from({ length: total }, (_, index) => `file-${String(index).padStart(6, '0')}`)
    overlay.putFiles('', { names, nodeAt: () => ({ ...file, size }), open: async () => content })
    const find = async () => {
      await new Promise((resolve) => setImmediate(resolve))
      return new Map()
    }
    const writer = createLayerWriter(tempFolder(), {
      ...{ compression: 'uncompressed', threads: 2, clock: host.clock, log: host.log, find },
    })
    await writer.write([{ kind: 'new', overlay, instruction: undefined }])
    // Each file is read once to write the layer.
    expect(read).toBeGreaterThanOrEqual(total)
    expect(read).toBeLessThan(1.7 * total)
  })
})
