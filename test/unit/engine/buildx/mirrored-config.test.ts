import { expect, test } from 'vitest'
import { mirroredConfig } from '../../../../src/engine/buildx/mirrored-config.ts'

const mirror = { of: 'docker.io', host: 'mirror.example', path: '', plainHttp: false }

test('mirroredConfig() lists the mirrors of each registry', () => {
  const mirrors = [mirror, { ...mirror, of: 'ghcr.io', host: 'h:5000', path: 'ghcr', plainHttp: true }]
  expect(mirroredConfig('', mirrors)).toBe(
    '[registry."docker.io"]\n  mirrors = ["mirror.example"]\n\n[registry."ghcr.io"]\n  mirrors = ["h:5000/ghcr"]\n\n[registry."h:5000"]\n  http = true\n',
  )
})

test('mirroredConfig() keeps a configuration without mirrors unchanged', () => {
  expect(mirroredConfig('[registry."docker.io"]', [])).toBe('[registry."docker.io"]')
})

test.each([
  '[registry."docker.io"]\nhttp = true',
  'debug = true\n  [ registry.x ]',
  'registry = { "docker.io" = {} }',
  'registry."docker.io".http = true',
  '["registry"]',
])('mirroredConfig() adds nothing to %j', (given) => {
  expect(mirroredConfig(given, [mirror])).toBeUndefined()
})

test('mirroredConfig() adds to a configuration that only looks like registries', () => {
  expect(mirroredConfig('# registry = none\n[worker.oci]\nregistries = 1', [mirror])).toContain('mirrors')
})
