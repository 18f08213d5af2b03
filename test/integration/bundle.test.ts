import { execFile, execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { parse } from 'yaml'
import { type BundledFile, bundle, entries } from '../../scripts/bundle/bundle.ts'
import { noDocker } from '../support/machine.ts'
import { tempFolder } from '../support/temp.ts'

const root = resolve(import.meta.dirname, '../..')
const recorder = join(root, 'test/support/record-loads.mjs')

let files: readonly BundledFile[]
beforeAll(async () => {
  files = await bundle(root)
})

/** Writes the bundle as a checkout of the action. */
function checkout(): string {
  const folder = tempFolder({ 'package.json': readFileSync(join(root, 'package.json'), 'utf8') })
  for (const { path, text } of files) {
    mkdirSync(dirname(join(folder, 'dist', path)), { recursive: true })
    writeFileSync(join(folder, 'dist', path), text)
  }
  return folder
}

const file = (path: string): BundledFile => {
  const found = files.find((one) => one.path === path)
  if (found === undefined) throw new Error(`${path} is not in the bundle`)
  return found
}

/** Returns a file with all files that are loaded before its first line runs. */
function loadedWith(path: string, found = new Set<string>()): ReadonlySet<string> {
  found.add(path)
  for (const imported of file(path).imports)
    if (imported.endsWith('.js') && !found.has(imported)) loadedWith(imported, found)
  return found
}

const hashes = (bundled: readonly BundledFile[]): readonly string[] =>
  bundled.map(({ path, text }) => `${path} ${createHash('sha256').update(text).digest('hex')}`)

/** Returns the directories of all bundled packages. */
const bundledPackages = (): readonly string[] => {
  const modules = files.flatMap((one) => one.modules)
  return [...new Set(modules.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []))]
}

const sizeOf = (paths: Iterable<string>): number => [...paths].reduce((sum, path) => sum + file(path).text.length, 0)

describe('the bundle', () => {
  it('depends on the code alone, not on comments or the folder', async () => {
    const copy = tempFolder()
    cpSync(join(root, 'src'), join(copy, 'src'), { recursive: true })
    for (const name of readdirSync(join(copy, 'src'), { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.ts')) continue
      const path = join(copy, 'src', name)
      const [first = '', ...lines] = readFileSync(path, 'utf8').split('\n')
      const opening = first.startsWith('#!') ? [first, '// A comment.'] : ['/*! @license A comment. */', first]
      writeFileSync(path, [...opening, ...lines, '/** Another comment. */', ''].join('\n'))
    }
    const packages = bundledPackages().filter((path) => path !== 'node_modules/rolldown')
    const filter = (path: string) => !/\.(?:[cm]?ts|map)$|[\\/](?:locale|min|umd)$/.test(path)
    for (const path of ['package.json', ...packages]) {
      cpSync(join(root, path), join(copy, path), { recursive: true, filter })
    }
    symlinkSync(join(root, 'node_modules/rolldown'), join(copy, 'node_modules/rolldown'))
    const again = await bundle(copy)
    expect(hashes(again)).toEqual(hashes(files))
  })

  it('names no path of the machine', () => {
    expect(files.filter(({ text }) => text.includes(root)).map(({ path }) => path)).toEqual([])
  })

  it('has no characters outside of ASCII, which would double the memory of a file', () => {
    const code = files.filter(({ path }) => path.endsWith('.js'))
    expect(code.filter(({ text }) => /[^\0-\x7f]/.test(text)).map(({ path }) => path)).toEqual([])
  })

  it('has the license of each package in it', () => {
    const packages = bundledPackages().map((path) => path.replace(/.*node_modules\//, ''))
    const { text } = file('licenses.txt')
    expect(packages.length).toBeGreaterThan(10)
    for (const name of packages) expect(text).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+$`, 'm'))
  })

  it('has the packages of the table in ARCHITECTURE.md and of the group in dependabot.yml', () => {
    const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    const direct = bundledPackages()
      .map((path) => path.replace(/^node_modules\//, ''))
      .filter((name) => Object.hasOwn(devDependencies, name) && name !== 'rolldown')
    const [, section = ''] = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8').split('\n## Dependencies\n')
    const [table = ''] = section.split('\nAnd why not')
    const rows = [...table.matchAll(/^\| (?!package |---)(\S+) \|/gm)].map(([, name]) => name)
    expect(rows.toSorted()).toEqual(direct.toSorted())
    const { updates } = parse(readFileSync(join(root, '.github/dependabot.yml'), 'utf8'))
    expect(updates[0].groups.bundled.patterns).toEqual(direct.toSorted())
  })

  it('keeps the names of functions, which the stacks of errors show', () => {
    expect(file('chunks/start.js').text).toMatch(/function toActionError\(/)
  })
})

/** Modules that are loaded by the first call of one of their functions, not by main. */
const loadedByCalls = ['crypto', 'child_process', 'fs/promises']

describe('a start', () => {
  it('loads the modules of the list', async () => {
    const lists = Object.keys(entries).map((name) => {
      const modules = [...loadedWith(`${name}/index.js`)].flatMap((path) => file(path).modules)
      const names = modules.map((path) => path.replace(/^\0|.*node_modules\//, '').replace(/^src\//, ''))
      return `# ${name}\n${names.toSorted().join('\n')}\n`
    })
    await expect(lists.join('\n')).toMatchFileSnapshot('../golden/start-modules.txt')
  })

  it.each([
    ['main', 283_500],
    ['post', 3_000],
    ['cli', 35_000],
  ])('of %s loads at most %i bytes', (name, most) => {
    expect(sizeOf(loadedWith(`${name}/index.js`))).toBeLessThan(most)
  })

  it('of a run that joins images loads two more files than main', () => {
    const main = loadedWith('main/index.js')
    const more = [...loadedWith('chunks/modes-merge.js')].filter((path) => !main.has(path))
    expect(more.toSorted()).toEqual(['chunks/modes-merge.js', 'chunks/stages-existing.js', 'chunks/stages.js'])
  })

  it.each([
    // Modules that Node.js loads for import statements, and modules that few runs use.
    ['main', ['internal/deps/undici/undici', 'http2', 'zlib', 'worker_threads', 'tls', 'https', ...loadedByCalls]],
    // Standard output needs `net` or `tty`.
    ['post', ['crypto', 'child_process', 'fs/promises', 'stream', 'net', 'tty']],
    ['cli', ['internal/deps/undici/undici', 'http2', 'zlib', 'http', 'tls', 'crypto', 'child_process']],
  ])('of %s loads no unneeded modules of Node.js', (name, unneeded) => {
    const here = checkout()
    const script = `process.on('exit', () => require('fs').writeFileSync('loaded', process.moduleLoadList.join('\\n')))`
    writeFileSync(join(here, 'record.cjs'), script)
    const args = ['--require', './record.cjs', `dist/${name}/index.js`, ...(name === 'cli' ? ['--help'] : [])]
    // What main leaves for later steps of the job: files, and nothing to undo.
    const left = join(here, 'polyarch-abc123')
    mkdirSync(join(left, 'kept'), { recursive: true, mode: 0o700 })
    writeFileSync(join(left, 'clean-up.jsonl'), '')
    writeFileSync(join(left, 'kept', 'bake.json'), '{}')
    const env = {
      PATH: process.env['PATH'],
      HOME: here,
      RUNNER_TEMP: here,
      INPUT_PLATFORMS: 'none',
      ...(name === 'post' ? { STATE_folder: left } : {}),
    }
    const run = () => execFileSync(process.execPath, args, { cwd: here, env, stdio: 'pipe' })
    if (name === 'main') expect(run).toThrow()
    else run()
    expect(existsSync(left)).toBe(name !== 'post')
    const loaded = readFileSync(join(here, 'loaded'), 'utf8').replaceAll('NativeModule ', '').split('\n')
    expect(loaded).toContain('fs')
    expect(loaded.filter((one) => unneeded.includes(one))).toEqual([])
  })
})

/** Returns the chunks that main loads before its first request. */
async function loadedBeforeRequest(
  inputs: Readonly<Record<string, string>>,
  daemon?: 'daemon',
): Promise<readonly string[]> {
  const here = checkout()
  writeFileSync(join(here, 'Dockerfile'), 'FROM scratch\nCOPY Dockerfile /\n')
  const record = join(here, 'loads')
  const server = createServer((_, response) => response.writeHead(403).end())
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  onTestFinished(() => void server.close())
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const given = { platforms: 'linux/amd64', retries: '0', push: 'true', tags: `${host}/acme/app:1`, ...inputs }
  const env = {
    PATH: process.env['PATH'],
    HOME: here,
    RUNNER_TEMP: here,
    DOCKER_HOST: daemon === undefined ? noDocker : `tcp://${host}`,
    POLYARCH_LOADS: record,
    ...Object.fromEntries(Object.entries(given).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
  }
  const args = ['--import', pathToFileURL(recorder).href, join(here, 'dist/main/index.js')]
  await new Promise((done) => execFile(process.execPath, args, { cwd: here, env }, done))
  const [before = ''] = readFileSync(record, 'utf8').split('connected\n')
  const urls = before.split('\n').filter((url) => url.includes('/dist/'))
  return urls.map((url) => fileURLToPath(url).slice(join(here, 'dist/').length)).toSorted()
}

describe('before its first request main loads the chunks of its start', () => {
  const start = ['rolldown-runtime', 'start', 'start-clean-up', 'start-main', 'start-post']
    .map((name) => `chunks/${name}.js`)
    .toSorted()

  it('and no stages, which it loads while the daemon answers', async () => {
    expect(await loadedBeforeRequest({ engine: 'buildx' }, 'daemon')).toEqual([...start, 'main/index.js'])
  })

  it('and at most the embedded engine and its context, before it asks a registry', async () => {
    const chunks = await loadedBeforeRequest({ engine: 'embedded' })
    const engine = ['engine-embedded-engine', 'run-stages', 'stages']
    // They are loaded while preflight begins: which of them comes before its first request depends on the machine.
    const beside = [...engine, 'source-own-source'].map((name) => `chunks/${name}.js`)
    const permitted = new Set([...start, ...beside.flatMap((path) => [...loadedWith(path)])])
    expect(chunks).toEqual(expect.arrayContaining([...start, 'chunks/run-stages.js', 'main/index.js']))
    expect(chunks.filter((path) => !permitted.has(path) && path !== 'main/index.js')).toEqual([])
  })

  it('and three chunks for buildx with the plan, because each file delays the build', () => {
    const loaded = [...loadedWith('chunks/engine-buildx-engine.js')].filter((path) => !start.includes(path))
    const expected = ['engine-buildx', 'engine-buildx-engine', 'engines', 'stages']
    expect(loaded.toSorted()).toEqual(expected.map((name) => `chunks/${name}.js`).toSorted())
  })
})
