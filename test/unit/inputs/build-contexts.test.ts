import { describe, expect, it } from 'vitest'
import { formatContextSource, readBuildContexts } from '../../../src/inputs/build-contexts.ts'
import { digestOf } from '../../../src/oci/digest.ts'

const digest = digestOf(Buffer.from('a'))

function read(...texts: readonly string[]) {
  const problems: string[] = []
  const items = texts.map((text, index) => ({ text, line: index + 1 }))
  const contexts = readBuildContexts(items, (message, line) => problems.push(`${line}: ${message}`))
  return { contexts, problems }
}

describe('readBuildContexts()', () => {
  it.each([
    ['a folder', './lib=a', { kind: 'path', path: './lib=a' }],
    ['an image', 'docker-image://alpine:3', { kind: 'image', reference: 'alpine:3' }],
    ['a layout', 'oci-layout://./out', { kind: 'layout', path: './out', tag: undefined, digest: undefined }],
    ['a layout with a tag', 'oci-layout:///out:v1', { kind: 'layout', path: '/out', tag: 'v1', digest: undefined }],
    ['a layout with a digest', `oci-layout://out@${digest}`, { kind: 'layout', path: 'out', tag: undefined, digest }],
    ['a Git URL', 'https://example.com/a.git#main', { kind: 'git', url: 'https://example.com/a.git#main' }],
  ])('reads %s, and passes the original text to buildx', (_, value, source) => {
    const { contexts, problems } = read(`lib=${value}`)
    expect({ contexts, problems }).toEqual({ contexts: [{ name: 'lib', source }], problems: [] })
    expect(contexts.map((one) => one.source.kind !== 'default-git' && formatContextSource(one.source))).toEqual([value])
  })

  it('reads {{defaultContext}}', () => {
    expect(read('lib={{defaultContext}}:sub').contexts).toEqual([
      { name: 'lib', source: { kind: 'default-git', subdir: 'sub' } },
    ])
  })

  it.each([
    ['docker-archive:base.tar', { form: 'docker', path: 'base.tar', image: undefined }],
    ['docker-archive:./out/base.tar.gz:3.20', { form: 'docker', path: './out/base.tar.gz', image: '3.20' }],
    [
      'docker-archive:base.tar:example.com:5000/app:v1',
      { form: 'docker', path: 'base.tar', image: 'example.com:5000/app:v1' },
    ],
    ['docker-archive:base.tar:@2', { form: 'docker', path: 'base.tar', image: '@2' }],
    ['docker-archive:D:\\a\\base.tar:v1', { form: 'docker', path: 'D:\\a\\base.tar', image: 'v1' }],
    ['oci-archive:/tmp/app.tar:v1', { form: 'oci', path: '/tmp/app.tar', image: 'v1' }],
  ])('reads the archive %s', (value, archive) => {
    expect(read(`lib=${value}`)).toEqual({
      contexts: [{ name: 'lib', source: { kind: 'archive', ...archive } }],
      problems: [],
    })
  })

  it('names the nearest kind, and the format of an archive', () => {
    const given = [
      'docker-archve:a.tar',
      'oci-archive://a.tar',
      'docker-archive:',
      'docker-archive:a.tar:No/Name',
      'other-kind:x',
    ]
    expect(read(...given.map((value, index) => `c${index}=${value}`)).problems).toEqual([
      '1: "docker-archve" is not a kind of context. Did you mean docker-archive?',
      '2: expected oci-archive:file[:tag], found "oci-archive://a.tar"',
      '3: expected docker-archive:file[:tag], found "docker-archive:"',
      expect.stringMatching(/^4: expected a tag or name of an image after the file: /),
    ])
  })

  it.each([
    ['docker.io/library/alpine:latest', 'alpine'],
    ['alpine:3', 'alpine:3'],
    ['ghcr.io/acme/app', 'ghcr.io/acme/app'],
  ])('recognizes %s as %s', (name, short) => {
    expect(read(`${name}=x`).contexts.map((one) => one.name)).toEqual([short])
  })

  it('reports every problem with its line', () => {
    const { problems } = read('lib=a', 'lib:latest=b', 'empty=', 'alone', '=x', 'b=target:c', 'No=x', 'l=oci-layout://')
    expect(problems).toEqual([
      '2: "lib" is given a second time',
      '3: expected name=value, found no value for "empty"',
      '4: expected name=value, found no value for "alone"',
      '5: expected name=value, found nothing before "="',
      '6: "target:c" names a target of docker buildx bake; a step has one build and no others',
      expect.stringMatching(/^7: expected a name in the form of an image's: /),
      '8: expected oci-layout://directory[:tag][@digest], found "oci-layout://"',
    ])
  })
})
