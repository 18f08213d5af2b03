import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { typescriptArguments } from '../support/node.ts'

// Recorded with Node.js 20.20, 22.23 and 24.21 (zlib 1.3.1 and 1.3.2, zstd 1.5.7). Another zlib may compress differently: then images that were
// built before get new layers, which belongs in the changelog.
const digests = {
  'gzip 1 text': 'ffa47337810b3eab',
  'gzip 1 code': 'b818ec81c17ee310',
  'gzip 1 mixed': 'bef2d15c43cdbb66',
  'gzip 4 text': 'b4024e024d3e5fcd',
  'gzip 4 code': '09955171c24158e4',
  'gzip 4 mixed': '6063389c38c72b56',
  'gzip 6 text': '0bbf789ebf44331a',
  'gzip 6 code': 'a24228ea5928a544',
  'gzip 6 mixed': 'e8b8936051bb056d',
  'gzip 9 text': 'f60602a1e4ae60fc',
  'gzip 9 code': 'a24228ea5928a544',
  'gzip 9 mixed': 'a0c929b283cea577',
  'zstd 3 text': '9599f1c142cb876d',
  'zstd 3 code': '91c92cf739234d56',
  'zstd 3 mixed': '5115b984ed256d7a',
}

test('compress() always returns the same bytes', () => {
  const script = join(import.meta.dirname, '../support/compressed-digests.ts')
  expect(JSON.parse(execFileSync(process.execPath, [...typescriptArguments, script], { encoding: 'utf8' }))).toEqual(
    digests,
  )
})
