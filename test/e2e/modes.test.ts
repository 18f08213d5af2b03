import { describe, expect, it, onTestFinished } from 'vitest'
import { createJob, runStep } from './support/action.ts'
import { pull } from './support/pull.ts'
import { missing, part } from './support/rig.ts'

// Images of two engines are joined without Docker, in two registries, and the result is promoted.

async function step(inputs: Readonly<Record<string, string>>, files: Readonly<Record<string, string>> = {}) {
  const job = createJob(files)
  onTestFinished(job.remove)
  const result = await runStep(job, inputs)
  expect(result, result.log).toMatchObject({ status: 0, leftovers: [] })
  return result
}

describe.skipIf(missing('registry', 'basic', 'buildkitd', 'plugins', 'cli'))('mode: merge and promote', () => {
  it('publish the images of several jobs, with an attestation, in two registries', async () => {
    const image = `${part('registry').host}/e2e/modes`
    const { host, username, password } = part('basic')
    const files = { Dockerfile: 'FROM scratch\nCOPY hello /\n', hello: 'hello' }
    const amd = await step(
      {
        tags: `${image}:amd64`,
        push: 'true',
        platforms: 'amd64',
        driver: 'remote',
        endpoint: part('buildkitd')[0] ?? '',
        provenance: 'max',
      },
      files,
    )
    const arm = await step({ tags: `${image}:arm64`, push: 'true', platforms: 'arm64', engine: 'embedded' }, files)

    const merged = await step({
      mode: 'merge',
      images: `${image}, ${host}/e2e/modes`,
      tags: '1.0',
      platforms: 'amd64, arm64',
      digests: `${image}@${amd.outputs['digest']}\n${image}@${arm.outputs['digest']}`,
      push: 'true',
      registries: `- {registry: "${host}", username: ${username}, password: ${password}}`,
    })
    const { digest, manifest } = await pull(image, '1.0')
    expect(manifest).toMatchObject({
      manifests: [
        { platform: { os: 'linux', architecture: 'amd64' } },
        {
          platform: { os: 'unknown' },
          annotations: { 'vnd.docker.reference.digest': JSON.parse(amd.outputs['digests'] ?? '')['linux/amd64'] },
        },
        { digest: arm.outputs['digest'], platform: { os: 'linux', architecture: 'arm64' } },
      ],
    })
    const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
    const copied = await pull(`${host}/e2e/modes`, '1.0', { authorization })
    expect([copied.digest, merged.outputs['digest']]).toEqual([digest, digest])
    const arm64 = copied.platforms.find(({ platform }) => platform === 'linux/arm64')
    expect(await arm64?.readFile('hello')).toBe('hello')

    const promoted = await step({
      mode: 'promote',
      from: `${image}:1.0`,
      images: `${image}-live`,
      tags: 'stable',
      push: 'true',
    })
    expect([promoted.outputs['digest'], (await pull(`${image}-live`, 'stable')).digest]).toEqual([digest, digest])
    expect(promoted.summary).toContain('Mode: promote')
  })
})
