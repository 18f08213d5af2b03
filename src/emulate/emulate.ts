import { dropTask, recordTask } from '../cleanup/cleanup.ts'
import { annotationAt } from '../dockerfile/read/inline.ts'
import type { ActionError } from '../errors/action-error.ts'
import { combine } from '../errors/gather.ts'
import { emulatorName } from '../oci/emulators.ts'
import { formatPlatform } from '../oci/platform.ts'
import { dockerfileOf, type Emulation, type Unemulated } from '../preflight/emulation/check-emulation.ts'
import { emulatorDoubtful, emulatorMissing } from '../preflight/emulation/emulator-missing.ts'
import type { Checked } from '../preflight/preflight.ts'
import type { Run } from '../run-context.ts'
import { type Binfmt, type BinfmtAnswer, runBinfmt } from './binfmt-image.ts'

/** A platform without an emulator, and the reason. */
type Lack = { readonly foreign: Unemulated; readonly reason: string }

/**
 * Sets up the emulators that preflight found missing, in the kernel of each daemon's machine. Each is recorded first, so
 * that clean-up removes it. If the build may work without an emulator (a builder can have its own), a notice lists the
 * missing ones.
 *
 * @throws ActionError `emulator-missing` if the build or the smoke test would certainly fail
 */
export async function setUpEmulators(
  run: Run,
  { reading, emulations }: Pick<Checked, 'reading' | 'emulations'>,
): Promise<void> {
  const { plan, host } = run
  const file = dockerfileOf(reading)
  const errors: ActionError[] = []
  // Sequential, because two endpoints may be the same machine.
  for (const emulation of emulations.filter(({ missing }) => missing.length > 0)) {
    for (const { foreign, reason } of await provide(run, emulation)) {
      if (foreign.certain && plan.preflight) errors.push(emulatorMissing(foreign, file, reason))
      else host.runner.notice(emulatorDoubtful(foreign, file, reason), annotationAt(file, foreign.runs[0]?.line))
    }
  }
  if (errors.length > 0) throw combine('Setting up emulators', errors)
}

/** Installs missing emulators if allowed and possible; returns those that are still missing. */
async function provide({ plan, access, host }: Run, emulation: Emulation): Promise<readonly Lack[]> {
  const { emulators } = plan
  const { missing, env } = emulation
  const lack = (reason: string) => missing.map((foreign) => ({ foreign, reason }))
  if (emulators === 'off') return lack('and `emulators` is off')
  if (env === undefined) return lack('and none can be set up there from here')
  const binfmt = { images: emulators.images, env, retries: access.retries, host }
  return host.log.group('Set up emulators', () => install(emulation, binfmt))
}

async function install(
  { missing, registered }: Pick<Emulation, 'missing' | 'registered'>,
  binfmt: Binfmt,
): Promise<readonly Lack[]> {
  const { images, host } = binfmt
  const before = registered ?? (await runBinfmt([], binfmt)).emulators ?? []
  const wanted = missing.map((foreign) => ({ foreign, name: emulatorName(foreign.platform) }))
  const absent = wanted.flatMap(({ foreign, name }) =>
    name === undefined || before.includes(name) ? [] : [{ name, architecture: foreign.platform.architecture }],
  )
  const architectures = [...new Set(absent.map(({ architecture }) => architecture))]
  const after = architectures.length === 0 ? undefined : await installFrom(binfmt, architectures, absent)
  const image = images.at(-1) ?? ''
  return wanted.flatMap(({ foreign, name }) => {
    if (name === undefined) return [{ foreign, reason: `and ${image} has none` }]
    if (before.includes(name)) {
      // If only the image could list the handlers, listed ones are registered and enabled. A disabled handler belongs to someone else and is left untouched.
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

/** Sets up emulators. Each is recorded before it is registered, with the name of the image that can remove it. */
async function installFrom(
  binfmt: Binfmt,
  architectures: readonly string[],
  absent: readonly { readonly name: string }[],
): Promise<BinfmtAnswer> {
  const { env, host } = binfmt
  const names = [...new Set(absent.map(({ name }) => name))]
  const tasksOf = (image: string) => names.map((name) => ({ kind: 'emulator', name, image, env }) as const)
  const begun = new Set<string>()
  const begin = (image: string): void => {
    if (!begun.has(image)) for (const task of tasksOf(image)) recordTask(host.tempDir, task)
    begun.add(image)
  }
  const answer = await runBinfmt(['--install', architectures.join(',')], binfmt, begin)
  // The image that would remove them cannot be run either.
  const idle = [...begun].filter((image) => image !== answer.image || !answer.ran)
  for (const task of idle.flatMap(tasksOf)) dropTask(host.tempDir, task)
  return answer
}
