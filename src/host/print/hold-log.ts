import type { Log } from '../host.ts'

/** A log whose output is held until `release` is called. */
export type HeldLog = { readonly log: Log; readonly release: () => Promise<void> }

/**
 * Holds what is written to a log, in its order, so that it follows the output of work that ends later. Output of more than `most` lines is
 * written at once.
 */
export function holdLog(log: Log, most: number): HeldLog {
  const queue: (() => unknown)[] = []
  let isOpen = false
  let flushing: Promise<void> | undefined

  const flush = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await next()
    isOpen = true
  }
  const release = (): Promise<void> => {
    flushing ??= flush()
    return flushing
  }
  const write = (line: () => unknown): void => {
    if (isOpen) {
      line()
      return
    }
    queue.push(line)
    if (queue.length > most) void release()
  }

  return {
    release,
    log: {
      debug: (message) => write(() => log.debug(message)),
      info: (message) => write(() => log.info(message)),
      warning: (message, annotation) => write(() => log.warning(message, annotation)),
      progress: (message) => {
        if (isOpen) log.progress(message)
      },
      detail: (message) => write(() => log.detail(message)),
      watch: (running) => {
        let isOver = false
        let stop: (() => void) | undefined
        write(() => {
          if (!isOver) stop = log.watch(running)
        })
        return () => {
          isOver = true
          stop?.()
        }
      },
      group: async (title, work) => {
        if (isOpen) return await log.group(title, work)
        let close = (): void => undefined
        const closed = new Promise<void>((resolve) => {
          close = resolve
        })
        let ended: Promise<void> | undefined
        const end = async (): Promise<void> => {
          close()
          await ended
        }
        write(() => {
          ended = log.group(title, () => closed)
        })
        try {
          return await work()
        } finally {
          // Later lines are written after the end of the group.
          if (isOpen) await end()
          else write(end)
        }
      },
    },
  }
}
