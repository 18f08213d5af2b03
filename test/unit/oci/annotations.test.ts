import { describe, expect, test } from 'vitest'
import { type AnnotationTarget, annotationsFor, needsIndex, normalizeAnnotation } from '../../../src/oci/annotations.ts'

const amd64: AnnotationTarget = { level: 'manifest', platform: 'linux/amd64' }
const armv7: AnnotationTarget = { level: 'manifest', platform: 'linux/arm/v7' }
const index: AnnotationTarget = { level: 'index', platform: undefined }
const entry: AnnotationTarget = { level: 'manifest-descriptor', platform: 'linux/amd64' }

describe('annotationsFor()', () => {
  test.each([
    { name: 'the manifest without a prefix', written: 'a.b', on: [amd64, armv7], not: [index, entry] },
    { name: 'the manifest', written: 'manifest:a.b', on: [amd64, armv7], not: [index, entry] },
    { name: 'the index', written: 'index:a.b', on: [index], not: [amd64, entry] },
    { name: "the index's entry", written: 'manifest-descriptor:a.b', on: [entry], not: [amd64, index] },
    { name: 'one platform', written: 'manifest[linux/amd64]:a.b', on: [amd64], not: [armv7, index, entry] },
    { name: 'one platform by another name', written: 'manifest[linux/armhf]:a.b', on: [armv7], not: [amd64] },
    { name: 'several levels', written: 'index,manifest:a.b', on: [index, amd64, armv7], not: [entry] },
    {
      name: 'several levels with a platform',
      written: 'index,manifest-descriptor[linux/amd64]:a.b',
      on: [index, entry],
      not: [amd64],
    },
  ])('adds "$written" to $name', ({ written, on, not }) => {
    for (const target of on) expect(annotationsFor({ [written]: 'v' }, target)).toEqual({ 'a.b': 'v' })
    for (const target of not) expect(annotationsFor({ [written]: 'v' }, target)).toEqual({})
  })

  test('keeps a colon in a key without a prefix', () => {
    expect(annotationsFor({ 'org.example:a': 'v', 'indexed:b': 'w' }, amd64)).toEqual({
      'org.example:a': 'v',
      'indexed:b': 'w',
    })
  })

  test('prefers the annotation for a platform, then the later one', () => {
    const given = { 'manifest[linux/amd64]:a': 'special', a: 'general', b: 'one', 'manifest:b': 'two' }
    expect(annotationsFor(given, amd64)).toEqual({ a: 'special', b: 'two' })
    expect(annotationsFor(given, armv7)).toEqual({ a: 'general', b: 'two' })
  })

  test('keeps the order', () => {
    expect(Object.keys(annotationsFor({ b: '1', 'index:x': '', 'manifest:a': '2' }, amd64))).toEqual(['b', 'a'])
  })
})

test.each([
  { written: 'a', is: false },
  { written: 'manifest:a', is: false },
  { written: 'manifest[linux/amd64]:a', is: false },
  { written: 'index:a', is: true },
  { written: 'manifest,index:a', is: true },
  { written: 'index-descriptor:a', is: true },
  { written: 'manifest-descriptor[linux/amd64]:a', is: true },
])('needsIndex() of $written is $is', ({ written, is }) => {
  expect(needsIndex({ 'other.key': '', [written]: 'v' })).toBe(is)
})

test.each([
  ['a.b:c', 'a.b:c'],
  ['manifest[arm32]:a', 'manifest[linux/arm/v7]:a'],
  ['index,manifest-descriptor[x86_64]:a:b', 'index,manifest-descriptor[linux/amd64]:a:b'],
])('normalizeAnnotation() of %s is %s', (written, expected) => {
  expect(normalizeAnnotation(written)).toBe(expected)
})
