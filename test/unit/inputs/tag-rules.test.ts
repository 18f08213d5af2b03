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
  { name: 'a rule with moving set', on: pushed, tags: 'type=sha,moving=true', fixed: '', moving: 'sha-0123456' },
  { name: 'a schedule', on: { ...pushed, name: 'schedule' }, tags: 'type=schedule', fixed: '', moving: 'nightly' },
])('a rule determines whether its tag moves: $name', ({ on = tagged, tags, fixed, moving = '' }) => {
  const given: Readonly<Record<string, string>> = { images: 'acme/app', tags }
  const { inputs } = parseInputs((name) => given[name] ?? '', [], { event: on, libraries })
  const named = inputs.tags.filter(({ enabled }) => enabled)
  const texts = (moves: boolean) =>
    named.flatMap((tag) => (tag.kind === 'tag' && (tag.moving ?? false) === moves ? [tag.tag] : [])).join(' ')
  expect({ fixed: texts(false), moving: texts(true) }).toEqual({ fixed, moving })
})

test('the libraries are loaded only by texts that need them', async () => {
  expect(await loadLibraries('type=sha\ntype=edge')).toEqual({})
  expect(Object.keys(await loadLibraries('type=semver,pattern={{version}}'))).toEqual(['handlebars'])
  expect(Object.keys(await loadLibraries("{{date 'X' tz='Asia/Tokyo'}}"))).toEqual(['handlebars', 'moment'])
  expect(Object.keys(await loadLibraries('{{date "Hz"}}'))).toEqual(['handlebars', 'moment', 'zones'])
})

test.each([
  { name: 'summer', date: '2026-07-01T12:00:00Z', tz: 'Europe/Berlin', is: '14-CEST-CEST' },
  { name: 'winter', date: '2026-01-01T12:00:00Z', tz: 'Europe/Berlin', is: '13-CET-CET' },
  { name: 'America', date: '2026-01-01T12:00:00Z', tz: 'America/New_York', is: '07-EST-EST' },
  { name: 'a zone without an abbreviation', date: '2026-01-01T12:00:00Z', tz: 'America/Sao_Paulo', is: '09--03--03' },
  { name: 'UTC', date: '2026-01-01T12:00:00Z', tz: '', is: '12-UTC-UTC' },
  { name: 'another case', date: '2026-01-01T12:00:00Z', tz: 'europe/berlin', is: '13-CET-CET' },
])('z and zz in a date are the abbreviation of its zone: $name', async ({ date, tz, is }) => {
  const tags = `type=raw,value={{date 'HH-z-zz'${tz && ` tz='${tz}'`}}}`
  const options = { event: tagged, libraries: await loadLibraries(tags), now: new Date(date) }
  const { inputs } = parseInputs((name) => (name === 'images' ? 'acme/app' : name === 'tags' ? tags : ''), [], options)
  expect(inputs.tags).toMatchObject([{ tag: is }])
})

test.each([
  { name: 'a name', images: 'acme/{{branch}}', is: ['acme/main'] },
  { name: 'the attribute name', images: 'name=acme/{{branch}},enable={{is_default_branch}}', is: ['acme/main'] },
])('expressions in the input images are replaced: $name', ({ images, is }) => {
  const { inputs } = parseInputs((name) => (name === 'images' ? images : ''), [], { event: pushed, libraries })
  expect(inputs.images.map(({ repository }) => repository)).toEqual(is)
})

test('an unknown expression in the input images is an error with its line', () => {
  const read = () => parseInputs((name) => (name === 'images' ? 'acme/app\nacme/{{brnch}}' : ''), [], { libraries })
  expect(read).toThrow(/images, line 2: expected an expression .*"brnch"; did you mean branch\?/)
})

test.each([
  { length: '12', is: 'sha-0123456789ab' },
  { length: '100', is: `sha-${'0123456789abcdef'.repeat(2)}01234567` },
])('a short commit has the length of DOCKER_METADATA_SHORT_SHA_LENGTH, $length', ({ length, is }) => {
  const event = { ...pushed, sha: `${'0123456789abcdef'.repeat(2)}01234567`, shortShaLength: length }
  const given: Readonly<Record<string, string>> = { images: 'acme/app', tags: 'type=sha' }
  const { inputs } = parseInputs((name) => given[name] ?? '', [], { event, libraries })
  expect(inputs.tags).toMatchObject([{ tag: is }])
})

test('short tags, complete references and rules form one list, by priority', () => {
  const given: Readonly<Record<string, string>> = {
    images: 'acme/app',
    tags: 'stable\nquay.io/acme/app:1\ntype=sha\ntype=ref,event=tag\nfirst,priority=2000',
  }
  const { inputs } = parseInputs((name) => given[name] ?? '', [], { event: tagged, libraries })
  const names = inputs.tags.map((tag) => (tag.kind === 'tag' ? tag.tag : tag.reference.repository))
  expect(names).toEqual(['first', 'v1.2.3', 'stable', 'acme/app', 'sha-0123456'])
})

/** The error of reading `tags` for the Git tag. */
function readFor(gitTag: string, tags: string) {
  const given: Readonly<Record<string, string>> = { images: 'acme/app', tags }
  const event = { ...tagged, ref: `refs/tags/${gitTag}` }
  return parseInputs((name) => given[name] ?? '', [], { event, libraries })
}

test.each([
  { name: 'a pattern of type=match', tags: `type=sha\ntype=match,pattern=${'a'.repeat(257)}`, in: 'pattern' },
  {
    name: 'match= of a version',
    tags: `type=sha\ntype=semver,pattern={{raw}},match=(${'a'.repeat(255)})`,
    in: 'match',
  },
])('a regular expression that is too long is an error with its line: $name', ({ tags, in: name }) => {
  expect(() => readFor('v1', tags)).toThrow(
    `tags, line 2: ${name}: expected a regular expression of at most 256 characters, found 257`,
  )
})

test('a text that is too long to match is an error and is not truncated', () => {
  const gitTag = `${'a'.repeat(256)}1`
  const problem = 'expected a text to match of at most 256 characters, found 257'
  expect(() => readFor(gitTag, String.raw`type=match,pattern=\d`)).toThrow(`tags, line 1: pattern: ${problem}`)
  expect(() => readFor(gitTag, 'type=semver,pattern={{raw}},match=a(.*)')).toThrow(`tags, line 1: match: ${problem}`)
  expect(readFor(gitTag.slice(1), String.raw`type=match,pattern=\d`).inputs.tags[0]).toMatchObject({ tag: '1' })
})

test.each([
  { tags: 'type=match,pattern=x(.*)', says: 'tags: type=match gives no tag: "x(.*)" finds nothing in "main"' },
  { tags: 'type=match,pattern=m,group=2', says: 'tags: type=match gives no tag: "m" has no group 2 in "main"' },
  {
    tags: 'type=semver,pattern={{raw}}',
    says: 'tags: type=semver gives no tag: "main" is not a semantic version (https://semver.org)',
  },
  { tags: 'type=pep440,pattern={{raw}}', says: 'tags: type=pep440 gives no tag: "main" is not a Python version' },
])('a rule reports why it gives no tag: $tags', ({ tags, says }) => {
  expect(readFor('main', tags).warnings.join()).toContain(says)
})

test('{{commit_date}} of an unknown date is an error', () => {
  expect(() => readFor('v1', "type=raw,value={{commit_date 'YYYY'}}")).toThrow('the date of the commit is unknown')
})
