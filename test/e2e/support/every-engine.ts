import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { expect } from 'vitest'
import { runStep, type StepOptions, type StepResult } from './action.ts'
import { baseOf, type EngineRow, jobOf } from './engine-rows.ts'
import { startFaultProxy } from './fault-proxy.ts'
import { type Pulled, pull } from './pull.ts'

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
  /** The registry of the image. Default: that of the engine. */
  readonly host?: string
  readonly options?: StepOptions
}

/** Runs a step that pushes three platforms. */
async function run(row: EngineRow, name: string, { inputs = {}, host = row.registry(), options, ...files }: Given) {
  const repository = `${host}/e2e/every/${row.name.replaceAll(/[^a-z0-9]+/gi, '-').toLowerCase()}-${name}`
  const job = jobOf(row, files)
  try {
    const given = {
      images: repository,
      tags: '1.0.0',
      platforms: platforms.join(', '),
      push: 'true',
      'default-labels': 'false',
      ...row.inputs(host),
      ...inputs,
    }
    return { repository, step: await runStep(job, given, options) }
  } finally {
    job.remove()
  }
}

/** Runs a step that pushes three platforms, and returns it with the pushed image. */
async function pushed(row: EngineRow, name: string, given: Given) {
  const { repository, step } = await run(row, name, given)
  return { step, repository, image: step.status === 0 ? await pull(repository, '1.0.0') : undefined }
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
    name: 'failed RUN, with line and platform',
    run: async (row) => {
      const dockerfile = 'COPY Dockerfile /\nRUN test "$(uname -m)" != aarch64\n'
      const { step } = await run(row, 'failed', { dockerfile })
      const code = step.outputs['error-code'] ?? ''
      if (code !== 'build-failed') return code
      if (step.leftovers.length > 0) return `leftovers: ${step.leftovers.join(', ')}`
      return /::error .*file=Dockerfile,line=3::.*linux\/arm64/.test(step.log) ? 'yes' : `no place: ${step.log}`
    },
  },
  {
    name: 'smoke test',
    run: async (row) => {
      const test = 'command: uname -m\nexpect:\n  output: /^(x86_64|aarch64|armv7l)$/m\n'
      const made = await pushed(row, 'smoke', {
        dockerfile: 'COPY Dockerfile /\n',
        inputs: { 'smoke-test': `${test}${row.smokeTest ?? ''}` },
      })
      const found = await outcome(made, async (one) => [
        [made.step.log.includes(machines[one.platform as keyof typeof machines]), true],
      ])
      return found === 'yes' ? nothingLeft(row) : found
    },
  },
  {
    name: 'publish',
    run: async (row) => {
      const name = `${row.registry()}/e2e/every/published-${randomUUID()}`
      const inputs = { images: `${name}/one\n${name}/two`, tags: '2.1.0\nlatest' }
      const { step } = await run(row, 'published', { dockerfile: 'COPY Dockerfile /\n', inputs })
      if (step.status !== 0) return step.outputs['error-code'] ?? ''
      const found = await Promise.all(
        ['one', 'two'].flatMap((part) => ['2.1.0', 'latest'].map((tag) => pull(`${name}/${part}`, tag))),
      )
      const wrong = found.find(({ digest }) => digest !== step.outputs['digest'])
      return wrong === undefined ? 'yes' : `${wrong.digest} instead of ${step.outputs['digest']}`
    },
  },
  {
    name: 'cache: registry',
    run: async (row) => {
      const given = {
        dockerfile: `RUN echo ${randomUUID()} && cat /proc/sys/kernel/random/uuid > /id\n`,
        inputs: { cache: 'registry', ...row.cacheInputs?.() },
      }
      const first = await pushed(row, 'cache', given)
      if (first.step.status !== 0) return outcome(first, async () => [])
      // The file is random, so that only the same step can have written it.
      return outcome(await pushed(row, 'cache', given), async (one) => {
        const before = first.image?.platforms.find(({ platform }) => platform === one.platform)
        return [[await one.readFile('id'), await before?.readFile('id')]]
      })
    },
  },
  {
    name: 'registry answers 503',
    run: async (row) => {
      const [address = ''] = row.registry().split(':')
      const proxy = await startFaultProxy({ registry: row.registry(), address })
      try {
        const unavailable = { do: 'answer', status: 503, times: 2 } as const
        for (const on of ['upload-start', 'manifest-put'] as const) proxy.misbehave({ on, ...unavailable })
        const dockerfile = 'COPY id /id\n'
        const id = randomUUID()
        const found = await outcome(
          await pushed(row, `unavailable-${id}`, { dockerfile, files: { id }, host: proxy.host }),
          async (one) => [[await one.readFile('id'), id]],
        )
        const faults = proxy.journal.filter((request) => request.fault !== undefined).length
        return found !== 'yes' || faults === 4 ? found : `${faults} faults instead of 4`
      } finally {
        await proxy.close()
      }
    },
  },
  {
    name: 'canceled during RUN',
    run: async (row) => {
      const before = await publishedBefore(row, 'canceled')
      const endless = `sleep ${10_000 + Math.floor(Math.random() * 1e6)}`
      const { step, repository } = await run(row, 'canceled', {
        dockerfile: `RUN ${endless}\n`,
        options: { during: terminateAt(endless) },
      })
      const code = step.outputs['error-code']
      if (code !== 'cancelled') return code || `no code: ${step.log}`
      if (step.leftovers.length > 0) return `leftovers: ${step.leftovers.join(', ')}`
      const { digest } = await pull(repository, '1.0.0')
      if (digest !== before) return `the tag is ${digest} instead of ${before}`
      await expect.poll(() => processes().filter((line) => line.includes(endless)), { timeout: 30_000 }).toEqual([])
      return nothingLeft(row)
    },
  },
  {
    name: 'clean-up after a failure',
    run: async (row) => {
      const before = await publishedBefore(row, 'failing')
      const { step, repository } = await run(row, 'failing', {
        dockerfile: `COPY id /id\n`,
        files: { id: randomUUID() },
        inputs: { 'before-tags': 'exit 7' },
      })
      if (step.status !== 1 || step.leftovers.length > 0 || step.post.log !== '')
        return `${step.status}, leftovers: ${step.leftovers.join(', ')}${step.post.log}`
      const { digest } = await pull(repository, '1.0.0')
      return digest === before ? nothingLeft(row) : `the tag is ${digest} instead of ${before}`
    },
  },
]

/** The builds of the table of times. */
export const timedBuilds = ['COPY', 'RUN'] as const

const timedDockerfiles = {
  COPY: 'COPY Dockerfile /copied\n',
  RUN: 'COPY Dockerfile /copied\nRUN uname -m > /machine\n',
}

/** Returns the milliseconds that the step takes for each build without a cache; undefined for one that the engine does not support. */
export async function timeBuilds(row: EngineRow): Promise<readonly (number | undefined)[]> {
  const times: (number | undefined)[] = []
  for (const name of timedBuilds) {
    const begun = performance.now()
    const inputs = { 'no-cache': 'true' }
    const { step } = await run(row, 'timed', { dockerfile: timedDockerfiles[name], inputs })
    if (step.status !== 0 && step.outputs['error-code'] !== 'feature-missing') throw new Error(step.log)
    times.push(step.status === 0 ? performance.now() - begun : undefined)
  }
  return times
}

/** Publishes another image, without the engine, under the tag that a case is not to move; returns its digest. */
async function publishedBefore(row: EngineRow, name: string): Promise<string> {
  const embedded: EngineRow = {
    ...row,
    inputs: (host) => ({ engine: 'embedded', registry: `http://${host}` }),
  }
  const { repository, step } = await run(embedded, name, { dockerfile: 'COPY Dockerfile /before\n' })
  if (step.status !== 0) throw new Error(step.log)
  return (await pull(repository, '1.0.0')).digest
}

/** Sends SIGTERM when a process of the machine has `text` in its command line: not every engine shows the output of a step at once. */
function terminateAt(text: string): NonNullable<StepOptions['during']> {
  return (pid) => {
    const timer = setInterval(() => {
      if (!processes().some((line) => line.includes(text))) return
      clearInterval(timer)
      process.kill(pid, 'SIGTERM')
    }, 100)
    // A step that fails before has ended by then.
    setTimeout(() => clearInterval(timer), 40_000).unref()
  }
}

/** `yes` when the engine has nothing of this step: names of other runs, of tests at the same time, disappear, too. */
async function nothingLeft(row: EngineRow): Promise<string> {
  const found = row.left()
  const remaining = () => row.left().filter((entry) => found.includes(entry))
  if (found.length > 0) await expect.poll(remaining, { timeout: 30_000 }).toEqual([])
  return 'yes'
}

/** The command lines of this machine. */
function processes(): readonly string[] {
  return readdirSync('/proc').flatMap((pid) => {
    try {
      return /^\d+$/.test(pid) ? [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')] : []
    } catch {
      return [] // It has ended meanwhile.
    }
  })
}

/** The columns of the table. */
export const caseNames = engineCases.map(({ name }) => name)
