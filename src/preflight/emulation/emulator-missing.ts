import { ActionError } from '../../errors/action-error.ts'
import { formatPlatform } from '../../oci/platform.ts'
import type { ForeignRuns } from './foreign-runs.ts'

/** How to proceed if a platform has no emulator. */
const emulatorHint =
  'Build this platform on a native node or runner, cross-compile in a stage that begins with FROM --platform=$BUILDPLATFORM, or put docker/setup-qemu-action before this step.'

const smokeTestHint =
  'Run the step on a runner of this platform, put docker/setup-qemu-action before it, or leave smoke-test empty.'

/** Returns the error `emulator-missing` for a platform, at the first line that needs one; `reason` is why it is missing. */
export function emulatorMissing(foreign: ForeignRuns, file: string, reason: string): ActionError {
  const name = formatPlatform(foreign.platform)
  const [first] = foreign.runs
  const found = foreign.asked
    ? `Cannot set up the emulator for ${name}`
    : first
      ? `Cannot build for ${name}: the builder's machine has no emulator for it`
      : `Cannot run the smoke test for ${name}: the daemon's machine has no emulator for it`
  return new ActionError('emulator-missing', `${found}, ${reason}. It is needed by:\n${listRuns(foreign, file)}`, {
    hint: first ? emulatorHint : smokeTestHint,
    platform: name,
    ...(first ? { place: { file, line: first.line } } : {}),
  })
}

/** Returns the notice about a platform that may have no emulator. */
export function emulatorDoubtful(foreign: ForeignRuns, file: string, reason: string): string {
  const [first] = foreign.runs
  const who = first ? 'builder' : 'daemon'
  return [
    `The ${who} may have no emulator for ${formatPlatform(foreign.platform)}, ${reason}. It is needed by:`,
    listRuns(foreign, file),
    first ? emulatorHint : smokeTestHint,
  ].join('\n')
}

/** Returns one line per instruction, with its position and its text, truncated if long; and one for the smoke test. */
function listRuns({ runs, smokeTested, asked }: ForeignRuns, file: string): string {
  return [
    ...runs.map(({ line, text }) => `  ${file}:${line}: ${shorten(text)}`),
    ...(smokeTested ? ['  the smoke test'] : []),
    ...(asked ? ['  the input `emulators`'] : []),
  ].join('\n')
}

/** Returns the first line of an instruction, at most 100 characters. */
export function shorten(text: string): string {
  const [first = '', ...more] = text.split('\n')
  return more.length > 0 || first.length > 100 ? `${first.slice(0, 100)}…` : first
}
