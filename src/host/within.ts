import type { Host } from './host.ts'

/** Returns the same host, canceled also by `signal`: its own signal is then aborted, and programs that it has started are stopped. */
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
