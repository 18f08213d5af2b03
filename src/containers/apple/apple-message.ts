import { excerptOf } from '../../bounds/excerpt.ts'
import type { ExecResult } from '../../host/host.ts'

/** Returns the reason of a failed command of Apple's `container`: its `Error:` lines, else the end of its output. */
export function appleMessage({ stdout, stderr, status }: ExecResult): string {
  const lines = (stderr.trim() || stdout.trim()).split('\n')
  const error = lines.findLastIndex((line) => line.startsWith('Error: '))
  const text = (error < 0 ? lines.slice(-5) : lines.slice(error)).join('\n').replace(/^Error: /, '')
  return excerptOf(text.trim(), 2000) || `container exited with ${status}`
}
