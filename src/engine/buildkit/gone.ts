/** No connection: the daemon, its containerd or the builder is down or restarting. The build has not started. */
export const absent =
  /Cannot connect to the Docker daemon|Error while dialing|connect: connection refused|connect: no such file or directory|cannot access containerd socket|`buildkitd` needs to be running|waiting for connection: |^(?:Cannot build: )?context deadline exceeded$/im

/**
 * An established connection to the daemon or builder ended: it was killed, restarted or drained. Messages of gRPC and
 * of the Docker client.
 */
export const lost =
  /the connection to the builder was lost during |neither responded nor reported progress |code = Unavailable|error reading from server|transport is closing|connection is draining|closing transport due to|graceful_stop|client connection is closing|error during connect: .{0,200}(?:EOF|connection reset|broken pipe)|failed to receive status: .{0,200}(?:EOF|connection reset|broken pipe|DeadlineExceeded)|listing workers/i

/** The error of a step that was running when the daemon or builder went away. */
export const wentAwayDuring = 'the connection to the builder was lost during '

/** The error of a node that hangs. */
export const noLongerResponds = 'neither responded nor reported progress'

/** Whether an error means that a daemon or builder is unavailable: before the build started, or during the build. */
export function goneHow(message: string): 'absent' | 'lost' | undefined {
  if (lost.test(message)) return 'lost'
  return absent.test(message) ? 'absent' : undefined
}

/** Patterns that identify a build that failed because its daemon or builder went away. */
export const gone = new RegExp(
  [
    /Cannot connect to the Docker daemon|permission denied while trying to connect|error during connect/,
    /connection refused.{0,200}buildkit|listing workers|failed to receive status|^context deadline exceeded$/,
    /transport: Error while dialing|code = Unavailable desc = |error reading from server|transport is closing/,
    // nerdctl, about its two daemons.
    /cannot access containerd socket|`buildkitd` needs to be running/,
    /connection is draining|closing transport due to|graceful_stop|client connection is closing/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'i',
)
