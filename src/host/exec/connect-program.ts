import { Duplex, PassThrough, type Readable } from 'node:stream'
import type { Exec } from '../host.ts'
import { withCode } from '../http/connection-errors.ts'

/** A stream with the one socket method that node:http calls. */
export type ProgramConnection = Duplex & {
  readonly setTimeout: (milliseconds: number, onTimeout?: () => void) => ProgramConnection
}

/**
 * Starts a program and returns its standard input and output as one connection. If the exit status is not 0, the connection fails with
 * the program's error output. Destroying the connection stops the program.
 */
export function connectProgram(exec: Exec, command: string, args: readonly string[]): ProgramConnection {
  const ended = new AbortController()
  const input = new PassThrough()
  const idle: { timer?: NodeJS.Timeout; milliseconds: number } = { milliseconds: 0 }
  /** Resumes the output when the reader is ready. */
  let more: (() => void) | undefined
  const touch = (): void => {
    clearTimeout(idle.timer)
    if (idle.milliseconds > 0) idle.timer = setTimeout(() => connection.emit('timeout'), idle.milliseconds)
  }
  const connection: ProgramConnection = Object.assign(
    new Duplex({
      read: () => more?.(),
      write: (chunk, encoding, callback) => {
        touch()
        input.write(chunk, encoding, callback)
      },
      final: (callback) => void input.end(callback),
      destroy: (error, callback) => {
        clearTimeout(idle.timer)
        ended.abort()
        input.destroy()
        more?.()
        callback(error)
      },
    }),
    {
      setTimeout: (milliseconds: number, onTimeout?: () => void) => {
        idle.milliseconds = milliseconds
        touch()
        if (onTimeout !== undefined) connection.once('timeout', onTimeout)
        return connection
      },
    },
  )
  const stdout = async (stream: Readable): Promise<void> => {
    for await (const chunk of stream) {
      touch()
      if (connection.destroyed) return
      if (!connection.push(chunk)) await new Promise<void>((resolve) => (more = resolve))
    }
  }
  exec(command, args, { input, stdout, signal: ended.signal }).then(
    ({ ok, status, stderr }) => {
      // Its error output is more specific than the end of the stream, so the exit is awaited.
      if (ok) connection.push(null)
      else connection.destroy(withCode(lastWords(command, status, stderr), `EXIT${status}`))
    },
    (error: Error) => connection.destroy(error),
  )
  return connection
}

function lastWords(command: string, status: number, stderr: string): string {
  const said = stderr.trim()
  if (said !== '') return said
  return status === 127 ? `${command} was not found on PATH` : `${command} exited with ${status}`
}
