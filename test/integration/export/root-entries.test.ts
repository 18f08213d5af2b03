import { describe, expect, test } from 'vitest'
import { rootEntries } from '../../../src/export/root-entries.ts'
import { type LayerFile, layeredImage } from '../../support/layered-image.ts'
import { tempFolder } from '../../support/temp.ts'

type Platforms = Readonly<Record<string, readonly (readonly LayerFile[])[]>>

const { signal } = new AbortController()

async function pathsOf(platforms: Platforms, platformSplit?: boolean): Promise<readonly string[]> {
  const content = await layeredImage(platforms)
  return (await rootEntries(content, { platformSplit, temporary: tempFolder(), signal })).map(({ path }) => path)
}

const app = (path: string) => [[{ path: 'bin' }, { path: `bin/${path}`, text: path }]]

describe('rootEntries()', () => {
  test('returns the combined entries of the layers, directories before their content', async () => {
    const layers = [
      [{ path: 'a' }, { path: 'a/gone', text: '1' }, { path: 'a/kept', text: '2' }, { path: 'b', text: '' }],
      [{ path: 'a' }, { path: 'a/.wh.gone', text: '' }, { path: 'a/new', text: '3' }],
    ]
    expect(await pathsOf({ 'linux/amd64': layers })).toEqual(['a', 'a/kept', 'a/new', 'b'])
  })

  test('returns a directory for each of several platforms', async () => {
    expect(await pathsOf({ 'linux/amd64': app('x'), 'linux/arm/v7': app('x') })).toEqual([
      'linux_amd64',
      'linux_amd64/bin',
      'linux_amd64/bin/x',
      'linux_arm_v7',
      'linux_arm_v7/bin',
      'linux_arm_v7/bin/x',
    ])
  })

  test('returns a directory for one platform on request', async () => {
    expect(await pathsOf({ 'linux/amd64': app('x') }, true)).toEqual([
      'linux_amd64',
      'linux_amd64/bin',
      'linux_amd64/bin/x',
    ])
  })

  test('keeps hard links of a file within the directory of the platform', async () => {
    const layer = [
      { path: 'a', text: '1' },
      { path: 'b', linkTo: 'a' },
    ]
    const content = await layeredImage({ 'linux/amd64': [layer], 'linux/arm64': [layer] })
    const entries = await rootEntries(content, { platformSplit: undefined, temporary: tempFolder(), signal })
    expect(entries.flatMap(({ path, linkTo }) => (linkTo === undefined ? [] : [[path, linkTo]]))).toEqual([
      ['linux_amd64/b', 'linux_amd64/a'],
      ['linux_arm64/b', 'linux_arm64/a'],
    ])
  })

  test('combines platforms that are not split in one directory, each directory followed by its content', async () => {
    const split = await pathsOf(
      { 'linux/amd64': [...app('x'), [{ path: 'c', text: '' }]], 'linux/arm64': app('y') },
      false,
    )
    expect(split).toEqual(['bin', 'bin/x', 'bin/y', 'c'])
  })

  test.each<{ readonly name: string; readonly other: LayerFile }>([
    { name: 'file', other: { path: 'bin', text: '' } },
    { name: 'link for a directory', other: { path: 'bin', type: 'symlink', target: '/etc' } },
  ])('rejects the same $name of two platforms that are not split', async ({ other }) => {
    await expect(pathsOf({ 'linux/amd64': app('x'), 'linux/arm64': [[other]] }, false)).rejects.toMatchObject({
      code: 'input-invalid',
      message: 'Cannot merge linux/amd64 and linux/arm64 into one directory: both have bin',
    })
  })
})
