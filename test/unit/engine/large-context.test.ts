import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { largeContextNotice } from '../../../src/engine/large-context.ts'
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
      name: 'with directories that no build needs',
      files: { 'node_modules/a/x': '', '.git/config': '' },
      told: /^Sent 60\.0 MB, and there is no \.dockerignore in .*\. Add one that lists `node_modules` and `\.git`\.$/,
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
