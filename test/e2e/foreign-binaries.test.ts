import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { elf } from '../support/elf.ts'
import { createJob, type Job, runStepHere } from './support/action.ts'
import { missing, part, type rig } from './support/rig.ts'

// The built action on real engines: an image with a binary of another platform gets no tag.

const jobs: Job[] = []
afterEach(() => {
  for (const job of jobs.splice(0)) job.remove()
})

/** A job with `bin/app-amd64` and `bin/app-arm64`, programs for these machines by their headers. */
function job(dockerfile: string, env: Readonly<Record<string, string>> = {}): Job {
  const made = createJob({ Dockerfile: dockerfile }, env)
  jobs.push(made)
  mkdirSync(join(made.workspace, 'bin'))
  for (const machine of ['amd64', 'arm64'] as const) {
    const file = join(made.workspace, 'bin', `app-${machine}`)
    writeFileSync(file, elf(machine))
    chmodSync(file, 0o755)
  }
  return made
}

async function tagStatus(repository: string, tag: string): Promise<number> {
  const accept = 'application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json'
  const url = `http://${part('registry').host}/v2/${repository}/manifests/${tag}`
  return (await fetch(url, { method: 'HEAD', headers: { accept } })).status
}

const wrong = 'FROM scratch\nLABEL a=b\nCOPY bin/app-amd64 /usr/bin/app\nENTRYPOINT ["app"]\n'
const right = 'FROM scratch\nARG TARGETARCH\nCOPY bin/app-$TARGETARCH /usr/bin/app\nENTRYPOINT ["app"]\n'

const engines = [
  { name: 'embedded', needs: ['registry'], env: () => ({}), inputs: () => ({ engine: 'embedded' }) },
  {
    name: 'layout',
    needs: ['docker', 'registry'],
    env: () => ({ DOCKER_HOST: part('docker').host }),
    inputs: () => ({}),
  },
  {
    name: 'join',
    needs: ['classic', 'registry'],
    env: () => ({ DOCKER_HOST: part('classic').host }),
    inputs: () => ({}),
  },
  {
    name: 'digest',
    needs: ['buildkitd', 'plugins', 'registry'],
    env: () => ({ DOCKER_HOST: 'unix:///nonexistent.sock' }),
    inputs: () => ({ driver: 'remote', endpoint: part('buildkitd')[0] ?? '' }),
  },
] as const satisfies readonly {
  readonly name: string
  readonly needs: readonly (keyof typeof rig)[]
  readonly env: () => Record<string, string>
  readonly inputs: () => Record<string, string>
}[]

for (const { name, needs, env, inputs } of engines) {
  describe.skipIf(missing(...needs))(`the verification of images from ${name}`, () => {
    const given = (repository: string) => ({
      ...inputs(),
      images: `${part('registry').host}/${repository}`,
      tags: '1.0.0, latest',
      platforms: 'amd64, arm64',
      push: 'true',
    })

    it('rejects a program of another platform before the tag, and names its line', async () => {
      const repository = `e2e/proof-wrong-${name}`
      const step = await runStepHere(job(wrong, env()), given(repository))
      expect(step).toMatchObject({ status: 1, leftovers: [], outputs: { 'error-code': 'platform-mismatch' } })
      expect(step.log).toMatch(
        /::error .*file=Dockerfile,line=3::Cannot use the image for linux\/arm64: \/usr\/bin\/app/,
      )
      expect(step.log).toContain('/usr/bin/app (the entrypoint) is ELF for amd64, expected arm64')
      expect(await Promise.all(['1.0.0', 'latest'].map((tag) => tagStatus(repository, tag)))).toEqual([404, 404])
    })

    it('reads a base of another platform, and names the line of FROM', async () => {
      const repository = `e2e/proof-other-base-${name}`
      const text = `FROM --platform=linux/amd64 ${part('base')}\nLABEL a=${repository}\n`
      const step = await runStepHere(job(text, env()), given(repository))
      expect(step, step.log).toMatchObject({
        status: 1,
        leftovers: [],
        outputs: { 'error-code': 'platform-mismatch' },
      })
      expect(step.log).toContain('Cannot use the image for linux/arm64: /bin/busybox')
      // Docker compresses the layers again when it saves them: their origin is lost.
      if (name !== 'join')
        expect(step.log).toContain(`from Dockerfile:1: the base image ${part('base')} for linux/amd64`)
      expect(await tagStatus(repository, 'latest')).toBe(404)
    })

    it('accepts programs of each platform', async () => {
      const repository = `e2e/proof-right-${name}`
      const step = await runStepHere(job(right, env()), given(repository))
      expect(step).toMatchObject({ status: 0, leftovers: [] })
      expect(step.log).toContain('linux/arm64: 1 binary checked in 1 of 1 layers: OK')
      expect(await tagStatus(repository, '1.0.0')).toBe(200)
    })
  })
}

describe.skipIf(missing('docker', 'registry', 'base'))('the verification of an image with a base', () => {
  it('reads the layers of the build and none of the base, unless enabled', async () => {
    const text = `FROM ${part('base')}\nARG TARGETARCH\nCOPY bin/app-$TARGETARCH /usr/bin/app\n`
    const given = {
      images: `${part('registry').host}/e2e/proof-base`,
      tags: '1',
      platforms: 'amd64, arm64',
      push: 'true',
    }
    const own = await runStepHere(job(text, { DOCKER_HOST: part('docker').host }), given)
    expect(own.log).toMatch(/linux\/arm64: 1 binary checked in 1 of \d+ layers: OK/)
    const full = await runStepHere(job(text, { DOCKER_HOST: part('docker').host }), { ...given, verify: 'full' })
    expect(full.status).toBe(0)
    expect(full.log).toMatch(/linux\/arm64: (?!1 )\d+ binaries checked in (\d+) of \1 layers: OK/)
  })

  it('rejects a base that is named by the digest of one platform, before the build, and suggests the right digest', async () => {
    const host = part('registry').host
    const accept = 'application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.list.v2+json'
    const index = await fetch(`http://${host}/v2/base/manifests/1`, { headers: { accept } })
    const { manifests } = (await index.json()) as {
      manifests: { digest: string; platform: { architecture: string } }[]
    }
    const amd64 = manifests.find(({ platform }) => platform.architecture === 'amd64')?.digest
    const step = await runStepHere(
      job(`FROM ${part('base')}@${amd64}\nCOPY bin /bin\n`, { DOCKER_HOST: part('docker').host }),
      {
        images: `${host}/e2e/proof-pinned`,
        platforms: 'amd64, arm64',
        push: 'true',
      },
    )
    expect(step).toMatchObject({ status: 1, outputs: { 'error-code': 'platform-unsupported' } })
    expect(step.log).toContain('is the image of one platform, linux/amd64')
    expect(step.log).toContain(
      `Use the digest of the index that contains it: ${index.headers.get('docker-content-digest')}`,
    )
    expect(step.log).not.toContain('::group::Build')
  })
})
