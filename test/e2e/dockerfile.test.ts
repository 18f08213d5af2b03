import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { stageValues } from '../../src/dockerfile/expand/arguments.ts'
import { matchGlob, parseGlob } from '../../src/dockerfile/ignore/glob.ts'
import { excludeRules, parseIgnore } from '../../src/dockerfile/ignore/ignore.ts'
import { parseDockerfile } from '../../src/dockerfile/read/parse.ts'
import { resolveInstructions } from '../../src/dockerfile/stages/resolve.ts'
import { planStages } from '../../src/dockerfile/stages/stages.ts'
import { expressions, variables } from '../support/expressions.ts'
import { isIgnored } from '../support/is-ignored.ts'
import { splitWildcards } from '../support/split-wildcards.ts'
import { missing, part } from './support/rig.ts'

// The Dockerfile reader of the embedded engine, compared with BuildKit on the same bytes.

const golden = new URL('../golden/dockerfile/', import.meta.url)

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'polyarch-dockerfile-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

type Files = Readonly<Record<string, string>>

function context(files: Files): string {
  const made = mkdtempSync(join(folder, 'context-'))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(made, path)), { recursive: true })
    writeFileSync(join(made, path), text)
  }
  return made
}

function buildx(...args: readonly string[]) {
  const { status, stderr, stdout } = spawnSync(join(part('plugins'), 'docker-buildx'), args, {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], DOCKER_CONFIG: join(folder, 'config'), DOCKER_HOST: part('docker').host },
  })
  return { status, stderr, stdout }
}

/** Builds `files`, and returns the directory with the files of the image. */
function build(files: Files): { readonly status: number | null; readonly stderr: string; readonly output: string } {
  const made = context(files)
  const output = join(made, '..', `${made}-output`)
  const done = buildx('build', '--builder', 'default', '--output', `type=local,dest=${output}`, made)
  return { ...done, output }
}

type Config = {
  readonly Env: readonly string[]
  readonly Labels: Readonly<Record<string, string>>
  readonly ExposedPorts?: object
}

/** The configuration of the image that a Dockerfile creates. */
function configOf(dockerfile: string): Config {
  const made = context({ Dockerfile: dockerfile })
  const archive = `${made}.tar`
  const done = buildx(
    'build',
    '--builder',
    'default',
    '--provenance=false',
    '--output',
    `type=oci,dest=${archive}`,
    made,
  )
  expect(done.stderr).not.toContain('ERROR')
  const read = <T>(path: string): T => JSON.parse(execFileSync('tar', ['-xOf', archive, path], { encoding: 'utf8' }))
  const blob = (digest: string) => `blobs/sha256/${digest.replace('sha256:', '')}`
  const index = read<{ readonly manifests: readonly { readonly digest: string }[] }>('index.json')
  const manifest = read<{ readonly config: { readonly digest: string } }>(blob(index.manifests[0]?.digest ?? ''))
  return (read(blob(manifest.config.digest)) as { readonly config: Config & { readonly Env: readonly string[] } })
    .config
}

/** The lines that BuildKit marks in its excerpt of the Dockerfile. */
function marked(stderr: string): readonly number[] {
  return [...stderr.matchAll(/^ *(\d+) \| >>>/gm)].map(([, line]) => Number(line))
}

function ours(dockerfile: string) {
  const { stages } = parseDockerfile(dockerfile, 'Dockerfile')
  return resolveInstructions(stages[0]?.instructions ?? [], {
    file: 'Dockerfile',
    escapeMark: '\\',
    values: stageValues(undefined, ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin']),
    globals: new Map(),
    buildArguments: new Map(),
  })
}

// BuildKit names the line before, because it checks directives before it counts the line.
const linesOff = new Map([
  ['invalid-directive-twice', 1],
  ['invalid-directive-bad-escape', 1],
])

// For these, BuildKit shows no place.
const placeless = new Set(['invalid-arguments-only', 'invalid-directive-bad-escape', 'invalid-empty'])

describe.skipIf(missing('docker', 'plugins'))('parseDockerfile() compared with BuildKit', () => {
  const names = readdirSync(golden)
  const invalid = names.filter((name) => name.startsWith('invalid-') && !name.startsWith('invalid-run-'))

  it.each(invalid)('rejects the golden case %s, and on the same line', (name) => {
    const text = readFileSync(new URL(`${name}/Dockerfile`, golden), 'utf8')
    const { status, stderr } = build({ Dockerfile: text })
    expect(status).not.toBe(0)
    const [line] = marked(stderr)
    expect(line === undefined).toBe(placeless.has(name))
    if (line === undefined) return
    const message = readFileSync(new URL(`${name}/expected-error.txt`, golden), 'utf8')
    expect(Number(/Dockerfile:(\d+)/.exec(message)?.[1])).toBe(line + (linesOff.get(name) ?? 0))
  })
})

describe.skipIf(missing('docker', 'plugins'))('resolveInstructions() compared with BuildKit', () => {
  it('gives every expression of the table the same value', () => {
    // In the order of the table, including quotes: each is the value of a separate label.
    const env = variables.map(([name, value]) => `ENV ${name}="${value.replace(/["\\$]/g, '\\$&')}"`)
    const labels = expressions.map(({ word }, index) => `LABEL l${index} ${word}`)
    const { Labels } = configOf(['FROM scratch', ...env, ...labels, ''].join('\n'))
    expect(expressions.map((_, index) => Labels[`l${index}`])).toEqual(expressions.map(({ result }) => result))
  })

  it.each([
    ['ENV sees what was before its line', 'ENV a=1\nENV a=2 b=$a c=${b:-none}\nLABEL l=$a-$b-$c'],
    ['ARG hides ENV from there on', 'ENV a=env\nARG a=arg\nLABEL l=$a'],
    ['ENV hides ARG from there on', 'ARG a=arg\nENV a=env\nLABEL l=$a'],
    ['ARG sees the ARG before it on its line', 'ARG a=1 b=${a}2\nLABEL l=$b'],
    ['ARG without a value leaves ENV', 'ENV a=env\nARG a\nLABEL l=$a'],
    ['names of variables are replaced too', 'ENV n=name\nENV $n=v "a$n"=w\nLABEL $n=x l=$name$aname'],
    ['platforms are not seen without ARG', 'LABEL l=[$TARGETARCH]'],
    ['a default can be taken from PATH', 'ENV PATH=/x:$PATH\nLABEL l=$PATH'],
    ['ports are words, sorted before', 'ENV p="90 91/udp"\nEXPOSE $p 80 70-72/TCP 8${none:-1}'],
    ['ports of hosts are dropped', 'EXPOSE 127.0.0.1:80:81 1-2:3-4 [::1]:5:6'],
  ])('%s', (_, lines) => {
    const dockerfile = `FROM scratch\n${lines}\n`
    const { instructions } = ours(dockerfile)
    const pairs = (kind: 'env' | 'label') =>
      instructions.flatMap((one) => (one.kind === kind ? one.pairs.map(({ key, value }) => [key, value] as const) : []))
    const ports = instructions.flatMap((one) => (one.kind === 'expose' ? one.ports : []))
    const config = configOf(dockerfile)
    expect(config.Labels ?? {}).toEqual(Object.fromEntries(pairs('label')))
    expect(config.Env.filter((entry) => !entry.startsWith('PATH=/usr')).sort()).toEqual(
      [...new Map(pairs('env'))].map(([key, value]) => `${key}=${value}`).sort(),
    )
    expect(Object.keys(config.ExposedPorts ?? {}).sort()).toEqual([...new Set(ports)].sort())
  })

  it('reads here-documents to the same bytes', () => {
    const dockerfile = [
      'FROM scratch',
      'ENV x=value',
      "COPY <<EOF <<-'RAW' <<-TABS /",
      'plain $x ${none:-d} \\$x "$x"',
      'EOF',
      '\traw $x',
      '\tRAW',
      '\t\ttabs $x\t.',
      ' \tkept',
      '\tTABS',
      'COPY <<SPACE /space',
      'a\\',
      'b\r',
      '# no comment',
      'SPACE',
      '',
    ].join('\n')
    const { status, output } = build({ Dockerfile: dockerfile })
    expect(status).toBe(0)
    const files = ours(dockerfile).instructions.flatMap((one) =>
      one.kind === 'copy'
        ? one.files.map(({ name, content }) => [name === 'SPACE' ? 'space' : name, content] as const)
        : [],
    )
    expect(files).toHaveLength(4)
    for (const [name, content] of files)
      expect([name, readFileSync(join(output, name), 'utf8')]).toEqual([name, content])
  })

  it.each([
    ['a port that is none', 'EXPOSE abc'],
    ['a port out of range', 'EXPOSE 1-70000'],
    ['a protocol that is none', 'EXPOSE 80/http'],
    ['a signal that is none', 'STOPSIGNAL NOPE'],
    ['a mode that is no octal number', 'COPY --chmod=899 Dockerfile /'],
    ['a mode out of range', 'COPY --chmod=77777 Dockerfile /'],
    ['a URL for COPY', 'COPY https://example.com/a /'],
    ['a repository for COPY', 'COPY https://example.com/a.git /'],
    ['a checksum for a file', 'ADD --checksum=sha256:aa Dockerfile /'],
    ['a checksum for two', 'ADD --checksum=sha256:aa https://example.com/a https://example.com/b /'],
    ['a volume that comes to nothing', 'VOLUME $none'],
    ['an open quote', 'LABEL a="b'],
    ['an open brace', 'LABEL a=${b'],
    ['a variable that must be set', 'LABEL a=${b:?}'],
    ['an operator that is none', 'LABEL a=${b:0:1}'],
  ])('rejects %s on the same line', (_, line) => {
    const dockerfile = `FROM scratch\nLABEL x=y\n${line}\n`
    const { status, stderr } = build({ Dockerfile: dockerfile })
    expect(status).not.toBe(0)
    expect(marked(stderr)).toEqual([3])
    expect(() => ours(dockerfile)).toThrow(
      expect.objectContaining({ code: 'dockerfile-invalid', place: { file: 'Dockerfile', line: 3 } }),
    )
  })
})

describe.skipIf(missing('docker', 'plugins'))('planStages() compared with BuildKit', () => {
  it.each([
    [
      'a copy from a stage that comes later',
      'FROM scratch\nCOPY --from=b a a\nFROM scratch AS b\nFROM scratch',
      0,
      undefined,
    ],
    [
      'a needed copy from a stage that comes later',
      'FROM scratch AS a\nCOPY --from=b a a\nFROM scratch AS b\nFROM a',
      1,
      2,
    ],
    ['a copy from itself', 'FROM scratch AS a\nCOPY --from=a a a', 1, 2],
    ['a copy from a number that is not there', 'FROM scratch\nCOPY --from=7 a a', 1, 2],
    ['a variable in --from', 'FROM scratch AS a\nFROM scratch\nARG x=a\nCOPY --from=$x a a', 1, 4],
    ['a stage named in capitals', 'FROM scratch AS Build\nFROM Build', 1, 2],
    ['a base that comes to nothing', 'ARG x\nFROM ${x}\nLABEL a=b', 1, 2],
    ['a platform that comes to nothing', 'FROM --platform=$x scratch', 1, 1],
    ['a platform that is none', 'FROM --platform=a/b/c/d scratch', 1, 1],
    ['a base without an open brace closed', 'FROM ${x', 1, 1],
    ['a base that is no name', 'FROM scratch AS a\nFROM UPPER/case', 1, 2],
    ['stages of one name', 'FROM scratch AS a\nFROM scratch AS a\nFROM a', 0, undefined],
    ['an ONBUILD that is wrong', 'FROM scratch AS a\nONBUILD COPPY a b\nFROM a', 1, 3],
    ['an ONBUILD that is wrong and not needed', 'FROM scratch AS a\nONBUILD COPPY a b\nFROM scratch', 0, undefined],
  ])('reports the same for %s', (_, dockerfile, status, line) => {
    const theirs = build({ Dockerfile: dockerfile })
    expect(theirs.status, theirs.stderr).toBe(status)
    const read = () => planStages(parseDockerfile(dockerfile, 'Dockerfile'), { globals: new Map(), contexts: [] })
    if (status === 0) expect(read().needed.length).toBeGreaterThan(0)
    else {
      expect(read).toThrow(expect.objectContaining({ place: { file: 'Dockerfile', line } }))
      const [marks] = marked(theirs.stderr)
      // BuildKit shows no place for errors of --from.
      if (marks !== undefined) expect(marks).toBe(line)
    }
  })
})

const tree = [
  'a',
  'b.md',
  'A',
  'dir/a',
  'dir/b.md',
  'dir/sub/a',
  'dir/sub/c.log',
  'other/a',
  'other/deep/er/x.go',
  'x.go',
  'f1',
  'f12',
  'with space',
  '#hash',
  '!bang',
  'br[ack]et',
  'plus+(paren)',
  'żółw',
  'node_modules/m/index.js',
  'src/node_modules/m/i.js',
  'src/keep.log',
  'src/drop.log',
  '.hidden',
  'dir/.hidden',
] as const

const ignoreFiles = [
  '*',
  '**',
  '.',
  '/',
  'dir',
  '/dir/',
  'dir/*',
  'dir/**',
  '**/a',
  '**/a\n!dir/a',
  '*.md',
  '**/*.md',
  '*/*.md',
  '*\n!dir',
  '*\n!dir/sub/a',
  '*\n!**/a',
  'dir\n!dir/sub',
  'dir/sub\n!dir',
  '!a\na',
  'a\n!a\na',
  '**/node_modules',
  'node_modules',
  '**/node_modules/**\n!**/i.js',
  '# c\n#hash\n\\#hash',
  '\\!bang',
  '!bang',
  'with space  ',
  'br\\[ack]et',
  'br[[]ack]et',
  'plus+(paren)',
  'plus*(paren)',
  'f[0-9]{2}',
  'f[0-9]*',
  '[a-b]*',
  '[^a]',
  '[!a]',
  'A',
  '?',
  '**go',
  '**.go',
  'other/**/x.go',
  'other/**',
  './dir/../a',
  '../a',
  'dir//sub',
  'dir/./a',
  '\ufeffa\r\nb.md\r\n',
  ' a \n\t*.go',
  '*\n! a',
  '**/*.log\n!src/keep.log',
  '*\n!src\nsrc/*.log\n!src/keep.log',
  'ż*',
  '??łw',
  '.*',
  '**/.*',
  'a|b*',
  'src/**/*.js',
  'src\n!src/**/i.js',
]

describe.skipIf(missing('docker', 'plugins'))('isIgnored() compared with BuildKit', () => {
  it.each(ignoreFiles)('keeps the same files with %j', (ignore) => {
    const files: Record<string, string> = Object.fromEntries(tree.map((path) => [path, 'x']))
    const dockerfile = 'FROM scratch\nCOPY . /\n'
    const { status, output, stderr } = build({ ...files, '.dockerignore': ignore, Dockerfile: dockerfile })
    expect(status, stderr).toBe(0)
    const copied = readdirSync(output, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(output.length + 1))
    const rules = parseIgnore(ignore, '.dockerignore')
    const expected = [...tree, '.dockerignore', 'Dockerfile'].filter((path) => !isIgnored(rules, path))
    expect(copied.sort()).toEqual(expected.sort())
  })
})

const globs = [
  '*',
  '**',
  'a*',
  '?',
  '*/a',
  '*/*',
  '**/a',
  'dir/*',
  'dir/**',
  'dir/s*/a',
  'd[a-i]r/a',
  '[!a]',
  '[^a]',
  '[^a]*/a',
  './*.md',
  '/b*',
  'dir/../a*',
  'f1?',
  '*.{md,go}',
  'with*',

  'br[[]*',
  '??łw',
  '.*',
  '*/.*',
  'none*',
  'other/*/*/x.go',
  'dir/*/',
]

/** The copied files of `tree`, by their names in the image. */
function globbed(source: string): readonly string[] {
  const { directory, pattern } = splitWildcards(source)
  const glob = parseGlob(pattern ?? '')
  const within = tree.flatMap((path) =>
    directory === '' ? [path] : path.startsWith(`${directory}/`) ? [path.slice(directory.length + 1)] : [],
  )
  return within.flatMap((path) => {
    const parts = path.split('/')
    const depth = parts.findIndex((_, index) => matchGlob(glob, parts.slice(0, index + 1).join('/')))
    if (depth < 0) return []
    // The content of a directory is copied; a file is copied itself.
    return [depth === parts.length - 1 ? (parts.at(-1) ?? '') : parts.slice(depth + 1).join('/')]
  })
}

const excludes = ['*.md', '**/*.md', 'a', '/a', 'sub', 'sub/*', '**/a', '*\n!sub', '**\n!**/c.log', './a', 's*\n!sub/a']

describe.skipIf(missing('docker', 'plugins'))('COPY compared with BuildKit', () => {
  const files: Files = Object.fromEntries(tree.map((path) => [path, 'x']))
  const found = (output: string) =>
    readdirSync(output, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(output.length + 1))
      .sort()

  it('matchGlob() finds the same sources', () => {
    const copies = globs.map((glob, index) => `COPY ${JSON.stringify([glob, `/p${index}/`])}`)
    const { status, output, stderr } = build({
      ...files,
      '.dockerignore': 'Dockerfile\n.dockerignore',
      Dockerfile: ['FROM scratch', ...copies, ''].join('\n'),
    })
    expect(status, stderr).toBe(0)
    const copied = found(output)
    for (const [index, glob] of globs.entries()) {
      const theirs = copied.flatMap((path) => (path.startsWith(`p${index}/`) ? [path.slice(`p${index}/`.length)] : []))
      expect([glob, theirs]).toEqual([glob, [...new Set(globbed(glob))].sort()])
    }
  })

  it('excludeRules() keeps the same files', () => {
    const copies = excludes.map((patterns, index) => {
      return `COPY ${patterns
        .split('\n')
        .map((pattern) => `--exclude=${pattern} `)
        .join('')}dir /p${index}/`
    })
    const { status, output, stderr } = build({ ...files, Dockerfile: ['FROM scratch', ...copies, ''].join('\n') })
    expect(status, stderr).toBe(0)
    const copied = found(output)
    const inDir = tree.flatMap((path) => (path.startsWith('dir/') ? [path.slice('dir/'.length)] : []))
    for (const [index, patterns] of excludes.entries()) {
      const rules = excludeRules(patterns.split('\n'))
      const theirs = copied.flatMap((path) => (path.startsWith(`p${index}/`) ? [path.slice(`p${index}/`.length)] : []))
      expect([patterns, theirs]).toEqual([patterns, inDir.filter((path) => !isIgnored(rules, path)).sort()])
    }
  })
})
