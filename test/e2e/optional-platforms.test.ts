import { afterEach, describe, expect, it } from 'vitest'
import { runStep } from './support/action.ts'
import { type EngineRow, engineRows, jobOf } from './support/every-engine.ts'
import { pull } from './support/pull.ts'
import { missing, part } from './support/rig.ts'

// An optional platform that fails in the build, in preflight or in its smoke test is not in the image; the others are.

const undo: (() => unknown)[] = []
afterEach(() => {
  for (const one of undo.splice(0)) one()
})

/** Engines that prepare a build differently: files, a builder that the step creates, a store. */
const names = ['buildx, Docker 28, containerd image store', 'buildx, Docker 28, classic image store', 'podman 5.8.6']
const rows = engineRows.filter(({ name }) => names.includes(name))
const created: EngineRow = {
  name: 'buildx, a builder of the step',
  needs: ['docker', 'plugins', 'builderImage'],
  env: () => ({ DOCKER_HOST: part('docker').host }),
  inputs: () => ({ driver: 'docker-container', 'driver-opts': `image=${part('builderImage')}\nnetwork=host` }),
  registry: () => part('registry').host,
}

async function run(row: EngineRow, dockerfile: string, inputs: Readonly<Record<string, string>>) {
  const job = jobOf(row, { dockerfile })
  undo.push(job.remove)
  const name = `${row.registry()}/optional-${row.name.replaceAll(/[^a-z0-9]+/gi, '-').toLowerCase()}`
  const step = await runStep(job, {
    ...row.inputs(),
    images: name,
    tags: 'latest',
    push: 'true',
    secrets: 'key=some value that is hidden',
    ...inputs,
  })
  return { step, name }
}

const failing = () => `FROM ${part('base')}\nARG TARGETARCH\nRUN test $TARGETARCH != arm64\n`

describe.skipIf(missing('docker', 'classic', 'podman', 'plugins', 'base', 'builderImage'))(
  'platforms: linux/arm64?',
  () => {
    it.each([...rows, created])('$name omits a platform whose RUN fails', async (row) => {
      const { step, name } = await run(row, failing(), { platforms: 'amd64, arm64?, arm/v7' })
      expect(step, step.log).toMatchObject({ status: 0, leftovers: [] })
      expect(step.outputs['omitted-platforms']).toBe('linux/arm64')
      expect(Object.keys(JSON.parse(step.outputs['digests'] ?? ''))).toEqual(['linux/amd64', 'linux/arm/v7'])
      expect(step.log).toMatch(/linux\/arm64 is optional and is omitted from the image: .*exit/)
      expect(step.summary).toContain('is optional and is not in the image')
      const pulled = await pull(name, 'latest')
      expect(pulled.platforms.map(({ platform }) => platform)).toEqual(['linux/amd64', 'linux/arm/v7'])
    })

    it('a platform that is not optional still fails the step', async () => {
      const [row] = rows
      if (row === undefined) throw new Error('no engine')
      const { step } = await run(row, failing(), { platforms: 'amd64?, arm64' })
      expect(step.outputs, step.log).toMatchObject({ 'error-code': 'build-failed' })
      expect(step.outputs['tags']).toBe('')
    })

    it('omits a platform that the base image lacks, and one whose smoke test fails', async () => {
      const [row] = rows
      if (row === undefined) throw new Error('no engine')
      const { step } = await run(row, `FROM ${part('base')}\n`, {
        platforms: 'amd64, arm64?, mips64le?',
        'smoke-test': `sh -c 'test "$(uname -m)" = x86_64'`,
      })
      expect(step, step.log).toMatchObject({ status: 0, leftovers: [] })
      expect(step.outputs['omitted-platforms']?.split('\n')).toEqual(['linux/mips64le', 'linux/arm64'])
      expect(Object.keys(JSON.parse(step.outputs['digests'] ?? ''))).toEqual(['linux/amd64'])
    })
  },
)
