import { offeredPlatforms } from '../../engine/build.ts'
import { combine } from '../../errors/gather.ts'
import { formatPlatform } from '../../oci/platform.ts'
import type { Run } from '../../run-context.ts'
import type { Reading } from '../../source/needed-stages.ts'
import { emulatorMissing } from './emulator-missing.ts'
import { type ForeignRuns, foreignAsked, foreignImages, foreignRuns, joinForeign, withAsked } from './foreign-runs.ts'
import { emulates, readHandlers } from './handlers.ts'

/** The emulators that one machine needs and lacks: the builder's machine, or that of the daemon that runs the smoke test. */
export type Emulation = {
  /** The foreign platforms of the machine, each with what it runs. */
  readonly foreign: readonly ForeignRuns[]
  /** The foreign platforms for which no emulator was found. */
  readonly missing: readonly Unemulated[]
  /** The names of the handlers registered in the kernel; undefined if this program cannot read them. */
  readonly registered: readonly string[] | undefined
  /** The environment for connecting to the machine's daemon; undefined if it is unreachable, and emulators cannot be installed from here. */
  readonly env: Readonly<Record<string, string>> | undefined
}

export type Unemulated = ForeignRuns & {
  /** The kernel that will run it has no handler and there is no alternative, so it would fail. */
  readonly certain: boolean
}

/** A machine, and what it runs. */
type Machine = Pick<Emulation, 'foreign' | 'env'> & {
  /** Whether it is this machine. */
  readonly isHere: boolean
  /** Whether the engine executes RUN there. */
  readonly builds: boolean
  /** Whether emulators other than the kernel's may be available there. */
  readonly bringsEmulators: boolean
}

/**
 * Determines which platforms need an emulator, and checks that it is installed: in the kernel if the daemon runs on this machine, else in
 * the builder's list of platforms. Skipped if no platform needs one.
 * | @throws ActionError `emulator-missing` if one is certainly missing and must not be set up
 */
export async function checkEmulation(run: Run, reading: Reading | undefined): Promise<readonly Emulation[]> {
  const { plan } = run
  const machines = machinesOf(run, reading).filter(({ foreign }) => foreign.length > 0)
  const emulations = await Promise.all(machines.map((machine) => look(run, machine)))
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

/** Returns the name of the Dockerfile for messages, even if only the builder parses it. */
export function dockerfileOf(reading: Reading | undefined): string {
  return reading?.dockerfile.file ?? 'Dockerfile'
}

/** Returns the machines of the builder and the daemon, usually the same one. */
function machinesOf(run: Run, reading: Reading | undefined): readonly Machine[] {
  const machines = neededMachines(run, reading)
  const { emulators, smokeTest, engine } = run.plan
  if (emulators === 'off') return machines
  // Emulators of a remote builder cannot be set up from here; those of the daemon that only runs the smoke test can.
  const chosen = machines.find(({ env }) => env !== undefined) ?? machines[0]
  const { native } = smokeTest?.containers ?? {}
  const natives = chosen?.builds === false && native ? [formatPlatform(native)] : engine.traits.natives
  const asked = foreignAsked(emulators.asked, natives)
  return machines.map((one) => (one === chosen ? { ...one, foreign: withAsked(one.foreign, asked) } : one))
}

function neededMachines({ plan, access }: Run, reading: Reading | undefined): readonly Machine[] {
  const { engine, smokeTest, build } = plan
  const { natives, kernel, bringsEmulators, env } = engine.traits
  const { native } = smokeTest?.containers ?? {}
  const images = native ? foreignImages(build.platforms, native) : []
  const runs = reading ? foreignRuns(reading, natives) : []
  if (kernel === 'here' || kernel === 'daemon') {
    const foreign = joinForeign(runs, images)
    return [{ foreign, isHere: kernel === 'here', builds: true, bringsEmulators, env: { ...env, ...access.env } }]
  }
  const daemon = smokeTest && {
    foreign: images,
    isHere: smokeTest.containers.machine?.isHere === true,
    builds: false,
    bringsEmulators: false,
    env: smokeTest.containers.machine && { ...smokeTest.containers.machine.env, ...access.env },
  }
  return [{ foreign: runs, isHere: false, builds: true, bringsEmulators, env: undefined }, ...(daemon ? [daemon] : [])]
}

async function look(run: Run, { foreign, isHere, builds, bringsEmulators, env }: Machine): Promise<Emulation> {
  const handlers = isHere ? readHandlers() : undefined
  if (handlers !== undefined) {
    const missing = foreign
      .filter(({ platform }) => !handlers.some((handler) => emulates(handler, platform)))
      .map((one) => ({ ...one, certain: !bringsEmulators || one.smokeTested }))
    return { foreign, missing, registered: handlers.map(({ name }) => name), env }
  }
  const offered = new Set(builds ? await offeredPlatforms(run) : [])
  const missing = foreign
    .filter(({ platform, smokeTested }) => !offered.has(formatPlatform(platform)) || (smokeTested && bringsEmulators))
    .map((one) => ({ ...one, certain: false }))
  return { foreign, missing, registered: undefined, env }
}
