import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Matches the directory of the package that a module belongs to. */
const packageFolder = /^(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)/
const licenseFile = /^(?:licen[cs]e|notice|copying)(?:[.-].*)?$/i

/** Returns the directories of the packages that the modules belong to. */
export function packagesOf(root: string, modules: Iterable<string>): readonly string[] {
  const folders = new Set<string>()
  for (const id of modules) {
    const [, folder] = packageFolder.exec(id) ?? []
    if (folder !== undefined) folders.add(folder)
    // Helper functions of the bundler.
    else if (id.startsWith('\0rolldown/')) folders.add(join(root, 'node_modules/rolldown'))
  }
  return [...folders]
}

/** Returns the name, version and license texts of the packages in `folders`, sorted by name. Throws if a package has no license. */
export function licensesOf(folders: readonly string[]): string {
  const texts = folders.map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
      readonly name: string
      readonly version: string
      readonly license?: string
    }
    if (license === undefined) throw new Error(`${name} has no license`)
    const files = readdirSync(folder).filter((file) => licenseFile.test(file))
    const text = files
      .toSorted()
      .map((file) => readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim())
    return `${[`${name} ${version}`, license, ...text].join('\n\n')}\n`
  })
  return texts.toSorted((a, b) => (a < b ? -1 : 1)).join(`\n${'-'.repeat(80)}\n\n`)
}
