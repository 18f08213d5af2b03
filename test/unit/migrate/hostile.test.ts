import { describe, expect, it } from 'vitest'
import { limits } from '../../../src/bounds/limits.ts'
import { migrateWorkflow } from '../../../src/migrate/migrate-workflow.ts'

const problemOf = async (text: string) => {
  const migration = await migrateWorkflow(text)
  return migration.kind === 'unreadable' ? `${migration.problem.line + 1}: ${migration.problem.message}` : undefined
}

const step = (name: string, inputs: string) => `      - uses: docker/${name}@v1\n${inputs}`
const workflow = (steps: string) => `jobs:\n  image:\n    runs-on: ubuntu-latest\n    steps:\n${steps}`
const build = step('build-push-action', '        with:\n          context: .\n          tags: acme/app:1\n')

describe('migrateWorkflow() rejects', () => {
  it.each([
    { what: 'an empty file', text: '', problem: '1: the file is empty' },
    { what: 'a comment alone', text: '# nothing\n', problem: '1: the file is empty' },
    { what: 'a list', text: '- a\n', problem: '1: the file is not a mapping' },
    { what: 'a file without jobs', text: 'on: push\n', problem: '1: the file has no jobs' },
    { what: 'jobs that are a list', text: 'jobs: [a]\n', problem: '1: jobs is not a mapping' },
    {
      what: 'two documents',
      text: `on: push\n---\n${workflow(build)}`,
      problem: '2: the file has several YAML documents',
    },
    {
      what: 'tabs',
      text: 'jobs:\n\timage:\n\t\tsteps: []\n',
      problem: '2: this is not valid YAML: Tabs are not allowed as indentation',
    },
    {
      what: 'a quote that is not closed',
      text: 'jobs:\n  a: "x\n',
      problem: '2: this is not valid YAML: Missing closing "quote',
    },
    {
      what: 'a key that exists twice',
      text: 'on: push\njobs: {}\non: push\n',
      problem: '3: the key "on" exists twice',
    },
    {
      what: 'an input that exists twice',
      text: workflow(build.replace('context: .', 'tags: a:1')),
      problem: '8: the key "tags" exists twice',
    },
    { what: 'an alias without an anchor', text: 'a: *nowhere\n', problem: '1: the alias *nowhere has no anchor' },
    {
      what: 'a composite action',
      text: 'runs:\n  using: composite\n',
      problem:
        '1: this is an action, not a workflow. Migrate it by hand, as docs/migrating.md describes: workflows that call it may use its login, builder or emulators in later steps',
    },
  ])('$what', async ({ text, problem }) => {
    expect(await problemOf(text)).toBe(problem)
  })

  it('a file that is too large', async () => {
    expect(await problemOf(`${'#'.repeat(limits.workflow)}\n`)).toBe('1: the file is larger than 512 KiB')
  })

  it('more values than a workflow can have', async () => {
    expect(await problemOf(`x: [${'1,'.repeat(limits.workflowValues)}]\n`)).toMatch(/more than 50000 values/)
  })

  it.each([
    { what: 'brackets', text: `x: ${'['.repeat(5000)}${']'.repeat(5000)}\n` },
    { what: 'mappings in a line', text: `x: ${'{a: '.repeat(3000)}${'}'.repeat(3000)}\n` },
    { what: 'lists in lists', text: `x:\n${'- '.repeat(2000)}a\n` },
    { what: 'blocks', text: Array.from({ length: 300 }, (_, at) => `${' '.repeat(at)}a:\n`).join('') },
  ])('$what without limit', async ({ text }) => {
    expect(await problemOf(text)).toMatch(/nested deeper than 64 levels/)
  })
})

describe('migrateWorkflow() reads in bounded time', () => {
  it('aliases that double', async () => {
    const levels = Array.from({ length: 60 }, (_, at) => `  l${at + 1}: &l${at + 1} [*l${at}, *l${at}]\n`).join('')
    const text = `x:\n  l0: &l0 a\n${levels}${workflow(build)}`
    const migration = await migrateWorkflow(text)
    expect(migration.kind === 'read' && migration.text).toContain('polyarch/build@v1')
  })

  it('thousands of aliases, anchors and expressions', async () => {
    const aliases = Array.from({ length: 4000 }, (_, at) => `  - &a${at} x\n  - *a${at}\n`).join('')
    const text = `x:\n${aliases}${workflow(`${build}      - run: "${'${{ steps.a.outputs.b }}'.repeat(2000)}"\n`)}`
    const migration = await migrateWorkflow(text)
    expect(migration.kind === 'read' && migration.jobs).toHaveLength(1)
  })

  it('a long text of quotes, braces and dots', async () => {
    for (const part of ["'", '${{', '{{', '}}', 'steps.', 'steps[', "steps['", ' ', '\u0001']) {
      for (const run of [part.repeat(5000), `\${{ ${part.repeat(5000)} }}`]) {
        const migration = await migrateWorkflow(workflow(`${build}      - run: |\n          ${run}\n`))
        expect(migration.kind).toBe('read')
      }
    }
  })

  it('many build steps with one step of docker/metadata-action', async () => {
    const tags = (at: number) =>
      `        with:\n          context: .\n          tags: a/b:${at}-\${{ steps.meta.outputs.version }}\n`
    const builds = Array.from({ length: 200 }, (_, at) => step('build-push-action', tags(at))).join('')
    const meta = step('metadata-action', '        id: meta\n        with: { images: a/b }\n')
    const migration = await migrateWorkflow(workflow(`${meta}${builds}`))
    expect(migration).toMatchObject({ jobs: [{ kind: 'moved', kept: [{ action: 'docker/metadata-action' }] }] })
  })

  it('many jobs', async () => {
    const jobs = Array.from({ length: 100 }, (_, at) =>
      workflow(build).replace('jobs:\n', '').replace('image:', `image${at}:`),
    )
    const migration = await migrateWorkflow(`jobs:\n${jobs.join('')}`)
    expect(migration.kind === 'read' && migration.jobs.filter(({ kind }) => kind === 'moved')).toHaveLength(100)
  })
})

describe('migrateWorkflow() does not treat as a Docker action', () => {
  it.each([
    'evil/docker/build-push-action@v6',
    './docker/build-push-action',
    'docker/build-push-action-fork@v6',
    'notdocker/build-push-action@v6',
    'docker://docker/build-push-action@v6',
  ])('%s', async (uses) => {
    const text = workflow(build.replace('docker/build-push-action@v1', uses))
    expect(await migrateWorkflow(text)).toMatchObject({ kind: 'read', text, jobs: [] })
  })

  it.each([
    'Docker/Build-Push-Action@v6',
    'docker/build-push-action@master',
    'https://gitea.com/docker/build-push-action@v6',
  ])('but %s is treated as one', async (uses) => {
    const text = workflow(build.replace('docker/build-push-action@v1', uses))
    expect(await migrateWorkflow(text)).toMatchObject({ jobs: [{ kind: 'moved' }] })
  })
})
