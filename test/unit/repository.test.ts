import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

const root = resolve(import.meta.dirname, '../..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const forms = readdirSync(join(root, '.github/ISSUE_TEMPLATE')).filter((name) => name !== 'config.yml')
const manifest = JSON.parse(read('package.json'))

type Field = {
  readonly type: string
  readonly id?: string
  readonly attributes: { readonly label?: string; readonly value?: string; readonly options?: readonly unknown[] }
  readonly validations?: { readonly required: boolean }
}

describe.each(forms)('the issue form %s', (name) => {
  const form = parse(read(`.github/ISSUE_TEMPLATE/${name}`)) as { readonly [key: string]: unknown }
  const body = form['body'] as readonly Field[]

  // https://docs.github.com/en/communities/using-templates-to-encourage-useful-issues-and-pull-requests/syntax-for-githubs-form-schema
  it('has the fields that GitHub requires of a form', () => {
    expect(Object.keys(form)).toEqual(['name', 'description', 'labels', 'body'])
    for (const { type, id, attributes } of body) {
      expect(['markdown', 'input', 'textarea', 'dropdown', 'checkboxes']).toContain(type)
      if (type === 'markdown') expect(attributes.value).toBeTruthy()
      else expect([id, attributes.label].every(Boolean)).toBe(true)
    }
    const ids = body.flatMap(({ id }) => id ?? [])
    expect(new Set(ids).size).toBe(ids.length)
  })
})

it('a bug report requires the information that maintainers need to reproduce it', () => {
  const { body } = parse(read('.github/ISSUE_TEMPLATE/bug.yml')) as { readonly body: readonly Field[] }
  const required = body.flatMap(({ id, validations }) => (validations?.required ? [id] : []))
  expect(required).toEqual(['version', 'runner', 'engine', 'step', 'expected', 'log'])
})

it('CODEOWNERS names only existing paths, and an owner for each', () => {
  const lines = read('.github/CODEOWNERS')
    .split('\n')
    .filter((line) => /^[^#\s]/.test(line))
  expect(lines[0]).toMatch(/^\*\s+@polyarch\/maintainers$/)
  for (const line of lines.slice(1)) {
    const [path = '', ...owners] = line.split(/\s+/)
    expect(existsSync(join(root, path)), path).toBe(true)
    expect(owners.length).toBeGreaterThan(0)
  }
})

it('Dependabot updates npm packages and actions in groups, some days after their release', () => {
  const { updates } = parse(read('.github/dependabot.yml'))
  expect(updates.map((update: Record<string, unknown>) => update['package-ecosystem'])).toEqual([
    'npm',
    'github-actions',
  ])
  for (const { groups, cooldown } of updates) {
    expect(Object.keys(groups).length).toBeGreaterThan(0)
    expect(cooldown['default-days']).toBeGreaterThanOrEqual(7)
  }
})

it('package.json describes the package, and links to one repository', () => {
  const url = 'https://github.com/polyarch/build'
  expect(manifest).toMatchObject({
    license: 'Apache-2.0',
    author: expect.any(String),
    homepage: `${url}#readme`,
    bugs: { url: `${url}/issues` },
    repository: { type: 'git', url: `git+${url}.git` },
    engines: { node: expect.any(String) },
  })
  expect(manifest.description.length).toBeGreaterThan(40)
  expect(manifest.keywords.length).toBeGreaterThan(5)
})

it('.nvmrc, action.yml and the optional Node packages name the same major version', () => {
  const [, major] = /^using: node(\d+)$/.exec(`using: ${parse(read('action.yml')).runs.using}`) ?? []
  expect(read('.nvmrc').trim()).toBe(major)
  const { optionalDependencies } = JSON.parse(read('test/node/package.json'))
  for (const version of Object.values(optionalDependencies)) expect(String(version)).toMatch(`${major}.`)
})
