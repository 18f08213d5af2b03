import { delimiter } from 'node:path'
import { createJob, type Job, runStep, type StepResult } from './action.ts'
import { type Pulled, pull } from './pull.ts'
import { part, type Rig } from './rig.ts'

/** One engine of the table in docs/engines/README.md. */
export type EngineRow = {
  readonly name: string
  readonly needs: readonly (keyof Rig)[]
  readonly env: () => Readonly<Record<string, string>>
  readonly inputs: () => Readonly<Record<string, string>>
  /** The registry, as the engine and this process both reach it. */
  readonly registry: () => string
}

const plain = () => part('registry').host
const nowhere = { DOCKER_HOST: 'unix:///nonexistent/docker.sock' }
const docker = (name: 'docker' | 'classic'): Pick<EngineRow, 'env' | 'inputs' | 'registry'> => ({
  env: () => ({ DOCKER_HOST: part(name).host }),
  inputs: () => ({ engine: 'docker' }),
  registry: plain,
})

const podman = (version: string): EngineRow => ({
  name: `podman ${version}`,
  needs: ['podman'],
  env: () => ({ ...nowhere, PATH: part('podman').find((one) => one.version === version)?.bin ?? '' }),
  inputs: () => ({ engine: 'podman' }),
  registry: plain,
})

export const engineRows: readonly EngineRow[] = [
  { name: 'buildx, Docker 28, containerd image store', needs: ['docker', 'plugins'], ...docker('docker') },
  { name: 'buildx, Docker 28, classic image store', needs: ['classic', 'plugins'], ...docker('classic') },
  {
    name: 'buildx, driver remote',
    needs: ['buildkitd', 'plugins'],
    env: () => nowhere,
    inputs: () => ({ driver: 'remote', endpoint: part('buildkitd')[0] ?? '' }),
    registry: plain,
  },
  podman('4.3.1'),
  podman('5.8.6'),
  {
    name: 'kubernetes',
    needs: ['kube', 'plugins', 'builderImage'],
    env: () => ({ ...nowhere, KUBECONFIG: part('kube').kubeconfig }),
    inputs: () => ({
      engine: 'kubernetes',
      registry: `http://${part('kube').registry}`,
      'driver-opts': `image=${part('builderImage').replace(/^[^/]+/, part('kube').registry)}`,
      'buildkitd-config-inline': `[registry."${part('kube').registry}"]\n  http = true\n`,
    }),
    registry: () => part('kube').registry,
  },
  {
    name: 'embedded',
    needs: [],
    env: () => nowhere,
    inputs: () => ({ engine: 'embedded' }),
    registry: plain,
  },
]

/** What one engine does with one case: `yes`, or the code of its error. */
export type EngineCase = {
  readonly name: string
  readonly run: (row: EngineRow) => Promise<string>
}

const platforms = ['linux/amd64', 'linux/arm64', 'linux/arm/v7'] as const
const machines = { 'linux/amd64': 'x86_64', 'linux/arm64': 'aarch64', 'linux/arm/v7': 'armv7l' } as const

type Given = {
  readonly dockerfile: string
  readonly files?: Readonly<Record<string, string>>
  readonly inputs?: Readonly<Record<string, string>>
}

/** Runs a step that pushes three platforms, and returns it with the pushed image. */
async function pushed(row: EngineRow, name: string, given: Given) {
  const repository = `${row.registry()}/e2e/every/${row.name.replaceAll(/[^a-z0-9]+/gi, '-').toLowerCase()}-${name}`
  const job = jobOf(row, given)
  try {
    const step = await runStep(job, {
      images: repository,
      tags: '1.0.0',
      platforms: platforms.join(', '),
      push: 'true',
      'default-labels': 'false',
      ...row.inputs(),
      ...given.inputs,
    })
    const image = step.status === 0 ? await pull(repository, '1.0.0') : undefined
    return { step, image }
  } finally {
    job.remove()
  }
}

const baseOf = (row: EngineRow): string => part('base').replace(/^[^/]+/, row.registry())

export function jobOf(row: EngineRow, { dockerfile, files = {} }: Given): Job {
  const job = createJob({ Dockerfile: `FROM ${baseOf(row)}\n${dockerfile}`, ...files }, row.env())
  return { ...job, env: { ...job.env, PATH: [row.env()['PATH'], job.env['PATH']].filter(Boolean).join(delimiter) } }
}

/** `yes` if every check holds; the code of the step's error if it has failed; otherwise what differs. */
async function outcome(
  { step, image }: { readonly step: StepResult; readonly image: Pulled | undefined },
  check: (
    platform: Pulled['platforms'][number],
    image: Pulled,
  ) => Promise<readonly [found: unknown, expected: unknown][]>,
): Promise<string> {
  const code = step.outputs['error-code']
  if (step.leftovers.length > 0 || step.post.log !== '')
    return `leftovers: ${step.leftovers.join(', ')}${step.post.log}`
  if (step.status !== 0) return code || `no code: ${step.log}`
  if (image === undefined) return 'no image'
  const names = image.platforms.map(({ platform }) => platform)
  if (JSON.stringify(names) !== JSON.stringify(platforms)) return `platforms: ${names.join(', ')}`
  for (const one of image.platforms) {
    for (const [found, expected] of await check(one, image)) {
      if (JSON.stringify(found) !== JSON.stringify(expected))
        return `${one.platform}: ${JSON.stringify(found)} instead of ${JSON.stringify(expected)}`
    }
  }
  return 'yes'
}

const configOf = (image: Pulled['platforms'][number]) =>
  (image.config as { readonly config?: Readonly<Record<string, unknown>> }).config ?? {}

export const engineCases: readonly EngineCase[] = [
  {
    name: 'COPY, configuration',
    run: async (row) => {
      const dockerfile =
        'COPY hello /hello\nENV A=b\nWORKDIR /srv\nUSER 7:8\nEXPOSE 80\nENTRYPOINT ["sh", "-c"]\nCMD ["cat /hello"]\n'
      return outcome(await pushed(row, 'copy', { dockerfile, files: { hello: 'hi\n' } }), async (one) => {
        const { Env, WorkingDir, User, ExposedPorts, Entrypoint, Cmd } = configOf(one)
        return [
          [await one.readFile('hello'), 'hi\n'],
          [
            { Env, WorkingDir, User, ExposedPorts, Entrypoint, Cmd },
            {
              Env: ['PATH=/bin', 'A=b'],
              WorkingDir: '/srv',
              User: '7:8',
              ExposedPorts: { '80/tcp': {} },
              Entrypoint: ['sh', '-c'],
              Cmd: ['cat /hello'],
            },
          ],
        ]
      })
    },
  },
  {
    name: 'RUN, build arguments',
    run: async (row) => {
      const dockerfile = 'ARG GREETING\nRUN uname -m > /machine && echo "$GREETING" > /greeting\n'
      const inputs = { 'build-args': 'GREETING=good, "morning"' }
      return outcome(await pushed(row, 'run', { dockerfile, inputs }), async (one) => [
        [await one.readFile('machine'), `${machines[one.platform as keyof typeof machines]}\n`],
        [await one.readFile('greeting'), 'good, "morning"\n'],
      ])
    },
  },
  {
    name: 'build secrets',
    run: async (row) => {
      const dockerfile = 'RUN --mount=type=secret,id=token wc -c < /run/secrets/token | tr -d " " > /length\n'
      const inputs = { secrets: 'token=every-engine-secret' }
      const made = await pushed(row, 'secret', { dockerfile, inputs })
      if (made.step.log.replaceAll(/^::add-mask::.*$/gm, '').includes('every-engine-secret'))
        return 'the log has the secret'
      return outcome(made, async (one) => [[await one.readFile('length'), '19\n']])
    },
  },
  {
    name: 'labels, annotations',
    run: async (row) => {
      const inputs = {
        labels: 'org.example.of=a,b',
        annotations: 'index:org.example.level=index\norg.example.all=yes',
      }
      return outcome(await pushed(row, 'labels', { dockerfile: 'COPY Dockerfile /\n', inputs }), async (one, image) => [
        [configOf(one)['Labels'], { 'org.example.of': 'a,b' }],
        [one.manifest.annotations, { 'org.example.all': 'yes' }],
        [image.manifest.annotations, { 'org.example.level': 'index' }],
      ])
    },
  },
  {
    name: 'wrong binary is rejected',
    run: async (row) => {
      const base = baseOf(row)
      const { step } = await pushed(row, 'binary', {
        dockerfile: `FROM --platform=linux/amd64 ${base} AS amd64\nFROM scratch\nCOPY --from=amd64 /bin/busybox /bin/busybox\n`,
        inputs: { platforms: 'linux/arm64' },
      })
      return step.outputs['error-code'] === 'platform-mismatch' && step.status === 1
        ? 'yes'
        : `${step.outputs['error-code']}: ${step.log}`
    },
  },
  {
    name: 'failed RUN, with its line',
    run: async (row) => {
      const { step } = await pushed(row, 'failed', { dockerfile: 'COPY Dockerfile /\nRUN echo broken && exit 3\n' })
      const code = step.outputs['error-code'] ?? ''
      if (code !== 'build-failed') return code
      return /::error .*file=Dockerfile,line=3::/.test(step.log) ? 'yes' : `no line: ${step.log}`
    },
  },
]

/** The columns of the table. */
export const caseNames = engineCases.map(({ name }) => name)
