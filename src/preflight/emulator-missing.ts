import type { Instruction } from '../dockerfile/instruction.ts'
import { ActionError } from '../errors.ts'
import { formatPlatform } from '../oci/platform.ts'
import type { ForeignRuns } from './foreign-runs.ts'

/** What can be done where a platform has no emulator. */
export const emulatorHint =
  'Build this platform on a native node or runner, cross-compile in a stage that begins with FROM --platform=$BUILDPLATFORM, or put docker/setup-qemu-action before this step.'

/** The error `emulator-missing` for a platform, at the first line that needs one; `reason` is why there is none. */
export function emulatorMissing({ platform, runs }: ForeignRuns, file: string, reason: string): ActionError {
  const name = formatPlatform(platform)
  const [first] = runs
  return new ActionError(
    'emulator-missing',
    `Cannot build for ${name}: the builder's machine has no emulator for it, ${reason}. It is needed by:\n${listRuns(runs, file)}`,
    { hint: emulatorHint, platform: name, ...(first ? { place: { file, line: first.line } } : {}) },
  )
}

/** A line for each instruction: its place, and its text, cut where it is long. */
export function listRuns(runs: readonly Pick<Instruction, 'line' | 'text'>[], file: string): string {
  if (runs.length === 0) return '  the smoke test'
  return runs.map(({ line, text }) => `  ${file}:${line}: ${shorten(text)}`).join('\n')
}

/** The first line of an instruction, and no more than 100 characters of it. */
export function shorten(text: string): string {
  const [first = '', ...more] = text.split('\n')
  return more.length > 0 || first.length > 100 ? `${first.slice(0, 100)}…` : first
}
