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
      ([, action = '']) => !/^(?:polyarch\/build(?:\/\S+)?@|\.\/)/.test(action) && !isQuotedAsOld(path, action),
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
    readonly packages: Readonly<
      Record<string, { readonly integrity?: string; readonly hasInstallScript?: boolean; readonly link?: boolean }>
    >
  }
  // All except the project itself and its linked workspace.
  const entries = Object.entries(packages).filter(([name, { link }]) => name.startsWith('node_modules/') && !link)

  it('has the SHA-512 of every package', () => {
    expect(entries.filter(([, { integrity }]) => !integrity?.startsWith('sha512-')).map(([name]) => name)).toEqual([])
  })

  it('links only the workspace with the Node.js binaries of the tests', () => {
    expect(Object.keys(packages).filter((name) => !entries.some(([other]) => other === name))).toEqual([
      '',
      'node_modules/polyarch-test-node',
      'test/node',
    ])
  })

  it('has no package that needs an install script', () => {
    expect(entries.filter(([, { hasInstallScript }]) => hasInstallScript).map(([name]) => name)).toEqual([])
  })
})

it('the npm package has no dependencies: they are bundled', () => {
  const manifest = JSON.parse(read('package.json')) as Readonly<Record<string, unknown>>
  expect(Object.keys(manifest).filter((name) => /dependencies$/i.test(name))).toEqual(['devDependencies'])
})
