import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { limits } from '../../../src/bounds/limits.ts'
import { largeContextNotice, tellContext } from '../../../src/engine/large-context.ts'
import { createTestHost } from '../../support/host.ts'
import { tempFolder } from '../../support/temp.ts'

type Row = {
  readonly name: string
  readonly files?: Readonly<Record<string, string>>
  readonly bytes?: number
  readonly file?: string
  readonly isFolder?: boolean
  readonly told: RegExp | undefined
}

describe('largeContextNotice()', () => {
  test.each<Row>([
    {
      name: 'with directories that a build does not need',
      files: { 'node_modules/a/x': 'x'.repeat(2000), 'node_modules/y': 'y', '.git/config': 'x'.repeat(3000) },
      told: /^Sent: 60\.0 MB, and there is no \.dockerignore in .*\. Add one that lists `\.git` \(3\.0 kB\), `node_modules` \(2\.0 kB\)\.$/,
    },
    {
      name: 'of other tools',
      files: { 'target/a': '', '.venv/a': '', 'targets/a': '' },
      told: /Add one that lists `target` \(0 B\), `\.venv` \(0 B\)\.$/,
    },
    {
      name: 'with more files than are counted',
      files: Object.fromEntries(Array.from({ length: limits.contextFiles + 1 }, (_, at) => [`target/${at}`, ''])),
      told: /lists `target` \(more than 0 B\)\.$/,
    },
    { name: 'without them', told: /Add one that lists what the build does not need\.$/ },
    { name: 'that is small', bytes: 49_000_000, told: undefined },
    { name: 'with a .dockerignore', files: { '.dockerignore': '' }, told: undefined },
    { name: 'with one for its Dockerfile', files: { 'Dockerfile.dockerignore': '' }, told: undefined },
    { name: 'with one for another Dockerfile', files: { 'Dockerfile.dockerignore': '' }, file: 'other', told: /MB/ },
    { name: 'of a repository', isFolder: false, told: undefined },
  ])('of a context $name', ({ files = {}, bytes = 60_000_000, file, isFolder = true, told }) => {
    const context = tempFolder(files)
    const spec = { context, contextIsFolder: isFolder, file: file === undefined ? undefined : join(context, file) }
    const notice = largeContextNotice(bytes, 'Sent', spec)
    if (told === undefined) expect(notice).toBeUndefined()
    else expect(notice).toMatch(told)
  })
})

describe('tellContext()', () => {
  const telling = (bytes: number) => {
    const host = createTestHost()
    onTestFinished(host.close)
    const told = tellContext(host, bytes, {
      what: 'Sent',
      spec: { context: tempFolder(), contextIsFolder: true, file: undefined },
    })
    return { lines: host.log.lines.join('\n'), told }
  }

  test('logs the size of every context', () => {
    const { lines, told } = telling(1_234_567)
    expect(lines).toContain('Sent: 1.2 MB')
    expect(told).toEqual({})
  })

  test('returns advice for a large one, and is silent if nothing was sent', () => {
    expect(telling(60_000_000).told).toEqual({ contextAdvice: expect.stringContaining('no .dockerignore') })
    expect(telling(0).lines).toBe('')
  })
})
