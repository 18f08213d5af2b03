import { posix, relative, sep } from 'node:path'
import { rolldown } from 'rolldown'
import { builtinsOnDemand } from './builtins.ts'
import { licensesOf, packagesOf } from './licenses.ts'

/** The entries by directory: runners and npm start `dist/<name>/index.js`. */
export const entries = { main: 'src/main.ts', post: 'src/post.ts', cli: 'src/cli/index.ts' } as const

/**
 * The chunks that a run loads, each with its source files. A module goes to the first chunk that needs it, so a run reads few files, because Node.js
 * takes a millisecond for each (measured), and no chunk imports a later one. The second chunk also has the modules that main and cli share; one
 * with `and` has only those that both files need.
 */
const starts = [
  { name: 'start-post', for: entries.post },
  { name: 'start', for: 'src/host/print/outlet.ts' },
  { name: 'start-clean-up', for: 'src/clean-up-unfinished.ts' },
  { name: 'start-main', for: entries.main },
  { name: 'stages', for: 'src/run-stages.ts' },
  // Also of engines, which need no other module of the next chunk.
  { name: 'stages', for: 'src/oci/make-image.ts' },
  { name: 'stages-existing', for: 'src/modes/merge.ts' },
  { name: 'engines', for: 'src/engine/embedded/engine.ts', and: 'src/engine/buildx/engine.ts' },
  { name: 'engine-buildx', for: 'src/engine/buildx/engine.ts' },
] as const satisfies readonly { readonly name: string; readonly for: string; readonly and?: string }[]

export type BundledFile = {
  /** Relative to dist, with slashes. */
  readonly path: string
  readonly text: string
  /** Paths relative to the root of the project. */
  readonly modules: readonly string[]
  /** Files and Node.js modules that are loaded before its first line runs. */
  readonly imports: readonly string[]
}

/**
 * Bundles the sources of the project in `root` in memory. The result depends on the code alone, not on comments, the machine or the directory.
 *
 * @throws Error for a warning of the bundler
 */
export async function bundle(root: string): Promise<readonly BundledFile[]> {
  const startOf = new Map<string, string>()
  const build = await rolldown({
    cwd: root,
    input: entries,
    platform: 'node',
    preserveEntrySignatures: false,
    checks: { bundlerTimings: false },
    // An import that was not found is only a warning, but fails at run time.
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
          const [ofPost, shared] = starts
          for (const id of loadedBy(entries.post)) startOf.set(id, ofPost.name)
          for (const id of loadedBy(entries.cli)) if (ofMain.has(id) && !startOf.has(id)) startOf.set(id, shared.name)
          for (const start of starts) {
            const others = 'and' in start ? loadedBy(start.and) : undefined
            for (const id of loadedBy(start.for)) {
              if (!startOf.has(id) && others?.has(id) !== false) startOf.set(id, start.name)
            }
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
      // Stack traces show the names of functions.
      minify: { compress: true, mangle: { keepNames: true }, codegen: true },
      entryFileNames: '[name]/index.js',
      chunkFileNames: ({ name, facadeModuleId, moduleIds }) =>
        `chunks/${starts.some((start) => start.name === name) ? name : chunkName(root, facadeModuleId ?? moduleIds.at(-1) ?? name)}.js`,
      codeSplitting: {
        groups: [...new Set(starts.map(({ name }) => name))].map((name) => ({
          name,
          test: (id) => startOf.get(id) === name,
        })),
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
        text: withoutUnicode(code),
        modules: moduleIds.map((id) => pathIn(root, id)),
        imports,
      })),
      { path: 'licenses.txt', text: licensesOf(packages), modules: [], imports: [] },
    ]
  } finally {
    await build.close()
  }
}

/** Returns a module with all modules that are loaded before its first line runs. */
function reach(from: string, importsOf: (id: string) => readonly string[]): ReadonlySet<string> {
  const found = new Set([from])
  for (const id of found) for (const imported of importsOf(id)) found.add(imported)
  return found
}

/**
 * Returns code with escapes for all characters outside of ASCII, because one such character doubles the memory of a file and slows its
 * compilation by up to a third (measured). They occur in strings, templates and regular expressions.
 *
 * @throws Error for a raw template, in which an escape is text, and after a backslash, which would escape the escape
 */
function withoutUnicode(code: string): string {
  if (/(?:\.raw`[^`]*|\\)[^\0-\x7f]/.test(code)) {
    throw new Error('a raw template, or a text after a backslash, has characters outside of ASCII')
  }
  return code.replaceAll(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

function missing(path: string): never {
  throw new Error(`${path} is not in the bundle`)
}

const pathIn = (root: string, id: string): string =>
  id.startsWith('\0') ? id : relative(root, id).replaceAll(sep, posix.sep)

/** Returns the name of a chunk: its package or source file. The names of the bundler's own modules start with a null byte. */
function chunkName(root: string, id: string): string {
  const [, ofPackage] = /.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(id) ?? []
  const path = ofPackage ?? pathIn(root, id).replace(/^\0|^src\//, '')
  return path
    .replace(/^@/, '')
    .replace(/\.[jt]s$/, '')
    .replaceAll(/[\\/]/g, '-')
}
