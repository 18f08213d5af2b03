import type { Log } from '../host.ts'
import type { Commands } from './commands.ts'
import { properties } from './runner.ts'

/**
 * Creates a log with groups that the runner folds. Runners do not support nested groups, so the title of an inner group is written as a plain
 * line. `progress` shows text that is not a log line.
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
