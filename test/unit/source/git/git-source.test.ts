import { describe, expect, it } from 'vitest'
import { parseGitSource, redactUrl } from '../../../../src/source/git/git-source.ts'

const plain = {
  credentials: undefined,
  ref: undefined,
  commit: undefined,
  subdir: '',
  keepGitDir: undefined,
  submodules: true,
}
const remote = 'https://example.com/a/app.git'

describe('parseGitSource()', () => {
  it.each([
    ['a repository', remote, { remote }],
    ['a ref', `${remote}#main`, { remote, ref: 'main' }],
    ['a ref and a folder', `${remote}#main:sub/dir`, { remote, ref: 'main', subdir: 'sub/dir' }],
    ['a folder alone', `${remote}#:/sub/`, { remote, subdir: 'sub' }],
    ['a branch', `${remote}?branch=main&subdir=sub`, { remote, ref: 'refs/heads/main', subdir: 'sub' }],
    ['a tag', `${remote}?tag=v1`, { remote, ref: 'refs/tags/v1' }],
    ['a commit', `${remote}?commit=abc`, { remote, ref: 'abc', commit: 'abc' }],
    ['a branch at a commit', `${remote}?ref=main&checksum=abc`, { remote, ref: 'main', commit: 'abc' }],
    ['both forms that agree', `${remote}?ref=main#main:sub`, { remote, ref: 'main', subdir: 'sub' }],
    ['switches', `${remote}?submodules=0&keep-git-dir`, { remote, submodules: false, keepGitDir: true }],
    ['scp', 'git@example.com:a/app#v1', { remote: 'git@example.com:a/app', ref: 'v1' }],
    ['ssh', 'ssh://git@example.com/a/app', { remote: 'ssh://git@example.com/a/app' }],
    ['github.com without a scheme', 'github.com/a/app#v1', { remote: 'https://github.com/a/app', ref: 'v1' }],
  ])('reads %s', (_, text, expected) => {
    expect(parseGitSource(text)).toEqual({ ...plain, ...expected })
  })

  it('removes user and password from the remote', () => {
    const source = parseGitSource('https://me:a%20b@example.com/a/app.git#main')
    expect(source).toMatchObject({ remote, ref: 'main', credentials: { origin: 'https://example.com' } })
    const { username, password } = source?.credentials ?? {}
    expect([username?.reveal(), password?.reveal()]).toEqual(['me', 'a b'])
  })

  it.each([
    ['an archive', 'https://example.com/app.tar.gz'],
    ['a folder', './app.git'],
  ])('leaves %s to other readers', (_, text) => {
    expect(parseGitSource(text)).toBeUndefined()
  })

  it.each([
    ['unknown', '?brnch=main', 'brnch is unknown in its query'],
    ['given twice', '?tag=a&tag=b', 'tag is given more than once'],
    ['empty', '?tag=', 'tag has no value'],
    ['contradicted', '?tag=v1&branch=main', 'it has two values for ref, refs/tags/v1 and refs/heads/main'],
    ['contradicted by the fragment', '?ref=a#b', 'it has two values for ref, b and a'],
    ['no boolean', '?submodules=maybe', 'submodules must be true or false, found maybe'],
  ])('rejects sources that are %s', (_, suffix, found) => {
    expect(() => parseGitSource(`${remote}${suffix}`)).toThrow(
      expect.objectContaining({
        code: 'input-invalid',
        message: `Cannot read the Git URL ${remote}${suffix}: ${found}`,
      }),
    )
  })
})

it('redactUrl() removes user and password', () => {
  expect(redactUrl('https://me:secret@example.com/a.git?x=1')).toBe('https://example.com/a.git?x=1')
})
