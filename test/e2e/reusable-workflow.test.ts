import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { runWorkflow } from './support/act.ts'
import { createJob, type Job } from './support/action.ts'
import { pull, tagsOf } from './support/pull.ts'
import { missing, part } from './support/rig.ts'

const jobs: Job[] = []
afterEach(() => {
  for (const job of jobs.splice(0)) job.remove()
})

const example = resolve(import.meta.dirname, '../../examples/workflows/reusable-workflow.yml')

describe.skipIf(missing('act', 'basic'))('examples/workflows/reusable-workflow.yml, run by act', () => {
  it('completes the image if a job that was killed runs again, without an optional platform that failed', async () => {
    const { host, username, password } = part('basic')
    const images = `${host}/e2e/reusable-${process.pid}`
    const files = { Dockerfile: 'FROM scratch\nARG TARGETARCH\nCOPY $TARGETARCH /app\n', amd64: 'a', arm64: 'b' }
    const job = createJob(files, { DOCKER_HOST: 'unix:///nonexistent' })
    jobs.push(job)
    const killed = join(job.home, 'killed')
    const workflow = readFileSync(example, 'utf8')
      .replace(/ {6}images: .*\n {6}platforms: .*\n/, '')
      .replace(
        / {4}with:\n/,
        `$&
      images: ${images}
      platforms: amd64, arm64, s390x?
      runners: '*=ubuntu-latest'
      plan-runner: '["ubuntu-latest"]'
      registry: ${host}
      username: ${username}
      before-tags: sh -c 'case $POLYARCH_PLATFORMS in *arm64*) test -e ${killed} || { touch ${killed}; kill -9 $PPID; };; esac'
    secrets:
      password: \${{ secrets.REGISTRY_PASSWORD }}
`,
      )
      .concat(
        '      - run: echo "Complete=$COMPLETE omitted=$OMITTED tags=$TAGS version=$VERSION"\n        env:\n',
        ...['complete', 'omitted-platforms', 'tags', 'version'].map(
          (name) => `          ${name.replace(/-.*/, '').toUpperCase()}: \${{ needs.image.outputs.${name} }}\n`,
        ),
      )
    const options = { workflow, secrets: { REGISTRY_PASSWORD: password } }
    const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`

    const first = runWorkflow(job, options)
    expect(first.status, first.log).not.toBe(0)
    expect(first.log).toMatch(/No tag is written yet: .*Missing: linux\/arm64/)
    const temporary = expect.stringMatching(/^polyarch-leg-.*-linux-(?:amd64|s390x)$/)
    expect(await tagsOf(images, { authorization })).toEqual([temporary, temporary])

    const second = runWorkflow(job, { ...options, matrix: 'platform:linux/arm64' })
    expect(second.status, second.log).toBe(0)
    const { digest, platforms } = await pull(images, 'main', { authorization })
    expect(platforms.map(({ platform }) => platform)).toEqual(['linux/amd64', 'linux/arm64'])
    expect(second.log).toContain(`| Deploy ${images}@${digest}`)
    expect(second.log).toContain(`| Complete=true omitted=linux/s390x tags=${images}:main version=main`)
    expect(first.log + second.log).not.toContain(password)
  })
})
