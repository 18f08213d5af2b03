import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import fs, {
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { gunzipSync, gzipSync, zstdDecompressSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { copyInto } from '../../src/engine/embedded/layer/copy.ts'
import { layerEntries } from '../../src/engine/embedded/layer/entry.ts'
import { type LayerOptions, writeLayer } from '../../src/engine/embedded/layer/write.ts'
import { digestOf, verified } from '../../src/oci/digest.ts'
import { blobPath, layoutStore } from '../../src/oci/layout.ts'
import { tarHeader } from '../../src/tree/archive/tar-header.ts'
import { writeTar } from '../../src/tree/archive/write-tar.ts'
import { contextTree } from '../../src/tree/context.ts'
import type { FileEntry } from '../../src/tree/file-entry.ts'
import { layersTree } from '../../src/tree/layers.ts'
import { createOverlay } from '../../src/tree/overlay.ts'
import { spool } from '../../src/tree/spool.ts'
import { type Content, emptyTree, rootNode } from '../../src/tree/tree.ts'
import { createScan } from '../../src/verify/scan.ts'
import { typescriptArguments } from '../support/node.ts'
import { patterns } from '../support/patterns.ts'
import { sizeOf } from '../support/seeded-part.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'polyarch-layer-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const gzip: LayerOptions = { compression: { kind: 'gzip', level: 6 }, threads: 2 }

function file(path: string, size: number, content: () => Content): FileEntry {
  const node = { type: 'file', mode: 0o644, uid: 0, gid: 0, mtime: 1_700_000_000_999, size } as const
  return { path, node, open: async () => content() }
}

/** Bytes of the file that most tests write. */
const size = sizeOf(5_000_000, 3_300_000)

/** Moderately compressible bytes, the same each time. */
const sampled = Buffer.alloc(size + 4)
for (let index = 0, seed = 42; index < size; index += 4) {
  seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0
  sampled.writeUInt32LE(((seed >>> 16) & 0x3f) * 0x1010101, index)
}

async function* sample(length: number, chunk = 100_000): AsyncGenerator<Buffer> {
  for (let done = 0; done < length; done += chunk) yield sampled.subarray(done, Math.min(done + chunk, length))
}

describe('writeLayer()', () => {
  test('writes one valid gzip stream of the archive with the diff ID', async () => {
    const layer = await writeLayer(dir, [file('big', size, () => sample(size))], gzip)
    const blob = blobPath(dir, layer.descriptor.digest)
    execFileSync('gzip', ['-t'], { input: readFileSync(blob) })
    const archive = gunzipSync(readFileSync(blob))
    expect(`sha256:${createHash('sha256').update(archive).digest('hex')}`).toBe(layer.diffId)
    expect(archive.length).toBe(layer.size)
    const unpacked = execFileSync('tar', ['-xOf', '-', 'big'], { input: archive, maxBuffer: 2 ** 26 })
    expect(unpacked.equals(await buffer(sample(size)))).toBe(true)
  })

  test('reports its progress in bytes of the archive', async () => {
    const pieces: number[] = []
    const layer = await writeLayer(dir, [file('big', size, () => sample(size))], {
      ...gzip,
      onProgress: (bytes) => pieces.push(bytes),
    })
    expect(pieces.length).toBeGreaterThan(10)
    expect(pieces.reduce((sum, bytes) => sum + bytes, 0)).toBe(layer.size)
  })

  test('writes the same bytes with any number of threads and any chunks of the source', async () => {
    const digests = new Set<string>()
    for (const [threads, chunk] of [
      [1, 100_000],
      [8, 7_776],
      [3, size],
    ] as const) {
      const layer = await writeLayer(dir, [file('big', size, () => sample(size, chunk))], { ...gzip, threads })
      digests.add(layer.descriptor.digest)
    }
    expect(digests.size).toBe(1)
  })

  test('writes the same bytes with a thread pool of 1 and of 8', () => {
    const script = join(import.meta.dirname, '../support/layer-digest.ts')
    const [one, eight] = [1, 8].map((pool) => run(script, { UV_THREADPOOL_SIZE: String(pool) }))
    expect(one).toMatch(/^sha256:/)
    expect(eight).toBe(one)
  })

  test('writes zstd and uncompressed archives', async () => {
    const entries = [file('big', size, () => sample(size))]
    const plain = await writeLayer(dir, entries, { compression: { kind: 'none' }, threads: 1 })
    const zstd = await writeLayer(dir, entries, { compression: { kind: 'zstd', level: 3 }, threads: 1 })
    expect(zstd.diffId).toBe(plain.diffId)
    expect(plain.descriptor.digest).toBe(plain.diffId)
    expect(digestOf(readFileSync(blobPath(dir, plain.descriptor.digest)))).toBe(plain.diffId)
    expect(zstdDecompressSync(readFileSync(blobPath(dir, zstd.descriptor.digest))).length).toBe(plain.size)
  })

  test('writes every file, whatever the sizes of its neighbors', async () => {
    const limit = 256 * 1024
    const sizes = [
      0,
      1,
      511,
      512,
      limit + 1,
      0,
      limit,
      0,
      limit - 1,
      1,
      1,
      150_000,
      3,
      2 * limit,
      5,
      ...Array(70).fill(7),
    ]
    const entries = sizes.map((length, index) => file(`f${index}`, length, () => sample(length)))
    const plain = await writeLayer(dir, entries, { compression: { kind: 'none' }, threads: 1 })
    const listed = execFileSync('tar', ['-tvf', blobPath(dir, plain.descriptor.digest)], { encoding: 'utf8' })
    const found = listed
      .trim()
      .split('\n')
      .map((line) => line.split(/\s+/))
    expect(found.map((words) => [words.at(-1), Number(words[2])])).toEqual(
      sizes.map((length, index) => [`f${index}`, length]),
    )
  })

  test('keeps memory constant for a large file', () => {
    const peak = Number(run(join(import.meta.dirname, '../support/layer-memory.ts'), {}))
    expect(peak).toBeGreaterThan(1_000_000)
    expect(peak).toBeLessThan(350_000_000)
  })

  test('fails and leaves nothing behind if the size of a file differs from its entry', async () => {
    for (const real of [size - 1, size + 1]) {
      await expect(writeLayer(dir, [file('big', size, () => sample(real))], gzip)).rejects.toMatchObject({
        code: 'context-changed',
      })
    }
    expect(readdirSync(join(dir, 'blobs'))).toEqual(['sha256'])
    expect(readdirSync(join(dir, 'blobs/sha256'))).toEqual([])
  })
})

function replaceByLink(path: string): void {
  rmSync(path)
  symlinkSync('/etc/passwd', path)
}

function run(script: string, env: Readonly<Record<string, string>>): string {
  return execFileSync(process.execPath, [...typescriptArguments, script], {
    env: { ...process.env, ...env },
    encoding: 'utf8',
  }).trim()
}

describe('contextTree()', () => {
  test('contains files with their permissions, owned by root, and links as links', async () => {
    writeFileSync(join(dir, 'f'), 'hello')
    chmodSync(join(dir, 'f'), 0o640)
    mkdirSync(join(dir, 'd'))
    symlinkSync('../../etc', join(dir, 'd/out'))
    const tree = contextTree(dir)
    expect(await tree.lstat('f')).toMatchObject({ type: 'file', mode: 0o640, uid: 0, gid: 0, size: 5 })
    expect(await tree.lstat('d/out')).toMatchObject({ type: 'symlink', target: '../../etc' })
    expect(await tree.lstat('d/out/passwd')).toBeUndefined()
    expect(await tree.list('d/out')).toEqual([])
    expect(await buffer(await tree.open('f'))).toEqual(Buffer.from('hello'))
  })

  test('sets mode 0755 if the disk has no permissions', async () => {
    writeFileSync(join(dir, 'f'), '')
    writeFileSync(join(dir, '..\\f'), '')
    const tree = contextTree(dir, { windows: true })
    expect(await tree.lstat('f')).toMatchObject({ mode: 0o755 })
    expect(await tree.lstat('..\\f')).toBeUndefined()
  })

  test('finds a name on a case-insensitive disk only as the disk lists it', async () => {
    // /proc, too, opens paths that it does not list: the threads of a process.
    const thread = readdirSync('/proc/self/task').find((id) => id !== String(process.pid)) ?? ''
    expect(await contextTree('/proc').lstat(thread)).toMatchObject({ type: 'directory' })
    const tree = contextTree('/proc', { caseBlind: true })
    expect(await tree.lstat(thread)).toBeUndefined()
    expect(await tree.lstat(`${thread}/cmdline`)).toBeUndefined()
    expect(await tree.lstat(`${process.pid}/cmdline`)).toMatchObject({ type: 'file' })
  })

  test('omits sockets', async () => {
    const server = createServer().listen(join(dir, 'socket'))
    await new Promise((done) => server.once('listening', done))
    expect(await contextTree(dir).list('')).toEqual([])
    expect(await contextTree(dir).lstat('socket')).toBeUndefined()
    server.close()
  })

  test('rejects a FIFO', async () => {
    execFileSync('mkfifo', [join(dir, 'pipe')])
    await expect(contextTree(dir).lstat('pipe')).rejects.toMatchObject({ code: 'context-unreadable' })
  })

  test('contains an excluded directory only if something in it is included, and nothing below a pruned one', async () => {
    for (const path of ['drop/keep', 'drop/x', 'empty/x', 'prune/keep']) {
      mkdirSync(join(dir, path, '..'), { recursive: true })
      writeFileSync(join(dir, path), '')
    }
    const tree = contextTree(dir, {
      ignore: (path) => (path === 'prune' ? 'prune' : path.endsWith('/keep') ? 'keep' : 'drop'),
    })
    expect(await tree.list('')).toEqual(['drop'])
    expect(await tree.list('drop')).toEqual(['keep'])
    expect(await tree.lstat('empty')).toBeUndefined()
    expect(await tree.lstat('prune/keep')).toBeUndefined()
  })

  test('reads each small file with four system calls', async () => {
    mkdirSync(join(dir, 'd'))
    for (let index = 0; index < 10; index += 1) writeFileSync(join(dir, 'd', `f${index}`), 'text')
    const names = ['readdirSync', 'lstatSync', 'openSync', 'fstatSync', 'readSync', 'closeSync'] as const
    const spies = names.map((name) => vi.spyOn(fs, name))
    syncBuiltinESMExports()
    try {
      const into = createOverlay(emptyTree)
      const from = contextTree(dir)
      await copyInto(into, { from, sources: ['d'], destination: '/', workdir: '/', patterns, time: 0, temporary: '' })
      for await (const piece of writeTar(await layerEntries(into))) expect(piece.length).toBeGreaterThan(0)
      // The root, the directory and ten files.
      expect(spies.map(({ mock }) => mock.calls.length)).toEqual([1, 12, 10, 0, 10, 10])
    } finally {
      vi.restoreAllMocks()
      syncBuiltinESMExports()
    }
  })

  test('detects hard links', async () => {
    writeFileSync(join(dir, 'a'), '')
    linkSync(join(dir, 'a'), join(dir, 'b'))
    const tree = contextTree(dir)
    const [a, b] = [await tree.lstat('a'), await tree.lstat('b')]
    expect(a?.inode).toBeDefined()
    expect(b?.inode).toBe(a?.inode)
  })

  for (const [what, change] of [
    ['grows', (path: string) => writeFileSync(path, 'longer')],
    ['shrinks', (path: string) => writeFileSync(path, '')],
    ['becomes a link', (path: string) => replaceByLink(path)],
    ['goes away', (path: string) => rmSync(path)],
  ] as const) {
    test(`does not read a file that ${what}`, async () => {
      writeFileSync(join(dir, 'f'), 'text')
      const tree = contextTree(dir)
      await tree.lstat('f')
      change(join(dir, 'f'))
      await expect(tree.open('f').then((content) => buffer(content))).rejects.toMatchObject({
        name: 'ActionError',
        code: expect.stringMatching(/^context-/),
      })
    })
  }
})

test('an entry of an archive takes some hundreds of bytes at most', () => {
  const script = join(import.meta.dirname, '../support/entry-memory.ts')
  const text = execFileSync(process.execPath, ['--expose-gc', ...typescriptArguments, script], { encoding: 'utf8' })
  const { copied, unpacked, layer, proven } = JSON.parse(text) as Readonly<Record<string, number>>
  for (const bytes of [copied, unpacked, layer, proven]) expect(bytes).toBeGreaterThan(10)
  // A third more than measured. They were 594, 452 and 442.
  // It was 536 with the path of each file three times, and 440 with an entry for each file.
  expect(copied).toBeLessThan(100)
  expect(unpacked).toBeLessThan(400)
  expect(layer).toBeLessThan(300)
  expect(proven).toBeLessThan(60)
})

describe('layersTree()', () => {
  let layers = 0
  const layer = (script: string) => {
    layers += 1
    const archive = execFileSync('sh', [
      '-c',
      `d=$(mktemp -d) && cd $d && ${script} && tar -czf - * $(ls -d .wh* 2>/dev/null); rm -r $d`,
    ])
    return { name: `layer ${layers}`, open: async () => chunks(archive) }
  }
  async function* chunks(bytes: Buffer): AsyncGenerator<Buffer> {
    for (let start = 0; start < bytes.length; start += 1000) yield bytes.subarray(start, start + 1000)
  }

  test('applies layers in order, with whiteouts', async () => {
    const tree = await layersTree(
      [
        layer('mkdir -p d/sub o && echo 1 > d/a && echo 1 > d/b && echo 1 > d/sub/c && echo 1 > o/old'),
        layer('mkdir d o && touch d/.wh.a d/.wh.sub o/.wh..wh..opq && echo 22 > d/b && echo 2 > o/new'),
      ],
      dir,
    )
    expect(await tree.list('d')).toEqual(['b'])
    expect(await tree.list('o')).toEqual(['new'])
    expect(await buffer(await tree.open('d/b'))).toEqual(Buffer.from('22\n'))
    expect(await tree.lstat('d/sub/c')).toBeUndefined()
  })

  test('reads blobs of writeLayer()', async () => {
    const written = await writeLayer(dir, [file('x/big', 3_000_000, () => sample(3_000_000))], gzip)
    const tree = await layersTree(
      [{ name: 'x', open: () => layoutStore(dir).open(written.descriptor) }],
      join(dir, 't'),
    )
    const read = await buffer(await tree.open('x/big'))
    expect(read.equals(await buffer(sample(3_000_000)))).toBe(true)
  })

  describe('of a layer that does not match its digest, although its archive is complete', () => {
    const archive = Buffer.concat([tarHeader({ path: 'd', node: rootNode }, 0), Buffer.alloc(1024)])
    const junk = Buffer.alloc(300_000, 'junk')
    const rows = [
      { name: 'plain', blob: Buffer.concat([archive, junk]) },
      { name: 'more content after the archive', blob: gzipSync(Buffer.concat([archive, junk])) },
      { name: 'more content after the gzip stream', blob: Buffer.concat([gzipSync(archive), junk]) },
      { name: 'no archive', blob: junk },
    ]
    test.for(rows)('is rejected ($name)', async ({ blob }) => {
      const source = {
        name: 'x',
        open: async () => verified(chunks(blob), { digest, size: blob.length }, 'Cannot read'),
      }
      const digest = digestOf('another')
      await expect(layersTree([source], dir)).rejects.toMatchObject({ code: 'content-mismatch' })
      await expect(createScan().treeOf([source])).rejects.toMatchObject({ code: 'content-mismatch' })
      await expect(spool(source.open, { folder: dir, what: 'Cannot read', size: () => 1 })(0, 1)).rejects.toMatchObject(
        { code: 'content-mismatch' },
      )
    })
    test('is rejected for its damage if the digest matches', async () => {
      const open = async () => verified(chunks(junk), { digest: digestOf(junk), size: junk.length }, 'Cannot read')
      await expect(layersTree([{ name: 'x', open }], dir)).rejects.toMatchObject({ code: 'archive-invalid' })
    })
  })

  test('opens files of each layer, even for a repeated layer', async () => {
    const [one, two] = [layer('echo 1 > a && echo 1 > b'), layer('echo 2 > b && echo 2 > c')]
    const tree = await layersTree([one, two, one], dir)
    const read = async (path: string) => (await buffer(await tree.open(path))).toString()
    expect([await read('a'), await read('b'), await read('c')]).toEqual(['1\n', '1\n', '2\n'])
    expect(
      tree
        .select(() => true)
        .map(([path]) => path)
        .sort(),
    ).toEqual(['', 'a', 'b', 'c'])
  })

  test('lists a directory before and after it changes', async () => {
    const overlay = createOverlay(await layersTree([layer('mkdir d && echo x > d/a')], dir))
    expect(await overlay.list('d')).toEqual(['a'])
    await overlay.put('d/b', { node: rootNode })
    await overlay.put('d/b/c', { node: rootNode })
    expect([await overlay.list('d'), await overlay.list('d/b')]).toEqual([['a', 'b'], ['c']])
    await overlay.put('d', { node: { ...rootNode, type: 'symlink', target: 'e' } })
    await overlay.put('d', { node: rootNode })
    await overlay.put('d/z', { node: rootNode })
    expect([await overlay.list('d'), await overlay.lstat('d/b/c')]).toEqual([['z'], undefined])
  })

  test('keeps hard links and links', async () => {
    const tree = await layersTree([layer('echo x > a && ln a b && ln -s a c')], dir)
    expect((await tree.lstat('a'))?.inode).toBe((await tree.lstat('b'))?.inode)
    expect(await tree.lstat('c')).toMatchObject({ type: 'symlink', target: 'a' })
    expect(await buffer(await tree.open('b'))).toEqual(Buffer.from('x\n'))
  })
})

describe('copyInto() with archives', () => {
  const add = async (name: string, content: Buffer) => {
    writeFileSync(join(dir, name), content)
    const layer = createOverlay(emptyTree)
    const request = {
      from: contextTree(dir),
      sources: [name],
      destination: '/x/',
      workdir: '/',
      unpack: true,
      patterns,
      time: 0,
    }
    await copyInto(layer, { ...request, temporary: join(dir, 'temporary') })
    return layer
  }
  const archive = (script: string) =>
    execFileSync('sh', ['-c', `d=$(mktemp -d) && cd $d && ${script} -cf - *; rm -r $d`])

  test('unpacks through a link of the archive only inside the destination', async () => {
    const tree = await add('u.tar', archive('ln -s / a && echo x > b && tar --transform s,^b,a/b,'))
    expect([...tree.additions()].every(({ path }) => path.startsWith('x'))).toBe(true)
    expect(await tree.lstat('x/b')).toMatchObject({ type: 'file' })
  })

  test.for([
    ['a name that climbs', "echo x > f && tar -P --transform 's,^,../../,'", 'archive-invalid'],
    ['a sparse file of GNU', 'truncate -s 1M f && tar -S --format=gnu', 'archive-unsupported'],
    ['a sparse file of PAX 0.0', 'truncate -s 1M f && tar -S --format=pax --sparse-version=0.0', 'archive-unsupported'],
    ['a sparse file of PAX 0.1', 'truncate -s 1M f && tar -S --format=pax --sparse-version=0.1', 'archive-unsupported'],
    ['a sparse file of PAX 1.0', 'echo x > a && truncate -s 1M f && tar -S --format=pax', 'archive-unsupported'],
    ['a deletion', 'mkdir d && touch d/.wh.f && tar', 'archive-invalid'],
  ] as const)('rejects %s', async ([, script, code]) => {
    await expect(add('t.tar', archive(script))).rejects.toMatchObject({ code })
  })

  test('rejects a truncated archive', async () => {
    const content = gzipSync(archive('head -c 100000 /dev/urandom > f && tar'))
    await expect(add('t.tar', content.subarray(0, 50_000))).rejects.toMatchObject({ code: 'archive-invalid' })
  })
})
