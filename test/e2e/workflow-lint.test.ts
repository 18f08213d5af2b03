import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { tempFolder } from '../support/temp.ts'
import { workflowsOfBlocks } from '../support/workflow-of-block.ts'
import { missing, part } from './support/rig.ts'

const root = resolve(import.meta.dirname, '../..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const below = (folder: string, ending: RegExp): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => ending.test(name))
    .map((name) => join(folder, name))
const flat = (path: string): string => path.replaceAll(/[/\\]/g, '-')

const documents = [
  ...['README.md', 'SECURITY.md', 'CONTRIBUTING.md'],
  ...below('docs', /\.md$/),
  ...below('examples', /\.md$/),
]

/** Every workflow of the repository, and every YAML block of its documents as one: path in the linted directory → text. */
const workflows: Readonly<Record<string, string>> = Object.fromEntries([
  ...[...below('.github/workflows', /\.ya?ml$/), ...below('examples', /\.ya?ml$/)].map((path) => [
    `.github/workflows/${flat(path)}`,
    read(path),
  ]),
  ...documents.flatMap((path) =>
    workflowsOfBlocks(read(path)).map((text, index) => [
      `.github/workflows/${flat(path)}-block-${index + 1}.yml`,
      text,
    ]),
  ),
])

const published = /polyarch\/build@v[\d.]+/g
const reusable = 'polyarch/build/.github/workflows/image.yml@v1'

/** A repository for the linters, with this action in a directory of its own. */
function repository(files: Readonly<Record<string, string>>): string {
  return tempFolder({
    '.git/': '',
    'polyarch/action.yml': read('action.yml'),
    'polyarch/dist/main/index.js': '',
    'polyarch/dist/post/index.js': '',
    ...files,
  })
}

/** The output of a linter, and its exit status. Killed after a minute. */
function lint(
  program: string,
  folder: string,
  args: readonly string[],
): { readonly status: number | null; readonly log: string } {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: folder, encoding: 'utf8', timeout: 60_000 })
  return { status, log: stdout + stderr }
}

// shellcheck and pyflakes differ between machines, so the result would depend on them.
const actionlint = (folder: string) => lint(part('actionlint'), folder, ['-no-color', '-shellcheck=', '-pyflakes='])
const zizmor = (folder: string) =>
  lint(part('zizmor'), folder, [
    '--offline',
    '--no-progress',
    '--quiet',
    '--color=never',
    '--format=plain',
    '--config',
    join(root, '.github/zizmor.yml'),
    '.',
  ])

describe.skipIf(missing('actionlint', 'zizmor'))('the workflows of the repository and of its documents', () => {
  it('are many', () => {
    expect(Object.keys(workflows).length).toBeGreaterThan(45)
  })

  it('pass actionlint, with inputs that action.yml and the reusable workflow have', () => {
    // In a directory, actionlint knows the inputs.
    const local = Object.entries(workflows).map(([path, text]) => [
      path,
      text
        .replaceAll(published, './polyarch')
        .replaceAll(reusable, `./.github/workflows/${flat('.github/workflows/image.yml')}`),
    ])
    expect(actionlint(repository(Object.fromEntries(local)))).toEqual({ status: 0, log: '' })
  })

  it('pass zizmor, with Dependabot and action.yml', () => {
    const { status, log } = zizmor(
      repository({ ...workflows, '.github/dependabot.yml': read('.github/dependabot.yml') }),
    )
    expect(log).not.toMatch(/^(?:error|warning|help|info)\[/m)
    expect(status).toBe(0)
  })

  it('fail with an unknown input, or with a script that an attacker can inject into', () => {
    const [bad = ''] = workflowsOfBlocks(
      '```yaml\n- uses: ./polyarch\n  with:\n    image: acme/app\n- run: echo "${{ github.event.issue.title }}"\n```\n',
    )
    const folder = repository({ '.github/workflows/bad.yml': bad })
    expect(actionlint(folder).log).toContain('input "image" is not defined in action')
    expect(zizmor(folder).log).toContain('template-injection')
  })
})
