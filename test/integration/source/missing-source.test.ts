import { join } from 'node:path'
import { expect, test } from 'vitest'
import { explainMissing } from '../../../src/source/missing-source.ts'
import { tempFolder } from '../../support/temp.ts'

function explain(path: string, files: Readonly<Record<string, string>>): string | undefined {
  const context = tempFolder(files)
  return explainMissing(path, context, join(context, 'Dockerfile'))?.replaceAll(context, '.')
}

const there = { Dockerfile: '', 'dist/app': '' }

test.each([
  {
    name: 'the pattern that excludes it',
    files: { ...there, '.dockerignore': '# what is built\n*.log\ndist\n' },
    says: 'dist/app exists, but line 3 of ./.dockerignore excludes it from the build context: dist. Add a line !dist/app below it to include the file.',
  },
  {
    name: 'the last pattern that excludes it, after it was re-included',
    files: { ...there, '.dockerignore': '*\n!dist\n**/app\n' },
    says: 'dist/app exists, but line 3 of ./.dockerignore excludes it from the build context: **/app. Add a line !dist/app below it to include the file.',
  },
  {
    name: "the Dockerfile's own file before the directory's",
    files: { ...there, '.dockerignore': 'none\n', 'Dockerfile.dockerignore': 'dist\n' },
    says: 'dist/app exists, but line 1 of ./Dockerfile.dockerignore excludes it from the build context: dist. Add a line !dist/app below it to include the file.',
  },
  { name: 'nothing if it is not ignored', files: { ...there, '.dockerignore': '*\n!dist\n' }, says: undefined },
  { name: 'nothing if other files exist', files: { Dockerfile: '', readme: '' }, says: undefined },
  {
    name: 'a missing checkout',
    files: { Dockerfile: '' },
    says: 'The build context . is empty. Run actions/checkout before this step, or set `context`.',
  },
])('explainMissing() names $name', ({ files, says }) => {
  expect(explain('dist/app', files)).toBe(says)
})
