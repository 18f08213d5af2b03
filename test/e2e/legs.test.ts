import { afterEach, describe, expect, it } from 'vitest'
import { runWorkflow } from './support/act.ts'
import { createJob, type Job, runStep, type StepOptions } from './support/action.ts'
import { pull, tagsOf } from './support/pull.ts'
import { missing, part } from './support/rig.ts'

const jobs: Job[] = []
afterEach(() => {
  for (const job of jobs.splice(0)) job.remove()
})

const platforms = ['linux/amd64', 'linux/arm64', 'linux/s390x']

describe.skipIf(missing('registry'))('three jobs of one image', () => {
  const name = `e2e/legs-${process.pid}`
  const image = () => `${part('registry').host}/${name}`

  /** Runs the step of the job for one platform. */
  async function leg(platform: string, attempt: number, options: StepOptions = {}) {
    const job = createJob(
      { Dockerfile: 'FROM scratch\nARG TARGETARCH\nCOPY $TARGETARCH /app\n', amd64: '1', arm64: '2', s390x: '3' },
      { GITHUB_RUN_ID: '77', GITHUB_RUN_ATTEMPT: String(attempt), RUNNER_NAME: `${platform} ${attempt}` },
    )
    jobs.push(job)
    return await runStep(
      job,
      {
        ...{ images: image(), tags: '1.0, latest', platforms: platforms.join(), platform, push: 'true' },
        ...{ engine: 'embedded', ledger: 'registry', annotations: 'index:org.opencontainers.image.title=legs' },
      },
      options,
    )
  }

  it('publish it when the last of them has run, after one was killed and ran again', async () => {
    const [first = '', second = '', third = ''] = platforms
    const killed: StepOptions = {
      during: (pid, log) => {
        const timer = setInterval(() => {
          if (!log().includes('Using engine')) return
          clearInterval(timer)
          process.kill(pid, 'SIGKILL')
        }, 1)
      },
    }
    const [one, two, three] = await Promise.all([leg(first, 1), leg(second, 1, killed), leg(third, 1)])
    expect(two.status).toBe(null)
    for (const { status, outputs, log } of [one, three]) {
      expect(status, log).toBe(0)
      expect(outputs).toMatchObject({ complete: 'false', digest: '', tags: '', pushed: 'false' })
      expect(outputs['missing']?.split('\n')).toContain(second)
    }
    expect(await tagsOf(image())).toEqual(expect.not.arrayContaining(['1.0', 'latest']))

    const again = await leg(second, 2)
    expect(again.status, again.log).toBe(0)
    expect(again.outputs).toMatchObject({ complete: 'true', missing: '', pushed: 'true' })
    const published = await pull(image(), 'latest')
    expect(published.digest).toBe(again.outputs['digest'])
    expect(published.platforms.map(({ platform }) => platform)).toEqual(platforms)
    expect(await Promise.all(published.platforms.map(({ readFile }) => readFile('app')))).toEqual(['1', '2', '3'])
    expect(again.summary).toContain('in another job')
    expect(again.leftovers).toEqual([])
  })
})

describe.skipIf(missing('registry'))('two jobs of an image with an optional platform', () => {
  it('publish it without the platform if its job fails', async () => {
    const images = `${part('registry').host}/e2e/optional-leg-${process.pid}`
    const runs = []
    for (const platform of ['linux/riscv64', 'linux/amd64']) {
      const job = createJob(
        { Dockerfile: 'FROM scratch\nARG TARGETARCH\nCOPY $TARGETARCH /app\n', amd64: '1' },
        { GITHUB_RUN_ID: '78', GITHUB_RUN_ATTEMPT: '1', RUNNER_NAME: platform },
      )
      jobs.push(job)
      runs.push(
        await runStep(job, {
          ...{ images, tags: 'latest', platforms: 'amd64, riscv64?', platform, push: 'true' },
          ...{ engine: 'embedded', ledger: 'registry' },
        }),
      )
    }
    const [failed, last] = runs
    expect(failed, failed?.log).toMatchObject({ status: 0, leftovers: [] })
    expect(failed?.outputs).toMatchObject({
      ...{ 'omitted-platforms': 'linux/riscv64', complete: 'false', digest: '', digests: '{}' },
      missing: 'linux/amd64',
    })
    expect(failed?.summary).toContain('### Omitted linux/riscv64 of')
    expect(last, last?.log).toMatchObject({ status: 0 })
    expect(last?.outputs).toMatchObject({ 'omitted-platforms': 'linux/riscv64', complete: 'true', pushed: 'true' })
    expect(last?.summary).toMatch(/`linux\/riscv64` is optional and is not in the image: .*its job failed/)
    const { platforms: found } = await pull(images, 'latest')
    expect(found.map(({ platform }) => platform)).toEqual(['linux/amd64'])
  })
})

describe.skipIf(missing('act', 'registry'))('job matrices, run by act', () => {
  const workflow = (images: string) => `on: push
jobs:
  image:
    strategy:
      matrix:
        ledger: [artifacts, registry]
        platform: [linux/amd64, linux/arm64]
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - uses: polyarch/build@v1
        id: image
        with:
          images: ${images}-\${{ matrix.ledger }}
          platforms: amd64, arm64
          platform: \${{ matrix.platform }}
          push: true
          engine: embedded
          ledger: \${{ matrix.ledger }}
      - run: echo "\${{ matrix.ledger }} complete \${{ steps.image.outputs.complete }} \${{ steps.image.outputs.digest }}"
`

  it('of a plan have the same digest as the result of a merge job', async () => {
    const images = `${part('registry').host}/e2e/plan-${process.pid}`
    const text = `on: push
jobs:
  plan:
    runs-on: ubuntu-latest
    outputs:
      matrix: \${{ steps.plan.outputs.matrix }}
    steps:
      - uses: polyarch/build@v1
        id: plan
        with:
          mode: plan
          images: ${images}
          platforms: amd64, arm64
  image:
    needs: plan
    strategy:
      matrix: \${{ fromJSON(needs.plan.outputs.matrix) }}
    runs-on: \${{ matrix.runner }}
    outputs:
      digest: \${{ steps.image.outputs.digest }}
      digests: \${{ steps.image.outputs.complete == 'true' && steps.image.outputs.digests || '' }}
    steps:
      - uses: actions/checkout@v5
      - uses: polyarch/build@v1
        id: image
        with:
          images: ${images}
          platforms: amd64, arm64
          platform: \${{ matrix.platform }}
          push: true
          engine: embedded
  merge:
    needs: image
    runs-on: ubuntu-latest
    steps:
      - uses: polyarch/build@v1
        id: merge
        with:
          mode: merge
          images: ${images}
          tags: merged
          digests: \${{ needs.image.outputs.digests }}
          push: true
      - run: echo "Legs \${{ needs.image.outputs.digest }}, merged \${{ steps.merge.outputs.digest }}"
`
    const files = { Dockerfile: 'FROM scratch\nARG TARGETARCH\nCOPY $TARGETARCH /app\n', amd64: 'a', arm64: 'b' }
    const job = createJob(files, { DOCKER_HOST: 'unix:///nonexistent' })
    jobs.push(job)
    const { status, log } = runWorkflow(job, { workflow: text })
    expect(status, log).toBe(0)
    const { digest, platforms: found } = await pull(images, 'main')
    expect(found.map(({ platform }) => platform)).toEqual(['linux/amd64', 'linux/arm64'])
    expect((await pull(images, 'merged')).digest).toBe(digest)
    expect(log).toContain(`Legs ${digest}, merged ${digest}`)
  })

  it('of two images and two platforms publish both, one with each ledger', () => {
    const images = `${part('registry').host}/e2e/act-${process.pid}`
    const files = { Dockerfile: 'FROM scratch\nARG TARGETARCH\nCOPY $TARGETARCH /app\n', amd64: 'a', arm64: 'b' }
    const job = createJob(files, { DOCKER_HOST: 'unix:///nonexistent' })
    jobs.push(job)
    const { status, log } = runWorkflow(job, { workflow: workflow(images), artifacts: true })
    expect(status, log).toBe(0)
    const completed = ['artifacts', 'registry'].map(async (ledger) => {
      const { digest, platforms: found } = await pull(`${images}-${ledger}`, 'main')
      expect(found.map(({ platform }) => platform)).toEqual(['linux/amd64', 'linux/arm64'])
      expect(log).toContain(`${ledger} complete true ${digest}`)
    })
    return Promise.all(completed)
  })
})
