import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { toActionError } from '../../src/errors/action-error.ts'
import type { Facts } from '../../src/facts/facts.ts'
import type { Host, HttpResponse } from '../../src/host/host.ts'
import { createHttp } from '../../src/host/http/http.ts'
import type { InputName } from '../../src/inputs/schema.ts'
import { inputRows } from '../../src/inputs/schema.ts'
import { makePlan } from '../../src/plan/make-plan.ts'
import { reportFailure } from '../../src/report/failure.ts'
import { run } from '../../src/run.ts'
import { type FakeAnswer, startDaemon } from './daemon.ts'
import { createTestHost } from './host.ts'
import { factsOf, inputsOf } from './plan.ts'
import { startRegistry, type TestRegistry, type TestRegistryOptions } from './registry.ts'
import { tempFolder, writeProgram } from './temp.ts'

/** A workflow step and its environment. */
export type Scenario = {
  readonly inputs: Partial<Record<InputName, string>>
  /** The context; `context` is set to it. Text by path. */
  readonly files?: Readonly<Record<string, string>>
  /** Variables of the step. */
  readonly env?: Readonly<Record<string, string>>
  /** The registry that answers for this name. */
  readonly registry?: {
    readonly name: string
    readonly options?: TestRegistryOptions
    readonly prepare?: (registry: TestRegistry) => void | Promise<void>
  }
  /** The shell script that runs as buildx after its name and `inspect` were answered. */
  readonly buildx?: string
  /** The shell script that runs as docker. */
  readonly docker?: string
  /** The answers of the Docker daemon besides its version; undefined: no daemon. */
  readonly daemon?: Readonly<Record<string, FakeAnswer>>
  /** Facts that replace those of the machine. */
  readonly facts?: Partial<Facts>
  /** Changes the files in `root`, or the host, before the step starts. */
  readonly arrange?: (root: string, host: Host) => void | Promise<void>
  /** Replaces parts of the host. */
  readonly host?: (host: Host, root: string) => Partial<Host>
}

/** Runs the step in this process; returns its error as users read it, with machine-dependent parts replaced. */
export async function provoke(scenario: Scenario): Promise<{ readonly code: string; readonly page: string }> {
  const root = tempFolder({
    'temp/': '',
    'home/.docker/cli-plugins/': '',
    'home/run/': '',
    'bin/': '',
    ...under(scenario.files),
  })
  mkdirSync(join(root, 'work'), { recursive: true })
  const registry = scenario.registry && (await startRegistry(scenario.registry.options))
  if (registry) onTestFinished(registry.close)
  if (registry) await scenario.registry?.prepare?.(registry)
  if (scenario.buildx !== undefined) {
    writeProgram(join(root, 'home/.docker/cli-plugins/docker-buildx'), `${answered}\n${scenario.buildx}`)
  }
  if (scenario.docker !== undefined) writeProgram(join(root, 'bin/docker'), scenario.docker)
  const daemon = scenario.daemon && (await startDaemon({ ...daemonAnswers, ...scenario.daemon }))
  const inPlace = (texts: Readonly<Record<string, string>> = {}) =>
    Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, text.replaceAll('ROOT', join(root, 'work'))]))
  const env = {
    PATH: `${join(root, 'bin')}:${process.env['PATH'] ?? ''}`,
    HOME: join(root, 'home'),
    DOCKER_HOST: daemon?.server.endpoint.host ?? 'unix:///nonexistent/docker.sock',
    GITHUB_REPOSITORY: 'acme/app',
    GITHUB_REF: 'refs/heads/main',
    GITHUB_SERVER_URL: 'https://github.com',
    ...inPlace(scenario.env),
  }
  const { http, close } = createHttp({ env: {}, certificateFolders: [] })
  onTestFinished(close)
  const named = registry ? answersFor(scenario.registry?.name ?? '', registry, http) : http
  const plain = createTestHost({ env, tempDir: join(root, 'temp'), http: named })
  onTestFinished(plain.close)
  const host = { ...plain, ...scenario.host?.(plain, join(root, 'work')) }
  await scenario.arrange?.(join(root, 'work'), host)
  const error = toActionError(await failureOf(scenario, host, root))
  // The page contains only the output of the failure.
  const before = { lines: plain.log.lines.length, told: plain.told.length }
  reportFailure(error, host)
  const log = plain.log.lines.slice(before.lines)
  // The job summary has the same text.
  const told = plain.told.slice(before.told).filter((one) => !Object.hasOwn(Object(one), 'summary'))
  const annotations = told.map((one) => annotationText(one as Told))
  const page = [
    ...(log.length > 0 ? ['In the log:', block(log.join('\n')), 'As annotations:'] : []),
    ...annotations.map(block),
  ].join('\n\n')
  const names: readonly (readonly [string, string])[] = [
    [`${join(root, 'work')}/`, ''],
    [join(root, 'work'), '.'],
    [root, '/home/runner'],
    ...(registry ? ([[registry.host, scenario.registry?.name ?? '']] as const) : []),
    ...(daemon ? ([[daemon.server.endpoint.host, 'unix:///var/run/docker.sock']] as const) : []),
  ]
  return { code: error.code, page: normalize(page, names) }
}

async function failureOf({ inputs, facts }: Scenario, host: Host, root: string): Promise<unknown> {
  const texts: Readonly<Record<string, string | undefined>> = {
    'github-token': '',
    context: join(root, 'work'),
    ...Object.fromEntries(
      Object.entries(inputs).map(([name, text]) => [name, text.replaceAll('ROOT', `${root}/work`)]),
    ),
  }
  const rows: Readonly<Record<string, { readonly default: string }>> = inputRows
  try {
    if (facts) makePlan(inputsOf(texts), factsOf(facts))
    else await run(host, (name) => texts[name] ?? rows[name]?.default ?? '')
  } catch (error) {
    return error
  }
  throw new Error(`The step did not fail.\n${(host.log as unknown as { lines: string[] }).lines.join('\n')}`)
}

/** A builder that runs and has the platforms of an amd64 machine. */
const answered = `[ "$1" = version ] && echo 'github.com/docker/buildx v0.29.1 x' && exit 0
[ "$1" = inspect ] && [ "$2" != --bootstrap ] && [ -z "$SILENT" ] && echo 'Name: default
Driver: docker
Status: running
Endpoint: default
Platforms: linux/amd64, linux/386' && exit 0`

const daemonAnswers: Readonly<Record<string, FakeAnswer>> = {
  'GET /version': {
    body: { ApiVersion: '1.51', MinAPIVersion: '1.24', Version: '28.5.2', Os: 'linux', Arch: 'amd64' },
  },
  'GET /info': { body: { DriverStatus: [['driver-type', 'io.containerd.snapshotter.v1']], KernelVersion: 'other' } },
}

function under(files: Scenario['files'] = {}): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [`work/${path}`, text]))
}

/** HTTP in which the registry has this name and uses TLS. */
function answersFor(name: string, registry: TestRegistry, http: Host['http']): Host['http'] {
  const real = `https://${name}/`
  return async (request) => {
    if (!request.url.startsWith(real)) return http(request)
    const response = await http({ ...request, url: request.url.replace(real, `${registry.url}/`) })
    return { ...response, headers: renamed(response.headers, registry.url, `https://${name}`) }
  }
}

function renamed(headers: HttpResponse['headers'], from: string, to: string): HttpResponse['headers'] {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value?.replaceAll(from, to)]))
}

type Told = { readonly error?: string; readonly place?: { readonly file: string; readonly line: number } }

/** An annotation as GitHub shows it: its place, then its text. */
function annotationText({ error = '', place }: Told): string {
  return [...(place ? [`▸ ${place.file}, line ${place.line}`] : []), error].join('\n')
}

const block = (text: string): string => `\`\`\`text\n${text}\n\`\`\``

function normalize(page: string, names: readonly (readonly [string, string])[]): string {
  return (
    names
      .reduce((text, [from, to]) => text.replaceAll(from, to), page)
      .replaceAll(/sha256:[0-9a-f]{64}/g, 'sha256:…')
      // A time in a layer changes its compressed size by a byte.
      .replaceAll(/\b\d+(?:\.\d+)? (k?B)\b/g, 'N $1')
      .replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT')
      .replaceAll(/polyarch-(?:test-)?[A-Za-z0-9]{6}\b/g, 'polyarch-XXXXXX')
  )
}
