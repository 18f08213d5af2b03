import { readdirSync, readFileSync } from 'node:fs'
import { join, posix, resolve } from 'node:path'
import { expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '..')

/** In the order of src/run.ts: a stage may use what an earlier one gives. */
const stages = [
  'inputs',
  'facts',
  'plan',
  'login',
  'source',
  'preflight',
  'emulate',
  'engine',
  'join',
  'verify',
  'smoke-test',
  'export',
  'publish',
  'gate',
  'legs',
  'report',
]
/** Read text, give text: `allowed` is all of Node that they may use. */
const pure = [
  { folder: 'inputs', allowed: /^node:path$/ },
  { folder: 'plan', allowed: /^node:path$/ },
  { folder: 'oci', allowed: /^node:(?:path|crypto)$/ },
  { folder: 'dockerfile', allowed: /^node:path$/ },
  { folder: 'text', allowed: /^node:path$/ },
  { folder: 'migrate', allowed: /^$/ },
]

type Source = { readonly path: string; readonly folder: string; readonly text: string; readonly imports: Imports }
type Imports = readonly string[]

const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name): Source => {
    const path = name.replaceAll('\\', '/')
    const text = readFileSync(join(root, 'src', name), 'utf8')
    return { path, folder: path.split('/')[0] ?? '', text, imports: importsOf(text, path) }
  })

/** What the text of the file at `path` imports: files relative to the root of `path`, packages by their names. */
function importsOf(text: string, path: string): Imports {
  const found = [...text.matchAll(/\b(?:from |import\(|import )'([^']+)'/g)].map(([, specifier = '']) => specifier)
  return found.map((specifier) => (specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : specifier))
}

/** `file → import` for every import that `forbidden` finds. */
function breaches(forbidden: (source: Source, imported: string) => boolean): Imports {
  return sources.flatMap((source) =>
    source.imports.filter((imported) => forbidden(source, imported)).map((imported) => `${source.path} → ${imported}`),
  )
}

it('every import of src is found in the tree or is a package', () => {
  const files = new Set(sources.map(({ path }) => path))
  expect(breaches((_, imported) => imported.endsWith('.ts') && !files.has(imported))).toEqual([])
  expect(sources.length).toBeGreaterThan(50)
})

it('a stage imports no later stage', () => {
  // What any stage may know of engines, and the doors by which the plan and preflight ask the one that is chosen.
  const ofEngines = /^engine\/(?:traits|engine-names|drivers|driver-options|choose|engines|build)\.ts$/
  const later = ({ folder }: Source, imported: string) =>
    stages.includes(folder) &&
    !ofEngines.test(imported) &&
    stages.indexOf(imported.split('/')[0] ?? '') > stages.indexOf(folder)
  expect(breaches(later)).toEqual([])
})

/** The one type of a stage that all may use: a text that cannot be shown must be one from input to last use. */
const opaque = 'inputs/secret.ts'

it('what all stages use (oci, host, registry, dockerfile, tree, cleanup and the single files) imports no stage', () => {
  const isService = ({ folder, path }: Source) =>
    !stages.includes(folder) &&
    !/^(?:(?:run|run-stages|run-context|read-inputs|main|post|clean-up-step|clean-up-unfinished)\.ts$|(?:cli|migrate|modes)\/)/.test(
      path,
    )
  expect(
    breaches(
      (source, imported) => isService(source) && imported !== opaque && stages.includes(imported.split('/')[0] ?? ''),
    ),
  ).toEqual([])
})

it('the command line uses the run and its stages, and nothing uses the command line', () => {
  expect(breaches(({ folder }, imported) => folder !== 'cli' && imported.startsWith('cli/'))).toEqual([])
  // Like a stage of its own it asks no engine, and leaves the writing to publish and export.
  expect(
    breaches(({ folder }, imported) => folder === 'cli' && /^(?:engine|docker|publish|export)\//.test(imported)),
  ).toEqual([])
  expect(sources.filter(({ folder }) => folder === 'cli').length).toBeGreaterThan(5)
})

it('a command is loaded only when it is run, and the entry of the command line loads none', () => {
  const entries = ['cli/index.ts', 'cli/run-command-line.ts', 'cli/commands.ts']
  const eager = sources
    .filter(({ path }) => entries.includes(path))
    .flatMap(({ text, path }) => importsOf(text.replaceAll(/import\('[^']+'\)|^import type .*$/gm, ''), path))
  expect(eager.filter((imported) => /^(?:run\.ts|cli\/(?:build|verify|migrate)\.ts)$/.test(imported))).toEqual([])
})

it('an engine is used by engines.ts alone, and by no other engine; what it built is for all', () => {
  // The directory that engines with BuildKit share is not an engine.
  const engineOf = (path: string) => /^engine\/(?!buildkit\/)([^/]+)\//.exec(path)?.[1]
  const foreign = ({ path }: Source, imported: string) =>
    engineOf(imported) !== undefined && path !== 'engine/engines.ts' && engineOf(path) !== engineOf(imported)
  expect(breaches(foreign)).toEqual([])
})

it('an engine imports nothing of preflight: what both need is the source', () => {
  expect(breaches(({ folder }, imported) => folder === 'engine' && imported.startsWith('preflight/'))).toEqual([])
})

it('outside of src/engine nobody compares the name of an engine or a driver', () => {
  const compares =
    /\bengine\.name\s*[!=]==|\bdriver\s*[!=]==\s*'|[!=]==\s*'(?:buildx|embedded|docker-container|kubernetes|remote)'|\bdriver\.startsWith\(/
  const found = sources.filter(({ folder, text }) => folder !== 'engine' && compares.test(text))
  expect(found.map(({ path }) => path)).toEqual([])
})

it('the program docker is started by src/docker alone', () => {
  const starts = /\bexec\(\s*['"]docker['"]|\[['"]docker['"],/
  expect(sources.filter(({ text }) => starts.test(text)).map(({ path }) => path)).toEqual([])
  const users = sources.filter(({ text }) => /\bdockerProgram\b/.test(text)).map(({ path }) => path)
  expect(users.toSorted()).toEqual(['cleanup/cleanup.ts', 'docker/docker.ts'])
})

it('@actions packages are loaded on demand only, and never by a pure directory', () => {
  const eager = sources.filter(({ text }) => /^import (?!type ).*'@actions\//m.test(text)).map(({ path }) => path)
  expect(eager).toEqual([])
  const pureFolders = pure.map(({ folder }) => folder)
  expect(breaches(({ folder }, imported) => pureFolders.includes(folder) && imported.startsWith('@actions/'))).toEqual(
    [],
  )
})

it('nothing but the outlet of the process writes to standard output or standard error', () => {
  const code = (text: string) => text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')
  const writes =
    /\bprocess\.(?:stdout|stderr)\b|\bconsole\.|\bemitWarning\b|stdio:[^\n]*'inherit'|\/dev\/(?:stdout|stderr|fd)|writeSync\([12],/
  expect(sources.filter(({ text }) => writes.test(code(text))).map(({ path }) => path)).toEqual([
    'host/print/outlet.ts',
    // Of another process, the command line.
    'host/print/terminal-outlet.ts',
  ])
  const users = sources.filter(({ text }) => /\bcreate(?:Commands|Runner|Log)\b/.test(text))
  expect(users.filter(({ folder }) => folder !== 'host').map(({ path }) => path)).toEqual([])
})

it.each(pure)('$directory reads no file, network, clock or environment', ({ folder, allowed }) => {
  const writing = ['oci/layout.ts']
  const own = ({ path }: Source) => path.startsWith(`${folder}/`) && !writing.includes(path)
  expect(
    breaches((source, imported) => own(source) && imported.startsWith('node:') && !allowed.test(imported)),
  ).toEqual([])
  const code = (text: string) => text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')
  const impure = /\bprocess\.|\bDate\.now\b|\bnew Date\(\)|\bfetch\(|\bMath\.random\b|\bsetTimeout\b/
  expect(sources.filter((source) => own(source) && impure.test(code(source.text))).map(({ path }) => path)).toEqual([])
})

it('what an engine plans with reads no file, network, clock or environment', () => {
  const reached = new Set([
    'engine/choose.ts',
    'engine/apple/plan.ts',
    'engine/nerdctl/plan.ts',
    'engine/buildx/plan.ts',
    'engine/embedded/plan.ts',
  ])
  for (const path of reached) {
    const source = sources.find((one) => one.path === path)
    for (const imported of source?.imports ?? []) {
      if (imported.startsWith('engine/') && imported !== 'engine/engines.ts') reached.add(imported)
    }
  }
  expect(breaches(({ path }, imported) => reached.has(path) && imported.startsWith('node:'))).toEqual([])
})

it('only listed files reveal the text of a secret', () => {
  // Of each the reason: a header, a file that only this user reads, a form of it to hide, a comparison.
  const uses = [
    'containers/kubernetes/kube-containers.ts',
    'engine/buildkit/git-redirects.ts',
    'engine/buildkit/secret-files.ts',
    'engine/buildx/node-certificates.ts',
    'engine/embedded/remote/download.ts',
    'facts/ask-api.ts',
    'kubernetes/api.ts',
    'ledger/artifact-service.ts',
    'login/docker-config.ts',
    'login/identity/aws.ts',
    'login/known-secrets.ts',
    'login/mask-secrets.ts',
    'plan/url-logins.ts',
    'registry/auth/auth.ts',
    'registry/auth/credentials.ts',
    'source/git/credential-file.ts',
  ]
  const found = sources.filter(({ path, text }) => path !== 'inputs/secret.ts' && /\breveal\b/.test(text))
  expect(found.map(({ path }) => path).toSorted()).toEqual(uses)
})

it('programs are started by src/host/exec/exec.ts alone, which withholds what is not for children', () => {
  const starters = sources.filter(({ imports }) => imports.includes('node:child_process')).map(({ path }) => path)
  expect(starters).toEqual(['host/exec/exec.ts'])
})

/** The files that import one another, directly or through others: each circle once, sorted. */
function circles(imports: ReadonlyMap<string, Imports>): readonly string[] {
  const reached = new Map([...imports.keys()].map((from) => [from, reach(from, imports)]))
  const inCircle = [...reached].filter(([file, files]) => files.has(file))
  const circleOf = inCircle.map(([file, files]) => [...files].filter((other) => reached.get(other)?.has(file)))
  return [...new Set(circleOf.map((files) => files.toSorted().join(' ↔ ')))]
}

/** All files that a file imports, directly or through others. */
function reach(from: string, imports: ReadonlyMap<string, Imports>): ReadonlySet<string> {
  const found = new Set<string>()
  const waiting = [...(imports.get(from) ?? [])]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (found.has(next)) continue
    found.add(next)
    waiting.push(...(imports.get(next) ?? []))
  }
  return found
}

it('no import goes in a circle', () => {
  const example = { a: ['b'], b: ['c', 'd'], c: ['a'], d: ['e'], e: [] }
  expect(circles(new Map(Object.entries(example)))).toEqual(['a ↔ b ↔ c'])
  const files = ['src', 'bench', 'scripts', 'test'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .map((name) => posix.join(folder, name.replaceAll('\\', '/')))
      .filter((path) => path.endsWith('.ts')),
  )
  const imports = files.map((path): readonly [string, Imports] => [
    path,
    importsOf(readFileSync(join(root, path), 'utf8'), path).filter((imported) => imported.endsWith('.ts')),
  ])
  expect(circles(new Map(imports))).toEqual([])
})
