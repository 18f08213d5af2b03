import type { Host } from './host.ts'

/** The same host for work that ends with `signal` too: its own signal is aborted then, and programs that it has started are ended. */
export function within(host: Host, signal: AbortSignal): Host {
  return {
    ...host,
    signal: AbortSignal.any([host.signal, signal]),
    exec: (command, args, options = {}) => {
      const both = options.signal ? AbortSignal.any([options.signal, signal]) : signal
      return host.exec(command, args, { ...options, signal: both })
    },
  }
}
