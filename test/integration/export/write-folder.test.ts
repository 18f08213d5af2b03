import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { rootEntries } from '../../../src/export/root-entries.ts'
import { writeFolder } from '../../../src/export/write-folder.ts'
import { type LayerFile, layeredImage, time } from '../../support/layered-image.ts'
import { tempFolder } from '../../support/temp.ts'

/** Writes an image of these layers to `dest`. */
async function write(dest: string, layers: readonly (readonly LayerFile[])[], signal = new AbortController().signal) {
  const content = await layeredImage({ 'linux/amd64': layers })
  const entries = await rootEntries(content, { platformSplit: undefined, temporary: tempFolder(), signal })
  return writeFolder(dest, entries, { signal })
}

const modeOf = (path: string): string => (lstatSync(path).mode & 0o7777).toString(8)

describe('writeFolder()', () => {
  test('keeps modes and times, including those of directories', async () => {
    const dest = join(tempFolder(), 'new/root')
    await write(dest, [
      [
        { path: 'closed', mode: 0o555 },
        { path: 'closed/file', text: 'x', mode: 0o4711 },
        { path: 'link', type: 'symlink', target: '/nowhere' },
      ],
    ])
    expect(['closed', 'closed/file'].map((path) => modeOf(join(dest, path)))).toEqual(['555', '4711'])
    const times = ['closed', 'closed/file', 'link'].map((path) => lstatSync(join(dest, path)).mtimeMs)
    expect(times).toEqual([time, time, time])
    expect(readlinkSync(join(dest, 'link'))).toBe('/nowhere')
  })

  test('keeps hard links', async () => {
    const dest = tempFolder()
    await write(dest, [
      [
        { path: 'a', text: 'x' },
        { path: 'b', linkTo: 'a' },
      ],
    ])
    expect(lstatSync(join(dest, 'a')).ino).toBe(lstatSync(join(dest, 'b')).ino)
  })

  test('overwrites existing files of the image, and keeps others', async () => {
    const dest = tempFolder({
      mine: 'mine',
      'file/inside': '',
      folder: 'was a file',
      'shared/mine': 'mine',
      old: 'old',
    })
    await write(dest, [
      [
        { path: 'file', text: 'new' },
        { path: 'folder' },
        { path: 'folder/x', text: 'x' },
        { path: 'old', text: 'new' },
        { path: 'shared' },
        { path: 'shared/x', text: 'x' },
      ],
    ])
    expect(readdirSync(dest)).toEqual(['file', 'folder', 'mine', 'old', 'shared'])
    expect(['file', 'mine', 'old', 'shared/mine'].map((path) => readFileSync(join(dest, path), 'utf8'))).toEqual([
      'new',
      'mine',
      'new',
      'mine',
    ])
  })

  test.each<{ readonly name: string; readonly layers: readonly (readonly LayerFile[])[] }>([
    {
      name: 'a link to a directory outside, then files below it',
      layers: [
        [
          { path: 'out', type: 'symlink', target: '../victim' },
          { path: 'out/secret', text: 'taken' },
        ],
      ],
    },
    {
      name: 'an absolute link in one layer and files below it in the next',
      layers: [
        [{ path: 'out', type: 'symlink', target: 'VICTIM' }],
        [{ path: 'out' }, { path: 'out/secret', text: 'taken' }],
      ],
    },
    { name: 'names that climb', layers: [[{ path: '../victim/secret', text: 'taken' }]] },
    { name: 'absolute names', layers: [[{ path: 'VICTIM/secret', text: 'taken' }]] },
    {
      name: 'a link through a link',
      layers: [
        [
          { path: 'a', type: 'symlink', target: '..' },
          { path: 'b', type: 'symlink', target: 'a/victim' },
          { path: 'b/secret', text: 'taken' },
        ],
      ],
    },
    {
      name: 'a link in place of a file',
      layers: [[{ path: 'secret', type: 'symlink', target: '../victim/secret' }], [{ path: 'secret', text: 'taken' }]],
    },
    {
      name: 'a hard link to a file outside, then written through',
      layers: [[{ path: 'hard', linkTo: '../victim/secret' }], [{ path: 'hard', text: 'taken' }]],
    },
  ])('writes nothing outside for $name', async ({ layers }) => {
    const root = tempFolder({ 'victim/secret': 'mine', 'dest/': '' })
    const victim = join(root, 'victim')
    const named = layers.map((layer) =>
      layer.map(({ path, target, ...file }) => ({
        ...file,
        path: path.replace('VICTIM', victim),
        ...(target === undefined ? {} : { target: target.replace('VICTIM', victim) }),
      })),
    )
    await write(join(root, 'dest'), named)
    expect(readdirSync(root)).toEqual(['dest', 'victim'])
    expect(readdirSync(victim)).toEqual(['secret'])
    expect(readFileSync(join(victim, 'secret'), 'utf8')).toBe('mine')
  })

  test('follows no link that existed in the directory', async () => {
    const root = tempFolder({ 'victim/secret': 'mine', 'dest/': '' })
    const dest = join(root, 'dest')
    symlinkSync('../victim', join(dest, 'folder'))
    symlinkSync('../victim/secret', join(dest, 'file'))
    await write(dest, [
      [
        { path: 'file', text: 'x' },
        { path: 'folder', mode: 0o700 },
        { path: 'folder/secret', text: 'x' },
      ],
    ])
    expect(readFileSync(join(root, 'victim/secret'), 'utf8')).toBe('mine')
    expect(modeOf(join(root, 'victim'))).not.toBe('700')
    expect(lstatSync(join(dest, 'folder')).isDirectory()).toBe(true)
  })

  test('omits devices and FIFOs, and reports them', async () => {
    const dest = tempFolder()
    const left = await write(dest, [
      [
        { path: 'null', type: 'character-device', device: { major: 1, minor: 3 } },
        { path: 'pipe', type: 'fifo' },
      ],
    ])
    expect({ left: left.map(({ path }) => path), there: readdirSync(dest) }).toEqual({
      left: ['null', 'pipe'],
      there: [],
    })
  })

  test('reports an invalid destination', async () => {
    const root = tempFolder({ file: '' })
    await expect(write(join(root, 'file/below'), [])).rejects.toMatchObject({ code: 'output-unwritable' })
  })

  test('stops when the run is cancelled', async () => {
    const dest = tempFolder()
    await expect(write(dest, [[{ path: 'a', text: '' }]], AbortSignal.abort())).rejects.toMatchObject({
      code: 'cancelled',
    })
    expect(existsSync(join(dest, 'a'))).toBe(false)
  })

  test('gives the same result the second time', async () => {
    const dest = tempFolder()
    mkdirSync(join(dest, 'sub'))
    writeFileSync(join(dest, 'sub/mine'), '')
    const layers = [
      [
        { path: 'closed', mode: 0o555 },
        { path: 'closed/x', text: 'x', mode: 0o444 },
      ],
    ]
    await write(dest, layers)
    await write(dest, layers)
    expect(readFileSync(join(dest, 'closed/x'), 'utf8')).toBe('x')
  })
})
