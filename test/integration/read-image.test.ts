import { expect, onTestFinished, test } from 'vitest'
import { readImage } from '../../src/registry/pull/read-image.ts'
import { startRegistry } from '../support/registry.ts'
import { createTestClient } from '../support/registry-client.ts'

test('readImage() reports that an image pushed by the builder is missing, which a new run may fix', async () => {
  const registry = await startRegistry()
  onTestFinished(registry.close)
  const client = createTestClient()
  onTestFinished(client.close)
  const { signal } = new AbortController()
  const reading = readImage(
    client,
    { registry: registry.host, repository: 'app' },
    { digest: `sha256:${'1'.repeat(64)}`, signal },
  )
  await expect(reading).rejects.toMatchObject({ code: 'registry-unavailable' })
})
