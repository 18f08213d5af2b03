import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { inputRows } from '../../src/inputs/schema.ts'
import { migrateWorkflow } from '../../src/migrate/migrate-workflow.ts'

const page = readFileSync(new URL('../../docs/migrating.md', import.meta.url), 'utf8')
type Row = {
  readonly section: string
  /** The first cell of the head: `Input`, `Output` or another word. */
  readonly kind: string
  readonly theirs: string
  readonly here: string
  readonly rest: readonly string[]
}

const every: readonly Row[] = page.split(/^## /m).flatMap((part) => {
  const [section = '', ...lines] = part.split('\n')
  let kind = ''
  return lines.flatMap((line, at) => {
    if (/^\| ---/.test(lines[at + 1] ?? '')) kind = /^\| ([^|]+) \|/.exec(line)?.[1] ?? ''
    const [, theirs, here = '', rest = ''] = /^\| `([^`]+)` \| ([^|]+) \|(.*)\|$/.exec(line) ?? []
    const cells = rest.split('|').map((cell) => cell.trim())
    return theirs === undefined ? [] : [{ section, kind, theirs, here, rest: cells }]
  })
})
const rows = every.filter(({ kind }) => kind !== 'Output')

/** The inputs and outputs of their action.yml: versions 7.3, 6.2, 4.6, 4.3 and 4.2. */
const actions: Readonly<Record<string, { readonly inputs: string; readonly outputs: string }>> = {
  'docker/build-push-action': {
    inputs:
      'add-hosts allow annotations attests build-args build-contexts builder cache-from cache-to call cgroup-parent context file github-token labels load network no-cache no-cache-filters outputs platforms provenance pull push sbom secret-envs secret-files secrets shm-size ssh tags target ulimit',
    outputs: 'digest imageid metadata',
  },
  'docker/metadata-action': {
    inputs:
      'annotations bake-target context flavor github-token images labels sep-annotations sep-labels sep-tags tags',
    outputs:
      'annotations bake-file bake-file-annotations bake-file-labels bake-file-tags json labels tag-names tags version',
  },
  'docker/login-action': { inputs: 'ecr logout password registry registry-auth scope username', outputs: '' },
  'docker/setup-buildx-action': {
    // `install` is of older versions.
    inputs:
      'append buildkitd-config buildkitd-config-inline buildkitd-flags cache-binary cleanup driver driver-opts endpoint install keep-state name platforms use version',
    outputs: 'driver endpoint flags name nodes platforms status',
  },
  'docker/setup-qemu-action': { inputs: 'cache-image image platforms reset', outputs: 'platforms' },
}

test.each(Object.entries(actions))(
  'docs/migrating.md judges every input and output of %s',
  (section, { inputs, outputs }) => {
    const named = (which: string) =>
      every
        .filter((row) => row.section === section && row.kind === which)
        .map(({ theirs }) => theirs)
        .toSorted()
    expect(named('Input')).toEqual(inputs.split(' ').toSorted())
    expect(named('Output')).toEqual(outputs.split(' ').filter(Boolean).toSorted())
  },
)

test('docs/migrating.md says same, better or not for each, with a reason for the latter two', () => {
  const wrong = every
    .filter(({ section, kind }) => section in actions && /^(?:In|Out)put$/.test(kind))
    .filter(({ here, rest: [result = '', why = ''] }) => {
      if (here === 'none') return result !== 'not' || why === ''
      return why === '' ? result !== 'same' : result !== 'better'
    })
  expect(wrong).toEqual([])
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
