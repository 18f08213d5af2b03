import type { Host } from '../../src/host/host.ts'
import { createCommands } from '../../src/host/print/commands.ts'
import { createDoor } from '../../src/host/print/door.ts'
import { createLog } from '../../src/host/print/log.ts'
import { createRunner } from '../../src/host/print/runner.ts'
import { createTestHost } from './host.ts'

export type PrintedHost = Host & {
  /** What was written to standard output so far, as a runner gets it. */
  readonly printed: () => string
  readonly close: () => void
}

/** A host that writes as the real one does, into a text; its waits take no time. */
export function createPrintedHost(env: Host['env'], tempDir: string): PrintedHost {
  let text = ''
  const door = createDoor()
  const commands = createCommands(env, door, (part) => {
    text += part
  })
  return {
    ...createTestHost({ env, tempDir }),
    log: createLog(commands),
    runner: createRunner(env, commands, door),
    printed: () => text,
  }
}
