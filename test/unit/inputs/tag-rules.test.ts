import { expect, test } from 'vitest'
import { loadLibraries } from '../../../src/inputs/expressions.ts'
import { parseInputs } from '../../../src/inputs/parse.ts'

const libraries = await loadLibraries('{{date}} pep440')
const tagged = { name: 'push', ref: 'refs/tags/v1.2.3', sha: '0123456789abcdef' }
const pushed = { name: 'push', ref: 'refs/heads/main', sha: '0123456789abcdef', defaultBranch: 'main' }

test.each([
  { name: 'a whole version', tags: 'type=semver,pattern={{version}}', fixed: '1.2.3', moving: 'latest' },
  { name: 'a part of a version', tags: 'type=semver,pattern={{major}}.{{minor}}', fixed: '', moving: '1.2 latest' },
  {
    name: 'all parts of a version',
    tags: 'type=semver,pattern={{major}}.{{minor}}.{{patch}}',
    fixed: '1.2.3',
    moving: 'latest',
  },
  { name: 'a part of a PEP 440 version', tags: 'type=pep440,pattern={{major}}', fixed: '', moving: '1 latest' },
  { name: 'a match to the end', tags: 'type=match,pattern=v(.*),group=1', fixed: '1.2.3', moving: 'latest' },
  { name: 'a match of a part', tags: String.raw`type=match,pattern=\d+`, fixed: '', moving: '1 latest' },
  { name: 'a Git tag', tags: 'type=ref,event=tag', fixed: 'v1.2.3', moving: 'latest' },
  { name: 'a branch', on: pushed, tags: 'type=ref,event=branch', fixed: '', moving: 'main' },
  { name: 'a branch with a commit', on: pushed, tags: 'type=ref,event=branch,suffix=-{{sha}}', fixed: 'main-0123456' },
  { name: 'edge', on: pushed, tags: 'type=edge', fixed: '', moving: 'edge' },
  { name: 'a commit', on: pushed, tags: 'type=sha', fixed: 'sha-0123456' },
  { name: 'a raw branch', on: pushed, tags: 'type=raw,value={{branch}}', fixed: '', moving: 'main' },
  { name: 'what the line says', on: pushed, tags: 'type=sha,moving=true', fixed: '', moving: 'sha-0123456' },
  { name: 'a schedule', on: { ...pushed, name: 'schedule' }, tags: 'type=schedule', fixed: '', moving: 'nightly' },
])('a rule knows whether its tag moves: $name', ({ on = tagged, tags, fixed, moving = '' }) => {
  const given: Readonly<Record<string, string>> = { images: 'acme/app', tags }
  const { inputs } = parseInputs((name) => given[name] ?? '', [], { event: on, libraries })
  const named = inputs.tags.filter(({ enabled }) => enabled)
  const texts = (moves: boolean) =>
    named.flatMap((tag) => (tag.kind === 'tag' && (tag.moving ?? false) === moves ? [tag.tag] : [])).join(' ')
  expect({ fixed: texts(false), moving: texts(true) }).toEqual({ fixed, moving })
})

test('the libraries are loaded by those texts only that need them', async () => {
  expect(await loadLibraries('type=sha\ntype=edge')).toEqual({})
  expect(Object.keys(await loadLibraries('type=semver,pattern={{version}}'))).toEqual(['handlebars'])
  expect(Object.keys(await loadLibraries("{{date 'X'}}"))).toEqual(['handlebars', 'moment'])
})

test('short tags, whole references and rules are one list, by priority', () => {
  const given: Readonly<Record<string, string>> = {
    images: 'acme/app',
    tags: 'stable\nquay.io/acme/app:1\ntype=sha\ntype=ref,event=tag\nfirst,priority=2000',
  }
  const { inputs } = parseInputs((name) => given[name] ?? '', [], { event: tagged, libraries })
  const names = inputs.tags.map((tag) => (tag.kind === 'tag' ? tag.tag : tag.reference.repository))
  expect(names).toEqual(['first', 'v1.2.3', 'stable', 'acme/app', 'sha-0123456'])
})
