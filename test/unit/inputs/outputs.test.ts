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
      name: 'a folder',
      text: 'type=local,dest=a',
      is: { kind: 'files', form: 'folder', dest: 'a', platformSplit: undefined },
    },
    {
      name: 'an archive of files',
      text: 'type=tar,dest=a,platform-split=true',
      is: { kind: 'files', form: 'archive', dest: 'a', platformSplit: true },
    },
    {
      name: 'a bare path, a folder',
      text: 'out/a.tar',
      is: { kind: 'files', form: 'folder', dest: 'out/a.tar', platformSplit: undefined },
    },
    {
      name: 'a bare path with an equals sign',
      text: 'a=b',
      is: { kind: 'files', form: 'folder', dest: 'a=b', platformSplit: undefined },
    },
    { name: 'nothing but a build', text: 'type=cacheonly', is: { kind: 'cacheonly' } },
    { name: 'keys in capitals', text: 'TYPE=oci, Dest=a', is: { kind: 'oci', form: 'archive', dest: 'a' } },
    { name: 'a quoted comma', text: 'type=oci,"dest=a,b"', is: { kind: 'oci', form: 'archive', dest: 'a,b' } },
    { name: 'quoted quotes', text: 'type=oci,"dest=a""b"', is: { kind: 'oci', form: 'archive', dest: 'a"b' } },
    { name: 'an equals sign in dest', text: 'type=oci,dest=a=b', is: { kind: 'oci', form: 'archive', dest: 'a=b' } },
  ])('reads $name', ({ text, is }) => {
    expect(outputsOf(text)).toEqual([is])
  })

  test('reads one a line, in order', () => {
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
    { name: 'an image', text: 'type=image,name=a,push=true', says: 'set push: true and images: a' },
    { name: 'a registry', text: 'type=registry', says: 'set push: true and the name in images' },
    { name: 'an image that is not pushed', text: 'type=image,name=a', says: 'leave outputs empty and set images: a' },
    {
      name: 'an image by digest',
      text: 'type=image,"name=ghcr.io/a/b,c",push-by-digest=true,name-canonical=true,push=true',
      says: 'set push: true and images: ghcr.io/a/b, c. Content is always pushed by digest first; list all platforms',
    },
    {
      name: 'an image with annotations',
      text: 'type=registry,name=a,compression=zstd,annotation.x=1,annotation-manifest-descriptor[linux/amd64].y=2',
      says: 'and compression: zstd and annotations: manifest:x=1 and annotations: manifest-descriptor[linux/amd64]:y=2',
    },
    { name: 'an unknown type', text: 'type=ocl,dest=a', says: 'did you mean oci?' },
    { name: 'no type', text: 'dest=a,tar=false', says: 'expected a type' },
    { name: 'a word among attributes', text: 'type=oci,a', says: 'expected key=value, found "a"' },
    { name: 'an attribute of another type', text: 'type=local,dest=a,tar=false', says: 'takes no "tar"' },
    { name: 'a name', text: 'type=oci,dest=a,name=b', says: 'images and tags say it' },
    { name: 'a name of an object', text: 'type=oci,dest=a,constructor=b', says: 'takes no "constructor"' },
    { name: 'a type of an object', text: 'type=constructor,dest=a', says: 'type: expected one of' },
    { name: 'no boolean', text: 'type=oci,dest=a,tar=no', says: 'tar: expected true or false' },
    { name: 'a quote in the middle', text: 'type=oci,dest=a"b', says: 'expected a path or attributes as CSV' },
    { name: 'an open quote', text: 'type=oci,"dest=a', says: 'expected a path or attributes as CSV' },
  ])('refuses $name with its line', ({ text, says }) => {
    const message = expect.stringMatching(/outputs, line 2: /)
    expect(() => outputsOf(`# first\n${text}`)).toThrow(expect.objectContaining({ code: 'input-invalid', message }))
    expect(() => outputsOf(text)).toThrow(says)
  })

  test.each(['out\nout/', 'type=oci,dest=./a\ntype=tar,dest=a', 'type=oci,dest=a/../b\nb'])(
    'refuses two to one place: %j',
    (text) => {
      expect(() => outputsOf(text)).toThrow(/line 2: there is another output to/)
    },
  )

  test('refuses several platforms in an archive for docker load', () => {
    expect(() => outputsOf('type=docker,dest=a', 'amd64, arm64')).toThrow(/line 1: .*type=oci holds several/)
  })
})
