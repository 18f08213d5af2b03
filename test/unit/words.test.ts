import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findOldWords, mayHaveOldWords, parseSource, textsOf, titlesOf } from '../support/old-words.ts'

const root = resolve(import.meta.dirname, '../..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')

type Texts = ReturnType<typeof textsOf> & { readonly titles: ReturnType<typeof titlesOf> }
const none: Texts = { strings: [], comments: [], titles: [] }
const all = process.env['POLYARCH_MATRIX'] === 'all'
const parsed = new Map<string, Texts>()
/** The texts of a file in which old words can be. It is parsed once, and not at all if it has none as a whole: parsing all takes seconds. */
function textsOfFile(path: string): Texts {
  const before = parsed.get(path)
  if (before !== undefined) return before
  const source = read(path)
  const file = all || mayHaveOldWords(source) ? parseSource(source) : undefined
  const texts = file === undefined ? none : { ...textsOf(file), titles: titlesOf(file) }
  parsed.set(path, texts)
  return texts
}
const below = (folder: string, ending: RegExp): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name).replaceAll('\\', '/'))
    .filter((path) => ending.test(path))

const documents = [
  ...['README.md', 'action.yml', 'ARCHITECTURE.md', 'SECURITY.md', 'CODE_OF_CONDUCT.md'],
  ...below('docs', /\.md$/),
  ...below('.github', /\.(?:md|ya?ml)$/),
]
const sources = below('src', /\.ts$/)

/** All texts that people read: file → old words. CONTRIBUTING.md is excluded because its table contains the words. */
const inTexts: Readonly<Record<string, readonly string[]>> = Object.fromEntries([
  ...documents.map((path) => [path, findOldWords(read(path))] as const),
  ...sources.map((path) => [path, textsOfFile(path).strings.flatMap(({ text, line }) => findOldWords(text, line))]),
])

// Two files have the words themselves.
const tests = [
  ...below('test', /\.(?:ts|mjs)$/),
  ...below('scripts', /\.(?:ts|mjs)$/),
  ...below('bench', /\.ts$/),
].filter((path) => !/old-words\.ts$|words\.test\.ts$/.test(path))

const inTitles: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  tests.map((path) => [path, textsOfFile(path).titles.flatMap(({ text, line }) => findOldWords(text, line))]),
)

const inComments: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  [...sources, ...tests].map((path) => [
    path,
    textsOfFile(path).comments.flatMap(({ text, line }) => findOldWords(text, line)),
  ]),
)

// Files that still have old words, with their number. The numbers only fall, and a file without any is removed from the list.
// `POLYARCH_MATRIX=all npx vitest run test/unit/words.test.ts -u` writes the lists.
describe.each([
  { what: 'documents and messages', found: inTexts, list: 'old-words.txt' },
  { what: 'comments', found: inComments, list: 'old-words-in-comments.txt' },
  { what: 'test titles', found: inTitles, list: 'old-words-in-titles.txt' },
])('the words of $what', ({ found, list }) => {
  const allowed = new Map(
    read(`test/golden/${list}`)
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => [line.replace(/ \d+$/, ''), Number(line.slice(line.lastIndexOf(' ')))] as const),
  )

  it('are those of CONTRIBUTING.md', () => {
    const over = Object.entries(found).filter(([path, words]) => words.length > (allowed.get(path) ?? 0))
    expect(over.map(([path, words]) => [path, ...words].join('\n  '))).toEqual([])
  })

  it('are listed only for files of the tree', async () => {
    expect([...allowed.keys()].filter((path) => !existsSync(join(root, path)))).toEqual([])
    if (all) {
      const lines = Object.entries(found).flatMap(([path, words]) =>
        words.length > 0 ? [`${path} ${words.length}\n`] : [],
      )
      await expect(lines.toSorted().join('')).toMatchFileSnapshot(`../golden/${list}`)
    }
  })
})

it('findOldWords() names the line and what to write, and knows file names', () => {
  expect(findOldWords('See docs/proof.md.\nIt proves nothing.')).toEqual([
    'line 2: "proves", write: verify, verified, verification; or show',
  ])
  expect(findOldWords('One per line. The tag already exists. There is no rig.')).toEqual([])
})

it('mayHaveOldWords() finds every word that a text of the source can have', () => {
  for (const source of [
    "f('Empty: x')",
    "f('a\\nproof')",
    'f(`${a}it is no file`)',
    '// anew',
    "f('it\\'s there, it is there')",
  ]) {
    const { strings, comments } = textsOf(parseSource(source))
    expect(
      [...strings, ...comments].flatMap(({ text }) => findOldWords(text)),
      source,
    ).toHaveLength(1)
    expect(mayHaveOldWords(source), source).toBe(true)
  }
  expect(mayHaveOldWords("const providers = ['way']")).toBe(true)
  expect(mayHaveOldWords("const always = 'approved'")).toBe(false)
  if (!all) return
  const found = [inTexts, inComments, inTitles].flatMap((each) => Object.entries(each))
  const missed = found.filter(
    ([path, words]) => /\.(?:ts|mjs)$/.test(path) && words.length > 0 && !mayHaveOldWords(read(path)),
  )
  expect(missed).toEqual([])
})

it('textsOf() finds string literals, parts of templates and comments, and no imports', () => {
  const { strings, comments } = textsOf(
    parseSource("import a from 'a'\n/** One. */\nconst b = 'two' // three\nf(`four ${b} five`)\n"),
  )
  expect(strings).toEqual([
    { text: 'two', line: 3 },
    { text: 'four ', line: 4 },
    { text: ' five', line: 4 },
  ])
  expect(comments).toEqual([
    { text: '/** One. */', line: 2 },
    { text: '// three', line: 3 },
  ])
})

it('titlesOf() finds the titles of calls and the names of rows', () => {
  const source = "describe('one', () => {\n  it.each([{ name: 'two', value: 'no' }])('$name', () => f('no'))\n})\n"
  expect(titlesOf(parseSource(source))).toEqual([
    { text: 'one', line: 1 },
    { text: '$name', line: 2 },
    { text: 'two', line: 2 },
  ])
})
