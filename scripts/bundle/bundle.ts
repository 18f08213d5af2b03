import { posix, relative, sep } from 'node:path'
import { rolldown } from 'rolldown'
import { builtinsOnDemand } from './builtins.ts'
import { licensesOf, packagesOf } from './licenses.ts'

/** The entries by the names of their folders in dist. Runners and npm start `dist/NAME/index.js`. */
export const entries = { main: 'src/main.ts', post: 'src/post.ts', cli: 'src/cli/index.ts' } as const

/**
 * The chunks that are loaded at a start, each with the source that it is made for. What several need goes to the first of them, so a
 * start reads few files, and what a chunk imports is never in a later one. The first has also what both main and cli need.
 */
const starts = [
  { name: 'start', for: entries.post },
  { name: 'start-clean-up', for: 'src/clean-up-step.ts' },
  { name: 'start-main', for: entries.main },
  { name: 'stages', for: 'src/run-stages.ts' },
] as const

export type BundledFile = {
  /** Relative to dist, with slashes. */
  readonly path: string
  readonly text: string
  /** The modules in it: sources by their path from the root of the project, others as the bundler names them. */
  readonly modules: readonly string[]
  /** The files that are loaded with it, and those that it loads on demand. */
  readonly imports: readonly string[]
}

/**
 * Bundles the program of the project in `root`, in memory. The result depends on nothing but the code: not on comments, the
 * machine, or the folder.
 */
export async function bundle(root: string): Promise<readonly BundledFile[]> {
  const startOf = new Map<string, string>()
  const build = await rolldown({
    cwd: root,
    input: entries,
    platform: 'node',
    preserveEntrySignatures: false,
    checks: { bundlerTimings: false },
    // Such as an import that was not found, which would fail in a run.
    onwarn: ({ message }) => {
      throw new Error(message)
    },
    plugins: [
      builtinsOnDemand(),
      {
        name: 'starts',
        buildEnd() {
          const idOf = new Map([...this.getModuleIds()].map((id) => [pathIn(root, id), id]))
          const loadedBy = (path: string) =>
            reach(idOf.get(path) ?? missing(path), (id) => this.getModuleInfo(id)?.importedIds ?? [])
          const ofMain = loadedBy(entries.main)
          for (const id of loadedBy(entries.cli)) if (ofMain.has(id)) startOf.set(id, starts[0].name)
          for (const start of starts) {
            for (const id of loadedBy(start.for)) if (!startOf.has(id)) startOf.set(id, start.name)
          }
          for (const path of Object.values(entries)) startOf.delete(idOf.get(path) ?? missing(path))
        },
      },
    ],
  })
  try {
    const { output } = await build.generate({
      format: 'esm',
      comments: false,
      // Names stay for the stacks of errors.
      minify: { compress: true, mangle: { keepNames: true }, codegen: true },
      entryFileNames: '[name]/index.js',
      chunkFileNames: ({ name, facadeModuleId, moduleIds }) =>
        `chunks/${starts.some((start) => start.name === name) ? name : chunkName(root, facadeModuleId ?? moduleIds.at(-1) ?? name)}.js`,
      codeSplitting: {
        groups: starts.map(({ name }) => ({ name, test: (id) => startOf.get(id) === name })),
      },
    })
    const chunks = output.flatMap((file) => (file.type === 'chunk' ? [file] : []))
    const packages = packagesOf(
      root,
      chunks.flatMap(({ moduleIds }) => moduleIds),
    )
    return [
      ...chunks.map(({ fileName, code, moduleIds, imports }) => ({
        path: fileName,
        text: code,
        modules: moduleIds.map((id) => pathIn(root, id)),
        imports,
      })),
      { path: 'licenses.txt', text: licensesOf(packages), modules: [], imports: [] },
    ]
  } finally {
    await build.close()
  }
}

/** All that is loaded with a module before its first line runs, and itself. */
function reach(from: string, importsOf: (id: string) => readonly string[]): ReadonlySet<string> {
  const found = new Set([from])
  for (const id of found) for (const imported of importsOf(id)) found.add(imported)
  return found
}

function missing(path: string): never {
  throw new Error(`${path} is not in the bundle`)
}

const pathIn = (root: string, id: string): string =>
  id.startsWith('\0') ? id : relative(root, id).replaceAll(sep, posix.sep)

/** The name of the package or the path of the source that a chunk was made for. A module of the bundler has a name that begins with a zero byte. */
function chunkName(root: string, id: string): string {
  const [, ofPackage] = /.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(id) ?? []
  const path = ofPackage ?? pathIn(root, id).replace(/^\0|^src\//, '')
  return path
    .replace(/^@/, '')
    .replace(/\.[jt]s$/, '')
    .replaceAll(/[\\/]/g, '-')
}
