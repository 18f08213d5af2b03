import { recordTask } from '../cleanup/cleanup.ts'
import { combine } from '../gather.ts'
import type { Host } from '../host/host.ts'
import type { LoggedIn } from '../login/login.ts'
import { formatPlatform } from '../oci/platform.ts'
import type { BuildxEngine } from '../plan/buildx.ts'
import type { Plan } from '../plan/plan.ts'
import type { Emulation } from '../preflight/emulation.ts'
import { emulatorHint, emulatorMissing, listRuns } from '../preflight/emulator-missing.ts'
import type { ForeignRuns } from '../preflight/foreign-runs.ts'
import type { Checked } from '../preflight/preflight.ts'
import { type Binfmt, emulatorName, runBinfmt } from './binfmt-image.ts'

type Means = { readonly login: Pick<LoggedIn, 'env'>; readonly host: Host }

/** A platform without an emulator, and why it has none. */
type Lack = { readonly foreign: ForeignRuns; readonly reason: string }

/**
 * Sets up the emulators that preflight found missing, in the kernel of the daemon's machine, each written down first so
 * that it is removed again. Where the build may work without (a builder can have emulators of its own), what is lacking
 * is said in a notice.
 *
 * @throws ActionError `emulator-missing` where the build would certainly fail
 */
export async function setUpEmulators(plan: Plan, { reading, emulation }: Checked, means: Means): Promise<void> {
  const { engine } = plan
  if (engine.name !== 'buildx' || emulation.missing.length === 0) return
  const lacks = await provide(emulation, { ...plan, engine }, means)
  if (lacks.length === 0) return
  const file = reading?.dockerfile.file ?? 'Dockerfile'
  if (emulation.certain && plan.preflight) {
    const errors = lacks.map(({ foreign, reason }) => emulatorMissing(foreign, file, reason))
    throw combine('Setting up emulators', errors)
  }
  for (const { foreign, reason } of lacks) {
    means.host.runner.notice(
      `The builder may have no emulator for ${formatPlatform(foreign.platform)}, ${reason}. It is needed by:\n${listRuns(foreign.runs, file)}\n${emulatorHint}`,
    )
  }
}

/** Installs what is missing, where it may and can be done; gives what is lacking still. */
async function provide(
  emulation: Emulation,
  { engine, emulators, retries }: Pick<Plan, 'emulators' | 'retries'> & { readonly engine: BuildxEngine },
  { login, host }: Means,
): Promise<readonly Lack[]> {
  const lack = (reason: string) => emulation.missing.map((foreign) => ({ foreign, reason }))
  if (emulators === 'off') return lack('and `emulators` is off')
  if (!engine.builder.driver.startsWith('docker')) return lack('and none can be set up there from here')
  const binfmt = { image: emulators.image, env: { ...engine.env, ...login.env }, retries, host }
  return host.log.group('Set up emulators', () => install(emulation, binfmt))
}

async function install({ missing, registered }: Emulation, binfmt: Binfmt): Promise<readonly Lack[]> {
  const { image, env, host } = binfmt
  const before = registered ?? (await runBinfmt([], binfmt)).emulators ?? []
  const wanted = missing.map((foreign) => ({ foreign, name: emulatorName(foreign.platform) }))
  const absent = wanted.flatMap(({ foreign, name }) =>
    name === undefined || before.includes(name) ? [] : [{ name, architecture: foreign.platform.architecture }],
  )
  for (const name of new Set(absent.map((one) => one.name)))
    recordTask(host.tempDir, { kind: 'emulator', name, image, env })
  const architectures = [...new Set(absent.map(({ architecture }) => architecture))]
  const after = architectures.length === 0 ? undefined : await runBinfmt(['--install', architectures.join(',')], binfmt)
  return wanted.flatMap(({ foreign, name }) => {
    if (name === undefined) return [{ foreign, reason: `and ${image} has none` }]
    if (before.includes(name)) {
      // Where only the image could tell, it is there and on. A handler that is off is somebody's, and stays so.
      const reason = `the handler ${name} is off or does not reach containers`
      return registered === undefined ? [] : [{ foreign, reason }]
    }
    if (!after?.emulators?.includes(name)) {
      return [{ foreign, reason: `and ${image} could not set it up: ${after?.said ?? ''}` }]
    }
    host.log.info(`${name} runs ${formatPlatform(foreign.platform)} for this step`)
    return []
  })
}
