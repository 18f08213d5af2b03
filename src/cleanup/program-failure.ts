import type { ExecResult } from '../host/host.ts'

/** Returns the error of a program that failed to remove something: what it printed. */
export function programFailure(program: string, { stderr, status }: Pick<ExecResult, 'stderr' | 'status'>): Error {
  return new Error(stderr.trim() || `${program} exited with ${status}`)
}
