import { spawnSync } from 'node:child_process'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseDockerfile } from '../../../src/dockerfile/read/parse.ts'
import { mountsDockerfile } from '../../../src/engine/buildkit/cache-mounts/mounts-dockerfile.ts'
import { parsePlatform } from '../../../src/oci/platform.ts'
import { tempFolder } from '../../support/temp.ts'

// The steps that save and restore cache mounts, run by the shell and the programs of this machine. test/e2e/cache-mounts.test.ts runs them in BuildKit.

const mounts = ['a', 'b', 'c'].map((id) => ({ id, options: [] }))
const { stages } = parseDockerfile(
  mountsDockerfile({ mounts, tools: { name: 'x', platform: parsePlatform('amd64') } }),
  'Dockerfile',
)

/** Runs the script of a stage below `root`. */
function run(stage: string, root: string, env: Readonly<Record<string, string>> = {}) {
  const found = stages.find(({ name }) => name === `polyarch-${stage}`)?.instructions.find(({ kind }) => kind === 'run')
  const [shell = '', ...args] = found?.kind === 'run' && found.command.form === 'exec' ? found.command.words : []
  const here = args.map((text) => text.replaceAll('/polyarch', join(root, 'polyarch')))
  const { status, stdout, stderr } = spawnSync(shell, here, {
    env: { PATH: process.env['PATH'], ...env },
    encoding: 'utf8',
  })
  return { status, output: `${stdout}${stderr}`.trim() }
}

/** A machine with three mounts, of which the second is empty, in a step that saves at most `limit` KiB. */
function machine(limit = 1000) {
  const root = tempFolder({
    'polyarch/mounts/0/.hidden': 'h',
    'polyarch/mounts/0/sub/file': 'f',
    'polyarch/mounts/2/x': 'x',
  })
  mkdirSync(join(root, 'polyarch/mounts/1'))
  mkdirSync(join(root, 'polyarch/state'))
  symlinkSync('sub/missing', join(root, 'polyarch/mounts/0/link'))
  writeFileSync(join(root, 'polyarch/request'), `name\n${limit}\nplace\n`)
  return root
}

test('saves the mounts that are not empty, with links and times', () => {
  const root = machine()
  const old = new Date(2001, 1, 1)
  utimesSync(join(root, 'polyarch/mounts/0/sub/file'), old, old)
  expect(run('collected', root)).toMatchObject({
    status: 0,
    output: expect.stringMatching(/^polyarch-mount saved 0 \d+\npolyarch-mount saved 2 \d+$/),
  })
  const saved = join(root, 'polyarch-saved')
  expect(readdirSync(saved)).toEqual(['0', '2'])
  expect(readdirSync(join(saved, '0')).toSorted()).toEqual(['.hidden', 'link', 'sub'])
  expect(readlinkSync(join(saved, '0/link'))).toBe('sub/missing')
  expect(statSync(join(saved, '0/sub/file')).mtime).toEqual(old)
})

test('saves nothing again until a mount changes', () => {
  const root = machine()
  expect(run('collected', root).status).toBe(0)
  expect(run('noted', root, { POLYARCH_PLACE: 'place' })).toEqual({ status: 0, output: '' })
  rmSync(join(root, 'polyarch-saved'), { recursive: true })
  expect(run('collected', root)).toEqual({ status: 77, output: '' })
  writeFileSync(join(root, 'polyarch/request'), 'name\n1000\nelsewhere\n')
  expect(run('collected', root).status).toBe(0)
  writeFileSync(join(root, 'polyarch/request'), 'name\n1000\nplace\n')
  writeFileSync(join(root, 'polyarch/mounts/0/sub/file'), 'g')
  expect(run('collected', root).status).toBe(0)
})

test('does not save more than the limit, and nothing if all mounts are larger', () => {
  const root = machine(100)
  writeFileSync(join(root, 'polyarch/mounts/0/large'), 'x'.repeat(200 * 1024))
  expect(run('collected', root)).toMatchObject({
    status: 0,
    output: expect.stringMatching(/^polyarch-mount large 0 \d+\npolyarch-mount saved 2 \d+$/),
  })
  const small = machine(1)
  expect(run('collected', small)).toMatchObject({ status: 77, output: expect.stringContaining('large 2') })
})

test('does nothing in a build that restores', () => {
  const root = machine()
  rmSync(join(root, 'polyarch/request'))
  for (const stage of ['collected', 'pointing']) expect(run(stage, root)).toEqual({ status: 78, output: '' })
  expect(existsSync(join(root, 'polyarch-saved'))).toBe(false)
})

test('an image without the programs has its own exit status', () => {
  const root = machine()
  expect(run('collected', root, { PATH: '/nonexistent' }).status).toBe(79)
  expect(run('restored', root, { PATH: '/nonexistent' }).status).toBe(79)
})

test('restores mounts that are empty, also after an interruption, and knows their state', () => {
  const root = machine()
  const at = (path: string) => join(root, 'polyarch', path)
  mkdirSync(at('content/1/.x'), { recursive: true })
  mkdirSync(at('content/0'))
  mkdirSync(at('mounts/1/.polyarch-partial'))
  for (const name of ['file', '..odd', '.x/y', 'a b']) writeFileSync(at(`content/1/${name}`), name)
  symlinkSync('nowhere', at('content/1/link'))
  writeFileSync(at('content/0/other'), '')
  expect(run('restored', root, { POLYARCH_PLACE: 'place' })).toMatchObject({
    status: 0,
    output: expect.stringMatching(/^polyarch-mount present 0 0\npolyarch-mount restored 1 \d+$/),
  })
  expect(readdirSync(at('mounts/1')).toSorted()).toEqual(['..odd', '.x', 'a b', 'file', 'link'])
  expect(lstatSync(at('mounts/1/link')).isSymbolicLink()).toBe(true)
  expect(existsSync(at('mounts/0/other'))).toBe(false)
  rmSync(at('mounts/0'), { recursive: true })
  rmSync(at('mounts/2'), { recursive: true })
  expect(run('collected', root)).toEqual({ status: 77, output: '' })
})

test('writes the name of the content', () => {
  const root = machine()
  expect(run('pointing', root)).toEqual({ status: 0, output: '' })
  expect(readFileSync(join(root, 'polyarch-pointer'), 'utf8')).toBe('name\n')
})
