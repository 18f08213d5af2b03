import type { Log } from './host.ts'

/** The commands of the runner that a log is made of; @actions/core has them all. */
export type LogCommands = {
  readonly debug: (message: string) => void
  readonly info: (message: string) => void
  readonly warning: (message: string) => void
  readonly startGroup: (title: string) => void
  readonly endGroup: () => void
}

/**
 * A log that folds groups as the runner shows them. Runners do not nest groups, so an inner group is
 * written as a plain line of the outer one.
 */
export function createLog(commands: LogCommands): Log {
  let depth = 0
  return {
    debug: commands.debug,
    info: commands.info,
    warning: commands.warning,
    group: async (title, work) => {
      depth += 1
      if (depth === 1) commands.startGroup(title)
      else commands.info(title)
      try {
        return await work()
      } finally {
        depth -= 1
        if (depth === 0) commands.endGroup()
      }
    },
  }
}
