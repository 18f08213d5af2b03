import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { typescriptArguments } from '../support/node.ts'
import { startRegistry } from '../support/registry.ts'
import { createJob, runStep, type StepResult } from './support/action.ts'
import { imageNames } from './support/daemon-state.ts'
import { compileHello } from './support/hello.ts'
import { type PulledPlatform, pull } from './support/pull.ts'
import { missing, part, rig } from './support/rig.ts'

const demo = resolve(import.meta.dirname, '../../scripts/demo.ts')

/** The environment of a machine with Node only. */
const bare = { PATH: '/nonexistent', HOME: '/nonexistent', DOCKER_HOST: 'unix:///nonexistent.sock' }

function runDemo(env: NodeJS.ProcessEnv, ...words: readonly string[]) {
  return spawnSync(process.execPath, [...typescriptArguments, demo, ...words], { env, encoding: 'utf8' })
}

/** The address of a daemon, with the binaries of the rig. */
function withDocker(host: string): NodeJS.ProcessEnv {
  const path = [rig.cli, rig.plugins, process.env['PATH']].filter(Boolean).join(':')
  return { ...process.env, PATH: path, DOCKER_HOST: host }
}

/** The digests by platform, and their lines, that the demo read back. */
function shown(stdout: string): { readonly digests: Readonly<Record<string, string>>; readonly lines: string[] } {
  const [, text = ''] = stdout.split('The registry now has:')
  const rows = [...text.matchAll(/^ {4}(linux\/\S+) +(sha256:[0-9a-f]{64})\n +\d+ bytes; (.*)$/gm)]
  return {
    digests: Object.fromEntries(rows.map(([, platform = '', digest = '']) => [platform, digest])),
    lines: rows.map(([, platform, , line]) => `${platform}: ${line}`),
  }
}

const threePrograms = [
  'linux/amd64: /hello is a program for 64-bit x86, "Hello from amd64"',
  'linux/arm64: /hello is a program for 64-bit Arm, "Hello from arm64"',
  'linux/arm/v7: /hello is a program for 32-bit Arm, "Hello from arm"',
]

describe('npm run demo', () => {
  it('publishes three platforms without Docker, the same on every run, and reports in one line that an image cannot be run', () => {
    const [published, run] = [runDemo(bare), runDemo(bare, 'run')]
    const runs = [published, run]
    expect(runs.map(({ status, stderr }) => ({ status, stderr }))).toEqual([
      { status: 0, stderr: '' },
      { status: 75, stderr: '' },
    ])
    expect(run.stdout).toContain(
      '\nThe image is not run, as Docker does not answer: there is no program docker on PATH\n',
    )
    for (const { stdout } of runs) {
      expect(stdout).toContain('Using engine embedded (')
      expect(stdout.match(/: 1 binary checked in 1 of 1 layers: OK$/gm)).toHaveLength(3)
      expect(stdout.match(/^ {2}127\.0\.0\.1:\d+\/hello:\S+ {2}sha256:[0-9a-f]{64}$/gm)).toHaveLength(2)
      expect(shown(stdout).lines).toEqual(threePrograms)
      expect(stdout).not.toContain('::')
    }
    expect(shown(runs[1]?.stdout ?? '').digests).toEqual(shown(runs[0]?.stdout ?? '').digests)
  })

  it('accepts no other argument', () => {
    const { status, stdout, stderr } = runDemo(bare, 'walk')
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toMatch(/^The demo takes the words buildx .*, not walk\.\n$/)
  })
})

describe.skipIf(missing('docker', 'classic', 'cli', 'plugins'))('npm run demo with Docker', () => {
  const docker = (host: string, ...args: readonly string[]) =>
    execFileSync(join(part('cli'), 'docker'), ['-H', host, ...args], { encoding: 'utf8' })

  it.each(['docker', 'classic'] as const)('buildx publishes three platforms with the daemon %s', (name) => {
    const { status, stdout, stderr } = runDemo(withDocker(part(name).host), 'buildx')
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toContain('Using engine buildx (')
    expect(stdout.match(/: 1 binary checked in 1 of 1 layers: OK$/gm)).toHaveLength(3)
    expect(shown(stdout).lines).toEqual(threePrograms)
    expect(stdout).not.toContain('::')
  })

  it("buildx ends with the action's own error and status if no daemon is running", () => {
    const { status, stdout } = runDemo(withDocker('unix:///nonexistent.sock'), 'buildx')
    expect(status).toBe(75)
    expect(stdout).toContain('error: Cannot reach Docker at unix:///nonexistent.sock')
    expect(stdout).toContain('The step ended with status 75 (daemon-unreachable).')
  })

  it.each([
    { words: 'run', daemon: 'docker' },
    { words: 'run', daemon: 'classic' },
    { words: 'buildx run', daemon: 'docker' },
  ] as const)(
    '$words prints the output of the image on $daemon, and leaves neither image nor container behind',
    (given) => {
      const { host } = part(given.daemon)
      const { status, stdout, stderr } = runDemo(withDocker(host), ...given.words.split(' '))
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
      const [, image = '', said] = /^ {4}docker run .* (127\.0\.0\.1:\d+\/hello:1\.0\.0)\n {4}(.*)$/m.exec(stdout) ?? []
      expect(said).toBe('Hello from amd64')
      expect(stdout).toContain('\nDocker has removed it again.\n')
      expect(imageNames(host)).not.toContain(image)
      expect(docker(host, 'ps', '--all', '--format', '{{.Image}}').split('\n')).not.toContain(image)
      // Without Docker's own builder, the published image is run; with it, the image is built once more.
      const [, loaded] = /^ {2}Loaded .*\n {2}Digest: (\S+)$/m.exec(stdout) ?? []
      if (given.words === 'run') expect(loaded).toBe(shown(stdout).digests['linux/amd64'])
      else expect(loaded).toMatch(/^sha256:/)
    },
  )

  it("run reports in one line that no daemon is running, with Docker's message", () => {
    const { status, stdout, stderr } = runDemo(withDocker('unix:///nonexistent.sock'), 'run')
    expect({ status, stderr }).toEqual({ status: 75, stderr: '' })
    expect(stdout).toMatch(/^The image is not run, as Docker does not answer: .*unix:\/\/\/nonexistent\.sock.*$/m)
  })
})

describe.skipIf(missing('emulators'))('examples/hello, published for three platforms', () => {
  let folder: string
  let step: StepResult
  let platforms: readonly PulledPlatform[]

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'polyarch-hello-'))
    const registry = await startRegistry()
    const job = createJob({})
    try {
      compileHello(job.workspace)
      const images = `${registry.host}/hello`
      step = await runStep(job, { images, platforms: 'amd64, arm64, arm32', engine: 'embedded', push: 'true' })
      platforms = (await pull(images, step.outputs['digest'] ?? '')).platforms
      for (const { platform, readFile } of platforms) {
        const program = (await readFile('hello', 'latin1')) ?? ''
        writeFileSync(join(folder, platform.replaceAll('/', '-')), program, { encoding: 'latin1', mode: 0o755 })
      }
    } finally {
      job.remove()
      await registry.close()
    }
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  it('has programs that pass verification', () => {
    for (const name of ['amd64', 'arm64', 'arm/v7']) {
      expect(step.log).toContain(`linux/${name}: 1 binary checked in 1 of 1 layers: OK`)
    }
  })

  it('starts them without a shell', () => {
    const started = platforms.map(({ config }) => config['config'] as { Entrypoint?: unknown; Cmd?: unknown })
    expect(started.map(({ Entrypoint, Cmd }) => [Entrypoint, Cmd])).toEqual(Array(3).fill([['/hello'], undefined]))
  })

  it.each([
    { file: 'linux-amd64', emulator: 'qemu-x86_64', says: 'Hello from amd64\n' },
    { file: 'linux-arm64', emulator: 'qemu-aarch64', says: 'Hello from arm64\n' },
    { file: 'linux-arm-v7', emulator: 'qemu-arm', says: 'Hello from arm\n' },
  ])('$file greets and ends well under $emulator', ({ file, emulator, says }) => {
    const { status, stdout, stderr } = spawnSync(join(part('emulators'), emulator), [join(folder, file)], {
      encoding: 'utf8',
    })
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: says, stderr: '' })
  })

  it('greets on the processor of this machine', () => {
    const own = { x64: 'amd64', arm64: 'arm64', arm: 'arm-v7' }[process.arch as string]
    const { status, stdout } = spawnSync(join(folder, `linux-${own}`), { encoding: 'utf8' })
    expect({ status, stdout }).toEqual({ status: 0, stdout: `Hello from ${own?.replace('-v7', '')}\n` })
  })

  it('fails before any tag if one program is in the images of all platforms', async () => {
    const registry = await startRegistry()
    const job = createJob({})
    try {
      compileHello(job.workspace)
      writeFileSync(
        join(job.workspace, 'Dockerfile'),
        'FROM scratch\nCOPY bin/hello-amd64 /hello\nENTRYPOINT ["/hello"]\n',
      )
      const images = `${registry.host}/hello`
      const failed = await runStep(job, {
        images,
        tags: '1',
        platforms: 'amd64, arm64',
        engine: 'embedded',
        push: 'true',
      })
      expect(failed).toMatchObject({ status: 1, outputs: { 'error-code': 'platform-mismatch' } })
      expect((await fetch(`${registry.url}/v2/hello/manifests/1`)).status).toBe(404)
    } finally {
      job.remove()
      await registry.close()
    }
  })
})
