import { spawn } from 'node:child_process'
import type { Exec } from '../../src/host/host.ts'

/** Runs real programs, found on `path` first, for tests with fake executables. */
export function createTestExec(path: string): Exec {
  return async (command, args, { input = '' } = {}) => {
    const child = spawn(command, args, { env: { PATH: `${path}:${process.env['PATH'] ?? ''}` } })
    const output = { stdout: '', stderr: '' }
    child.stdout.on('data', (data) => {
      output.stdout += data
    })
    child.stderr.on('data', (data) => {
      output.stderr += data
    })
    // A program may leave its input unread.
    child.stdin.on('error', () => {})
    child.stdin.end(input)
    const status = await new Promise<number>((resolve) => {
      child.on('error', () => resolve(127))
      child.on('close', (code) => resolve(code ?? 128))
    })
    return { ok: status === 0, status, ...output }
  }
}
