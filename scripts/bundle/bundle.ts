import { posix, relative, sep } from 'node:path'
import { rolldown } from 'rolldown'
import { builtinsOnDemand } from './builtins.ts'
import { licensesOf, packagesOf } from './licenses.ts'

/** The entries by the names of their folders in dist. Runners and npm start `dist/NAME/index.js`. */
export const entries = { main: 'src/main.ts', post: 'src/post.ts', cli: 'src/cli/index.ts' } as const

/** The sets of entries that start with the same modules: one chunk for each, the largest set first, because what a module imports is in the same set or a larger one. */
const starts: readonly (readonly string[])[] = [
  ['main', 'post', 'cli'],
  ['main', 'post'],
  ['main', 'cli'],
  ['post', 'cli'],
  ['main'],
]
const chunkOf = (names: readonly string[]): string => `start-${names.join('-')}`

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
    plugins: [
      builtinsOnDemand(),
      {
        name: 'starts',
        buildEnd() {
          const ids = [...this.getModuleIds()]
          const reached = Object.entries(entries).map(([name, path]) => {
            const entry = ids.find((id) => pathIn(root, id) === path) ?? ''
            return { name, entry, ids: reach(entry, (id) => this.getModuleInfo(id)?.importedIds ?? []) }
          })
          for (const id of ids.filter((one) => !reached.some(({ entry }) => entry === one))) {
            startOf.set(id, chunkOf(reached.filter((one) => one.ids.has(id)).map(({ name }) => name)))
          }
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
        `chunks/${name.startsWith('start-') ? name : chunkName(root, facadeModuleId ?? moduleIds.at(-1) ?? name)}.js`,
      codeSplitting: {
        groups: starts.map(chunkOf).map((name) => ({ name, test: (id) => startOf.get(id) === name })),
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
function reach(entry: string, importsOf: (id: string) => readonly string[]): ReadonlySet<string> {
  const found = new Set([entry])
  for (const id of found) for (const imported of importsOf(id)) found.add(imported)
  return found
}

const pathIn = (root: string, id: string): string => relative(root, id).replaceAll(sep, posix.sep)

/** The name of the package or the path of the source that a chunk was made for. */
function chunkName(root: string, id: string): string {
  const [, ofPackage] = /.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(id) ?? []
  const path =
    ofPackage ??
    pathIn(root, id)
      .replace(/^src\//, '')
      .replace(/\.[jt]s$/, '')
  return path.replace(/^@|^\0/, '').replaceAll(/[\\/]/g, '-')
}
