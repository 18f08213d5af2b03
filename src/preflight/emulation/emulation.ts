import { combine } from '../../errors/gather.ts'
import { parseInspect } from '../../facts/builder.ts'
import type { Host } from '../../host/host.ts'
import { positional } from '../../host/positional.ts'
import type { Access } from '../../login/login.ts'
import { formatPlatform } from '../../oci/platform.ts'
import type { BuildxEngine } from '../../plan/buildx.ts'
import type { Plan } from '../../plan/plan.ts'
import type { Reading } from '../../source/needed-stages.ts'
import { emulatorMissing } from './emulator-missing.ts'
import { type ForeignRuns, foreignImages, foreignRuns, joinForeign } from './foreign-runs.ts'
import { emulates, readHandlers } from './handlers.ts'

/** What needs an emulator on one machine, and what lacks one: the builder's, and that of the daemon that runs the smoke test. */
export type Emulation = {
  /** Per platform what is run on it, for those that the machine is not. */
  readonly foreign: readonly ForeignRuns[]
  /** Those of `foreign` that no emulator was found for. */
  readonly missing: readonly Unemulated[]
  /** The names of the handlers that the kernel has; undefined where it cannot be asked from here. */
  readonly registered: readonly string[] | undefined
  /** Environment that leads to the daemon of the machine; undefined where none does, and nothing can be set up from here. */
  readonly env: Readonly<Record<string, string>> | undefined
}

export type Unemulated = ForeignRuns & {
  /** The kernel that will run it says so, and nothing else could: it would fail. */
  readonly certain: boolean
}

/** A machine, and what is run on it. */
type Machine = Pick<Emulation, 'foreign' | 'env'> & {
  /** It is this one. */
  readonly isHere: boolean
  /** The builder that runs there, or whose daemon is there. */
  readonly builder: BuildxEngine | undefined
}

type Means = { readonly reading: Reading | undefined; readonly login: Pick<Access, 'env'>; readonly host: Host }

/**
 * Finds out which platforms need an emulator where, and looks for it: in the kernel where the daemon runs on this one,
 * else in what the builder offers. Nothing is looked at where nothing needs one.
 *
 * @throws ActionError `emulator-missing` where one is certain to be missing and may not be set up
 */
export async function checkEmulation(plan: Plan, { reading, login, host }: Means): Promise<readonly Emulation[]> {
  const machines = machinesOf(plan, { reading, login }).filter(({ foreign }) => foreign.length > 0)
  const emulations = await Promise.all(machines.map((machine) => look(machine, { login, host })))
  const certain = emulations.flatMap(({ missing }) => missing.filter((one) => one.certain))
  if (plan.preflight && plan.emulators === 'off' && certain.length > 0) {
    const file = dockerfileOf(reading)
    throw combine(
      'Preflight',
      certain.map((one) => emulatorMissing(one, file, 'and `emulators` is off')),
    )
  }
  return emulations
}

/** The Dockerfile as messages name it, also where the builder alone reads it. */
export function dockerfileOf(reading: Reading | undefined): string {
  return reading?.dockerfile.file ?? 'Dockerfile'
}

/** The builder's and the daemon's, which are mostly one. */
function machinesOf(
  { engine, smokeTest, build }: Plan,
  { reading, login }: Pick<Means, 'reading' | 'login'>,
): readonly Machine[] {
  const images = smokeTest ? foreignImages(build.platforms, smokeTest.daemon) : []
  const builder = engine.name === 'buildx' ? engine : undefined
  const runs = builder && reading ? foreignRuns(reading, builder.natives) : []
  if (builder?.ofDaemon) {
    const foreign = joinForeign(runs, images)
    return [{ foreign, isHere: builder.local !== undefined, builder, env: { ...builder.env, ...login.env } }]
  }
  const daemon = smokeTest && {
    foreign: images,
    isHere: smokeTest.daemon.local !== undefined,
    builder: undefined,
    env: { ...smokeTest.daemon.endpoint.env, ...login.env },
  }
  return [{ foreign: runs, isHere: false, builder, env: undefined }, ...(daemon ? [daemon] : [])]
}

async function look(
  { foreign, isHere, builder, env }: Machine,
  means: Pick<Means, 'login' | 'host'>,
): Promise<Emulation> {
  // A BuildKit in a container may have emulators of its own, as Moby's image does; a daemon has the kernel's alone.
  const isDaemons = builder === undefined || builder.builder.driver === 'docker'
  const handlers = isHere ? await readHandlers() : undefined
  if (handlers !== undefined) {
    const missing = foreign
      .filter(({ platform }) => !handlers.some((handler) => emulates(handler, platform)))
      .map((one) => ({ ...one, certain: isDaemons || one.smokeTested }))
    return { foreign, missing, registered: handlers.map(({ name }) => name), env }
  }
  const offered = builder ? await offeredBy(builder, means) : new Set()
  const missing = foreign
    .filter(({ platform, smokeTested }) => !offered.has(formatPlatform(platform)) || (smokeTested && !isDaemons))
    .map((one) => ({ ...one, certain: false }))
  return { foreign, missing, registered: undefined, env }
}

/** What the builder says now; nothing for one that is not made yet. */
async function offeredBy(
  { builder, program, env }: BuildxEngine,
  { login, host }: Pick<Means, 'login' | 'host'>,
): Promise<ReadonlySet<string>> {
  if (builder.kind === 'create') return new Set()
  const result = await host.exec(program, ['inspect', ...positional(builder.name)], {
    env: { ...env, ...login.env },
    timeout: 20_000,
  })
  return new Set(result.ok ? parseInspect(result.stdout).platforms : [])
}
