import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it, onTestFinished } from 'vitest'
import { startReleases } from '../support/buildx-release.ts'
import { makeAuthority } from '../support/certificates.ts'
import { writeProgram } from '../support/temp.ts'
import { createJob, type Job, runStep } from './support/action.ts'
import { startOwnBuildkitd, untilProcess } from './support/own-buildkitd.ts'
import { pull } from './support/pull.ts'
import { missing, part } from './support/rig.ts'

// Builders that the step creates: their binary, their nodes, their images, and the remaining state.

const jobs: Job[] = []
afterEach(() => {
  for (const job of jobs.splice(0)) job.remove()
})

function job(files: Readonly<Record<string, string>>, env: Readonly<Record<string, string>>): Job {
  const made = createJob(files, env)
  jobs.push(made)
  return made
}

const nowhere = 'unix:///nonexistent.sock'

describe.skipIf(missing('cli', 'plugins', 'pluginsNew', 'buildctl', 'buildkitd', 'registry', 'base', 'emulated'))(
  'a remote builder',
  () => {
    it('with a downloaded buildx has a node with mutual TLS and a second one, each for its platforms', async () => {
      const authority = makeAuthority()
      const { endpoint } = await startOwnBuildkitd(authority.issue())
      const client = authority.issue()
      const [second = ''] = part('buildkitd')
      const program = readFileSync(join(part('pluginsNew'), 'docker-buildx'))
      const releases = await startReleases('v0.36.1', program)
      const Dockerfile = `FROM ${part('base')}\nARG TARGETARCH\nRUN cat /proc/self/mountinfo > /where && echo "$TARGETARCH" > /arch\n`
      const made = job({ Dockerfile }, { DOCKER_HOST: nowhere })
      const cache = join(made.temp, '..', 'tools')
      mkdirSync(cache)
      const env = {
        ...made.env,
        RUNNER_TOOL_CACHE: cache,
        BUILDER_NODE_0_AUTH_TLS_CACERT: client.ca,
        BUILDER_NODE_0_AUTH_TLS_CERT: client.cert,
        BUILDER_NODE_0_AUTH_TLS_KEY: client.key,
      }
      const name = `${part('registry').host}/e2e/two-nodes`
      const inputs = {
        ...{ images: name, tags: '1', platforms: 'amd64, arm64', push: 'true', driver: 'remote', endpoint },
        'node-platforms': 'amd64',
        append: `- endpoint: ${second}\n  name: second\n  platforms: arm64`,
        'buildx-version': 'latest',
        'buildx-mirror': releases.url,
        'minimum-engine-version': 'buildx=0.36.1, buildkit=0.32.0',
      }
      const step = await runStep({ ...made, env }, inputs)

      expect(step).toMatchObject({ status: 0, post: { status: 0, log: '' }, leftovers: [] })
      expect(step.log).toMatch(/buildx v0\.36\.1: downloaded 6\d.* from 127\.0\.0\.1:/)
      expect(readdirSync(join(cache, 'buildx-dl-bin'))).toEqual(['0.36.1'])
      const index = await pull(name, '1')
      expect(index.platforms.map(({ platform }) => platform)).toEqual(['linux/amd64', 'linux/arm64'])
      const where = await Promise.all(index.platforms.map((image) => image.readFile('where')))
      expect(where.map((mounts) => mounts?.includes('/polyarch-buildkitd-'))).toEqual([true, false])
      const secretLines = client.key.split('\n').filter((line) => line !== '' && !line.startsWith('-----'))
      const shown = step.log.split('\n').filter((line) => !line.startsWith('::add-mask::'))
      expect(secretLines.filter((line) => shown.some((one) => one.includes(line)))).toEqual([])
    })

    it('is used without a node that is gone, and without one that dies in the build', async () => {
      const dying = await startOwnBuildkitd()
      const [first = ''] = part('buildkitd')
      const sleeps = 'sleep 4.669201'
      const Dockerfile = `FROM ${part('base')}\nARG TARGETARCH\nRUN test "$TARGETARCH" != arm64 || ${sleeps}\n`
      const made = job({ Dockerfile }, { DOCKER_HOST: nowhere })
      const name = `${part('registry').host}/e2e/lost-nodes`
      const running = runStep(made, {
        ...{
          images: name,
          tags: '1',
          platforms: 'amd64, arm64, s390x',
          push: 'true',
          driver: 'remote',
          endpoint: first,
        },
        'node-platforms': 'amd64',
        append: `- endpoint: tcp://127.0.0.1:9\n  name: absent\n  platforms: s390x\n- endpoint: ${dying.endpoint}\n  name: dying\n  platforms: arm64`,
      })
      await untilProcess(sleeps)
      await untilProcess(sleeps)
      await dying.kill()
      const step = await running

      expect(step).toMatchObject({ status: 0, post: { status: 0, log: '' }, leftovers: [] })
      expect(step.log).toMatch(/without node absent \(tcp:\/\/127\.0\.0\.1:9\), which is not available: .*ECONNREFUSED/)
      expect(step.log).toContain(`linux/arm64: node dying (${dying.endpoint}), declared for it`)
      expect(step.log).toContain(`without node dying (${dying.endpoint}), which is not available`)
      expect(step.log).toMatch(/linux\/s390x: node polyarch-\S+ \(\S+\), declared for it, emulated/)
      expect(step.log).toMatch(/linux\/arm64: node polyarch-\S+ \(\S+\), declared for it, emulated/)
      expect(step.summary).toMatch(/Nodes:\n\n(?:- `linux\/\w+: node polyarch-\S+ \(\S+\), declared for it, \w+`\n){3}/)
      const index = await pull(name, '1')
      expect(index.platforms.map(({ platform }) => platform)).toEqual(['linux/amd64', 'linux/arm64', 'linux/s390x'])
    })

    it('is used without nodes that hang, which are asked once, at the same time', async () => {
      const [first, second] = await Promise.all([startOwnBuildkitd(), startOwnBuildkitd()])
      const [alive = ''] = part('buildkitd')
      const made = job({ Dockerfile: 'FROM scratch\nCOPY Dockerfile /\n' }, { DOCKER_HOST: nowhere })
      const buildx = (...args: string[]) =>
        execFileSync(join(part('plugins'), 'docker-buildx'), args, { env: made.env, stdio: 'pipe' })
      const nodes = [first.endpoint, alive, second.endpoint]
      for (const [at, endpoint] of nodes.entries())
        buildx('create', '--name', 'hung', '--driver', 'remote', ...(at === 0 ? [] : ['--append']), endpoint)
      for (const node of [first, second]) node.freeze()
      const images = `${part('registry').host}/e2e/hung-nodes`
      const created = {
        ...{ driver: 'remote', endpoint: first.endpoint, 'node-platforms': 'amd64' },
        append: `- endpoint: ${alive}\n  platforms: arm64\n- endpoint: ${second.endpoint}\n  platforms: s390x`,
      }
      for (const inputs of [created, { builder: 'hung' }]) {
        const step = await runStep(made, { images, tags: '1', platforms: 'amd64, arm64', push: 'true', ...inputs })
        expect(step, step.log).toMatchObject({ status: 0, post: { status: 0, log: '' }, leftovers: [] })
        const silent = step.log.match(
          /without node \S+ \(\S+\), which is not available: it did not respond within 3 s/g,
        )
        expect(silent, step.log).toHaveLength(2)
        expect((await pull(images, '1')).platforms.map(({ platform }) => platform)).toEqual([
          'linux/amd64',
          'linux/arm64',
        ])
      }
    })

    it('is used without a node that hangs during the build, which the log names with its platform', {
      timeout: 180_000,
    }, async () => {
      const [hangs, other] = await Promise.all([startOwnBuildkitd(), startOwnBuildkitd()])
      const sleeps = 'sleep 4.142135'
      const Dockerfile = `FROM ${part('base')}\nARG TARGETARCH\nRUN test "$TARGETARCH" != arm64 || ${sleeps}\n`
      const made = job({ Dockerfile }, { DOCKER_HOST: nowhere })
      const images = `${part('registry').host}/e2e/hanging-build`
      const running = runStep(made, {
        ...{ images, tags: '1', platforms: 'amd64, arm64', push: 'true', driver: 'remote', endpoint: other.endpoint },
        'node-platforms': 'amd64',
        append: `- endpoint: ${hangs.endpoint}\n  name: hangs\n  platforms: arm64`,
      })
      await untilProcess(sleeps)
      hangs.freeze()
      const step = await running
      expect(step, step.log).toMatchObject({ status: 0, post: { status: 0, log: '' }, leftovers: [] })
      expect(step.log).toMatch(
        /Stopped the build of linux\/arm64: node hangs \(tcp:\S+\) neither responded nor reported progress for \d+ s; \[linux\/arm64 2\/2\] RUN .* was running/,
      )
      expect(step.log).toMatch(
        /without node hangs \(tcp:\S+\), which is not available: it neither responded nor reported progress for \d+ s/,
      )
      expect(step.outputs['attempts']).toBe('2')
      expect((await pull(images, '1')).platforms.map(({ platform }) => platform)).toEqual([
        'linux/amd64',
        'linux/arm64',
      ])
    })

    it('builds the image without an optional platform whose only node is gone', async () => {
      const [endpoint = ''] = part('buildkitd')
      const made = job({ Dockerfile: 'FROM scratch\nCOPY Dockerfile /\n' }, { DOCKER_HOST: nowhere })
      const images = `${part('registry').host}/e2e/optional-node`
      const step = await runStep(made, {
        ...{ images, tags: '1', platforms: 'amd64, loong64?', push: 'true', driver: 'remote', endpoint },
        'node-platforms': 'amd64',
        append: '- endpoint: tcp://127.0.0.1:9\n  name: absent\n  platforms: loong64',
        // The builder is prepared once, for the platforms of all builds.
        'per-platform': 'loong64: { build-args: { A: b } }',
      })
      expect(step, step.log).toMatchObject({ status: 0, leftovers: [] })
      expect(step.outputs['omitted-platforms']).toBe('linux/loong64')
      expect(step.log).toMatch(
        /linux\/loong64 is optional and is omitted from the image: .*no available node of the builder can.*absent/,
      )
      expect((await pull(images, '1')).platforms.map(({ platform }) => platform)).toEqual(['linux/amd64'])
    })

    it('without a node for a platform names each node with the cause', async () => {
      const { endpoint } = await startOwnBuildkitd(makeAuthority().issue())
      const stranger = makeAuthority().issue()
      const made = job({ Dockerfile: `FROM ${part('base')}\n` }, { DOCKER_HOST: nowhere })
      const env = {
        ...made.env,
        BUILDER_NODE_0_AUTH_TLS_CACERT: stranger.ca,
        BUILDER_NODE_0_AUTH_TLS_CERT: stranger.cert,
        BUILDER_NODE_0_AUTH_TLS_KEY: stranger.key,
      }
      const step = await runStep(
        { ...made, env },
        {
          ...{ images: 'a.example/b', tags: '1', platforms: 'amd64', preflight: 'false', driver: 'remote', endpoint },
          append: '- endpoint: tcp://127.0.0.1:9\n  name: absent',
        },
      )
      expect(step).toMatchObject({ status: 1, leftovers: [] })
      expect(step.log).toMatch(
        /Cannot build linux\/amd64: no available node of the builder can\. Not available: node \S+ \(tcp:\S+\): .*certificate.*; node absent \(tcp:\/\/127\.0\.0\.1:9\): .*ECONNREFUSED/,
      )
    })
  },
)

describe.skipIf(missing('docker', 'registry', 'base', 'builderImage'))('a builder in a container', () => {
  it('uses the second mirror if the first is down, pulls from it, and keeps its cache', async () => {
    const { host } = part('docker')
    const registry = part('registry').host
    const hub = `${registry}/e2e/hub`
    await copyImage(part('builderImage'), `${hub}/moby/buildkit:buildx-stable-1`)
    await copyImage(part('base'), `${hub}/library/mirrored:1`)
    const kept = 'polyarch-e2e-kept'
    const volume = `buildx_buildkit_${kept}0_state`
    const docker = (...args: string[]) =>
      execFileSync(join(part('cli'), 'docker'), ['-H', host, ...args], { encoding: 'utf8', stdio: 'pipe' })
    onTestFinished(() => {
      docker('volume', 'rm', '--force', volume)
      docker('image', 'rm', '--force', `${hub}/moby/buildkit:buildx-stable-1`)
    })
    // Only the mirror has this base: Docker Hub is unreachable.
    const made = job({ Dockerfile: 'FROM mirrored:1\nRUN date > /when\n' }, { DOCKER_HOST: host })
    const inputs = {
      ...{
        images: `${registry}/e2e/mirrored`,
        tags: '1',
        push: 'true',
        preflight: 'false',
        driver: 'docker-container',
      },
      'driver-opts': 'network=host',
      mirrors: `docker.io=127.0.0.1:1\nhttp://${hub}`,
      'buildkitd-config-inline': '[grpc]\n  debugAddress = "127.0.0.1:0"\n',
      'buildkitd-flags': '--debug',
      builder: kept,
      'keep-state': 'true',
    }
    const first = await runStep(made, inputs)
    expect(first).toMatchObject({ status: 0, post: { status: 0, log: '' }, leftovers: [] })
    expect(first.log).toMatch(/127\.0\.0\.1:1\/moby\/buildkit.*; trying the next mirror/)
    expect(docker('volume', 'ls', '--format', '{{.Name}}')).toContain(volume)
    expect(docker('ps', '--all', '--format', '{{.Names}}')).not.toContain(kept)

    const second = await runStep(made, inputs)
    expect(second).toMatchObject({ status: 0, leftovers: [] })
    expect(second.outputs['digest']).toBe(first.outputs['digest'])
    expect(second.log).toMatch(/CACHED/i)
  })
})

describe.skipIf(missing('docker', 'classic', 'cli', 'registry', 'base', 'builderImage'))(
  'a builder in containers',
  () => {
    const options = () => `driver-opts: [image=${part('builderImage')}, network=host]`

    /** Makes a job with the Docker context `near`, and with an ssh that leads to another daemon on this machine. */
    function jobWithMachines(Dockerfile: string): Job {
      const made = job({ Dockerfile }, { DOCKER_HOST: part('docker').host })
      const docker = join(part('cli'), 'docker')
      execFileSync(docker, ['context', 'create', 'near', '--docker', `host=${part('docker').host}`], {
        env: { ...made.env, DOCKER_HOST: '' },
        stdio: 'pipe',
      })
      // The other machine is this one, with another daemon.
      const bin = join(made.temp, '..', 'bin')
      mkdirSync(bin)
      const far = `PATH=${made.env['PATH']} DOCKER_HOST=${part('classic').host}`
      writeProgram(
        join(bin, 'ssh'),
        `case "$*" in *down.example*) echo 'ssh: Could not resolve hostname down.example' >&2; exit 255;; esac
while [ "$1" != -- ]; do shift; done; shift 2; exec env ${far} sh -c "$*"`,
      )
      return { ...made, env: { ...made.env, PATH: `${bin}:${made.env['PATH']}` } }
    }

    /** The names of the step's builders that are left on the daemons. */
    const leftBuilders = () =>
      [part('docker').host, part('classic').host].flatMap((host) => {
        const names = execFileSync(join(part('cli'), 'docker'), ['-H', host, 'ps', '--all', '--format', '{{.Names}}'])
        return String(names).match(/buildx_buildkit_polyarch-.*/g) ?? []
      })

    const near = () => ({
      ...{ tags: '1', push: 'true', endpoint: 'near', driver: 'docker-container', 'node-platforms': 'amd64' },
      'driver-opts': `image=${part('builderImage')}\nnetwork=host`,
    })

    it('has a node in a Docker context, one over SSH, and none on a machine that does not respond', async () => {
      const name = `${part('registry').host}/e2e/machines`
      const step = await runStep(jobWithMachines(`FROM ${part('base')}\nRUN true\n`), {
        ...{ images: name, platforms: 'amd64, arm64, s390x', ...near() },
        append: ['ssh://down.example', 'ssh://far.example']
          .map((at, index) => `- endpoint: ${at}\n  platforms: ${index === 0 ? 's390x' : 'arm64'}\n  ${options()}`)
          .join('\n'),
      })
      expect(step, step.log).toMatchObject({ status: 0, post: { status: 0, log: '' }, leftovers: [] })
      expect(step.log).toContain('Platform linux/amd64: node near, declared for it')
      expect(step.log).toContain('Platform linux/arm64: node ssh://far.example, declared for it')
      // If ssh ends before the client has written to it, its error does not name the machine.
      expect(step.log).toMatch(/without node ssh:\/\/down\.example, which is not available: \S/)
      const index = await pull(name, '1')
      expect(index.platforms.map(({ platform }) => platform)).toEqual(['linux/amd64', 'linux/arm64', 'linux/s390x'])
      expect(leftBuilders()).toEqual([])
    })

    it('is used without a node over SSH that hangs during the build', { timeout: 240_000 }, async () => {
      const name = `${part('registry').host}/e2e/hanging-machine`
      const sleeps = 'sleep 12.1415926'
      const Dockerfile = `FROM ${part('base')}\nARG TARGETARCH\nRUN test "$TARGETARCH" != arm64 || ${sleeps}\n`
      const node = `far${process.pid}`
      const running = runStep(jobWithMachines(Dockerfile), {
        ...{ images: name, platforms: 'amd64, arm64', ...near() },
        append: `- endpoint: ssh://far.example\n  name: ${node}\n  platforms: arm64\n  ${options()}`,
      })
      await untilProcess(sleeps)
      const onFar = (...args: readonly string[]) =>
        String(execFileSync(join(part('cli'), 'docker'), ['-H', part('classic').host, ...args], { stdio: 'pipe' }))
      const container = `buildx_buildkit_${node}`
      // Its first process is an init that is not stopped in place of buildkitd.
      const [, pid] = /^\s*(\d+)\s+buildkitd$/m.exec(onFar('top', container, '-eo', 'pid,comm')) ?? []
      process.kill(Number(pid), 'SIGSTOP')
      const step = await running
      const left = onFar('ps', '--all', '--format', '{{.Names}}').includes(container)
      if (left) onFar('rm', '--force', '--volumes', container)
      // Its daemon responds, so that the clean-up removes the node that the step was used without.
      expect(left).toBe(false)
      expect(step, step.log).toMatchObject({ status: 0, post: { status: 0, log: '' }, leftovers: [] })
      expect(step.log).toMatch(
        /Stopped the build of linux\/arm64: node far\d+ \(ssh:\/\/far\.example\) neither responded nor reported progress for \d+ s/,
      )
      expect(step.log).toMatch(
        /without node far\d+ \(ssh:\/\/far\.example\), which is not available: it neither responded/,
      )
      expect(step.outputs['attempts']).toBe('2')
      const { platforms } = await pull(name, '1')
      expect(platforms.map(({ platform }) => platform)).toEqual(['linux/amd64', 'linux/arm64'])
    })
  },
)

const manifests = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
]

/** Adds a name to an image of the rig's registry. */
async function copyImage(from: string, to: string): Promise<void> {
  const [source, target] = [from, to].map((name) => {
    const [, host = '', repository = '', tag = ''] = /^([^/]+)\/(.+):([^:/]+)$/.exec(name) ?? []
    return { url: `http://${host}/v2/${repository}`, repository, tag }
  })
  if (source === undefined || target === undefined) throw new Error('two names are needed')
  const copy = async (reference: string, as: string): Promise<void> => {
    const answer = await fetch(`${source.url}/manifests/${reference}`, { headers: { accept: manifests.join(', ') } })
    const type = answer.headers.get('content-type') ?? ''
    const text = await answer.text()
    const found = JSON.parse(text) as {
      manifests?: { digest: string }[]
      config?: { digest: string }
      layers?: { digest: string }[]
    }
    for (const { digest } of found.manifests ?? []) await copy(digest, digest)
    for (const blob of [found.config ?? [], found.layers ?? []].flat()) {
      const query = new URLSearchParams({ mount: blob.digest, from: source.repository })
      const mounted = await fetch(`${target.url}/blobs/uploads/?${query}`, { method: 'POST' })
      expect(mounted.status).toBe(201)
    }
    const put = { method: 'PUT', headers: { 'content-type': type }, body: text }
    expect((await fetch(`${target.url}/manifests/${as}`, put)).status).toBe(201)
  }
  await copy(source.tag, target.tag)
}
