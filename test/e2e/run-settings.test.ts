import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { createJob, type Job, runStepHere } from './support/action.ts'
import { missing, part } from './support/rig.ts'

// The environment of RUN steps, as they see it.

const jobs: Job[] = []
afterEach(() => {
  for (const job of jobs.splice(0)) job.remove()
})

/** Its step `kept` may be cached, and the test excludes the other one from the cache. */
const dockerfile = (base: string) => `FROM ${base} AS kept
RUN cat /proc/sys/kernel/random/uuid > /id
FROM ${base} AS Anew
RUN cat /etc/hosts > /hosts && ulimit -n > /soft && ulimit -Hn > /hard && df -k /dev/shm > /shm \\
  && ls /sys/class/net > /net && cat /proc/self/cgroup > /cgroup && cat /proc/sys/kernel/random/uuid > /id
FROM scratch
COPY --from=kept /id /kept
COPY --from=anew /id /hosts /soft /hard /shm /net /cgroup /
`

function job(env: Readonly<Record<string, string>>): Job {
  const made = createJob({ Dockerfile: dockerfile(part('base')) }, env)
  jobs.push(made)
  return made
}

for (const daemon of ['docker', 'classic'] as const) {
  describe.skipIf(missing(daemon, 'base'))(`RUN by the docker driver of ${daemon}`, () => {
    it('sees hosts, limits, memory, network and cgroup of the inputs, and reruns in the named stages', async () => {
      const made = job({ DOCKER_HOST: part(daemon).host })
      const read = (name: string) => readFileSync(join(made.workspace, 'out', name), 'utf8')
      const inputs = {
        ...{ load: 'false', outputs: 'out' },
        'add-hosts': 'db.internal:10.0.0.5, six.internal=2001:db8::1',
        'shm-size': '128m',
        ulimit: 'nofile=1024:2048',
        network: 'none',
        'cgroup-parent': '/polyarch-test',
        'no-cache-filters': 'anew',
      }
      const first = await runStepHere(made, inputs)
      expect(first).toMatchObject({ status: 0, post: { status: 0, log: '' }, leftovers: [] })
      expect(read('hosts')).toMatch(/^10\.0\.0\.5\s+db\.internal$/m)
      expect(read('hosts')).toMatch(/^2001:db8::1\s+six\.internal$/m)
      expect([read('soft'), read('hard')]).toEqual(['1024\n', '2048\n'])
      expect(read('shm')).toMatch(/\s131072\s/)
      expect(read('net')).toBe('lo\n')
      expect(read('cgroup')).toContain('/polyarch-test/')

      const ids = { kept: read('kept'), anew: read('id') }
      expect(await runStepHere(made, inputs)).toMatchObject({ status: 0 })
      expect(read('kept')).toBe(ids.kept)
      expect(read('id')).not.toBe(ids.anew)
    })

    it('uses the network of the host, and gets no entitlement that the daemon does not grant', async () => {
      const made = job({ DOCKER_HOST: part(daemon).host })
      const inputs = { load: 'false', outputs: 'out', 'no-cache-filters': 'anew' }
      expect(await runStepHere(made, { ...inputs, network: 'host' })).toMatchObject({ status: 0 })
      expect(readFileSync(join(made.workspace, 'out', 'net'), 'utf8')).not.toBe('lo\n')

      const refused = await runStepHere(made, { ...inputs, allow: 'security.insecure', driver: 'docker' })
      expect(refused).toMatchObject({ outputs: { 'error-code': 'feature-missing' }, leftovers: [] })
      expect(refused.log).toContain('granting entitlement security.insecure is not allowed')
    })
  })
}

describe.skipIf(missing('docker20', 'base'))('Docker 20.10', () => {
  it('is an error for settings that it would ignore, before the build', async () => {
    const made = job({ DOCKER_HOST: part('docker20').host })
    const step = await runStepHere(made, { load: 'false', outputs: 'out', 'shm-size': '128m', ulimit: 'nofile=1024' })
    expect(step).toMatchObject({ outputs: { 'error-code': 'feature-missing' }, leftovers: [] })
    expect(step.log).toContain('ignores shm-size, ulimit in builds')
  })
})

describe.skipIf(missing('docker', 'base', 'builderImage', 'registry'))('a builder that the step creates', () => {
  it('grants security.insecure if allowed', async () => {
    const made = createJob(
      {
        Dockerfile: `FROM ${part('base')} AS build\nRUN --security=insecure grep CapEff /proc/self/status > /caps\nFROM scratch\nCOPY --from=build /caps /\n`,
      },
      { DOCKER_HOST: part('docker').host },
    )
    jobs.push(made)
    const step = await runStepHere(made, {
      ...{ load: 'false', outputs: 'out', allow: 'security.insecure' },
      'driver-opts': `image=${part('builderImage')}\nnetwork=host`,
      'buildkitd-config-inline': `[registry."${part('registry').host}"]\nhttp = true\n`,
    })
    expect(step).toMatchObject({ status: 0, post: { log: '' }, leftovers: [] })
    // All capabilities, not only those of a container.
    expect(readFileSync(join(made.workspace, 'out', 'caps'), 'utf8')).toMatch(/^CapEff:\s+0000003f|^CapEff:\s+000001ff/)
  })

  it('accepts options without an input, which buildx checks', async () => {
    const step = await runStepHere(job({ DOCKER_HOST: part('docker').host }), {
      ...{ load: 'false', outputs: 'out', 'extra-args': '--no-such-option=1' },
    })
    expect(step).toMatchObject({ leftovers: [] })
    expect(step.log).toContain('unknown flag: --no-such-option')
  })
})
