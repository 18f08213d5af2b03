import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { gitCredentials, secretsOf } from '../../../../src/verify/secrets/git-credentials.ts'
import { tempFolder } from '../../../support/temp.ts'

const token = 'ghs_16C7e42F292c6912E7710c838347Ae178B4a'
const header = `AUTHORIZATION: basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`
const config = `[core]\n\tbare = false\n[http "https://github.com/"]\n\textraheader = ${header}\n`

async function textsFor(
  files: Readonly<Record<string, string>>,
  folder: string,
  temp = '',
): Promise<readonly string[]> {
  const root = tempFolder(files)
  const needles = await gitCredentials([join(root, folder)], { RUNNER_TEMP: temp && join(root, temp) })
  return needles.map(({ text }) => text)
}

describe('secretsOf()', () => {
  test.each([
    [`\textraheader = ${header}`, [token]],
    [`extraheader = "Authorization: Bearer ${token}"`, [token]],
    ['\turl = https://me:p%40ss%2Fword1@git.example.com/x.git', ['p@ss/word1']],
    [`url = https://${token}@github.com/acme/app`, [token]],
    [`[url "https://x-access-token:${token}@github.com/"]`, [token]],
    ['url = ssh://git@github.com/acme/app', []],
    ['url = git@github.com:acme/app', []],
    ['url = https://me:%zz%zz%zz9@example.com', ['%zz%zz%zz9']],
    ['email = me@example.com', []],
  ])('of %j', (line, secrets) => {
    expect(secretsOf(line)).toEqual(secrets)
  })
})

describe('gitCredentials()', () => {
  test.each([
    { name: 'the directory', files: { 'w/.git/config': config }, folder: 'w' },
    { name: 'a parent directory', files: { 'w/.git/config': config, 'w/a/b/x': '' }, folder: 'w/a/b' },
    {
      name: 'a submodule',
      files: { 'w/.git/modules/s/config': config, 'w/s/.git': 'gitdir: ../.git/modules/s\n' },
      folder: 'w/s',
    },
    {
      name: 'a submodule inside the directory',
      files: { 'w/.git/config': '', 'w/.git/modules/s/config': config, 'w/s/.git': 'gitdir: ../.git/modules/s\n' },
      folder: 'w',
    },
    {
      name: 'a second checkout inside the directory',
      files: { 'w/.git/config': '[core]\n', 'w/src/tools/.git/config': config },
      folder: 'w',
    },
    {
      name: 'a worktree',
      files: {
        'm/.git/config': config,
        'm/.git/worktrees/t/commondir': '../..\n',
        't/.git': 'gitdir: ../m/.git/worktrees/t\n',
      },
      folder: 't',
    },
    { name: 'an included file', files: { 'w/.git/config': '[include]\n\tpath = ../../c\n', c: config }, folder: 'w' },
    {
      name: 'the runner, in the form of actions/checkout v6',
      files: { 'w/.git/config': '', 't/git-credentials-0a1b2c3d.config': config },
      folder: 'w',
      temp: 't',
    },
  ])('finds those of $name', async ({ files, folder, temp }) => {
    expect(await textsFor(files, folder, temp)).toEqual([token])
  })

  test('finds none without a repository, and stops at files that include each other', async () => {
    expect(await textsFor({ 'w/x': '' }, 'w')).toEqual([])
    expect(
      await textsFor({ 'w/.git/config': '[include]\npath = config\npath = a\n', 'w/.git/a': 'path = config\n' }, 'w'),
    ).toEqual([])
  })

  test('skips anything but regular files', async () => {
    const root = tempFolder({})
    mkdirSync(join(root, '.git'))
    symlinkSync('/dev/zero', join(root, '.git', 'config'))
    writeFileSync(join(root, 'x'), '')
    expect(await gitCredentials([root], {})).toEqual([])
  })
})
