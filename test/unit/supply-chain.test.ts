import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const below = (folder: string, ending: RegExp): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => ending.test(name))
    .map((name) => join(folder, name))

/** Files with steps that users or the workflows of this repository run. docs/migrating.md quotes other actions only to replace them. */
const withSteps = [
  'README.md',
  'SECURITY.md',
  'CONTRIBUTING.md',
  ...below('.github', /\.ya?ml$/),
  ...below('examples', /\.(?:ya?ml|md)$/),
  ...below('docs', /\.md$/),
]

describe.each(withSteps)('%s', (path) => {
  it('pins third-party actions to commits, with the version', () => {
    const uses = [...read(path).matchAll(/^\s*(?:- )?uses: *(\S+)(.*)$/gm)].filter(
      ([, action = '']) => !/^(?:polyarch\/build@|\.\/)/.test(action) && !isQuotedAsOld(path, action),
    )
    const loose = uses.filter(
      ([, action = '', comment = '']) => !/@[0-9a-f]{40}$/.test(action) || !/^ # v\d+\.\d+\.\d+$/.test(comment),
    )
    expect(loose.map(([line]) => line.trim())).toEqual([])
  })
})

/** Whether the step is the "before" of a comparison: an action of Docker that readers remove. */
function isQuotedAsOld(path: string, action: string): boolean {
  return /migrating\.md$|README\.md$|^docs\//.test(path) && action.startsWith('docker/')
}

describe('package-lock.json', () => {
  const { packages } = JSON.parse(read('package-lock.json')) as {
    readonly packages: Readonly<Record<string, { readonly integrity?: string; readonly hasInstallScript?: boolean }>>
  }
  const entries = Object.entries(packages).filter(([name]) => name !== '')

  it('has the SHA-512 of every package', () => {
    expect(entries.filter(([, { integrity }]) => !integrity?.startsWith('sha512-')).map(([name]) => name)).toEqual([])
  })

  it('has no package that needs an install script', () => {
    expect(entries.filter(([, { hasInstallScript }]) => hasInstallScript).map(([name]) => name)).toEqual([])
  })
})

it('the build writes the licenses of bundled packages', () => {
  const { scripts } = JSON.parse(read('package.json')) as { readonly scripts: Readonly<Record<string, string>> }
  expect(scripts['build']?.match(/--license licenses\.txt/g)).toHaveLength(3)
})
