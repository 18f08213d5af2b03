import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { parse } from 'yaml'
import { docFiles } from '../../scripts/doc-files.ts'
import { readInputs } from '../../src/read-inputs.ts'
import { outputRows } from '../../src/report/output-rows.ts'
import { createTestHost } from '../support/host.ts'
import { fencedBlocks } from '../support/markdown.ts'
import { tempFolder } from '../support/temp.ts'
import { outputsRead, stepsOf, type Workflow } from '../support/workflow.ts'

// The step accepts what the documentation shows: workflows of examples, and every YAML block of the pages.

const root = new URL('../../', import.meta.url)
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8')

const workflows = [
  'examples/workflow.yml',
  ...readdirSync(new URL('examples/workflows', root)).map((name) => `examples/workflows/${name}`),
]

/** The inputs that an input requires, for blocks that show it alone. */
const neededBy: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'before-tags-env': { 'before-tags': 'trivy image app' },
  digests: { mode: 'merge' },
  from: { mode: 'promote' },
  runners: { mode: 'plan' },
  scope: { username: 'octocat', password: 'secret' },
  endpoint: { driver: 'remote' },
}

/** The warnings about the inputs of each step of `text`. Throws for a step with invalid inputs. */
async function warningsOf(text: string): Promise<readonly string[]> {
  const argsFile = join(tempFolder({ 'versions.env': 'VERSION=1.2.3\n' }), 'versions.env')
  const warnings = stepsOf(text).map(async ({ inputs, env }) => {
    const needed = Object.keys(inputs).map((name) => neededBy[name])
    const files = inputs['build-args-file'] === undefined ? {} : { 'build-args-file': argsFile }
    const given = { ...Object.assign({}, ...needed), ...inputs, ...files }
    const host = createTestHost({
      env: {
        GITHUB_EVENT_NAME: 'push',
        GITHUB_REF: 'refs/tags/v1.2.3',
        GITHUB_SHA: '0123456789abcdef0123456789abcdef01234567',
        GITHUB_REPOSITORY: 'acme/app',
        ...env,
        ...Object.fromEntries(Object.entries(given).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
      },
    })
    onTestFinished(host.close)
    await readInputs(host, (name) => (given as Readonly<Record<string, string>>)[name] ?? '')
    return host.log.lines.filter((line) => line.includes('warning'))
  })
  return (await Promise.all(warnings)).flat()
}

describe.each(workflows)('%s', (path) => {
  const text = read(path)
  const workflow = parse(text) as Workflow

  it('is a workflow with permissions, and pins all of its actions', () => {
    expect(Object.keys(workflow)).toEqual(expect.arrayContaining(['on', 'permissions', 'jobs']))
    const jobs = Object.values(workflow.jobs)
    expect(jobs.filter(({ steps = [], uses }) => steps.length === 0 && uses === undefined)).toEqual([])
    const used = [...text.matchAll(/uses: (.*)/g)].map(([, uses]) => uses)
    expect(
      used.filter(
        (uses = '') =>
          !/^(?:polyarch\/build(?:\/\.github\/workflows\/image\.yml)?@v1|[\w/-]+@[0-9a-f]{40} # v[\d.]+)$/.test(uses),
      ),
    ).toEqual([])
  })

  it('has steps of this action whose inputs give neither errors nor warnings', async () => {
    expect(stepsOf(text).length).toBeGreaterThan(0)
    expect(await warningsOf(text)).toEqual([])
  })

  it('reads only outputs of earlier steps', () => {
    const wrong = outputsRead(workflow).filter(({ name, uses }) => {
      return uses === undefined || (uses.startsWith('polyarch/') && !Object.hasOwn(outputRows, name))
    })
    expect(wrong).toEqual([])
  })
})

const blocks = [...docFiles(root), 'examples/hello/README.md', 'examples/large-base/README.md'].flatMap((path) =>
  fencedBlocks(read(path))
    .filter(({ language }) => language === 'yaml')
    .map(({ text, line }) => ({ path, line, text })),
)

it('finds the YAML blocks of the documentation', () => {
  expect(blocks.length).toBeGreaterThan(40)
})

it.each(blocks)('$path, line $line: the YAML block gives neither errors nor warnings', async ({ text }) => {
  expect(await warningsOf(text)).toEqual([])
})
