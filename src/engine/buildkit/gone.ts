/** Nothing answers: the daemon, its containerd or the builder is down or restarting. Nothing was begun. */
export const absent =
  /Cannot connect to the Docker daemon|Error while dialing|connect: connection refused|connect: no such file or directory|waiting for connection: |^(?:Cannot build: )?context deadline exceeded$/im

/** A connection to the daemon or builder that was there ended: it was killed, restarted or drained. Words of gRPC and Docker's client. */
export const lost =
  /the connection to the builder was lost during |code = Unavailable|error reading from server|transport is closing|connection is draining|closing transport due to|graceful_stop|client connection is closing|error during connect: .{0,200}(?:EOF|connection reset|broken pipe)|failed to receive status: .{0,200}(?:EOF|connection reset|broken pipe|DeadlineExceeded)|listing workers/i

/** What an error says of a step that was running when the daemon or builder went away. */
export const wentAwayDuring = 'the connection to the builder was lost during '

/** Whether an error tells of a daemon or builder that went away: before anything began, or in the middle of a build. */
export function goneHow(message: string): 'absent' | 'lost' | undefined {
  if (lost.test(message)) return 'lost'
  return absent.test(message) ? 'absent' : undefined
}

/** Words by which a failed build is known for a daemon or builder that went away. */
export const gone = new RegExp(
  [
    /Cannot connect to the Docker daemon|permission denied while trying to connect|error during connect/,
    /connection refused.{0,200}buildkit|listing workers|failed to receive status|^context deadline exceeded$/,
    /transport: Error while dialing|code = Unavailable desc = |error reading from server|transport is closing/,
    /connection is draining|closing transport due to|graceful_stop|client connection is closing/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'i',
)
