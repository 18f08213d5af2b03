import { appendFileSync } from 'node:fs'
import { limits } from '../../bounds/limits.ts'
import type { Annotation, Runner } from '../host.ts'
import type { Commands, Properties } from './commands.ts'
import type { Door } from './door.ts'

/** The runner's interface: commands on standard output, and files named in the environment. */
export function createRunner(
  env: Readonly<Record<string, string | undefined>>,
  commands: Commands,
  { redact }: Pick<Door, 'redact'>,
): Runner {
  let room: number = limits.summary
  return {
    setOutput: (name, value) => commands.set('OUTPUT', name, value),
    exportVariable: commands.exportVariable,
    mask: commands.mask,
    error: (message, annotation) => commands.issue('error', properties(annotation), message),
    notice: (message, annotation) => commands.issue('notice', properties(annotation), message),
    writeSummary: (markdown) => {
      const path = env['GITHUB_STEP_SUMMARY']
      if (!path || isSwitchedOff(env['DOCKER_BUILD_SUMMARY'])) return
      const text = fitting(`${redact(markdown)}\n`, room)
      room -= Buffer.byteLength(text)
      appendFileSync(path, text)
    },
  }
}

/** The properties of an annotation command. */
export function properties({ title, place }: Annotation = {}): Properties {
  return { title, file: place?.file, line: place?.line }
}

/** The values that Docker's actions parse as false: https://docs.docker.com/build/ci/github-actions/build-summary/#disable-job-summary */
function isSwitchedOff(value: string | undefined): boolean {
  return /^(?:0|f|F|false|False|FALSE)$/.test(value ?? '')
}

const cutNote = '\n\nThe rest of the summary was cut: the runner accepts 1 MiB for each step.\n'

/** Returns complete lines of the text, at most `room` bytes, with a note if lines are omitted. */
function fitting(text: string, room: number): string {
  const bytes = Buffer.from(text)
  if (bytes.length <= room) return text
  const most = room - Buffer.byteLength(cutNote)
  const end = most > 0 ? bytes.lastIndexOf('\n', most) : -1
  return end <= 0 ? '' : `${bytes.subarray(0, end)}${cutNote}`
}
