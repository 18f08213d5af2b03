import type { Log } from '../host.ts'
import type { Commands } from './commands.ts'
import { properties } from './runner.ts'

/**
 * A log that folds groups as the runner shows them. Runners do not nest groups, so an inner group is
 * written as a plain line of the outer one. `progress` shows text that is not a log line.
 */
export function createLog(commands: Commands, progress: Log['progress'] = () => undefined): Log {
  let depth = 0
  return {
    debug: (message) => commands.issue('debug', {}, message),
    info: commands.print,
    warning: (message, annotation) => commands.issue('warning', properties(annotation), message),
    progress,
    detail: commands.print,
    watch: () => () => undefined,
    group: async (title, work) => {
      depth += 1
      if (depth === 1) commands.issue('group', {}, title)
      else commands.print(title)
      try {
        return await work()
      } finally {
        depth -= 1
        if (depth === 0) commands.issue('endgroup', {}, '')
      }
    },
  }
}
