import { expect, test } from 'vitest'
import { formatRepository, parseReference } from '../../../src/oci/reference.ts'
import { repositoriesOf } from '../../../src/oci/repositories.ts'

test('repositoriesOf() returns each once, in the order of the first occurrence, without tags', () => {
  const references = ['b.example/x:1', 'a.example/x:1', 'b.example/x:2', 'b.example/y:1', 'x:1'].map(parseReference)
  const repositories = repositoriesOf(references)
  expect(repositories.map(formatRepository)).toEqual([
    'b.example/x',
    'a.example/x',
    'b.example/y',
    'docker.io/library/x',
  ])
  expect(repositories[0]).toEqual({ registry: 'b.example', repository: 'x' })
})
