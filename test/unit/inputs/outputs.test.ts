import { describe, expect, test } from 'vitest'
import type { Output } from '../../../src/inputs/inputs.ts'
import { inputsOf } from '../../support/plan.ts'

const outputsOf = (outputs: string, platforms = 'amd64') => inputsOf({ outputs, platforms }).outputs

describe('readOutputs()', () => {
  test.each<{ readonly name: string; readonly text: string; readonly is: Output }>([
    { name: 'an OCI archive', text: 'type=oci,dest=a.tar', is: { kind: 'oci', form: 'archive', dest: 'a.tar' } },
    { name: 'a layout', text: 'type=oci,dest=a,tar=false', is: { kind: 'oci', form: 'folder', dest: 'a' } },
    { name: 'an archive of Docker', text: 'type=docker,dest=a', is: { kind: 'docker', form: 'archive', dest: 'a' } },
    {
      name: 'a directory',
      text: 'type=local,dest=a',
      is: { kind: 'files', form: 'folder', dest: 'a', platformSplit: undefined },
    },
    {
      name: 'an archive of files',
      text: 'type=tar,dest=a,platform-split=true',
      is: { kind: 'files', form: 'archive', dest: 'a', platformSplit: true },
    },
    {
      name: 'a bare path, a directory',
      text: 'out/a.tar',
      is: { kind: 'files', form: 'folder', dest: 'out/a.tar', platformSplit: undefined },
    },
    {
      name: 'a bare path with an equals sign',
      text: 'a=b',
      is: { kind: 'files', form: 'folder', dest: 'a=b', platformSplit: undefined },
    },
    { name: 'a build without a result', text: 'type=cacheonly', is: { kind: 'cacheonly' } },
    { name: 'keys in uppercase', text: 'TYPE=oci, Dest=a', is: { kind: 'oci', form: 'archive', dest: 'a' } },
    { name: 'a quoted comma', text: 'type=oci,"dest=a,b"', is: { kind: 'oci', form: 'archive', dest: 'a,b' } },
    { name: 'quoted quotes', text: 'type=oci,"dest=a""b"', is: { kind: 'oci', form: 'archive', dest: 'a"b' } },
    { name: 'an equals sign in dest', text: 'type=oci,dest=a=b', is: { kind: 'oci', form: 'archive', dest: 'a=b' } },
  ])('reads $name', ({ text, is }) => {
    expect(outputsOf(text)).toEqual([is])
  })

  test('reads one per line, in order', () => {
    expect(outputsOf('# files\nout\n\ntype=oci,dest=a.tar\n').map((output) => 'dest' in output && output.dest)).toEqual(
      ['out', 'a.tar'],
    )
  })

  test.each([
    { name: 'no dest', text: 'type=oci', says: 'type=oci needs dest, the path to write to' },
    { name: 'an empty dest', text: 'type=tar,dest=', says: 'type=tar needs dest' },
    { name: 'Docker without dest', text: 'type=docker', says: 'set load: true' },
    { name: 'standard output', text: '-', says: 'no standard output' },
    { name: 'standard output as dest', text: 'type=tar,dest=-', says: 'no standard output' },
    { name: 'by digest', text: 'type=image,push-by-digest=true', says: 'content is always pushed by digest first' },
    { name: 'other media types', text: 'type=image,oci-mediatypes=false', says: 'images have OCI media types' },
    { name: 'an insecure registry', text: 'type=image,registry.insecure=true', says: 'set `registry` to an http://' },
    {
      name: 'a registry that is not a push target',
      text: 'type=registry,push=false',
      says: 'write type=image,push=false',
    },
    { name: 'an invalid name', text: 'type=registry,name=A//b', says: 'name: ' },
    { name: 'a compression', text: 'type=image,compression=estargz', says: 'compression: expected one of gzip' },
    { name: 'an attribute of another type of image', text: 'type=image,pusch=true', says: 'did you mean push?' },
    { name: 'an invalid annotation', text: 'type=image,annotation-indx.a=b', says: 'indx' },
    { name: 'an unknown type', text: 'type=ocl,dest=a', says: 'did you mean oci?' },
    { name: 'no type', text: 'dest=a,tar=false', says: 'expected a type' },
    { name: 'a field without a value', text: 'type=oci,a', says: 'expected key=value, found "a"' },
    { name: 'an attribute of another type', text: 'type=local,dest=a,tar=false', says: 'does not support "tar"' },
    { name: 'a name', text: 'type=oci,dest=a,name=b', says: 'use images and tags' },
    { name: 'a name of an object', text: 'type=oci,dest=a,constructor=b', says: 'does not support "constructor"' },
    { name: 'a type of an object', text: 'type=constructor,dest=a', says: 'type: expected one of' },
    { name: 'a value that is not a boolean', text: 'type=oci,dest=a,tar=no', says: 'tar: expected true or false' },
    { name: 'a quote in the middle', text: 'type=oci,dest=a"b', says: 'expected a path or attributes as CSV' },
    { name: 'an open quote', text: 'type=oci,"dest=a', says: 'expected a path or attributes as CSV' },
  ])('rejects $name with its line', ({ text, says }) => {
    const message = expect.stringMatching(/outputs, line 2: /)
    expect(() => outputsOf(`# first\n${text}`)).toThrow(expect.objectContaining({ code: 'input-invalid', message }))
    expect(() => outputsOf(text)).toThrow(says)
  })

  test.each(['out\nout/', 'type=oci,dest=./a\ntype=tar,dest=a', 'type=oci,dest=a/../b\nb'])(
    'rejects two outputs with one destination: %j',
    (text) => {
      expect(() => outputsOf(text)).toThrow(/line 2: there is another output with the destination/)
    },
  )

  test('rejects several platforms in an archive for docker load', () => {
    expect(() => outputsOf('type=docker,dest=a', 'amd64, arm64')).toThrow(/line 1: .*type=oci holds several/)
  })
})

describe('outputs of type image and registry', () => {
  test('have the meaning of the inputs', () => {
    const text = 'type=registry,"name=ghcr.io/acme/app:1,acme/app",compression=zstd,annotation.K=1,annotation-index.b=2'
    const { push, tags, compression, annotations, outputs } = inputsOf({ outputs: `${text}\ntype=oci,dest=a.tar` })
    expect({ push, compression, annotations, outputs }).toEqual({
      push: true,
      compression: 'zstd',
      annotations: { 'manifest:K': '1', 'index:b': '2' },
      outputs: [{ kind: 'oci', form: 'archive', dest: 'a.tar' }],
    })
    expect(tags).toMatchObject([
      { reference: { registry: 'ghcr.io', repository: 'acme/app', tag: '1' } },
      { reference: { repository: 'acme/app', tag: 'latest' } },
    ])
  })

  test.each([
    { outputs: 'type=registry', push: 'false', is: true },
    { outputs: 'type=registry', push: 'auto', is: 'auto' },
    { outputs: 'type=image', push: 'true', is: true },
    { outputs: 'type=image,push=false', push: 'false', is: false },
    { outputs: 'type=image,push=true,name-canonical=true,unpack=true,store=true', push: 'false', is: true },
  ])('$outputs with push: $push sets push: $is', ({ outputs, push, is }) => {
    expect(inputsOf({ outputs, push, images: 'acme/app', tags: '1' }).push).toBe(is)
  })

  test('yield to the input annotations, as in buildx', () => {
    const given = { outputs: 'type=registry,annotation.a=1', annotations: 'manifest:a=2', tags: 'acme/app:1' }
    expect(inputsOf(given).annotations).toEqual({ 'manifest:a': '2' })
  })

  test.each([
    { given: { push: 'true', outputs: 'type=image,push=false' }, says: 'push=false contradicts the input push' },
    { given: { tags: 'acme/app:1', outputs: 'type=registry,name=acme/app:2' }, says: 'name contradicts the inputs' },
    { given: { compression: 'zstd', outputs: 'type=image,compression=uncompressed' }, says: 'contradicts compression' },
    { given: { outputs: 'type=registry,name=a/b\ntype=image,push=false' }, says: 'line 2: one output of type image' },
    { given: { outputs: 'type=registry' }, says: 'push: there is no image name to push to' },
    {
      given: { outputs: 'type=image,name=a/b:1,name=a/b:2,push=true' },
      says: '"name" is given twice; write all names as one quoted attribute',
    },
    {
      given: { outputs: 'type=registry,name=a/b:1,annotation.x=1,annotation.x=2' },
      says: '"annotation.x" is given twice',
    },
    { given: { outputs: 'type=oci,dest=a,DEST=b' }, says: '"dest" is given twice' },
  ])('contradictions are an error: $given', ({ given, says }) => {
    expect(() => inputsOf(given)).toThrow(says)
  })
})
