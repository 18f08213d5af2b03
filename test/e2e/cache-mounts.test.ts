import { execFileSync } from 'node:child_process'
import { afterEach, describe, expect, it, onTestFinished } from 'vitest'
import { startCacheService } from '../support/cache-service.ts'
import { createJob, type Job, runStep } from './support/action.ts'
import { startOwnBuildkitd } from './support/own-buildkitd.ts'
import { missing, part } from './support/rig.ts'

// Cache mounts that one builder fills and another finds: real BuildKit, a real registry, a directory.

const jobs: Job[] = []
afterEach(() => {
  for (const job of jobs.splice(0)) job.remove()
})

describe.skipIf(missing('buildkitd', 'buildctl', 'registry', 'base'))('cache mounts', () => {
  it('are saved, restored on another builder, and saved again only if they changed', async () => {
    const builders = await Promise.all([0, 1, 2].map(() => startOwnBuildkitd()))
    const service = await startCacheService()
    onTestFinished(service.close)
    await Promise.all(builders.map(({ start }) => start()))
    const mounts = '--mount=type=cache,target=/deps --mount=type=cache,id=own-$KIND,uid=7,mode=0700,target=/own'
    const commands =
      'echo "found: $(cat /deps/.file) $(ls -n /own)"; echo kept-$N > /deps/.file; touch /own/file; chown 7 /own/file'
    const job = createJob(
      { 'app/Dockerfile': `FROM ${part('base')}\nARG N\nARG KIND=b\nRUN ${mounts} ${commands}\n` },
      service.env('v2'),
    )
    jobs.push(job)
    const images = `${part('registry').host}/e2e/cache-mounts-${process.pid}`
    const registry = `type=registry,ref=${images}:kept`
    const run = async (builder: number, number: number, caches: Readonly<Record<string, string>>) => {
      const result = await runStep(job, {
        ...{ images, tags: '1', context: 'app', push: 'true', 'cache-mounts': 'true', 'build-args': `N=${number}` },
        // A named context that no stage of the user's build has.
        ...{ 'build-contexts': 'tools=app', driver: 'remote', endpoint: builders[builder]?.endpoint ?? '', ...caches },
      })
      expect(result).toMatchObject({ status: 0, leftovers: [], outputs: { pushed: 'true' } })
      expect(result.log).not.toContain('::warning')
      return result.log
    }
    const first = await run(0, 1, { cache: 'local:kept', 'cache-to': `${registry}\ntype=gha,scope=kept` })
    expect(first).toMatch(/^2 cache mounts saved \(.* kB\) in .* s$/m)
    expect(first.indexOf('cache mounts saved')).toBeGreaterThan(first.indexOf('Digest: sha256:'))
    const second = await run(1, 2, { 'cache-from': registry })
    expect(second).toMatch(/^2 cache mounts restored \(.* kB\) in .* s$/m)
    expect(second).toMatch(/found: kept-1 total 0\n#\d+ -rw-r--r-- .* 7 .* file$/m)
    // A builder that knows the base image and the steps, and has deleted the mounts.
    const prune = ['--addr', builders[1]?.endpoint ?? '', 'prune', '--filter', 'type==exec.cachemount']
    execFileSync(part('buildctl'), prune)
    expect(await run(1, 4, { 'cache-from': 'type=gha,scope=kept' })).toMatch(/found: kept-1 /)
    const third = await run(2, 3, { cache: 'local:kept' })
    expect(third).toMatch(/found: kept-1 /)
    expect(third).toContain('2 cache mounts saved')
    const again = await run(2, 3, { cache: 'local:kept' })
    expect(again).toContain('Cache mounts not restored: the builder has them')
    expect(again).toContain('Cache mounts are unchanged since they were saved')
  })
})
