import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { inputRows } from '../../src/inputs/schema.ts'
import { migrateWorkflow } from '../../src/migrate/migrate-workflow.ts'

const page = readFileSync(new URL('../../docs/migrating.md', import.meta.url), 'utf8')
const rows = page.split('\n').flatMap((line) => {
  const [, theirs, here = ''] = /^\| `([^`]+)` \| ([^|]+) \|/.exec(line) ?? []
  return theirs === undefined ? [] : [{ theirs, here }]
})

test('docs/migrating.md maps every input of the existing actions to an input of this action, or to none', () => {
  const known = [...Object.keys(inputRows).map((name) => `\`${name}\``), 'not yet', 'none']
  expect(rows.length).toBeGreaterThan(60)
  expect(rows.filter(({ here }) => !known.includes(here))).toEqual([])
})

test('docs/migrating.md names every input that is not new in Polyarch', () => {
  const own = [
    'before-tags',
    'before-tags-env',
    'build-args-file',
    'buildx-mirror',
    'cache',
    'cache-mounts',
    'cache-timeout',
    'compression',
    'mode',
    'runners',
    'default-labels',
    'dockerfile-inline',
    'drop-layers',
    'dry-run',
    'engine',
    'extra-args',
    'fresh',
    'if-exists',
    'ledger',
    'leg-set',
    'max-size',
    'minimum-engine-version',
    'mirrors',
    'platform',
    'preflight',
    'retries',
    'per-platform',
    'smoke-test',
    'timeout',
    'verify',
  ]
  const named = new Set(rows.map(({ here }) => here.replaceAll('`', '')))
  expect(Object.keys(inputRows).filter((name) => !named.has(name) && !own.includes(name))).toEqual([])
})

test('docs/migrating.md shows the result of polyarch migrate', async () => {
  const [, before = '', after = ''] = /```yml\n# before\n([\s\S]*?)\n# after\n([\s\S]*?)```/.exec(page) ?? []
  const workflow = (steps: string) =>
    `jobs:\n  image:\n    runs-on: ubuntu-latest\n    steps:\n${steps.replace(/^(?=.)/gm, '    ')}`
  expect(await migrateWorkflow(workflow(before))).toMatchObject({ kind: 'read', text: workflow(after) })
})
