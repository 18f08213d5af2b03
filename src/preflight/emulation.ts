import { parseInspect } from '../facts/builder.ts'
import { combine } from '../gather.ts'
import type { Host } from '../host/host.ts'
import type { LoggedIn } from '../login/login.ts'
import { formatPlatform } from '../oci/platform.ts'
import type { BuildxEngine } from '../plan/buildx.ts'
import type { Plan } from '../plan/plan.ts'
import { emulatorMissing } from './emulator-missing.ts'
import { type ForeignRuns, foreignRuns } from './foreign-runs.ts'
import { emulates, readHandlers } from './handlers.ts'
import type { Reading } from './needed-stages.ts'

/** Who needs an emulator, and who lacks one. */
export type Emulation = {
  /** Per platform what is run on it, for those that no node of the builder is. */
  readonly foreign: readonly ForeignRuns[]
  /** Those of `foreign` that no emulator was found for. */
  readonly missing: readonly ForeignRuns[]
  /** `missing` is what the kernel says that will run them, and nothing else could: the build would fail. */
  readonly certain: boolean
  /** The names of the handlers that the kernel has; undefined where it cannot be asked from here. */
  readonly registered: readonly string[] | undefined
}

export const noEmulation: Emulation = { foreign: [], missing: [], certain: false, registered: undefined }

type Means = { readonly reading: Reading; readonly login: Pick<LoggedIn, 'env'>; readonly host: Host }

/**
 * Finds out which platforms need an emulator, and looks for it: in the kernel where the daemon runs on this one, else in
 * what the builder offers. Nothing is looked at where nothing needs one.
 *
 * @throws ActionError `emulator-missing` where one is certain to be missing and may not be set up
 */
export async function checkEmulation(plan: Plan, { reading, login, host }: Means): Promise<Emulation> {
  const { engine } = plan
  if (engine.name !== 'buildx') return noEmulation
  const foreign = foreignRuns(reading, engine.natives, {
    smokeTested: plan.smokeTest !== undefined && engine.local !== undefined,
  })
  if (foreign.length === 0) return noEmulation
  const emulation = { foreign, ...(await findMissing(foreign, engine, { login, host })) }
  if (plan.preflight && plan.emulators === 'off' && emulation.certain && emulation.missing.length > 0) {
    const { file } = reading.dockerfile
    throw combine(
      'Preflight',
      emulation.missing.map((one) => emulatorMissing(one, file, 'and `emulators` is off')),
    )
  }
  return emulation
}

async function findMissing(
  foreign: readonly ForeignRuns[],
  engine: BuildxEngine,
  { login, host }: Pick<Means, 'login' | 'host'>,
): Promise<Omit<Emulation, 'foreign'>> {
  const handlers = engine.local ? await readHandlers() : undefined
  if (handlers !== undefined) {
    const missing = foreign.filter(({ platform }) => !handlers.some((handler) => emulates(handler, platform)))
    // A BuildKit in a container may have emulators of its own, as Moby's image does; a daemon has the kernel's alone.
    return { missing, certain: engine.builder.driver === 'docker', registered: handlers.map(({ name }) => name) }
  }
  const offered = await offeredBy(engine, { login, host })
  const missing = foreign.filter(({ platform }) => !offered.has(formatPlatform(platform)))
  return { missing, certain: false, registered: undefined }
}

/** What the builder says now; nothing for one that is not made yet. */
async function offeredBy(
  { builder, program, env }: BuildxEngine,
  { login, host }: Pick<Means, 'login' | 'host'>,
): Promise<ReadonlySet<string>> {
  if (builder.kind === 'create') return new Set()
  const result = await host.exec(program, ['inspect', builder.name], { env: { ...env, ...login.env }, timeout: 20_000 })
  return new Set(result.ok ? parseInspect(result.stdout).platforms : [])
}
