import { chmodSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { withGitModes } from '../../../src/source/git/git-modes.ts'
import { openFolder } from '../../../src/source/open-context.ts'
import { contextTree } from '../../../src/tree/context.ts'
import type { FileTree } from '../../../src/tree/tree.ts'
import { writeFilesTo } from '../../e2e/support/write-files.ts'
import { git, makeRepository } from '../../support/git-server.ts'
import { createTestHost } from '../../support/host.ts'
import { tempFolder } from '../../support/temp.ts'

const hostOf = (os: 'linux' | 'win32', PATH = process.env['PATH']) => {
  return { ...createTestHost({ env: { PATH, HOME: '/nonexistent' } }), os }
}

/** A checkout with an executable and a readable file, as a umask of 0002 leaves them, and a file that Git does not track. */
function checkout(): string {
  const dir = makeRepository(tempFolder(), 'app', { 'bin/run': 'run', 'read-ü': 'read' })
  git(dir, ['update-index', '--chmod=+x', 'bin/run'])
  git(dir, ['checkout-index', '--all', '--force'])
  writeFilesTo(dir, { built: 'built' })
  for (const [path, mode] of [
    ['bin', 0o775],
    ['bin/run', 0o775],
    ['read-ü', 0o664],
  ] as const) {
    chmodSync(join(dir, path), mode)
  }
  return dir
}

async function modesOf(tree: FileTree): Promise<Readonly<Record<string, string | undefined>>> {
  const paths = ['bin', 'bin/run', 'read-ü', 'built']
  const nodes = await Promise.all(paths.map((path) => tree.lstat(path)))
  return Object.fromEntries(paths.map((path, index) => [path, nodes[index]?.mode.toString(8)]))
}

describe('a directory', () => {
  it('keeps the permissions of the disk', async () => {
    expect(await modesOf(await openFolder(checkout(), hostOf('linux')))).toMatchObject({
      bin: '775',
      'bin/run': '775',
      'read-ü': '664',
    })
  })

  it('on Windows has those of the Git index, and 0755 for untracked files', async () => {
    expect(await modesOf(await openFolder(checkout(), hostOf('win32')))).toEqual({
      bin: '755',
      'bin/run': '755',
      'read-ü': '644',
      built: '755',
    })
  })

  it('on Windows without Git has 0755 throughout', async () => {
    expect(await modesOf(await openFolder(checkout(), hostOf('win32', '/nonexistent')))).toMatchObject({
      'read-ü': '755',
    })
  })
})

describe('an ignore file', () => {
  it('that is a directory or missing is ignored', async () => {
    const dir = tempFolder({ '.dockerignore/x': '', 'Dockerfile.dockerignore/x': '', a: '' })
    expect(await (await openFolder(dir, hostOf('linux'), join(dir, 'Dockerfile'))).list('')).toContain('a')
  })

  it('that cannot be read is rejected', async () => {
    const dir = tempFolder({ a: '' })
    symlinkSync('.dockerignore', join(dir, '.dockerignore'))
    await expect(openFolder(dir, hostOf('linux'))).rejects.toMatchObject({
      code: 'context-unreadable',
      message: expect.stringContaining('.dockerignore'),
    })
  })
})

it('a fetched repository has permissions that do not depend on the umask', async () => {
  const dir = checkout()
  const tree = await withGitModes(contextTree(dir), { dir, host: hostOf('linux') })
  expect(await modesOf(tree)).toEqual({ bin: '755', 'bin/run': '755', 'read-ü': '644', built: '644' })
})
